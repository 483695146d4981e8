"""This month and the year so far against target.

A period is written 2026-11, 2026-Q4 or 2026; a month's target is taken as written, else a third of
its quarter's or a twelfth of its year's; a year's as written, else the sum of its parts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

_PERIOD = re.compile(r"^\s*(\d{4})(?:[-/.]?(?:[Qq]([1-4])|(0?[1-9]|1[0-2])))?\s*$")


def read_period(text: str) -> tuple[int, int | None, int | None] | None:
    """(year, quarter, month) of a period's name; None where it is none."""
    found = _PERIOD.match(text)
    if not found:
        return None
    year, quarter, month = found.groups()
    return int(year), int(quarter) if quarter else None, int(month) if month else None


def targets_at(
    rows: Iterable[Mapping[str, object]], owner: str, on: date
) -> dict[str, tuple[float | None, float | None]]:
    """(target of the month, target of the year) per owner, for the month and year of `on`.

    rows: of the table `targets`
    owner: account_id or staff_id; rows without it are passed over
    """
    given: dict[str, dict[tuple[int | None, int | None], float]] = defaultdict(dict)
    for row in rows:
        period = read_period(str(row["period"]))
        if row[owner] and period and period[0] == on.year:
            given[str(row[owner])][period[1], period[2]] = float(str(row["amount"]))
    quarter = (on.month - 1) // 3 + 1
    result = {}
    for name, parts in given.items():
        year = parts.get((None, None))
        if year is None:
            year = sum(v for (q, _), v in parts.items() if q) or sum(
                v for (_, m), v in parts.items() if m
            )
        month = parts.get((None, on.month))
        if month is None and (quarter, None) in parts:
            month = parts[quarter, None] / 3
        if month is None and (None, None) in parts:
            month = parts[None, None] / 12
        result[name] = (month, year or None)
    return result
