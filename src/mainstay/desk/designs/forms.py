"""The forms of trials: a new one, and why one is switched off."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from mainstay.desk.cases.words import TRIALS, told
from mainstay.desk.designs import words
from mainstay.desk.designs.models import Design
from mainstay.desk.facts.forms import Line

HOLD_OUT = "hold_out"
MOST_WAVES, MOST_BETWEEN, MOST_WEEKS, MOST_HELD, MOST_AHEAD = 12, 52, 156, 50, 365


def _whole(low: int, high: int, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(min_value=low, max_value=high, required=False, **options)


class DesignForm(forms.Form):
    """A trial before it is switched on; plays: those that accounts may wait for, by name; play: the one that is
    chosen at first"""

    name = Line(
        longest=80,
        label=pgettext_lazy("trial", "Name"),
        help_text=gettext_lazy("All draws follow from it, so it is never used twice."),
        widget=forms.TextInput(attrs={"maxlength": 80}),
    )
    play = forms.ChoiceField(label=pgettext_lazy("trial", "Play"))
    kind = forms.ChoiceField(widget=forms.RadioSelect, label=pgettext_lazy("trial", "Who waits"))
    begins = forms.DateField(
        label=pgettext_lazy("trial", "First day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    weeks = forms.IntegerField(
        min_value=1, max_value=MOST_WEEKS, label=pgettext_lazy("trial", "It lasts, weeks")
    )
    waves = _whole(2, MOST_WAVES, label=pgettext_lazy("trial", "Waves"))
    weeks_between = _whole(
        1, MOST_BETWEEN, label=pgettext_lazy("trial", "Weeks from one wave to the next")
    )
    held = _whole(1, MOST_HELD, label=pgettext_lazy("trial", "Share that goes without, %"))

    def __init__(
        self, plays: dict[str, Any], today: date, data: Any = None, *, play: str = ""
    ) -> None:
        self.today = today
        first = {
            "play": play,
            "kind": "order",
            "begins": today + timedelta(days=1),
            "weeks": 26,
            "waves": 2,
            "weeks_between": 13,
            "held": 20,
        }
        super().__init__(data, initial=first, label_suffix="")
        titles = sorted(((name, told(play.title)) for name, play in plays.items()), key=_title)
        self.fields["play"].choices = titles
        self.fields["kind"].choices = [
            (kind, f"{word} – {words.KIND_HELP[kind]}") for kind, word in TRIALS.items()
        ]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Design.objects.filter(design__iexact=name).exists():
            raise forms.ValidationError(
                _("There was a trial of this name already: call this one otherwise.")
            )
        return name

    def clean_begins(self) -> date:
        begins: date = self.cleaned_data["begins"]
        if begins < self.today:
            raise forms.ValidationError(_("Choose today or a later day."))
        if (begins - self.today).days > MOST_AHEAD:
            raise forms.ValidationError(_("Choose a day within a year."))
        return begins

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        asked = ("held",) if said.get("kind") == HOLD_OUT else ("waves", "weeks_between")
        for name in asked:
            if said.get(name) is None and name not in self.errors:
                self.add_error(name, _("Say how many."))
        if not self.errors and said["kind"] != HOLD_OUT:
            last = (said["waves"] - 1) * said["weeks_between"]
            if last >= said["weeks"]:
                self.add_error(
                    "weeks", _("The last wave begins after %(weeks)s weeks.") % {"weeks": last}
                )
        return said

    def row(self) -> dict[str, Any]:
        """What was typed, as a row of the table `designs`."""
        said, whole = self.cleaned_data, self.cleaned_data["kind"] == HOLD_OUT
        return {
            "design": said["name"],
            "kind": said["kind"],
            "play": said["play"],
            "begins": said["begins"],
            "to": said["begins"] + timedelta(weeks=said["weeks"]) - timedelta(days=1),
            "waves": None if whole else said["waves"],
            "weeks_between": None if whole else said["weeks_between"],
            "held": round(said["held"] / 100, 4) if whole else None,
        }


def _title(pair: tuple[str, str]) -> str:
    return pair[1].casefold()


class OffForm(forms.Form):
    reason = Line(
        label=pgettext_lazy("trial", "Why"), widget=forms.TextInput(attrs={"maxlength": 200})
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)
