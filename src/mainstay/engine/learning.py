"""Cases of plays that keep: from what was drawn, begun and left alone to rows that effects are told from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from mainstay.engine.alone import Alone, Begun, begun_of, by_week
from mainstay.engine.draws import Known, Meant, intended
from mainstay.engine.outcomes import by_assessment
from mainstay.engine.then import WEEK_DAYS, Floats, Kept, Then, came
from mainstay.learning.cases import NEVER, Cases
from mainstay.ledger.ledger import Ledger
from mainstay.plays.effects import LEAST_EXPECTED
from mainstay.plays.gains import fit_of
from mainstay.plays.play import LEAVING, Play
from mainstay.plays.situation import NOTHING

TRAITS = ("log_money", "log_year", "tier_a", "tier_b", "large", "leaving", "told")
_EPOCH = date(1970, 1, 1).toordinal()


def cases_of(
    ledger: Ledger,
    store: Path,
    plays: Mapping[str, Play],
    *,
    as_of: date,
    known_until: Any = None,
) -> Cases:
    """One row an account that a play which keeps, or nothing, was drawn or chosen for, a horizon or more ago.

    What coins and designs drew tells by what was drawn, done or not; what people and the rule began by that;
    beside the latter, accounts of the same weeks for which nothing was chosen (`alone`).
    Expected, the likeliest cause and traits are those of the last assessment before (of the 35 days up to it), and of
    its explanation. Lost: of what was to be expected if nothing changed, what did not come from that day on.
    Nothing that happened or was recorded after `as_of` and `known_until` counts.
    store: where assessments and explanations are kept (`Home.store`)
    """
    keeping = {name: play for name, play in plays.items() if not play.returns}
    known, kept = Known(ledger, keeping, as_of, known_until), Kept.of(ledger, as_of)
    told = intended(known, kept.weeks_at)
    look = _Look(keeping, begun_of(known), as_of)
    rows: list[_Row] = []
    chosen: list[tuple[str, Meant, float]] = []
    # One assessment after the other, of which nothing but the rows is kept.
    for identity, some in by_assessment([*told.by_designs, *told.others], kept.dates).items():
        judged = Then.open(ledger, store, identity, as_of).only([one.account for one in some])
        mine = look.rows(judged, some)
        rows += mine
        chosen += [
            (identity, row.meant, row.risk)
            for row in mine
            if row.meant.probability is None and row.meant.play != NOTHING
        ]
    alone = Alone(look.begun, told.spans, as_of)
    for identity, theirs in by_week(chosen, kept.dates):
        judged = Then.open(ledger, store, identity, as_of)
        some = alone.beside(judged, theirs)
        rows += look.rows(judged.only([one.account for one in some]), some)
    return _cases(ledger, rows, (as_of, known_until))


@dataclass(frozen=True)
class _Row:
    """What was meant for one account, with what was known of it then.

    days: of its outcome; part: of the horizon; baseline: money to be expected in it, in net sales
    risk: share that was expected to be lost; done, began: the play that was done within the time, and its day
    """

    meant: Meant
    days: int
    part: float
    baseline: float
    risk: float
    cause: str
    fit: float
    traits: tuple[float, ...]
    done: str
    began: int


@dataclass(frozen=True)
class _Look:
    """How rows are made: by which plays, by what was really begun, as of when."""

    plays: Mapping[str, Play]
    begun: Begun
    as_of: date

    def rows(self, judged: Then, some: Iterable[Meant]) -> list[_Row]:
        """Of those whose outcome is over, and that the assessment knew."""
        horizon, traits = judged.weeks * WEEK_DAYS, _traits(judged)
        found = []
        for one in some:
            days, i = min(one.days or horizon, horizon), judged.place.get(one.account)
            if i is None or one.begins + timedelta(days=days) > self.as_of:
                continue
            done, began = self._done(one, days)
            play = self.plays.get(one.play if one.play != NOTHING else done)
            found.append(
                _Row(
                    one,
                    days,
                    days / horizon,
                    float(judged.expected[0][i] / judged.share),
                    float(judged.risk[i]),
                    str(judged.first[i]),
                    float(judged.causes[i] @ fit_of(play)) if play else 1.0,
                    tuple(traits[i].tolist()),
                    done,
                    began,
                )
            )
        return found

    def _done(self, one: Meant, days: int) -> tuple[str, int]:
        """The play that was done within the time: the drawn one where it was, else the first."""
        last = one.begins + timedelta(days=days)
        runs = [
            (play != one.play, begins, play)
            for begins, _, play in self.begun.get(one.account, ())
            if one.begins <= begins < last and play in self.plays
        ]
        return (min(runs)[2], min(runs)[1].toordinal()) if runs else (NOTHING, NEVER)


def _traits(judged: Then) -> Floats:
    """TRAITS (n_accounts, k): what a choice may have gone by, beside the risk and the cause."""
    tier, state = judged.words("tier"), judged.words("state")
    money = [judged.expected[0], judged.column("amount_52")]
    logs = [np.log1p(np.maximum(np.nan_to_num(one), 0.0)) for one in money]
    large = judged.words("size_class") == "large"
    leaving = np.isin(state, LEAVING)
    return np.column_stack([*logs, tier == "A", tier == "B", large, leaving, state == "noticed"])


def _cases(ledger: Ledger, rows: Sequence[_Row], when: tuple[date, Any]) -> Cases:
    def numbers(values: Iterable[float]) -> Floats:
        return np.array(list(values), float)

    first = np.array([r.meant.begins.toordinal() for r in rows], np.int64)
    days = np.array([r.days for r in rows], np.int64)
    account = [r.meant.account for r in rows]
    money = came(ledger, (account, (first - _EPOCH).tolist(), days.tolist()), *when)
    # Of a shorter time than the horizon so much less: who leaves on any day alike has lost so much by then.
    part = numbers(r.part for r in rows)
    to_come = numbers(r.baseline for r in rows) * part
    chance = (r.meant.probability for r in rows)
    risk = numbers(r.risk for r in rows)
    return Cases(
        account_id=_names(account),
        unit=_names([r.meant.unit or r.meant.account for r in rows]),
        drawn=_names([r.meant.play for r in rows]),
        done=_names([r.done for r in rows]),
        cause=_names([r.cause for r in rows]),
        fit=numbers(r.fit for r in rows),
        expected=np.where(risk <= 0, LEAST_EXPECTED, np.clip(np.nan_to_num(risk * part), 0.0, 1.0)),
        lost=1 - money / np.where(to_come > 0, to_come, np.nan),
        # A probability that can be none, of a row that a file brought, is as if nobody had drawn.
        probability=numbers(one if one and one <= 1 else np.nan for one in chance),
        design=_names([r.meant.design for r in rows]),
        first=first,
        last=first + days - 1,
        began=np.array([r.began for r in rows], np.int64),
        traits=np.array([r.traits for r in rows], float).reshape(len(rows), len(TRAITS)),
    )


def _names(values: Sequence[str]) -> Any:
    found = np.empty(len(values), object)
    found[:] = values
    return found
