"""Curves of what is not over yet, reckoned by hand."""

from __future__ import annotations

import numpy as np
import pytest

from mainstay.standing.survival import survival


def test_curve_and_greenwood_by_hand():
    time = np.array([1.0, 2, 2, 3, 4, 5])
    done = np.array([True, True, True, False, True, False])
    left, variance, gone = survival(np.zeros(6, np.int64), time, done, 1).at(
        np.array([0.5, 1, 2, 3.5, 4, 9]), 1
    )
    assert left[0] == pytest.approx([1, 5 / 6, 3 / 6, 3 / 6, 1 / 4, 1 / 4])
    assert gone[0].tolist() == [0, 1, 3, 3, 4, 4]
    parts = 1 / (6 * 5) + 2 / (5 * 3) + 1 / (2 * 1)
    assert variance[0, 4] == pytest.approx((1 / 4) ** 2 * parts)


def test_who_is_watched_late_counts_from_then_on_alone():
    time = np.array([2.0, 4, 4, 6])
    done = np.array([True, True, False, True])
    entry = np.array([0.0, 0, 3, 5])
    curve = survival(np.zeros(4, np.int64), time, done, 1, entry)
    # At 2 the first two are watched, at 4 the second and third, at 6 the last alone.
    assert curve.at_risk.tolist() == [2, 2, 1, 1]
    assert curve.left == pytest.approx([1 / 2, 1 / 4, 1 / 4, 0], abs=1e-9)


def test_a_group_of_which_nobody_is_known_has_lost_nobody():
    left, variance, gone = survival(
        np.array([1]), np.array([1.0]), np.array([True]), 3
    ).at(np.array([0.0, 2.0]), 3)  # fmt: skip
    assert left[[0, 2]].tolist() == [[1, 1], [1, 1]]
    assert (variance[[0, 2]] == 0).all()
    assert (gone[[0, 2]] == 0).all()
    assert left[1].tolist() == [1, pytest.approx(0, abs=1e-9)]
