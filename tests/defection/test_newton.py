"""The search for the lowest point, on functions whose lowest point is known."""

from __future__ import annotations

import numpy as np
import pytest

from mainstay.defection.estimators.newton import Lowest, lowest

Parts = tuple[float, np.ndarray, np.ndarray]


def rosenbrock(point: np.ndarray) -> Parts:
    """A bent valley; lowest, 0, at (1, 1)."""
    x, y = point
    value = (1 - x) ** 2 + 100 * (y - x * x) ** 2
    slope = [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]
    curvature = [[2 - 400 * (y - 3 * x * x), -400 * x], [-400 * x, 200.0]]
    return value, np.array(slope), np.array(curvature)


def quadratic(matrix: np.ndarray, centre: np.ndarray) -> object:
    def parts(point: np.ndarray) -> Parts:
        away = point - centre
        return float(away @ matrix @ away) / 2, matrix @ away, matrix

    return parts


def test_bent_valley_to_its_end() -> None:
    found = lowest(rosenbrock, np.array([-1.2, 1.0]), bound=20.0)
    assert found.inner
    assert found.point == pytest.approx([1.0, 1.0], abs=1e-9)
    assert found.value == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize("n", [1, 2, 4, 6])
def test_quadratic_in_any_number_of_parameters(n: int) -> None:
    rng = np.random.default_rng(n)
    square = rng.normal(size=(n, n))
    matrix, centre = square @ square.T + 0.1 * np.eye(n), rng.normal(size=n) * 5
    found = lowest(quadratic(matrix, centre), np.zeros(n), bound=50.0)
    assert found.inner
    assert found.point == pytest.approx(centre, abs=1e-9)
    assert found.covariance() == pytest.approx(np.linalg.inv(matrix), rel=1e-9)


def test_out_of_a_saddle() -> None:
    """x⁴ − x² + y²: curved downwards where it begins; lowest at x = ± √½."""

    def parts(point: np.ndarray) -> Parts:
        x, y = point
        slope = np.array([4 * x**3 - 2 * x, 2 * y])
        return x**4 - x * x + y * y, slope, np.diag([12 * x * x - 2, 2.0])

    found = lowest(parts, np.array([0.01, 1.0]), bound=20.0)
    assert found.inner
    assert abs(found.point[0]) == pytest.approx(0.5**0.5, abs=1e-9)
    assert found.point[1] == pytest.approx(0.0, abs=1e-9)


def test_no_lowest_point_is_said() -> None:
    """e^(−x) falls for ever: the search ends at the bound, and does not call it an optimum."""

    def parts(point: np.ndarray) -> Parts:
        fall = np.exp(-point[0])
        return fall, np.array([-fall]), np.array([[fall]])

    found = lowest(parts, np.array([0.0]), bound=12.0)
    assert not found.inner
    assert 8 < found.point[0] <= 12


def test_a_valley_that_falls_off_for_ever_is_given_up() -> None:
    """1 + (x − y)² + 1e-3 / (x + y): ever lower along x = y, by ever less."""
    steps = []

    def parts(point: np.ndarray) -> Parts:
        steps.append(point)
        apart, along = point[0] - point[1], point[0] + point[1]
        end = 1e-3 / along
        d, e = np.array([1.0, -1.0]), np.array([1.0, 1.0])
        slope = 2 * apart * d - end / along * e
        curvature = 2 * np.outer(d, d) + 2 * end / along**2 * np.outer(e, e)
        return 1.0 + apart**2 + end, slope, curvature

    assert not lowest(parts, np.array([3.0, 1.0]), bound=1e6).inner
    assert len(steps) < 60


def test_begins_outside_and_meets_what_has_no_value() -> None:
    """x − log x from beyond the bound; a step to x ≤ 0 has no value and is taken back."""

    def parts(point: np.ndarray) -> Parts:
        x = point[0]
        if x <= 0:
            return np.nan, np.array([np.nan]), np.array([[np.nan]])
        return x - np.log(x), np.array([1 - 1 / x]), np.array([[1 / (x * x)]])

    found = lowest(parts, np.array([300.0]), bound=3.0)
    assert found.inner
    assert found.point == pytest.approx([1.0], abs=1e-9)


def test_no_value_where_it_begins() -> None:
    nowhere = (np.nan, np.full(1, np.nan), np.full((1, 1), np.nan))
    assert not lowest(lambda point: nowhere, np.array([1.0]), bound=3.0).inner


def test_covariance_needs_a_bowl() -> None:
    assert Lowest(np.zeros(2), 0.0, np.diag([1.0, -1.0]), inner=False).covariance() is None
