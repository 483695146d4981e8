"""The page of standards, working hours and days off: its rows, and what was sent of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mainstay.core.holidays import BUILT_IN, code_of
from mainstay.core.service_standards import BUILT_IN as OURS
from mainstay.core.service_standards import KINDS, SEVERITIES, Standard
from mainstay.desk.care.models import ServiceStandard
from mainstay.desk.complaints import services, words
from mainstay.desk.complaints.forms import DayForm, Days, StandardForm
from mainstay.desk.complaints.rules import Rules
from mainstay.desk.facts import words as fact_words
from mainstay.desk.facts.models import AccountFacts

PARTS = ("standards", "hours", "holidays")
MOST_COUNTRIES = 40
PAUSE = 7  # in the place of a weekday: the break of every day


@dataclass(frozen=True)
class StandardRow:
    """The standard of one kind and severity: as it is now, and ours."""

    kind: str
    severity: int
    now: Standard
    ours: Standard
    version: int

    @property
    def kind_word(self) -> str:
        return fact_words.choice("complaints", "kind", self.kind)

    @property
    def severity_word(self) -> str:
        return fact_words.choice("complaints", "severity", self.severity)


@dataclass(frozen=True)
class SettingsPage:
    """Three forms of many rows; only one of them is sent at a time."""

    standards: list[StandardForm]
    days: list[DayForm]
    pause: DayForm
    countries: list[Days]
    further: list[Days]

    def forms(self, part: str) -> list[Any]:
        forms: dict[str, list[Any]] = {
            "standards": [*self.standards],
            "hours": [*self.days, self.pause],
            "holidays": [*self.countries, *self.further],
        }
        return forms[part]


def page(data: Any = None, part: str = "") -> SettingsPage:
    """The page as it is, with what was sent in its part."""
    rules = Rules.read()
    versions = {
        (kind, severity): version
        for kind, severity, version in ServiceStandard.objects.values_list(
            "kind", "severity", "version"
        )
    }
    rows = [
        StandardRow(kind, n, rules.standard(kind, n), OURS[kind, n], versions.get((kind, n), 0))
        for kind in KINDS
        for n in SEVERITIES[::-1]
    ]
    own, further = countries(rules)
    given = {name: data if name == part else None for name in PARTS}
    return SettingsPage(
        [StandardForm(row, given["standards"]) for row in rows],
        [
            DayForm(n, str(name), rules.week[n], given["hours"])
            for n, name in enumerate(words.WEEKDAYS)
        ],
        DayForm(PAUSE, str(words.PAUSE), rules.pause, given["hours"]),
        [_days(code, rules, given["holidays"]) for code in [*own, ""]],
        [_days(code, rules, given["holidays"]) for code in further],
    )


def _days(code: str, rules: Rules, data: Any) -> Days:
    return Days(code, code, rules.days_off.get(code, ""), data)


def countries(rules: Rules) -> tuple[list[str], list[str]]:
    """Those with days off, ours first; and the further ones of accounts."""
    known = AccountFacts.objects.filter(country__isnull=False).values_list("country", flat=True)
    codes = {code_of(name) for name in known.order_by().distinct()[:200]}
    own = set(rules.days_off) - {""}
    further = sorted(codes - own - {""})[:MOST_COUNTRIES]
    return sorted(own, key=lambda code: (code not in BUILT_IN, code)), further


def save(user: Any, found: SettingsPage, part: str) -> None:
    """Raises: MainstayError"""
    if part == "standards":
        services.set_standards(user, [form.written() for form in found.standards])
    elif part == "hours":
        week = {f.weekday: f.span for f in found.days if f.span is not None}
        services.set_week(user, week, found.pause.span)
    else:
        services.set_holidays(
            user, {form.country: form.cleaned_data["days"] or "" for form in found.forms(part)}
        )
