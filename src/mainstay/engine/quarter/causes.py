"""What the falls that began in each quarter lost to whom, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.causes.families import FAMILIES, UNKNOWN, WHOSE
from mainstay.causes.figures import NAMES, Cases, cases_of
from mainstay.engine.quarter.days import Quarter
from mainstay.ledger.frozen import Frozen
from mainstay.standing.shares import Z80

_WHOSE_OF = [FAMILIES[n].whose if n in FAMILIES else UNKNOWN for n in NAMES]


def causes(
    explained: Frozen | None, accounts: pa.Table, quarters: Sequence[Quarter]
) -> dict[str, Any]:
    """By quarter of their beginning: accounts, lost; reviewed (accounts, lost); whose (rows of whose, accounts of
    which it comes first, lost with its 80% interval), families (rows of family, accounts, lost)."""
    if explained is None:
        return {}
    falls = explained.table("falls")
    shares = explained.table("causes", ["account_id", "family", "category", "p"])
    wanted = accounts.select(["account_id", "state", "money_at_risk"])
    found = {}
    for quarter in quarters:
        day = falls["began_on"]
        within = pc.and_(
            pc.greater_equal(day, pa.scalar(quarter.begins)), pc.less(day, pa.scalar(quarter.over))
        )
        mine = falls.filter(within)
        found[quarter.name] = _figures(cases_of(mine, shares, wanted), mine, wanted)
    return found


def _figures(cases: Cases, falls: pa.Table, accounts: pa.Table) -> dict[str, Any]:
    names = np.array(accounts["account_id"].to_pylist(), dtype=object)[cases.place]
    told = set(falls.filter(falls["reviewed"])["account_id"].to_pylist())
    reviewed = np.array([name in told for name in names], bool)
    return {
        "accounts": len(cases.lost),
        "lost": float(cases.lost.sum()),
        "reviewed": {"n": int(reviewed.sum()), "money": float(cases.lost[reviewed].sum())},
        "whose": [_whose(cases, reviewed, one) for one in (*WHOSE, UNKNOWN)],
        "families": _families(cases),
    }


def _whose(cases: Cases, reviewed: Any, whose: str) -> dict[str, Any]:
    """The interval: each account lost to them or not, by its own probability, whatever the others were lost to."""
    columns = [i for i, one in enumerate(_WHOSE_OF) if one == whose]
    p = np.clip(cases.p[:, columns].sum(axis=1), 0.0, 1.0)
    lost = np.maximum(cases.lost, 0.0)
    half = Z80 * float(np.sqrt(np.square(lost) @ (p * (1 - p))))
    money = float(lost @ p)
    return {
        "whose": whose,
        "accounts": int(np.isin(cases.first, columns).sum()),
        "money": money,
        "low": max(money - half, 0.0),
        "high": min(money + half, float(lost.sum())),
        "confirmed": float((lost * p)[reviewed].sum()),
    }


def _families(cases: Cases) -> list[dict[str, Any]]:
    first = np.bincount(cases.first, minlength=len(NAMES))
    lost = np.maximum(cases.lost, 0.0) @ cases.p
    rows = [
        {"family": name, "accounts": int(first[i]), "money": float(lost[i])}
        for i, name in enumerate(NAMES)
        if lost[i] > 0 or first[i]
    ]
    return sorted(rows, key=lambda row: -row["money"])
