"""How one account decides: it forgives, it waits, it reviews, it stays with what it decided."""

from __future__ import annotations

import numpy as np
import pytest

from mainstay.simulate.distributor.company import Temper
from mainstay.simulate.distributor.makeup import C, Traits
from mainstay.simulate.distributor.reasons import place
from mainstay.simulate.distributor.temper import Tempers, cost, kept_share

LATE, PRICE = place("delivery", "late"), place("competitor", "price")
ME = np.array([0])


def account() -> Tempers:
    temper = Temper()
    return Tempers(Traits.middle(1, temper.edge), temper)


def weeks(tempers: Tempers, many: int, size: float = 0.0, reason: int = LATE) -> None:
    for week in range(many):
        if size:
            tempers.feel(reason, ME, np.array([size]))
        tempers.step(week)


def test_small_things_are_forgiven_and_large_ones_count_in_full() -> None:
    small, large = cost(np.array([0.1, 10.0]))
    assert small < 0.01 * 0.1 + 1e-3
    assert large == pytest.approx(10.0, rel=0.02)
    whole, none = kept_share(np.array([0.0, 50.0]), np.array([2.3, 2.3]), 0.45)
    assert whole == 1
    assert none == 0


def test_who_is_disappointed_a_little_for_long_buys_as_before() -> None:
    tempers = account()
    weeks(tempers, 100, 0.03)
    assert tempers.lost.sum() == 0


def test_a_great_disappointment_is_borne_for_weeks_and_then_answered() -> None:
    tempers = account()
    tempers.feel(LATE, ME, np.array([4.5]))
    tempers.step(0)
    soon = tempers.moved.sum()
    weeks(tempers, 12)
    assert soon == 0
    lost = tempers.lost[LATE, 0]
    assert (lost > 0.3).all()
    assert np.allclose(tempers.lost.sum(0)[0], lost)
    assert 0 < tempers.moved[LATE, 0, 0] <= lost[0]


def test_habit_keeps_what_was_decided_until_long_after_all_is_well() -> None:
    tempers = account()
    tempers.feel(LATE, ME, np.array([4.5]))
    weeks(tempers, 6)
    gone = tempers.lost[LATE, 0, 0]
    assert gone > 0.3
    weeks(tempers, 15)
    assert tempers.lost[LATE, 0, 0] >= gone
    weeks(tempers, 300)
    assert tempers.lost[LATE, 0, 0] < 0.5 * gone
    assert tempers.ends[LATE, 0, 0] > 0


def test_a_loss_is_shared_out_by_what_each_reason_took() -> None:
    tempers = account()
    tempers.feel(LATE, ME, np.array([8.0]))
    tempers.feel(PRICE, ME, np.array([8.0]), np.array([2]))
    tempers.step(0)
    for week in range(1, 6):
        tempers.step(week)
    lost = tempers.lost[:, 0]
    both, alone = lost[:, 2], lost[:, 0]
    assert alone[PRICE] == 0
    assert both[LATE] == pytest.approx(both[PRICE], rel=0.2)
    assert lost.sum(0).max() <= 1 + 1e-9
    assert lost.shape == (tempers.lost.shape[0], C)


def test_a_good_relationship_forgives_more() -> None:
    near, far = account(), account()
    near.buffer[:], far.buffer[:] = 1.2, 0.8
    for tempers in (near, far):
        tempers.feel(LATE, ME, np.array([3.0]))
    assert near.losses().sum() < 0.6 * far.losses().sum()
