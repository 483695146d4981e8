"""What a design can be expected to tell by a company's own numbers, before it is switched on.

cases with the play and without, each: n₁ = (z_sure + z_power)² · (1 − R²) · (1 + (m − 1)ρ) · (v₁ + v₀ π ∕ (1 − π)) ∕ (p₀ − p₁)²

p₀ is the share lost without the play, p₁ = p₀ · r with it, v = p(1 − p) times the scatter, π the part that gets it, n₁ of all
n = n₁ ∕ π. R² is what the predicted loss explains of the outcome; m cases of one unit are alike by ρ.
Source: Fleiss, Levin & Paik (2003), Statistical Methods for Rates and Proportions, 4.2; Donner & Klar (2000), design effect;
Borm, Fransen & Lemmens (2007), covariance adjustment
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr, ndtri

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import Text, gettext_noop
from mainstay.learning.effects import SURE

USUAL_POWER = 0.8
QUARTERS_OF_YEAR = 4
TOO_LONG = 40  # quarters; nobody waits for that


@dataclass(frozen=True)
class Numbers:
    """Of one play in a company.

    cases: that come a quarter, with the play and without together; at_once: those that are there at the beginning,
        of which one waits for none; not both 0
    loss: share lost without the play, 0..1; ratio: relative risk that shall be told from 1
    share: of cases that get the play, 0..1, both excluded
    explained: R², what the predicted loss explains of the outcome, 0..1
    scatter: of the outcome's variance over that of all or nothing; 1 where all is lost or nothing
    of_unit, alike: cases of one unit that is drawn as a whole (a manager), and how alike they are, 0..1
    """

    cases: float
    loss: float
    ratio: float
    share: float = 0.5
    explained: float = 0.0
    scatter: float = 1.0
    of_unit: float = 1.0
    alike: float = 0.0
    at_once: float = 0.0

    def __post_init__(self) -> None:
        parts = (self.share, self.loss, self.loss * self.ratio)
        fine = (
            all(np.isfinite(value) for value in vars(self).values())
            and min(self.cases, self.at_once) >= 0 < self.cases + self.at_once
            and all(0 < part < 1 for part in parts)
            and 0 <= self.explained < 1
            and 0 <= self.alike <= 1
            and self.of_unit >= 1
            and self.scatter > 0
        )
        if not fine:
            raise InvalidSetting(
                gettext_noop(
                    "What a design can tell is not known from these numbers: it takes cases, a loss between 0 and 1 with and without the play, and some with it and some without."
                )
            )


def error(numbers: Numbers, quarters: float = 1.0) -> float:
    """Standard error of the difference in the share lost, after so many quarters."""
    p0, p1 = numbers.loss, numbers.loss * numbers.ratio
    n = numbers.at_once + numbers.cases * quarters
    square = p1 * (1 - p1) / (n * numbers.share) + p0 * (1 - p0) / (n * (1 - numbers.share))
    alike = 1 + (numbers.of_unit - 1) * numbers.alike
    return float(np.sqrt(square * numbers.scatter * (1 - numbers.explained) * alike))


def power(numbers: Numbers, quarters: float, *, sure: float = SURE) -> float:
    """The probability that the effect is told, on its own side, by the cases of so many quarters.

    sure: the probability of harm or help from which it is named
    """
    if quarters <= 0 and not numbers.at_once:
        return 0.0
    away = abs(1 - numbers.ratio) * numbers.loss
    return float(ndtr(away / error(numbers, quarters) - ndtri(sure)))


def cases_needed(numbers: Numbers, *, wanted: float = USUAL_POWER, sure: float = SURE) -> float:
    """Cases by which it is told with that probability; infinite where there is nothing to tell."""
    away = abs(1 - numbers.ratio) * numbers.loss
    if away == 0:
        return float("inf")
    each = error(replace(numbers, cases=1.0, at_once=0.0))
    return float(((ndtri(sure) + ndtri(wanted)) * each / away) ** 2)


def quarters_needed(numbers: Numbers, *, wanted: float = USUAL_POWER, sure: float = SURE) -> float:
    """Quarters until so many cases are there; infinite where they never will be."""
    left = max(cases_needed(numbers, wanted=wanted, sure=sure) - numbers.at_once, 0.0)
    if not left:
        return 0.0
    return left / numbers.cases if numbers.cases else float("inf")


def pooled(numbers: Iterable[Numbers]) -> Numbers:
    """Plays of one family taken as one: their cases together, the others' means by cases."""
    each = tuple(numbers)
    if not each:
        raise InvalidSetting(gettext_noop("There is no play to pool."))
    cases = np.array([one.cases + one.at_once for one in each])
    parts = ("loss", "ratio", "share", "explained", "scatter", "of_unit", "alike")
    means = {
        name: float(np.average([getattr(one, name) for one in each], weights=cases))
        for name in parts
    }
    sums = {name: sum(getattr(one, name) for one in each) for name in ("cases", "at_once")}
    return replace(each[0], **sums, **means)


def forgone(kept: Mapping[str, float], held: Iterable[str]) -> float:
    """The cost of learning: margin that a play would be expected to keep at accounts that go without it.

    kept: by account, of the time for which it waits
    """
    return float(sum(max(kept.get(account, 0.0), 0.0) for account in held))


_WITH = gettext_noop(
    "With {now} cases at once and {cases} more a quarter, an effect of {effect_share} would take {quarters} quarters to show."
)
_CANT = gettext_noop(
    "With {now} cases at once and {cases} more a quarter, an effect of {effect_share} can't be told within ten years: it takes about {needed} cases."
)
_FAMILY = gettext_noop("Pooled over plays of one family: {family_quarters} quarters.")
_FAMILY_CANT = gettext_noop(
    "Pooled over plays of one family it can't be told within ten years either."
)


def sentences(
    numbers: Numbers, family: Numbers | None = None, *, sure: float = SURE
) -> tuple[Text, ...]:
    """What to expect, in one sentence or two; family: pooled with the plays of its family."""
    alone = quarters_needed(numbers, sure=sure)
    if numbers.ratio == 1:
        return (Text(gettext_noop("A play that changes nothing can't be told from nothing."), {}),)
    data = {
        "now": round(numbers.at_once),
        "cases": round(numbers.cases, 1) if 0 < numbers.cases < 1 else round(numbers.cases),
        "effect_share": abs(1 - numbers.ratio),
    }
    if alone > TOO_LONG:
        told = [Text(_CANT, data | {"needed": int(np.ceil(cases_needed(numbers, sure=sure)))})]
    else:
        told = [Text(_WITH, data | {"quarters": _whole(alone)})]
    if family is not None:
        together = quarters_needed(family, sure=sure)
        if together <= TOO_LONG:
            told.append(Text(_FAMILY, {"family_quarters": _whole(together)}))
        elif alone > TOO_LONG:
            told.append(Text(_FAMILY_CANT))
    return tuple(told)


def _whole(quarters: float) -> int:
    return max(int(np.ceil(quarters)), 1)
