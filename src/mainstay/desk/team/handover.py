"""A handover: who takes which account, introduced by whom, by when; suggested, then worked through."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from mainstay.core.errors import InvalidSetting, NotFound
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.access.services import only_setters, record
from mainstay.desk.accounts.models import Account, latest_id
from mainstay.desk.facts.services import entry
from mainstay.desk.relations.models import Contact, Tie
from mainstay.desk.team.assigned import assigned_on
from mainstay.desk.team.exposure import accounts_of
from mainstay.desk.team.models import Assignment, Handover, Staff, Step

BEFORE_LEAVING_DAYS = 7  # the last introduction, so that one can still ask
FIRST_AFTER_DAYS = 7
LONGEST_NOTICE_DAYS = 3 * 366


@dataclass(frozen=True)
class Suggestion:
    """Who may take an account.

    strength: the sum of their ties there; accounts: how many they have already, with what the plan gives
    """

    staff_id: str
    strength: int
    accounts: int


def suggest(
    ties: Mapping[str, int], load: Mapping[str, int], candidates: Sequence[str]
) -> Suggestion | None:
    """Who takes an account over: whom they trust there most, then who has the fewest accounts.

    A colleague whom the account knows keeps about 40% of what a change of person costs; nobody new does.
    """
    if not candidates:
        return None
    best = min(candidates, key=lambda c: (-ties.get(c, 0), load.get(c, 0), c))
    return Suggestion(best, ties.get(best, 0), load.get(best, 0))


@transaction.atomic
def plan(user: User, staff_id: str, leaves_on: date, *, today: date) -> Handover:
    """Enter when somebody leaves and suggest who takes each of their accounts, the largest first.

    Raises: NotAllowed, NotFound, InvalidSetting for a day before today
    """
    only_setters(user)
    if leaves_on < today:
        raise InvalidSetting(
            gettext_noop("Who has left can't hand over any more; choose a day to come.")
        )
    if (leaves_on - today).days > LONGEST_NOTICE_DAYS:
        raise InvalidSetting(gettext_noop("This day is too far away to be true."))
    staff = Staff.objects.filter(staff_id=staff_id).first()
    if staff is None:
        raise NotFound(gettext_noop("There is nobody with the code {code}."), code=staff_id)
    with entry(user) as book:
        book.change(staff, {"left_on": leaves_on}, seen=staff.version)
    Handover.objects.filter(staff_id=staff_id, steps__done_on__isnull=True).delete()
    made = Handover.objects.create(
        staff_id=staff_id, leaves_on=leaves_on, made_at=timezone.now(), made_by=user
    )
    Step.objects.bulk_create(_steps(user, made, today))
    record(user, "handover.plan", about=made, after={"steps": made.steps.count()})
    return made


def _steps(user: User, made: Handover, today: date) -> list[Step]:
    mine = accounts_of(user, made.staff_id, today)
    staff = Staff.objects.filter(left_on__isnull=True).exclude(staff_id=made.staff_id)
    roles = dict(staff.values_list("staff_id", "role")[:2_000])
    load = Counter(
        Account.objects.filter(assessment_id=latest_id(), manager_id__in=roles).values_list(
            "manager_id", flat=True
        )
    )
    candidates = selling(roles, load)
    ties = _ties([a.account_id for a, _ in mine], today)
    last = max(today, made.leaves_on - timedelta(days=BEFORE_LEAVING_DAYS))
    first = min(last, today + timedelta(days=FIRST_AFTER_DAYS))
    steps = []
    for place, (account, role) in enumerate(mine):
        found = suggest(ties.get(account.account_id, {}), load, candidates)
        taker = found.staff_id if found else ""
        load[taker] += 1
        due = first + (last - first) * place // max(1, len(mine) - 1)
        steps.append(
            Step(
                handover=made,
                account_id=account.account_id,
                role=role,
                to_staff_id=taker,
                introduced_by=made.staff_id,
                due_on=due,
            )
        )
    return steps


# What somebody is, in their own words: who serves or directs takes no accounts, who sells does.
_OTHERS = re.compile(
    r"service|support|director|chief|president|owner|financ|accounting|warehouse|logisti|quality|"
    r"engineer|technic|human|assist|服務|服务|客服|總監|总监|總經理|总经理|董事|財務|财务|會計|会计|倉|仓|"
    r"物流|品質|品质|技術|技术|工程|人事|助理|서비스|지원|이사|대표|사장|임원|재무|회계|창고|물류|품질|기술|인사",
    re.IGNORECASE,
)
_SELLERS = re.compile(
    r"sales|manager|account|\bkam\b|business develop|業務|业务|銷售|销售|客戶|客户|大客|영업|거래처|세일즈",
    re.IGNORECASE,
)


def selling(roles: Mapping[str, str | None], load: Mapping[str, int]) -> list[str]:
    """Who of ours may be proposed: who sells; else those of whom it is not said; else all others.

    roles: what each is, as it was written down, by code
    load: how many accounts each manages now, which says that they do
    """
    ranks: dict[int, list[str]] = {0: [], 1: [], 2: []}
    for code, role in roles.items():
        if _OTHERS.search(role or ""):
            ranks[2].append(code)
        else:
            sells = load.get(code, 0) > 0 or _SELLERS.search(role or "")
            ranks[0 if sells else 1].append(code)
    return ranks[0] or ranks[1] or ranks[2]


def _ties(account_ids: Sequence[str], today: date) -> dict[str, dict[str, int]]:
    """By account, how well each of ours is known there."""
    there = Contact.objects.filter(Q(left_on__isnull=True) | Q(left_on__gt=today))
    contacts = dict(
        there.filter(account_id__in=account_ids).values_list("contact_id", "account_id")
    )
    found: dict[str, dict[str, int]] = {}
    for contact_id, staff_id, strength in Tie.objects.filter(
        contact_id__in=list(contacts)
    ).values_list("contact_id", "staff_id", "strength"):
        known = found.setdefault(contacts[contact_id], {})
        known[staff_id] = known.get(staff_id, 0) + (strength or 0)
    return found


@transaction.atomic
def change_step(user: User, step_id: int, *, to_staff_id: str, due_on: date) -> Step:
    """Somebody else takes it, or on another day. Raises: NotAllowed, NotFound, InvalidSetting"""
    only_setters(user)
    step = _open(step_id)
    if (
        not Staff.objects.filter(staff_id=to_staff_id)
        .exclude(staff_id=step.handover.staff_id)
        .exists()
    ):
        raise InvalidSetting(gettext_noop("Choose who takes this account over."))
    before = {"to": step.to_staff_id, "due_on": step.due_on.isoformat()}
    step.to_staff_id, step.due_on = to_staff_id, due_on
    step.save(update_fields=["to_staff_id", "due_on"])
    after = {"to": to_staff_id, "due_on": due_on.isoformat()}
    record(user, "handover.change", about=step, before=before, after=after)
    return step


@transaction.atomic
def introduce(user: User, step_id: int, *, today: date) -> Step:
    """They have met. Raises: NotAllowed, NotFound"""
    step = _open(step_id)
    _takes_part(user, step)
    step.introduced_on = today
    step.save(update_fields=["introduced_on"])
    record(user, "handover.introduce", about=step)
    return step


@transaction.atomic
def finish(user: User, step_id: int, *, today: date) -> Step:
    """The account is theirs from today: the old assignment ends the day before, the new one begins.

    Raises: NotAllowed, NotFound, InvalidSetting where nobody takes it
    """
    only_setters(user)
    step = _open(step_id)
    if not step.to_staff_id:
        raise InvalidSetting(gettext_noop("Choose who takes this account over."))
    yesterday = today - timedelta(days=1)
    old = assigned_on(today).filter(account_id=step.account_id, role=step.role)
    theirs = list(old.filter(staff_id=step.handover.staff_id))
    # What was theirs until a day is so for who takes it over; of several, until the last of them.
    ends = [one.to_on for one in theirs]
    until = None if None in ends else max(ends, default=None)
    with entry(user) as book:
        for one in theirs:
            if one.from_on >= today:
                book.withdraw(one, seen=one.version)
            else:
                book.change(one, {"to_on": yesterday}, seen=one.version)
        if not old.filter(staff_id=step.to_staff_id).exists():
            book.add(
                Assignment(
                    account_id=step.account_id,
                    staff_id=step.to_staff_id,
                    role=step.role,
                    from_on=today,
                    to_on=until,
                )
            )
    if step.role == "manager":
        Account.objects.filter(assessment_id=latest_id(), account_id=step.account_id).update(
            manager_id=step.to_staff_id
        )
    step.done_on = today
    step.save(update_fields=["done_on"])
    record(user, "handover.finish", about=step)
    return step


def _open(step_id: int) -> Any:
    found = Step.objects.select_for_update().filter(pk=step_id, done_on__isnull=True).first()
    if found is None:
        raise NotFound(gettext_noop("This step is done already, or not there any more."))
    return found


def _takes_part(user: User, step: Step) -> None:
    if user.staff_id not in (step.to_staff_id, step.introduced_by, step.handover.staff_id):
        only_setters(user)
