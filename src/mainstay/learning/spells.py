"""Leaving and coming back, as order lines tell it: silences that counted as lost, and what came after them.

A silence counts as lost by the rule of the state (`defection.states`): twice what would be late by the rhythm that the
account had until then, a quarter at least, once it is rather gone than not; a year at most. Nothing that came later
moves that day. An account is back, and its second life (third…) begins, on the order day on which half a year brought a
tenth of what half of its year before had brought: a stray order of who has gone is no return. Until then it is away.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.defection.rhythm_forecast import Forecast
from mainstay.defection.states import (
    ELIGIBLE_ORDER_DAYS,
    ELIGIBLE_SILENCE_DAYS,
    LOST_ALIVE,
    LOST_LEAST_DAYS,
    lost_after_days,
)
from mainstay.learning.lives import EDGE_DAYS, NEVER, YEAR_DAYS, Population
from mainstay.ledger.lines import Lines
from mainstay.ledger.schema import MONEY_UNIT
from mainstay.standing.history import collapse, days_of
from mainstay.standing.known import Known
from mainstay.standing.rhythm import Gaps, rhythm

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
HALF_DAYS = YEAR_DAYS // 2
BACK_SHARE = 0.1  # of what it bought before, in the same time
_GAPS = ("gap_mean", "gap_sd", "gap_mean_26", "gap_median", "gap_second", "gap_max")


@dataclass(frozen=True)
class Silences:
    """A kernel: of each account, its silences of LOST_LEAST_DAYS or more, the open one last, and the open one of
    every account, however short.

    Columns: account_id; left, following (days since 1970-01-01: the order days before and after it; NEVER = it is
    open), back (the day on which it was back, see above; NEVER = it was not), order_days (until then), first_day,
    _GAPS; before (net sales of the fuller of the two years up to `left`), after_26, after_52 (net sales of so many
    weeks from `back` on; null where they are not over)
    """

    as_of: date
    columns = ("kind",)

    def __call__(self, lines: Lines) -> pa.Table:
        from mainstay.learning.spells_loops import back_on, gap_figures

        at = days_of(self.as_of)
        days = collapse(lines, at)
        account = np.repeat(np.arange(lines.n_accounts), np.diff(days.offsets))
        some = np.asarray(days.order)
        who, day = account[some], days.day[some].astype(np.int64)
        count = np.bincount(who, minlength=lines.n_accounts)
        begins = np.cumsum(count) - count
        following = np.append(day[1:], NEVER)
        closing = np.append(who[1:] != who[:-1], True) if len(who) else np.zeros(0, bool)
        following = np.where(closing, NEVER, following)
        place = np.flatnonzero(closing | (following - day >= LOST_LEAST_DAYS))
        owner, left = who[place], day[place]
        figures = gap_figures(day, begins[owner], place)
        money = _Money(account, days.day.astype(np.int64), days.net / MONEY_UNIT)
        year = money.between(owner, left - YEAR_DAYS + 1, left + 1)
        earlier = money.between(owner, left - 2 * YEAR_DAYS + 1, left - YEAR_DAYS + 1)
        before = np.maximum(year, earlier)
        needed = BACK_SHARE * np.maximum(before, 0.0) / 2 * MONEY_UNIT
        ends = (begins + count)[owner]
        back = back_on(day, days.net[some], place, ends, needed, HALF_DAYS)
        after = {}
        for name, length in (("after_26", HALF_DAYS), ("after_52", YEAR_DAYS)):
            over = (back != NEVER) & (back + length <= at)
            sums = money.between(owner, back, back + length)
            after[name] = pa.array(sums, mask=~over)
        return pa.table(
            {
                "account_id": lines.account_ids.cast(pa.string()).take(pa.array(owner)),
                "left": left,
                "following": following[place],
                "back": back,
                "order_days": place - begins[owner] + 1,
                "first_day": day[begins[owner]] if len(owner) else left,
                **dict(zip(_GAPS, figures.T.copy(), strict=True)),
                "before": before,
                **after,
            }
        )


class _Money:
    """Sums of money between days of an account."""

    def __init__(self, account: Ints, day: Ints, net: Floats) -> None:
        self.far = np.int64(2**32)
        self.key = account * self.far + day
        self.summed = np.concatenate([[0.0], np.cumsum(net)])

    def between(self, account: Ints, begin: Ints, end: Ints) -> Floats:
        """Of [begin, end), in the reporting currency."""
        low, high = (np.searchsorted(self.key, account * self.far + day) for day in (begin, end))
        return np.asarray(np.round(self.summed[high] - self.summed[low], 4))


@dataclass(frozen=True)
class Spells:
    """Silences that counted as lost, in order of account and day; arrays (n,), days since 1970-01-01.

    person: place in the population
    left: the last order day before; lost: the day from which it counted; back: on which it was; NEVER = not yet
    sure: 1 − P(alive) on the day from which it counted: how far it was gone, and not only silent
    before: net sales of the fuller of the two years before; after_26, after_52: from `back` on; NaN = not over
    """

    people: Population
    person: Ints
    left: Ints
    lost: Ints
    back: Ints
    sure: Floats
    before: Floats
    after_26: Floats
    after_52: Floats

    def __len__(self) -> int:
        return len(self.person)

    @cached_property
    def came(self) -> Bools:
        return np.asarray(self.back != NEVER)

    @cached_property
    def next_left(self) -> Ints:
        """Of each, the last order day before the account left again; NEVER = it has not."""
        same = np.append(self.person[1:] == self.person[:-1], False)[: len(self)]
        following = np.append(self.left[1:], NEVER)[: len(self)]
        return np.where(same & self.came, following, NEVER)

    @cached_property
    def nth(self) -> Ints:
        """Of each, the how manieth of its account it is, from 0."""
        first = np.searchsorted(self.person, self.person, side="left")
        return np.asarray(np.arange(len(self)) - first)


def spells(known: Known, people: Population, model: Forecast) -> Spells:
    """All silences that counted as lost by the date, of accounts that had ordered on three days and that are not
    known to be closed.

    model: the rhythm model of the population (imputation.rhythm_model)
    """
    kernel = Silences(known.as_of)
    rows = known.ledger.map_accounts(
        kernel, columns=kernel.columns, as_of=known.as_of, known_until=known.known_until
    )
    place = pc.index_in(rows["account_id"], value_set=people.table["account_id"].combine_chunks())
    rows = rows.append_column("person", pc.fill_null(place, NEVER).cast(pa.int64()))
    rows = rows.filter(pc.not_equal(rows["person"], NEVER))
    rows = rows.sort_by([("person", "ascending"), ("left", "ascending")])
    column = {name: rows[name].to_numpy() for name in rows.schema.names if name != "account_id"}
    late = rhythm(
        Gaps.of({**column, "last_day": column["left"]})  # every silence by the rhythm until then
    ).late_after_days
    after = np.ceil(np.where(np.isnan(late), ELIGIBLE_SILENCE_DAYS, lost_after_days(late)))
    gone = _gone(people, model, column, after)
    after = np.where(gone >= 1 - LOST_ALIVE, after, ELIGIBLE_SILENCE_DAYS).astype(np.int64) + 1
    gone = _gone(people, model, column, after.astype(float))
    until = np.where(column["following"] == NEVER, people.as_of, column["following"])
    closed = np.array([state == "closed" for state in people.words("state")], bool)
    some = (
        (until - column["left"] > after)
        & (column["order_days"] >= ELIGIBLE_ORDER_DAYS)
        & ~(closed[column["person"]] & (column["back"] == NEVER))
    )
    some = _while_there(np.flatnonzero(some), column)
    return Spells(
        people,
        column["person"][some],
        column["left"][some],
        (column["left"] + after)[some],
        column["back"][some],
        gone[some],
        column["before"][some],
        *(np.asarray(column[name], float)[some] for name in ("after_26", "after_52")),
    )


def _while_there(some: Ints, column: dict[str, Floats | Ints]) -> Ints:
    """Those of the silences, by place, that began while the account was there: not between stray orders of one
    that was away already."""
    found, person, back = [], NEVER, NEVER
    for i, who, left, until in zip(
        some.tolist(),
        *(column[name][some].tolist() for name in ("person", "left", "back")),
        strict=True,
    ):
        if who == person and (back == NEVER or left < back):
            continue
        found.append(i)
        person, back = who, until
    return np.array(found, np.int64)


def _gone(
    people: Population, model: Forecast, column: dict[str, Floats | Ints], after: Floats
) -> Floats:
    """1 − P(alive) so many days after the last order day, by the account's orders until then; 1 where nothing was
    fitted."""
    x = np.asarray(column["order_days"], np.int64) - 1
    t_x = (column["left"] - column["first_day"]) / 7
    T = t_x + after / 7
    old = column["first_day"] < people.begin + EDGE_DAYS
    gone = np.ones(len(x))
    for cohort in model.cohorts:
        some = np.ones(len(x), bool)
        if len(model.cohorts) > 1:
            some = old == (cohort.name == "there_when_data_begin")
        if cohort.model is not None and some.any():
            gone[some] = 1 - cohort.model.p_alive(x[some], t_x[some], T[some])
    return np.nan_to_num(gone, nan=1.0)
