"""One date of a replay: what the assessment and the others said, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.core.settings import Settings
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
from mainstay.engine.replay_figures import Cut
from mainstay.engine.replay_judged import Came, Judged
from mainstay.engine.replay_summary import DAYS_A_MONTH
from mainstay.engine.replay_tables import OURS
from mainstay.engine.replay_warnings import LOOK_DAYS
from mainstay.engine.run import assess
from mainstay.engine.training import examples_of, labelled, rhythm_of, season_weeks
from mainstay.ledger.executor import Amount
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.lines import Lines
from mainstay.standing.history import days_of
from mainstay.standing.season import Season
from mainstay.standing.shortages import Watch
from mainstay.standing.supply import Found as Missing
from mainstay.standing.supply import Supply
from mainstay.standing.treated import Treatments

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Run:
    """A replay of one ledger, date by date.

    begin, end: first day of the data, and the day after the last
    with_peers: whether the others are asked too
    """

    ledger: Ledger
    settings: Settings
    begin: date
    end: date
    with_peers: bool = True

    def at(self, on: date, progress: Progress | None) -> tuple[Judged, Categories, Cut]:
        """One date: what was said by all, and what came of it."""
        result = assess(self.ledger, on, settings=self.settings, progress=progress)
        amount = cast(Amount, result.meta["amount"])
        judged, categories = self.judged(result, amount)
        said = {OURS: Said(judged.p_complete, judged.p_complete)}
        if self.with_peers:
            said |= self.peers(on, amount, result, judged)
        return judged, categories, judged.complete(said)

    def judged(self, result: Assessment, amount: Amount) -> tuple[Judged, Categories]:
        """What the assessment said, and what came of it."""
        on, weeks = result.as_of, self.settings.horizon_weeks
        after, paces = Aftermath(on, weeks, self.begin, self.end), Paces((on,), weeks)
        shelves = CategoryAftermath(on, weeks, self.begin, self.end)
        shelf = Watch(self.ledger, self.end)
        missing = shelf.kernel

        def all_of_them(lines: Lines) -> tuple[pa.Table, pa.Table, pa.Table, Missing | None]:
            short = missing.of(lines) if missing else None
            return after(lines), paces(lines), shelves(lines), short

        found = self.ledger.map_buckets(
            all_of_them,
            columns=shelf.columns(CategoryAftermath.columns),
            as_of=self.end,
            amount=amount,
            known_until=on,  # accounts as they were joined at that date
        )
        *tables, short = zip(*found, strict=True)
        shelf.saw([one for one in short if one])
        table, pace, parts = (pa.concat_tables(of_all) for of_all in tables)
        season = season_kept(result.season, result.meta)
        partial = self.partial(on, pace, season, shelf.supply)
        came = Came(table, partial, self.treated(on, table["account_id"].to_pylist()), self.end)
        categories = Categories.of(
            result,
            parts,
            came,
            season=season,
            supply=shelf.supply,
            horizon_weeks=weeks,
        )
        return Judged.of(result, came, weeks), categories

    def treated(self, on: date, account_id: list[str]) -> frozenset[str]:
        """Whom something was done about within the horizon, by all that is known now."""
        at = days_of(on)
        among = Treatments.of(self.ledger, account_id)
        chosen = among.between(at, at + 7 * self.settings.horizon_weeks)
        return frozenset(account_id[i] for i in np.flatnonzero(chosen))

    def partial(
        self, on: date, paces: pa.Table, season: Season, supply: Supply | None
    ) -> dict[str, bool]:
        """Of the accounts for which it can be told, whether they partly left; windows of slow ones
        are longer than the horizon, and some reach beyond the data.

        supply: what accounts could not buy of us, which was not to be expected either
        """
        pace = Pace.of(paces, 0)
        at, end = days_of(on), days_of(self.end)
        exposure = season.weeks_from(at, pace.window_days)
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

        def listed(lines: Lines) -> tuple[pa.Array, pa.Table]:
            return lines.account_ids, kernel(lines)

        made = self.ledger.map_buckets(listed, columns=PastSlices.columns, as_of=on, amount=amount)
        ids, tables = zip(*made, strict=True)
        account_id = sorted_ids(list(ids))
        seen = panel(pa.concat_tables(tables), account_id, dates)
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
            "months": months_of(dates),
            "store_version": self.ledger.version,
            "settings": asdict(self.settings),
        }


def months_of(dates: Sequence[date]) -> float:
    """How long the changes of state were looked at: each date stands for the time since the last."""
    first = min((dates[1] - dates[0]).days, LOOK_DAYS) if len(dates) > 1 else LOOK_DAYS
    return ((dates[-1] - dates[0]).days + first) / DAYS_A_MONTH


def _of(said: Said, rows: npt.NDArray[np.int64]) -> Said:
    return Said(said.score[rows], None if said.p is None else said.p[rows])
