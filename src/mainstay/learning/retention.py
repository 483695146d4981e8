"""Which share of the accounts is still there after so many months, by cohort, segment and size.

Kaplan and Meier's curve over exits that are only probable (`imputation`), on one of two clocks:

    since it was first seen     its first order, or for who was there before, the first day of the data
    since its birthday (`age`)  only where that is known; who was born before the data begin is watched
                                from when they begin (late entry), never counted as having lasted until then

An account that came back after a long silence counts as having stayed; how many did is told beside.
Classes by size are those of an account's first half year, and count from its end on: today's size would put all who
left among the small ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from mainstay.core.settings import Settings
from mainstay.learning.imputation import (
    DRAWS,
    Bools,
    Exits,
    Floats,
    Ints,
    rubin,
    share_interval,
)
from mainstay.learning.lives import EARLY_DAYS, NEVER, Population, grouped, quarter_of
from mainstay.portfolio.concentration import classes_by_share
from mainstay.standing.survival import survival

MONTH_DAYS = 365.25 / 12
MOST_MONTHS = 240
LEAST_WATCHED = 10  # accounts; where fewer are watched, the curve ends
HALF_YEAR = 6  # months from which on classes by size are watched
SIZES = ("large", "medium", "small")
BEFORE = "before"  # the cohort of those that were there when the data begin

RETENTION = pa.schema(
    [
        ("by", pa.string()),  # all, age, cohort, segment, size
        ("name", pa.string()),  # "" of all; "before" = there when the data begin
        ("month", pa.int32()),
        ("kept", pa.float64()),
        ("low", pa.float64()),  # 80% interval: who was watched, and who of them is gone
        ("high", pa.float64()),
        ("sampling_low", pa.float64()),  # by Greenwood's variance alone, as if the exits were known
        ("sampling_high", pa.float64()),
        ("doubt", pa.float64()),  # share of the variance that is doubt about who is gone
        ("plain", pa.float64()),  # as if gone were who has not ordered for 365 days
        ("watched", pa.float64()),  # accounts at risk, expected
        ("gone", pa.float64()),  # accounts gone by then, expected
    ]
)
GROUPS = pa.schema(
    [
        ("by", pa.string()),
        ("name", pa.string()),
        ("accounts", pa.int64()),
        ("there_before", pa.int64()),  # when the data begin: since when is not known
        ("gone", pa.float64()),  # expected
        ("won_back", pa.int64()),  # silent for 365 days or more, and back
        ("months", pa.int32()),  # how far the curve goes
        *((f"{what}_{month}", pa.float64()) for month in (12, 24) for what in ("kept", "low", "high")),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class Grouping:
    """How accounts are watched in groups; arrays (n,), days.

    code: of each account its place in `names`; −1 = in none
    origin: the day from which its time counts; entry: days after it from which on it is watched
    since_month: before which nobody is watched
    """

    by: str
    names: list[str]
    code: Ints
    origin: Ints
    entry: Ints
    since_month: int = 0


def groupings(people: Population, settings: Settings) -> list[Grouping]:
    """All that curves are drawn of."""
    n, seen = len(people), people.seen
    none = np.zeros(n, np.int64)
    known = people.born != NEVER
    quarters = [quarter_of(int(day)) for day in people.first]
    cohorts = [
        BEFORE if before else q for before, q in zip(there_before(people), quarters, strict=True)
    ]
    segments, segment = grouped(people.words("segment"))
    shares = (settings.size_large_share, settings.size_medium_share)
    size = classes_by_share(people.floats("half_sales"), shares).astype(np.int64)
    half = people.first + 2 * EARLY_DAYS - seen
    words, cohort = grouped(cohorts)
    return [
        Grouping("all", [""], none, seen, none),
        Grouping("age", [""], np.where(known, 0, -1), people.born, np.where(known, seen - people.born, 0)),
        Grouping("cohort", words, cohort, seen, none),
        Grouping("segment", segments, segment, seen, none),
        Grouping("size", list(SIZES), size, seen, half, HALF_YEAR),
    ]  # fmt: skip


def there_before(people: Population) -> Bools:
    """Who was there when the data begin, so far as can be told."""
    return np.asarray((people.born == NEVER) | (people.born < people.begin))


def retention(
    people: Population, exits: Exits, settings: Settings, seed: int = 0
) -> tuple[pa.Table, pa.Table]:
    """The curves (RETENTION), and a row a group (GROUPS), at most MOST_MONTHS long."""
    rng = np.random.default_rng(seed)
    drawn = [exits.draw(rng) for _ in range(DRAWS)]
    curves, heads = [], []
    for grouping in groupings(people, settings):
        if not grouping.names:
            continue
        found = _Curves.of(grouping, drawn, exits)
        curves += list(found.rows())
        heads += list(found.heads(people, exits))
    return pa.Table.from_pylist(curves, RETENTION), pa.Table.from_pylist(heads, GROUPS)


@dataclass(frozen=True)
class _Curves:
    """Of one grouping, at each month: arrays (groups, months + 1); `watched` at the end of the month."""

    grouping: Grouping
    kept: Floats
    variance: Floats
    sampling: Floats
    doubt: Floats
    plain: Floats
    watched: Floats
    gone: Floats

    @classmethod
    def of(cls, grouping: Grouping, drawn: list[tuple[Floats, Bools]], exits: Exits) -> _Curves:
        inside = grouping.code >= 0
        longest = int((exits.as_of - grouping.origin)[inside].max(initial=0) / MONTH_DAYS)
        times: Floats = MONTH_DAYS * np.arange(min(longest, MOST_MONTHS) + 1, dtype=float)
        found = [_curve(grouping, until, done, times) for until, done in drawn]
        left, variance, gone, watched = (
            np.array(parts, float) for parts in zip(*found, strict=True)
        )
        pooled = rubin(left, variance)
        plain = _curve(grouping, *exits.plain(), times)[0]
        return cls(
            grouping,
            pooled.value,
            pooled.variance,
            variance.mean(axis=0),
            pooled.doubt,
            plain,
            watched.mean(axis=0),
            gone.mean(axis=0),
        )

    def last(self, place: int) -> int:
        """The month at which the curve of a group ends; −1 = it has none."""
        few = self.watched[place] < LEAST_WATCHED
        few[: self.grouping.since_month] = False
        return int(few.argmax()) - 1 if few.any() else len(few) - 1

    def point(self, place: int, month: int) -> dict[str, float | None]:
        """The share that is left at a month, with its interval; None where it is not known."""
        if not self.grouping.since_month <= month <= self.last(place):
            return dict.fromkeys(("kept", "low", "high"))
        some = np.s_[place, month]
        n = self.watched[some] + self.gone[some]
        low, high = share_interval(self.kept[some], self.variance[some], n)
        return {"kept": float(self.kept[some]), "low": float(low), "high": float(high)}

    def rows(self) -> Iterator[dict[str, object]]:
        for place, name in enumerate(self.grouping.names):
            for month in range(self.grouping.since_month, self.last(place) + 1):
                some = np.s_[place, month]
                n = self.watched[some] + self.gone[some]
                low, high = share_interval(self.kept[some], self.sampling[some], n)
                yield (
                    {"by": self.grouping.by, "name": name, "month": month}
                    | self.point(place, month)
                    | {
                        "sampling_low": float(low),
                        "sampling_high": float(high),
                        "doubt": float(self.doubt[some]),
                        "plain": float(self.plain[some]),
                        "watched": float(self.watched[some]),
                        "gone": float(self.gone[some]),
                    }
                )

    def heads(self, people: Population, exits: Exits) -> Iterator[dict[str, object]]:
        before, back = there_before(people), people.floats("returns") > 0
        for place, name in enumerate(self.grouping.names):
            mine = self.grouping.code == place
            head: dict[str, object] = {
                "by": self.grouping.by,
                "name": name,
                "accounts": int(mine.sum()),
                "there_before": int((mine & before).sum()),
                "gone": float(exits.p_gone[mine].sum()),
                "won_back": int((mine & back).sum()),
                "months": max(self.last(place), 0),
            }
            for month in (12, 24):
                head |= {f"{what}_{month}": v for what, v in self.point(place, month).items()}
            yield head


def _curve(
    grouping: Grouping, until: Floats, done: Bools, times: Floats
) -> tuple[Floats, Floats, Ints, Ints]:
    """S, Greenwood's variance, exits so far, and who is watched, at each time; (groups, len(times))."""
    n, time = len(grouping.names), until - grouping.origin
    some = (grouping.code >= 0) & (time > np.maximum(grouping.entry, 0))
    code, time, entry = grouping.code[some], time[some], grouping.entry[some].astype(float)
    left, variance, gone = survival(code, time, done[some], n, entry).at(times, n)
    came = _counts(code, np.maximum(entry, 0), times, n)
    went = _counts(code, time, times, n)
    return left, variance, gone, came - went


def _counts(code: Ints, at: Floats, times: Floats, n: int) -> Ints:
    """How many of each group are at or before each time; (n, len(times))."""
    place = np.searchsorted(times, at, side="left")
    size = len(times) + 1
    counted = np.bincount(code * size + place, minlength=n * size).reshape(n, size)
    return np.asarray(counted.cumsum(axis=1)[:, :-1], np.int64)
