"""Writes of what was learnt: an effect is held back, or let go."""

from __future__ import annotations

from datetime import date

from mainstay.core.errors import MainstayError
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.access.services import only_setters
from mainstay.desk.facts.services import entry
from mainstay.desk.learning.models import HeldEffect

LONGEST = 500


class SaysNothing(MainstayError):
    """What is held back without a reason."""

    code = "says_nothing"


def standing(play: str) -> HeldEffect | None:
    """What was last said of a play's effect."""
    return HeldEffect.objects.filter(play=play).order_by("-on", "-id").first()


def hold(user: User, play: str, *, held: bool, reason: str, today: date) -> None:
    """Have plans keep to what they believed of a play before, or go by all cases again.

    Raises: NotAllowed, SaysNothing where no reason is given
    """
    only_setters(user)
    reason = reason.strip()[:LONGEST]
    if held and not reason:
        raise SaysNothing(gettext_noop("Say why the change is held back."))
    row = {"held": held, "reason": reason or None, "by_id": user.staff_id or None}
    last = standing(play)
    if (last is not None and last.held) == held:
        return
    with entry(user, trusted=True) as book:
        if last is not None and last.on == today:
            book.change(last, row, seen=last.version)
        else:
            book.add(HeldEffect(play=play, on=today, **row))
