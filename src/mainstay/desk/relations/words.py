"""The words of a relationship: findings, levels and what they lack, standings, what was earned."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from mainstay.desk.facts import words as facts_words
from mainstay.desk.relations.earned import Earned
from mainstay.desk.relations.findings import Finding
from mainstay.desk.relations.levels import Step

Names = Mapping[str, Mapping[str, str]]

KINDS = {
    "": pgettext_lazy("list of relationships", "All that hang on one person"),
    "ours": pgettext_lazy("list of relationships", "On one of ours"),
    "theirs": pgettext_lazy("list of relationships", "On one of theirs"),
    "nobody_known": pgettext_lazy("list of relationships", "Nobody known"),
    "deciders": pgettext_lazy("list of relationships", "Deciders"),
}
STANDINGS = {
    "safe": pgettext_lazy("purchase criterion", "Safe"),
    "watch": pgettext_lazy("purchase criterion", "Watch"),
    "alarm": pgettext_lazy("purchase criterion", "Alarm"),
    "open": pgettext_lazy("purchase criterion", "Open"),
}
MEANINGS = {
    "safe": pgettext_lazy("purchase criterion", "only we meet it"),
    "watch": pgettext_lazy("purchase criterion", "both meet it"),
    "alarm": pgettext_lazy("purchase criterion", "only they meet it"),
    "open": pgettext_lazy("purchase criterion", "nobody meets it"),
}
LEVELS = {
    1: pgettext_lazy("level of a relationship", "Price"),
    2: pgettext_lazy("level of a relationship", "Service and personal fit"),
    3: pgettext_lazy("level of a relationship", "Strategic partnership"),
}
NOT_SAID = pgettext_lazy("department", "Department not known")


def department(code: str) -> str:
    return facts_words.choice("contacts", "department", code) if code else str(NOT_SAID)


def listed(names: Sequence[str], n: int) -> str:
    """Some names of `n`, and how many more there are."""
    shown = pgettext("between two names", ", ").join(names)
    more = n - len(names)
    if more <= 0:
        return shown
    return ngettext("{names} and {n} more", "{names} and {n} more", more).format(
        names=shown, n=more
    )


def sentence(finding: Finding, names: Names) -> str:
    """A finding in words; a code stands where nobody gave a name."""
    staff = [names["staff"].get(code, code) for code in finding.staff]
    contacts = [names["contact"].get(code, code) for code in finding.contacts]
    said = {
        "n": finding.n,
        "of": finding.of,
        "ours": staff[0] if staff else "",
        "one": contacts[0] if contacts else "",
        "theirs": listed(contacts, finding.n),
        "departments": listed([department(d) for d in finding.departments], finding.n),
    }
    text = _SENTENCES[finding.code](finding).format(**said)
    # A name may end in a full stop of its own.
    return text[:-1] if text.endswith("..") else text


_SENTENCES: dict[str, Callable[[Finding], str]] = {
    "lost_with_ours": lambda f: _("{ours} has left us, and nobody else knows {theirs}."),
    "one_of_ours": lambda f: (
        _("The only tie is that of {ours} with {one}.")
        if f.contacts
        else ngettext("The only tie runs through {ours}.", "All {n} ties run through {ours}.", f.n)
    ),
    "one_of_theirs": lambda f: ngettext(
        "The only tie ends at {one}.", "All {n} ties end at {one}.", f.n
    ),
    "hangs_on_ours": lambda f: ngettext(
        "{n} of the {of} people whom we know there is known to {ours} alone.",
        "{n} of the {of} people whom we know there are known to {ours} alone.",
        f.n,
    ),
    "hangs_on_theirs": lambda f: ngettext(
        "{n} of {of} ties ends at {one}.", "{n} of {of} ties end at {one}.", f.n
    ),
    "nobody_known": lambda f: ngettext(
        "Nobody of ours has met the {n} contact there.",
        "Nobody of ours has met any of the {n} contacts there.",
        f.n,
    ),
    "decider_unknown": lambda f: _("Nobody knows who decides: {theirs}."),
    "decider_against": lambda f: _("Decides, and is against us: {theirs}."),
    "blocker_against": lambda f: _("Can block, and is against us: {theirs}."),
    "no_decider": lambda f: _("It is not written down who decides there."),
    "not_connected": lambda f: _("Nobody of ours knows anybody in: {departments}."),
}


def condition(step: Step) -> str:
    """A condition of a level: how much of it there is, and how much is asked."""
    words: dict[str, str] = {
        "departments": _("ties into at least {asked} departments"),
        "many_departments": _("ties into at least {asked} departments"),
        "ours": _("at least {asked} of ours who know somebody there"),
        "decider": _("somebody of ours knows well who decides"),
        "visits": _("at least {asked} visits in 52 weeks, ours or theirs"),
        "visits_to_us": _("a visit of theirs to us in 52 weeks"),
        "goals": _("a common goal that is written down"),
        "locked": _("what locks both sides in: shares, joint stock, exclusive terms"),
    }
    text = words[step.code].format(asked=step.asked)
    return f"{text} ({step.seen})" if step.asked > 1 else text


def conditions(steps: Sequence[Step]) -> list[str]:
    """Conditions in words; what a higher level asks more of is said once."""
    codes = {step.code for step in steps}
    hidden = {"departments"} if "many_departments" in codes else set()
    return [condition(step) for step in steps if step.code not in hidden]


def earned(found: Earned) -> list[str]:
    """What the relationship earned, one sentence each."""
    said = []
    if found.complaints:
        said.append(
            _("Complaints survived – solved, and orders went on: {n} of {all}.").format(
                n=found.survived, all=found.complaints
            )
        )
    if found.sightings:
        said.append(
            _("Competitors seen that their own people told us of: {n} of {all}.").format(
                n=found.told, all=found.sightings
            )
        )
    if found.held_days is not None:
        said.append(_held(found))
    return said


def _held(found: Earned) -> str:
    span = length(found.held_days or 0)
    if found.first_seen_on is None:
        return _("No competitor was seen in {span}.").format(span=span)
    return _("It took {span} until a competitor was seen: {rival}.").format(
        span=span, rival=found.first_rival
    )


def length(days: int) -> str:
    """A span of days in the unit in which one speaks of it."""
    if days < 60:
        return ngettext("{n} day", "{n} days", days).format(n=days)
    if days < 730:
        months = round(days / 30.4)
        return ngettext("{n} month", "{n} months", months).format(n=months)
    years = days // 365
    return ngettext("{n} year", "{n} years", years).format(n=years)


def choices(table: str, column: str) -> dict[Any, Any]:
    return facts_words.CHOICES[table, column]
