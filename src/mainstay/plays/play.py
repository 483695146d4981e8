"""A play: something that one can do about an account, what it suits, what it takes, what it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, timedelta
from typing import Any

from mainstay.causes.families import BY_NAME, FAMILIES, UNKNOWN
from mainstay.core.budgets import POOLS
from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop

# Who does a step. Assigned to the account: manager, service. Above the manager: senior. The others are
# whoever has that work in the table `staff`.
ROLES = ("manager", "service", "senior", "quality", "supply", "finance")
SIZES = ("large", "medium", "small")
LEAVING = ("noticed", "late", "slipping")
STANDING = ("new", "growing", "steady", "won_back")
KEPT = (*LEAVING, *STANDING)  # still buying
STATES = (*LEAVING, "lost", *STANDING, "quiet", "closed")
KEEPS, RETURNS = "keeps", "returns"
MOST_HOURS, MOST_STEPS, MOST_DAY, LONGEST = 400.0, 30, 364, 1000


@dataclass(frozen=True)
class Step:
    """What somebody does on a day after the beginning (0 = at once).

    gives: money or terms are given by it; where they need approval, it and those after it wait
    """

    role: str
    day: int
    hours: float
    wording: str
    gives: bool = False


@dataclass(frozen=True)
class Cost:
    """Money beside the hours: a sum, and a part of what the account buys in 52 weeks.

    pool: the budget that it comes from, one of POOLS
    """

    money: float = 0.0
    share: float = 0.0
    pool: str = ""


@dataclass(frozen=True)
class Effect:
    """What is thought of its effect before anything is learnt.

    of: KEEPS: the money still lost, over what would be lost without it, where it suits fully.
        RETURNS: the part of what has gone that comes back in a year
    median, spread: log-normal; spread is the standard deviation of the logarithm
    """

    median: float
    spread: float
    of: str = KEEPS


@dataclass(frozen=True)
class Play:
    """One play; wording in English, which is the catalogue's key.

    title, what, why, proof: its name, what is done, why it helps, how one sees that it was done
    rules: of MISSION.md
    fits: how far it suits, 0..1, by family of causes, `family.reason`, or "unknown"; else 0
    states: of accounts that it is for
    needs: signals of which one must be there now; empty = none
    sizes: size classes that it is for; empty = all
    owed: we owe it (an answer, a delivery): no coin ever decides against it
    concession: gives money or terms without a return
    visit: time with people alone, nothing that could be taken for a favour
    last_resort: only where nothing else is worth it
    idle: nothing is done
    approval: money or terms that somebody above must approve; a play that costs money needs it anyway
    fresh_days: only so many days after the state began; None = at any time
    stop_days: after so many days it ends unless renewed; None = it ends by itself
    """

    name: str
    title: str
    what: str
    why: str
    proof: str
    rules: tuple[str, ...]
    fits: Mapping[str, float]
    states: tuple[str, ...]
    steps: tuple[Step, ...]
    effect: Effect
    cost: Cost = field(default_factory=Cost)
    needs: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    owed: bool = False
    concession: bool = False
    visit: bool = False
    last_resort: bool = False
    idle: bool = False
    approval: bool = False
    fresh_days: int | None = None
    stop_days: int | None = None
    in_service: bool = True

    def __post_init__(self) -> None:
        problem = _problem(self)
        if problem:
            raise InvalidSetting(
                gettext_noop("The play “{play}” can't be used: {what}."),
                play=self.name[:LONGEST],
                what=problem,
            )

    @property
    def hours(self) -> float:
        return sum(step.hours for step in self.steps)

    @property
    def returns(self) -> bool:
        """Whether it wins back what has gone, in the place of keeping what is there."""
        return self.effect.of == RETURNS

    @property
    def extra(self) -> bool:
        """Whether an account may wait for it, or go without, so that its effect can be learnt.

        Never what we owe (answers, complaints, promises), and never supply.
        """
        return not (self.owed or self.idle or any(step.role == "supply" for step in self.steps))

    @property
    def lead(self) -> str:
        """The role that leads it: that of most hours, the first where several have as many."""
        by_role: dict[str, float] = {}
        for step in self.steps:
            by_role[step.role] = by_role.get(step.role, 0.0) + step.hours
        return max(by_role, key=by_role.__getitem__) if by_role else "manager"

    @property
    def asks(self) -> bool:
        """Whether it begins only when somebody else has approved what it gives."""
        return self.approval or _costs(self.cost)

    def ends_on(self, begins: date) -> date:
        """The day of its last step, or its stop date."""
        last = max((step.day for step in self.steps), default=0)
        return begins + timedelta(days=self.stop_days or last)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Play:
        """A play as `to_json` wrote it, or a user did.

        Raises: InvalidSetting, naming the play and what is wrong
        """
        name = str(value.get("name", ""))
        try:
            known = {f.name for f in fields(cls)}
            given = {key: value[key] for key in value if key in known}
            given["steps"] = tuple(Step(**step) for step in value["steps"])
            given["cost"] = Cost(**value.get("cost", {}))
            given["effect"] = Effect(**value["effect"])
            for key in ("rules", "states", "needs", "sizes"):
                given[key] = tuple(value.get(key, ()))
            return cls(**given)
        except (KeyError, TypeError, AttributeError) as error:
            raise InvalidSetting(
                gettext_noop("The play “{play}” can't be used: {what}."),
                play=name[:LONGEST],
                what=str(error),
            ) from error


def _problem(play: Play) -> str:
    """What is wrong with a play, in a few plain words; empty = nothing."""
    words = (play.name, play.title, play.what, play.why, play.proof)
    checks = (
        (all(isinstance(w, str) and 0 < len(w) <= LONGEST for w in words), "wording"),
        (set(play.fits) <= {*FAMILIES, *BY_NAME, UNKNOWN}, "fits"),
        (all(_between(fit, 0, 1) for fit in play.fits.values()), "fits"),
        (bool(play.states) and set(play.states) <= set(STATES), "states"),
        (set(play.sizes) <= set(SIZES), "sizes"),
        (play.idle or 0 < len(play.steps) <= MOST_STEPS, "steps"),
        (all(step.role in ROLES for step in play.steps), "role"),
        (all(_between(step.day, 0, MOST_DAY) for step in play.steps), "day"),
        (all(_between(step.hours, 0, MOST_HOURS) for step in play.steps), "hours"),
        (_between(play.cost.money, 0, 1e12) and _between(play.cost.share, 0, 1), "cost"),
        (play.cost.pool in ("", *POOLS), "pool"),
        (not _costs(play.cost) or play.cost.pool != "", "pool"),
        (_between(play.effect.median, 1e-3, 10) and _between(play.effect.spread, 0, 3), "effect"),
        (play.effect.of in (KEEPS, RETURNS), "effect"),
        (play.fresh_days is None or _between(play.fresh_days, 1, MOST_DAY), "fresh_days"),
        (play.stop_days is None or _between(play.stop_days, 1, 10 * MOST_DAY), "stop_days"),
    )
    return next((name for fine, name in checks if not fine), "")


def _costs(cost: Cost) -> bool:
    return cost.money > 0 or cost.share > 0


def _between(value: Any, low: float, high: float) -> bool:
    return isinstance(value, int | float) and low <= value <= high
