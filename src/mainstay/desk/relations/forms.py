"""What is asked of the map, and what was changed in it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from mainstay.desk.facts.checks import EARLIEST
from mainstay.desk.facts.forms import LONGEST, NOTHING, Line
from mainstay.desk.facts.rows import ERASED
from mainstay.desk.numbers import typed
from mainstay.desk.relations import words
from mainstay.desk.relations.buying import Assessed, Criterion
from mainstay.desk.relations.drawn import Asked
from mainstay.desk.relations.services import Cell, Successor
from mainstay.desk.relations.types import DEPARTMENTS, POWERS, People

MOST_LETTERS = 400_000  # of what the table carries along
ALLOWED = {
    "power": frozenset(POWERS),
    "attitude": frozenset({"-2", "-1", "0", "1", "2"}),
    "tie": frozenset({"0", "1", "2", "3"}),
}


def asked(given: Mapping[str, str]) -> Asked:
    """What of the map is asked for; what is not known is not asked."""
    department, power = given.get("department", ""), given.get("power", "")
    return Asked(
        department if department in DEPARTMENTS else "",
        power if power in POWERS else "",
        bool(given.get("unknown")),
        bool(given.get("left")),
        max(1, typed(given.get("page", ""), 1)),
    )


class CannotRead(ValueError):
    """The table did not come as the page had made it."""


def changed_cells(given: Mapping[str, str]) -> list[Cell]:
    """The cells of the table that say something else than when the page was made.

    given: what was sent; `were` is the page's own account of it (`grid.were`)
    Raises: CannotRead
    """
    try:
        were = json.loads(given.get("were", "")[:MOST_LETTERS])
        found = [_cell(name, str(value), were) for name, value in given.items()]
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise CannotRead from error
    return [cell for cell in found if cell is not None]


def _cell(name: str, value: str, were: dict[str, list[Any]]) -> Cell | None:
    what, _dash, rest = name.partition("-")
    if what not in ALLOWED:
        return None
    before, seen = were.get(name, ["", 0])
    if value == str(before):
        return None
    if value and value not in ALLOWED[what]:
        raise CannotRead
    pk, _dash, staff_id = rest.partition("-")
    typed: Any = None if not value else value if what == "power" else int(value)
    return Cell(int(pk), what, typed, int(seen), staff_id)


class Dated(forms.Form):
    """A form that is sent once."""

    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        given = {"once": secrets.token_urlsafe(12), **(initial or {})}
        super().__init__(data, initial=given, label_suffix="")


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget)


def _not_to_come(day: date, today: date) -> date:
    # A day more: where the day has begun already, ours may not have.
    if day > today + timedelta(days=1):
        raise forms.ValidationError(_("This has not happened yet: choose today or an earlier day."))
    if day < EARLIEST:
        raise forms.ValidationError(_("This day is too long ago to be true."))
    return day


class SuccessorForm(Dated):
    """Who takes over from a contact who left."""

    contact_id = forms.ChoiceField(
        label=gettext_lazy("Somebody who is there already"), required=False
    )
    name = Line(label=gettext_lazy("Or somebody new: their name"), required=False)
    title = Line(label=gettext_lazy("Their title"), required=False)

    def __init__(self, data: Any, people: People, left: str) -> None:
        super().__init__(data)
        known = [
            (one.contact_id, one.name)
            for one in people.there
            if one.contact_id != left and one.name != ERASED
        ]
        field: Any = self.fields["contact_id"]
        field.choices = [("", NOTHING), *known]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and bool(cleaned.get("contact_id")) is bool(cleaned.get("name")):
            raise forms.ValidationError(
                _("Choose somebody who is there, or write the name of somebody new; one of both.")
            )
        return cleaned

    def successor(self) -> Successor:
        given = self.cleaned_data
        return Successor(given["contact_id"], given["name"] or "", given["title"] or "")


class LevelForm(Dated):
    """At which level the relationship stands, why, and since when."""

    level = forms.TypedChoiceField(
        label=pgettext_lazy("form", "Level"),
        choices=[(str(n), word) for n, word in words.LEVELS.items()],
        coerce=int,
        widget=forms.RadioSelect,
    )
    why = Line(
        label=pgettext_lazy("form", "Why"),
        longest=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    on = _day(pgettext_lazy("form", "Since"))

    def __init__(self, data: Any, *, today: date, initial: dict[str, Any] | None = None) -> None:
        self.today = today
        super().__init__(data, initial={"on": today, **(initial or {})})

    def clean_on(self) -> date:
        return _not_to_come(self.cleaned_data["on"], self.today)


class RowForm(forms.Form):
    """One criterion beside one competitor."""

    criterion = Line(required=False)
    competitor = Line(required=False)
    weight = forms.FloatField(required=False, min_value=0, max_value=1_000_000)
    we_meet = forms.BooleanField(required=False)
    they_meet = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("criterion") and cleaned.get("competitor"):
            self.add_error("criterion", _("Say what they look at."))
        return cleaned


class CriteriaForm(Dated):
    """All criteria of an account at once, with some empty rows for new ones."""

    EMPTY = 3

    source = Line(label=gettext_lazy("Who says so"))
    on = _day(pgettext_lazy("form", "Assessed on"))

    def __init__(self, data: Any, *, known: Sequence[Criterion], today: date, source: str) -> None:
        self.today = today
        super().__init__(data, initial={"on": today, "source": source})
        self.rows = [
            RowForm(
                data,
                prefix=f"r{i}",
                initial={
                    "criterion": one.now.criterion,
                    "competitor": one.now.competitor,
                    "weight": one.now.weight,
                    "we_meet": one.now.we_meet,
                    "they_meet": one.now.they_meet,
                },
                label_suffix="",
            )
            for i, one in enumerate(known)
        ]
        start = len(known)
        self.rows += [RowForm(data, prefix=f"r{i}") for i in range(start, start + self.EMPTY)]

    def is_valid(self) -> bool:
        rows = [row.is_valid() for row in self.rows]
        return super().is_valid() and all(rows)

    def clean_on(self) -> date:
        return _not_to_come(self.cleaned_data["on"], self.today)

    def assessed(self) -> list[Assessed]:
        """The rows that name a criterion; one named twice counts as it was typed last."""
        found: dict[tuple[str, str], Assessed] = {}
        for row in self.rows:
            given = row.cleaned_data
            if not given.get("criterion"):
                continue
            one = Assessed(
                given["criterion"],
                given["competitor"] or "",
                given["we_meet"],
                given["they_meet"],
                self.cleaned_data["on"],
                self.cleaned_data["source"],
                given["weight"],
            )
            found[one.criterion.casefold(), one.competitor.casefold()] = one
        return list(found.values())
