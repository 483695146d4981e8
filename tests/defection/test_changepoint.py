"""The changepoint posterior against explicit sums, and against series whose truth is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betainc, gammaln
from scipy.stats import nbinom

from mainstay.core.errors import InvalidSetting
from mainstay.defection.changepoint import (
    ChangeRule,
    Changes,
    RatePrior,
    Series,
    estimate_prior,
    find_changes,
)

WEEKS = 156
PRIOR = RatePrior(1.5, 5.0)
EXACT = ChangeRule(block=0)


def by_hand(
    counts: np.ndarray, exposure: np.ndarray, prior: RatePrior, rule: ChangeRule
) -> dict[str, float]:
    """The same posterior by explicit sums of gamma functions, week by week."""

    def log_evidence(y: np.ndarray, e: np.ndarray) -> float:
        s, b = prior.shape, prior.rate
        return (
            s * np.log(b) - gammaln(s) + gammaln(s + y.sum()) - (s + y.sum()) * np.log(b + e.sum())
        )

    n = len(counts)
    logs = [np.log(1 - rule.p_change) + log_evidence(counts, exposure)]
    fell, rose, before, now = [0.0], [0.0], [], []
    for c in range(1, n):
        y, e = (counts[:c], counts[c:]), (exposure[:c], exposure[c:])
        logs.append(
            np.log(rule.p_change / (n - 1)) + log_evidence(y[0], e[0]) + log_evidence(y[1], e[1])
        )
        shape = [prior.shape + part.sum() for part in y]
        rate = [prior.rate + part.sum() for part in e]
        below = [
            betainc(shape[1], shape[0], q / (1 + q))
            for q in (limit * rate[1] / rate[0] for limit in (rule.fall, rule.rise))
        ]
        fell.append(below[0])
        rose.append(1 - below[1])
        before.append(shape[0] / rate[0])
        now.append(shape[1] / rate[1])
    p = np.exp(np.array(logs) - max(logs))
    p /= p.sum()
    mean = (prior.shape + counts.sum()) / (prior.rate + exposure.sum())
    return {
        "p_changed": p[1:].sum(),
        "p_fell": p @ np.array(fell),
        "p_rose": p @ np.array(rose),
        "rate_before": p @ np.array([mean, *before]),
        "rate_now": p @ np.array([mean, *now]),
        "since": 1 + int(np.argmax(p[1:])) if p[1:].sum() >= 0.5 else -1,
    }


def assert_equal(found: Changes, i: int, expected: dict[str, float], abs_: float) -> None:
    for name, value in expected.items():
        assert getattr(found, name)[i] == pytest.approx(value, abs=abs_, rel=1e-7), name


@settings(max_examples=60, deadline=None)
@given(
    counts=st.lists(st.integers(0, 30), min_size=2, max_size=40),
    shape=st.floats(0.1, 20),
    rate=st.floats(0.05, 50),
    seed=st.integers(0, 1000),
)
def test_posterior_against_explicit_sums(
    counts: list[int], shape: float, rate: float, seed: int
) -> None:
    exposure = np.random.default_rng(seed).choice([0, 0.5, 1, 1.7], len(counts))
    exposure[0] = 1.0
    prior = RatePrior(shape, rate)
    y = np.array(counts)
    expected = by_hand(y, exposure, prior, EXACT)
    exact = find_changes(Series.from_matrix(y, exposure=exposure), prior, rule=EXACT)
    if len(set(counts)) == 1:
        expected.pop("since")  # weeks may tie
    assert_equal(exact, 0, {k: v for k, v in expected.items() if k != "since"}, 1e-7)
    in_blocks = find_changes(Series.from_matrix(y, exposure=exposure), prior)
    assert in_blocks.p_changed[0] == exact.p_changed[0]
    assert in_blocks.p_fell[0] == pytest.approx(exact.p_fell[0], abs=0.025)


def test_ratio_against_integration() -> None:
    """P(λ₂/λ₁ ≤ .7) of two given stretches by integrating the Gamma densities."""
    counts = np.array([4, 4, 0, 1])
    rule = ChangeRule(p_change=1 - 1e-12, block=0)
    found = find_changes(Series.from_matrix(counts), PRIOR, rule=rule)
    expected = by_hand(counts, np.ones(4), PRIOR, rule)
    weights, falls = [], []
    for c in (1, 2, 3):
        a = (PRIOR.shape + counts[:c].sum(), PRIOR.shape + counts[c:].sum())
        b = (PRIOR.rate + c, PRIOR.rate + 4 - c)
        weights.append(sum(gammaln(x) - x * np.log(y) for x, y in zip(a, b, strict=True)))

        def joint(before: float, a: tuple = a, b: tuple = b) -> float:
            # P(now ≤ .7 before) by counting events: Gamma(a, b) ≤ v, its density integrated
            inner = quad(lambda v: v ** (a[1] - 1) * np.exp(-b[1] * v), 0, 0.7 * before)[0]
            return before ** (a[0] - 1) * np.exp(-b[0] * before) * inner

        norm = np.exp(gammaln(a[0]) + gammaln(a[1]) - a[0] * np.log(b[0]) - a[1] * np.log(b[1]))
        falls.append(quad(joint, 0, 20, epsabs=1e-10)[0] / norm)
    p = np.exp(np.array(weights) - max(weights))
    assert found.p_fell[0] == pytest.approx(p @ np.array(falls) / p.sum(), abs=1e-6)
    assert found.p_fell[0] == pytest.approx(expected["p_fell"], abs=1e-8)


def test_counts_beyond_the_table() -> None:
    rng = np.random.default_rng(5)
    y = np.concatenate([rng.poisson(300, 30), rng.poisson(280, 30)])
    found = find_changes(Series.from_matrix(y), PRIOR, rule=EXACT)
    assert y.sum() > 10_000
    assert_equal(found, 0, by_hand(y, np.ones(60), PRIOR, EXACT), 1e-6)


@pytest.mark.parametrize("given_as", ["nothing", "calendar", "each"])
def test_ragged_series_as_one_by_one(given_as: str) -> None:
    rng = np.random.default_rng(3)
    lengths = [0, 1, 2, 20, 20, 7, 35]
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    counts = rng.poisson(1.0, offsets[-1])
    calendar = rng.choice([0.5, 1.0, 2.0], 40)
    flat = np.concatenate([calendar[40 - n :] for n in lengths])
    series = {
        "nothing": Series(counts, offsets),
        "calendar": Series(counts, offsets, calendar=calendar),
        "each": Series(counts, offsets, exposure=flat),
    }[given_as]
    found = find_changes(series, PRIOR, rule=EXACT)
    for i, length in enumerate(lengths):
        own = slice(offsets[i], offsets[i + 1])
        if length < 2:
            exposure = flat[own].sum() if given_as != "nothing" else length
            mean = (PRIOR.shape + counts[own].sum()) / (PRIOR.rate + exposure)
            assert found.p_changed[i] == found.p_fell[i] == found.p_rose[i] == 0
            assert found.since[i] == -1
            assert found.rate_before[i] == found.rate_now[i] == pytest.approx(mean)
            continue
        exposure = np.ones(length) if given_as == "nothing" else flat[own]
        assert_equal(found, i, by_hand(counts[own], exposure, PRIOR, EXACT), 1e-8)


def steady_counts(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    rates = rng.gamma(PRIOR.shape, 1 / PRIOR.rate, n)
    return rng.poisson(rates[:, None], (n, WEEKS)), rates


def test_steady_series_are_left_alone() -> None:
    counts, _rates = steady_counts(5000, 11)
    found = find_changes(Series.from_matrix(counts), PRIOR)
    assert (found.p_fell > 0.9).mean() < 0.01
    assert (found.p_rose > 0.9).mean() < 0.01
    assert (found.p_changed >= 0.5).mean() < 0.03
    assert np.median(found.ratio) == pytest.approx(1, abs=0.05)


def test_injected_fall_is_found_with_its_week() -> None:
    counts, rates = steady_counts(4000, 12)
    rng = np.random.default_rng(13)
    at = 120
    counts[:, at:] = rng.binomial(counts[:, at:], 0.2)
    busy = rates > 0.8
    found = find_changes(Series.from_matrix(counts[busy]), PRIOR)
    seen = found.p_fell > 0.9
    assert seen.mean() > 0.9
    assert (np.abs(found.since[seen] - at) <= 3).mean() > 0.75
    assert np.median(found.since[seen]) == pytest.approx(at, abs=1)
    assert np.median(found.ratio[seen]) == pytest.approx(0.2, abs=0.06)
    assert found.p_rose[seen].max() < 0.1


def test_injected_rise_mirrors_the_fall() -> None:
    counts, rates = steady_counts(2000, 14)
    found = find_changes(Series.from_matrix(counts[:, ::-1]), PRIOR)
    counts[:, 120:] += np.random.default_rng(15).poisson(2 * rates[:, None], (2000, 36))
    rising = find_changes(Series.from_matrix(counts), PRIOR)
    busy = rates > 0.5
    assert (rising.p_rose[busy] > 0.9).mean() > 0.95
    assert (found.p_rose[busy] > 0.9).mean() < 0.02


def test_probabilities_are_calibrated() -> None:
    """Series drawn from the model itself: of those with p_changed near q, a share q did change."""
    rng = np.random.default_rng(16)
    n, weeks = 20_000, 60
    changed = rng.random(n) < 0.2
    c = rng.integers(1, weeks, n)
    before, now = rng.gamma(PRIOR.shape, 1 / PRIOR.rate, (2, n))
    later = changed[:, None] & (np.arange(weeks) >= c[:, None])
    counts = rng.poisson(np.where(later, now[:, None], before[:, None]))
    found = find_changes(Series.from_matrix(counts), PRIOR)
    fell = changed & (now <= 0.7 * before)
    for p, truth in ((found.p_changed, changed), (found.p_fell, fell)):
        for low, high in ((0, 0.1), (0.1, 0.3), (0.3, 0.6), (0.6, 0.9), (0.9, 1.01)):
            of = (p >= low) & (p < high)
            error = np.sqrt(p[of].mean() * (1 - p[of].mean()) / of.sum())
            assert truth[of].mean() == pytest.approx(p[of].mean(), abs=4 * error + 0.01)


def test_closed_weeks_are_no_fall() -> None:
    exposure = np.ones(WEEKS)
    exposure[-20:] = 0.0
    counts = np.random.default_rng(17).poisson(2 * exposure, (200, WEEKS))
    blind = find_changes(Series.from_matrix(counts), PRIOR)
    knowing = find_changes(Series.from_matrix(counts, exposure=exposure), PRIOR)
    assert (blind.p_fell > 0.9).all()
    assert (knowing.p_fell > 0.9).mean() < 0.02


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
        lambda: Series(np.ones(3, np.int32), np.array([0, 2])),
        lambda: Series(np.ones(3, np.int32), np.array([0, 4, 3])),
        lambda: Series(np.ones(3, np.int32), np.array([], np.int64)),
    ],
)
def test_broken_series_are_refused(broken: Callable[[], Series]) -> None:
    with pytest.raises(InvalidSetting):
        find_changes(broken(), PRIOR)


@pytest.mark.parametrize(
    ("prior", "rule"),
    [
        (RatePrior(0, 1), ChangeRule()),
        (RatePrior(1, np.inf), ChangeRule()),
        (PRIOR, ChangeRule(p_change=1)),
        (PRIOR, ChangeRule(fall=0)),
        (PRIOR, ChangeRule(block=-1)),
    ],
)
def test_impossible_settings_are_refused(prior: RatePrior, rule: ChangeRule) -> None:
    with pytest.raises(InvalidSetting):
        find_changes(Series.from_matrix([[1, 2]]), prior, rule=rule)


def test_no_series() -> None:
    found = find_changes(Series(np.empty(0, np.int32), np.zeros(1, np.int64)), PRIOR)
    assert len(found.p_fell) == len(found.ratio) == 0
