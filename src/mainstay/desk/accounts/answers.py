"""What people answer of accounts, one click each: right, fact and record in one step.

The facts count from the next assessment on; the pages show at once what was answered.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from mainstay import engine
from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.access.rights import visible_accounts
from mainstay.desk.access.services import NotAllowed, record
from mainstay.desk.accounts import not_ours
from mainstay.desk.accounts.models import Account, latest_id
from mainstay.desk.facts import moving

KINDS: dict[str, Any] = {kind: kind for kind in ("not_ours", "seasonal", "none")}


def end_of_month(month: str) -> date:
    """The last day of "2027-03": so long the account may be silent.

    Raises: InvalidSetting
    """
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise InvalidSetting(gettext_noop("Say in which month the account comes back.")) from None
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


@transaction.atomic
def answer(user: User, account_id: str, kind: str, *, back_on: date | None = None) -> None:
    """Say that an account is none of ours, or quiet until a date; "none" takes back.

    Raises: NotAllowed, InvalidSetting
    """
    account = _allowed(user, account_id)
    before = {"answer": account.answer, "back_on": _iso(account.back_on)}
    after = {"answer": None if kind == "none" else kind, "back_on": _iso(back_on)}
    after["manager_id"] = account.manager_id  # who may take it back when it is in no assessment
    Account.objects.filter(pk=account.pk).update(answer=after["answer"], back_on=back_on)
    _record(user, "account.answer", account, before, after)
    engine.answer(settings.HOME, [account_id], KINDS[kind], back_on=back_on, by=user.username)


@transaction.atomic
def same_as(user: User, account_id: str, into_id: str) -> None:
    """Say that an account is another one; both must be the user's.

    Raises: NotAllowed, InvalidSetting
    """
    account, into = _allowed(user, account_id), _allowed(user, into_id)
    if account.pk == into.pk:
        raise InvalidSetting(gettext_noop("This is the same account already."))
    Account.objects.filter(pk=account.pk).update(joined_into=into.account_id)
    _record(user, "account.same", account, None, {"into_id": into.account_id, "name": into.name})
    engine.join(settings.HOME, [account_id], into_id, by=user.username)
    _move(user, [account_id])


@transaction.atomic
def not_same(user: User, account_id: str) -> None:
    """Take back that an account is another one.

    Raises: NotAllowed
    """
    account = _allowed(user, account_id)
    _record(user, "account.apart", account, {"into_id": account.joined_into}, None)
    Account.objects.filter(pk=account.pk).update(joined_into=None)
    engine.take_apart(settings.HOME, [account_id], by=user.username)
    moving.bring_home(user, [account_id])


def show_answers(assessment_id: str) -> None:
    """Bring what is answered now onto the rows of an assessment."""
    for account_id, said in engine.answers(settings.HOME).items():
        Account.objects.filter(assessment_id=assessment_id, account_id=account_id).update(
            answer=said.answer, back_on=said.back_on
        )


# Codes that are one account, by those who answer for the whole


@transaction.atomic
def join_codes(user: User, groups: Sequence[tuple[Sequence[str], str]], reason: str) -> int:
    """Join codes, group by group, each into the account that is named with it; gives how many groups.

    Raises: NotAllowed, InvalidSetting
    """
    _of_the_office(user)
    label = ", ".join(into for _, into in groups[:5])
    after = {"groups": [[list(codes), into] for codes, into in groups[:200]], "reason": reason}
    record(user, "account.join", object_kind="account", label=label, after=after)
    engine.join_all(settings.HOME, groups, by=user.username, reason=reason)
    for codes, into in groups:
        Account.objects.filter(
            assessment_id=latest_id(), account_id__in=[c for c in codes if c != into]
        ).update(joined_into=into)
    _move(user, [code for codes, _ in groups for code in codes])
    return len(groups)


@transaction.atomic
def keep_apart(user: User, codes: Sequence[str], from_id: str) -> None:
    """Say that codes are not one account; it is not suggested again.

    Raises: NotAllowed
    """
    _of_the_office(user)
    after = {"codes": list(codes), "not": from_id}
    record(
        user,
        "account.keep_apart",
        object_kind="account",
        object_id=from_id,
        label=from_id,
        after=after,
    )
    engine.keep_apart(settings.HOME, codes, from_id, by=user.username)


@transaction.atomic
def take_apart(user: User, codes: Sequence[str]) -> None:
    """Take back what was said of codes.

    Raises: NotAllowed
    """
    _of_the_office(user)
    record(
        user,
        "account.apart",
        object_kind="account",
        label=", ".join(codes[:5]),
        after={"codes": list(codes)},
    )
    engine.take_apart(settings.HOME, codes, by=user.username)
    moving.bring_home(user, codes)
    Account.objects.filter(assessment_id=latest_id(), account_id__in=codes).update(joined_into=None)


@transaction.atomic
def group(user: User, codes: Sequence[str], group_id: str) -> None:
    """Put accounts into a buying group; an empty name takes them out of theirs.

    Raises: NotAllowed
    """
    _of_the_office(user)
    after = {"codes": list(codes), "group_id": group_id}
    record(
        user,
        "account.group",
        object_kind="account",
        label=group_id or ", ".join(codes[:5]),
        after=after,
    )
    engine.set_group(settings.HOME, codes, group_id)


@transaction.atomic
def take_back(user: User, account_id: str) -> None:
    """Take back that an account is none of ours, when the pages no longer show it.

    Raises: NotAllowed
    """
    said = not_ours.said_of(user, account_id)
    if said is None:
        raise NotAllowed(gettext_noop("This account is not among those that you look after."))
    record(
        user,
        "account.answer",
        object_kind="account",
        object_id=account_id,
        label=said.name,
        before={"answer": not_ours.NOT_OURS},
        after={"answer": None, "manager_id": said.manager_id},
    )
    Account.objects.filter(assessment_id=latest_id(), account_id=account_id).update(
        answer=None, back_on=None
    )
    engine.answer(settings.HOME, [account_id], "none", by=user.username)


def _move(user: User, codes: Sequence[str]) -> None:
    """What people know of joined codes goes to the accounts that they are part of, at once."""
    joins = engine.open_ledger(settings.HOME).joins
    moving.move(user, {code: joins.main_of(code) for code in codes})


def _allowed(user: User, account_id: str) -> Account:
    found = visible_accounts(user).filter(account_id=account_id).first()
    if found is None:
        raise NotAllowed(gettext_noop("This account is not among those that you look after."))
    return found


def _of_the_office(user: User) -> None:
    if not user.is_office:
        raise NotAllowed(gettext_noop("Only directors, analysts and administrators may do this."))


def _record(user: User, verb: str, account: Account, before: Any, after: Any) -> None:
    record(
        user,
        verb,
        object_kind="account",
        object_id=account.account_id,
        label=account.name,
        before=before,
        after=after,
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
