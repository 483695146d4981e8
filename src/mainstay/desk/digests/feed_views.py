"""One's own calendar: its address made, renewed and revoked; and what stands at the address."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from mainstay.desk import errors
from mainstay.desk.access.origin import address
from mainstay.desk.digests import ics, queries, services
from mainstay.desk.digests.links import Links
from mainstay.desk.digests.models import Feed

MADE = "calendar_made"
LONGEST_TOKEN = 100


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """The address of one's calendar is shown once, right after it was made."""
    token = request.session.pop(MADE, "")
    feed = Feed.objects.filter(user_id=request.user.pk).first()
    shown = _links(request).to("digests:feed", token) if token and feed else ""
    user: Any = request.user
    context = {"feed": feed, "shown": shown, "has_code": bool(user.staff_id), "section": "check"}
    return render(request, "digests/calendar.html", context)


@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    language = user.language or translation.get_language() or "en"
    request.session[MADE] = services.make_feed(user, language, timezone.now())
    return redirect("digests:calendar")


@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if services.revoke_feed(user):
        messages.success(request, _("Revoked: the address leads nowhere any more."))
    return redirect("digests:calendar")


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind an address, as its owner may see it now."""
    now, caller = timezone.now(), address(request)
    found = services.feed_of(token[:LONGEST_TOKEN], now)
    if found is None:
        # Whoever has the right one is let in all the same: it can't be guessed, and an old address that
        # a colleague's phone goes on asking for must not shut out the whole office.
        if services.is_locked_out(caller, now):
            return errors.too_many(request)
        services.count_wrong(caller, now)
        return errors.not_found(request)
    user: Any = found.user
    with translation.override(user.language or found.language):
        text = ics.made(user, _links(request), timezone.localdate(now))
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="mainstay.ics"'
    response["Cache-Control"] = "private, max-age=900"
    return response


def _links(request: HttpRequest) -> Links:
    """Under the public address, where it is set; else as the desk was called."""
    known = queries.post()
    if not known.public_url:
        known.public_url = request.build_absolute_uri("/").rstrip("/")
    return Links(known)
