"""Which heading is which column: proposed, corrected, remembered."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Mapping as Pairs
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop
from mainstay.ledger.headings import BESIDE, COMPLETION, plain
from mainstay.ledger.parsing import DateOrder, NumberForm
from mainstay.ledger.schema import TABLES


@dataclass(frozen=True)
class Mapping:
    """How the headings of a source are to be read.

    table: one of schema.TABLES
    columns: from column to heading; beside the table's own columns those of headings.BESIDE
    amount_from: two columns whose product is the amount, where no column has it
    fee_codes: product codes that are postage, bank charges and the like
    currency: of rows that name none
    date_orders, number_forms: by column, where the source can't tell
    fees_said: people chose the fee codes; else those that are certain are added to them
    """

    table: str
    columns: Pairs[str, str]
    amount_from: tuple[str, str] | None = None
    fee_codes: tuple[str, ...] = ()
    currency: str | None = None
    date_orders: Pairs[str, DateOrder] = field(default_factory=dict)
    number_forms: Pairs[str, NumberForm] = field(default_factory=dict)
    fees_said: bool = False

    @property
    def completes(self) -> bool:
        """Whether the source has rows that were set aside and are corrected now."""
        return {"_import", "_source", "_row"} <= set(self.columns)

    @property
    def missing(self) -> tuple[str, ...]:
        """Columns that the table needs and the source does not have."""
        table = TABLES[self.table]
        computed = {"amount"} if self.amount_from else set()
        if self.table in ("order_lines", "open_orders"):
            computed.add("kind")
        if self.currency:
            computed.add("currency")
        lacks = [c for c in table.required if c not in self.columns and c not in computed]
        if table.one_of and not any(c in self.columns for c in table.one_of):
            lacks.append(" / ".join(table.one_of))
        return tuple(lacks)

    def unused(self, headings: Sequence[str]) -> tuple[str, ...]:
        """The headings that no column is read from; marks of rows that were set aside are none."""
        used = set(self.columns.values())
        return tuple(h for h in headings if h not in used and h not in COMPLETION)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: Pairs[str, Any]) -> Mapping:
        pair = value.get("amount_from")
        return cls(
            table=value["table"],
            columns=dict(value["columns"]),
            amount_from=(pair[0], pair[1]) if pair else None,
            fee_codes=tuple(value.get("fee_codes", ())),
            currency=value.get("currency"),
            date_orders=dict(value.get("date_orders", {})),
            number_forms=dict(value.get("number_forms", {})),
            fees_said=bool(value.get("fees_said", False)),
        )

    def corrected(self, corrections: Pairs[str, str], headings: Sequence[str]) -> Mapping:
        """The same with headings put to other columns.

        corrections: from heading to column; "" = the heading is not used
        Raises: InvalidSetting for a heading or column that is not there
        """
        known = {plain(heading): heading for heading in headings}
        own = {c.name for c in TABLES[self.table].columns}
        beside = set(BESIDE) if self.table in ("order_lines", "open_orders") else set()
        columns = dict(self.columns)
        for given, column in corrections.items():
            heading = known.get(plain(given))
            if heading is None:
                raise InvalidSetting(
                    gettext_noop("There is no heading “{heading}”; there are {headings}."),
                    heading=given,
                    headings=", ".join(headings),
                )
            if column and column not in own | beside | set(COMPLETION):
                raise InvalidSetting(
                    gettext_noop("There is no column “{column}” in {table}; there are {columns}."),
                    column=column,
                    table=self.table,
                    columns=", ".join([*sorted(own), *sorted(beside)]),
                )
            columns = {c: h for c, h in columns.items() if h != heading and c != column}
            if column:
                columns[column] = heading
        amount_from = None if "amount" in columns else self.amount_from
        return replace(self, columns=columns, amount_from=amount_from)


class MappingMemory:
    """The mappings with which sources were loaded, by table and set of headings.

    folder: `mappings` in the ledger's folder
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def recall(self, table: str, headings: Sequence[str]) -> Mapping | None:
        try:
            text = self._path(table, headings).read_text(encoding="utf-8")
            known = Mapping.from_json(json.loads(text))
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None
        written = {plain(heading): heading for heading in headings}
        columns = {c: written[plain(h)] for c, h in known.columns.items() if plain(h) in written}
        return replace(known, columns=columns)

    def remember(self, headings: Sequence[str], mapping: Mapping) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(mapping.table, headings)
        place = path.with_suffix(f".{uuid.uuid4().hex[:8]}")
        place.write_text(json.dumps(mapping.to_json(), ensure_ascii=False), encoding="utf-8")
        os.replace(place, path)

    def _path(self, table: str, headings: Sequence[str]) -> Path:
        named = json.dumps([table, *sorted(plain(h) for h in headings)], ensure_ascii=False)
        return self.folder / f"{table}-{hashlib.sha256(named.encode()).hexdigest()[:20]}.json"
