"""From the people of a relationship to its map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

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
from mainstay.desk.relations.drawn import Asked, Drawn
from mainstay.desk.relations.findings import only_ties
from mainstay.desk.relations.types import Knows, Ours, People, Theirs

ALONE_WITH = (
    1 / 3
)  # of those whom we know: from here on the map says who of ours is alone with them


def map_of(people: People, asked: Asked, found: Drawn) -> Chart:
    """The relationship map of those who are drawn; of the others, each department says how many.

    found: as `drawn` chose them
    """
    keys = {one.contact_id for one in found.theirs}
    own_keys = {o.staff_id for o in found.ours}
    lanes = list(dict.fromkeys(one.department for one in found.wanted))
    only = only_ties(people)
    ties = [t for t in people.ties if t.contact_id in keys and t.staff_id in own_keys]
    return network(
        Network(
            title=_("Who knows whom"),
            description=_(
                "Their people by department, ours, and a line for each tie, as thick as it is strong."
            ),
            lanes=tuple(_lanes(lanes, people, found)),
            theirs=tuple(
                _person(one, lanes.index(one.department), people, asked) for one in found.theirs
            ),
            ours=tuple(_own(one, place, people) for place, one in enumerate(found.ours)),
            lines=tuple(_line(tie, people, (tie.contact_id, tie.staff_id) in only) for tie in ties),
            powers={c: str(w) for c, w in words.choices("contacts", "power").items()},
            strengths={s: str(w) for s, w in words.choices("ties", "strength").items() if s},
            columns=tuple(Column(heading) for heading in headings()),
            table=tuple(_row(one, people) for one in found.theirs),
            hidden=len(found.hidden),
        )
    )


def headings() -> tuple[str, ...]:
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
    ties = {t.staff_id: t for t in people.ties_of.get(one.contact_id, ())}
    ours = people.names["staff"]
    parts = [
        f"{ours.get(i, i)} ({strength_word(t)})"
        for i, t in sorted(ties.items(), key=lambda item: -(item[1].strength or 0))
    ]
    return pgettext("between two names", ", ").join(parts)


def strength_word(tie: Knows) -> str:
    return _choice("ties", "strength", 1 if tie.strength is None else tie.strength)


def _person(one: Theirs, lane: int, people: People, asked: Asked) -> Person:
    gone = people.gone(one.left_on)
    warn = ""
    if one.power == "decides" and not gone and one.contact_id not in people.known_by:
        warn = _("decides, and nobody knows them")
    superior = people.names["contact"].get(one.reports_to or "", "")
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
        href=f"{asked.first_page}#c-{one.pk}",
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


def _own(one: Ours, place: int, people: People) -> Own:
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
        href=f"#o-{place}",
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


def _lanes(codes: Sequence[str], people: People, found: Drawn) -> Iterator[Lane]:
    """The departments of all who are asked for, whether or not anybody of them is drawn."""
    there = Counter(one.department for one in people.there)
    known = Counter(one.department for one in people.there if one.contact_id in people.known_by)
    more = Counter(one.department for one in found.wanted)
    more.subtract(one.department for one in found.theirs)
    for code in codes:
        note = _("{known} of {all} known").format(known=known[code], all=there[code])
        unconnected = bool(there[code]) and not known[code]
        yield Lane(
            words.department(code),
            _("nobody known") if unconnected else note,
            not unconnected,
            _("and {n} more, in the table below").format(n=more[code]) if more[code] else "",
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
