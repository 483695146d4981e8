"""Forms of my week and of cases."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from mainstay.desk.cases import days, words
from mainstay.desk.cases.models import Case, CaseStep
from mainstay.desk.facts.forms import LONGEST, Chosen, Line, staff_named, staff_there

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


class AskedWithForm(forms.Form):
    """What is said with a thing that is taken and gives something: what comes back for it, and why."""

    in_return_for = Line(required=False, label=pgettext_lazy("money asked for", "In return for"))
    reason = Line(required=False, label=pgettext_lazy("money asked for", "Why"))


class StepForm(forms.Form):
    """A further step of a case, or one that is changed.

    step: the one that is changed; None = a new one
    """

    what = Line(
        label=pgettext_lazy("case", "What is to be done"),
        widget=forms.TextInput(attrs={"maxlength": 200}),
    )
    due_on = _day(required=False, label=pgettext_lazy("case", "By when"))

    def __init__(
        self,
        case: Case,
        today: date,
        data: Any = None,
        *,
        me: str = "",
        step: CaseStep | None = None,
    ) -> None:
        self.case, self.today, self.step = case, today, step
        first: dict[str, Any] = {"owner_id": me}
        people = staff_there()
        if step is not None:
            first = {
                "what": words.told(step.what),
                "due_on": step.due_on,
                "owner_id": step.owner_id,
                "seen": step.version,
            }
            if step.owner_id and step.owner_id not in people:
                people[step.owner_id] = staff_named(step.owner_id)
        pk = f"change-{step.pk}" if step else "new"
        super().__init__(data, label_suffix="", initial=first, auto_id=f"{pk}-%s")
        self.fields["owner_id"] = Chosen(
            people, required=False, label=str(pgettext_lazy("case", "Who of us"))
        )
        if step is not None:
            self.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput)

    def clean_what(self) -> str | None:
        """What stands there in the reader's language stays what it is in every language."""
        said: str | None = self.cleaned_data["what"]
        kept = self.step.what if self.step is not None else None
        return kept if kept and said == words.told(kept) else said

    def clean_due_on(self) -> date | None:
        on: date | None = self.cleaned_data["due_on"]
        was = self.step.due_on if self.step is not None else None
        if on is not None and on < self.today and on != was:
            raise forms.ValidationError(_("Choose today or a later day."))
        said = {"due_on": on}
        opened_on = self.case.opened_on
        wrong = days.troubles(said, opened_on=opened_on, today=self.today, was_due=was)
        if wrong:
            raise forms.ValidationError(wrong["due_on"])
        return on

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("what", "due_on", "owner_id")}


class OpenForm(forms.Form):
    """A case that somebody opens by hand: with a play of their choice or none, and what they say of it."""

    text = Line(
        required=False,
        longest=LONGEST,
        label=pgettext_lazy("case", "Why, and what is to be reached"),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST}),
    )

    def __init__(
        self, plays: dict[str, Any], data: Any = None, *, groups: Sequence[tuple[Any, Any]] = ()
    ) -> None:
        """plays: by code, how they are called; groups: which are offered first"""
        super().__init__(data, label_suffix="")
        label = str(pgettext_lazy("case", "What is to be done: a play"))
        self.fields["play"] = Chosen(plays, required=False, label=label, groups=groups)
        self.order_fields(["play", "text"])


class CommentForm(forms.Form):
    """Something that is said of a case; `once` tells a second sending."""

    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    text = Line(
        longest=LONGEST,
        label=pgettext_lazy("case", "Comment"),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST}),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="", initial={"once": secrets.token_urlsafe(12)})


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

    def __init__(self, case: Case, today: date, data: Any = None) -> None:
        self.case, self.today = case, today
        super().__init__(data, label_suffix="")

    def clean_done_on(self) -> date | None:
        on: date | None = self.cleaned_data["done_on"]
        said = {"done_on": on}
        wrong = days.troubles(said, opened_on=self.case.opened_on, today=self.today)
        if wrong:
            raise forms.ValidationError(wrong["done_on"])
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
