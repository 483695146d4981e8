"""The two steps of having fields proposed from a note: what would be sent, and what came back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mainstay.core.errors import MainstayError
from mainstay.desk.access.services import record
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight, sight_and_account
from mainstay.desk.care import noting
from mainstay.desk.care.forms import VisitForm
from mainstay.desk.facts.changes import first_values
from mainstay.desk.facts.forms import LONGEST
from mainstay.desk.facts.rights import may_write


@require_POST
def note(request: HttpRequest, account_id: str) -> HttpResponse:
    """Show what would be sent; send it where it is what was shown, and show what is proposed."""
    sight, account = sight_and_account(request.user, account_id)
    if not may_write(request.user, "visits"):
        raise PermissionDenied
    try:
        return _answer(request, sight, account)
    except MainstayError as error:
        return _part(request, account, trouble=in_words(error))


def _answer(request: HttpRequest, sight: Sight, account: Account) -> HttpResponse:
    to = noting.service()
    if to is None:
        raise Http404
    form = _form(request, account)
    note, on = _typed(form, request)
    if not note:
        return _part(request, account, trouble=_("Write the note first."))
    asking = noting.request_of(to, note, on)
    shown, asked = noting.digest(to, asking), request.POST.get("digest", "")
    if asked != shown:
        return _part(
            request,
            account,
            to=to,
            texts=[one["content"] for one in asking["messages"]],
            digest=shown,
            changed=bool(asked),
        )
    record(
        sight.user,
        "note.send",
        object_kind="account",
        object_id=account.account_id,
        label=account.name,
        after={"host": to.host, "model": to.model, "letters": len(note)},
    )
    found = noting.proposals(noting.send(to, asking), note, form)
    return _part(request, account, to=to, proposals=found, sent=True)


def _form(request: HttpRequest, account: Account) -> VisitForm:
    user: Any = request.user
    return VisitForm(
        account.account_id, initial=first_values(user, "visits"), me=(user.staff_id, user.name)
    )


def _typed(form: VisitForm, request: HttpRequest) -> tuple[str, Any]:
    """The note as the form would keep it, and the day of the visit."""
    text = request.POST.get("notes", "")[:LONGEST].replace("\r\n", "\n").strip()
    try:
        return text, form.fields["on"].clean(request.POST.get("on", ""))
    except ValidationError:
        return text, timezone.localdate()


def _part(request: HttpRequest, account: Account, **context: Any) -> HttpResponse:
    return render(request, "care/_note.html", {"account": account, **context})
