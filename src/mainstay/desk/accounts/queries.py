"""Reads for the pages. Everything starts at `visible_accounts`, so that rights are never repeated."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from django.core.cache import cache
from django.db.models import (
    Count,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Greatest
from django.http import Http404

from mainstay.desk.access.models import Role, User
from mainstay.desk.access.rights import sight_key, visible_accounts
from mainstay.desk.accounts.filters import (
    AT_RISK,
    CHANGES,
    COLUMNS,
    SORTS,
    Asked,
    changed,
    has_changed,
)
from mainstay.desk.accounts.models import Account, Assessment, fold
from mainstay.desk.paging import Numbered
from mainstay.desk.team.models import Staff
from mainstay.desk.team.naming import with_label

PAGE = 50
HITS = 8
FIRST = 1_000  # of a narrowed list: so many are found and put in order at once
MOST_CHOICES = 300
NOT_OURS = "not_ours"
T = TypeVar("T")


@dataclass(frozen=True)
class Sight:
    """What one user sees at this moment: made once a request, read by every query of the page."""

    user: User
    assessment: Assessment | None
    accounts: QuerySet[Account]
    hidden: str = ""  # tells which accounts are in no list and no sum: none of ours, somebody said
    told: str = ""  # changes whenever an account's state does, for what they told us

    @classmethod
    def of(cls, user: Any) -> Sight:
        assessment = _latest_with_marks()
        accounts = visible_accounts(user, assessment.pk if assessment else None)
        hidden = told = ""
        if assessment is not None:
            if assessment.n_strangers:
                hidden = f"{assessment.n_strangers} {assessment.of_strangers}"
                accounts = accounts.exclude(answer=NOT_OURS)
            if assessment.told_changes:
                told = str(assessment.told_changes)
        return cls(user, assessment, accounts, hidden, told)

    @cached_property
    def whose(self) -> str:
        return sight_key(self.user)

    @property
    def currency(self) -> str:
        return self.assessment.currency if self.assessment else ""

    def kept(self, what: str, make: Callable[[], T]) -> T:
        """A result that stands as long as the assessment does, for all who see the same accounts."""
        # The moment of making tells two runs under one name apart.
        made = f"{self.assessment.pk} {self.assessment.made_at}" if self.assessment else ""
        made += f" without {self.hidden} told {self.told}"
        key = hashlib.sha256(f"{made}|{self.whose}|{what}".encode()).hexdigest()
        found: T | None = cache.get(key)
        if found is None:
            found = make()
            cache.set(key, found, 3600)
        return found


def _latest_with_marks() -> Any:
    """The latest assessment, with how many of its accounts are none of ours, and the sum of their keys,
    which changes when others are."""
    strangers = Account.objects.filter(assessment=OuterRef("pk"), answer=NOT_OURS).order_by()
    marks = {
        f"{made}_strangers": Subquery(
            strangers.annotate(
                made=Func(F("pk"), function=function, output_field=IntegerField())
            ).values("made")
        )
        for made, function in (("n", "COUNT"), ("of", "SUM"))
    }
    return Assessment.objects.filter(is_latest=True).annotate(**marks).first()


@dataclass(frozen=True)
class AtRisk:
    """What is at risk in the accounts that have told us, are late or slip.

    amount: none below 0: what one account gains pays for no other's loss
    low, high: 80% interval of the sum, if the accounts' losses are independent: half its width is the
        root of the summed squares of theirs
    baseline: what these accounts would bring in 52 weeks if nothing changed
    """

    accounts: int
    of: int
    amount: float
    low: float
    high: float
    baseline: float


def at_risk(sight: Sight) -> AtRisk:
    rows = _sums(sight)
    those = [row for row in rows if row.state in AT_RISK]
    amount = sum(row.risk for row in those)
    half = math.sqrt(sum(row.down + row.up for row in those) / 2)
    return AtRisk(
        accounts=sum(row.accounts for row in those),
        of=sum(row.accounts for row in rows),
        amount=amount,
        low=max(0.0, amount - half),
        high=amount + half,
        baseline=sum(row.baseline for row in those),
    )


@dataclass(frozen=True)
class Lost:
    """The accounts that are lost already.

    amount: what they take less a year than before they fell, as on the page of each (net sales)
    """

    accounts: int
    amount: float


def lost(sight: Sight) -> Lost:
    gone = [row for row in _sums(sight) if row.state == "lost"]
    return Lost(sum(row.accounts for row in gone), sum(row.less for row in gone))


@dataclass(frozen=True)
class _Sums:
    """Accounts that went from one state to another, or stayed, with their money.

    risk: money at risk, none below 0; down, up: squared distances to its interval's ends
    less: what they take less a year than before they fell
    """

    state: str | None
    previous: str | None
    accounts: int
    risk: float
    down: float
    up: float
    baseline: float
    year: float
    less: float


def _sums(sight: Sight) -> list[_Sums]:
    """All sums of the week's page, by state and state before: the accounts are read once for them."""

    def make() -> list[_Sums]:
        risk, low, high = (_floored(f"money_at_risk{end}") for end in ("", "_low", "_high"))
        down, up = risk - low, high - risk
        rows = sight.accounts.order_by().values_list("state", "previous_state")
        sums = (risk, down * down, up * up, F("baseline_52"), F("amount_52"), _floored("lost_52"))
        names = ("risk", "down", "up", "baseline", "year", "less")
        totals = {f"sum_{n}": _total(one) for n, one in zip(names, sums, strict=True)}
        return [_Sums(*row) for row in rows.annotate(n=Count("id"), **totals)]

    return sight.kept("sums", make)


def _floored(column: str) -> Any:
    """A column of money, none below 0."""
    return Greatest(F(column), Value(0.0), output_field=FloatField())


def _total(expression: Any) -> Any:
    return Coalesce(Sum(expression), Value(0.0), output_field=FloatField())


@dataclass(frozen=True)
class ChangeCount:
    """How many accounts changed in one way this week, and the money that goes with them."""

    kind: str
    word: Any
    accounts: int
    amount: float


def changes(sight: Sight) -> list[ChangeCount]:
    kinds = [kind for kind in CHANGES if kind not in ("any", "worse")]
    found = []
    for kind in kinds:
        rows = [row for row in _sums(sight) if has_changed(kind, row.state, row.previous)]
        money = sum(row.year if kind == "back" else row.risk for row in rows)
        found.append(ChangeCount(kind, CHANGES[kind], sum(row.accounts for row in rows), money))
    return found


def changed_accounts(sight: Sight, kind: str, most: int) -> list[Account]:
    """Those whose state changed this week, most money first.

    kind: one of CHANGES; "worse" leaves out those too small to put a sum on, unless they told us
    """
    rows = sight.accounts.filter(changed(kind))
    if kind == "worse":
        rows = rows.filter(Q(money_at_risk__isnull=False) | Q(state="noticed"))
        rows = rows.filter(_worth_announcing(sight.assessment))
    return _ranked(rows, "amount_52" if kind == "back" else "money_at_risk", most)


def _worth_announcing(assessment: Assessment | None) -> Q:
    """What the alert budget lets through: enough money, and who is called leaving likely enough.

    What somebody told us is always announced.
    """
    given = (assessment.meta if assessment else {}).get("settings") or {}
    money = float(given.get("alert_least_money") or 0.0)
    probability = float(given.get("alert_least_probability") or 0.0)
    enough = Q()
    if money > 0:
        enough &= Q(money_at_risk__gte=money)
    if probability > 0:
        enough &= Q(state="slipping") | Q(p_complete__gte=probability)
    return enough | Q(state="noticed") if enough else enough


def still_at_risk(sight: Sight, most: int) -> list[Account]:
    """Those at risk already a week ago, most money first."""
    rows = sight.accounts.filter(state__in=AT_RISK).exclude(changed("any"))
    return _ranked(rows, "money_at_risk", most)


def _ranked(rows: QuerySet[Account], column: str, most: int) -> list[Account]:
    """The first ones by a column, those without a value last.

    In two queries: with `NULLS LAST` neither database would walk the index.
    """
    known = rows.filter(**{f"{column}__isnull": False}).order_by(f"-{column}", "-id")
    found = list(known[:most])
    if len(found) < most:
        found += rows.filter(**{f"{column}__isnull": True}).order_by("id")[: most - len(found)]
    return found


@dataclass(frozen=True)
class Page(Numbered):
    """One page of a list; `number` starts at 1."""

    rows: list[Account]
    total: int
    number: int
    pages: int

    @property
    def first(self) -> int:
        return (self.number - 1) * PAGE + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.total, self.number * PAGE)


def accounts_page(sight: Sight, asked: Asked) -> Page:
    """The page of the list that was asked for; the last one where there are fewer."""
    matching = asked.apply(sight.accounts)
    first = _first_keys(matching, asked)
    if first is not None and len(first) <= FIRST:
        total, known = len(first), 0
    else:
        total, known = _lengths(sight, matching, asked)
    pages = max(1, math.ceil(total / PAGE))
    number = min(max(1, asked.page), pages)
    start = (number - 1) * PAGE
    stop = min(total, start + PAGE)
    if first is not None and stop <= len(first):
        ids = first[start:stop]
    else:
        ids = _ordered_ids(matching, asked, known, (start, stop))
    rows = Account.objects.in_bulk(ids)
    return Page([rows[i] for i in ids if i in rows], total, number, pages)


def _first_keys(matching: QuerySet[Account], asked: Asked) -> list[int] | None:
    """Keys of a narrowed list in its order, one more than FIRST at most; None where it is not narrowed,
    or a page behind them is asked for.

    All accounts are looked at for it, once: where there are no more, neither their number nor those
    whose place is not known have to be asked for.
    """
    if not asked.is_narrowed or asked.page * PAGE > FIRST:
        return None
    rows, by = _by_expression(matching, SORTS[asked.sort][0])
    order = F(by).desc(nulls_last=True) if asked.descending else F(by).asc(nulls_last=True)
    ordered = rows.order_by(order, "-id" if asked.descending else "id")
    return list(ordered.values_list("id", flat=True)[: FIRST + 1])


def _by_expression(rows: QuerySet[Account], column: str) -> tuple[QuerySet[Account], str]:
    """What a narrowed list is sorted by: else the database walks the order's own index, past all the
    accounts that were not asked for. Now it takes those that were, and sorts them."""
    return rows.annotate(by=Coalesce(column, column)), "by"


def _lengths(sight: Sight, matching: QuerySet[Account], asked: Asked) -> tuple[int, int]:
    """How many there are, and of how many the column that they are sorted by is known."""
    # Of all accounts, for every order at once: whoever looks at one looks at the next.
    asked_for = [asked.sort] if asked.is_narrowed else list(SORTS)
    counted = {sort: Count(SORTS[sort][0]) for sort in asked_for}
    row = sight.kept(
        f"count {asked_for} {asked.key}",
        lambda: matching.aggregate(total=Count("id"), **counted),
    )
    return row["total"], row[asked.sort]


def _ordered_ids(
    matching: QuerySet[Account], asked: Asked, known: int, part: tuple[int, int]
) -> list[int]:
    """Keys of one stretch of the list; what is not known comes last in either direction.

    Known and unknown values are read apart: `NULLS LAST` would keep both databases from walking
    the index.
    """
    column, _down = SORTS[asked.sort]
    start, stop = part
    ids: list[int] = []
    if start < known:
        rows, by = matching.filter(**{f"{column}__isnull": False}), column
        if asked.is_narrowed:
            rows, by = _by_expression(rows, column)
        ids += _stretch(rows, (by, asked.descending), (start, min(stop, known)), known)
    if stop > known:
        rows = matching.filter(**{f"{column}__isnull": True})
        rows = rows.order_by("-id" if asked.descending else "id")
        ids += rows.values_list("id", flat=True)[max(0, start - known) : stop - known]
    return ids


def _stretch(
    rows: QuerySet[Account], order: tuple[str, bool], part: tuple[int, int], total: int
) -> list[int]:
    """Keys of the places part[0]..part[1] of `total`, walked to from the nearer end."""
    (column, descending), (start, stop) = order, part
    backwards = start > total // 2
    sign = "-" if descending != backwards else ""
    keys = rows.order_by(f"{sign}{column}", f"{sign}id").values_list("id", flat=True)
    return list(keys[total - stop : total - start])[::-1] if backwards else list(keys[start:stop])


def all_accounts(sight: Sight, asked: Asked) -> QuerySet[Account]:
    """Every account of the list, in its order, for a download."""
    column, _down = SORTS[asked.sort]
    order = F(column).desc(nulls_last=True) if asked.descending else F(column).asc(nulls_last=True)
    return asked.apply(sight.accounts).order_by(order, "id")


def choices(sight: Sight) -> dict[str, list[str]]:
    """The values that each filter can take, the commonest first."""

    def make() -> dict[str, list[str]]:
        names = ("manager", "segment", "region", "country", "cause")
        first, *others = (_counted_values(sight, name) for name in names)
        found: dict[str, list[str]] = {name: [] for name in names}
        for name, value, _n in sorted(first.union(*others, all=True), key=lambda x: (-x[2], x[1])):
            found[name].append(value)
        commonest = {name: values[:MOST_CHOICES] for name, values in found.items()}
        return {n: v if n == "manager" else sorted(v) for n, v in commonest.items()}

    return sight.kept("choices", make)


def _counted_values(sight: Sight, name: str) -> Any:
    """name, value and number of accounts of each value of a column."""
    rows = sight.accounts.order_by().exclude(**{f"{COLUMNS[name]}__isnull": True})
    told = rows.annotate(what=Value(name, TextField()), value=F(COLUMNS[name]))
    return told.values("what", "value").annotate(n=Count("id")).values_list("what", "value", "n")


def find(sight: Sight, words: str) -> list[Account]:
    """Accounts whose name or code has all these words, those that begin with them first."""
    folded = fold(words).split()
    if not folded:
        return []
    rows = sight.accounts
    for word in folded:
        rows = rows.filter(search_name__contains=word)
    # Ordered by an expression: else SQLite walks the accounts by amount until enough have the word,
    # which for a rare one is all of them; so it searches the index of names alone.
    largest = Coalesce(F("amount_52"), Value(0.0), output_field=FloatField()).desc()
    ids = list(rows.order_by(largest).values_list("id", flat=True)[: HITS * 4])
    found = sorted(
        Account.objects.in_bulk(ids).values(),
        key=lambda a: (not a.search_name.startswith(folded[0]), ids.index(a.pk)),
    )
    return found[:HITS]


def manager_names(staff_ids: Sequence[str | None]) -> dict[str, str]:
    """Names by staff code: of our people as they are written down, else of those who sign in here.

    A name that several of ours have stands with role and code (`team.naming`). A code that somebody of the service alone signs in with is known, and stands for itself.
    """
    wanted = {i for i in staff_ids if i}
    if not wanted:
        return {}
    # Somebody of the service may share a manager's code, and is not the one to name.
    users = User.objects.filter(staff_id__in=wanted)
    written = with_label(Staff.objects.filter(staff_id__in=wanted))
    service, others = users.filter(role=Role.SERVICE), users.exclude(role=Role.SERVICE)
    names = (
        rows.order_by().annotate(sure=Value(n), known=Cast(said, TextField()))
        for n, (rows, said) in enumerate(
            ((service, "staff_id"), (others, "name"), (written, "label"))
        )
    )
    first, *more = (rows.values_list("sure", "staff_id", "known") for rows in names)
    return {staff_id: name for _, staff_id, name in sorted(first.union(*more)) if name}


def one_account(sight: Sight, account_id: str) -> Account | None:
    """The account, if there is one and this user may see it."""
    assessment_id = sight.assessment.pk if sight.assessment else None
    visible = visible_accounts(sight.user, assessment_id)  # also one that is in no list any more
    return visible.filter(account_id=account_id).select_related("assessment").first()


def sight_and_account(user: Any, account_id: str) -> tuple[Sight, Account]:
    """What the user sees, and the account of it that an address names.

    Raises: Http404 for one that is not there, or not for this user
    """
    sight = Sight.of(user)
    found = one_account(sight, account_id)
    if found is None:
        raise Http404
    return sight, found
