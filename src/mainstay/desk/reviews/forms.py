"""What is typed in a review, one step a form; and what somebody of an account answers in a survey."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mainstay.desk.facts.forms import Chosen, FactForm, Line
from mainstay.desk.reviews import survey_words
from mainstay.desk.reviews.models import Review
from mainstay.desk.reviews.rights import by_survey
from mainstay.desk.reviews.services import Answer
from mainstay.desk.reviews.words import FAILURES, STEPS

MOST_SAID = 2_000  # letters of one answer
_TALK = ("interviewed_on", "interviewed_by", "interview_way", "contact_id")
_WHYS = ("why_1", "why_2", "why_3", "why_4", "why_5")
_CHANGE = ("change_text", "change_owner_id", "change_due_on")
_FOUND = ("root_cause", "second_cause", "nothing_found", "natural", "curable", "prevention")
# The steps of a review by its kind, in their order, and what each asks.
OF_FAILURE: dict[str, tuple[str, ...]] = {
    "onset": ("onset_on", "scope"),
    "ours": ("salesperson_reason", "salesperson_text"),
    "interview": (*_TALK, "customer_reason", "customer_text"),
    "whys": _WHYS,
    "finding": _FOUND,
    "change": _CHANGE,
}
COLUMNS: dict[str, dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(FAILURES, OF_FAILURE),
    "healthy": {
        "interview": (*_TALK, "customer_reason", "customer_text"),
        "finding": ("root_cause", "second_cause", "nothing_found", "prevention"),
        "change": _CHANGE,
    },
    "new": {"interview": (*_TALK, "former_supplier_reason", "customer_text")},
}
AFTER_SURVEY = ("interviewed_by", "contact_id", "customer_text")
NEEDED = frozenset(
    {"salesperson_reason", "interviewed_on", "interviewed_by", "interview_way", "customer_reason"}
    | {"former_supplier_reason", *_CHANGE}
)


class StepForm(FactForm):
    """The columns that one step of a review asks; `people`: those of ours who can be named, by code."""

    fields: dict[str, forms.Field]

    def __init__(self, step: str, review: Review, people: dict[str, str], data: Any = None) -> None:
        self.step, self.people = step, people
        self.asked = asked_of(review, step)
        super().__init__(Review, data, fact=review, account_id=review.account_id)
        self.auto_id = f"{step}-%s"
        if not review.interviewed_on:
            self.initial["interviewed_on"] = timezone.localdate()
        self.order_fields(["once", "seen", *self.asked])
        for name in NEEDED & set(self.fields):
            self.fields[name].required = True
        if "contact_id" in self.fields and not isinstance(self.fields["contact_id"], Chosen):
            del self.fields["contact_id"]  # nobody is known whom one could choose
        if "interview_way" in self.fields:
            self._spoken()
        if "nothing_found" in self.fields:
            self.fields["nothing_found"] = forms.BooleanField(
                required=False, label=self.fields["nothing_found"].label
            )
        self._as_wished()

    def _as_wished(self) -> None:
        labels = {
            "root_cause": _("What was the root cause?"),
            "prevention": _("What would have prevented it?"),
        }
        if self.fact is not None and self.fact.kind == "healthy":
            labels = {
                "customer_reason": _("What could make them buy elsewhere?"),
                "root_cause": _("Is anything amiss here even so?"),
                "nothing_found": _("Looked at, and nothing is amiss"),
                "prevention": _("What do they value most?"),
            }
        for name in set(labels) & set(self.fields):
            self.fields[name].label = labels[name]
        if "prevention" in self.fields:
            self.fields["prevention"].widget.attrs["rows"] = 2

    def _spoken(self) -> None:
        """A survey is answered by its link; here somebody writes down what was said."""
        field: Any = self.fields["interview_way"]
        field.choices = [choice for choice in field.choices if choice[0] not in ("survey", "")]

    def _asked(self, name: str) -> bool:
        return name in self.asked

    def _known(self, name: str) -> dict[str, str]:
        if name in ("interviewed_by", "change_owner_id"):
            current = getattr(self.fact, name, None)
            people = self._outside(name, self.people)
            return {current: self.people.get(current, current), **people} if current else people
        return super()._known(name)

    def values(self) -> dict[str, Any]:
        typed = super().values()
        if "nothing_found" in typed:
            typed["nothing_found"] = typed["nothing_found"] or None
        return typed


class ChangedForm(forms.Form):
    """That a change is made, and when."""

    changed_on = forms.DateField(
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)
    once = forms.CharField(required=False, max_length=64)


def steps_of(review: Review, people: dict[str, str]) -> dict[str, StepForm]:
    """A form for each step of a review, in their order."""
    return {step: StepForm(step, review, people) for step in COLUMNS[review.kind]}


def asked_of(review: Review, step: str) -> tuple[str, ...]:
    """The columns that a step asks; what they answered by survey is not asked again, but what they add."""
    if step == "interview" and by_survey(review.interview_way):
        return AFTER_SURVEY
    return COLUMNS[review.kind][step]


def is_filled(review: Review, step: str) -> bool:
    """Whether something is written down of a step."""
    if step == "onset":
        return bool(review.onset_on)
    ways = ("interview_way", "contact_id")
    return any(
        getattr(review, name) not in (None, "")
        for name in COLUMNS[review.kind][step]
        if name not in ways
    )


def heading(step: str) -> str:
    return str(STEPS[step][0])


class SurveyForm(forms.Form):
    """Four questions to somebody of an account, in the language that they chose."""

    def __init__(self, kind: str, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        questions = survey_words.QUESTIONS.get(kind, survey_words.QUESTIONS["lost"])
        reasons = survey_words.REASONS.get(kind, survey_words.REASONS["lost"])
        self.fields["reason"] = forms.ChoiceField(
            choices=[(code, str(word)) for code, word in reasons.items()],
            widget=forms.RadioSelect,
            label=str(questions[0]),
            error_messages={"required": _("Choose the one that fits best.")},
        )
        for name, label in zip(("happened", "different"), questions[1:3], strict=True):
            self.fields[name] = Line(
                longest=MOST_SAID,
                required=False,
                label=str(label),
                widget=forms.Textarea(attrs={"rows": 4, "maxlength": MOST_SAID}),
            )
        self.fields["may_call"] = forms.TypedChoiceField(
            choices=[("1", pgettext("answer", "Yes")), ("0", pgettext("answer", "No"))],
            coerce=lambda text: text == "1",
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
            label=str(questions[3]),
        )

    def answer(self, language: str) -> Answer:
        typed = self.cleaned_data
        return Answer(
            typed["reason"],
            typed["happened"] or "",
            typed["different"] or "",
            typed["may_call"],
            language,
        )
