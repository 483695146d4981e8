"""What people type in about themselves and about other people."""

from __future__ import annotations

from datetime import date
from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.password_validation import get_default_password_validators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mainstay.desk.access.models import Role, User, fold_username
from mainstay.desk.access.queries import Asked
from mainstay.desk.access.services import Person

# Years that every calendar and time zone can tell.
_DAYS = [MinValueValidator(date(1990, 1, 1)), MaxValueValidator(date(2200, 1, 1))]
STAFF_HELP = _("As in your files; key account managers and service see the accounts of this code.")

EMAIL_HELP = _("Where their digest goes, and by which single sign-on knows them.")


def _least_length() -> int:
    """Of a password, by the settings."""
    return max(
        getattr(validator, "min_length", 0) for validator in get_default_password_validators()
    )


def _plain(form: forms.Form) -> None:
    """Labels above the fields say it all: no colon, no placeholder that repeats them."""
    form.label_suffix = ""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


def _email_field() -> forms.EmailField:
    return forms.EmailField(
        label=_("E-mail address"), max_length=254, required=False, help_text=EMAIL_HELP
    )


class SignInForm(allauth_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("remember", None)
        self.fields["login"].label = _("Sign-in name")
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""
        _plain(self)
        self.fields["login"].widget.attrs.update(autocapitalize="none", spellcheck="false")

    def clean_login(self) -> str:
        return fold_username(self.cleaned_data["login"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not self.user.is_active:
            # The same words as for a wrong password: strangers learn nothing of who was here.
            raise get_adapter().validation_error("username_password_mismatch")
        return cleaned


class ConfirmForm(allauth_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["oldpassword"].label = _("Present password")
        self.fields["password1"].label = _("New password")
        self.fields["password2"].label = _("New password once more")
        # In our own words: Django's list of rules addresses people otherwise than our pages do.
        self.fields["password1"].help_text = _(
            "At least {n} characters; no common password, not the own name, not digits alone."
        ).format(n=_least_length())


class EventsForm(forms.Form):
    """Which events to show; what makes no sense in an address is left out."""

    who = forms.ModelChoiceField(User.objects.order_by("name"), required=False)
    verb = forms.CharField(required=False, max_length=60)
    about = forms.CharField(required=False, max_length=500)
    kind = forms.CharField(required=False, max_length=60)
    first = forms.DateField(required=False, validators=_DAYS)
    last = forms.DateField(required=False, validators=_DAYS)
    text = forms.CharField(required=False, max_length=200)
    after = forms.IntegerField(required=False, min_value=1, max_value=2**62)

    def asked(self) -> Asked:
        self.is_valid()
        known = {name: value for name, value in self.cleaned_data.items() if name != "after"}
        person = known.pop("who", None)
        return Asked(who=person.pk if person else None, **known)

    @property
    def after_event(self) -> int | None:
        self.is_valid()
        found: int | None = self.cleaned_data.get("after")
        return found


class PersonForm(forms.ModelForm):
    """What an administrator says about a person; written by the services."""

    # Not one of the model's: the services say better whose address it is already.
    email = _email_field()

    class Meta:
        model = User
        fields = ["name", "role", "staff_id"]
        labels = {
            "name": pgettext_lazy("of a person", "Name"),
            "role": _("Role"),
            "staff_id": _("Staff code"),
        }
        help_texts = {
            "staff_id": STAFF_HELP,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].initial = self.instance.email

    def said(self) -> Person:
        return Person(**self.cleaned_data)


class NewPersonForm(forms.Form):
    username = forms.CharField(label=_("Sign-in name"), max_length=150)
    name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=200)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.MANAGER)
    staff_id = forms.CharField(
        label=_("Staff code"),
        max_length=200,
        required=False,
        help_text=STAFF_HELP,
    )
    email = _email_field()

    def said(self) -> Person:
        known = {name: value for name, value in self.cleaned_data.items() if name != "username"}
        return Person(**known)
