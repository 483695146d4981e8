"""What administrators say about nightly runs, checked."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mainstay.desk.complaints.words import WEEKDAYS
from mainstay.desk.facts.forms import Currency
from mainstay.desk.imports import words
from mainstay.desk.nightly.models import Schedule, Source
from mainstay.desk.nightly.sealing import VARIABLE
from mainstay.desk.nightly.services import Wanted


class ScheduleForm(forms.Form):
    """When the nightly run begins."""

    on = forms.BooleanField(required=False, label=_("Run every night"))
    at = forms.TimeField(
        label=pgettext_lazy("nightly run", "At"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    zone = forms.ChoiceField(label=_("Time zone"), required=False)
    weekdays = forms.TypedMultipleChoiceField(
        coerce=int,
        required=False,
        label=pgettext_lazy("nightly run", "On these days"),
        choices=list(enumerate(WEEKDAYS)),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, known: Schedule, data: Any = None) -> None:
        at = f"{known.minute // 60:02}:{known.minute % 60:02}"
        first = {"on": known.on, "at": at, "zone": known.zone, "weekdays": known.weekdays}
        super().__init__(data, initial=first, label_suffix="")
        own = _("that of the desk ({zone})").format(zone=settings.TIME_ZONE)
        zones = sorted(available_timezones())
        self.fields["zone"].choices = [("", own), *((zone, zone) for zone in zones)]

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        minute = 60 * given["at"].hour + given["at"].minute
        return {
            "on": given["on"],
            "minute": minute,
            "zone": given["zone"],
            "weekdays": given["weekdays"],
        }


class SourceForm(forms.Form):
    """Where rows come from; a password is never shown, and stays when it is left empty."""

    name = forms.CharField(label=pgettext_lazy("of a source", "Name"), max_length=80)
    address = forms.CharField(
        label=pgettext_lazy("of a source", "Address"),
        max_length=500,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}
        ),
        help_text=_(
            "Files on the server, like /data/orders/*.csv, a database, like postgresql://user@host/name, "
            "or a Tryton, like tryton://user@host/name, which names its tables itself."
        ),
    )
    table = forms.ChoiceField(
        label=_("What the rows are"), choices=list(words.TABLES.items()), initial="order_lines"
    )
    currency = Currency(
        required=False,
        label=pgettext_lazy("column of a file", "Currency"),
        help_text=_("Of rows that name none, e.g. EUR."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "size": 4}),
    )
    recipe = forms.CharField(
        required=False,
        label=pgettext_lazy("of a source", "Recipe"),
        max_length=300,
        help_text=_("Of an ERP, which names its tables itself; or the path of your own."),
    )
    variables = forms.CharField(
        required=False,
        label=pgettext_lazy("of a recipe", "Variables"),
        max_length=5_000,
        help_text=_("Of the recipe, one a line: NAME=VALUE."),
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
    )
    query = forms.CharField(
        required=False,
        label=pgettext_lazy("of a source", "Query"),
        max_length=20_000,
        help_text=_("In SQL: which rows of a database, where no recipe says it."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    secret = forms.CharField(
        required=False,
        label=_("Password"),
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    forget_secret = forms.BooleanField(required=False, label=_("Forget the password"))
    variable = forms.RegexField(
        VARIABLE,
        required=False,
        label=_("Or a variable that holds it"),
        max_length=80,
        help_text=_("Of the server's environment, like MAINSTAY_ERP_PASSWORD."),
        error_messages={
            "invalid": _("The variable's name begins with MAINSTAY_ and ends with PASSWORD.")
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    on = forms.BooleanField(required=False, initial=True, label=_("Import it every night"))

    def __init__(self, known: Source | None, data: Any = None) -> None:
        first: dict[str, Any] = {}
        if known is not None:
            names = ("name", "address", "table", "recipe", "query", "variable", "on")
            first = {name: getattr(known, name) for name in names}
            said = known.options.get("variables", {})
            first["currency"] = known.options.get("currency", "")
            # By name: PostgreSQL keeps another order than they were written in.
            first["variables"] = "\n".join(f"{name}={said[name]}" for name in sorted(said))
        super().__init__(data, initial=first, label_suffix="")
        if known is None or not known.secret:
            del self.fields["forget_secret"]
        else:
            self.fields["secret"].help_text = _("Left empty, it stays as it is.")

    def clean_variables(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in self.cleaned_data["variables"].splitlines():
            name, sign, value = (part.strip() for part in line.partition("="))
            if not line.strip():
                continue
            if not sign or not name:
                raise forms.ValidationError(
                    _("“{line}” is no variable; write it as NAME=VALUE.").format(line=line.strip())
                )
            found[name] = value
        return found

    def wanted(self, known: Source | None) -> Wanted:
        given = dict(self.cleaned_data)
        forget = given.pop("forget_secret", False)
        given["secret"] = "" if forget else given["secret"] or None
        options = dict(known.options) if known else {}
        for name in ("variables", "currency"):
            options.pop(name, None)
            if value := given.pop(name):
                options[name] = value
        return Wanted(**given, options=options)
