"""What can be done in the made-up company; each acts by its mechanism, none on the share itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Visit:
    """The manager visits an account this week; asks_opinion: to hear what they think of us."""

    account_id: str
    asks_opinion: bool = True


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
class HandOver:
    """An account gets another manager this week.

    introduced: by the one they know, who brings half of the acquaintance over
    """

    account_id: str
    staff_id: str
    introduced: bool = True


@dataclass(frozen=True)
class LowerPrice:
    """A concession on the price; share: of it, 0 to 0.5; category: None = all."""

    account_id: str
    share: float
    category: str | None = None


@dataclass(frozen=True)
class PayRebate:
    """Money back that nobody had promised; in the company's currency."""

    account_id: str
    amount: float


@dataclass(frozen=True)
class GiveStock:
    """What is short is kept for an account, for so many weeks from now."""

    account_id: str
    weeks: int = 4


Action = (
    Visit
    | SolveComplaint
    | AnswerRequest
    | KeepPromise
    | HandOver
    | LowerPrice
    | PayRebate
    | GiveStock
)
