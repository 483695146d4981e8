"""The form that somebody of an account fills in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from mainstay.desk.facts.forms import Line
from mainstay.desk.reviews.forms import MOST_SAID
from mainstay.desk.service import survey_words
from mainstay.desk.service.models import Opinion


class OpinionForm(forms.Form):
    """Four questions, in the language that they chose, with what they answered before."""

    def __init__(self, opinion: Opinion, data: Any = None) -> None:
        initial = {name: getattr(opinion, name) for name in (*survey_words.QUESTIONS, "text")}
        super().__init__(data, label_suffix="", initial=initial)
        for name, question in survey_words.QUESTIONS.items():
            self.fields[name] = forms.TypedChoiceField(
                choices=[(n, str(word)) for n, word in survey_words.ANSWERS.items()],
                coerce=int,
                widget=forms.RadioSelect,
                label=str(question),
                error_messages={"required": _("Choose the one that fits best.")},
            )
        self.fields["text"] = Line(
            longest=MOST_SAID,
            required=False,
            label=str(survey_words.TEXT),
            widget=forms.Textarea(attrs={"rows": 4, "maxlength": MOST_SAID}),
        )

    @property
    def questions(self) -> list[Any]:
        return [self[name] for name in survey_words.QUESTIONS]
