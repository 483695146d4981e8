"""The changepoint posterior against integration and explicit sums, and against known truth."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import gammaincc
from scipy.stats import gamma, nbinom

from mainstay.core.errors import InvalidSetting
from mainstay.defection import changepoint_loops as loops
from mainstay.defection.changepoint import (
    RATIO_WEIGHTS,
    RATIOS,
    ChangeRule,
    Changes,
    RatePrior,
    RegularityPrior,
    Series,
    estimate_prior,
    find_changes,
    regularity,
)

WEEKS = 156
PRIOR = RatePrior(1.5, 5.0)
RULE = ChangeRule()


def one(times: list[float] | np.ndarray, end: float) -> Series:
    return Series(np.asarray(times, float), np.array([0, len(times)]), np.array([float(end)]))


def likelihood(
    gaps: np.ndarray, still: float, k: int, prior: RatePrior, ratio: np.ndarray
) -> float:
    """The probability density of gaps and of the open one, by integrating over the rate.

    ratio: of each gap, the open one last: how many times the first rate holds in it
    """

    def given(rate: float) -> float:
        beta = k * rate * ratio
        logs = gamma.logpdf(gaps, k, scale=1 / beta[:-1]).sum()
        return (
            np.exp(logs)
            * gammaincc(k, beta[-1] * still)
            * gamma.pdf(rate, prior.shape, scale=1 / prior.rate)
        )

    return quad(given, 0, 30, limit=200, epsabs=0, epsrel=1e-8)[0]


def by_hand(times: np.ndarray, end: float, k: int, prior: RatePrior) -> dict[str, float]:
    """The posterior of a series of less than a year, term by term."""
    gaps, still = np.diff(times), end - times[-1]
    places = list(range(loops.LEAST_GAPS, len(times)))
    news = np.array([2.0 ** (-(end - times[j]) / RULE.half_life_weeks) for j in places])
    news *= RULE.p_change / news.sum()
    none = (1 - RULE.p_change) * likelihood(gaps, still, k, prior, np.ones(len(times)))
    weights = RATIO_WEIGHTS / RATIO_WEIGHTS.sum()
    table = np.zeros((len(places), len(RATIOS)))
    for c, j in enumerate(places):
        for a, ratio in enumerate(RATIOS):
            held = np.where(np.arange(len(times)) < j, 1.0, ratio)
            table[c, a] = news[c] * weights[a] * likelihood(gaps, still, k, prior, held)
    table /= none + table.sum()
    return {
        "p_changed": table.sum(),
        "p_fell": table[:, RULE.fall >= RATIOS].sum(),
        "p_rose": table[:, RULE.rise <= RATIOS].sum(),
        "since": places[int(table.sum(axis=1).argmax())] if table.sum() >= 0.5 else -1,
    }


@pytest.mark.parametrize(("k", "still"), [(1, 0.0), (1, 9.0), (2, 0.6), (3, 0.0), (3, 6.0)])
def test_posterior_against_integration(k: int, still: float) -> None:
    rng = np.random.default_rng(k)
    gaps = loops.APART + rng.gamma(k, 1 / k, 7) * np.repeat([1.0, 3.5], [5, 2])
    times = 2.0 + np.cumsum(gaps)
    end = times[-1] + still
    assert end < loops.RECENT
    found = find_changes(one(times, end), PRIOR, k=k)
    for name, value in by_hand(times, end, k, PRIOR).items():
        assert getattr(found, name)[0] == pytest.approx(value, rel=2e-6, abs=1e-9), name


def test_a_shape_between_two_lies_between_them() -> None:
    times = np.cumsum(np.full(12, 2.0))
    p = [find_changes(one(times, times[-1] + 4), PRIOR, k=k).p_fell[0] for k in (2, 2.5, 3)]
    assert p[0] < p[1] < p[2]


def test_a_long_silence_of_a_regular_account_is_no_rise() -> None:
    """Every fortnight by the clock, then nothing for four and a half gaps."""
    rng = np.random.default_rng(4)
    times = np.cumsum(rng.gamma(16, 2 / 16, 50))
    found = find_changes(one(times, times[-1] + 9), PRIOR, k=16)
    assert found.p_fell[0] > 0.999
    assert found.p_rose[0] < 1e-6


def test_rates_when_nothing_or_everything_is_known() -> None:
    none = find_changes(Series(np.empty(0), np.array([0, 0]), np.array([5.0])), PRIOR)
    assert none.rate_now[0] == none.rate_before[0] == PRIOR.shape / PRIOR.rate
    assert (none.p_fell[0], none.since[0]) == (0, -1)
    times = np.concatenate([np.arange(0, 120), np.arange(120, 160, 4)]).astype(float)
    found = find_changes(one(times, 160), PRIOR, k=4)
    assert found.p_fell[0] > 0.999
    assert times[found.since[0]] == pytest.approx(119, abs=2)
    assert found.rate_before[0] == pytest.approx(1.0, rel=0.03)
    assert found.ratio[0] == pytest.approx(0.25, rel=0.25)
    assert found.known[0] == pytest.approx(PRIOR.shape + 4 * 10, rel=0.15)


@settings(max_examples=40, deadline=None)
@given(
    lengths=st.lists(st.integers(0, 60), min_size=1, max_size=6),
    k=st.floats(0.3, 20),
    shape=st.floats(0.05, 50),
    seed=st.integers(0, 1000),
)
def test_always_probabilities_and_as_one_by_one(
    lengths: list[int], k: float, shape: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    times = [np.cumsum(rng.exponential(rng.choice([0.1, 2.0, 20.0]), n)) for n in lengths]
    ends = np.array([(t[-1] if len(t) else 0.0) + rng.choice([0.0, 3.0, 300.0]) for t in times])
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    prior = RatePrior(shape, shape * 3)
    together = find_changes(Series(np.concatenate(times), offsets, ends), prior, k=k)
    for i, own in enumerate(times):
        alone = find_changes(one(own, ends[i]), prior, k=k)
        for name in ("p_changed", "p_fell", "p_rose", "since", "rate_before", "rate_now", "known"):
            assert getattr(together, name)[i] == getattr(alone, name)[0]
    assert np.isfinite(together.ratio).all()
    assert (together.p_fell + together.p_rose <= together.p_changed + 1e-9).all()
    assert (together.p_changed <= 1 + 1e-9).all()


def renewals(n: int, rate: float, k: float, weeks: float, seed: int) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    m = int(weeks * rate * 2 + 30)
    times = np.cumsum(rng.gamma(k, 1 / (k * rate), (n, m)), axis=1) - 3 / rate
    return [row[(row >= 0) & (row < weeks)] for row in times]


def laid_out(times: list[np.ndarray], end: float) -> Series:
    offsets = np.concatenate([[0], np.cumsum([len(t) for t in times])])
    return Series(np.concatenate(times), offsets, np.full(len(times), end))


def slowed(times: list[np.ndarray], at: float, factor: float, end: float) -> list[np.ndarray]:
    """The same orders at a rate that is `factor` times as high from `at` on."""
    stretched = [np.where(t < at, t, at + (t - at) / factor) for t in times]
    return [t[t < end] for t in stretched]


@pytest.mark.parametrize("k", [1.0, 4.0])
def test_steady_series_are_left_alone(k: float) -> None:
    found = find_changes(laid_out(renewals(2000, 0.7, k, WEEKS, 11), WEEKS), PRIOR, k=k)
    assert (found.p_fell > 0.5).mean() < 0.02
    assert (found.p_rose > 0.5).mean() < 0.02
    assert np.median(found.ratio) == pytest.approx(1, abs=0.05)


def test_a_regular_account_is_missed_sooner() -> None:
    """26 orders a year, a fifth of them left for 13 weeks: clear where they came by the clock."""
    share = []
    for k in (1.0, 4.0):
        fallen = slowed(renewals(1000, 0.5, k, WEEKS, 12), WEEKS - 13, 0.2, WEEKS)
        found = find_changes(laid_out(fallen, WEEKS), RatePrior(1.5, 3.0), k=k)
        share.append((found.p_fell > 0.5).mean())
    assert 0.1 < share[0] < 0.5
    assert share[1] > 0.9


def test_a_regular_account_that_orders_rarer_is_seen() -> None:
    """Every fortnight for years, then every five weeks: four gaps say it."""
    rng = np.random.default_rng(3)
    times = np.cumsum(np.concatenate([rng.gamma(8, 2 / 8, 60), rng.gamma(8, 5.2 / 8, 4)]))
    found = find_changes(one(times, times[-1] + 1), PRIOR, k=8)
    assert found.p_fell[0] > 0.95
    assert found.since[0] in (58, 59, 60)
    assert found.ratio[0] == pytest.approx(2 / 5.2, rel=0.3)


def test_injected_fall_is_found_with_its_week() -> None:
    at = 120.0
    fallen = slowed(renewals(1500, 1.0, 1, WEEKS, 13), at, 0.2, WEEKS)
    found = find_changes(laid_out(fallen, WEEKS), PRIOR)
    seen = found.p_fell > 0.9
    assert seen.mean() > 0.85
    since = np.array([t[p] for t, p in zip(fallen, found.since, strict=True)])[seen]
    assert (np.abs(since - at) <= 4).mean() > 0.7
    assert np.median(found.ratio[seen]) == pytest.approx(0.2, abs=0.06)


def test_a_rise_is_found() -> None:
    risen = slowed(renewals(1000, 0.5, 1, 3 * WEEKS, 14), 120, 3.0, WEEKS)
    found = find_changes(laid_out(risen, WEEKS), PRIOR)
    assert (found.p_rose > 0.5).mean() > 0.9
    assert (found.p_fell > 0.5).mean() < 0.01


def test_what_fell_longer_ago_than_a_year_is_how_it_buys_now() -> None:
    end = 170.0
    once = slowed(renewals(500, 1.0, 2, end, 15), 80, 0.3, end)
    found = find_changes(laid_out(once, end), PRIOR, k=2)
    assert (found.p_fell > 0.5).mean() < 0.03
    assert np.median(found.rate_before) == pytest.approx(0.3, rel=0.1)
    twice = [np.concatenate([t[t < 150], t[t >= 150][::5]]) for t in once]
    again = find_changes(laid_out(twice, end), PRIOR, k=2)
    assert (again.p_fell > 0.5).mean() > 5 * (found.p_fell > 0.5).mean() + 0.2


def test_looking_again_leaves_something_to_look_at() -> None:
    """Changes every few weeks, in daily orders and in rare ones, that ended long ago or go on."""
    rng = np.random.default_rng(8)
    for end in (0.0, 70.0):
        for step in (0.15, 0.5, 3.0):
            gaps = step * rng.gamma(9.0, 1 / 9, 400) * np.repeat(rng.choice([0.3, 3.0], 40), 10)
            time = np.cumsum(gaps)
            time = time[time > time[-1] - 156] - time[-1]
            series = Series(time, np.array([0, len(time)]), np.array([end]))
            found = find_changes(series, RatePrior(0.5, 2.0), k=9.0)
            assert np.isfinite(found.rate_now).all()
            assert found.since[0] < len(time)
            assert found.known[0] > 0.5 + 9.0


def test_probabilities_are_calibrated() -> None:
    """Series drawn from the model itself: of those with p_fell near q, a share q did fall."""
    rng = np.random.default_rng(16)
    n, weeks, chance = 12_000, 50.0, 0.3
    rule = ChangeRule(p_change=chance, half_life_weeks=1e6)
    times, fell = [], rng.random(n) < chance
    ratio = np.where(fell, rng.choice(RATIOS, n, p=RATIO_WEIGHTS / RATIO_WEIGHTS.sum()), 1.0)
    for i in range(n):
        rate = 2.0 * rng.gamma(4.0, 0.25)
        own = np.cumsum(rng.exponential(1 / rate, int(rate * weeks * 5 + 60)))
        usual = own[own < weeks]
        j = rng.integers(loops.LEAST_GAPS, max(len(usual), loops.LEAST_GAPS + 1))
        gaps = np.diff(own, prepend=0)
        gaps[j + 1 :] /= ratio[i]
        own = np.cumsum(gaps)
        times.append(own[own < weeks])
    found = find_changes(laid_out(times, weeks), RatePrior(4.0, 2.0), rule=rule)
    truth = fell & (ratio <= 0.7)
    for low, high in ((0, 0.1), (0.1, 0.3), (0.3, 0.6), (0.6, 0.9), (0.9, 1.01)):
        of = (found.p_fell >= low) & (found.p_fell < high)
        error = np.sqrt(found.p_fell[of].mean() * (1 - found.p_fell[of].mean()) / of.sum())
        assert truth[of].mean() == pytest.approx(found.p_fell[of].mean(), abs=4 * error + 0.03)


def test_closed_weeks_are_no_fall() -> None:
    exposure = np.ones(WEEKS)
    exposure[-20:] = 0.0
    counts = np.random.default_rng(17).poisson(2 * exposure, (200, WEEKS))
    blind = find_changes(Series.from_matrix(counts), PRIOR)
    knowing = find_changes(Series.from_matrix(counts, exposure=exposure), PRIOR)
    assert (blind.p_fell > 0.9).all()
    assert (knowing.p_fell > 0.5).mean() < 0.02


@pytest.mark.parametrize("k", [1.0, 2.0, 6.0])
def test_regularity_is_recovered_whatever_the_rate_does(k: float) -> None:
    flat = RegularityPrior(1.5, 5.0)
    times = renewals(50, 0.2, k, 2000, 18)
    assert np.median(regularity(laid_out(times, 2000), flat)) == pytest.approx(k, rel=0.1)
    changed = slowed(times, 1000, 0.3, 2000)
    assert np.median(regularity(laid_out(changed, 2000), flat)) == pytest.approx(k, rel=0.1)


def test_days_do_not_make_random_orders_regular() -> None:
    """104 orders a year at random, known to the day: as regular as their counts, 1 / (1 − 2/7)."""
    by_day = [np.unique(np.floor(t * 7)) / 7 for t in renewals(50, 2.0, 1, 500, 19)]
    k = regularity(laid_out(by_day, 500), RegularityPrior(1.5, 5.0))
    assert np.median(k) == pytest.approx(1.34, rel=0.1)


def test_few_gaps_leave_regularity_to_the_group() -> None:
    few = one([0.0, 1.0, 2.0], 3.0)
    assert regularity(few, RegularityPrior(1.2, 0.05))[0] == pytest.approx(1.2, rel=0.05)
    mean, pairs = RegularityPrior(1.0, 0.5).pairs()
    squares = np.random.default_rng(20).uniform(-1, 1, 200_000) ** 2
    assert mean == pytest.approx(squares.mean(), rel=0.01)
    slope = 2 / 9  # of 1 / (2k + 1) by log k, at k = 1
    assert pairs == pytest.approx(squares.var() / (0.5 * slope) ** 2, rel=0.02)


def steady_counts(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    rates = rng.gamma(PRIOR.shape, 1 / PRIOR.rate, n)
    return rng.poisson(rates[:, None], (n, WEEKS)), rates


def test_prior_is_recovered_and_maximises() -> None:
    counts, _rates = steady_counts(20_000, 18)
    totals, exposures = counts.sum(axis=1), np.full(20_000, float(WEEKS))
    prior = estimate_prior(totals, exposures)
    assert prior.shape == pytest.approx(PRIOR.shape, rel=0.04)
    assert prior.rate == pytest.approx(PRIOR.rate, rel=0.05)

    def loglik(p: RatePrior) -> float:
        return nbinom.logpmf(totals, p.shape, p.rate / (p.rate + WEEKS)).sum()

    best = loglik(prior)
    for by in (0.98, 1.02):
        assert loglik(RatePrior(prior.shape * by, prior.rate)) < best
        assert loglik(RatePrior(prior.shape, prior.rate * by)) < best


@pytest.mark.parametrize(
    ("totals", "exposures"),
    [([], []), ([0], [0]), ([0, 0, 0], [10, 10, 10]), ([5] * 50, [10] * 50), ([10**6], [520])],
)
def test_prior_of_degenerate_groups_is_usable(totals: list[int], exposures: list[float]) -> None:
    prior = estimate_prior(totals, exposures)
    assert np.isfinite([prior.shape, prior.rate]).all()
    assert prior.shape > 0
    assert prior.rate > 0


@pytest.mark.parametrize(
    "broken",
    [
        lambda: Series.from_matrix([[1, -1]]),
        lambda: Series.from_matrix([[0.5, 1]]),
        lambda: Series.from_matrix([[1, 1]], exposure=[1.0]),
        lambda: Series.from_matrix([[1, 1]], exposure=[1.0, -1.0]),
        lambda: Series.from_matrix([[1, 1]], exposure=[1.0, np.nan]),
        lambda: one([3.0, 2.0], 5),
        lambda: one([1.0, 2.0], 1.5),
        lambda: one([1.0, np.nan], 5),
        lambda: Series(np.ones(3), np.array([0, 2]), np.ones(1)),
        lambda: Series(np.ones(3), np.array([0, 4, 3]), np.ones(2)),
        lambda: Series(np.ones(3), np.array([0, 3]), np.ones(2)),
    ],
)
def test_broken_series_are_refused(broken: Callable[[], Series]) -> None:
    with pytest.raises(InvalidSetting):
        find_changes(broken(), PRIOR)


@pytest.mark.parametrize(
    ("prior", "rule", "k"),
    [
        (RatePrior(0, 1), RULE, 1),
        (RatePrior(1, np.inf), RULE, 1),
        (PRIOR, ChangeRule(p_change=1), 1),
        (PRIOR, ChangeRule(fall=0), 1),
        (PRIOR, ChangeRule(half_life_weeks=0), 1),
        (PRIOR, RULE, 0),
        (PRIOR, RULE, np.nan),
    ],
)
def test_impossible_settings_are_refused(prior: RatePrior, rule: ChangeRule, k: float) -> None:
    with pytest.raises(InvalidSetting):
        find_changes(one([1.0, 2.0], 3), prior, k=k, rule=rule)


def test_no_series() -> None:
    found = find_changes(Series(np.empty(0), np.zeros(1, np.int64), np.empty(0)), PRIOR)
    assert isinstance(found, Changes)
    assert len(found.p_fell) == len(found.ratio) == 0
