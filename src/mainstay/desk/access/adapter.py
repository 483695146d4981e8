"""What we want otherwise than allauth: nobody signs up by themselves, no mail is sent."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mainstay.desk.access import second_factor
from mainstay.desk.access.models import fold_username
from mainstay.desk.access.origin import address
from mainstay.desk.access.services import set_own_password


def tried_name(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """The name whose wrong passwords are counted: however it was written, it is one name."""
    name = (credentials or {}).get("username")
    if not name and request is not None:
        name = request.POST.get("login")
    return fold_username(name or "")


class Adapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("Name and password do not belong together."),
        "incorrect_password": _("This is not your present password."),
        "enter_current_password": _("This is not your present password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Any, password: str) -> None:
        set_own_password(user, password, keep=context.request.session.session_key or "")

    def get_client_ip(self, request: HttpRequest) -> str:
        return address(request)

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Who was switched off comes no further with a passkey or by single sign-on either."""
        messages.error(request, gettext("You can't sign in any more. Ask an administrator."))
        return redirect("account_login")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever has just signed in need not say once more who they are."""
        records = get_authentication_records(context.request, context.request.user)
        last = max((record["at"] for record in records), default=0.0)
        if time.time() - last < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """To the first page: the empty form again would look as if nothing had happened."""
        return "/"

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        message: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Of allauth's messages only those that say what else no page would, in our words."""
        if message_template == "account/messages/password_changed.txt":
            messages.success(request, gettext("Your password is changed."))
        elif message or (message := second_factor.words_of(message_template or "")):
            messages.add_message(request, level, message)
