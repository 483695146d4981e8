"""What people say about digests, checked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mainstay.desk.complaints.words import WEEKDAYS
from mainstay.desk.digests.messengers import LONGEST_ADDRESS, SERVICES
from mainstay.desk.digests.models import Post, Security, Subscription
from mainstay.desk.digests.services import Wish
from mainstay.desk.reviews.survey_words import NAMES

DAILY = "daily"
# Of each encryption, what mail servers listen at; a port that is none of these is anybody's own.
USUAL_PORTS: dict[Any, tuple[int, ...]] = {
    Security.TLS: (465,),
    Security.STARTTLS: (587, 25),
    Security.NONE: (25, 587),
}
KNOWN_PORTS = {port for ports in USUAL_PORTS.values() for port in ports}


class WishForm(forms.Form):
    """When one wants a digest."""

    on = forms.BooleanField(required=False, label=_("Send me my week"))
    weekday = forms.ChoiceField(
        label=pgettext_lazy("digest", "On which day"),
        choices=[
            *((str(n), name) for n, name in enumerate(WEEKDAYS)),
            (DAILY, pgettext_lazy("digest", "Each day on which there is news")),
        ],
    )
    hour = forms.TypedChoiceField(
        coerce=int,
        label=pgettext_lazy("digest", "From what hour on"),
        choices=[(n, f"{n}:00") for n in range(24)],
    )
    language = forms.ChoiceField(
        label=pgettext_lazy("digest", "Language"), choices=list(NAMES.items())
    )

    def __init__(self, known: Subscription | None, language: str, data: Any = None) -> None:
        first: dict[str, Any] = {"on": False, "weekday": "0", "hour": 7, "language": language}
        if known is not None:
            weekday = DAILY if known.weekday is None else str(known.weekday)
            first = {"on": known.on, "weekday": weekday, "hour": known.hour}
            first["language"] = known.language
        super().__init__(data, initial=first, label_suffix="")

    def said(self) -> Wish:
        given = self.cleaned_data
        weekday = None if given["weekday"] == DAILY else int(given["weekday"])
        return Wish(given["on"], given["language"], weekday, given["hour"])


class WayForm(forms.Form):
    """The address of a messenger."""

    url = forms.CharField(
        label=_("Address of the messenger"),
        max_length=LONGEST_ADDRESS,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}
        ),
        error_messages={"required": _("Paste the address that the messenger shows.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="")


class PostForm(forms.ModelForm):
    """How this installation sends; the password is never shown, and stays when it is left empty."""

    services = forms.MultipleChoiceField(
        required=False,
        label=_("Messengers that may be used"),
        choices=[(code, one.name) for code, one in SERVICES.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    mail_security = forms.ChoiceField(label=_("Encryption"), choices=Security.choices)
    mail_port = forms.IntegerField(
        label=pgettext_lazy("mail server", "Port"), min_value=1, max_value=65535
    )
    new_password = forms.CharField(
        required=False,
        label=_("Password"),
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    forget_password = forms.BooleanField(required=False, label=_("Forget the password"))

    class Meta:
        model = Post
        fields = [
            "on",
            "public_url",
            "stale_days",
            "mail_host",
            "mail_port",
            "mail_security",
            "mail_user",
            "mail_from",
            "services",
            "own_servers",
        ]
        labels = {
            "on": _("Send digests"),
            "public_url": _("Public address of the desk"),
            "stale_days": _("Say how old an assessment is after so many days"),
            "mail_host": _("Mail server"),
            "mail_user": pgettext_lazy("mail server", "Name to sign in with"),
            "mail_from": _("Sender's address"),
            "own_servers": _("Own servers of messengers"),
        }
        help_texts = {
            "public_url": _("Under which phones reach it, like https://desk.company.com."),
            "own_servers": _(
                "One a line, like chat.company.com or chat.company.com:8443. Nothing else in your "
                "network is reached."
            ),
        }
        widgets = {
            "own_servers": forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
            "public_url": forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        }

    def __init__(self, known: Post, data: Any = None) -> None:
        super().__init__(data, instance=known, label_suffix="")
        if known.mail_password:
            self.fields["new_password"].help_text = _("Left empty, it stays as it is.")

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def unusual_port(self) -> str:
        """What is to be thought of where port and encryption hardly fit one another; else empty."""
        given = self.cleaned_data
        usual, port = USUAL_PORTS[given["mail_security"]], given["mail_port"]
        if not given["mail_host"] or port in usual or port not in KNOWN_PORTS:
            return ""
        said = _("Port {port} hardly fits the encryption “{encryption}”: usual is {usual}.")
        encryption = Security(given["mail_security"]).label
        return str(said).format(port=port, encryption=encryption, usual=usual[0])

    def password(self) -> str | None:
        if self.cleaned_data["forget_password"]:
            return ""
        return self.cleaned_data["new_password"] or None
