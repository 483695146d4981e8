"""What is read out of Tryton's rows: quantities, sums, numbers, and the rows that they refer to."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from mainstay.ledger.readers.tryton_rpc import Domain, Row, Tryton
from mainstay.ledger.systems import Seen

MONEY = Decimal(".0001")
STAMPS = ("create_date", "write_date")
# What was written in a long transaction there was not seen before its end.
OVERLAP = dt.timedelta(days=1)


class Changes:
    """What was written since the last import, and which rows count now."""

    def __init__(self, there: Tryton, seen: Seen) -> None:
        self._there, self._seen = there, seen

    def changed(self, model: str, domain: Domain, beside: Sequence[str] = ()) -> list[int]:
        """Ids in a domain that were written since; all of them where nothing was seen before.

        beside: relations whose rows count as well, such as a sale's lines
        """
        since = self._since(model)
        now = self._there.ids(model, domain)
        self._seen.note(model, now)
        if since is None:
            return now
        places = ["", *(f"{name}." for name in beside)]
        stamps = [[f"{at}{stamp}", ">=", since] for at in places for stamp in STAMPS]
        changed = self._there.ids(model, [domain, ["OR", *stamps]])
        # What did not count before, and counts now, was perhaps not written itself.
        return sorted({*changed, *self._seen.new(model)})

    def _since(self, model: str) -> dt.datetime | None:
        """What was written from then on has to be read; None = everything. Notes what is newest now."""
        before = self._seen.since.get(model)
        for stamp in STAMPS:  # before the rows are looked for, so that nothing falls between
            for row in self._there.newest(model, stamp):
                self._seen.note_moment(model, row)
        return dt.datetime.fromisoformat(before) - OVERLAP if before else None

    def written(self, model: str) -> set[int]:
        """Ids of rows that were written since the last import; none where there was none."""
        since = self._since(model)
        if since is None:
            return set()
        return set(self._there.ids(model, ["OR", *([stamp, ">=", since] for stamp in STAMPS)]))


def counting(line: Row) -> float:
    """What counts of a line, as in Tryton's reports: what came of it in the end, else what was ordered."""
    actual = line["actual_quantity"]
    return float((line["quantity"] if actual is None else actual) or 0)


def worth(price: Decimal | None, quantity: float) -> Decimal | None:
    """Not rounded to cents: Tryton's reports round the sums."""
    return None if price is None else (Decimal(str(quantity)) * price).quantize(MONEY)


def added(a: Decimal | None, b: Decimal | None) -> Decimal:
    return (a or Decimal(0)) + (b or Decimal(0))


def order_id(row: Row) -> str:
    """The number that people know; of one that has none, Tryton's own."""
    return str(row["number"] or f"#{row['id']}")


def complaint_id(row: Row) -> str:
    return order_id(row)


def within(rows: Iterable[Row], name: str) -> list[int]:
    return [i for row in rows for i in row[name]]


def also(there: Tryton, model: str, names: Sequence[str]) -> list[str]:
    """Those of the fields that the model has, since their modules are activated."""
    return [name for name in names if name in there.fields(model)]


def referred(reference: Any, model: str) -> list[int]:
    """The id that a reference names, if it is one of that model."""
    name, _, number = str(reference or "").partition(",")
    return [int(number)] if name == model and number.isdigit() else []


def one_line(text: str | None) -> str | None:
    return " ".join(text.split())[:200] if text else None


def first_of(
    there: Tryton, model: str, rows: Sequence[Row], relation: str, wanted: str
) -> dict[int, str]:
    """For each row by its id: the value of the first of its related rows that has one."""
    values: dict[int, str] = defaultdict(str)
    outer, _, inner = wanted.partition(".")
    for row in there.read(model, sorted({*within(rows, relation)}), (wanted,)):
        value = (row.get(f"{outer}.") or {}).get(inner) if inner else row[outer]
        values[row["id"]] = value or ""
    found = {row["id"]: next(filter(None, (values[i] for i in row[relation])), "") for row in rows}
    return {i: value for i, value in found.items() if value}
