"""Where one is signed in: one's own open sessions, seen and ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from mainstay.desk.access import queries, services
from mainstay.desk.access.models import User
from mainstay.desk.access.origin import NOWHERE, device


@dataclass(frozen=True)
class Shown:
    """A session as pages show it.

    address: empty = not known
    here: whether it is the reader's own
    """

    id: int
    device: str
    address: str
    since: datetime
    last_seen: datetime
    here: bool


def shown(user: User, key: str | None) -> list[Shown]:
    """Somebody's open sessions; key: of the reader's own, which comes first."""
    found = [
        Shown(
            session.pk,
            device(session.user_agent),
            "" if session.ip == NOWHERE else session.ip,
            session.created_at,
            session.last_seen_at,
            session.session_key == key,
        )
        for session in queries.sessions_of(user)
    ]
    return sorted(found, key=lambda session: not session.here)


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    own = shown(_user(request), request.session.session_key)
    return render(request, "access/sessions.html", {"sessions": own})


@require_POST
def end(request: HttpRequest, session_id: int) -> HttpResponse:
    user, key = _user(request), request.session.session_key or ""
    _say(request, services.end_sessions(user, user, only=session_id, keep=key))
    return redirect("sessions")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    user, key = _user(request), request.session.session_key or ""
    _say(request, services.end_sessions(user, user, keep=key))
    return redirect("sessions")


def _say(request: HttpRequest, ended: int) -> None:
    if not ended:
        messages.info(request, _("There was no other session to end."))
        return
    said = ngettext("{n} session is ended.", "{n} sessions are ended.", ended)
    messages.success(request, said.format(n=ended))


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # the middleware has checked; tells mypy
    return request.user
