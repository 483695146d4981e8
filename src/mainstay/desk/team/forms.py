"""What is typed about a handover."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mainstay.desk.team.queries import takers


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}))


class LeavingForm(forms.Form):
    leaves_on = _day(_("Last day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)


class StepForm(forms.Form):
    to_staff_id = forms.ChoiceField(label=_("Who takes over"))
    due_on = _day(_("Introduce until"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["to_staff_id"].choices = list(takers().items())
