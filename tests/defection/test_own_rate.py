"""Changes beside an account's own rate: large accounts among many small ones that order alike."""

from __future__ import annotations

import numpy as np
import pytest

from mainstay.defection.changepoint import Changes, RatePrior, Series, find_changes
from mainstay.defection.own_rate import own_prior

# Peers that order alike, about every 20 weeks.
PEERS = RatePrior(4.0, 80.0)
WEEKS = 156


def orders(
    rate: float, *, n: int = 40, times: float = 1.0, last: int = 26, seed: int = 3
) -> Series:
    """n accounts that order at random so often a week, `times` as often in the last weeks."""
    rng = np.random.default_rng(seed)
    weeks = np.full((n, WEEKS), rate)
    weeks[:, WEEKS - last :] *= times
    return Series.from_matrix(rng.poisson(weeks))


def both(series: Series) -> tuple[Changes, Changes]:
    return find_changes(series, PEERS), find_changes(series, own_prior(series, PEERS))


@pytest.mark.parametrize("rate", [0.5, 1.5, 5.0])
def test_a_steady_account_that_orders_much_oftener_than_its_peers_is_not_growing(
    rate: float,
) -> None:
    by_peers, own = both(orders(rate))
    assert np.mean(own.p_rose >= 0.5) <= 0.05
    assert np.median(own.ratio) == pytest.approx(1.0, abs=0.1)
    if rate > 1.0:  # or this test would say nothing
        assert np.mean(by_peers.p_rose >= 0.5) > 0.9


def test_one_that_truly_doubled_is_seen() -> None:
    _, own = both(orders(1.5, times=2.0))
    assert np.mean(own.p_rose >= 0.5) >= 0.85
    assert np.median(own.ratio) == pytest.approx(2.0, abs=0.4)


def test_a_fall_of_a_large_account_is_not_hidden_by_what_its_peers_order() -> None:
    by_peers, own = both(orders(1.5, times=0.4))
    assert np.mean(by_peers.p_fell >= 0.5) < 0.05
    assert np.mean(own.p_fell >= 0.5) >= 0.8
    _, steady = both(orders(1.5))
    assert np.mean(steady.p_fell >= 0.5) <= 0.05


def test_who_orders_about_as_often_as_its_peers_keeps_their_prior() -> None:
    series = Series(np.array([10.0, 60.0, 110.0, 150.0]), np.array([0, 4, 4]), np.full(2, 156.0))
    prior = own_prior(series, PEERS)
    assert np.allclose(prior.shape, PEERS.shape)
    assert np.allclose(prior.rate, PEERS.rate)


def test_the_prior_of_a_large_account_lies_at_half_its_own_rate() -> None:
    prior = own_prior(orders(2.0, n=5), PEERS)
    assert np.allclose(prior.shape / prior.rate, 1.0, rtol=0.2)
