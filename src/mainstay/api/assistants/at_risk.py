"""`at_risk` and `find_account`: which accounts there are to look at."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from mainstay.api.assistants.sources import of_assessment, sight_of
from mainstay.api.assistants.types import Caller, Section, Source, Statement
from mainstay.desk import numbers
from mainstay.desk.accounts import queries
from mainstay.desk.accounts.filters import Asked
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.accounts.words import sentences, state
from mainstay.desk.causes import words as causes

MOST = 50  # accounts of one answer


class Arguments(BaseModel):
    """What a tool is asked; anything else is refused, so that nothing asked for is left out unsaid."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class AtRisk(Arguments):
    state: Annotated[
        Literal["noticed", "late", "slipping", "lost"] | None,
        Field(description="Only this state; without it all that are at risk and not lost yet."),
    ] = None
    tier: Annotated[
        Literal["A", "B", "C"] | None, Field(description="Only this tier; A is the largest.")
    ] = None
    manager: Annotated[
        str | None, Field(max_length=200, description="Only accounts of this staff code.")
    ] = None
    least_money: Annotated[
        float, Field(ge=0, le=1e15, description="Only where at least so much money is at risk.")
    ] = 0
    most: Annotated[int, Field(ge=1, le=MOST, description="How many at most.")] = 20


class Find(Arguments):
    words: Annotated[
        str, Field(min_length=1, max_length=100, description="Parts of the name or code.")
    ]


def at_risk(caller: Caller, asked: AtRisk) -> dict[str, Any]:
    """The accounts at risk that the person sees, most money first, with their sum."""
    sight = sight_of(caller)
    named = {"tier": asked.tier, "manager": asked.manager}
    chosen = {name: value for name, value in named.items() if value}
    rows = Asked(state=asked.state or "risk", chosen=chosen).apply(sight.accounts)
    if asked.least_money:
        rows = rows.filter(money_at_risk__gte=asked.least_money)
    total = rows.count()
    # What has no sum comes last, on both databases.
    known = list(
        rows.filter(money_at_risk__isnull=False).order_by("-money_at_risk", "-id")[: asked.most]
    )
    if len(known) < asked.most:
        rest = rows.filter(money_at_risk__isnull=True).order_by("id")
        known += rest[: asked.most - len(known)]
    found = list(
        Account.objects.select_related("assessment").in_bulk([a.pk for a in known]).values()
    )
    found.sort(key=lambda a: [one.pk for one in known].index(a.pk))
    section = Section(
        _("Accounts, most money at risk first"),
        listed(caller, sight, found),
        _("Among the accounts that you see, none is like that."),
    )
    return {"total": total, "shown": len(found), "sections": [_sum(caller, sight), section]}


def _sum(caller: Caller, sight: Sight) -> Section:
    """What is at risk in all accounts that the person sees, as the week's page says it."""
    whole, assessment = queries.at_risk(sight), sight.assessment
    assert assessment is not None  # noqa: S101  # `sight_of` has asked
    said = _("{money} at risk over 52 weeks, in {n} of the {of} accounts that you see").format(
        money=numbers.money(whole.amount, sight.currency), n=whole.accounts, of=whole.of
    )
    source = Source(
        "assessment",
        (assessment.pk,),
        caller.page("/"),
        recorded_at=assessment.made_at,
        as_of=assessment.as_of,
    )
    values = {"amount": whole.amount, "low": whole.low, "high": whole.high}
    values |= {"accounts": whole.accounts, "of": whole.of}
    return Section(
        _("All that is at risk"), [Statement(said, source, values=values)], _("Nothing is at risk.")
    )


def find_account(caller: Caller, asked: Find) -> dict[str, Any]:
    """Accounts whose name or code has all the words, eight at most."""
    sight = sight_of(caller)
    found = queries.find(sight, asked.words)
    rows = Account.objects.select_related("assessment").in_bulk([a.pk for a in found])
    section = Section(
        _("Accounts with these words in their name or code"),
        listed(caller, sight, [rows[a.pk] for a in found]),
        _("Among the accounts that you see, none has these words in its name or code."),
    )
    return {"shown": len(found), "sections": [section]}


def listed(caller: Caller, sight: Sight, found: list[Account]) -> list[Statement]:
    """Accounts, each in one sentence with its figures."""
    names = queries.manager_names([a.manager_id for a in found])
    return [of_one(caller, sight, account, names) for account in found]


def of_one(caller: Caller, sight: Sight, account: Account, names: dict[str, str]) -> Statement:
    """How an account stands."""
    return Statement(
        _said(account, sight.currency),
        of_assessment(caller, account),
        because=sentences(account.reasons, sight.currency),
        values={
            "account_id": account.account_id,
            "state": account.state,
            "state_since": account.state_since,
            "tier": account.tier,
            "manager_id": account.manager_id,
            "money_at_risk": account.money_at_risk,
            "money_at_risk_low": account.money_at_risk_low,
            "money_at_risk_high": account.money_at_risk_high,
            "currency": sight.currency,
            "last_order_on": account.last_order_on,
            "first_cause": causes.family(account.cause_first) if account.cause_first else None,
        },
        quoted={
            "name": account.name,
            "manager": names.get(account.manager_id or "", account.manager_id or ""),
        },
    )


def _said(account: Account, currency: str) -> str:
    word, risk = state(account.state), account.money_at_risk
    if risk is None:
        return _("{state}; too few orders to put a sum on it").format(state=word)
    if risk <= 0:
        return _("{state}; nothing at risk").format(state=word)
    money = [
        numbers.money(amount, currency)
        for amount in (risk, account.money_at_risk_low, account.money_at_risk_high)
    ]
    return _(
        "{state}; {money} at risk over the next 52 weeks, 80% sure between {low} and {high}"
    ).format(state=word, money=money[0], low=money[1], high=money[2])
