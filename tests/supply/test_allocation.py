"""Who gets short stock: against brute force, linear programmes and sums by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import product as every

import numpy as np
import pytest
from scipy.optimize import linprog, minimize

from mainstay.supply import lots
from mainstay.supply.allocation import allocate, pinned
from mainstay.supply.floors import largest_share, possible
from mainstay.supply.sharing import shared
from mainstay.supply.types import Shelf, Wanted
from mainstay.supply.value_of_supply import Stakes, coefficients


def lines(n: int = 4, products: int = 1, **changes: object) -> Wanted:
    given: dict[str, object] = {
        "product": np.repeat(np.arange(products), n // products),
        "wanted": np.full(n, 10.0),
        "step": np.ones(n),
        "least": np.zeros(n),
        "early": np.arange(n),
        "owed": np.zeros(n),
        "small": np.zeros(n, bool),
        "a": np.linspace(1.0, 2.0, n),
        "b": np.full(n, 0.05),
        "favour": np.ones(n),
    }
    return Wanted(**(given | changes))  # type: ignore[arg-type]


def shelf(*available: float, floor: float = 0.0) -> Shelf:
    return Shelf(np.array(available), np.full(len(available), floor))


def brute(wanted: Wanted, there: float, floor: float = 0.0) -> float:
    """The least loss in whole lots, all of them tried."""
    options = [
        [x for x in [*np.arange(0, w, s), w] if x == 0 or x >= least]
        for w, s, least in zip(wanted.wanted, wanted.step, wanted.least, strict=True)
    ]
    best = np.inf
    for some in every(*options):
        given = np.array(some)
        if given.sum() <= there + 1e-9 and given[wanted.small].sum() >= floor - 1e-9:
            best = min(best, float((wanted.favour * wanted.lost(given)).sum()))
    return best


@pytest.mark.parametrize("seed", range(6))
def test_few_lots_are_shared_out_as_well_as_can_be(seed: int) -> None:
    rng = np.random.default_rng(seed)
    wanted = lines(
        wanted=rng.integers(5, 30, 4).astype(float),
        step=rng.choice([3.0, 5.0], 4),
        least=rng.choice([0.0, 6.0], 4),
        a=rng.random(4) * 3,
        b=rng.random(4) / 10,
        small=np.array([True, False, False, True]),
    )
    wanted = replace(wanted, least=np.minimum(wanted.least, wanted.wanted))
    there = float(np.floor(wanted.wanted.sum() * 0.6))
    made = allocate(wanted, shelf(there))
    assert made.given.sum() <= there + 1e-9
    loss = float(wanted.lost(made.given).sum())
    assert loss == pytest.approx(
        brute(wanted, there), rel=2e-3, abs=2e-3 * wanted.lost(0 * made.given).sum()
    )
    assert made.saved[0] <= made.bound[0] + 1e-9
    assert made.gap <= 0.005


@pytest.mark.parametrize("floor", [0.0, 12.0])
def test_the_best_shares_are_those_of_a_general_solver(floor: float) -> None:
    rng = np.random.default_rng(3)
    small = np.arange(6) < 3
    wanted = lines(6, a=rng.random(6) * 2 + (~small), b=rng.random(6) / 10 + 0.01, small=small)
    on = shelf(30.0, floor=floor)
    found = shared(wanted, on, possible(wanted, on))
    bounds = [(0, w) for w in wanted.wanted]
    limits = [
        {"type": "ineq", "fun": lambda x: 30.0 - x.sum()},
        {"type": "ineq", "fun": lambda x: x[small].sum() - floor},
    ]
    other = minimize(
        lambda x: wanted.lost(x).sum(), np.full(6, 5.0), bounds=bounds, constraints=limits
    )
    assert wanted.lost(found.x).sum() == pytest.approx(other.fun, rel=1e-5)
    assert found.x.sum() == pytest.approx(30.0)
    assert found.x[small].sum() >= floor - 1e-6
    assert bool(found.held[0]) == (floor > 0)


def test_the_floor_of_small_accounts_is_held_in_lots() -> None:
    small = np.array([True, True, False, False])
    wanted = lines(small=small, a=np.array([1.0, 1.0, 9.0, 9.0]), step=np.full(4, 3.0))
    without = allocate(wanted, shelf(20.0))
    assert without.given[small].sum() == 0
    made = allocate(wanted, shelf(20.0, floor=8.0))
    assert made.given[small].sum() >= 8.0
    assert made.given.sum() <= 20.0
    assert set(made.given % 3) <= {0.0, 1.0}  # whole lots, or all ten


def test_what_is_impossible_gives_way_by_the_least_units() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        small = rng.random(5) < 0.5
        owed = rng.integers(0, 10, 5).astype(float)
        wanted = lines(5, small=small, owed=owed)
        there, floor = float(rng.integers(5, 40)), 6.0 * small.sum()
        least = possible(wanted, shelf(there, floor=floor))
        # x of each line, then what the floor and each contract are lowered by: contracts weigh more.
        cost = np.concatenate([np.zeros(5), [1.0], np.full(5, 100.0)])
        rows = np.zeros((7, 11))
        rows[0, :5] = 1
        rows[1, :5], rows[1, 5] = -small.astype(float), -1
        rows[2:, :5], rows[2:, 6:] = -np.eye(5), -np.eye(5)
        right = np.concatenate([[there, -min(floor, 10.0 * small.sum())], -owed])
        bounds = [(0, 10)] * 5 + [(0, None)] * 6
        lp = linprog(cost, A_ub=rows, b_ub=right, bounds=bounds)
        assert float(least.owed_short[0]) == pytest.approx(lp.x[6:].sum(), abs=1e-6)
        if not least.owed_short[
            0
        ]:  # else all contracts give way alike, and nothing is left to choose
            assert float(least.floor_short[0]) == pytest.approx(lp.x[5], abs=1e-6)


def test_the_largest_floor_that_is_possible() -> None:
    wanted = lines(small=np.array([True, True, False, False]), owed=np.array([0, 0, 10.0, 0]))
    on = shelf(15.0, floor=12.0)
    least = possible(wanted, on)
    assert least.floor[0] == 5.0
    assert least.floor_short[0] == 7.0
    assert largest_share(wanted, on, least)[0] == pytest.approx(5 / 20)
    made = allocate(wanted, on)
    assert made.given[2] == 10.0
    assert made.given[:2].sum() == 5.0


def test_contracts_come_first_whatever_they_are_worth() -> None:
    wanted = lines(owed=np.array([10.0, 0, 0, 0]), a=np.array([0.01, 5.0, 5.0, 5.0]))
    assert allocate(wanted, shelf(12.0)).given[0] == 10.0


def test_between_two_alike_the_core_account_comes_first() -> None:
    alike = lines(2, a=np.ones(2), b=np.zeros(2))
    core = replace(alike, favour=np.array([1.0, 1.1]))
    assert allocate(core, shelf(10.0)).given.tolist() == [0.0, 10.0]


def test_first_come_and_pro_rata() -> None:
    wanted = lines(3, early=np.array([2, 0, 1]), step=np.full(3, 4.0))
    assert lots.first_come(wanted, np.array([17.0])).tolist() == [0.0, 10.0, 4.0]
    shares = lots.pro_rata(wanted, np.array([17.0]))
    assert sorted(shares.tolist()) == [4.0, 4.0, 8.0]
    assert shares[1] == 8.0  # what is left over goes to who ordered first


def test_many_lines_come_near_the_bound_and_give_the_same_twice() -> None:
    rng = np.random.default_rng(1)
    n = 3000
    at = np.sort(rng.integers(0, 30, n))
    wanted = lines(
        n,
        product=at,
        wanted=rng.integers(1, 60, n).astype(float),
        step=rng.choice([1.0, 6.0], n),
        a=np.exp(rng.normal(0, 0.7, n)),
        small=rng.random(n) < 0.5,
    )
    total = np.bincount(at, wanted.wanted, 30)
    on = Shelf(np.floor(total * 0.5), 0.4 * np.bincount(at, wanted.wanted * wanted.small, 30))
    made = allocate(wanted, on)
    assert made.gap < 0.005
    assert (np.bincount(at, made.given, 30) <= on.available + 1e-6).all()
    assert (np.bincount(at, made.given * wanted.small, 30) >= made.least.floor - 1e-6).all()
    assert (allocate(wanted, on).given == made.given).all()


def test_what_a_person_sets_stays_and_the_rest_is_shared_anew() -> None:
    wanted = lines()
    free = allocate(wanted, shelf(20.0))
    made = pinned(wanted, shelf(20.0), {0: 9.0})
    assert made.given[0] == 9.0
    assert made.given.sum() == pytest.approx(20.0)
    assert wanted.lost(made.given).sum() >= wanted.lost(free.given).sum() - 1e-9


def test_what_a_shortage_costs() -> None:
    # A quarter of 1,000 in which 100 is margin; one unit of 10 is a point; 20 of them are wanted.
    plain = [np.array([x]) for x in (10.0, 2.0, 1000.0, 100.0, 0.0, 0.0)]
    one = Stakes(*plain, np.array([False]), np.array([1.0]), np.array([20.0]))
    a, b = coefficients(one)
    # All of it missing: 20 points at 4% of 100, and 20 units at 2; half of it: a quarter of that, and 10 units.
    assert a[0] * 20 + b[0] * 400 == pytest.approx(80 + 40)
    assert a[0] * 10 + b[0] * 100 == pytest.approx(20 + 20)
    before = coefficients(replace(one, before=np.array([10.0])))
    assert before[1][0] == pytest.approx(1.1 * b[0])
    promised = coefficients(replace(one, promised=np.array([True])))
    assert promised[1][0] == pytest.approx(1.5 * b[0])
    blamed = coefficients(replace(one, p_delivery=np.array([0.5])))
    assert blamed[1][0] == pytest.approx(1.5 * b[0])
    shaky = coefficients(replace(one, risk=np.array([3.0])))
    assert shaky[1][0] == pytest.approx(2 * b[0])
    for other in (before, promised, blamed, shaky):
        assert other[0] == a
