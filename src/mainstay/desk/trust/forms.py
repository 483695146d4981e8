"""How many warnings there shall be."""

from __future__ import annotations

from django import forms


class AlertsForm(forms.Form):
    """alerts: a manager and month; sure: percent"""

    alerts = forms.IntegerField(min_value=1, max_value=1000)
    sure = forms.IntegerField(min_value=0, max_value=95, required=False)

    @property
    def probability(self) -> float:
        return (self.cleaned_data.get("sure") or 0) / 100
