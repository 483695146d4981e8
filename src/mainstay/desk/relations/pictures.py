"""From the people of a relationship to its map, and to the table in which it is changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from mainstay.desk.accounts import words as account_words
from mainstay.desk.charts import Chart
from mainstay.desk.charts.figure import Column
from mainstay.desk.charts.network import Lane, Line, Network, Own, Person, network
from mainstay.desk.charts.svg import el, title
from mainstay.desk.relations import words
from mainstay.desk.relations.buying import STANDINGS
from mainstay.desk.relations.findings import only_ties
from mainstay.desk.relations.types import Knows, Ours, People, Theirs

MOST_CELLS = 900  # of the table: a form with more than 1,000 fields is refused
ALONE_WITH = (
    1 / 3
)  # of those whom we know: from here on the map says who of ours is alone with them


@dataclass(frozen=True)
class Asked:
    """What of the map is asked for; empty is all. `left` also shows those who left."""

    department: str = ""
    power: str = ""
    unknown: bool = False
    left: bool = False

    def shows(self, one: Theirs, people: People) -> bool:
        return (
            (self.left or not people.gone(one.left_on))
            and (not self.department or one.department == self.department)
            and (not self.power or one.power == self.power)
            and (not self.unknown or one.contact_id not in people.known_by)
        )


def map_of(people: People, asked: Asked) -> Chart:
    """The relationship map of those who are asked for."""
    shown = [one for one in people.theirs if asked.shows(one, people)]
    keys = {one.contact_id for one in shown}
    ours = [o for o in people.ours if not people.gone(o.left_on) or asked.left]
    own_keys = {o.staff_id for o in ours}
    lanes = list(dict.fromkeys(one.department for one in shown))
    only = only_ties(people)
    ties = [t for t in people.ties if t.contact_id in keys and t.staff_id in own_keys]
    return network(
        Network(
            title=_("Who knows whom"),
            description=_(
                "Their people by department, ours, and a line for each tie, as thick as it is strong."
            ),
            lanes=tuple(_lane(code, people) for code in lanes),
            theirs=tuple(_person(one, lanes.index(one.department), people) for one in shown),
            ours=tuple(_own(one, people) for one in ours),
            lines=tuple(_line(tie, people, (tie.contact_id, tie.staff_id) in only) for tie in ties),
            powers={c: str(w) for c, w in words.choices("contacts", "power").items()},
            strengths={s: str(w) for s, w in words.choices("ties", "strength").items() if s},
            columns=tuple(Column(heading) for heading in _headings()),
            table=tuple(_row(one, people) for one in shown),
        )
    )


def _headings() -> tuple[str, ...]:
    return (
        _("Contact"),
        pgettext("form", "Department"),
        pgettext("form", "What they can do"),
        pgettext("form", "What they think of us"),
        _("Known to"),
    )


def _row(one: Theirs, people: People) -> tuple[str, ...]:
    return (
        one.name,
        words.department(one.department),
        _choice("contacts", "power", one.power),
        _choice("contacts", "attitude", one.attitude),
        _known_to(one, people) or _("nobody of ours"),
    )


def _choice(table: str, column: str, value: Any) -> str:
    return str(words.choices(table, column).get(value, "–"))


def _known_to(one: Theirs, people: People) -> str:
    ties = {t.staff_id: t for t in people.ties if t.contact_id == one.contact_id}
    ours = {o.staff_id: o.name for o in people.ours}
    parts = [
        f"{ours.get(i, i)} ({strength_word(t)})"
        for i, t in sorted(ties.items(), key=lambda item: -(item[1].strength or 0))
    ]
    return pgettext("between two names", ", ").join(parts)


def strength_word(tie: Knows) -> str:
    return _choice("ties", "strength", 1 if tie.strength is None else tie.strength)


def _person(one: Theirs, lane: int, people: People) -> Person:
    gone = people.gone(one.left_on)
    warn = ""
    if one.power == "decides" and not gone and one.contact_id not in people.known_by:
        warn = _("decides, and nobody knows them")
    superior = next((t.name for t in people.theirs if t.contact_id == one.reports_to), "")
    tip = [one.name]
    tip += [t for t in (one.title, words.department(one.department)) if t]
    tip += [_choice("contacts", "power", one.power)] if one.power else []
    tip += [_choice("contacts", "attitude", one.attitude)] if one.attitude is not None else []
    tip += [_("reports to {name}").format(name=superior)] if superior else []
    tip += [left_words(one)] if gone else []
    known = _known_to(one, people)
    tip.append(
        _("known to {names}").format(names=known) if known else _("nobody of ours knows them")
    )
    return Person(
        key=one.contact_id,
        name=one.name,
        note=left_words(one) if gone else one.title,
        lane=lane,
        tip="\n".join(tip),
        href=f"#c-{one.pk}",
        power=one.power,
        attitude=one.attitude,
        reports_to=one.reports_to,
        gone=gone,
        warn=warn,
    )


def left_words(one: Theirs) -> str:
    return _("left on {day}").format(day=account_words.day(one.left_on))


def role_of(one: Ours) -> str:
    """What somebody of ours is for this account, else for us."""
    if one.looks_after:
        return _choice("assignments", "role", one.looks_after)
    return one.role


def _own(one: Ours, people: People) -> Own:
    knows = [contact for contact, ours in people.known_by.items() if one.staff_id in ours]
    alone = [c for c in knows if people.known_by[c] == (one.staff_id,)]
    gone = people.gone(one.left_on)
    warn = ""
    if len(alone) >= max(2, ALONE_WITH * len(people.known_by)):
        warn = _("alone with {n}").format(n=len(alone))
    tip = [one.name, *([role_of(one)] if role_of(one) else [])]
    tip.append(
        ngettext("knows {n} of theirs", "knows {n} of theirs", len(knows)).format(n=len(knows))
    )
    if alone:
        tip.append(_("nobody else knows {n} of them").format(n=len(alone)))
    if gone:
        tip.append(_("has left us"))
    return Own(
        key=one.staff_id,
        name=one.name,
        note=_("has left us") if gone else role_of(one),
        tip="\n".join(tip),
        href=f"#o-{people.ours.index(one)}",
        gone=gone,
        warn=warn,
    )


def _line(tie: Knows, people: People, only: bool) -> Line:
    names = people.names
    tip = f"{names['staff'].get(tie.staff_id, tie.staff_id)} – {names['contact'][tie.contact_id]}"
    tip += f"\n{strength_word(tie)}"
    if tie.since:
        tip += "\n" + _("since {day}").format(day=account_words.day(tie.since))
    if only:
        tip += "\n" + _("nobody else knows them")
    strength = 1 if tie.strength is None else min(3, max(0, tie.strength))
    return Line(tie.contact_id, tie.staff_id, strength, tip, only)


def _lane(code: str, people: People) -> Lane:
    there = [one for one in people.there if one.department == code]
    known = sum(one.contact_id in people.known_by for one in there)
    if there and not known:
        return Lane(words.department(code), _("nobody known"), False)
    note = _("{known} of {all} known").format(known=known, all=len(there))
    return Lane(words.department(code), note, True)


# ── the table in which it is changed ───────────────────────────────────────


@dataclass(frozen=True)
class GridRow:
    """One contact: its row, its cells ready to show, each with the name of ours."""

    one: Theirs
    gone: bool
    power: SafeString
    attitude: SafeString
    cells: tuple[tuple[str, SafeString], ...]
    known: bool
    superior: str
    left: str = ""


@dataclass(frozen=True)
class Grid:
    """were: what the form said when it was made, as `forms.changed_cells` reads it
    rows: how many of theirs it has; more: how many it has no room for
    """

    ours: tuple[tuple[Ours, str], ...]
    lanes: tuple[tuple[str, tuple[GridRow, ...]], ...]
    were: str
    rows: int
    more: int


def grid_of(people: People, asked: Asked, added: Sequence[Ours] = ()) -> Grid:
    """The people in a table: a row for each of theirs, a column for each of ours."""
    ours = [o for o in people.ours if not people.gone(o.left_on)] + list(added)
    ties = {(t.contact_id, t.staff_id): t for t in people.ties}
    names = {one.contact_id: one.name for one in people.theirs}
    wanted = [one for one in people.theirs if asked.shows(one, people)]
    shown = wanted[: MOST_CELLS // (len(ours) + 2)]
    lanes: dict[str, list[GridRow]] = {}
    meters = Meters()
    for one in shown:
        cells = [meters.of(one, o, ties.get((one.contact_id, o.staff_id))) for o in ours]
        gone = people.gone(one.left_on)
        row = GridRow(
            one,
            gone,
            _select(one, "power", one.power or None),
            _select(one, "attitude", one.attitude),
            tuple((o.name, cell) for o, cell in zip(ours, cells, strict=True)),
            one.contact_id in people.known_by,
            names.get(one.reports_to or "", ""),
            left_words(one) if gone else "",
        )
        lanes.setdefault(words.department(one.department), []).append(row)
    return Grid(
        tuple((o, role_of(o)) for o in ours),
        tuple((name, tuple(rows)) for name, rows in lanes.items()),
        were(people, shown, ours),
        len(shown),
        len(wanted) - len(shown),
    )


def were(people: People, shown: Sequence[Theirs], ours: Sequence[Ours]) -> str:
    """What each cell says now and at which version, for the form to carry along."""
    ids = {one.contact_id: one.pk for one in shown}
    staff = {o.staff_id for o in ours}
    said: dict[str, list[Any]] = {}
    for one in shown:
        said[f"power-{one.pk}"] = [one.power, one.version]
        said[f"attitude-{one.pk}"] = ["" if one.attitude is None else one.attitude, one.version]
    for tie in people.ties:
        if tie.contact_id in ids and tie.staff_id in staff:
            strength = "1" if tie.strength is None else tie.strength
            said[f"tie-{ids[tie.contact_id]}-{tie.staff_id}"] = [strength, tie.version]
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _select(one: Theirs, column: str, value: Any) -> SafeString:
    known: Mapping[Any, Any] = words.choices("contacts", column)
    options = "".join(
        f'<option value="{"" if k is None else k}"{" selected" if k == value else ""}>{escape(w)}</option>'
        for k, w in [(None, "–"), *known.items()]
    )
    heading = _headings()[2 if column == "power" else 3]
    label = escape(f"{one.name}: {heading}")
    return mark_safe(  # noqa: S308  (names are escaped, the rest is our own)
        f'<select name="{column}-{one.pk}" aria-label="{label}">{options}</select>'
    )


class Meters:
    """How well two know each other, as five small buttons of which one is pressed.

    A large account has thousands of these buttons: their words are escaped once, not each time.
    """

    def __init__(self) -> None:
        steps = [("", _("do not know each other")), *words.choices("ties", "strength").items()]
        self.steps = [(str(k), f'" value="{k}" title="{escape(w)}"') for k, w in steps]

    def of(self, one: Theirs, own: Ours, tie: Knows | None) -> SafeString:
        strength = "" if tie is None else "1" if tie.strength is None else str(tie.strength)
        start = f'<input type="radio" name="tie-{one.pk}-{escape(own.staff_id)}'
        inputs = "".join(
            f"{start}{rest}{' checked' if k == strength else ''}>" for k, rest in self.steps
        )
        label = escape(f"{own.name} – {one.name}")
        return mark_safe(  # noqa: S308  (names are escaped, the rest is our own)
            f'<span class="meter" role="radiogroup" aria-label="{label}">{inputs}</span>'
        )


def standing_bar(shares: Mapping[str, float]) -> SafeString:
    """One small bar: how much of what they buy by is safe, to be watched, in alarm."""
    parts, at, tip = [], 0.0, []
    for standing in STANDINGS:
        share = shares.get(standing, 0.0)
        if share <= 0:
            continue
        parts.append(
            el(
                "rect",
                x=at,
                y=0,
                width=max(0.0, 100 * share - 0.6),
                height=10,
                cls=f"std {standing}",
            )
        )
        tip.append(f"{words.STANDINGS[standing]} {round(100 * share)}%")
        at += 100 * share
    if not parts:
        return mark_safe("")
    said = ", ".join(tip)
    return mark_safe(  # noqa: S308  (built by el alone, which escapes)
        el(
            "svg",
            title(said),
            *parts,
            viewBox="0 0 100 10",
            preserveAspectRatio="none",
            cls="range standing",
            role="img",
            aria_label=said,
        )
    )
