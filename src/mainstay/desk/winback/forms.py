"""The form that sets when a lost account is called, and why then."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from mainstay.desk.facts.forms import Line

MOST_DAYS = 730


class DateForm(forms.Form):
    call_on = forms.DateField(
        label=pgettext_lazy("win back", "Call from"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    reason = Line(
        label=pgettext_lazy("win back", "Why then"),
        widget=forms.TextInput(attrs={"maxlength": 200}),
    )

    def __init__(self, today: date, data: Any = None) -> None:
        self.today = today
        super().__init__(data, label_suffix="")

    def clean_call_on(self) -> date:
        on: date = self.cleaned_data["call_on"]
        if on < self.today:
            raise forms.ValidationError(_("Choose today or a later day."))
        if (on - self.today).days > MOST_DAYS:
            raise forms.ValidationError(_("Choose a day within two years."))
        return on
