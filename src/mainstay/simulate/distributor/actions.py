"""What can be done in the made-up company; each acts by its mechanism, none on the share itself.

The mechanisms are in `deeds`, their constants in `response`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Visit:
    """The manager visits an account this week; asks_opinion: to hear what they think of us.

    While something of theirs is overdue that is not put right in the same week, it annoys.
    """

    account_id: str
    asks_opinion: bool = True


@dataclass(frozen=True)
class Listen:
    """Somebody visits only to listen; a leader or a director is heard as senior.

    staff_id: None = their manager
    """

    account_id: str
    staff_id: str | None = None


@dataclass(frozen=True)
class KeepRhythm:
    """Visits come in the rhythm that the account is used to, for so many weeks."""

    account_id: str
    weeks: int = 26


@dataclass(frozen=True)
class SolveComplaint:
    """An open complaint is answered and solved this week, well enough to be accepted."""

    complaint_id: str


@dataclass(frozen=True)
class AnswerRequest:
    """An open request is answered this week."""

    request_id: str


@dataclass(frozen=True)
class KeepPromise:
    """An open promise is kept this week, in full."""

    promise_id: str


@dataclass(frozen=True)
class SettleAll:
    """All open complaints, overdue requests or promises of an account, by what: "complaints",
    "requests" or "promises"; as `SolveComplaint`, `AnswerRequest` and `KeepPromise`."""

    account_id: str
    what: str


@dataclass(frozen=True)
class Apologise:
    """For complaints or promises that were put right; empty while one of them is open."""

    account_id: str
    what: str


@dataclass(frozen=True)
class HandOver:
    """An account gets another manager this week.

    introduced: by the one they know, who brings half of the acquaintance over
    """

    account_id: str
    staff_id: str
    introduced: bool = True


@dataclass(frozen=True)
class Introduce:
    """A new manager is introduced in person by their superior."""

    account_id: str


@dataclass(frozen=True)
class WidenContacts:
    """A second and a third contact, department to department."""

    account_id: str


@dataclass(frozen=True)
class Deepen:
    """Closer work together is proposed, a level up."""

    account_id: str


@dataclass(frozen=True)
class ShapeCriteria:
    """What we do best becomes what they buy by."""

    account_id: str


@dataclass(frozen=True)
class TryNewest:
    """They try our newest generation."""

    account_id: str


@dataclass(frozen=True)
class DecideCustom:
    """Whether we make what they asked for is decided, and said."""

    account_id: str


@dataclass(frozen=True)
class RecoverDelivery:
    """Why deliveries come late is found and ended, and theirs are seen to for so many weeks."""

    account_id: str
    weeks: int = 26


@dataclass(frozen=True)
class GiveStock:
    """What is short is kept for an account, for so many weeks from now."""

    account_id: str
    weeks: int = 4


@dataclass(frozen=True)
class PlanJointly:
    """Goals in common, written down with them."""

    account_id: str


@dataclass(frozen=True)
class Promote:
    """A rebate or joint promotion; money in the company's currency, in_return: for something of theirs."""

    account_id: str
    amount: float
    in_return: bool = True


@dataclass(frozen=True)
class Contest:
    """A sales contest for their staff."""

    account_id: str
    amount: float


@dataclass(frozen=True)
class SoftenTerms:
    """Longer to pay, no minimum order, no hold."""

    account_id: str


@dataclass(frozen=True)
class HelpOnSite:
    """Training or service on site."""

    account_id: str


@dataclass(frozen=True)
class ReportQuality:
    """Production reports on what broke, and what they get is checked for half a year."""

    account_id: str
    weeks: int = 26


@dataclass(frozen=True)
class LowerPrice:
    """A concession on the price; share: of it, 0 to 0.5; category: None = all; weeks: None = for good."""

    account_id: str
    share: float
    category: str | None = None
    weeks: int | None = None


@dataclass(frozen=True)
class PayRebate:
    """Money back that nobody had promised; in the company's currency."""

    account_id: str
    amount: float


@dataclass(frozen=True)
class AskBack:
    """They are asked to look at us once more: what was lost comes back as far as its reasons are gone.

    moving: only what they decided lately, whose orders are still moving
    """

    account_id: str
    moving: bool = False


Action = (
    Visit
    | Listen
    | KeepRhythm
    | SolveComplaint
    | AnswerRequest
    | KeepPromise
    | SettleAll
    | Apologise
    | HandOver
    | Introduce
    | WidenContacts
    | Deepen
    | ShapeCriteria
    | TryNewest
    | DecideCustom
    | RecoverDelivery
    | GiveStock
    | PlanJointly
    | Promote
    | Contest
    | SoftenTerms
    | HelpOnSite
    | ReportQuality
    | LowerPrice
    | PayRebate
    | AskBack
)
