"""What is handed to somebody who can't see the account: written down all the same, and said at once.

Not refused: many of ours never sign in, and a service lead hands them work by telephone; but nobody
should believe that they will find it in the desk.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from mainstay.desk.access.models import User
from mainstay.desk.access.rights import visible_accounts
from mainstay.desk.facts.models import Fact
from mainstay.desk.facts.rights import may_write
from mainstay.desk.facts.rows import models_by_table

# Who is to do what a row says, by table.
HANDED = {
    "complaints": "owner_id",
    "requests": "owner_id",
    "promises": "by_id",
    "incentives": "owner_id",
    "visits": "staff_id",
    "case_steps": "owner_id",
}


def unseen(account_id: str | None, staff_id: str | None) -> str:
    """Why somebody of ours won't find an account in the desk, in a sentence; "" where they do."""
    if not account_id or not staff_id:
        return ""
    users = list(User.objects.filter(staff_id=staff_id, is_active=True)[:5])
    if not users:
        return _("%(name)s has no sign-in here: tell them yourself.") % {"name": _name(staff_id)}
    if any(visible_accounts(user).filter(account_id=account_id).exists() for user in users):
        return ""
    return _(
        "%(name)s does not see this account in the desk, and so not this either, until they are its"
        " manager, deputy or service."
    ) % {"name": _name(staff_id)}


def say_unseen(request: HttpRequest, fact: Fact | None, before: Fact | None = None) -> None:
    """Warn of what was handed to somebody who won't find it; to who can assign them, with the way there.

    before: the row as it was; what stays in the same hands is not said again
    """
    column = HANDED.get(fact.TABLE) if fact is not None else None
    if fact is None or column is None:
        return
    account_id, staff_id = getattr(fact, "account_id", None), getattr(fact, column)
    if before is not None and getattr(before, column) == staff_id:
        return
    if staff_id == getattr(request.user, "staff_id", None):
        return
    if not (sentence := unseen(account_id, staff_id)):
        return
    if may_write(request.user, "assignments"):
        address = (
            f"{reverse('facts:add', args=['assignments'])}?{urlencode({'account': account_id})}"
        )
        link: Any = format_html('<a href="{}">{}</a>', address, _("Assign them"))
    else:
        link = _("A director or an administrator can assign them.")
    messages.warning(request, format_html("{} {}", sentence, link))


def _name(staff_id: str) -> str:
    staff = models_by_table()["staff"]._default_manager.filter(staff_id=staff_id)
    return staff.values_list("name", flat=True).first() or staff_id
