"""What people type about visits, notices, answers and promises, checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from mainstay.desk.care import rhythm
from mainstay.desk.care.models import Notice, Promise, Request, Visit
from mainstay.desk.facts import words
from mainstay.desk.facts.forms import (
    LONGEST,
    Amount,
    Chosen,
    FactForm,
    Line,
    Section,
    contact_names,
)
from mainstay.desk.facts.models import Fact
from mainstay.desk.relations.models import Contact, Sighting

MOST_CONTACTS = 50  # of one visit


class SomeOf(forms.MultipleChoiceField):
    """Some of the codes that are known; kept as the table has them, separated by “;”."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[str]:
        chosen = super().clean(value)
        if len(chosen) > MOST_CONTACTS:
            raise forms.ValidationError(
                _("Tick at most %(most)s people."), params={"most": MOST_CONTACTS}
            )
        return list(chosen)


def _day(*, required: bool, label: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(required=required, label=label, widget=widget)


class VisitForm(FactForm):
    """A visit as it is written down on a phone; `sections` are the rows that may come with it."""

    BUTTONS = ("kind", "mood", "received_well", "asked_for_opinion")

    def __init__(
        self, account_id: str, data: Any = None, *, initial: dict[str, Any], me: tuple[str, str]
    ) -> None:
        """me: staff code and name of who writes, "" where there is no code"""
        self.me = me
        super().__init__(Visit, data, account_id=account_id, initial=initial)
        self.known = contact_names(account_id)
        del self.fields["contacts"]
        self.fields["contacts"] = SomeOf(
            choices=list(self.known.items()),
            required=False,
            label=words.label("visits", "contacts"),
        )
        self.fields["new_contact"] = Line(
            required=False,
            label=_("Somebody new"),
            widget=forms.TextInput(
                attrs={"placeholder": _("Name of somebody new"), "autocomplete": "off"}
            ),
        )
        for name in self.BUTTONS:
            self._as_buttons(name)
        self.fields["purpose"].widget = forms.TextInput(attrs={"autocomplete": "off"})
        self.fields["notes"].widget.attrs["rows"] = 5
        self._with_me()
        self.sections = {one.prefix: self._section(m, one, first) for m, one, first in SECTIONS}

    def _as_buttons(self, name: str) -> None:
        field: Any = self.fields[name]
        choices = [choice for choice in field.choices if choice[0] != ""]
        field.widget = forms.RadioSelect()
        field.choices = choices

    def _with_me(self) -> None:
        """Whoever writes can have been there, also where the table of staff does not have them."""
        field, (code, name) = self.fields["staff_id"], self.me
        if isinstance(field, Chosen) and code and code not in field.by_text:
            field.by_text[code] = code
            field.choices = [(code, name), *field.choices]

    def _section(self, model: type[Fact], section: Section, first: dict[str, Any]) -> FactForm:
        initial = {k: self.me[0] if v is ME else v for k, v in first.items()}
        return FactForm(
            model,
            self.data if self.is_bound else None,
            account_id=self.account_id,
            initial=initial,
            section=section,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        next_on, on = cleaned.get("next_on"), cleaned.get("on")
        if next_on and on and next_on <= on:
            self.add_error("next_on", _("The next time comes after this one."))
        return cleaned

    def is_valid(self) -> bool:
        """With what was filled of the sections, whose rows begin on the day of the visit."""
        good = super().is_valid()
        on = self.cleaned_data.get("on") if hasattr(self, "cleaned_data") else None
        for name, column in (("request", "raised_on"), ("promise", "made_on"), ("seen", "on")):
            form = self.sections[name]
            form.given = {column: on}
            good = form.is_valid() and good
        return good

    def rows(self) -> Iterator[tuple[type[Fact], dict[str, Any]]]:
        """What was filled of the sections: model, and values by field."""
        for form in self.sections.values():
            if form.has_changed():
                yield form.model, form.values()

    def values(self) -> dict[str, Any]:
        found = super().values()
        del found["contacts"], found["new_contact"]
        return found

    @property
    def open_sections(self) -> set[str]:
        return {
            name for name, form in self.sections.items() if form.is_bound and form.has_changed()
        }


ME = object()  # stands for the staff code of who writes
SECTIONS: tuple[tuple[type[Fact], Section, dict[str, Any]], ...] = (
    (
        Request,
        Section("request", ("text", "kind", "owner_id", "answer_due_on")),
        {"owner_id": ME},
    ),
    (
        Sighting,
        Section("seen", ("competitor", "what", "price", "detail", "source")),
        {"source": "contact"},
    ),
    (Promise, Section("promise", ("text", "kind", "amount", "due_on")), {}),
)


class NoticeForm(FactForm):
    """What they told us: the button that was pressed is its kind; the rest may be left out."""

    def __init__(self, account_id: str, data: Any = None, *, initial: dict[str, Any]) -> None:
        super().__init__(Notice, data, account_id=account_id, initial=initial)
        self.fields["on"].required = False  # left out, it was today
        self.fields["text"].widget.attrs["rows"] = 2

    @property
    def kinds(self) -> list[tuple[str, Any]]:
        return list(words.CHOICES["notices", "kind"].items())


class AnswerForm(forms.Form):
    """The answer to a request."""

    answered_on = _day(required=True, label=pgettext_lazy("request", "Answered on"))
    outcome = Line(
        required=False,
        longest=LONGEST,
        label=gettext_lazy("Outcome"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


class KeepForm(forms.Form):
    """When a promise was kept, and with how much."""

    kept_on = _day(required=True, label=pgettext_lazy("promise", "Kept on"))
    kept_amount = Amount(required=False, min_value=0, label=pgettext_lazy("promise", "How much"))
    seen = forms.IntegerField(widget=forms.HiddenInput)


class RebateForm(forms.Form):
    """A rebate that is confirmed."""

    promise_id = forms.CharField(max_length=300)
    due_on = forms.DateField()


class RhythmForm(forms.Form):
    """Weeks between two visits, a field for each tier; 0 = none."""

    def __init__(self, weeks: dict[str, int], data: Any = None) -> None:
        super().__init__(data, initial=weeks, label_suffix="")
        for tier in weeks:
            self.fields[tier] = forms.IntegerField(
                min_value=0,
                max_value=rhythm.MOST_WEEKS,
                label=_("Tier %(tier)s: weeks between two visits") % {"tier": tier},
            )


def new_contact(name: str, known: dict[str, str]) -> Contact | str:
    """Somebody new, or the code of who has that name already."""
    for code, there in known.items():
        if there.casefold() == name.casefold():
            return code
    return Contact(name=name)
