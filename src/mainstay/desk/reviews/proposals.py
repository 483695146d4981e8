"""Whom to review: core accounts that went, told us or slip seriously, some healthy ones to compare, new ones.

A proposal is a reason and a button; nothing is opened behind anybody's back. While a review of an account
is open, and once it was reviewed since it went, it is not proposed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import NOT_OURS, Sight
from mainstay.desk.reviews.models import OPEN, Review

SERIOUS = 0.2  # of what it would bring: the part at risk from which a slipping account is reviewed
STILL_DAYS = 366  # what went longer ago is remembered by nobody well enough
SAMPLE = 6  # healthy accounts a quarter, of the whole company
DRAWN = 60  # of which as many are kept in order, since some will be reviewed otherwise
SHOWN, MORE = 8, 50  # of one kind on the page; of failures where more are asked for
MOST_PAGES = 200
CORE = Q(core="yes") | Q(tier__in=("A", "B"))
# Of some that fell, the orders have found a new level since: these are steady, and no healthy ones.
WELL = Q(state__in=("steady", "growing"), fell_on__isnull=True)


@dataclass(frozen=True)
class Proposal:
    """An account to review, and as what."""

    account: Account
    kind: str


@dataclass(frozen=True)
class Proposals:
    """further: whether there are failures beyond those shown; to count them all would take longer than the page

    number: of the page of failures; 0 = the first ones alone
    """

    failures: list[Proposal]
    healthy: list[Proposal]
    new: list[Proposal]
    further: bool
    number: int = 0

    @property
    def any(self) -> bool:
        return bool(self.failures or self.healthy or self.new)

    @property
    def before(self) -> int:
        return self.number - 1

    @property
    def after(self) -> int:
        return self.number + 1


def kind_of(account: Account) -> str:
    """As what an account would be reviewed as it stands; empty for states that ask for none."""
    if account.state in ("steady", "growing"):
        return "slipping" if account.fell_on else "healthy"
    states = dict.fromkeys(("slipping", "late", "noticed"), "slipping")
    return (states | {"lost": "lost", "new": "new"}).get(account.state or "", "")


def proposals(sight: Sight, today: date, *, number: int = 0) -> Proposals:
    """What is proposed to a user, of the accounts that they see.

    number: of the page of all failures; 0 = the first ones
    """
    if sight.assessment is None:
        return Proposals([], [], [], False)
    size = MORE if number else SHOWN
    start = max(0, number - 1) * MORE
    failing = _failing(sight).order_by("-money_at_risk", "-id")
    lost = list(failing.values_list("id", flat=True)[start : start + size + 1])
    fresh = _new(sight).order_by("-amount_52", "-id").values_list("id", flat=True)[:SHOWN]
    well = _healthy(sight, today)
    parts = (lost[:size], well, list(fresh))
    rows = Account.objects.in_bulk([pk for part in parts for pk in part])
    failures, healthy, new = (
        [Proposal(rows[pk], kind_of(rows[pk])) for pk in part if pk in rows] for part in parts
    )
    return Proposals(failures, healthy, new, len(lost) > size, number)


def _failing(sight: Sight) -> QuerySet[Account]:
    assert sight.assessment is not None  # noqa: S101  # asked before
    since = sight.assessment.as_of - timedelta(days=STILL_DAYS)
    reviewed = _reviews().filter(OPEN | Q(opened_on__gte=OuterRef("state_since")))
    return sight.accounts.filter(
        CORE,
        # Who told us is believed, whatever sum is at risk.
        Q(state="noticed")
        | Q(state="lost", money_at_risk__gt=0)
        | Q(
            state__in=("late", "slipping"),
            money_at_risk__gt=0,
            money_at_risk__gte=F("baseline_52") * SERIOUS,
        ),
        ~Exists(reviewed),
        state_since__gte=since,
    )


def _new(sight: Sight) -> QuerySet[Account]:
    return sight.accounts.filter(~Exists(_reviews().filter(OPEN | Q(kind="new"))), state="new")


def _reviews() -> QuerySet[Review]:
    return Review.objects.order_by().filter(account_id=OuterRef("account_id"))


def _healthy(sight: Sight, today: date) -> list[int]:
    """Those that the user sees of the next ones of this quarter's draw, as many as are missing in the
    sample: everybody is proposed a part of the same."""
    begun = first_of_quarter(today)
    done = Review.objects.filter(kind="healthy", opened_on__gte=begun).count()
    if done >= SAMPLE:
        return []
    drawn = drawn_of_quarter(sight, begun)
    lately = today - timedelta(days=STILL_DAYS)
    reviewed = _reviews().filter(OPEN | Q(opened_on__gte=lately))
    company = Account.objects.filter(WELL, assessment=sight.assessment, account_id__in=drawn)
    left = company.filter(~Exists(reviewed)).exclude(answer=NOT_OURS)
    there = set(left.order_by().values_list("account_id", flat=True))
    following = [account_id for account_id in drawn if account_id in there][: SAMPLE - done]
    keys = dict(sight.accounts.filter(account_id__in=following).values_list("account_id", "id"))
    return [keys[account_id] for account_id in following if account_id in keys]


def drawn_of_quarter(sight: Sight, begun: date) -> list[str]:
    """The healthy core accounts of the company in the order of this quarter's draw, the first ones."""
    assessment = sight.assessment
    assert assessment is not None  # noqa: S101  # asked before

    def draw() -> list[str]:
        rows = Account.objects.filter(CORE, WELL, assessment=assessment)
        return _first(rows.order_by().values_list("account_id", flat=True), begun)

    made = hashlib.sha256(f"{assessment.pk} {assessment.made_at} {begun}".encode()).hexdigest()
    found: Any = cache.get_or_set(f"reviews-{made}", draw, 3600)
    return list(found)


def _first(account_ids: Iterable[str], begun: date) -> list[str]:
    """An order that nobody chooses and everybody gets alike, another one each quarter."""

    def place(account_id: str) -> bytes:
        return hashlib.blake2b(f"{begun} {account_id}".encode(), digest_size=8).digest()

    return sorted(account_ids, key=place)[:DRAWN]


def first_of_quarter(day: date) -> date:
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
