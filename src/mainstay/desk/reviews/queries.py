"""Reads of reviews: the list and its stages, one whole, what is to change, what was learnt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from mainstay import engine
from mainstay.desk.access.models import User
from mainstay.desk.access.rights import visible_accounts
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight, one_account
from mainstay.desk.facts.forms import contact_names as names_at
from mainstay.desk.facts.forms import staff_names, staff_there
from mainstay.desk.paging import Numbered, one_of, page_number
from mainstay.desk.reviews import words
from mainstay.desk.reviews.models import FOUND, OPEN, SETTLED, Review, Survey
from mainstay.desk.reviews.rights import changes_seen, code_of, hears, may_ask, seen
from mainstay.desk.reviews.services import is_open

PAGE = 50
ENOUGH = 10  # reviews, from which on a share says something
MOST_PAIRS = 8
HEARD = (
    Q(customer_reason__isnull=False)
    | Q(customer_text__isnull=False)
    | Q(former_supplier_reason__isnull=False)
)
NATURAL = Q(natural=True) | Q(curable=False)


def stages(now: datetime) -> dict[str, Q]:
    """The reviews of each stage, as `Review.stage` tells them."""
    asked = Survey.objects.filter(
        review_key=OuterRef("key"),
        closed_at__isnull=True,
        answered_at__isnull=True,
        expires_at__gt=now,
    )
    waits = ~HEARD & (Q(salesperson_reason__isnull=False) | Q(Exists(asked)))
    return {
        "open": OPEN & ~FOUND & ~waits,
        "waiting": OPEN & ~FOUND & waits,
        "confirm": OPEN & FOUND,
        "done": ~OPEN,
    }


def people() -> dict[str, str]:
    """Those of ours who can be named in a review, by code: staff that is there, and who signs in."""
    return {**_users(), **staff_there()}


def names() -> dict[str, str]:
    """Names behind the codes in reviews, also of those who have left."""
    return {**_users(), **staff_names()}


def _users() -> dict[str, str]:
    users = User.objects.filter(is_active=True).order_by("name")
    return {code_of(user): str(user) for user in users}


# The list


@dataclass(frozen=True)
class Asked:
    """The list as an address asks for it; what makes no sense is as if it were not there."""

    stage: str = ""
    kind: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Any) -> Asked:
        return cls(
            one_of(query, "stage", words.STAGES),
            one_of(query, "kind", words.KINDS),
            page_number(query),
        )

    def apply(self, rows: QuerySet[Review], now: datetime) -> QuerySet[Review]:
        rows = rows.filter(stages(now).get(self.stage, OPEN))
        return rows.filter(kind=self.kind) if self.kind else rows


@dataclass(frozen=True)
class Listed:
    """One row: account None where no assessment knows it or it is another's."""

    review: Review
    account: Account | None
    survey: Survey | None
    hears: bool = False
    stage: str = ""


@dataclass(frozen=True)
class Page(Numbered):
    """A page of reviews; `further` where there are more."""

    rows: list[Listed]
    number: int
    further: bool


def reviews_page(sight: Sight, asked: Asked, now: datetime) -> Page:
    rows = asked.apply(seen(sight.user), now).order_by("-opened_on", "-id")
    start = (asked.page - 1) * PAGE
    found = list(rows[start : start + PAGE + 1])
    return Page(_listed(sight, found[:PAGE], now), asked.page, len(found) > PAGE)


def counts(sight: Sight, now: datetime) -> dict[str, int]:
    """How many reviews there are at each stage; under "" all that are not done."""
    known = stages(now).items()
    asked: dict[str, Any] = {name: Count("id", filter=stage) for name, stage in known}
    found: dict[str, int] = (
        seen(sight.user).order_by().aggregate(**asked, all=Count("id", filter=OPEN))
    )
    return {"": found.pop("all"), **found}


def _listed(sight: Sight, rows: list[Review], now: datetime) -> list[Listed]:
    known = _accounts(sight, rows)
    surveys = surveys_of(rows)
    return [
        Listed(
            review=row,
            account=known.get(row.account_id),
            survey=surveys.get(row.key),
            hears=hears(sight.user, row),
            stage=row.stage(asked=_waits(surveys.get(row.key), row, now)),
        )
        for row in rows
    ]


def _waits(survey: Survey | None, review: Review, now: datetime) -> bool:
    """Whether a survey waits for its answer."""
    return survey is not None and is_open(survey, review, now)


def _accounts(sight: Sight, rows: Iterable[Review]) -> dict[str, Account]:
    ids = {row.account_id for row in rows}
    found = sight.accounts.filter(account_id__in=ids) if ids else ()
    return {account.account_id: account for account in found}


def surveys_of(rows: Iterable[Review]) -> dict[str, Survey]:
    """The survey of each review that tells most: one that was answered, else the last."""
    found: dict[str, Survey] = {}
    keys = [row.key for row in rows]
    if not keys:
        return found
    for survey in Survey.objects.filter(review_key__in=keys).order_by("made_at", "id"):
        before = found.get(survey.review_key)
        if before is None or before.answered_at is None or survey.answered_at:
            found[survey.review_key] = survey
    return found


# One review


@dataclass(frozen=True)
class Whole:
    """A review with all that its page shows.

    hears: whether the reader is shown what they say; asks: whether the reader may ask them
    survey: the one that was answered, else the last; running: whether its link still opens
    """

    review: Review
    account: Account | None
    names: dict[str, str]
    contact: str
    survey: Survey | None
    running: bool
    unanswered_days: int
    hears: bool
    asks: bool

    @property
    def stage(self) -> str:
        return self.review.stage(asked=self.running)

    @property
    def differ(self) -> bool:
        """Whether we and they name causes of two families."""
        ours, theirs = self.review.salesperson_reason, self.review.customer_reason
        return disagree(ours, theirs)


def one(user: Any, pk: int) -> Review | None:
    return seen(user).filter(pk=pk).select_related("recorded_by").first()


def whole(sight: Sight, review: Review, now: datetime) -> Whole:
    survey = surveys_of([review]).get(review.key)
    contacts = names_at(review.account_id, also_left=True) if review.contact_id else {}
    return Whole(
        review=review,
        account=one_account(sight, review.account_id),
        names=names(),
        contact=contacts.get(review.contact_id or "", ""),
        survey=survey,
        running=_waits(survey, review, now),
        unanswered_days=(now - survey.made_at).days if survey else 0,
        hears=hears(sight.user, review),
        asks=may_ask(sight.user, review),
    )


def of_account(account: Account) -> list[Review]:
    """The newest reviews of an account that the reader sees; read once a request, as two parts of its page tell them."""
    kept = account.__dict__
    if "newest_reviews" not in kept:
        kept["newest_reviews"] = list(Review.objects.filter(account_id=account.account_id)[:10])
    return list(kept["newest_reviews"])


def with_stages(rows: list[Review], now: datetime) -> list[tuple[Review, str]]:
    """Some reviews, each with its stage."""
    surveys = surveys_of([row for row in rows if row.confirmed_on is None])
    return [(row, row.stage(asked=_waits(surveys.get(row.key), row, now))) for row in rows]


# What is to change


@dataclass(frozen=True)
class Changes(Page):
    """overdue: how many of all pages are"""

    overdue: int


def changes(sight: Sight, *, mine: bool, number: int, today: date) -> Changes:
    """What is to change, that which is due first; what has no day comes last."""
    rows = changes_seen(sight.user)
    if mine:
        rows = rows.filter(change_owner_id=code_of(sight.user))
    start = (number - 1) * PAGE
    ordered = rows.order_by(F("change_due_on").asc(nulls_last=True), "id")
    found = list(ordered[start : start + PAGE + 1])
    known = _accounts(sight, found[:PAGE])
    shown = [Listed(row, known.get(row.account_id), None) for row in found[:PAGE]]
    late = rows.filter(change_due_on__lt=today).count()
    return Changes(shown, number, len(found) > PAGE, late)


# What was learnt


def disagree(ours: str | None, theirs: str | None) -> bool:
    """Whether two causes that are both known are of two families."""
    known = {ours or "", theirs or ""} - {"", engine.UNKNOWN}
    return len(known) == 2 and len({words.family_of(name) for name in known}) == 2


@dataclass(frozen=True)
class Share:
    """How many of some reviews; `part` of the largest, for a bar."""

    name: str
    n: int
    part: float


@dataclass(frozen=True)
class Figures:
    """What the confirmed reviews of losses say; nobody's name is in it.

    failures: of how many losses that were ours to prevent; natural: those that were not, apart
    both: of how many we know our own reason and theirs; differ: how many of these disagree
    pairs: what we said, what they said, how often, where the two disagree
    """

    failures: int
    nothing_found: int
    families: list[Share]
    natural: int
    natural_causes: list[Share]
    both: int
    differ: int
    pairs: list[tuple[str, str, int]]

    @property
    def enough(self) -> bool:
        return self.both >= ENOUGH


def figures(user: Any) -> Figures:
    """Of the reviews that this user sees, of accounts that there are; none that contradicts itself."""
    there = visible_accounts(user).values("account_id")
    settled = Review.objects.filter(~OPEN & SETTLED, kind__in=words.FAILURES)
    done = settled.filter(account_id__in=there).order_by()
    rows = list(done.values("root_cause", "natural", "curable").annotate(n=Count("id")))
    said = list(done.values("salesperson_reason", "customer_reason").annotate(n=Count("id")))
    ours = [r for r in rows if not r["natural"] and r["curable"] is not False]
    apart = [r for r in rows if r["natural"] or r["curable"] is False]
    both = [r for r in said if _known(r["salesperson_reason"]) and _known(r["customer_reason"])]
    apart_said = [r for r in both if disagree(r["salesperson_reason"], r["customer_reason"])]
    pairs: Counter[tuple[str, str]] = Counter()
    for row in apart_said:
        ours_, theirs = row["salesperson_reason"], row["customer_reason"]
        pairs[words.family_of(ours_), words.family_of(theirs)] += row["n"]
    return Figures(
        failures=_sum(ours),
        nothing_found=_sum(r for r in ours if not _known(r["root_cause"])),
        families=_shares(ours, words.family_of, words.family),
        natural=_sum(apart),
        natural_causes=_shares(apart, str, words.cause),
        both=_sum(both),
        differ=_sum(apart_said),
        pairs=[
            (words.family(ours_), words.family(theirs), n)
            for (ours_, theirs), n in sorted(pairs.items(), key=lambda p: (-p[1], p[0]))[
                :MOST_PAIRS
            ]
        ],
    )


def _known(name: str | None) -> bool:
    return bool(name) and name != engine.UNKNOWN


def _sum(rows: Iterable[dict[str, Any]]) -> int:
    return sum(row["n"] for row in rows)


def _shares(rows: Iterable[dict[str, Any]], group: Any, word: Any) -> list[Share]:
    """Counts by what `group` makes of the root cause, the most first."""
    counted: Counter[str] = Counter()
    for row in rows:
        if _known(row["root_cause"]):
            counted[group(row["root_cause"])] += row["n"]
    most = max(counted.values(), default=1)
    return [
        Share(word(name), n, n / most)
        for name, n in sorted(counted.items(), key=lambda c: (-c[1], c[0]))
    ]
