"""Accounts that came back: each with what it buys beside before and who won it back, and how long such lives last.

Kaplan and Meier's curve of second lives, from the day on which they were back, over draws of who is gone; beside it
the first lives of the same company, from when each account was first seen on (who was there when the data begin, since
then) until it counted as lost the first time. The two are not alike in all else: who comes back is known already.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pyarrow as pa

from mainstay.learning.imputation import DRAWS, Bools, Exits, Floats, Ints, rubin, share_interval
from mainstay.learning.lives import NEVER, YEAR_DAYS
from mainstay.learning.retention import LEAST_WATCHED, MONTH_DAYS
from mainstay.learning.spells import HALF_DAYS, Spells
from mainstay.plays.returning import GROUPS, PRICE
from mainstay.plays.situation import LIKELY
from mainstay.standing.history import date_of
from mainstay.standing.known import Known
from mainstay.standing.survival import survival

QUARTER_DAYS = HALF_DAYS // 2  # sooner, what it buys since it is back tells no year
MOST_MONTHS = 60
OF_RUN_DAYS = 182  # a run that ended so long before it came back did not win it
SECOND, FIRST, OTHERS = "second", "first", "others"
CURVES = (SECOND, PRICE, OTHERS, FIRST)

# A row a curve and month: share still there; price, others: second lives by why they had left.
SECOND_CURVES = pa.schema(
    [
        ("curve", pa.string()),
        ("month", pa.int32()),
        ("kept", pa.float64()),
        ("low", pa.float64()),  # 80% interval
        ("high", pa.float64()),
        ("watched", pa.float64()),
        ("cases", pa.int64()),  # lives of the curve
    ]
)
# A row an account that is in its second life (third…): it came back, and does not count as lost again.
SECOND_LIVES = pa.schema(
    [
        ("account_id", pa.string()),
        ("left_on", pa.date32()),  # its last order before
        ("back_on", pa.date32()),
        ("weeks_away", pa.int32()),
        ("times", pa.int32()),  # how often it came back
        ("cause", pa.string()),  # why it had left, of plays.returning.GROUPS, likeliest
        ("p_cause", pa.float64()),
        ("before", pa.float64()),  # net sales of the fuller of the two years before it left
        (
            "now",
            pa.float64(),
        ),  # of the last 52 weeks; back for less: since then, as a year; null = too short
        ("p_gone", pa.float64()),  # that it has left again already
        ("play", pa.string()),  # that was under way when it came back; null = none is written down
        ("play_from", pa.date32()),
        ("by_id", pa.string()),  # who led it
    ]
)


def curves(spells: Spells, share: Floats, exits: Exits, seed: int = 0) -> pa.Table:
    """SECOND_CURVES; a curve ends where fewer than LEAST_WATCHED are watched."""
    rng = np.random.default_rng(seed)
    price = share[:, GROUPS.index(PRICE)] >= LIKELY
    came = spells.came
    kinds = {
        SECOND: came,
        PRICE: came & price,
        OTHERS: came & ~price,
    }
    first_left = _first_left(spells)
    times: Floats = MONTH_DAYS * np.arange(MOST_MONTHS + 1, dtype=float)
    found: dict[str, list[tuple[Floats, Floats, Floats]]] = {name: [] for name in CURVES}
    for _ in range(DRAWS):
        until, done = exits.draw(rng)
        lasted, ended = _second(spells, until, done)
        for name, some in kinds.items():
            found[name].append(_curve(lasted[some], ended[some], times))
        over: Floats = np.where(first_left == NEVER, until, first_left + 1.0)
        over = over - spells.people.seen.astype(float)
        gone = np.where(first_left == NEVER, done, True)
        found[FIRST].append(_curve(over[over > 0], gone[over > 0], times))
    cases = {name: int(some.sum()) for name, some in kinds.items()} | {FIRST: len(spells.people)}
    rows = [row for name in CURVES for row in _rows(name, found[name], cases[name])]
    return pa.Table.from_pylist(rows, SECOND_CURVES)


def _first_left(spells: Spells) -> Ints:
    """Of each account of the population, its last order day before it counted as lost the first time, where it has
    ordered since; NEVER = it has not. Who has been silent since is gone as far as the draws say."""
    found = np.full(len(spells.people), NEVER, np.int64)
    first = (spells.nth == 0) & (spells.people.last[spells.person] > spells.left)
    found[spells.person[first]] = spells.left[first]
    return found


def _second(spells: Spells, until: Floats, done: Bools) -> tuple[Floats, Bools]:
    """How long each life after a return has lasted, and whether it is over, in one draw of who is gone."""
    left = spells.next_left
    over = np.where(left == NEVER, until[spells.person], left + 1.0)
    return np.maximum(over - spells.back, 1.0), np.where(left == NEVER, done[spells.person], True)


def _curve(lasted: Floats, done: Bools, times: Floats) -> tuple[Floats, Floats, Floats]:
    """S, its variance, and who is watched, at each time."""
    none = np.zeros(len(lasted), np.int64)
    left, variance, _ = survival(none, lasted, done, 1).at(times, 1)
    watched = (lasted[:, None] > times).sum(axis=0).astype(float)
    return left[0], variance[0], watched


def _rows(
    name: str, drawn: list[tuple[Floats, Floats, Floats]], cases: int
) -> list[dict[str, object]]:
    left, variance, watched = (np.array(part) for part in zip(*drawn, strict=True))
    pooled, seen = rubin(left, variance), watched.mean(axis=0)
    low, high = share_interval(pooled.value, pooled.variance, np.full(len(seen), max(cases, 1.0)))
    few = np.flatnonzero(seen < LEAST_WATCHED)
    end = int(few[0]) if len(few) else len(seen)
    return [
        {
            "curve": name,
            "month": month,
            "kept": float(pooled.value[month]),
            "low": float(low[month]),
            "high": float(high[month]),
            "watched": float(seen[month]),
            "cases": cases,
        }
        for month in range(end)
    ]


def back_again(known: Known, spells: Spells, share: Floats, exits: Exits) -> pa.Table:
    """SECOND_LIVES, by account."""
    people = spells.people
    current = spells.came & (spells.next_left == NEVER)
    state = np.array(people.words("state"), object)
    current &= ~np.isin(state, ["lost", "closed"])[spells.person]
    ids = people.words("account_id")
    won = _won_by(known)
    sold = _sold(known, spells)
    rows = []
    for i in np.flatnonzero(current).tolist():
        who, left, back = int(spells.person[i]), int(spells.left[i]), int(spells.back[i])
        group = int(share[i].argmax())
        run = _latest(won.get(ids[who] or "", []), left, back)
        rows.append(
            {
                "account_id": ids[who],
                "left_on": date_of(left),
                "back_on": date_of(back),
                "weeks_away": (back - left) // 7,
                "times": int(spells.nth[i]) + 1,
                "cause": GROUPS[group],
                "p_cause": float(share[i, group]),
                "before": float(spells.before[i]),
                "now": sold.get(i),
                "p_gone": float(exits.p_gone[who]),
                "play": run and run["play"],
                "play_from": run and run["from"],
                "by_id": run and run["staff_id"],
            }
        )
    return pa.Table.from_pylist(rows, SECOND_LIVES)


def _sold(known: Known, spells: Spells) -> dict[int, float]:
    """Net sales a year since they are back, of those back for a quarter at least."""
    days = spells.people.as_of - spells.back
    some = np.flatnonzero(spells.came & (days >= QUARTER_DAYS))
    if not len(some):
        return {}
    amounts = known.sql("select account_id, amount_52 from judged")
    year = dict(
        zip(amounts["account_id"].to_pylist(), amounts["amount_52"].to_pylist(), strict=True)
    )
    ids = spells.people.words("account_id")
    found = {}
    for i in some.tolist():
        amount = year.get(ids[int(spells.person[i])])
        if amount is not None:
            found[i] = float(amount) * max(YEAR_DAYS / int(days[i]), 1.0)
    return found


def _won_by(known: Known) -> dict[str, list[dict[str, object]]]:
    """Runs of plays by account, those that did nothing left out."""
    rows = known.sql(
        """
        select account_id, play, "from", "to", staff_id from play_runs
        where play <> 'nothing' order by account_id, "from", play
        """
    ).to_pylist()
    found: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        found.setdefault(row["account_id"], []).append(row)
    return found


def _latest(runs: list[dict[str, object]], left: int, back: int) -> dict[str, object] | None:
    """The last run that began while it was away and was not long over when it came back."""
    begin, end = date_of(left), date_of(back)
    found = None
    for run in runs:
        over = run["to"] or end
        if begin < run["from"] <= end and end - over <= timedelta(days=OF_RUN_DAYS):  # type: ignore[operator]
            found = run
    return found
