"""What a user may set: thresholds of tiers, size classes and warnings, in one small file.

`mainstay.toml` in the home folder; every value has a default that is said in the documentation.
"""

from __future__ import annotations

import json
import math
import numbers
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from mainstay.core.budgets import yearly
from mainstay.core.calendar import Calendar
from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop
from mainstay.core.working_time import WorkingTime

MOST_WEEKS = 104  # that can be looked ahead


@dataclass(frozen=True)
class Settings:
    """The settings of one installation.

    Shares are of the whole company's amount of the last 52 weeks, accounts taken from the largest
    down. An amount set to more than 0 takes the place of the share beside it.
    """

    tier_a_share: float = 0.80
    tier_b_share: float = 0.95
    tier_a_amount: float = 0.0
    tier_b_amount: float = 0.0
    size_large_share: float = 0.50
    size_medium_share: float = 0.80
    horizon_weeks: int = 13
    # A slipping account: probability that its weekly money fell by 30% or more within the year.
    slipping_probability: float = 0.5
    # How many warnings a manager can look into in a month; without managers, for each 100 accounts.
    alerts_per_month: int = 10
    # Money at risk below which a change of state raises no warning, and so with the probability.
    alert_least_money: float = 0.0
    alert_least_probability: float = 0.0
    # What an amount is: "net" sales, "margin", or "auto": margin where nearly all costs are known.
    amount: str = "auto"
    # The currency of all figures; empty: the one that most order lines have.
    currency: str = ""
    # Feasts that move from year to year: "auto" = those that the own past shows, "none", or names.
    feasts: str = "auto"
    # Weeks in which the company is closed: the first day of each, or two days with "to" between.
    closed_weeks: str = ""
    # Margin as a share of sales, where costs are not known; what an hour of our people costs.
    margin_share: float = 0.25
    hour_cost: float = 40.0
    # What serving an account costs: hours of one visit with the way to it, and of a call or message;
    # an urgent delivery beyond any other; a day's returns to take back; a year's interest on what is
    # not paid yet.
    visit_hours: float = 3.0
    call_hours: float = 0.5
    urgent_cost: float = 60.0
    return_cost: float = 25.0
    interest_share: float = 0.06
    # What keeping accounts is worth: over how many years, and what a year's waiting for money takes off.
    worth_years: int = 5
    discount_share: float = 0.1
    # What a play has to be worth beyond its cost, as a share of what its hours cost.
    least_return: float = 0.5
    # Hours a week for key accounts of whoever is not in the table `hours`.
    weekly_hours: float = 10.0
    # New plays and new warnings for one person in a week.
    new_plays_per_week: int = 5
    # What small accounts get of the planned hours at least, of their share of the money.
    fair_share: float = 0.5
    # Concessions without a return, an account and 52 weeks.
    concessions_per_year: int = 2
    # Incentive money of a year by pool: "rebate 30000, goods 5000"; empty: .2% of sales in each.
    incentive_budgets: str = ""
    # What small accounts get of a short product at least, of what they ordered of it.
    small_floor: float = 0.5
    # Open orders wanted within so many days compete for short stock; what arrives within them counts.
    allocation_days: int = 14
    # Days within which production answers what it is asked about a complaint or a product.
    quality_answer_days: int = 10
    # When complaints are worked on, as the desk sets it; empty: Monday to Friday, nine to six, and our days off.
    working_hours: str = ""
    days_off: str = ""
    time_zone: str = "UTC"
    # Whom we asked for an opinion and who has not answered by then did not; how long they can answer.
    opinion_days: int = 14
    opinion_link_days: int = 30
    # Weeks between two reviews of an account's plan with it: of core accounts and tier A; twice as many of
    # tier B, four times as many of the others.
    review_weeks: int = 13

    def __post_init__(self) -> None:
        for one in fields(self):
            if not _is_of(type(one.default), getattr(self, one.name)):
                _refuse(one.name, getattr(self, one.name))
        self._check_order()
        if not 0.2 <= self.slipping_probability < 1:
            _refuse("slipping_probability", self.slipping_probability)
        if not 1 <= self.alerts_per_month <= 1000:
            _refuse("alerts_per_month", self.alerts_per_month)
        if not self.alert_least_money >= 0:
            _refuse("alert_least_money", self.alert_least_money)
        if not 0 <= self.alert_least_probability < 1:
            _refuse("alert_least_probability", self.alert_least_probability)
        if self.amount not in ("auto", "net", "margin"):
            _refuse("amount", self.amount)
        if not 1 <= self.horizon_weeks <= MOST_WEEKS:
            raise InvalidSetting(
                gettext_noop("The horizon can't be {value} weeks; it is from 1 to {most}."),
                value=self.horizon_weeks,
                most=MOST_WEEKS,
            )
        _ = self.calendar, self.working_time  # refuse what they can't read
        self._check_plays()

    def _check_order(self) -> None:
        """Raises: InvalidSetting where a class begins beyond the one below it"""
        for low, high in (
            ("tier_a_share", "tier_b_share"),
            ("size_large_share", "size_medium_share"),
        ):
            for name in (low, high):
                if not 0 < getattr(self, name) <= 1:
                    _refuse(name, getattr(self, name))
            if getattr(self, low) > getattr(self, high):
                self._refuse_both(low, high)
        for name in ("tier_a_amount", "tier_b_amount"):
            if not 0 <= getattr(self, name) < math.inf:
                _refuse(name, getattr(self, name))
        if self.tier_a_amount and self.tier_b_amount > self.tier_a_amount:
            self._refuse_both("tier_b_amount", "tier_a_amount")

    def _check_plays(self) -> None:
        """Raises: InvalidSetting for what no plan can be made with"""
        for name, low, high in (
            ("margin_share", 0.001, 1),
            ("hour_cost", 0, 1e9),
            ("visit_hours", 0, 100),
            ("call_hours", 0, 100),
            ("urgent_cost", 0, 1e9),
            ("return_cost", 0, 1e9),
            ("interest_share", 0, 1),
            ("worth_years", 1, 20),
            ("discount_share", 0, 1),
            ("least_return", 0, 100),
            ("weekly_hours", 0, 80),
            ("new_plays_per_week", 0, 1000),
            ("fair_share", 0, 1),
            ("concessions_per_year", 0, 1000),
            ("small_floor", 0, 1),
            ("allocation_days", 1, 366),
            ("quality_answer_days", 1, 366),
            ("opinion_days", 1, 366),
            ("opinion_link_days", 1, 366),
            ("review_weeks", 1, MOST_WEEKS),
        ):
            if not low <= getattr(self, name) <= high:
                _refuse(name, getattr(self, name))
        yearly(self.incentive_budgets)

    def _refuse_both(self, low: str, high: str) -> None:
        raise InvalidSetting(
            gettext_noop(
                "The setting {low} ({low_value}) can't be above {high} ({high_value}); change one "
                "of the two."
            ),
            low=low,
            low_value=repr(getattr(self, low)),
            high=high,
            high_value=repr(getattr(self, high)),
        )

    @property
    def calendar(self) -> Calendar:
        """The days that are not like the others."""
        return Calendar.of(self.feasts, self.closed_weeks)

    @property
    def working_time(self) -> WorkingTime:
        """When complaints are worked on."""
        return WorkingTime.of(self.working_hours, self.days_off, self.time_zone)

    @classmethod
    def load(cls, home: Path) -> Settings:
        """Read `mainstay.toml` in `home`; the defaults where there is none.

        Raises: InvalidSetting, naming the key and what it may be
        """
        file = home / "mainstay.toml"
        if not file.exists():
            return cls()
        try:
            given = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InvalidSetting(
                gettext_noop("{file} can't be read: {error}. Mend that line and start again."),
                file=str(file),
                error=str(error),
            ) from error
        return cls().changed(given)

    @classmethod
    def write(cls, home: Path, given: dict[str, Any]) -> Settings:
        """Change some values in `mainstay.toml`; whatever else stands in it stays as it is.

        Raises: InvalidSetting; then nothing has changed
        """
        settings = cls.load(home).changed(given)
        file = home / "mainstay.toml"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        for name, value in given.items():
            line = f"{name} = {json.dumps(value)}"  # numbers and texts are written as in TOML
            place = [i for i, old in enumerate(lines) if re.match(rf"\s*{name}\s*=", old)]
            if place:
                lines[place[0]] = line
            else:
                lines.append(line)
        beside = file.with_name(f".{file.name}.{os.getpid()}")
        beside.write_text("\n".join(lines) + "\n", encoding="utf-8")
        beside.replace(file)
        return settings

    def changed(self, given: Mapping[str, Any]) -> Settings:
        """The same settings but for those given.

        Raises: InvalidSetting, naming the key and what it may be
        """
        known: dict[str, type] = {f.name: type(f.default) for f in fields(self)}
        values = {}
        for name, value in given.items():
            kind = known.get(name)
            if kind is None:
                raise InvalidSetting(
                    gettext_noop("There is no setting {name}; the settings are {known}."),
                    name=name,
                    known=", ".join(known),
                )
            if kind is str and isinstance(value, list):
                value = ", ".join(map(str, value))
            if not _is_of(kind, value):
                _refuse(name, value)
            values[name] = kind(value)
        return replace(self, **values)


def _is_of(kind: type, value: object) -> bool:
    """Whether a value is of a setting's kind; whole numbers will do for others, true for none."""
    if kind is str:
        return isinstance(value, str)
    wanted = numbers.Integral if kind is int else numbers.Real
    return isinstance(value, wanted) and not isinstance(value, bool)


def _refuse(name: str, value: object) -> None:
    raise InvalidSetting(
        gettext_noop("The setting {name} can't be {value}; docs/settings.md says what it may be."),
        name=name,
        value=repr(value),
    )
