"""How many warnings there shall be."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class AlertsForm(forms.Form):
    """alerts: a manager and month; sure: percent"""

    alerts = forms.IntegerField(min_value=1, max_value=1000, label=_("Warnings a month"))
    sure = forms.IntegerField(
        min_value=0, max_value=95, required=False, label=_("At least so likely to leave, %")
    )

    @property
    def probability(self) -> float:
        return (self.cleaned_data.get("sure") or 0) / 100
