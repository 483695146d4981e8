"""The network, on falls and exposures whose truth is known, and against slow references."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest

from mainstay.causes.families import CAUSE_NAMES
from mainstay.causes.network import (
    LEAK_SHARE,
    MISSED,
    PRIOR_RATE,
    UNEXPLAINED,
    UNEXPLAINED_WORTH,
    Confirmed,
    Exposed,
    N,
    Rates,
    Weighed,
    before_looking,
    learn,
    main_causes,
    weigh,
)
from mainstay.causes.purchases import PERIODS, YEAR_PERIODS

Floats = npt.NDArray[np.float64]
LATE, QUALITY, PRICE = (
    CAUSE_NAMES.index(name) for name in ("delivery.late", "product.quality", "competitor.price")
)
EVEN = np.full(N, 1 / N)
ALL_KEPT = np.ones(N, bool)
FULL = np.ones(N)
SURE = 1e6  # what the orders say of the period in which it did fall


def exposed(n: int, ratio: Floats | None = None) -> Exposed:
    x = np.zeros((n, N, PERIODS), np.float32)
    there = np.ones((n, PERIODS), bool)
    there[:, :3] = False
    told = np.ones((n, N))
    # One channel a cause, in their order.
    return Exposed(x, np.arange(N), told, np.ones((n, PERIODS)) if ratio is None else ratio, there)


def made_up(n: int, true: dict[int, float], leak: float, seed: int = 3) -> tuple[Exposed, Floats]:
    """Accounts that are exposed to some causes for some time, and fall at known rates a year."""
    rng = np.random.default_rng(seed)
    data = exposed(n)
    for cause in true:
        for i in np.flatnonzero(rng.random(n) < 0.5):
            start = rng.integers(0, PERIODS - 5)
            data.x[i, cause, start : start + rng.integers(3, 12)] = 1.0
    rate = leak / YEAR_PERIODS + sum(w / YEAR_PERIODS * data.x[:, j] for j, w in true.items())
    falls = (rng.random((n, PERIODS)) < 1 - np.exp(-rate)) & data.there
    first = np.where(falls.any(axis=1), falls.argmax(axis=1), -1)
    ratio = np.where(np.arange(PERIODS) == first[:, None], SURE, 1 / SURE)
    return replace(data, ratio=ratio), first


def test_rates_are_found_again_from_accounts_alone() -> None:
    true = {LATE: 0.8, QUALITY: 0.3, PRICE: 0.02}
    data, first = made_up(4000, true, leak=0.05)
    rates = learn(data, before_looking(EVEN, ALL_KEPT, FULL), Confirmed())
    for cause, rate in true.items():
        assert rates.rate[cause] * YEAR_PERIODS == pytest.approx(rate, rel=0.2, abs=0.05)
    fell = (first >= 0).sum()
    assert rates.falls.sum() < fell
    # A third of these falls have no recorded cause; it is drawn towards the fifth that is believed.
    leaked = fell - rates.falls.sum()
    in_all = rates.background * weigh(data, rates).watched.sum()
    expected = (leaked + UNEXPLAINED_WORTH * UNEXPLAINED * fell) / (1 + UNEXPLAINED_WORTH)
    assert in_all == pytest.approx(expected, rel=0.05)
    assert 0.03 < rates.background * YEAR_PERIODS < 0.05
    seen = weigh(data, rates)
    assert seen.p_fell.sum() == pytest.approx(fell, rel=0.01)


def test_a_cause_that_came_after_the_fall_explains_nothing() -> None:
    ratio = np.full((2, PERIODS), 1e-6)
    ratio[:, 20] = SURE
    data = exposed(2, ratio)
    data.x[0, LATE, 18:24] = 1.0
    data.x[1, LATE, 22:30] = 1.0
    rates = before_looking(EVEN, ALL_KEPT, FULL)
    main, unknown, _ = main_causes(weigh(data, rates), data)
    assert main[0, LATE] > 0.6
    assert main[1].sum() < 0.01
    assert unknown[1] > 0.99


def test_with_orders_alone_all_is_unknown() -> None:
    ratio = np.full((1, PERIODS), 1e-6)
    ratio[:, 20] = SURE
    data = exposed(1, ratio)
    main, unknown, _ = main_causes(weigh(data, before_looking(EVEN, np.zeros(N, bool), FULL)), data)
    assert unknown[0] == pytest.approx(1.0)
    assert not main.any()


def test_an_account_that_did_not_fall_has_no_cause_however_exposed() -> None:
    data = exposed(1, np.full((1, PERIODS), 0.01))
    data.x[0, LATE] = 1.0
    seen = weigh(data, before_looking(EVEN, ALL_KEPT, FULL))
    assert seen.p_fell[0] < 0.05
    assert seen.recorded[0, LATE] < 0.05


def test_words_name_what_nobody_recorded() -> None:
    ratio = np.full((1, PERIODS), 1e-6)
    ratio[:, 20] = SURE
    data = exposed(1, ratio)
    data.told[0, PRICE] = 60.0
    rates = before_looking(EVEN, np.zeros(N, bool), FULL)
    main, unknown, _ = main_causes(weigh(data, rates), data)
    assert main[0, PRICE] > 0.5
    assert main[0].argmax() == PRICE
    assert main[0].sum() + unknown[0] == pytest.approx(1.0)


def test_confirmed_reviews_teach_the_rates() -> None:
    """Two causes always together: only reviews can tell them apart."""
    data, first = made_up(600, {LATE: 0.6}, leak=0.05)
    data.x[:, QUALITY] = data.x[:, LATE]
    begin = before_looking(EVEN, ALL_KEPT, FULL)
    blind = learn(data, begin, Confirmed())
    assert blind.rate[LATE] == pytest.approx(blind.rate[QUALITY], rel=0.01)
    late = np.zeros(N)
    late[LATE] = 1.0
    by_late = [i for i in np.flatnonzero(first >= 0) if data.x[i, LATE, first[i]] > 0]
    taught = learn(data, begin, Confirmed({int(i): late for i in by_late}))
    assert taught.rate[LATE] > 3 * taught.rate[QUALITY]


def test_reviews_that_found_nothing_and_healthy_controls_lower_the_rates() -> None:
    data, first = made_up(600, {LATE: 0.6}, leak=0.05)
    begin = before_looking(EVEN, ALL_KEPT, FULL)
    blind = learn(data, begin, Confirmed())
    fell = np.flatnonzero(first >= 0)
    found_nothing = learn(data, begin, Confirmed({int(i): np.zeros(N) for i in fell}))
    assert found_nothing.rate[LATE] < 0.5 * blind.rate[LATE]
    healthy = learn(data, begin, Confirmed({}, frozenset(int(i) for i in fell)))
    assert healthy.rate[LATE] < 0.5 * blind.rate[LATE]


def test_what_is_not_kept_is_hidden_as_a_whole() -> None:
    kept = np.ones(N, bool)
    kept[LATE] = False
    rates = before_looking(EVEN, kept, FULL)
    assert rates.hidden[LATE] == pytest.approx(rates.hidden[QUALITY] / MISSED)
    assert rates.leak == pytest.approx(LEAK_SHARE * rates.background)
    assert rates.rate[0] * YEAR_PERIODS == pytest.approx(PRIOR_RATE)


def test_the_fewer_causes_have_records_the_more_falls_are_believed_to_have_none() -> None:
    nothing = before_looking(EVEN, np.zeros(N, bool), FULL)
    everything = before_looking(EVEN, ALL_KEPT, FULL)
    assert (nothing.unexplained, everything.unexplained) == pytest.approx((1.0, UNEXPLAINED))
    # One kind of record that has nothing to do with the falls takes fewer of them where it is the only one.
    data, _ = made_up(300, {LATE: 0.3}, leak=0.3)
    alone, among = (learn(data, first, Confirmed()) for first in (nothing, everything))
    assert alone.rate[LATE] < 0.9 * among.rate[LATE]


def _slow(rates: Rates, data: Exposed, i: int) -> tuple[float, Floats, Floats]:
    """P(fell), by which cause, and exposed periods, straight from the formula."""
    stays, joint = 1.0, np.zeros((PERIODS, N + 1))
    for t in range(PERIODS):
        if not data.there[i, t]:
            continue
        share = rates.rate * data.x[i, :, t] * data.told[i]
        rest = (rates.hidden * data.told[i]).sum() + rates.leak
        joint[t, :N] = data.ratio[i, t] * stays * share
        joint[t, N] = data.ratio[i, t] * stays * rest
        stays *= np.exp(-(share.sum() + rest))
    joint /= joint.sum() + stays
    p_t = joint.sum(axis=1)
    at_risk = np.where(data.there[i], 1 - np.concatenate([[0.0], np.cumsum(p_t)[:-1]]), 0.0)
    return float(joint.sum()), joint[:, :N].sum(axis=0), data.x[i] @ at_risk


def test_weighing_is_the_formula() -> None:
    rng = np.random.default_rng(5)
    data = exposed(4, np.exp(rng.normal(0, 2, (4, PERIODS))))
    data.x[:] = rng.random(data.x.shape) < 0.1
    data.told[:, PRICE] = [1.0, 4.0, 1.0, 9.0]
    rates = before_looking(EVEN, ALL_KEPT, FULL)
    seen = weigh(data, rates)
    for i in range(4):
        p, by_cause, at_risk = _slow(rates, data, i)
        assert seen.p_fell[i] == pytest.approx(p)
        assert seen.recorded[i] == pytest.approx(by_cause)
        assert seen.exposed[i] == pytest.approx(at_risk)


def test_main_causes_are_exact_over_sets_of_at_most_three() -> None:
    named = np.zeros((1, N))
    named[0, :5] = [0.3, 0.2, 0.15, 0.1, 0.05]
    pace = np.array([0.4])
    zero = np.zeros((1, PERIODS))
    seen = Weighed(np.ones(1), zero, named, np.zeros((1, N)), zero, np.ones(1), pace)
    main, unknown, took_part = main_causes(seen, exposed(1))
    strength = 1 - np.exp(-np.append(named[0, :5], 0.2) * pace[0] * YEAR_PERIODS / 2)
    odds = strength / (1 - strength)
    weight = -np.log(1 - strength)
    total, of_main, part = 0.0, np.zeros(6), np.zeros(6)
    for size in (1, 2, 3):
        for some in combinations(range(6), size):
            p = float(np.prod(odds[list(some)]))
            total += p
            for j in some:
                part[j] += p
                of_main[j] += p * weight[j] / weight[list(some)].sum()
    assert main[0, :5] == pytest.approx(of_main[:5] / total)
    assert unknown[0] == pytest.approx(of_main[5] / total)
    assert took_part[0, :5] == pytest.approx(part[:5] / total)


def test_what_is_hardly_believed_is_learnt_where_many_fall_by_it_and_only_there() -> None:
    for true, named in ((1.2, True), (0.0, False)):
        data, _ = made_up(1500, {PRICE: true}, 0.15, seed=11)
        weights = np.full(N, 0.1)
        rates = learn(data, before_looking(EVEN, ALL_KEPT, weights), Confirmed())
        assert bool(rates.rate[PRICE] > rates.background) is named


def test_a_rise_that_everybody_pays_takes_no_falls_from_what_nobody_recorded() -> None:
    data, _ = made_up(160, {}, 0.2, seed=5)
    data.x[:, PRICE, 20:30] = 1.0
    only_price = np.arange(N) == PRICE
    few = before_looking(EVEN, only_price, np.full(N, 0.1))
    rates = learn(data, few, Confirmed())
    _, unknown, _ = main_causes(weigh(data, rates), data)
    fell = weigh(data, rates).p_fell > 0.5
    assert fell.sum() >= 20
    assert unknown[fell].min() > 0.5
