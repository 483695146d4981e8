"""What fell with each manager by causes of ours, beside what was to be expected of such accounts.

Indirect standardisation: with O_m the falls by causes of ours that were observed among the accounts of
manager m, n_ms how many of them lie in stratum s (tier × region × how long they have bought), and r_s
the rate of such falls in s in the whole company,

    E_m = Σ_s n_ms r_s,    ratio = O_m / E_m

with the interval of O_m as of a Poisson count. It judges no one: it asks whether a process differs
where the accounts are alike (MISSION R11), and says nothing of fewer than LEAST_CASES falls.

Source: Breslow & Day, Statistical Methods in Cancer Research II (1987), 2.3; interval: Garwood (1936).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.causes.figures import counted

LEAST_CASES = 10  # falls of a manager, to say anything
LOOK_BACK_DAYS = 2 * 364  # a fall of earlier says little of how one works now
TENURE_YEARS = (2, 5)  # strata of how long an account has bought
SURE = 0.9  # of the interval
COLUMNS = ("account_id", "manager_id", "tier", "region", "first_order_on", "last_order_on")


@dataclass(frozen=True)
class OfManager:
    """One manager's line.

    accounts: looked after; cases: how many of them fell, by whatever cause
    observed: falls by causes of ours, each counted by its probability
    expected: as many among accounts alike in the whole company
    ratio, low, high: observed over expected, with its interval
    """

    manager_id: str
    accounts: int
    cases: int
    observed: float
    expected: float
    ratio: float
    low: float
    high: float


def by_manager(
    falls: pa.Table, accounts: pa.Table, as_of: date, then: dict[str, str] | None = None
) -> list[OfManager]:
    """The managers with cases enough to say anything, in the order of their codes.

    accounts: account_id, manager_id, tier, region, first_order_on, last_order_on
    then: of accounts that fell, who looked after them when the fall began, where that is recorded
    """
    begin = as_of - timedelta(days=LOOK_BACK_DAYS)
    fell = falls.filter(
        pc.and_(
            counted(falls),
            pc.greater_equal(falls["began_on"], pa.scalar(begin)),
        )
    )
    part = pc.divide(fell["p_ours"], fell["p_fell"])
    ours = dict(zip(fell["account_id"].to_pylist(), part.to_pylist(), strict=True))
    known = accounts.select(COLUMNS).to_pylist()
    rows = [row for row in known if row["account_id"] in ours or _there(row, begin)]
    ids = [row["account_id"] for row in rows]
    # A fall belongs to who looked after the account when it began, not to who inherited it.
    with_whom = [
        (then or {}).get(row["account_id"], row["manager_id"]) if one in ours else row["manager_id"]
        for one, row in zip(ids, rows, strict=True)
    ]
    observed = np.array([ours.get(one, 0.0) for one in ids])
    case = np.array([one in ours for one in ids], float)
    expected = _expected([_stratum(row, as_of) for row in rows], observed)
    names, code = np.unique(np.array([one or "" for one in with_whom], str), return_inverse=True)
    columns = [np.bincount(code, values, len(names)) for values in (case, observed, expected)]
    lines = zip(names.tolist(), np.bincount(code).tolist(), *columns, strict=True)
    return [
        _line(name, n, int(cases), float(seen), float(wanted))
        for name, n, cases, seen, wanted in lines
        if name and cases >= LEAST_CASES and wanted > 0
    ]


def _there(row: dict[str, Any], begin: date) -> bool:
    """Whether the account could fall since: it bought."""
    return row["last_order_on"] is not None and row["last_order_on"] >= begin


def _stratum(row: dict[str, Any], as_of: date) -> tuple[Any, ...]:
    years = (as_of - (row["first_order_on"] or as_of)).days / 365.25
    return row["tier"], row["region"], sum(years >= limit for limit in TENURE_YEARS)


def _expected(strata: list[tuple[Any, ...]], observed: Any) -> Any:
    """Of each account, the rate of its stratum."""
    places = {stratum: i for i, stratum in enumerate(dict.fromkeys(strata))}
    code = np.array([places[stratum] for stratum in strata], np.int64)
    n = np.bincount(code, minlength=len(places))
    return (np.bincount(code, observed, len(places)) / np.maximum(n, 1))[code]


def _line(name: str, accounts: int, cases: int, observed: float, expected: float) -> OfManager:
    low, high = poisson_interval(observed)
    ratio = observed / expected
    return OfManager(
        name, accounts, cases, observed, expected, ratio, low / expected, high / expected
    )


def poisson_interval(count: float, sure: float = SURE) -> tuple[float, float]:
    """The exact interval of a Poisson mean of which `count` was seen: half of χ²(2O) and χ²(2O + 2)."""
    from scipy.stats import chi2

    tail = (1 - sure) / 2
    low = float(chi2.ppf(tail, 2 * count) / 2) if count > 0 else 0.0
    return low, float(chi2.ppf(1 - tail, 2 * count + 2) / 2)
