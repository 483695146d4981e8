"""What every request passes: the language of the user, the first password, redirects for htmx."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.internal.flows.login import get_authentication_records
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.cache import cache
from django.core.exceptions import DisallowedRedirect
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

from mainstay.desk.access.origin import address
from mainstay.desk.access.queries import has_second_factor, needs_second_factor

Answer = Callable[[HttpRequest], HttpResponse]


class HtmxRedirects:
    """htmx would put the page behind a redirect into a corner of this one; let it go there instead."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.headers.get("HX-Request") == "true" and response.status_code in (301, 302, 303):
            moved = HttpResponse(status=204)
            moved.cookies = response.cookies
            moved["HX-Redirect"] = self._target(request, response["Location"])
            return moved
        return response

    @staticmethod
    def _target(request: HttpRequest, location: str) -> str:
        """After sign-in one wants the page one was on, not the fragment that was asked for."""
        login = reverse("account_login")
        if not location.startswith(login):
            return location
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = page.path + (f"?{page.query}" if page.query else "")
        return f"{login}?{urlencode({'next': back})}" if back else login


class SignInFirst(LoginRequiredMiddleware):
    """Whoever is signed out signs in first and comes back, unless the address is too long to be kept."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        try:
            return super().handle_no_permission(request, view_func)
        except DisallowedRedirect:
            return redirect(self.get_login_url(view_func))


class UserLanguage:
    """The user's own setting comes before the cookie and the browser's wish."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if user.is_authenticated and user.language:
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


class LastSeen:
    """Keeps where and when each session was last used.

    allauth writes a session down at sign-in; from then on it is written once in a while, since to write
    at each request would make all pages wait for one another.
    """

    every_seconds = 300

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        key = request.session.session_key
        # Afterwards: whoever just signed in has a session now, and whoever signed out has none.
        if request.user.is_authenticated and key and self._is_time(key):
            _seen(request, key)
        return response

    def _is_time(self, key: str) -> bool:
        now = time.time()
        if (
            now - cache.get_or_set(f"seen-{key}", now, settings.SESSION_COOKIE_AGE)
            < self.every_seconds
        ):
            return False
        cache.set(f"seen-{key}", now, settings.SESSION_COOKIE_AGE)
        return True


def _seen(request: HttpRequest, key: str) -> None:
    """One statement; a second one for sessions of which nothing was written down at sign-in."""
    seen = {
        "ip": address(request),
        "user_agent": request.headers.get("User-Agent", "")[:200],
        "last_seen_at": timezone.now(),
    }
    if not UserSession.objects.filter(session_key=key).update(**seen):
        made = UserSession(session_key=key, user_id=request.user.pk, **seen)
        UserSession.objects.bulk_create([made], ignore_conflicts=True)


class PasswordMustChange:
    """With a one-time password only the page that changes it answers."""

    open_to = ("account_change_password", "account_logout", "set_language")

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        user: Any = request.user
        if not user.is_authenticated or not user.must_change_password:
            return None
        match = request.resolver_match
        if match is not None and match.view_name in self.open_to:
            return None
        return HttpResponseRedirect(reverse("account_change_password"))


class SecondFactorMustBe:
    """Roles that need a second factor are led to set one up; until then nothing else opens."""

    open_to = (*PasswordMustChange.open_to, "account_reauthenticate", "qr_code")

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        user: Any = request.user
        if not user.is_authenticated or not needs_second_factor(user):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in self.open_to or name.startswith("mfa_"):
            return None
        # Whoever gave one at sign-in has one: most requests ask the database nothing.
        given = any(r.get("method") == "mfa" for r in get_authentication_records(request, user))
        if given or has_second_factor(user):
            return None
        return HttpResponseRedirect(reverse("mfa_index"))
