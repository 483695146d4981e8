"""What is typed at the complaints' desk: a new complaint, a step, standards, hours, days off."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from mainstay.core.service_standards import ON_SITE, SOLVE, Standard
from mainstay.desk.care.models import Complaint
from mainstay.desk.complaints import services
from mainstay.desk.complaints.services import HAND, Deed, Written
from mainstay.desk.facts import words as fact_words
from mainstay.desk.facts.forms import LONGEST, Chosen, FactForm, Line

MOST_HOURS = 2_000
TIMED = ("answer", "on_site", "solve")


class NewComplaint(FactForm):
    """The few columns that are known when the telephone rings."""

    ASKED = (
        "kind",
        "severity",
        "text",
        "product_id",
        "batch",
        "contact_id",
        "owner_id",
        "opened_at",
    )
    answered = forms.BooleanField(
        required=False, label=gettext_lazy("Answered at once, in this very talk")
    )

    fields: dict[str, forms.Field]

    def __init__(self, data: Any, *, account_id: str | None, initial: dict[str, Any]) -> None:
        super().__init__(Complaint, data, account_id=account_id, initial=initial)
        kept = {name: self.fields[name] for name in self.ASKED}
        kept["kind"].required = kept["text"].required = True
        kept["text"].label = _("What do they say?")
        kept["product_id"].widget.attrs |= {"list": "products", "autocomplete": "off"}
        kept["batch"].widget.attrs |= {"list": "batches", "autocomplete": "off"}
        kept["product_id"].label = pgettext("complaint", "Product")
        kept["owner_id"].label = pgettext("complaint", "Who of us")
        kept["contact_id"].label = pgettext("complaint", "Who of them")
        for name in ("owner_id", "contact_id"):
            if not isinstance(kept[name], Chosen):
                del kept[name]  # nobody is known whom one could choose
        hidden = {name: self.fields[name] for name in ("once", "seen")}
        self.fields = {**hidden, **kept, "answered": self.fields["answered"]}

    def values(self) -> dict[str, Any]:
        typed = super().values()
        if typed.pop("answered", False):
            typed["first_answer_at"] = typed["opened_at"]
        return typed


class DeedForm(forms.Form):
    """One step: when, if not now; what there is to say; the root cause of what was solved.

    staff: names by code, of those whom it may be handed to
    """

    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    data: Any

    def __init__(
        self, what: str, complaint: Complaint, staff: Mapping[str, str], data: Any = None
    ) -> None:
        self.what = what
        given = {"once": secrets.token_urlsafe(12), "seen": complaint.version}
        super().__init__(data, initial=given, label_suffix="", auto_id=f"{what}-%s")
        if what == SOLVE:
            self.fields["root_cause"] = Line(
                longest=LONGEST,
                required=complaint.kind != "question",
                label=_("What was the root cause?"),
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.initial["root_cause"] = complaint.root_cause
        if what == HAND:
            others = {k: v for k, v in staff.items() if k != complaint.owner_id}
            self.fields["owner_id"] = Chosen(others, required=True, label=_("To whom?"))
        if what in TIMED:
            at = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
            self.fields["at"] = forms.DateTimeField(
                required=False, label=_("When, if not just now"), widget=at
            )
        self.fields["word"] = Line(
            longest=LONGEST,
            required=False,
            label=pgettext_lazy("complaint", "A word for the log"),
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def now_at(self, version: int) -> None:
        """The next sending knows of that version: the user has seen it."""
        data: Any = self.data.copy()
        data["seen"] = str(version)
        self.data = data

    def deed(self) -> Deed:
        typed = self.cleaned_data
        return Deed(
            self.what,
            at=typed.get("at"),
            word=typed.get("word"),
            root_cause=typed.get("root_cause"),
            owner_id=typed.get("owner_id"),
        )


def deed_forms(
    complaint: Complaint, staff: Mapping[str, str], standard: Standard
) -> dict[str, DeedForm]:
    """A form for each step that the complaint waits for; on site only where somebody has to go there.

    standard: what holds for the complaint
    """
    waited = [what for what in services.possible(complaint) if _asked_for(what, standard)]
    return {what: DeedForm(what, complaint, staff) for what in waited}


def _asked_for(what: str, standard: Standard) -> bool:
    return what != ON_SITE or standard.on_site is not None


def _hours(label: str, *, placeholder: float | None) -> forms.FloatField:
    attrs = {"step": "any", "min": "0", "inputmode": "decimal", "aria-label": label}
    if placeholder is not None:
        attrs["placeholder"] = f"{placeholder:g}"
    return forms.FloatField(
        required=False,
        min_value=0.01,
        max_value=MOST_HOURS,
        label=label,
        widget=forms.NumberInput(attrs=attrs),
    )


class StandardForm(forms.Form):
    """One row of the table of standards; its hours emptied, ours hold again."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, row: Any, data: Any = None) -> None:
        self.row = row
        given = (
            {
                "answer_within": row.now.answer,
                "on_site_within": row.now.on_site,
                "solve_within": row.now.solve,
                "calendar": "always" if row.now.always else "hours",
                "seen": row.version,
            }
            if row.now.own
            else {}
        )
        super().__init__(data, initial=given, prefix=f"{row.kind}-{row.severity}")
        names = f"{row.kind_word}, {row.severity_word}: "
        ours = row.ours
        self.fields["answer_within"] = _hours(names + _("Answer within"), placeholder=ours.answer)
        self.fields["on_site_within"] = _hours(
            names + _("On site within"), placeholder=ours.on_site
        )
        self.fields["solve_within"] = _hours(names + _("Solve within"), placeholder=ours.solve)
        self.fields["calendar"] = Chosen(
            fact_words.CHOICES["service_standards", "calendar"],
            required=False,
            label=names + str(fact_words.label("service_standards", "calendar")),
        )
        self.fields["calendar"].widget.attrs["aria-label"] = self.fields["calendar"].label

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        hours = [typed.get(f"{name}_within") for name in ("answer", "solve")]
        if (any(hours) or typed.get("on_site_within")) and not all(hours) and not self.errors:
            raise forms.ValidationError(
                _("Set the hours to answer and to solve both, or leave the row empty.")
            )
        if all(hours) and hours[0] > hours[1]:
            raise forms.ValidationError(_("The answer can't be due after the solution."))
        return typed

    def written(self) -> Written:
        typed = self.cleaned_data
        values = None
        if typed["answer_within"]:
            names = ("answer_within", "on_site_within", "solve_within", "calendar")
            values = {name: typed[name] for name in names}
            values["calendar"] = values["calendar"] or "hours"
        return Written(self.row.kind, self.row.severity, values, typed.get("seen") or 0)


class DayForm(forms.Form):
    """The hours of one weekday; both empty where nobody works."""

    opens = forms.TimeField(required=False)
    closes = forms.TimeField(required=False)

    def __init__(self, weekday: int, name: str, span: Any, data: Any = None) -> None:
        self.weekday, self.name = weekday, name
        given = {"opens": span[0], "closes": span[1]} if span else {}
        super().__init__(data, initial=given, prefix=f"day-{weekday}")
        for field, word in (
            ("opens", pgettext("of a working day", "from")),
            ("closes", pgettext("of a working day", "until")),
        ):
            self.fields[field].widget = forms.TimeInput(
                format="%H:%M", attrs={"type": "time", "aria-label": f"{name}, {word}"}
            )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        opens, closes = typed.get("opens"), typed.get("closes")
        if not self.errors and (opens is None) != (closes is None):
            raise forms.ValidationError(_("Set both the beginning and the end, or neither."))
        if opens is not None and closes is not None and time(0) < closes <= opens:
            raise forms.ValidationError(
                _("The end is not after the beginning; for midnight write 00:00.")
            )
        return typed

    @property
    def span(self) -> tuple[time, time] | None:
        typed = self.cleaned_data
        return (typed["opens"], typed["closes"]) if typed.get("opens") is not None else None


class Days(forms.Form):
    """The days off of one country."""

    days = Line(longest=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, country: str, name: str, text: str, data: Any = None) -> None:
        self.country, self.name = country, name
        super().__init__(data, initial={"days": text}, prefix=f"off-{country or 'other'}")
        self.fields["days"].widget.attrs["aria-label"] = name
