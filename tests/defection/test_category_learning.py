"""What is learnt of categories on top of their forecast, and when it is not believed."""

from __future__ import annotations

import numpy as np
import pytest

from mainstay.defection.category_learning import Fall, Seen, learn_left
from mainstay.defection.scores import auc

AT = [100 * step for step in range(6)]
NOW = 700


def seen(at: int, n: int, rng: np.random.Generator, *, tells: float) -> tuple[Seen, np.ndarray]:
    """Categories of which one in ten is left; a feature tells which, and the forecast nothing."""
    features = rng.normal(size=(n, 5)) + at / 100  # all of them move with time
    odds = -2.4 + tells * (features[:, 1] - at / 100)
    truth = 1 / (1 + np.exp(-odds))
    p = np.clip(rng.normal(0.1, 0.01, n), 0.05, 0.2)
    came = rng.random(n) < truth
    return Seen(at, features, p, np.full(n, at + 91), came), came


def none(n: int) -> Fall:
    return Fall(np.zeros(n), np.zeros(n))


def past(rng: np.random.Generator, tells: float, n: int = 800) -> list[Seen]:
    return [seen(at, n, rng, tells=tells)[0] for at in AT]


def test_it_learns_who_leaves_and_keeps_the_level() -> None:
    rng = np.random.default_rng(1)
    slices = past(rng, 1.0)
    now, came = seen(NOW, 2000, rng, tells=1.0)
    p = learn_left(slices, now, none(2000), 1.0)
    assert auc(came, p) > 0.7 > 0.55 > auc(came, now.p)
    level = np.mean(np.concatenate([s.came for s in slices]))
    assert p.mean() == pytest.approx(level, abs=0.002)


def test_what_gains_nothing_is_not_believed() -> None:
    rng = np.random.default_rng(2)
    now, _ = seen(NOW, 500, rng, tells=0.0)
    learnt = learn_left(past(rng, 0.0, 200), now, none(500), 1.0)
    # As the forecast has them, moved together.
    assert (np.diff(learnt[np.argsort(now.p)]) >= 0).all()


def test_with_few_left_the_forecast_stands() -> None:
    rng = np.random.default_rng(3)
    now, _ = seen(NOW, 50, rng, tells=1.0)
    fall = Fall(np.where(np.arange(50) < 5, 0.8, 0.0), np.full(50, 0.9))
    for slices in ([], past(rng, 1.0, 10)):
        p = learn_left(slices, now, fall, 1.0)
        assert p[:5] == pytest.approx(0.8 * 0.9 + 0.2 * now.p[:5])
        assert (p[5:] == now.p[5:]).all()


def test_what_the_changepoint_sees_is_never_learnt_away() -> None:
    rng = np.random.default_rng(4)
    now, _ = seen(NOW, 400, rng, tells=1.0)
    fall = Fall(np.where(np.arange(400) == 7, 0.95, 0.0), np.full(400, 0.9))
    p = learn_left(past(rng, 1.0), now, fall, 1.0)
    assert p.argmax() == 7
    assert p[7] > 0.5


def test_the_order_of_the_rows_changes_nothing() -> None:
    rng = np.random.default_rng(5)
    slices = past(rng, 1.0)
    now, _ = seen(NOW, 333, rng, tells=1.0)
    other = rng.permutation(333)
    turned = Seen(NOW, now.features[other], now.p[other], now.end[other])
    p = learn_left(slices, now, none(333), 1.0)
    assert (learn_left(slices, turned, none(333), 1.0) == p[other]).all()


def test_no_label_reaches_beyond_the_date() -> None:
    rng = np.random.default_rng(6)
    late, _ = seen(NOW - 30, 100, rng, tells=1.0)
    now, _ = seen(NOW, 10, rng, tells=1.0)
    with pytest.raises(ValueError, match="beyond the date"):
        learn_left([late], now, none(10), 1.0)
