"""The table in which a relationship is changed: a row for each of theirs, a column for each of ours."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from mainstay.desk.paging import Numbered
from mainstay.desk.relations import words
from mainstay.desk.relations.drawn import Drawn
from mainstay.desk.relations.pictures import headings, left_words, role_of
from mainstay.desk.relations.types import Knows, Ours, People, Theirs


@dataclass(frozen=True)
class GridRow:
    """One contact: its row, its cells ready to show."""

    one: Theirs
    gone: bool
    power: SafeString
    attitude: SafeString
    cells: SafeString
    known: bool
    superior: str
    left: str = ""


@dataclass(frozen=True)
class Grid(Numbered):
    """A page of the table.

    were: what the form said when it was made, as `forms.changed_cells` reads it
    rows: how many of theirs are on this page; all: on all pages; hidden: of ours without a column
    """

    ours: tuple[tuple[Ours, str], ...]
    lanes: tuple[tuple[str, tuple[GridRow, ...]], ...]
    were: str
    rows: int
    all: int
    hidden: int
    number: int
    further: bool


def grid_of(people: People, found: Drawn, added: Sequence[Ours] = ()) -> Grid:
    """The people in a table; added: columns of ours who were asked for."""
    ours = [o for o in found.ours if not people.gone(o.left_on)] + list(added)
    ties = {(t.contact_id, t.staff_id): t for t in people.ties}
    names = people.names["contact"]
    lanes: dict[str, list[GridRow]] = {}
    meters, power, attitude = Meters(), Choices("power"), Choices("attitude")
    for one in found.rows:
        cells = "".join(meters.of(one, o, ties.get((one.contact_id, o.staff_id))) for o in ours)
        gone = people.gone(one.left_on)
        row = GridRow(
            one,
            gone,
            power.of(one, one.power or None),
            attitude.of(one, one.attitude),
            mark_safe(cells),  # noqa: S308  (each is one of `Meters`)
            one.contact_id in people.known_by,
            names.get(one.reports_to or "", ""),
            left_words(one) if gone else "",
        )
        lanes.setdefault(words.department(one.department), []).append(row)
    return Grid(
        ours=tuple((o, role_of(o)) for o in ours),
        lanes=tuple((name, tuple(rows)) for name, rows in lanes.items()),
        were=were(people, found.rows, ours),
        rows=len(found.rows),
        all=len(found.wanted),
        hidden=len([one for one in found.hidden if one not in added]),
        number=found.number,
        further=found.further,
    )


def were(people: People, shown: Sequence[Theirs], ours: Sequence[Ours]) -> str:
    """What each cell says now and at which version, for the form to carry along."""
    staff = {o.staff_id for o in ours}
    said: dict[str, list[Any]] = {}
    for one in shown:
        said[f"power-{one.pk}"] = [one.power, one.version]
        said[f"attitude-{one.pk}"] = ["" if one.attitude is None else one.attitude, one.version]
        for tie in people.ties_of.get(one.contact_id, ()):
            if tie.staff_id in staff:
                strength = "1" if tie.strength is None else tie.strength
                said[f"tie-{one.pk}-{tie.staff_id}"] = [strength, tie.version]
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


class Choices:
    """A list to choose from for each row; its words are escaped once, not each time."""

    def __init__(self, column: str) -> None:
        known: Mapping[Any, Any] = words.choices("contacts", column)
        steps = [(None, "–"), *known.items()]
        self.name = column
        self.heading = escape(headings()[2 if column == "power" else 3])
        self.options = {value: self._options(steps, value) for value, _word in steps}
        self.of_none = self._options(steps, object())

    @staticmethod
    def _options(steps: Sequence[tuple[Any, Any]], value: Any) -> str:
        return "".join(
            f'<option value="{"" if k is None else k}"{" selected" if k == value else ""}>{escape(w)}</option>'
            for k, w in steps
        )

    def of(self, one: Theirs, value: Any) -> SafeString:
        label, options = escape(one.name), self.options.get(value, self.of_none)
        return mark_safe(  # noqa: S308  (names are escaped, the rest is our own)
            f'<select name="{self.name}-{one.pk}" aria-label="{label}: {self.heading}">{options}</select>'
        )


class Meters:
    """How well two know each other, as five small buttons of which one is pressed: a cell of the table.

    A large account has thousands of these buttons: their words are escaped once, not each time.
    """

    def __init__(self) -> None:
        steps = [("", _("do not know each other")), *words.choices("ties", "strength").items()]
        # The title is seen on hovering; it is no name that every screen reader reads.
        self.steps = [
            (str(k), f'" value="{k}" title="{(said := escape(w))}" aria-label="{said}"')
            for k, w in steps
        ]

    def of(self, one: Theirs, own: Ours, tie: Knows | None) -> str:
        strength = "" if tie is None else "1" if tie.strength is None else str(tie.strength)
        start = f'<input type="radio" name="tie-{one.pk}-{escape(own.staff_id)}'
        inputs = "".join(
            f"{start}{rest}{' checked' if k == strength else ''}>" for k, rest in self.steps
        )
        name, label = escape(own.name), escape(f"{own.name} – {one.name}")
        return (
            f'<td role="cell" class="knows" data-own="{name}">'
            f'<span class="meter" role="radiogroup" aria-label="{label}">{inputs}</span></td>'
        )
