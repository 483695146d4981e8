"""What we want otherwise than allauth: nobody signs up by themselves, no mail is sent."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mainstay.desk.access.models import fold_username
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
        set_own_password(user, password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """To the first page: the empty form again would look as if nothing had happened."""
        return "/"

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Of allauth's messages only the one that says what else no page would."""
        if message_template == "account/messages/password_changed.txt":
            messages.success(request, gettext("Your password is changed."))
