"""What a design can be expected to tell, beforehand."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from mainstay.core.errors import InvalidSetting
from mainstay.learning.power import (
    Numbers,
    forgone,
    pooled,
    power,
    quarters_needed,
    sentences,
)

FEW = Numbers(cases=14, loss=0.3, ratio=0.7)


def test_a_third_less_of_a_third_takes_about_210_accounts_an_arm():
    """MODELS.md, section 8: an 80% interval beside 1, with a power of 80%."""
    assert quarters_needed(FEW, sure=0.9) * 14 / 2 == pytest.approx(210, abs=3)
    family = pooled([FEW, replace(FEW, cases=38)])
    assert " ".join(map(str, sentences(FEW, family, sure=0.9))) == (
        "With 0 cases at once and 14 more a quarter, an effect of 30% would take 30 quarters to show. "
        "Pooled over plays of one family: 9 quarters."
    )


def test_cases_that_are_there_at_once_are_waited_for_by_nobody_and_too_long_is_said_to_be():
    there = replace(FEW, at_once=14 * quarters_needed(FEW) - 28)
    assert quarters_needed(there) == pytest.approx(2)
    assert quarters_needed(replace(there, cases=0.0)) == float("inf")
    assert power(there, 2) == pytest.approx(0.8)
    said = [str(one) for one in sentences(replace(FEW, cases=0.4), replace(FEW, cases=0.5))]
    assert "With 0 cases at once and 0.4 more a quarter" in said[0]
    assert "can't be told within ten years: it takes about" in said[0]
    assert said[1].endswith("within ten years either.")


def test_power_is_that_of_simulated_quarters():
    rng = np.random.default_rng(1)
    numbers = Numbers(cases=60, loss=0.4, ratio=0.7, share=1 / 3)
    n1, n0, sure = 160, 320, 0.95
    a, b = rng.binomial(n1, 0.28, 20_000) / n1, rng.binomial(n0, 0.4, 20_000) / n0
    error = np.sqrt(a * (1 - a) / n1 + b * (1 - b) / n0)
    told = ((b - a) / error > norm.ppf(sure)).mean()
    assert power(numbers, 8, sure=sure) == pytest.approx(told, abs=0.02)


def test_what_the_forecast_explains_shortens_it_and_units_drawn_as_a_whole_lengthen_it():
    alone = quarters_needed(FEW)
    assert quarters_needed(replace(FEW, explained=0.25)) == pytest.approx(0.75 * alone)
    assert quarters_needed(replace(FEW, of_unit=11, alike=0.05)) == pytest.approx(1.5 * alone)
    assert power(FEW, alone) == pytest.approx(0.8)
    assert power(FEW, 0) == 0


def test_nothing_can_be_told_of_nothing():
    assert quarters_needed(replace(FEW, ratio=1.0)) == float("inf")
    assert "nothing" in str(sentences(replace(FEW, ratio=1.0))[0])
    for odd in ({"cases": 0}, {"share": 1.0}, {"loss": 0.0}, {"ratio": 4.0}, {"loss": np.nan}):
        with pytest.raises(InvalidSetting, match="not known from these numbers"):
            replace(FEW, **odd)
    with pytest.raises(InvalidSetting):
        pooled([])


def test_learning_costs_what_those_who_wait_would_have_kept():
    assert forgone({"A1": 120.0, "A2": 30.0, "A3": -5.0}, ["A1", "A3", "A9"]) == 120.0
