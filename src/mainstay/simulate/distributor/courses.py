"""Plays as sequences of actions over weeks.

A play does what its actions do, nothing else; `leave_in_peace` has none. The names are those of the
application's catalogue, which knows nothing of this module, nor this of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mainstay.core.errors import NotFound
from mainstay.core.texts import gettext_noop as _
from mainstay.simulate.distributor import actions as act
from mainstay.simulate.distributor.response import PRICE_WEEKS


@dataclass(frozen=True)
class Started:
    """A play that was begun: by whom, and with how much money (in the company's currency).

    lasts: weeks after which what is left of it stays undone; None = all of it is done
    """

    play: str
    account_id: str
    staff_id: str | None
    money: float
    week: int
    lasts: int | None = None

    @property
    def weeks(self) -> int:
        """How long something is done of it."""
        whole = course(self.play).weeks
        return whole if self.lasts is None else min(whole, self.lasts)


Step = tuple[int, Callable[[Started], act.Action]]


@dataclass(frozen=True)
class Course:
    """steps: (weeks after its beginning, action); money: that it takes unless told otherwise, a share
    of what the account needs in a year; paid: False where an action gives the money itself"""

    steps: tuple[Step, ...]
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


_ASK_BACK: tuple[Step, ...] = (
    (0, _listen),
    (1, _all("complaints")),
    (1, _all("promises")),
    (3, _of(act.AskBack)),
)
COURSES: dict[str, Course] = {
    "call": Course(((0, _visit),)),
    "rescue": Course(
        (
            (0, _listen),
            (1, _all("complaints")),
            (1, _all("promises")),
            (1, _all("requests")),
            (1, lambda one: act.AskBack(one.account_id, moving=True)),
            (1, _visit),
        )
    ),
    "listen": Course(((0, _listen), (2, _all("requests")), (2, _visit))),
    "visits": Course(
        ((0, _visit), (0, lambda one: act.KeepRhythm(one.account_id, 13)), (4, _visit), (8, _visit))
    ),
    "complaint": Course(((0, _all("complaints")), (1, _visit), (1, _sorry("complaints")))),
    "promise": Course(((0, _all("promises")), (0, _visit), (0, _sorry("promises")))),
    "handover": Course(((0, _of(act.Introduce)), (4, _visit))),
    "contacts": Course(((1, _of(act.WidenContacts)), (5, _visit))),
    "level": Course(((1, _visit), (3, _of(act.Deepen)), (8, _visit))),
    "criteria": Course(((1, _visit), (5, _of(act.ShapeCriteria)))),
    "trial": Course(((2, _of(act.TryNewest)), (6, _visit)), 0.002),
    "custom_request": Course(((1, _all("requests")), (1, _of(act.DecideCustom)), (1, _visit))),
    "delivery_plan": Course(((0, _of(act.RecoverDelivery)), (4, _visit))),
    "stock_reserved": Course(((0, _stock(13)),)),
    "season_stock": Course(((1, _visit), (3, _stock(13)))),
    "joint_plan": Course(((1, _visit), (2, _of(act.PlanJointly)), (13, _visit))),
    "rebate_return": Course(
        ((0, _visit), (1, lambda one: act.Promote(one.account_id, one.money))), 0.015, paid=False
    ),
    "contest": Course(
        ((2, lambda one: act.Contest(one.account_id, one.money)),), 0.008, paid=False
    ),
    "terms": Course(((0, _visit), (0, _of(act.SoftenTerms))), 0.005),
    "training": Course(((1, _of(act.HelpOnSite)),)),
    "quality_report": Course(((1, _of(act.ReportQuality)), (1, _visit))),
    "price_review": Course(
        ((0, lambda one: act.LowerPrice(one.account_id, 0.06, weeks=PRICE_WEEKS)),), paid=False
    ),
    "win_back": Course(_ASK_BACK),
    "take_back": Course(_ASK_BACK),
    "leave_in_peace": Course(()),
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
            if one.week + after == week and after < one.weeks
        ]
        self.running = [one for one in self.running if one.week + one.weeks > week + 1]
        return found
