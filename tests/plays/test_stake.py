"""What may still be lost at each account, by what would take it, and what is gone."""

import numpy as np
import pytest
from tests.support.planned import One, situation

from mainstay.causes.families import CAUSE_NAMES
from mainstay.plays.gains import Rates, at_stake

RATES = Rates(margin_share=1.0, sales=2.0, hour=40.0)
LATE, VISITS = CAUSE_NAMES.index("delivery.late"), CAUSE_NAMES.index("drift.no_contact")


def stake(**account):
    found = at_stake(situation([One(**account)]), RATES)
    return found.by_cause[0], float(found.gone[0])


def test_what_orders_say_is_at_risk_is_by_what_happened():
    by_cause, gone = stake(state="late", risk=1000.0, causes={"delivery.late": 0.6})
    assert by_cause[LATE] == pytest.approx(600)
    assert by_cause[-1] == pytest.approx(400)
    assert gone == 0


def test_what_has_gone_already_is_no_longer_at_risk_of_who_slips():
    """`gone` is net sales, of which a half is margin; the money at risk is margin."""
    by_cause, gone = stake(state="slipping", risk=1000.0, gone=1200.0)
    assert by_cause.sum() == pytest.approx(400)
    assert gone == pytest.approx(600)
    by_cause, _ = stake(state="slipping", risk=1000.0, gone=5000.0)
    assert by_cause.sum() == 0


def test_of_who_is_silent_or_fell_long_ago_all_that_is_at_risk_is_to_come():
    for state in ("late", "steady"):
        assert stake(state=state, risk=1000.0, gone=1200.0)[0].sum() == pytest.approx(1000)


def test_what_the_facts_let_expect_counts_beyond_what_orders_say():
    by_cause, _ = stake(
        state="steady", risk=100.0, baseline=10_000.0,
        looming={"delivery.late": 0.03, "drift.no_contact": 0.01},
    )  # fmt: skip
    assert by_cause.sum() == pytest.approx(400)
    assert by_cause[LATE] == pytest.approx(300)
    assert by_cause[VISITS] == pytest.approx(100)


def test_growth_is_no_cover_for_what_looms():
    by_cause, _ = stake(
        state="growing", risk=-5000.0, baseline=10_000.0, looming={"delivery.late": 0.03}
    )
    assert by_cause[LATE] == pytest.approx(300)


def test_where_nothing_is_known_the_cause_is_not_known():
    by_cause, _ = stake(state="steady", risk=100.0)
    assert by_cause[-1] == pytest.approx(100)
    assert np.isfinite(by_cause).all()
