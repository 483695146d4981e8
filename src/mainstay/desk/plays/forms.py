"""The form of a play: what it suits, its steps, what it costs, what is believed of it."""

from __future__ import annotations

import math
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from mainstay import engine
from mainstay.core.errors import MainstayError
from mainstay.desk.accounts.words import SIZES, STATES
from mainstay.desk.accounts.words import sentence as account_sentence
from mainstay.desk.cases import words as case_words
from mainstay.desk.cases.queries import catalogue
from mainstay.desk.facts.forms import Chosen, Line
from mainstay.desk.plays import words
from mainstay.desk.plays.services import text_of
from mainstay.desk.reviews.words import FAMILIES, WORDINGS

Z80 = 1.2816  # of the normal: a tenth lies above
LONGEST = 1_000  # letters, as the engine has it
MOST_STEPS = 30
BLANK = 3
TEXTS = ("title", "what", "why", "proof")
TEXT_LABELS = {
    "title": pgettext_lazy("play", "What it is called"),
    "what": pgettext_lazy("play", "What is done"),
    "why": pgettext_lazy("play", "Why it helps"),
    "proof": pgettext_lazy("play", "How one sees that it was done"),
}


def _number(low: float, high: float, **options: Any) -> forms.FloatField:
    attrs = {"step": "any", "min": f"{low:g}", "max": f"{high:g}", "inputmode": "decimal"}
    widget = forms.NumberInput(attrs=attrs)
    return forms.FloatField(min_value=low, max_value=high, widget=widget, **options)


def _whole(low: int, high: int, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(min_value=low, max_value=high, **options)


def _folded(title: str | None) -> str:
    return " ".join((title or "").split()).casefold()


class SomeOf(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


class StepForm(forms.Form):
    """One step; a row that says nothing is no step."""

    role = forms.ChoiceField(
        choices=list(case_words.ROLES.items()), label=pgettext_lazy("play", "Who")
    )
    day = _whole(0, 364, required=False, label=pgettext_lazy("play", "On day"))
    hours = _number(0, 400, required=False, label=pgettext_lazy("play", "Hours"))
    wording = Line(
        required=False,
        label=pgettext_lazy("play", "What is to be done"),
        widget=forms.TextInput(attrs={"maxlength": 200}),
    )
    gives = forms.BooleanField(required=False, label=pgettext_lazy("play", "Gives something"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.label_suffix = ""

    @property
    def empty(self) -> bool:
        said = self.cleaned_data
        return not said.get("wording") and said.get("day") is None and said.get("hours") is None

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if self.errors or self.empty:
            return said
        if not said.get("wording"):
            self.add_error("wording", _("Say what is to be done, or empty the whole row."))
        if said.get("day") is None:
            self.add_error("day", _("Say after how many days; 0 is at once."))
        if said.get("hours") is None:
            self.add_error("hours", _("Say how many hours it takes."))
        return said


Steps = forms.formset_factory(
    StepForm, extra=0, max_num=MOST_STEPS, absolute_max=MOST_STEPS + BLANK, validate_max=False
)


class PlayForm(forms.Form):
    """A play; wording in the reader's language stays the catalogue's where it is not changed.

    play: the one that is edited; None = a new one
    """

    states = SomeOf(
        choices=list(STATES.items()), label=pgettext_lazy("play", "For accounts that are")
    )
    sizes = SomeOf(
        choices=list(SIZES.items()),
        required=False,
        label=pgettext_lazy("play", "For accounts of size"),
        help_text=gettext_lazy("None ticked: of all sizes."),
    )
    fresh_days = _whole(
        1,
        364,
        required=False,
        label=pgettext_lazy("play", "Only within so many days of the change of state"),
    )
    signs = forms.BooleanField(
        required=False, label=pgettext_lazy("play", "Only where one of its signs is there")
    )
    money = _number(0, 1e12, required=False, label=pgettext_lazy("play", "A sum of money"))
    percent = _number(
        0, 100, required=False, label=pgettext_lazy("play", "And % of what it buys in a year")
    )
    stop_days = _whole(
        1, 3640, required=False, label=pgettext_lazy("play", "It ends after so many days")
    )
    effect_of = forms.ChoiceField(
        choices=list(words.EFFECTS.items()), label=pgettext_lazy("play", "What it does")
    )
    remains = _number(0.1, 1000, label=pgettext_lazy("play", "Of 100 lost, so many remain lost"))
    at_most = _number(0.1, 100_000, label=pgettext_lazy("play", "In one case of ten more than"))
    seen = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    def __init__(self, name: str, data: Any = None, *, play: Any = None, seen: int = 0) -> None:
        self.name, self.play = name, play
        first = _first(play) | {"seen": seen}
        super().__init__(data, label_suffix="", initial=first)
        for text in TEXTS:
            attrs = {"maxlength": 200 if text == "title" else LONGEST}
            self.fields[text] = Line(
                longest=attrs["maxlength"],
                label=TEXT_LABELS[text],
                widget=forms.TextInput(attrs=attrs)
                if text == "title"
                else forms.Textarea(attrs={**attrs, "rows": 2}),
            )
        self.fields["pool"] = Chosen(
            case_words.POOLS, required=False, label=str(pgettext_lazy("play", "From which pool"))
        )
        for mark, (label, help_text) in words.MARKS.items():
            self.fields[mark] = forms.BooleanField(required=False, label=label, help_text=help_text)
        for cause in _causes():
            self.fields[f"fit_{cause}"] = _number(0, 100, required=False, label=_cause_label(cause))
        self.steps = Steps(data, initial=_first_steps(play), prefix="step")
        if data is None:
            self.steps.extra = BLANK

    @property
    def fits(self) -> list[tuple[str, Any, list[Any]]]:
        """By family: its name, the field of the family, those of its reasons."""
        return [
            (
                str(FAMILIES[family]),
                self[f"fit_{family}"],
                [self[f"fit_{cause}"] for cause in reasons],
            )
            for family, reasons in _families().items()
        ]

    @property
    def texts(self) -> list[Any]:
        return [self[name] for name in TEXTS]

    @property
    def marks(self) -> list[Any]:
        return [self[name] for name in words.MARKS]

    def is_valid(self) -> bool:
        steps = self.steps.is_valid()
        return super().is_valid() and steps

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        costs = said.get("money") or said.get("percent")
        if costs and not said.get("pool") and "pool" not in self.errors:
            self.add_error("pool", _("Money comes from a pool: say from which."))
        low, high = said.get("remains"), said.get("at_most")
        if low and high and high < low:
            self.add_error("at_most", _("This can't be below the figure beside it."))
        if self._called_so(said.get("title")):
            self.add_error(
                "title", _("Another play is called so already: call this one otherwise.")
            )
        if not self.steps.is_valid():
            return said
        if not self.kept_steps() and not (self.play is not None and self.play.idle):
            self.add_error(None, _("A play has a step at least."))
        elif not self.errors:
            self._try()
        return said

    def _called_so(self, title: str | None) -> bool:
        """Whether another play has this title, in the reader's language or as it was typed."""
        said = _folded(title)
        return any(
            said in (_folded(play.title), _folded(case_words.told(play.title)))
            for name, play in catalogue().items()
            if said and name != self.name
        )

    def _try(self) -> None:
        """What the engine says of it, at the field that it speaks of."""
        try:
            engine.own_play({"play": self.name, "definition": text_of(self.definition())})
        except MainstayError as error:
            field = words.FIELD_OF.get(str(error.data.get("what")))
            self.add_error(field, account_sentence(error.text))

    def kept_steps(self) -> list[dict[str, Any]]:
        """The steps that say something, the earliest first."""
        rows = [form.cleaned_data for form in self.steps.forms if not form.empty]
        was = {
            case_words.told(s.wording): s.wording for s in (self.play.steps if self.play else ())
        }
        steps = [
            {
                "role": row["role"],
                "day": row["day"],
                "hours": row["hours"],
                "wording": was.get(row["wording"], row["wording"]),
                "gives": bool(row.get("gives")),
            }
            for row in rows
        ]
        return sorted(steps, key=lambda step: step["day"])

    def definition(self) -> dict[str, Any]:
        """What was typed as `Play.to_json` has it, laid over the play as it was."""
        said, play = self.cleaned_data, self.play
        kept: dict[str, Any] = play.to_json() if play is not None else {"rules": []}
        ratio = said["at_most"] / said["remains"]
        kept |= {
            "name": self.name,
            **{name: self._wording(name) for name in TEXTS},
            **{mark: bool(said[mark]) for mark in words.MARKS},
            "states": said["states"],
            "sizes": said["sizes"],
            "fits": {
                c: round(said[f"fit_{c}"] / 100, 4) for c in _causes() if said.get(f"fit_{c}")
            },
            "needs": list(play.needs) if play is not None and said.get("signs") else [],
            "steps": self.kept_steps(),
            "cost": {
                "money": said["money"] or 0.0,
                "share": round((said["percent"] or 0.0) / 100, 6),
                "pool": said["pool"] or "",
            },
            "effect": {
                "median": said["remains"] / 100,
                "spread": round(math.log(ratio) / Z80, 3),
                "of": said["effect_of"],
            },
            "fresh_days": said["fresh_days"],
            "stop_days": said["stop_days"],
        }
        return kept

    def _wording(self, name: str) -> str:
        said: str = self.cleaned_data[name]
        was: str = getattr(self.play, name, "") if self.play is not None else ""
        return was if was and case_words.told(was) == said else said


def _families() -> dict[str, tuple[str, ...]]:
    return {
        family: tuple(n for n, c in engine.CAUSES_BY_NAME.items() if c.family == family)
        for family in (*engine.FAMILIES, engine.UNKNOWN)
    }


def _causes() -> tuple[str, ...]:
    return tuple(name for family, reasons in _families().items() for name in (family, *reasons))


def _cause_label(cause: str) -> str:
    if cause in FAMILIES and cause != engine.UNKNOWN:
        return str(pgettext_lazy("play", "The whole family"))
    return str(WORDINGS.get(cause, cause))


def _plain(value: float | None, digits: int = 4) -> Any:
    """A number as a field has it: no trailing zeros, nothing for none."""
    return None if value is None else float(f"{round(value, digits):g}")


def _first(play: Any) -> dict[str, Any]:
    """The values of the form for a play; a new one is for accounts that leave."""
    if play is None:
        return {"states": ["noticed", "late", "slipping"], "remains": 90, "at_most": 110}
    median, spread = play.effect.median, play.effect.spread
    return {
        **{name: case_words.told(getattr(play, name)) for name in TEXTS},
        **{mark: getattr(play, mark) for mark in words.MARKS},
        **{f"fit_{cause}": _plain(100 * fit) for cause, fit in play.fits.items()},
        "states": list(play.states),
        "sizes": list(play.sizes),
        "signs": bool(play.needs),
        "fresh_days": play.fresh_days,
        "stop_days": play.stop_days,
        "money": _plain(play.cost.money) or None,
        "percent": _plain(100 * play.cost.share) or None,
        "pool": play.cost.pool or None,
        "effect_of": play.effect.of,
        "remains": _plain(100 * median),
        "at_most": _plain(100 * median * math.exp(Z80 * spread), 2),
    }


def _first_steps(play: Any) -> list[dict[str, Any]]:
    return [
        {
            "role": step.role,
            "day": step.day,
            "hours": step.hours,
            "wording": case_words.told(step.wording),
            "gives": step.gives,
        }
        for step in (play.steps if play is not None else ())
    ]
