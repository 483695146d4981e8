"""Single sign-on: whom the company's provider of identities vouches for, and nobody else."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, NoReturn

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from mainstay.desk.access.models import User
from mainstay.desk.access.services import tie_identity
from mainstay.desk.oidc import PROVIDER

# What comes of answers that are no answers.
NONSENSE = (KeyError, ValueError, TypeError, AttributeError)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Provider:
    """What the sign-in page shows of it."""

    name: str
    url: str


def provider() -> Provider | None:
    """The company's provider; None where none is set."""
    app = _app()
    if app is None:
        return None
    return Provider(app["name"], reverse("openid_connect_login", kwargs={"provider_id": PROVIDER}))


def _app() -> dict[str, Any] | None:
    from django.conf import settings

    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return apps[0] if apps else None


class Adapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Take an identity that is tied to a person already, or whose checked address is a person's.

        The sign-in name that a provider tells is not enough: at some, people choose it themselves.
        """
        if sociallogin.state.get("process") != AuthProcess.LOGIN:
            _back(request, _("Single sign-on can only be used to sign in."))
        if sociallogin.is_existing:
            return
        email = checked_address(sociallogin.account.extra_data)
        found = Q(email=email) | Q(username=email)
        users = list(User.objects.filter(found, is_active=True)[:2]) if email else []
        if len(users) != 1:
            log.warning("single sign-on: nobody here has the checked address %r", email)
            _back(
                request,
                _("Nobody here has your e-mail address. Ask an administrator to enter it for you."),
            )
        sociallogin.connect(request, users[0])
        tie_identity(users[0], email)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        if error == AuthError.CANCELLED:
            raise ImmediateHttpResponse(redirect("account_login"))
        log.warning("single sign-on failed: %s", exception or error)
        _back(request, did_not_work())


def checked_address(data: dict[str, Any]) -> str:
    """The address that the provider vouches for, in small letters; empty where it vouches for none."""
    claims = data.get("userinfo") or data.get("id_token") or {}
    checked = claims.get("email_verified")
    app = _app()
    if checked is None and app is not None:
        checked = app["settings"]["trust_email"]
    # Some providers send the word instead of the value.
    if checked not in (True, "true"):
        return ""
    return str(claims.get("email") or "").strip().lower()


def did_not_work() -> str:
    return _("Single sign-on did not work. Try again, or sign in with your password.")


def _back(request: HttpRequest, sentence: str) -> NoReturn:
    messages.error(request, sentence)
    raise ImmediateHttpResponse(redirect("account_login"))


def _steadily(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A provider that can't be reached, or answers nonsense, is no error of ours: back to the page."""

    @login_not_required
    @wraps(view)
    def steady(request: HttpRequest, provider_id: str) -> HttpResponse:
        try:
            return view(request, provider_id)
        except (requests.RequestException, OAuth2Error, *NONSENSE) as error:
            log.warning("single sign-on failed: %r", error)
            messages.error(request, did_not_work())
            return redirect("account_login")

    return steady


login = _steadily(openid_connect.login)
callback = _steadily(openid_connect.callback)
