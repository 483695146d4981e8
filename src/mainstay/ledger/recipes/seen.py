"""What of a database was seen: until when its changes are in the ledger, query by query.

It is kept with the import that brought it. Where an import was undone, what it and later ones had seen
is forgotten, so that the next run brings it again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import uuid
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mainstay.ledger.recipes.types import Query, Recipe

if TYPE_CHECKING:
    from sqlalchemy import URL

AHEAD = dt.timedelta(days=1)  # a clock may go before ours by so much; what lies further is no time


class Seen:
    """Until when the changes of one source are known.

    folder: `recipes` in the ledger's folder; who signs in, and how, is no part of what is kept
    """

    def __init__(
        self, folder: Path, recipe: Recipe, url: URL, variables: Mapping[str, str]
    ) -> None:
        place = [url.get_backend_name(), url.host, url.port, url.database]
        named = json.dumps([recipe.name, place, sorted(variables.items())], ensure_ascii=False)
        self._path = (
            folder / f"{recipe.name}-{hashlib.sha256(named.encode()).hexdigest()[:20]}.json"
        )

    def since(self, query: Query, imports: Collection[str]) -> dt.datetime | None:
        """The last change seen; None = nothing was seen yet, or by another query of that name.

        imports: those that count
        """
        records = self._records().get(query.name, [])
        found = None
        for record in records:
            undone = record["import_id"] and record["import_id"] not in imports
            if undone or record["query"] != _mark(query):
                break
            found = dt.datetime.fromisoformat(record["seen"])
        return found

    def note(
        self, query: Query, seen: dt.datetime, import_id: str, imports: Collection[str]
    ) -> None:
        """Keep the last change that an import has seen.

        import_id: "" where nothing had to be stored
        imports: those that count
        """
        everything = self._records()
        records = []
        for record in everything.get(query.name, []):
            if record["query"] != _mark(query):
                break
            if record["import_id"] and record["import_id"] not in imports:
                break
            records.append(record)
        if records and not import_id and not records[-1]["import_id"]:
            records.pop()
        said = {"import_id": import_id, "seen": seen.isoformat(), "query": _mark(query)}
        self._write({**everything, query.name: [*records, said]})

    def _records(self) -> dict[str, list[dict[str, Any]]]:
        try:
            found: dict[str, list[dict[str, Any]]] = json.loads(self._path.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return found

    def _write(self, records: Mapping[str, Any]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        place = self._path.with_suffix(f".{uuid.uuid4().hex[:8]}")
        place.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
        os.replace(place, self._path)


def _mark(query: Query) -> str:
    """Another query, or other columns of it, have not seen what this one has."""
    said = json.dumps([query.sql, sorted(query.columns.items()), query.changed, query.gone])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def moment_of(text: str) -> dt.datetime | None:
    """A moment as databases write it: 2024-03-05 10:00:00.123, 20240305, 20240305100000; None = none."""
    digits = "".join(sign for sign in text if sign.isascii() and sign.isdigit())[:14]
    for length, form in ((14, "%Y%m%d%H%M%S"), (12, "%Y%m%d%H%M"), (8, "%Y%m%d")):
        if len(digits) >= length:
            try:
                return dt.datetime.strptime(digits[:length], form)  # noqa: DTZ007 - as the database's clock says
            except ValueError:
                return None
    return None
