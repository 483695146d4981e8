"""What administrators say of an endpoint, checked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mainstay.api.webhooks.addresses import LONGEST
from mainstay.api.webhooks.models import Endpoint
from mainstay.api.webhooks.services import Wish
from mainstay.api.webhooks.words import KINDS
from mainstay.desk.access.models import User


class _Kinds(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


class EndpointForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("of an endpoint", "Name"), max_length=100)
    address = forms.CharField(
        label=pgettext_lazy("of an endpoint", "Address"),
        max_length=LONGEST,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}
        ),
    )
    kinds = _Kinds(
        label=_("What it is told"),
        choices=[(code, name) for code, name in KINDS.items()],
        error_messages={"required": _("Choose at least one.")},
    )
    scope = forms.ModelChoiceField(
        label=pgettext_lazy("webhook", "Of which accounts"),
        queryset=User.objects.none(),
        required=False,
        empty_label=pgettext_lazy("webhook", "All accounts"),
        help_text=_("Of a person: those that they see, also after their accounts change."),
    )

    def __init__(self, known: Endpoint | None, data: Any = None) -> None:
        first: dict[str, Any] = {"kinds": list(KINDS)}
        if known is not None:
            first = {"name": known.name, "kinds": known.kinds, "scope": known.scope_id}
        super().__init__(data, initial=first, label_suffix="")
        people: Any = self.fields["scope"]
        people.queryset = User.objects.filter(is_active=True).order_by("name", "username")
        self.fields["address"].help_text = _("Like https://erp.company.com/hooks/mainstay.")
        if known is not None:
            self.fields["address"].required = False
            self.fields["address"].help_text = _("Left empty, it stays as it is.")

    def said(self) -> Wish:
        given = self.cleaned_data
        return Wish(given["name"], given["kinds"], given["address"], given["scope"])
