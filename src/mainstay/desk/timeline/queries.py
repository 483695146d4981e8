"""An account's timeline: months, the newest first, each with its orders and what happened in it."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from django.utils.translation import gettext as _

from mainstay import engine
from mainstay.core.errors import MainstayError
from mainstay.desk import numbers
from mainstay.desk.accounts import evidence
from mainstay.desk.accounts import words as account_words
from mainstay.desk.accounts.models import Account
from mainstay.desk.facts import words as facts
from mainstay.desk.facts.forms import staff_names
from mainstay.desk.facts.models import CompanyEvent
from mainstay.desk.relations.models import Contact
from mainstay.desk.timeline import machines, words
from mainstay.desk.timeline.sources import BY_WHAT, moments_of

log = logging.getLogger(__name__)
MONTHS = 24  # on one page
MOMENTS = 150  # on one page, about: months are whole
MOST = 300  # moments that a page reads
NAMED_PRICES = 3  # of those that changed in a month


@dataclass(frozen=True)
class Moment:
    """One thing that happened.

    family: see words.FAMILIES; table, row: where it is written down, empty where it is computed
    href: the way to rows that machines wrote
    """

    on: date
    family: str
    title: str
    kind: str = ""
    text: str = ""
    people: str = ""
    table: str = ""
    row: int = 0
    href: str = ""

    @property
    def icon(self) -> str:
        return words.ICONS[self.family]


@dataclass
class Month:
    """A month with what happened in it; orders None where orders are not shown."""

    first: date
    orders: int | None
    amount: float
    moments: list[Moment] = field(default_factory=list)


@dataclass(frozen=True)
class Timeline:
    """Months, the newest first; older is the last day of what is not shown, None where all is."""

    months: list[Month]
    older: date | None
    trouble: Any = None


def timeline(
    account: Account,
    families: frozenset[str],
    *,
    until: date,
    months: int | None = MONTHS,
    most: int | None = None,
) -> Timeline:
    """What happened at an account up to a day.

    months: so many in which something happened, the newest; None = all there are
    most: no more moments than that
    """
    told = evidence.story(account.assessment_id, account.account_id)
    found, since = _written(account, families, until=until, most=MOST if months else None)
    if "terms" in families:
        found += [m for m in _prices(account.account_id, until) if m.on >= since]
    found += [
        Moment(m.on, m.family, m.title, m.kind, m.text, href=m.href)
        # A month more than is shown tells that there is more.
        for m in machines.happened(
            account, families, machines.Asked(since, until, months and months + 1)
        )
    ]
    orders = told.story.order_days if told.story and "orders" in families else ()
    in_time = [o for o in orders if since <= o.on <= until]
    shown = _by_month(found, in_time, "orders" in families)
    page = shown[: _enough(shown, months, most)]
    older = page[-1].first - timedelta(days=1) if len(shown) > len(page) else None
    if older is None and since > date.min:
        older = since - timedelta(days=1)
    return Timeline(page, older, told.trouble)


def _enough(months: Sequence[Month], at_most: int | None, moments: int | None) -> int | None:
    """How many months hold so many moments; a month is never cut in two."""
    if moments is None:
        return at_most
    told = accumulate(len(month.moments) for month in months)
    enough = next((n for n, so_far in enumerate(told, 1) if so_far >= moments), len(months))
    return min(enough, at_most or enough)


def _written(
    account: Account, families: frozenset[str], *, until: date, most: int | None
) -> tuple[list[Moment], date]:
    """What people wrote down, and the day from which on it is all there.

    most: of the newest; an account may have thousands of facts, and a page shows months that are whole
    """

    elsewhere = _elsewhere(account) if "company" in families else []

    def read(at_most: int | None) -> list[tuple[Any, ...]]:
        ids = account.account_id, account.assessment_id
        return moments_of(*ids, families, until=until, most=at_most, elsewhere=elsewhere)

    rows, since = read(most and most + 1), date.min
    if most is not None and len(rows) > most:
        oldest = rows[-1][0].replace(day=1)
        newer = [row for row in rows if row[0].replace(day=1) > oldest]
        since = newer[-1][0].replace(day=1) if newer else oldest
        rows = newer or [row for row in read(None) if row[0] >= since]
    ids = {c for row in rows if row[6] for c in row[6].split(";")}
    known = Contact.objects.filter(account_id=account.account_id, contact_id__in=ids)
    them = dict(known.values_list("contact_id", "name"))
    ours = staff_names() if any(row[5] for row in rows) else {}
    return [_moment(row, ours, them) for row in rows], since


def _elsewhere(account: Account) -> list[int]:
    """The events of our company that did not concern this account: of another region, of goods that
    it does not buy. Events are few: people write them."""
    rows = list(CompanyEvent.objects.filter(scope__gt="").values_list("pk", "on", "scope"))
    if not rows:
        return []
    judged = evidence.judged(account)
    try:
        told = engine.concerned(evidence.ledger(), judged, [(on, scope) for _pk, on, scope in rows])
    except MainstayError as error:
        log.warning("whom company events concerned can't be read: %s", error)
        return []
    return [pk for (pk, _on, _scope), here in zip(rows, told, strict=True) if not here]


def _moment(row: tuple[Any, ...], ours: dict[str, str], them: dict[str, str]) -> Moment:
    on, what, pk, one, two, who, contacts = row
    source = BY_WHAT[what]
    kind = one or ""
    if what == "state":
        kind = account_words.state(one)
    elif source.kind:
        kind = facts.choice(source.table, source.kind, _number(one))
    people = [ours.get(who, who)] if who else []
    people += [them.get(c, c) for c in (contacts or "").split(";") if c]
    return Moment(
        on=on,
        family=source.family,
        title=str(words.WHAT[what]),
        kind=kind,
        text=two or "",
        people=", ".join(people),
        table=source.table,
        row=pk,
    )


def _number(text: str | None) -> Any:
    """Levels are numbers in words' tables, and texts on their way through the database."""
    return int(text) if text and text.isdecimal() else text or ""


def _prices(account_id: str, until: date) -> list[Moment]:
    """One moment a month, however many prices changed in it: the largest changes are named."""
    by_month: dict[date, list[engine.PriceChange]] = defaultdict(list)
    for change in engine.price_changes(evidence.ledger(), account_id, until):
        by_month[change.on.replace(day=1)].append(change)
    return [_price_moment(changes) for changes in by_month.values()]


def _price_moment(changes: list[engine.PriceChange]) -> Moment:
    dearer = sum(c.after > c.before for c in changes)
    largest = sorted(changes, key=lambda c: -abs(c.after / c.before - 1))[:NAMED_PRICES]
    named = "; ".join(
        f"{c.product} {numbers.exact_money(c.before, c.currency)} → "
        f"{numbers.exact_money(c.after, c.currency)}"
        for c in largest
    )
    return Moment(
        on=max(c.on for c in changes),
        family="terms",
        title=str(words.WHAT["price"]),
        kind=_("%(dearer)s dearer, %(cheaper)s cheaper")
        % {"dearer": dearer, "cheaper": len(changes) - dearer},
        text=named,
    )


def _by_month(
    moments: Iterable[Moment], orders: Iterable[engine.OrderDay], count_orders: bool
) -> list[Month]:
    months: dict[date, Month] = {}

    def of(day: date) -> Month:
        first = day.replace(day=1)
        return months.setdefault(first, Month(first, 0 if count_orders else None, 0.0))

    for order in orders:
        month = of(order.on)
        month.orders = (month.orders or 0) + 1
        month.amount += order.amount
    for moment in sorted(moments, key=lambda m: m.on, reverse=True):
        of(moment.on).moments.append(moment)
    return [months[first] for first in sorted(months, reverse=True)]
