"""Replaying the past: what would have been said at earlier dates, and what came of it.

    replay(ledger, as_of=[…], horizon_weeks=13) -> Replay

Each date is assessed as any other run would, from what was known before it; nothing else is handed
in. What came of it is read from the lines on and after the date, and stays outside of `assess`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.core.errors import InvalidSetting, NotFound
from mainstay.core.settings import Settings
from mainstay.core.texts import gettext_noop
from mainstay.defection.aftermath import Aftermath
from mainstay.defection.category_outcomes import CategoryAftermath
from mainstay.defection.outcomes import PARTIAL, Pace, Paces, outcomes
from mainstay.defection.past import LEAST_KNOWN_DAYS, PastSlices
from mainstay.defection.peers import Said, model_scores, simple_scores, tree_scores
from mainstay.defection.rhythm_forecast import History, forecast
from mainstay.engine.assessment import Assessment
from mainstay.engine.awake import unsupplied
from mainstay.engine.kept_season import season_kept
from mainstay.engine.panel import Panel, panel, sorted_ids
from mainstay.engine.replay_categories import Categories
from mainstay.engine.replay_figures import (
    Cut,
    curve_table,
    differences_table,
    judged_table,
    scores_table,
)
from mainstay.engine.replay_judged import Came, Judged
from mainstay.engine.replay_summary import DAYS_A_MONTH
from mainstay.engine.replay_tables import OURS, Replay
from mainstay.engine.replay_warnings import (
    LOOK_DAYS,
    OF_CATEGORIES,
    Look,
    left_table,
    warnings_table,
)
from mainstay.engine.run import assess
from mainstay.engine.training import examples_of, labelled, rhythm_of, season_weeks
from mainstay.ledger.executor import Amount
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.lines import Lines
from mainstay.standing.history import days_of
from mainstay.standing.season import Season
from mainstay.standing.shortages import Watch
from mainstay.standing.supply import Supply

Progress = Callable[[int, int], None]
Columns = dict[str, npt.NDArray[Any]]
EVERY_WEEKS = 4
USUAL_LOOKS = 13  # a year of them
LEAST_KNOWN_WEEKS = 26  # of data before a date, for a judgement to be tested fairly
YEAR_WEEKS = 52
STEPS = 1000  # of progress, a date


def replay(
    ledger: Ledger,
    as_of: Sequence[date] | None = None,
    horizon_weeks: int | None = None,
    *,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Replay:
    """Assess the past and compare with what came of it.

    as_of: dates whose horizon lies within the data; a year of them, four weeks apart, unless given
    horizon_weeks: 13 unless set otherwise
    progress: called with (done, total)
    Raises: NotFound where there is no order line; InvalidSetting for a date whose horizon has not
        passed, or that lies before the data
    """
    settings = settings or Settings()
    if horizon_weeks is not None:
        settings = replace(settings, horizon_weeks=horizon_weeks)
    span = ledger.span()
    if span is None:
        raise NotFound(
            gettext_noop("There are no order lines yet; import some with `mainstay import FILE`.")
        )
    begin, end = span[0], span[1] + timedelta(days=1)
    dates = sorted(set(as_of)) if as_of else replay_dates(begin, end, settings.horizon_weeks)
    _check(dates, begin, end, settings.horizon_weeks)
    run = _Run(ledger, settings, begin, end)
    covered: list[npt.NDArray[np.bool_]] = []
    soon: list[npt.NDArray[np.bool_]] = []
    cuts: list[Cut] = []
    looks: list[Look] = []
    shelves: list[Look] = []
    for number, on in enumerate(dates):
        judged, categories, complete = run.at(on, _part(progress, number, len(dates)))
        cuts += [complete, judged.partial(), categories.cut()]
        looks.append(judged.look(looks[-1] if looks else None))
        shelves.append(categories.look(shelves[-1] if shelves else None))
        covered.append(judged.covered)
        soon.append(judged.covered_soon)
    if progress:
        progress(1, 1)
    if not sum(len(cut.happened) for cut in cuts):
        raise InvalidSetting(
            gettext_noop(
                "At none of these dates was there an account to judge: it takes 3 order days, one of "
                "them within a year. Choose later dates, from {begin} on."
            ),
            begin=str(begin + timedelta(weeks=LEAST_KNOWN_WEEKS)),
        )
    return Replay(
        scores=scores_table(cuts, settings.alerts_per_month),
        curve=curve_table(cuts),
        differences=differences_table(cuts),
        judged=judged_table(cuts),
        warnings=warnings_table(looks),
        left=left_table(looks, settings.horizon_weeks),
        category_warnings=warnings_table(shelves, OF_CATEGORIES),
        category_left=left_table(shelves, settings.horizon_weeks, OF_CATEGORIES),
        meta=run.meta(dates, cuts)
        | {"intervals": _intervals(covered), "intervals_horizon": _intervals(soon)},
    )


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
    last = min(newest, until or newest)
    first = max(
        begin + timedelta(weeks=LEAST_KNOWN_WEEKS),
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


@dataclass(frozen=True)
class _Run:
    """begin, end: first day of the data, and the day after the last"""

    ledger: Ledger
    settings: Settings
    begin: date
    end: date

    def at(self, on: date, progress: Progress | None) -> tuple[Judged, Categories, Cut]:
        """One date: what was said by all, and what came of it."""
        result = assess(self.ledger, on, settings=self.settings, progress=progress)
        amount = cast(Amount, result.meta["amount"])
        judged, categories = self.judged(result, amount)
        said = {OURS: Said(judged.p_complete, judged.p_complete)}
        said |= self.peers(on, amount, result, judged)
        return judged, categories, judged.complete(said)

    def judged(self, result: Assessment, amount: Amount) -> tuple[Judged, Categories]:
        """What the assessment said, and what came of it."""
        on, weeks = result.as_of, self.settings.horizon_weeks
        after, paces = Aftermath(on, weeks, self.begin, self.end), Paces((on,), weeks)
        shelves = CategoryAftermath(on, weeks, self.begin, self.end)
        found: list[pa.Table] = []
        shelf = Watch(self.ledger, self.end)
        parts: list[pa.Table] = []

        def all_of_them(lines: Lines) -> pa.Table:
            found.append(paces(lines))
            parts.append(shelves(lines))
            shelf.see(lines)
            return after(lines)

        table = self.ledger.map_accounts(
            all_of_them,
            columns=shelf.columns(CategoryAftermath.columns),
            as_of=self.end,
            amount=amount,
            known_until=on,  # accounts as they were joined at that date
        )
        season = season_kept(result.season, result.meta)
        partial = self.partial(on, pa.concat_tables(found), season, shelf.supply)
        categories = Categories.of(
            result,
            pa.concat_tables(parts),
            season=season,
            end=self.end,
            horizon_weeks=weeks,
        )
        return Judged.of(result, Came(table, partial, self.end), weeks), categories

    def partial(
        self, on: date, paces: pa.Table, season: Season, supply: Supply | None
    ) -> dict[str, bool]:
        """Of the accounts for which it can be told, whether they partly left; windows of slow ones
        are longer than the horizon, and some reach beyond the data.

        supply: what accounts could not buy of us, which was not to be expected either
        """
        pace = Pace.of(paces, 0)
        at, end = days_of(on), days_of(self.end)
        exposure = (season.clock(at + pace.window_days) - season.clock(at)) / 7
        names = np.array(paces["account_id"].to_pylist(), object)
        if short := unsupplied(supply, names.tolist()):
            exposure = exposure * short.left(np.arange(len(names)), at, pace.window_days)
        came = outcomes(pace, exposure) == PARTIAL
        known = pace.known(at, end)
        return dict(zip(names[known], came[known].tolist(), strict=True))

    def peers(
        self, on: date, amount: Amount, result: Assessment, judged: Judged
    ) -> dict[str, Said]:
        """What the others say of the eligible accounts, from rows dated before the date alone."""
        weeks = self.settings.horizon_weeks
        earlier = on - timedelta(weeks=weeks)
        learns = (earlier - self.begin).days >= LEAST_KNOWN_DAYS
        dates = (earlier, on) if learns else (on,)
        kernel = PastSlices(dates, on, self.begin)
        ids: list[pa.Array] = []

        def listed(lines: Lines) -> pa.Table:
            ids.append(lines.account_ids)
            return kernel(lines)

        table = self.ledger.map_accounts(
            listed, columns=PastSlices.columns, as_of=on, amount=amount
        )
        account_id = sorted_ids(ids)
        seen = panel(table, account_id, dates)
        season = season_kept(result.season, result.meta)
        cut = seen.slices[-1]
        future = forecast(History.at(on, cut), season_weeks(season, weeks))
        now = examples_of(cut, future, rhythm_of(cut, season))
        past = labelled(
            Panel(seen.account_id, seen.slices[:-1]),
            [season.before(c.on) for c in seen.slices[:-1]],
            weeks,
        )
        names = np.array(seen.account_id, object)[cut.who]
        place = {account: i for i, account in enumerate(names)}
        rows = np.array([place[a] for a in judged.account_id], np.int64)
        columns = {name: values[rows] for name, values in cut.columns.items()}
        found = simple_scores(columns, judged.orders_365, days_of(on))
        found |= model_scores(History.at(on, cut), rows, weeks)
        trees = tree_scores(past[0] if past else None, now)
        where = {int(row): i for i, row in enumerate(now.rows)}
        if trees and all(int(row) in where for row in rows):
            some = np.array([where[int(row)] for row in rows], np.int64)
            found |= {name: _of(said, some) for name, said in trees.items()}
        return {name: said for name, said in found.items() if not np.isnan(said.score).any()}

    def meta(self, dates: Sequence[date], cuts: Sequence[Cut]) -> dict[str, Any]:
        complete = [cut for cut in cuts if cut.outcome == "complete"]
        managers = [cut.managers for cut in complete]
        return {
            "as_of": [str(on) for on in dates],
            "horizon_weeks": self.settings.horizon_weeks,
            "outcomes": list(dict.fromkeys(cut.outcome for cut in cuts if len(cut.happened))),
            "methods": list(dict.fromkeys(m for cut in cuts for m in cut.said)),
            "currency": self.ledger.reporting_currency or "",
            "alerts_per_month": self.settings.alerts_per_month,
            "managers": int(np.median(managers)) if managers else 0,
            "desks": float(np.median([cut.desks for cut in complete])) if complete else 0.0,
            "months": _months(dates),
            "store_version": self.ledger.version,
            "settings": asdict(self.settings),
        }


def _months(dates: Sequence[date]) -> float:
    """How long the changes of state were looked at: each date stands for the time since the last."""
    first = min((dates[1] - dates[0]).days, LOOK_DAYS) if len(dates) > 1 else LOOK_DAYS
    return ((dates[-1] - dates[0]).days + first) / DAYS_A_MONTH


def _intervals(covered: Sequence[npt.NDArray[np.bool_]]) -> dict[str, Any]:
    """How many losses of 52 weeks lay within their 80% intervals; None where none is known yet."""
    known = np.concatenate(covered) if covered else np.zeros(0, bool)
    return {"n": len(known), "covered": float(known.mean()) if len(known) else None}


def _of(said: Said, rows: npt.NDArray[np.int64]) -> Said:
    return Said(said.score[rows], None if said.p is None else said.p[rows])
