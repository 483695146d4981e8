"""When purchases fell, of histories whose fall is known."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from scipy.integrate import quad
from scipy.stats import gamma

from mainstay.causes.declines import FALLS, MATCH, OTHERS, OVER, SLOPES, declines, season_of
from mainstay.causes.purchases import PERIODS, YEAR_PERIODS, Purchases

Floats = npt.NDArray[np.float64]
AS_OF = date(2024, 7, 1)


def bought(amount: Floats, pairs: list[tuple[int, str, Floats]] | None = None) -> Purchases:
    """Purchases of accounts that were there from the beginning."""
    pairs = pairs or [(i, "all", row) for i, row in enumerate(amount)]
    owner = np.array([a for a, _, _ in pairs])
    names = pa.array([c for _, c, _ in pairs]).dictionary_encode()
    return Purchases(
        AS_OF,
        amount,
        np.zeros(len(amount), np.int64),
        np.bincount(owner, minlength=len(amount)),
        owner,
        np.asarray(names.indices, np.int64),
        np.array([row for _, _, row in pairs]),
        names.dictionary,
        0,
    )


def histories(n: int, fall_at: int | None, left: float, seed: int = 1) -> Floats:
    rng = np.random.default_rng(seed)
    mean = np.full((n, PERIODS), 1000.0)
    if fall_at is not None:
        mean[:, fall_at:] *= left
    return mean * rng.gamma(8.0, 1 / 8.0, mean.shape)


def test_a_fall_is_seen_where_it_was() -> None:
    found = declines(bought(np.vstack([histories(200, 25, 0.4), histories(800, None, 1.0, 9)])))
    when = found.ratio[:200].argmax(axis=1)
    assert np.mean(np.abs(when - 25) <= 3) > 0.85
    assert np.median(found.ratio[:200].max(axis=1)) > 1e3
    assert found.before[:200, 25].mean() == pytest.approx(1000, rel=0.05)
    assert found.after[:200, 25].mean() == pytest.approx(400, rel=0.05)


def test_steady_and_growing_accounts_show_no_fall() -> None:
    steady = declines(bought(histories(300, None, 1.0))).ratio
    growing = declines(bought(histories(300, 20, 2.0))).ratio
    # The mean over all beginnings: what a fall at any time would gain by them.
    assert np.median(steady.mean(axis=1)) < 1.0
    assert np.mean(steady.mean(axis=1) > 10) < 0.02
    assert np.median(growing.mean(axis=1)) < 0.1


def test_who_stops_altogether_is_seen() -> None:
    amount = histories(1, None, 1.0)
    amount[:, 33:] = 0.0
    assert declines(bought(amount)).ratio.argmax() == 33


def test_no_fall_before_three_periods_are_known_and_none_of_who_never_bought() -> None:
    amount = np.vstack([histories(1, 5, 0.1), np.zeros((1, PERIODS))])
    some = bought(amount)
    some.begun[0] = 4
    ratio = declines(some).ratio
    assert not ratio[0, :7].any()
    assert ratio[0, 7:].any()
    assert not ratio[1].any()


def test_the_season_is_no_fall() -> None:
    season = 1 + 0.6 * np.sin(2 * np.pi * np.arange(PERIODS) / YEAR_PERIODS)
    amount = histories(300, None, 1.0) * season
    some = bought(amount)
    assert np.corrcoef(season_of(some), season)[0, 1] > 0.99
    assert np.mean(declines(some).ratio.mean(axis=1) > 10) < 0.05


def test_the_category_that_fell_speaks_for_its_own_causes() -> None:
    paint, tools = histories(1, 25, 0.1, seed=2), histories(1, None, 1.0, seed=3)
    found = declines(bought(paint + tools, [(0, "paint", paint[0]), (0, "tools", tools[0])]))
    assert found.match[0, 25] > 1.6
    assert found.match[1, 25] == MATCH[0]


def test_the_ratio_is_that_of_the_integrals() -> None:
    """One account and one beginning, integrated by quadrature over the unknown mean."""
    z = np.zeros(PERIODS)
    z[-8:] = [9, 11, 10, 10, 4, 3, 5, 4]
    one, first = np.array([1]), np.array([0])
    some = Purchases(
        AS_OF, z[None], np.array([31]), one, first, first, z[None], pa.array(["c"]), 31
    )
    found = declines(some)
    grain = ((np.diff(z[31:]) ** 2).sum() / 14) / z[31:].mean()
    grain = max(grain, 0.1 * z[31:].mean())
    counts = z[31:] / grain
    prior = gamma(a=1.0, scale=counts.mean())

    def evidence(ratios: list[float], tau: int, slopes: tuple[int, ...]) -> float:
        def of(share: float, over: int) -> float:
            since = np.arange(8) - tau + 1
            course = share ** np.clip(since / over, 0, 1)

            def density(mean: float) -> float:
                means = mean * course
                return float(np.exp((counts * np.log(means) - means).sum()) * prior.pdf(mean))

            return quad(density, 0, 40 * counts.mean(), limit=400)[0]

        return float(np.mean([of(r, s) for r in ratios for s in slopes]))

    steady = evidence([1.0], 0, (1,))
    others = np.mean([evidence(list(OTHERS), t, OVER) for t in range(3, 8)])
    for tau in (3, 4, 6):
        expected = evidence(list(FALLS), tau, SLOPES) / (0.5 * steady + 0.5 * others)
        assert found.ratio[0, 31 + tau] == pytest.approx(expected, rel=1e-3)


def test_a_slow_fall_is_dated_to_its_beginning() -> None:
    amount = histories(200, None, 1.0, seed=4)
    amount[:, 15:] *= 0.1 ** np.clip(np.arange(1, PERIODS - 14) / 12, 0, 1)
    found = declines(bought(np.vstack([amount, histories(800, None, 1.0, 9)])))
    when = found.ratio[:200].argmax(axis=1)
    assert abs(np.median(when) - 15) <= 2
    assert found.after[:200, 15].mean() == pytest.approx(100, rel=0.1)


def test_a_sudden_stop_after_years_as_ever_is_where_it_stopped() -> None:
    """So sure that beginnings a year apart would overflow alike."""
    amount = histories(1, None, 1.0) * np.where(np.arange(PERIODS) < 23, 1.0, 0.0)
    ratio = declines(bought(amount)).ratio
    assert ratio.argmax() == 23
    assert ratio[0, :22].sum() < 0.1 * ratio[0, 23]


def test_before_is_the_year_before() -> None:
    amount = histories(1, None, 1.0)
    amount[:, :15] *= 0.1  # it grew, and fell long after
    amount[:, 30:] *= 0.3
    found = declines(bought(amount))
    assert found.before[0, 30] == pytest.approx(amount[0, 17:30].mean())
    assert found.before[0, 15] == pytest.approx(amount[0, 2:15].mean())
