"""Replaying the past: what would have been said at earlier dates, and what came of it.

    replay(ledger, as_of=[…], horizon_weeks=13) -> Replay

Each date is assessed as any other run would, from what was known before it; nothing else is handed
in. What came of it is read from the lines on and after the date, and stays outside of `assess`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.core.errors import InvalidSetting
from mainstay.core.settings import Settings
from mainstay.core.texts import gettext_noop
from mainstay.engine.replay_assumed import assumed_table
from mainstay.engine.replay_figures import (
    Cut,
    curve_table,
    differences_table,
    judged_table,
    scores_table,
)
from mainstay.engine.replay_put_off import put_off_at, put_off_table
from mainstay.engine.replay_run import Progress, Run
from mainstay.engine.replay_tables import ASSUMED, Replay
from mainstay.engine.replay_warnings import (
    OF_CATEGORIES,
    Look,
    left_table,
    partial_left_table,
    warnings_table,
)
from mainstay.engine.run import day_of
from mainstay.ledger.ledger import Ledger

Bools = npt.NDArray[np.bool_]
EVERY_WEEKS = 4
USUAL_LOOKS = 13  # a year of them
LEAST_KNOWN_WEEKS = 26  # of data before a date, for a judgement to be tested fairly
STEPS = 1000  # of progress, a date


def replay(
    ledger: Ledger,
    as_of: Sequence[date | str] | date | str | None = None,
    horizon_weeks: int | None = None,
    *,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Replay:
    """Assess the past and compare with what came of it.

    as_of: dates, or texts like 2011-09-09, whose horizon lies within the data; a year of them, four
        weeks apart, unless given. A single one will do
    horizon_weeks: 13 unless set otherwise
    progress: called with (done, total)
    Raises: NotFound where there is no order line; InvalidSetting for a date whose horizon has not
        passed, or that lies before the data, for what is no date, and a horizon that can't be
    """
    settings = settings or Settings()
    if horizon_weeks is not None:
        settings = settings.changed({"horizon_weeks": horizon_weeks})
    span = ledger.span_there()
    begin, end = span[0], span[1] + timedelta(days=1)
    given: Sequence[object] = [as_of] if isinstance(as_of, date | str) else as_of or ()
    dates = sorted({day_of(one) for one in given})
    dates = dates or replay_dates(begin, end, settings.horizon_weeks)
    _check(dates, begin, end, settings.horizon_weeks)
    assumed = ledger.assumed_facts(dates[-1])
    whole = progress if not assumed else _half(progress, 0)
    found = _Walk.along(Run(ledger, settings, begin, end), dates, whole).replay()
    if assumed:
        sure = Run(ledger.without_assumed(), settings, begin, end, with_peers=False)
        other = _Walk.along(sure, dates, _half(progress, 1)).replay()
        found = replace(
            found, assumed=assumed_table(found, other), meta=found.meta | {"assumed": assumed}
        )
    if progress:
        progress(1, 1)
    return found


@dataclass(frozen=True)
class _Walk:
    """What was found at each date."""

    run: Run
    dates: Sequence[date]
    cuts: list[Cut] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    shelves: list[Look] = field(default_factory=list)
    covered: list[Bools] = field(default_factory=list)
    soon: list[Bools] = field(default_factory=list)
    put_off: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def along(cls, run: Run, dates: Sequence[date], progress: Progress | None) -> _Walk:
        """Raises: InvalidSetting where there was nobody to judge"""
        walk = cls(run, dates)
        for number, on in enumerate(dates):
            walk.take(on, _part(progress, number, len(dates)))
        if not sum(len(cut.happened) for cut in walk.cuts):
            raise InvalidSetting(
                gettext_noop(
                    "At none of these dates was there an account to judge: it takes 3 order days, "
                    "one of them within a year. Choose later dates, from {begin} on."
                ),
                begin=str(run.begin + timedelta(weeks=LEAST_KNOWN_WEEKS)),
            )
        return walk

    def take(self, on: date, progress: Progress | None) -> None:
        judged, categories, complete = self.run.at(on, progress)
        self.cuts.extend([complete, judged.partial(), categories.cut()])
        before = self.looks[-1] if self.looks else None
        look = judged.look(before)
        since = before.as_of if before else None
        self.put_off.extend(put_off_at(self.run.ledger, look, self.put_off, since))
        self.looks.append(look)
        self.shelves.append(categories.look(self.shelves[-1] if self.shelves else None))
        self.covered.append(judged.covered)
        self.soon.append(judged.covered_soon)

    def replay(self) -> Replay:
        settings = self.run.settings
        cuts = [cut.untreated() for cut in self.cuts]
        young = self.run.begin + timedelta(weeks=LEAST_KNOWN_WEEKS)
        return Replay(
            scores=scores_table(cuts, settings.alerts_per_month),
            curve=curve_table(cuts),
            differences=differences_table(cuts),
            judged=judged_table(self.cuts),
            warnings=warnings_table(self.looks),
            left=left_table(self.looks, settings.horizon_weeks),
            partial_left=partial_left_table(self.looks, settings.horizon_weeks),
            category_warnings=warnings_table(self.shelves, OF_CATEGORIES),
            category_left=left_table(self.shelves, settings.horizon_weeks, OF_CATEGORIES),
            assumed=ASSUMED.empty_table(),
            put_off=put_off_table(self.put_off),
            meta=self.run.meta(self.dates, self.cuts)
            | {
                "intervals": _intervals(self.covered),
                "intervals_horizon": _intervals(self.soon),
                "assumed": {},
                "data_begin": str(self.run.begin),
                "dates_early": sum(on < young for on in self.dates),
            },
        )


def _intervals(covered: Sequence[Bools]) -> dict[str, Any]:
    """How many losses lay within their 80% intervals; None where none is known yet."""
    known = np.concatenate(covered) if covered else np.zeros(0, bool)
    return {"n": len(known), "covered": float(known.mean()) if len(known) else None}


def replay_dates(
    begin: date,
    end: date,
    horizon_weeks: int,
    *,
    since: date | None = None,
    until: date | None = None,
    every_weeks: int = EVERY_WEEKS,
) -> list[date]:
    """Dates to replay, `every_weeks` apart, the last one as late as its horizon allows.

    begin, end: first day of the data, and the day after the last
    since, until: the first and the last date wanted; a year's worth unless given
    Raises: InvalidSetting where there are too few data for any
    """
    newest = end - timedelta(weeks=horizon_weeks)
    oldest = begin + timedelta(weeks=LEAST_KNOWN_WEEKS)
    if oldest <= newest:
        _refuse_beyond(since, until, oldest, newest, horizon_weeks)
    last = min(newest, until or newest)
    first = max(
        oldest,
        since or last - timedelta(weeks=EVERY_WEEKS * (USUAL_LOOKS - 1)),
    )
    n = (last - first) // timedelta(weeks=every_weeks) + 1
    if n < 1:
        raise InvalidSetting(
            gettext_noop(
                "The order lines from {begin} to {end} leave no date to replay: it takes {known} "
                "weeks before it and {weeks} weeks after it. Load older lines, or give a shorter "
                "horizon."
            ),
            begin=str(begin),
            end=str(end - timedelta(days=1)),
            known=LEAST_KNOWN_WEEKS,
            weeks=horizon_weeks,
        )
    return [last - timedelta(weeks=every_weeks * step) for step in range(n - 1, -1, -1)]


def _refuse_beyond(
    since: date | None, until: date | None, oldest: date, newest: date, horizon_weeks: int
) -> None:
    if since and since > newest:
        raise InvalidSetting(
            gettext_noop(
                "No date from {first} on can be replayed: what came within {weeks} weeks is not known "
                "yet. The latest is {latest}."
            ),
            first=str(since),
            weeks=horizon_weeks,
            latest=str(newest),
        )
    if until and until < oldest:
        raise InvalidSetting(
            gettext_noop(
                "No date up to {last} can be replayed: it takes {known} weeks of data before it. The "
                "earliest is {earliest}."
            ),
            last=str(until),
            known=LEAST_KNOWN_WEEKS,
            earliest=str(oldest),
        )


def _check(dates: Sequence[date], begin: date, end: date, horizon_weeks: int) -> None:
    for on in dates:
        if on <= begin:
            raise InvalidSetting(
                gettext_noop(
                    "The data begin on {begin}; choose a date after it instead of {as_of}."
                ),
                begin=str(begin),
                as_of=str(on),
            )
        if on + timedelta(weeks=horizon_weeks) > end:
            raise InvalidSetting(
                gettext_noop(
                    "What came of {as_of} is not known yet: its {weeks} weeks end after the last "
                    "order line, of {last}. The latest date that can be replayed is {latest}."
                ),
                as_of=str(on),
                weeks=horizon_weeks,
                last=str(end - timedelta(days=1)),
                latest=str(end - timedelta(weeks=horizon_weeks)),
            )


def _part(progress: Progress | None, number: int, n_dates: int) -> Progress | None:
    """Progress of one date, as part of the whole."""
    if progress is None:
        return None
    return lambda done, total: progress(
        STEPS * number + STEPS * done // max(total, 1), STEPS * n_dates
    )


def _half(progress: Progress | None, number: int) -> Progress | None:
    """Progress of the first or the second half of the whole."""
    if progress is None:
        return None
    return lambda done, total: progress(total * number + done, 2 * total)
