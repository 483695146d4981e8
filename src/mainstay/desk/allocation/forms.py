"""What people set of short stock: the rules of a sheet, and one line by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from mainstay.desk.facts.forms import Line

MOST_UNITS = 1e12


class StartForm(forms.Form):
    """The floor of small accounts in percent, and how many days ahead count."""

    floor = forms.FloatField(
        min_value=0, max_value=100, label=pgettext_lazy("allocation", "Floor of small accounts, %")
    )
    days = forms.IntegerField(
        min_value=1, max_value=366, label=pgettext_lazy("allocation", "Days ahead")
    )


class HandForm(forms.Form):
    """How much a line gets, and why; `rule` gives it back to the rule."""

    given = forms.FloatField(
        required=False,
        min_value=0,
        max_value=MOST_UNITS,
        label=pgettext_lazy("allocation", "Give"),
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )
    reason = Line(
        required=False,
        label=pgettext_lazy("allocation", "Why"),
        widget=forms.TextInput(attrs={"maxlength": 200}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, label_suffix="", **options)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if "rule" in self.data:
            return said | {"given": None, "reason": ""}
        if said.get("given") is None and "given" not in self.errors:
            self.add_error("given", _("Say how much."))
        if "save" in self.data and not said.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say why: the account's manager reads it."))
        return said
