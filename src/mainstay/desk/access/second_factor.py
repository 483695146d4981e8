"""The second factor as allauth has it, with what we want otherwise: our words, secrets that are not
kept in the clear, and wrong codes counted for all processes together."""

from __future__ import annotations

import struct
import unicodedata
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, generate_totp_secret
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet, InvalidToken
from django import forms
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mainstay.desk.access.models import User
from mainstay.desk.access.queries import codes_are_locked
from mainstay.desk.access.services import record_wrong_code
from mainstay.desk.secret import seal

# With a tolerance of one period either side a code fits for three of them.
USED_CODES_KEPT = 3
NAME = {"label": pgettext_lazy("of a passkey", "Name"), "max_length": 100}


class Adapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code does not fit, or was used already. Take the next one."),
        "cannot_generate_recovery_codes": _(
            "Recovery codes come with an app or a passkey; set one up first."
        ),
    }

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Without the installation's key no code fits; an administrator sets the factor back."""
        try:
            return _fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return generate_totp_secret()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        known = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        name = pgettext("of a passkey", "Passkey")
        return f"{name} {known + 1}" if known else name


def _fernet() -> Fernet:
    return seal(settings.SECRET_KEY, "second factor")


class _Code:
    """A code of the app, or one for recovery: however it was typed, each one good for one sign-in."""

    user: Any
    fields: dict[str, Any]
    cleaned_data: dict[str, Any]
    authenticator: Authenticator

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = _code_field()

    def clean_code(self) -> str:
        code = typed(self.cleaned_data["code"])
        with transaction.atomic():
            # One at a time: guesses sent at once would all pass before the first is counted.
            user = User.objects.select_for_update().get(pk=self.user.pk)
            locked = codes_are_locked(user)
            fits = None if locked else _authenticator_of(user, code)
            if not fits and not locked:
                record_wrong_code(user)
        if locked:
            raise forms.ValidationError(_TOO_MANY)
        if not fits:
            raise Adapter().validation_error("incorrect_code")
        fits.user = self.user
        self.authenticator = fits
        return code


_TOO_MANY = _(
    "Too many wrong codes. Wait for a quarter of an hour, or ask an administrator to set it back."
)


class CodeForm(_Code, AuthenticateForm):
    pass


class ConfirmByCodeForm(_Code, ReauthenticateForm):
    pass


class ActivateForm(ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = _code_field()

    def clean_code(self) -> str:
        self.cleaned_data["code"] = typed(self.cleaned_data["code"])
        return str(super().clean_code())


# What libraries raise for what no browser sends.
_NONSENSE = (KeyError, TypeError, ValueError, AttributeError, IndexError, struct.error)


class _Credential:
    """What a passkey answered: nonsense, or one that was tampered with, is refused in words."""

    def clean_credential(self) -> Authenticator:
        try:
            found: Authenticator = super().clean_credential()  # type: ignore[misc]
        except (*_NONSENSE, InvalidSignature):
            raise _not_taken() from None
        return found


class PasskeyForm(_Credential, AuthenticateWebAuthnForm):
    pass


class SignInByPasskeyForm(_Credential, LoginWebAuthnForm):
    pass


class ConfirmByPasskeyForm(_Credential, ReauthenticateWebAuthnForm):
    pass


def _not_taken() -> forms.ValidationError:
    return forms.ValidationError(_("This passkey was not taken. Try it once more."))


class AddPasskeyForm(AddWebAuthnForm):
    name = forms.CharField(required=False, **NAME)
    field_order = ("name", "passwordless", "credential")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        alone = self.fields["passwordless"]
        alone.label = _(
            "Sign in with it alone: its PIN, a finger or a face instead of the password"
        )
        alone.help_text = ""
        alone.initial = True

    def clean(self) -> dict[str, Any]:
        try:
            return dict(super().clean())
        except (*_NONSENSE, InvalidSignature):
            raise _not_taken() from None


class RenamePasskeyForm(EditWebAuthnForm):
    name = forms.CharField(label_suffix="", **NAME)


def typed(code: str) -> str:
    """A code without the spaces that apps show, and with plain digits where they were typed wide."""
    return "".join(unicodedata.normalize("NFKC", code).split())


def _code_field() -> forms.CharField:
    attributes = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
    return forms.CharField(
        label=pgettext_lazy("of an app", "Code"),
        label_suffix="",
        max_length=32,
        widget=forms.TextInput(attrs=attributes),
    )


def _authenticator_of(user: User, code: str) -> Authenticator | None:
    """The app or the recovery codes that this code is of; then it is used up."""
    known = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN)
    for authenticator in known:
        used = authenticator.data.get("used_codes", [])
        if code in used or not authenticator.wrap().validate_code(code):
            continue
        if authenticator.type == Authenticator.Type.TOTP:
            # allauth remembers used codes in one process, and for one period alone.
            authenticator.data["used_codes"] = [code, *used][:USED_CODES_KEPT]
            authenticator.save(update_fields=["data"])
        return authenticator
    return None


@require_safe
@never_cache
def qr_code(request: HttpRequest) -> HttpResponse:
    """The picture that an app reads: of the secret that the page before it has put into the session."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    adapter = Adapter()
    svg = adapter.build_totp_svg(adapter.build_totp_url(request.user, secret))
    return HttpResponse(svg, content_type="image/svg+xml")


def words_of(template: str) -> str:
    """What allauth wants to say after a change here, in our words; empty where the page says it."""
    said = {
        "mfa/messages/totp_activated.txt": gettext("The app is set up."),
        "mfa/messages/totp_deactivated.txt": gettext("The app is not asked for any more."),
        "mfa/messages/webauthn_added.txt": gettext("The passkey is set up."),
        "mfa/messages/webauthn_removed.txt": gettext("The passkey is removed."),
        "mfa/messages/recovery_codes_generated.txt": gettext(
            "These recovery codes are new. Keep them where you find them without your phone."
        ),
    }
    return said.get(template, "")
