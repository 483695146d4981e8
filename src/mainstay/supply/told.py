"""How what accounts tell of their own business (`account_volumes`) moves their forecast.

It moves all their products alike, and never by more than is said here:

1. **What they sell** (`sell_out`). Of the last three months that they told, and the same a year before: their growth
   G, and ours with them, g, in the same months. What they sell they will buy, but we do not know from whom, so
   half of the difference counts: every month × clip(G / g, 3/4, 4/3)^½.
2. **What they have in stock** (`stock`, told within the last two months). Months of cover, stock over what they sell a
   month (what they buy of us, where they do not tell that), beside their own usual cover, the median of at
   least four earlier months. Half of what lies above (or below) it, at most one month of it, is not bought
   (or bought beside): two thirds in the first month, a third in the second.
3. **What they plan to buy** (`purchases` of months to come, told before the date). Our share of what they bought
   in the last twelve months, at least three of them known, times the plan, and our forecast: the middle of both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from statistics import median

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.core.texts import Text, gettext_noop
from mainstay.supply.monthly import YEAR_MONTHS, month_of

Floats = npt.NDArray[np.float64]
WINDOW = 3
LEAST, MOST = 3 / 4, 4 / 3
HALF = 0.5
FRESH, LEAST_STOCKS, MOST_COVER = 2, 4, 1.0
FIRST_SHARES = (2 / 3, 1 / 3)
LEAST_SHARED = 3


@dataclass(frozen=True)
class Volumes:
    """What an account told, by month (from January 1970), one measure throughout."""

    sell_out: dict[int, float] = field(default_factory=dict)
    stock: dict[int, float] = field(default_factory=dict)
    purchases: dict[int, float] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: pa.Table) -> Volumes:
        """rows: of `account_volumes`, of one account; in money where more rows have it than pieces"""
        told = rows.to_pylist()
        money = sum(row["amount"] is not None for row in told)
        measure = (
            "amount" if money >= sum(row["quantity"] is not None for row in told) else "quantity"
        )
        found: dict[str, dict[int, float]] = {"sell_out": {}, "stock": {}, "purchases": {}}
        for row in sorted(told, key=lambda row: (row["month"], row["source"] or "")):
            if row[measure] is not None:
                found[row["what"] or "purchases"][month_of(row["month"])] = float(row[measure])
        return cls(**found)


@dataclass(frozen=True)
class Moved:
    """factor: of each month ahead, float64 (horizon,); told: why, in sentences"""

    factor: Floats
    told: tuple[Text, ...] = ()


def moved(volumes: Volumes, ours: dict[int, float], forecast: Floats, first: int) -> Moved:
    """What they tell, on our forecast.

    ours: what they bought of us by month, in the measure of the forecast, of months before `first`
    forecast: of their total, float64 (horizon,), from month `first` on
    """
    factor, sentences = np.ones(len(forecast)), []
    before = {m: v for m, v in volumes.sell_out.items() if m < first}
    growth = _growth(before, ours)
    if growth is not None:
        theirs, own, change = growth
        factor *= change
        sentences.append(
            Text(
                gettext_noop(
                    "They sold {theirs_share} of what they did a year before, and bought {own_share} of us: all months × {factor}."
                ),
                {"theirs_share": theirs, "own_share": own, "factor": round(change, 2)},
            )
        )
    less = _stock(volumes, before, ours, first)
    if less is not None:
        cover, usual, off = less
        mean = float(forecast.mean())
        for place, share in enumerate(FIRST_SHARES[: len(factor)]):
            if forecast[place] > 0:
                factor[place] *= max(0.0, 1.0 - off * share * mean / forecast[place])
        sentences.append(
            Text(
                gettext_noop(
                    "Their stock lasts {cover} months, usually {usual}: the first two months by {months} of a month less (more, if below 0)."
                ),
                {"cover": round(cover, 1), "usual": round(usual, 1), "months": round(off, 2)},
            )
        )
    planned = _planned(volumes, ours, first, len(forecast))
    if planned is not None:
        share, months = planned
        for place, value in months.items():
            if forecast[place] > 0:
                factor[place] = (factor[place] + share * value / forecast[place]) / 2
        sentences.append(
            Text(
                gettext_noop(
                    "They told their plans for {n} months, of which {ours_share} is usually ours: those months lie half way to it."
                ),
                {"n": len(months), "ours_share": share},
            )
        )
    return Moved(factor, tuple(sentences))


def _growth(sold: dict[int, float], ours: dict[int, float]) -> tuple[float, float, float] | None:
    both = sorted(
        m for m in sold if m - YEAR_MONTHS in sold and m in ours and m - YEAR_MONTHS in ours
    )
    last = both[-WINDOW:]
    if len(last) < WINDOW:
        return None

    def of(values: dict[int, float]) -> float:
        then = sum(values[m - YEAR_MONTHS] for m in last)
        return sum(values[m] for m in last) / then if then > 0 else 0.0

    theirs, own = of(sold), of(ours)
    if theirs <= 0 or own <= 0:
        return None
    return theirs, own, float(np.clip(theirs / own, LEAST, MOST)) ** HALF


def _stock(
    volumes: Volumes, sold: dict[int, float], ours: dict[int, float], first: int
) -> tuple[float, float, float] | None:
    """Cover, usual cover, and by how much of a month the first months are less."""
    pace = sold if len(sold) >= WINDOW else ours
    covers = {}
    for month, stock in volumes.stock.items():
        some = [pace[m] for m in range(month - WINDOW + 1, month + 1) if m in pace]
        if some and sum(some) > 0 and month < first and stock >= 0:
            covers[month] = stock / (sum(some) / len(some))
    if not covers or max(covers) < first - FRESH or len(covers) <= LEAST_STOCKS:
        return None
    now = covers.pop(max(covers))
    usual = median(covers.values())
    return now, usual, HALF * float(np.clip(now - usual, -MOST_COVER, MOST_COVER))


def _planned(
    volumes: Volumes, ours: dict[int, float], first: int, horizon: int
) -> tuple[float, dict[int, float]] | None:
    known = [m for m in volumes.purchases if first - YEAR_MONTHS <= m < first and m in ours]
    theirs = sum(volumes.purchases[m] for m in known)
    months = {m - first: v for m, v in volumes.purchases.items() if first <= m < first + horizon}
    if len(known) < LEAST_SHARED or theirs <= 0 or not months:
        return None
    return min(sum(ours[m] for m in known) / theirs, 1.0), months


def plans_known(rows: pa.Table, as_of: date, known_until: date | datetime) -> pa.Table:
    """Months before the date, and plans of later ones that were surely told before `known_until`.

    A row of a month that had gone by when it was told is no plan, and is nothing that was known.
    """
    moment = known_until
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), UTC)
    kept = [
        month < as_of.replace(day=1) or (not assumed and recorded < moment)
        for month, assumed, recorded in zip(
            *(rows[name].to_pylist() for name in ("month", "assumed", "recorded_at")), strict=True
        )
    ]
    return rows.filter(pa.array(kept, pa.bool_()))
