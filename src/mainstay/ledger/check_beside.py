"""Is what lies beside the order lines as it must be: facts, and frozen results? Reads every file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from mainstay.core.texts import Text, gettext_noop
from mainstay.ledger.facts import Facts
from mainstay.ledger.frozen import Frozen

_UNREADABLE = gettext_noop("The file “{file}” is missing or can't be read.")


def check_facts(folder: Path) -> Iterator[Text]:
    """What is wrong with the fact tables, a sentence each.

    folder: of the facts
    """
    try:
        facts = Facts(folder)
    except (ValueError, KeyError, TypeError):
        yield Text(_UNREADABLE, {"file": "facts/manifest.json"})
        return
    for table, files in facts.manifest.tables.items():
        for file in files:
            name = f"facts/{file.path}"
            try:
                rows = _rows(folder / file.path)
            except (OSError, pa.ArrowException):
                yield Text(_UNREADABLE, {"file": name})
                continue
            if rows != file.rows:
                yield Text(
                    gettext_noop(
                        "The file “{file}” has {are} rows of “{table}” instead of {wanted}."
                    ),
                    {"file": name, "are": rows, "table": table, "wanted": file.rows},
                )


def check_frozen(store: Path, versions: int | None) -> Iterator[Text]:
    """What is wrong with frozen results of any kind, a sentence each.

    store: the ledger's folder; versions: the newest version of the order lines, None = there are none
    """
    for meta in sorted(store.glob("*/[!.]*/meta.json")):
        result = Frozen(meta.parent)
        yield from _result(result, f"{meta.parent.parent.name}/{result.id}", versions)


def _result(result: Frozen, name: str, versions: int | None) -> Iterator[Text]:
    for document in result.documents:
        try:
            held = result.document(document)
        except (OSError, json.JSONDecodeError, UnicodeDecodeError):
            yield Text(_UNREADABLE, {"file": f"{name}/{document}.json"})
            continue
        version = held.get("store_version") if document == "meta" else None
        if isinstance(version, int) and version > (-1 if versions is None else versions):
            yield Text(
                gettext_noop(
                    "The result “{name}” was made from version {version} of the order lines, which is not "
                    "there."
                ),
                {"name": name, "version": version},
            )
    for table in result.tables:
        try:
            _rows(result.folder / f"{table}.parquet")
        except (OSError, pa.ArrowException):
            yield Text(_UNREADABLE, {"file": f"{name}/{table}.parquet"})


def _rows(file: Path) -> int:
    """How many rows there are, each of them read."""
    opened = pq.ParquetFile(file)
    with opened:
        return sum(batch.num_rows for batch in opened.iter_batches(65_536))
