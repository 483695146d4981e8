"""How accounts stand at each date, and what becomes of them after the last: models, states, money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from mainstay.core import stages
from mainstay.core.settings import Settings
from mainstay.defection.course import Memory
from mainstay.defection.notices import Word
from mainstay.defection.rhythm_forecast import Forecast, History, forecast
from mainstay.defection.risk import money_at_risk
from mainstay.defection.states import Seen, States, slips_by_share_alone, states
from mainstay.engine.awake import Awake, awake, unsupplied
from mainstay.engine.inputs import last_move, outlook_of, sight_of
from mainstay.engine.judged import Judged
from mainstay.engine.lessons import Lessons
from mainstay.engine.panel import Panel, Slice
from mainstay.engine.parts import Changed
from mainstay.engine.tables import LEAVING
from mainstay.engine.training import eligible_of, learn, rhythm_of, season_weeks, sisters_of
from mainstay.engine.wallets import Wallets
from mainstay.ledger.ledger import Ledger
from mainstay.standing.facts import Told, told_at
from mainstay.standing.history import days_of
from mainstay.standing.rhythm import Rhythm
from mainstay.standing.season import Season
from mainstay.standing.sisters import Chains
from mainstay.standing.supply import Supply


@dataclass(frozen=True)
class Present:
    """What the walk through the dates leaves of the last one; states: of each date, in order."""

    cut: Slice
    woken: Awake
    future: Forecast
    own: Rhythm
    told: Told
    sight: Seen
    states: tuple[States, ...]


@dataclass(frozen=True)
class Judging:
    """What judging goes by, beside what the passes over the lines have found.

    known_until: facts recorded later do not count; None = as_of
    progress: of the walk through the dates
    """

    ledger: Ledger
    settings: Settings
    as_of: date
    known_until: date | datetime | None
    chains: Chains
    supply: Supply | None
    progress: Callable[[int, int], None] | None = None

    def walk(
        self, seen: Panel, seasons: list[Season], moved: tuple[Slice, ...], wallets: Wallets
    ) -> Present:
        """Rhythm model and states at each date, in order of time, each remembering those before."""
        memory = Memory(len(seen.account_id))
        named = []
        short = unsupplied(self.supply, seen.account_id)
        before: Forecast | None = None
        stages.begin("states", sum(len(cut.who) for cut in seen.slices))
        progress = stages.sharing(self.progress)
        for number, (cut, moves) in enumerate(zip(seen.slices, moved, strict=True)):
            told = self.told(seen, cut)
            woken = awake(cut, seasons[number], short)
            future = forecast(
                History.at(cut.on, woken.cut),
                season_weeks(seasons[number], self.settings.horizon_weeks),
                open_order=told.open_order[cut.who],
                before=before,
            )
            before = future
            own = rhythm_of(cut, seasons[number], short)
            fall = wallets.falls[cut.on][cut.who]
            delivered = short.delivered(cut) if short else 1.0
            sight = sight_of(
                cut, moves, future, own, told, memory, share_fall=fall, delivered=delivered
            )
            named.append(states(sight, self.settings.slipping_probability))
            memory.remember(cut.who, named[-1], days_of(cut.on))
            if progress:
                progress(number + 1, len(seen.slices))
        return Present(cut, woken, future, own, told, sight, tuple(named))

    def judge(
        self,
        seen: Panel,
        seasons: list[Season],
        changed: Changed,
        lessons: Lessons,
        wallets: Wallets,
    ) -> Judged:
        """Models and states at each date; probabilities and money at the last."""
        weeks, season = self.settings.horizon_weeks, seasons[-1]
        last = self.walk(seen, seasons, changed.slices, wallets)
        cut, future, own = last.cut, last.future, last.own
        stages.begin("models", len(cut.who))
        near = sisters_of(seen, cut, own, self.chains)
        learnt = learn(
            lessons.gone,
            last.woken.cut,
            future,
            last.woken.rhythm(own),
            near=near,
            open_order=last.told.open_order[cut.who],
            horizon_weeks=weeks,
        )
        p_partial = lessons.p_partial(learnt, changed.slices[-1], changed.pace, season, weeks)
        word = Word.of(last.told.notice[cut.who])
        outlook = outlook_of(
            changed.living,
            cut,
            learnt,
            future.survival,
            word=word,
            leaving=np.isin(last.states[-1], (*LEAVING, "lost")),
            own=own,
            ended=changed.with_ours,
        )
        surely = self.settings.slipping_probability
        return Judged(
            states=last.states,
            eligible=eligible_of(cut) & ~np.isnan(future.p_alive),
            forecast=future,
            p_alive=learnt.p_alive,
            expected_orders=learnt.expected_orders,
            p_complete=word.p_complete(learnt.p_complete),
            p_partial=p_partial,
            speaks=learnt.speaks,
            learnt=learnt.model,
            rhythm=own,
            sisters=near,
            changes=last_move(changed),
            baseline=outlook.baseline,
            risk=money_at_risk(outlook),
            soon=money_at_risk(outlook, weeks, busy_weeks=season_weeks(season, weeks)),
            was_silent_last_year=last.sight.was_silent_last_year,
            share_fall=last.sight.share_fall,
            idle_days=season.idle(cut["last_day"] + 1),
            by_share=slips_by_share_alone(last.sight, last.states[-1], surely),
        )

    def told(self, seen: Panel, cut: Slice) -> Told:
        """What people and master data said of each account's end, in force at one date."""
        return told_at(
            self.ledger,
            seen.place,
            as_of=cut.on,
            known_until=self.known_until,
            joined_until=self.known_until or self.as_of,
        )
