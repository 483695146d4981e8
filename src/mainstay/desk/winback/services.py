"""Writes of the page of lost accounts: a date with its reason, and a case opened with one tap."""

from __future__ import annotations

from datetime import date
from typing import Any

from mainstay.core.errors import MainstayError
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.cases import by_hand
from mainstay.desk.cases import queries as cases
from mainstay.desk.cases.models import Case
from mainstay.desk.cases.services import take
from mainstay.desk.designs.queries import waiting
from mainstay.desk.facts.services import entry
from mainstay.desk.winback.models import WinBack
from mainstay.desk.winback.queries import LOST, PLAY


class NotLost(MainstayError):
    """An account that still buys, or was closed."""

    code = "not_lost"


class Waits(MainstayError):
    """An account that nobody is to win back while a trial lasts."""

    code = "waits_in_trial"


def set_date(user: User, account: Account, call_on: date, reason: str, *, today: date) -> Any:
    """Call a lost account from a day on, for a reason; said again, the last counts.

    Raises: NotAllowed, NotLost
    """
    if account.state != LOST:
        raise NotLost(gettext_noop("This account is not lost, so there is no day to win it back."))
    values = {"call_on": call_on, "reason": reason, "set_on": today}
    values["staff_id"] = user.staff_id or account.manager_id or None
    with entry(user) as book:
        known = WinBack.objects.filter(account_id=account.account_id).first()
        if known is not None:
            return book.change(known, values, seen=known.version)
        return book.add(WinBack(account_id=account.account_id, **values))


def take_back(user: User, account: Account) -> None:
    """Go by the season again. Raises: NotAllowed, ChangedMeanwhile"""
    with entry(user) as book:
        for known in WinBack.objects.filter(account_id=account.account_id):
            book.withdraw(known, seen=known.version)


def open_case(sight: Sight, account: Account, *, today: date, anyway: bool = False) -> Case:
    """Begin to win an account back: as the plan proposes it, else by this person's choice.

    anyway: although a trial has it wait, or go without
    Raises: NotAllowed, ThereAlready, Waits
    """
    if not anyway and waiting([account.account_id], today, PLAY):
        raise Waits(
            gettext_noop(
                "In a trial, this account is not to be won back for now. Whoever has to begin "
                "all the same can do so under “In a trial”."
            )
        )
    thing = cases.thing_of(sight, account, today)
    if thing.play != PLAY:
        thing = by_hand.thing(sight, account, PLAY, today)
    return take(sight, thing, today=today)
