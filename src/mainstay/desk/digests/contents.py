"""What a digest holds: of what its reader may see at this moment, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from mainstay.core.texts import gettext_noop
from mainstay.desk import numbers
from mainstay.desk.accounts import words as account_words
from mainstay.desk.accounts.lacking import lacks, none_yours
from mainstay.desk.accounts.queries import Sight, at_risk
from mainstay.desk.cases import queries as cases
from mainstay.desk.cases import words as case_words
from mainstay.desk.cases.asked import waiting_for
from mainstay.desk.cases.my_steps import my_steps
from mainstay.desk.cases.without_approval import to_be_told
from mainstay.desk.digests.links import Links, NotSetUp
from mainstay.desk.digests.models import Post

AHEAD = timedelta(days=7)  # within which a step that is due is told
LATELY = timedelta(days=14)  # within which what was given without approval was written down
MOST_UNAPPROVED = 10
LONGEST = 200  # letters of one line


@dataclass(frozen=True)
class Line:
    """One line: of whom, what is to be done, why, and where one says what came of it.

    key: tells it from others, today and in the next digest
    """

    key: str
    whom: str
    what: str
    url: str
    why: str = ""
    late: bool = False


@dataclass(frozen=True)
class Section:
    heading: str
    lines: list[Line]


@dataclass(frozen=True)
class Digest:
    """One digest, in its reader's language.

    as_of: the day of the assessment; old: in words, where it is too old to go unsaid
    at_risk: how much money is at risk, in words; empty where no account is theirs
    troubles: what did not reach them otherwise, and what figures lack
    """

    as_of: str
    old: str
    at_risk: str
    sections: list[Section]
    week_url: str
    settings_url: str
    troubles: list[str] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        return [line.key for section in self.sections for line in section.lines]

    @property
    def subject(self) -> str:
        n = len(self.keys)
        if not n:
            return _("Mainstay: nothing new this week")
        said = ngettext("Mainstay: {n} thing for you", "Mainstay: {n} things for you", n)
        return said.format(n=n)


def make(user: Any, post: Post, today: date, *, troubles: list[str] | None = None) -> Digest:
    """The digest of somebody, in the language that is active.

    Raises: NotSetUp where there is no assessment, or no address for its links
    """
    links, sight = Links(post), Sight.of(user)
    if sight.assessment is None:
        raise NotSetUp(
            gettext_noop(
                "Digests can't be sent: nothing is assessed yet. Import order lines first."
            )
        )
    found = [
        _approvals(sight, links),
        _unapproved(sight, links, today),
        _things(sight, links, today),
        _steps(sight, links, today),
    ]
    return Digest(
        as_of=account_words.day(sight.assessment.as_of),
        old=_old(sight.assessment.as_of, today, post.stale_days),
        at_risk=_at_risk(sight),
        sections=[section for section in found if section.lines],
        week_url=links.to("cases:week"),
        settings_url=links.to("digests:own"),
        troubles=[*(troubles or []), *_lacks(sight, today)],
    )


def _at_risk(sight: Sight) -> str:
    total = at_risk(sight)
    if not total.of:
        return ""
    if not total.accounts:
        return _("No account is late or slipping.")
    said = ngettext(
        "At risk over the next 52 weeks: {sum}, in {n} of {of} accounts.",
        "At risk over the next 52 weeks: {sum}, in {n} of {of} accounts.",
        total.accounts,
    )
    sum_of = numbers.money(total.amount, sight.currency)
    return said.format(sum=sum_of, n=numbers.plain(total.accounts), of=numbers.plain(total.of))


def _lacks(sight: Sight, today: date) -> list[str]:
    """Why there may be little in it, or nothing."""
    if nothing := none_yours(sight):
        return [account_words.sentence(nothing)]
    return [
        f"{account_words.sentence(one.what)} {account_words.sentence(one.mend)}"
        for one in lacks(sight, today)
    ]


def _old(as_of: date, today: date, most: int) -> str:
    days = (today - as_of).days
    if days <= most:
        return ""
    said = ngettext(
        "This is {n} day old: no newer orders have been assessed.",
        "This is {n} days old: no newer orders have been assessed.",
        days,
    )
    return said.format(n=numbers.plain(days))


def _things(sight: Sight, links: Links, today: date) -> Section:
    return Section(
        pgettext("digest", "My week"),  # as the page is called where all of it stands
        [_thing(thing, sight, links) for thing in cases.week(sight, today).things],
    )


def _thing(thing: cases.Thing, sight: Sight, links: Links) -> Line:
    account = thing.account
    whys = account_words.sentences(account.reasons, sight.currency)[:1]
    if money := _money(thing, sight):
        whys.insert(0, money)
    query = {"play": thing.play} if thing.play else {}
    return Line(
        key=f"thing {account.account_id} {thing.play or thing.since}",
        whom=_line(account.name),
        what=_line(thing.title or account_words.state(account.state)),
        why=_line(" ".join(whys)),
        url=links.to("care:visit", account.account_id, **query),
    )


def _money(thing: cases.Thing, sight: Sight) -> str:
    """The sum that the page shows at this thing; empty where it shows none."""
    if thing.at_risk:
        said, amount = pgettext("digest", "{sum} at risk."), thing.at_risk
    elif thing.losing and not thing.told_why:
        said, amount = pgettext("digest", "{sum} may still be lost."), thing.losing
    else:
        return ""
    return said.format(sum=numbers.money(amount, sight.currency))


def _approvals(sight: Sight, links: Links) -> Section:
    """Money that waits for the reader's yes or no."""
    lines = []
    for one in waiting_for(sight):
        row = one.row
        sum_of = numbers.exact_money(row.amount, row.currency or sight.currency)
        lines.append(
            Line(
                key=f"approval {row.approval_id}",
                whom=_line(row.account_name),
                what=_line(f"{sum_of}: {one.title}" if one.title else sum_of),
                why=_line(row.reason or row.in_return_for or ""),
                url=links.to("incentives:request", row.pk),
            )
        )
    return Section(pgettext("digest", "Waiting for your approval"), lines)


def _unapproved(sight: Sight, links: Links, today: date) -> Section:
    """What was given lately and nobody approved, for who decides about money."""
    told = to_be_told(sight, today).filter(recorded_at__date__gte=today - LATELY)
    rows = list(told[:MOST_UNAPPROVED])
    named = sight.accounts.filter(account_id__in=[row.account_id for row in rows])
    names = dict(named.values_list("account_id", "name"))
    lines = []
    for row in rows:
        money = max(row.budget or 0, row.spent or 0)
        lines.append(
            Line(
                key=f"unapproved {row.incentive_id}",
                whom=_line(names.get(row.account_id, row.account_id)),
                what=_line(numbers.exact_money(money, row.currency or sight.currency)),
                why=_line(row.in_return_for or ""),
                url=links.to("incentives:list", show="unapproved"),
            )
        )
    return Section(pgettext("digest", "Given without approval"), lines)


def _steps(sight: Sight, links: Links, today: date) -> Section:
    lines = []
    for one in my_steps(sight):
        due = one.step.due_on
        if due is not None and due > today + AHEAD:
            continue
        late = due is not None and due < today
        lines.append(
            Line(
                key=f"step {one.step.step_id} {'late' if late else 'due'}",
                whom=_line(one.name),
                what=_line(case_words.told(one.step.what)),
                why=_when(due, late=late),
                late=late,
                url=links.to("cases:show", one.case.pk, anchor=f"step-{one.step.pk}"),
            )
        )
    return Section(pgettext("digest", "Your next steps"), lines)


def _when(due: date | None, *, late: bool) -> str:
    if due is None:
        return ""
    said = _("overdue since {day}") if late else _("due on {day}")
    return said.format(day=account_words.day(due))


def _line(text: str) -> str:
    """One line of what people typed: nothing that breaks lines or turns their direction."""
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
