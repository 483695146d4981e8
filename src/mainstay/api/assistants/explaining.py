"""`explain_account`: how one account stands, why, and what is under way, each sentence with its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from pydantic import Field

from mainstay.api.assistants.at_risk import Arguments, of_one
from mainstay.api.assistants.sources import (
    account_of,
    facts_by_row,
    of_assessment,
    of_fact,
    pages,
    sight_of,
)
from mainstay.api.assistants.types import Caller, Section, Source, Statement
from mainstay.desk import numbers
from mainstay.desk.access.rights import visible_accounts
from mainstay.desk.accounts import words as account_words
from mainstay.desk.accounts.addresses import lines_url
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight, manager_names
from mainstay.desk.care.models import Complaint, Promise, Request
from mainstay.desk.cases import queries as cases
from mainstay.desk.cases import words as case_words
from mainstay.desk.cases.models import OPEN, CaseStep
from mainstay.desk.causes import queries as causes
from mainstay.desk.causes import words as cause_words
from mainstay.desk.causes.rows import links
from mainstay.desk.facts import words as facts
from mainstay.desk.facts.forms import staff_names
from mainstay.desk.facts.rights import of_account
from mainstay.desk.guarantees import queries as guarantees
from mainstay.desk.guarantees import words as guarantee_words
from mainstay.desk.timeline import words as timeline_words
from mainstay.desk.timeline.queries import Moment, Month, timeline

MOST_MOMENTS = 60
MOST_OPEN = 20  # rows of one kind that are told
AHEAD = timedelta(days=366)  # promises that fall due belong to the timeline


class Explain(Arguments):
    account_id: Annotated[
        str, Field(min_length=1, max_length=200, description="The account's code.")
    ]
    months: Annotated[
        int, Field(ge=0, le=24, description="So many months of its timeline, the newest.")
    ] = 6


def explain_account(caller: Caller, asked: Explain) -> dict[str, Any]:
    """All that is known of one account's state, in the order of its page."""
    sight = sight_of(caller)
    account = account_of(sight, asked.account_id)
    today = timezone.localdate()
    names = manager_names([account.manager_id])
    return {
        "account_id": account.account_id,
        "sections": [
            Section(_("How it stands"), [of_one(caller, sight, account, names)], ""),
            Section(pgettext("assistant", "Figures"), list(figures(caller, sight, account)), ""),
            why(caller, sight, account),
            _standing(caller, sight, account),
            _cases(caller, account, today),
            *_open(caller, account, today),
            _timeline(caller, account, asked.months, today),
        ],
    }


def figures(caller: Caller, sight: Sight, account: Account) -> Iterator[Statement]:
    """What it buys, beside before; what is not known is left out."""
    source = of_assessment(caller, account)
    sums = (
        (_("Bought in the last 52 weeks"), "amount_52"),
        (_("Bought in the 52 weeks before"), "amount_prev_52"),
        (_("Bought in the last 13 weeks"), "amount_13"),
        (_("Bought in the same 13 weeks a year ago"), "amount_13_last_year"),
        (_("What it would bring in 52 weeks if nothing had changed"), "baseline_52"),
        (_("Returned in 52 weeks"), "returns_52"),
        (_("On order now"), "open_orders"),
    )
    shares = (
        (_("Probability of no order within the horizon"), "p_complete"),
        (_("Our share of what it buys"), "share_of_wallet"),
        (_("Paid on time"), "pays_on_time"),
    )
    days = (
        (_("Days since the last order"), "days_silent"),
        (_("Its own rhythm in days"), "rhythm_days"),
    )
    for wordings, show in (
        (sums, lambda value: numbers.money(value, sight.currency)),
        (shares, numbers.share),
        (days, numbers.plain),
    ):
        for word, column in wordings:
            value = getattr(account, column)
            if value is not None and (value or column not in ("returns_52", "open_orders")):
                yield Statement(f"{word}: {show(value)}", source, values={column: value})


def why(caller: Caller, sight: Sight, account: Account) -> Section:
    """The families of causes with what speaks for and against each, and the rows that prove it."""
    heading = _("Why it fell")
    found = causes.why_of(sight, account)
    if found is None:
        return Section(heading, [], _("It has not fallen, so there is nothing to explain."))
    if isinstance(found, causes.Unexplained):
        return Section(heading, [], _("Nothing is recorded that explains it yet."))
    source = of_assessment(caller, account, "explanation")
    first = _("The likeliest cause: {cause} ({share})").format(
        cause=cause_words.family(found.first), share=numbers.share(found.p)
    )
    values = {"cause": found.first, "probability": found.p, "began_on": found.began_on}
    said = [Statement(first, source, values={**values, "lost_52": found.lost})]
    for suspect in found.suspects:
        word = suspect.reason or suspect.family
        shown = f"{word}: {cause_words.likely(suspect.p)}, {numbers.share(suspect.p)}"
        said.append(Statement(shown, source, values={"probability": suspect.p}))
        said += [evidence(caller, source, one, _("Speaks for it")) for one in suspect.speaks_for]
        said += [evidence(caller, source, one, _("Speaks against it")) for one in suspect.against]
    for missing in found.helpful:
        says = _("Nothing is recorded in “{table}”, which would tell of: {causes}").format(
            table=facts.many(missing.table), causes=", ".join(missing.families)
        )
        said.append(Statement(says, source))
    return Section(heading, said, "")


def evidence(caller: Caller, source: Source, one: causes.Said, what: str) -> Statement:
    """One sentence of evidence with its rows; what people wrote stands apart as their words."""
    typed = one.kind == "words"
    when = f" ({one.when})" if one.when else ""
    rows = _seen(caller, one.rows)
    ways = one.links if len(rows) == len(one.rows) else links(source.key[1], rows)
    proof = Source(
        source.table,
        source.key,
        source.page,
        source.recorded_at,
        source.as_of,
        rows=rows,
        pages=pages(caller, [way.href for way in ways]),
    )
    if typed:
        return Statement(f"{what}{when}", proof, quoted={"text": one.text})
    return Statement(f"{what}: {one.text}{when}", proof, values={"category": one.category})


def _seen(caller: Caller, rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """The rows without accounts that the person does not see, such as others of its chain."""
    named = {row[1] for row in rows if list(row[:1]) == ["accounts"] and row[1:]}
    if not named or caller.user.sees_all_accounts:
        return rows
    theirs = visible_accounts(caller.user).filter(account_id__in=named)
    hidden = named - set(theirs.values_list("account_id", flat=True))
    return [row for row in rows if list(row[:1]) != ["accounts"] or hidden.isdisjoint(row[1:2])]


def _standing(caller: Caller, sight: Sight, account: Account) -> Section:
    source = of_assessment(caller, account, "standing")
    cells = guarantees.card_of(sight, account) or []
    said = []
    for cell in cells:
        name = guarantee_words.GUARANTEES[cell.guarantee]
        shown = f"{name}: {guarantee_words.STANDINGS[cell.standing]}. {cell.told}"
        page = caller.page(cell.href) or source.page
        of_it = Source(
            "standing", (*source.key, cell.guarantee), page, source.recorded_at, source.as_of
        )
        values: dict[str, Any] = {
            "measure": cell.measure,
            "half_a_year_before": cell.before,
            "peers": cell.peers,
        }
        values |= {"promised": cell.promised, "first_to_mend": cell.first or None}
        said.append(Statement(shown, of_it, because=[cell.mend], values=values))
    return Section(
        _("How it stands in each guarantee"), said, _("Nothing is recorded of how it stands.")
    )


def _cases(caller: Caller, account: Account, today: date) -> Section:
    """What is under way, with the steps that are left."""
    said = []
    names = staff_names()
    rows = cases.Case.objects.filter(OPEN, account_id=account.account_id)[:MOST_OPEN]
    plays = cases.catalogue() if rows else {}
    for case in rows:
        steps = CaseStep.objects.filter(case_id=case.case_id, done_on__isnull=True)
        says = _("Under way since {day}: {play}").format(
            day=account_words.day(case.opened_on), play=cases.title(plays, case.play)
        )
        said.append(
            Statement(
                says,
                of_fact(caller, case),
                values={"owner": names.get(case.owner_id or "", case.owner_id)},
            )
        )
        said += [next_step(caller, step, today, names) for step in steps[:MOST_OPEN]]
    return Section(_("Open cases"), said, _("No case is open."))


def next_step(
    caller: Caller, step: CaseStep, today: date, names: Mapping[str, str], **quoted: str
) -> Statement:
    """A step of a case that waits, with who does it; quoted: what else people typed of it."""
    says = pgettext("assistant", "Next step")
    late = step.due_on is not None and step.due_on < today
    if step.due_on:
        says = _("Next step, due on {day}").format(day=account_words.day(step.due_on))
    if late:
        says = _overdue(says)
    return Statement(
        says,
        of_fact(caller, step),
        values={
            "account_id": step.account_id,
            "due_on": step.due_on,
            "owner": names.get(step.owner_id or "", step.owner_id),
            "overdue": late or None,
        },
        quoted={**quoted, "step": case_words.told(step.what)},
    )


def _open(caller: Caller, account: Account, today: date) -> list[Section]:
    """Promises, requests and complaints that wait."""
    kinds = (
        (Promise, "kept_on", "due_on", _("Open promises"), _("No promise is open.")),
        (Request, "answered_on", "answer_due_on", _("Open requests"), _("No request is open.")),
        (Complaint, "solved_at", "opened_at", _("Open complaints"), _("No complaint is open.")),
    )
    found = []
    for model, done, due, heading, nothing in kinds:
        rows = of_account(account, model).filter(**{f"{done}__isnull": True}).order_by(due, "id")
        said = [_waiting(caller, row, due, today) for row in rows[:MOST_OPEN]]
        found.append(Section(heading, said, nothing))
    return found


def _overdue(says: str) -> str:
    overdue = pgettext("due", "overdue")
    return f"{says} ({overdue})"


def _waiting(caller: Caller, row: Any, due: str, today: date) -> Statement:
    """One row that waits, with what people typed apart."""
    on = getattr(row, due)
    name = facts.label(row.TABLE, due)
    late = due != "opened_at" and on is not None and on < today
    says = f"{facts.one(row.TABLE)}, {name}: {account_words.day(on)}"
    if late:
        says = _overdue(says)
    kind = facts.choice(row.TABLE, "kind", row.kind) if row.kind else None
    values: dict[str, Any] = {"kind": kind}
    values |= {due: on, "amount": getattr(row, "amount", None)}
    values |= {"overdue": late or None}
    return Statement(says, of_fact(caller, row), values=values, quoted={"text": row.text})


def _timeline(caller: Caller, account: Account, months: int, today: date) -> Section:
    heading = _("What happened in the last months")
    nothing = _("Nothing is recorded of these months.")
    if not months:
        return Section(heading, [], _("The timeline was not asked for."))
    families = frozenset(timeline_words.FAMILIES)
    found = timeline(account, families, until=today + AHEAD, months=months, most=MOST_MOMENTS)
    rows = facts_by_row((m.table, m.row) for month in found.months for m in month.moments if m.row)
    said = []
    for month in found.months:
        said += _of_month(caller, account, month)
        for moment in month.moments[:MOST_MOMENTS]:
            fact = rows.get((moment.table, moment.row))
            source = of_fact(caller, fact) if fact else of_assessment(caller, account)
            said.append(_moment(moment, source))
    return Section(heading, said, nothing)


def _of_month(caller: Caller, account: Account, month: Month) -> list[Statement]:
    """On how many days of a month it ordered, with the way to these lines."""
    if not month.orders:
        return []
    says = _("{month}: orders on {n} days").format(
        month=account_words.month(month.first), n=month.orders
    )
    last = (month.first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    source = Source(
        "order_lines",
        (account.account_id, month.first, last),
        caller.page(lines_url(account.account_id, month.first, last)),
        as_of=account.assessment.as_of,
    )
    return [Statement(says, source, values={"amount": month.amount})]


def _moment(moment: Moment, source: Source) -> Statement:
    """What happened; what people typed of it stands apart from what we say."""
    says = f"{account_words.day(moment.on)}: {moment.title}"
    quoted = {"text": moment.text, "people": moment.people}
    if moment.kind and _is_ours(moment):
        says += f" ({moment.kind})"
    else:
        quoted["what"] = moment.kind
    return Statement(says, source, values={"on": moment.on}, quoted=quoted)


def _is_ours(moment: Moment) -> bool:
    """Whether the kind of a moment is a word of ours that somebody chose, and not a text."""
    if not moment.table:
        return True  # a state, or what is computed from order lines
    chosen = (known for (table, _column), known in facts.CHOICES.items() if table == moment.table)
    return any(str(word) == moment.kind for known in chosen for word in known.values())
