"""`what_to_do`: the few things of the person's week, the steps and the money that wait for them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mainstay.api.assistants.at_risk import Arguments
from mainstay.api.assistants.explaining import next_step
from mainstay.api.assistants.sources import of_fact, sight_of
from mainstay.api.assistants.types import Caller, Section, Source, Statement
from mainstay.desk import numbers
from mainstay.desk.accounts import words as account_words
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.cases import queries as cases
from mainstay.desk.cases import words as case_words
from mainstay.desk.cases.asked import waiting_for
from mainstay.desk.cases.my_steps import my_steps
from mainstay.desk.facts.forms import staff_names


class Week(Arguments):
    pass


def what_to_do(caller: Caller, asked: Week) -> dict[str, Any]:
    """What *My week* says to the person."""
    sight, today = sight_of(caller), timezone.localdate()
    return {
        "today": str(today),
        "sections": [
            _planned(caller, sight, today),
            _steps(caller, sight, today),
            _money(caller, sight),
        ],
    }


def _planned(caller: Caller, sight: Sight, today: date) -> Section:
    found = cases.week(sight, today)
    nothing = (
        _("The plan of this week has nothing for you.")
        if found.planned
        else _("No plan was made for this week.")
    )
    said = [_thing(caller, sight, thing) for thing in found.things]
    return Section(_("What the plan proposes this week"), said, nothing)


def _thing(caller: Caller, sight: Sight, thing: cases.Thing) -> Statement:
    account, assessment = thing.account, sight.assessment
    says = thing.title or _("{state}: decide what to do").format(
        state=account_words.state(account.state)
    )
    source = Source(
        "plan",
        (thing.plan, account.account_id, thing.play or ""),
        caller.page(reverse("cases:week")),
        recorded_at=assessment.made_at if assessment else None,
        as_of=assessment.as_of if assessment else None,
    )
    return Statement(
        says,
        source,
        because=[
            thing.story.headline,
            thing.story.because,
            *(thing.why or account_words.sentences(account.reasons, sight.currency)),
            *thing.why_not,
        ],
        values={
            "account_id": account.account_id,
            "play": thing.play,
            "state": account.state,
            "money_at_risk": account.money_at_risk,
            "what_it_keeps": thing.row.get("kept"),
            "hours": thing.row.get("hours"),
            "costs": thing.row.get("money"),
            "needs_approval": thing.asks or None,
            "currency": sight.currency,
            "steps": [
                {"what": case_words.told(s.wording), "role": s.role, "due_on": str(s.due_on)}
                for s in thing.steps
            ],
            "stops_on": thing.stops_on,
        },
        quoted={"name": account.name},
    )


def _steps(caller: Caller, sight: Sight, today: date) -> Section:
    names = staff_names()
    said = [next_step(caller, one.step, today, names, name=one.name) for one in my_steps(sight)]
    return Section(
        pgettext("digest", "Your next steps"), said, _("No step of a case waits for you.")
    )


def _money(caller: Caller, sight: Sight) -> Section:
    said = []
    for one in waiting_for(sight):
        row = one.row
        amount = numbers.exact_money(row.amount, row.currency or sight.currency)
        said.append(
            Statement(
                _("{money} waits for your approval").format(money=amount),
                of_fact(caller, row),
                values={"account_id": row.account_id, "play": one.title},
                quoted={"name": row.account_name, "reason": row.reason or row.in_return_for},
            )
        )
    return Section(
        pgettext("digest", "Waiting for your approval"),
        said,
        _("No money waits for your approval."),
    )
