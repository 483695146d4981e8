"""The page that somebody of an account answers once a complaint is solved: no sign-in, two names and no more."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mainstay.desk.reviews import strangers
from mainstay.desk.reviews.services import LinkClosed
from mainstay.desk.service import opinions
from mainstay.desk.service.forms import OpinionForm
from mainstay.desk.service.models import Opinion, OpinionLink


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def opinion(request: HttpRequest, token: str) -> HttpResponse:
    """Four questions; the reader chooses the language, and may correct the answers while the link opens."""
    now = timezone.now()
    may_go_on = strangers.knock(strangers.caller(request), now)
    link = OpinionLink.objects.select_related("made_by")
    found = link.filter(token=token[: strangers.LONGEST_TOKEN]).first()
    asked = Opinion.objects.filter(key=found.opinion_key).first() if found else None
    account = strangers.account_of(asked.account_id if asked else None)
    language = strangers.language_for(request, account)
    with translation.override(language):
        if not may_go_on:
            return _page(request, language, 429, said=_("Too many attempts. Try again in an hour."))
        if found is None or asked is None:
            return _page(request, language, 404, said=_("There is no survey at this address."))
        name = account.name if account else asked.account_id
        if not opinions.is_open(found, now):
            return _closed(request, language, name)
        form = OpinionForm(asked, request.POST or None)
        if request.method == "POST" and form.is_valid():
            return _answered(request, found, form, language, name)
        context = {"form": form, "name": name, "answered_on": asked.answered_on}
        return _page(request, language, 422 if form.errors else 200, **context)


def _answered(
    request: HttpRequest, found: OpinionLink, form: OpinionForm, language: str, name: str
) -> HttpResponse:
    given = {**form.cleaned_data, "language": language}
    try:
        opinions.answer(found, given, said_by=f"{name} (survey)"[:200], now=timezone.now())
    except LinkClosed:
        return _closed(request, language, name)
    return _page(request, language, 200, thanks=True, name=name)


def _closed(request: HttpRequest, language: str, name: str) -> HttpResponse:
    said = _("This link is closed, or is no longer valid. Thank you.")
    return _page(request, language, 410, said=said, name=name)


def _page(request: HttpRequest, language: str, status: int, **context: Any) -> HttpResponse:
    return strangers.page(request, "service/opinion.html", language, status, **context)
