"""What a trial would cost and could tell in this company, before it is switched on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import Text, gettext_noop
from mainstay.engine.designs import candidates_of
from mainstay.engine.learnt import learnt_of
from mainstay.engine.planning import plans
from mainstay.learning.designs import HOLD_OUT, MANAGERS, TIER, Design, Drawn, draw
from mainstay.learning.needed import Usual, usual_of
from mainstay.learning.power import (
    USUAL_POWER,
    Numbers,
    forgone,
    pooled,
    power,
    quarters_needed,
    sentences,
)
from mainstay.ledger.frozen import Frozen, FrozenFolder
from mainstay.plays.play import Play

Floats = npt.NDArray[np.float64]

QUARTER_DAYS, WEEKS_OF_QUARTER, WEEKS_OF_YEAR = 91, 13, 52
BEFORE_DAYS = (56, 182)  # how long ago a plan was that tells how many cases come
RATIO = 0.7  # what is asked to be told: of what would be lost, 30% less
RATIOS = (0.8, 0.7, 0.5)
TWICE = 2.0  # of those who come back, what is asked to be told
LEAST_BACK, MOST_BACK = 0.005, 0.45
ALIKE = 0.05  # how alike accounts of one manager are: what trials of practices usually find
ASSESSMENTS = "assessments"
_OF_ACCOUNTS = ("account_id", "tier", "manager_id", "size_class", "state", "state_since")

OWED = gettext_noop("We owe accounts what this play does, so nobody waits for it.")
SUPPLIES = gettext_noop("Goods are supplied by this play, so nobody waits for it.")
IDLE = gettext_noop("Nothing is done in this play, so there is nothing to try.")
UNKNOWN_PLAY = gettext_noop("There is no such play.")
PAST = gettext_noop("It can't begin before today: what has happened already can't be drawn.")
NOBODY = gettext_noop("No account could have this play as of the newest plan, so nobody is drawn.")
ALL_A = gettext_noop("All accounts that could have this play are of tier A, where nobody waits.")
NONE_LEFT = gettext_noop(
    "None of the {n} accounts that could have this play can be drawn: those of tier A, in another trial, or "
    "alone among their equals are left out."
)
NOBODY_BESIDE = gettext_noop(
    "Of the {n} accounts that can be drawn, none would go without, or all: there would be nobody to compare with. Choose another share, or wait until more accounts could have the play."
)
TELLS = gettext_noop(
    "By its end, an effect of {effect_share} would show with a probability of {power_share}: this can tell."
)
CANT = gettext_noop(
    "By its end, an effect of {effect_share} would show with a probability of only {power_share}: this can't tell. "
    "Better leave it: draw more accounts, let it last longer, or let several plays of the family be tried."
)
SHORT = gettext_noop(
    "Accounts differ for {weeks} weeks on average, and an outcome takes {horizon} weeks: less shows than there is."
)
RETURNS_TELL = gettext_noop(
    "Of these accounts {chance_share} are expected to come back within a year. If the play doubled that, it would show by the end with a probability of {power_share}: this can tell."
)
RETURNS_CANT = gettext_noop(
    "Of these accounts {chance_share} are expected to come back within a year. If the play doubled that, it would show by the end with a probability of only {power_share}: this can't tell. Better call them all."
)
RETURNS_COST = gettext_noop(
    "The cost is what plans count on from such calls within a year. Win back tells what is expected by how many came back so far, asked or not."
)
RETURNS = gettext_noop(
    "How long it takes to tell what a play does that wins back is not computed: too little is known of how many "
    "would return by themselves."
)
BY_CASES = gettext_noop(
    "This is reckoned with {loss_share} of the money lost without the play, as at {told_by} cases of your own."
)
ASSUMED = gettext_noop(
    "This is reckoned with {loss_share} of the money lost without the play. That is assumed: too few cases of your own tell it yet."
)


@dataclass(frozen=True)
class Expected:
    """How long until one effect shows, in quarters: by this play, and with all plays of its family."""

    effect: float
    quarters: float
    family_quarters: float


@dataclass(frozen=True)
class Outlook:
    """A trial as it would be; nothing is written.

    drawn: draws and who is left out
    candidates: CANDIDATES with `kept`, of all who could have the play
    cost: margin that waiting is expected to cost at most; waiting_weeks: on average, of an account
    now, later: cases at once, and a quarter afterwards
    tells: whether an effect of 30% shows by its end with a probability of 80%; None = not computed
    """

    drawn: Drawn
    candidates: pa.Table
    cost: float
    waiting_weeks: float
    now: int
    later: float
    said: tuple[Text, ...]
    tells: bool | None
    expected: tuple[Expected, ...] = ()


@dataclass(frozen=True)
class Basis:
    """What an outlook is computed from.

    options: of the plan of a day; accounts: of its assessment; before: options of a plan of about a quarter before,
    None = there is none, with the days between; usual: what is lost without a play, as *Learning* reckons
    back: by account, the chance that a lost one comes back within a year
    """

    as_of: date
    horizon_weeks: int
    options: pa.Table
    accounts: pa.Table
    plays: Mapping[str, Play]
    before: pa.Table | None = None
    days: int = QUARTER_DAYS
    usual: Usual = field(default_factory=Usual)
    back: Mapping[str, float] = field(default_factory=dict)


def basis(store: Path, identity: str, plays: Mapping[str, Play]) -> Basis:
    """From the kept plan and assessment of that name.

    Raises: NotFound
    """
    kept = plans(store).open(identity)
    as_of = date.fromisoformat(kept.meta["as_of"])
    accounts = FrozenFolder(store / ASSESSMENTS).open(identity).table("accounts", _OF_ACCOUNTS)
    options = kept.table("options", ["account_id", "play", "kept", "kept_out"])
    learnt = learnt_of(store, identity)
    usual = usual_of(learnt.table("needed")) if learnt is not None else Usual()
    weeks = int(kept.meta["horizon_weeks"])
    made = Basis(as_of, weeks, options, accounts, plays, usual=usual, back=_back(kept))
    before = _before(store, as_of)
    if before is None:
        return made
    days = (as_of - date.fromisoformat(before.meta["as_of"])).days
    return replace(made, before=before.table("options", ["account_id", "play"]), days=days)


def _back(plan: Frozen) -> dict[str, float]:
    lost = plan.table("lost", ["account_id", "chance"]).to_pylist()
    return {row["account_id"]: row["chance"] for row in lost if row["chance"] is not None}


def _before(store: Path, as_of: date) -> Frozen | None:
    """The plan that is nearest to a quarter before a day."""
    found: list[tuple[int, Frozen]] = []
    for kept in plans(store).all():
        days = (as_of - date.fromisoformat(kept.meta["as_of"])).days
        if BEFORE_DAYS[0] <= days <= BEFORE_DAYS[1]:
            found.append((abs(days - QUARTER_DAYS), kept))
    return min(found, key=lambda one: one[0])[1] if found else None


def may_wait(name: str, plays: Mapping[str, Play]) -> Play:
    """A play that accounts may wait for.

    Raises: InvalidSetting
    """
    play = plays.get(name)
    if play is None:
        raise InvalidSetting(UNKNOWN_PLAY)
    if not play.extra:
        raise InvalidSetting(OWED if play.owed else IDLE if play.idle else SUPPLIES)
    return play


def outlook(design: Design, play: str, of: Basis, standing: pa.Table, today: date) -> Outlook:
    """What a trial of a play would be.

    standing: DRAWS of the trials that are not over
    Raises: InvalidSetting where it can't be, or nobody could be drawn
    """
    one = may_wait(play, of.plays)
    if design.starts[0] < today:
        raise InvalidSetting(PAST)
    candidates = candidates_of(of.options, of.accounts, play)
    drawn = draw(design, candidates, of.plays, standing)
    _check_somebody(candidates, drawn, design)
    mine = pc.is_in(candidates["account_id"], value_set=drawn.draws["account_id"].combine_chunks())
    some = candidates.filter(mine)
    weeks = waiting_weeks(design)
    kept = dict(zip(some["account_id"].to_pylist(), some["kept"].to_pylist(), strict=True))
    part = {account: margin * weeks / WEEKS_OF_YEAR for account, margin in kept.items()}
    made = Outlook(drawn, candidates, forgone(part, part), weeks, some.num_rows, 0.0, (), None)
    if one.returns:
        return _of_returns(made, design, one, of)
    return _told(made, design, one, of)


def _of_returns(made: Outlook, design: Design, play: Play, of: Basis) -> Outlook:
    """Whether it would show that a play doubles how many of those lost come back within a year."""
    ids = made.drawn.draws["account_id"].to_pylist()
    some = [of.back[one] for one in ids if one in of.back]
    later = come(play.name, _may_wait_of(candidates_of(of.options, of.accounts, play.name)), of)
    if not some:
        return replace(made, later=later, said=(Text(RETURNS), Text(RETURNS_COST)))
    back = float(np.clip(np.mean(some), LEAST_BACK, MOST_BACK))
    shown = min(apart_weeks(design) / WEEKS_OF_YEAR, 1.0)
    share = 1 - design.held if design.kind == HOLD_OUT else 0.5
    numbers = Numbers(later, back, TWICE, share, scatter=1 / shown**2, at_once=made.now)
    chance = power(numbers, _open_quarters(design))
    tells = chance >= USUAL_POWER
    data = {"chance_share": round(back, 3), "power_share": round(chance, 3)}
    said = [Text(RETURNS_TELL if tells else RETURNS_CANT, data)]
    said += _short(design, WEEKS_OF_YEAR)
    return replace(made, later=later, said=(*said, Text(RETURNS_COST)), tells=tells)


def _check_somebody(candidates: pa.Table, drawn: Drawn, design: Design) -> None:
    """Raises: InvalidSetting where nobody is drawn, or nobody is to be compared with"""
    n = candidates.num_rows
    if not n:
        raise InvalidSetting(NOBODY)
    if not drawn.draws.num_rows:
        if set(drawn.left_out["why"].to_pylist()) == {TIER}:
            raise InvalidSetting(ALL_A)
        raise InvalidSetting(NONE_LEFT, n=n)
    if design.kind == HOLD_OUT and len(drawn.draws["arm"].unique()) < 2:
        raise InvalidSetting(NOBODY_BESIDE, n=drawn.draws.num_rows)


def waiting_weeks(design: Design) -> float:
    """How long an account waits on average, over all that are drawn."""
    first = design.starts[0]
    if design.kind == HOLD_OUT:
        return design.held * ((design.to - first).days + 1) / 7
    return float(np.mean([(start - first).days / 7 for start in design.starts]))


def _told(made: Outlook, design: Design, play: Play, of: Basis) -> Outlook:
    """With how many cases come, and how long it takes to tell."""
    some = _may_wait_of(candidates_of(of.options, of.accounts, play.name))
    later = come(play.name, some, of)
    # Those who are in another trial, or alone among their equals, are no cases of this one.
    alone = _numbers(design, some, made.now, later, of)
    others = [
        _of_other(design, other.name, of)
        for other in of.plays.values()
        if other.name != play.name and other.extra and family_of(other) == family_of(play)
    ]
    family = pooled([alone, *(one for one in others if one is not None)])
    chance = power(alone, _open_quarters(design))
    data = {"effect_share": round(1 - RATIO, 3), "power_share": round(chance, 3)}
    tells = chance >= USUAL_POWER
    said = [
        *sentences(alone, family if family.at_once > alone.at_once else None),
        Text(TELLS if tells else CANT, data),
        _reckoned(of.usual),
    ]
    said += _short(design, of.horizon_weeks)
    return replace(
        made, later=later, said=tuple(said), tells=tells, expected=_expected(alone, family)
    )


def _short(design: Design, outcome_weeks: int) -> list[Text]:
    """That accounts differ for a shorter time than an outcome takes; else nothing."""
    apart = apart_weeks(design)
    data = {"weeks": round(apart, 1), "horizon": outcome_weeks}
    return [Text(SHORT, data)] if apart < outcome_weeks else []


def _reckoned(usual: Usual) -> Text:
    """What the figures rest on."""
    data = {"loss_share": usual.loss, "told_by": usual.told_by}
    return Text(BY_CASES if usual.told_by else ASSUMED, data)


def _expected(alone: Numbers, family: Numbers) -> tuple[Expected, ...]:
    return tuple(
        Expected(
            1 - ratio,
            quarters_needed(replace(alone, ratio=ratio)),
            quarters_needed(replace(family, ratio=ratio)),
        )
        for ratio in RATIOS
    )


def apart_weeks(design: Design) -> float:
    """For how long an account with the play and one without it differ, on average."""
    if design.kind == HOLD_OUT:
        return ((design.to - design.starts[0]).days + 1) / 7
    between = (design.starts[1] - design.starts[0]).days / 7
    return between * len(design.starts) / 2


def _open_quarters(design: Design) -> float:
    """For how long accounts that come later are still drawn: while two waves are ahead, or to the end."""
    last = design.to if design.kind == HOLD_OUT else design.starts[-2]
    return (last - design.starts[0]).days / QUARTER_DAYS


def family_of(play: Play) -> tuple[str, str]:
    """Plays of one family do the same thing, against the same causes most of all."""
    fits = {cause.partition(".")[0]: 0.0 for cause in play.fits}
    for cause, fit in play.fits.items():
        name = cause.partition(".")[0]
        fits[name] = max(fits[name], float(fit))
    fits.pop("unknown", None)
    return play.effect.of, max(fits, key=fits.__getitem__, default="")


def _of_other(design: Design, play: str, of: Basis) -> Numbers | None:
    """What another play of the family would add, if it were tried in the same way."""
    some = _may_wait_of(candidates_of(of.options, of.accounts, play))
    if not some.num_rows:
        return None
    return _numbers(design, some, some.num_rows, come(play, some, of), of)


def _numbers(design: Design, some: pa.Table, now: int, later: float, of: Basis) -> Numbers:
    """What the power is computed from; what is lost without a play is that of all cases, as *Learning* reckons: the
    few who are drawn today are not those who come."""
    horizon = of.horizon_weeks
    shown = min(apart_weeks(design) / horizon, 1.0)
    managers = len(set(some["manager_id"].to_pylist()) - {None})
    whole = design.kind == MANAGERS and managers
    return Numbers(
        cases=later,
        at_once=now,
        loss=of.usual.loss,
        ratio=RATIO,
        share=1 - design.held if design.kind == HOLD_OUT else 0.5,
        explained=of.usual.explained,
        # An effect that shows for a part of the horizon is smaller by that part.
        scatter=of.usual.scatter / shown**2,
        of_unit=max(some.num_rows / managers, 1.0) if whole else 1.0,
        alike=ALIKE if whole else 0.0,
    )


def _may_wait_of(candidates: pa.Table) -> pa.Table:
    return candidates.filter(pc.is_in(candidates["tier"], value_set=pa.array(["B", "C"])))


def come(play: str, some: pa.Table, of: Basis) -> float:
    """How many accounts become candidates of a play in a quarter.

    Those that are now and were not about a quarter ago; without a plan of then, those whose state began within
    the last quarter.
    some: its candidates now, of those who may wait
    """
    now = some["account_id"].combine_chunks()
    if of.before is not None:
        there = of.before.filter(pc.equal(of.before["play"], play))["account_id"]
        new = pc.invert(pc.is_in(now, value_set=there.combine_chunks()))
        return float(pc.sum(new).as_py() or 0) * QUARTER_DAYS / of.days
    since = of.accounts.filter(pc.is_in(of.accounts["account_id"], value_set=now))["state_since"]
    first = pa.scalar(of.as_of - timedelta(days=QUARTER_DAYS), pa.date32())
    return float(pc.sum(pc.greater(since, first)).as_py() or 0)
