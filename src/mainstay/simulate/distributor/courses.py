"""Plays as sequences of actions over weeks, what they cost, and who does them.

A play does what its actions do, nothing else; `leave_in_peace` has none. The names are those of the
application's catalogue, which knows nothing of this module, nor this of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mainstay.core.errors import NotFound
from mainstay.core.texts import gettext_noop as _
from mainstay.simulate.distributor import actions as act
from mainstay.simulate.distributor.response import PRICE_WEEKS


@dataclass(frozen=True)
class Started:
    """A play that was begun: by whom, and with how much money (in the company's currency)."""

    play: str
    account_id: str
    staff_id: str | None
    money: float
    week: int


Step = tuple[int, Callable[[Started], act.Action]]


@dataclass(frozen=True)
class Course:
    """steps: (weeks after its beginning, action); hours: by role; money: share of what the account
    needs in a year, of all suppliers; paid: False where an action gives the money itself"""

    steps: tuple[Step, ...]
    hours: Mapping[str, float] = field(default_factory=dict)
    money: float = 0.0
    paid: bool = True

    @property
    def weeks(self) -> int:
        """How long it goes on."""
        return max((week for week, _ in self.steps), default=0) + 1


def _visit(one: Started) -> act.Action:
    return act.Visit(one.account_id)


def _listen(one: Started) -> act.Action:
    return act.Listen(one.account_id, one.staff_id)


def _all(what: str) -> Callable[[Started], act.Action]:
    return lambda one: act.SettleAll(one.account_id, what)


def _sorry(what: str) -> Callable[[Started], act.Action]:
    return lambda one: act.Apologise(one.account_id, what)


def _of(kind: Callable[[str], act.Action]) -> Callable[[Started], act.Action]:
    return lambda one: kind(one.account_id)


def _stock(weeks: int) -> Callable[[Started], act.Action]:
    return lambda one: act.GiveStock(one.account_id, weeks)


COURSES: dict[str, Course] = {
    "call": Course(((0, _visit),), {"manager": 3}),
    "senior_visit": Course(((0, _listen),), {"leader": 5, "manager": 2}),
    "visit_rhythm": Course(((0, _visit), (1, _of(act.KeepRhythm))), {"manager": 12}),
    "complaint_ended": Course(
        ((0, _all("complaints")), (1, _of(act.Visit)), (1, _sorry("complaints"))),
        {"service": 6, "manager": 3},
        0.0005,
    ),
    "promise_settled": Course(
        ((0, _all("promises")), (0, _visit), (0, _sorry("promises"))), {"manager": 4}
    ),
    "handover_in_person": Course(
        ((0, _of(act.Introduce)), (4, _visit)), {"leader": 4, "manager": 6}
    ),
    "more_contacts": Course(
        ((0, _visit), (3, _of(act.WidenContacts))), {"manager": 10, "service": 3}
    ),
    "level_raised": Course(
        ((0, _visit), (4, _of(act.Deepen))), {"leader": 5, "manager": 12}, 0.001
    ),
    "criteria_influenced": Course(
        ((0, _visit), (3, _of(act.ShapeCriteria))), {"manager": 10}, 0.0005
    ),
    "product_trial": Course(((1, _of(act.TryNewest)), (3, _visit)), {"manager": 8}, 0.002),
    "custom_product_decided": Course(
        ((2, _of(act.DecideCustom)), (2, _visit)), {"manager": 6, "quality": 4}, 0.002
    ),
    "delivery_recovery": Course(
        ((0, _of(act.RecoverDelivery)), (2, _visit)), {"supply": 6, "manager": 3}, 0.001
    ),
    "stock_reserved": Course(((0, _stock(8)),), {"supply": 2, "manager": 1}, 0.001),
    "season_stock": Course(((0, _visit), (1, _stock(13))), {"supply": 4, "manager": 5}, 0.0015),
    "joint_plan": Course(
        ((0, _listen), (4, _of(act.PlanJointly)), (13, _visit)), {"leader": 8, "manager": 16}, 0.001
    ),
    "rebate_with_return": Course(
        ((0, _visit), (1, lambda one: act.Promote(one.account_id, one.money))),
        {"manager": 5},
        0.01,
        paid=False,
    ),
    "sales_contest": Course(
        ((1, lambda one: act.Contest(one.account_id, one.money)),),
        {"manager": 6},
        0.006,
        paid=False,
    ),
    "terms_softened": Course(
        ((0, _of(act.SoftenTerms)), (0, _visit)), {"manager": 3, "finance": 1}, 0.0025
    ),
    "service_help": Course(((0, _of(act.HelpOnSite)),), {"service": 8, "manager": 2}, 0.0005),
    "quality_report": Course(
        ((1, _of(act.ReportQuality)), (2, _visit)), {"quality": 6, "manager": 3}, 0.001
    ),
    "price_review": Course(
        ((0, lambda one: act.LowerPrice(one.account_id, 0.06, weeks=PRICE_WEEKS)),),
        {"manager": 4, "leader": 1},
    ),
    "win_back": Course(
        ((0, _listen), (1, _all("complaints")), (1, _all("promises")), (2, _of(act.AskBack))),
        {"leader": 4, "manager": 8},
        0.002,
    ),
    "leave_in_peace": Course(()),
    "rescue": Course(
        (
            (0, _listen),
            (0, _all("complaints")),
            (0, _all("promises")),
            (0, _all("requests")),
            (1, lambda one: act.AskBack(one.account_id, moving=True)),
            (2, _visit),
        ),
        {"director": 3, "leader": 6, "manager": 6, "service": 3},
        0.001,
    ),
}


def course(play: str) -> Course:
    """What a play does.

    Raises: NotFound
    """
    if play not in COURSES:
        raise NotFound(_("There is no play “{play}”."), play=play)
    return COURSES[play]


class Courses:
    """The plays that are under way."""

    def __init__(self) -> None:
        self.running: list[Started] = []

    def begin(self, one: Started) -> float:
        """Begin a play; gives the money that it takes besides what its actions give."""
        self.running.append(one)
        return one.money if course(one.play).paid else 0.0

    def due(self, week: int) -> list[act.Action]:
        """The actions of a week; plays whose last week it is are over."""
        found = [
            make(one)
            for one in self.running
            for after, make in course(one.play).steps
            if one.week + after == week
        ]
        self.running = [one for one in self.running if one.week + course(one.play).weeks > week + 1]
        return found
