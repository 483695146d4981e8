"""Forms of my week and of cases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from mainstay.desk.cases import words
from mainstay.desk.cases.models import Case
from mainstay.desk.facts.forms import LONGEST, Chosen, Line, staff_there

MOST_DAYS = 366  # that something is put off
DISMISSED_DAYS = 182  # unless the state changes before


def _day(**options: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(widget=widget, **options)


class PutOffForm(forms.Form):
    """Nothing more of an account until a day, or while its state stays as it is; and why."""

    kind = forms.ChoiceField(choices=list(words.KINDS.items()), widget=forms.HiddenInput)
    until = _day(required=False, label=pgettext_lazy("snooze", "Until"))
    reason = Line(
        label=pgettext_lazy("snooze", "Why"),
        widget=forms.TextInput(attrs={"maxlength": 200}),
    )

    def __init__(self, today: date, data: Any = None) -> None:
        self.today = today
        super().__init__(data, label_suffix="")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") == "dismiss":
            cleaned["until"] = self.today + timedelta(days=DISMISSED_DAYS)
            return cleaned
        until = cleaned.get("until")
        if "until" in self.errors:
            return cleaned
        if until is None or until <= self.today:
            self.add_error("until", _("Choose a day after today."))
        elif (until - self.today).days > MOST_DAYS:
            self.add_error("until", _("Choose a day within a year."))
        return cleaned


class StepForm(forms.Form):
    """A further step of a case."""

    what = Line(
        label=pgettext_lazy("case", "What is to be done"),
        widget=forms.TextInput(attrs={"maxlength": 200}),
    )
    due_on = _day(required=False, label=pgettext_lazy("case", "By when"))

    def __init__(self, data: Any = None, *, me: str = "") -> None:
        super().__init__(data, label_suffix="", initial={"owner_id": me})
        self.fields["owner_id"] = Chosen(
            staff_there(), required=False, label=str(pgettext_lazy("case", "Who of us"))
        )


class DoneForm(forms.Form):
    """When a step was done, and what there is to say of it; no day = it is not done yet."""

    done_on = _day(required=False, label=pgettext_lazy("case", "Done on"))
    note = Line(
        required=False,
        longest=LONGEST,
        label=pgettext_lazy("case", "Note"),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, today: date, data: Any = None) -> None:
        self.today = today
        super().__init__(data, label_suffix="")

    def clean_done_on(self) -> date | None:
        on: date | None = self.cleaned_data["done_on"]
        if on is not None and on > self.today:
            raise forms.ValidationError(
                _("This has not happened yet: choose today or an earlier day.")
            )
        return on


class CloseForm(forms.Form):
    """How a case ended; money is measured by the engine, and not asked for."""

    reason = Line(
        required=False,
        longest=LONGEST,
        label=pgettext_lazy("case", "What was decisive?"),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, case: Case, data: Any = None) -> None:
        super().__init__(data, label_suffix="", initial={"seen": case.version})
        label = str(pgettext_lazy("case", "How did it end?"))
        self.fields["outcome"] = Chosen(words.OUTCOMES, required=True, label=label)
        self.order_fields(["outcome", "reason"])
