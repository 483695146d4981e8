"""The choice: never beyond a limit, as good as looking at all choices, and honest about the rest."""

import os
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st

from mainstay.plays import choice
from mainstay.plays.choice import choose, relax
from mainstay.plays.programme import Floor, Programme, greedy


def programme(accounts, value, uses, there_is, floors=()):
    """uses: (n_options, n_limits)"""
    uses = np.asarray(uses, float)
    option, limit = np.nonzero(uses)
    return Programme(
        np.asarray(accounts),
        np.asarray(value, float),
        option,
        limit,
        uses[option, limit],
        np.asarray(there_is, float),
        floors,
    )


@st.composite
def programmes(draw, most=9):
    n, m = draw(st.integers(1, most)), draw(st.integers(1, 3))
    numbers = st.integers(0, 9).map(float)
    return programme(
        draw(st.lists(st.integers(0, 4), min_size=n, max_size=n)),
        draw(st.lists(st.integers(-5, 20).map(float), min_size=n, max_size=n)),
        draw(st.lists(st.lists(numbers, min_size=m, max_size=m), min_size=n, max_size=n)),
        draw(st.lists(st.integers(-2, 15).map(float), min_size=m, max_size=m)),
    )


def best_of_all(p):
    """By looking at every choice."""
    best = 0.0
    a = p.uses.toarray()
    room = np.maximum(p.there_is, 0)
    for taken in product([False, True], repeat=p.n_options):
        x = np.array(taken)
        once = len(set(p.account[x])) == x.sum()
        if once and (a @ x <= room + 1e-9).all():
            best = max(best, float(p.value[x].sum()))
    return best


def assert_holds(p, found):
    used = p.uses @ found.taken.astype(float)
    assert (used <= np.maximum(p.there_is, 0) + 1e-6).all()
    _, times = np.unique(p.account[found.taken], return_counts=True)
    assert (times <= 1).all()
    assert (p.value[found.taken] > 0).all()
    assert found.value == pytest.approx(p.value[found.taken].sum())
    assert found.bound >= found.value - 1e-6
    assert (found.price >= 0).all()


@settings(max_examples=60, deadline=None)
@given(programmes())
def test_the_choice_is_the_best_of_all_and_breaks_no_limit(p):
    found = choose(p)
    assert_holds(p, found)
    assert found.value == pytest.approx(best_of_all(p))


@settings(max_examples=40, deadline=None)
@given(programmes(), st.integers(0, 2), st.integers(1, 10))
def test_more_hours_never_lower_the_value(p, which, more):
    there_is = p.there_is.copy()
    there_is[which % p.n_limits] += more
    assert choose(replace(p, there_is=there_is)).value >= choose(p).value - 1e-6


def many(seed, n=400, people=12):
    rng = np.random.default_rng(seed)
    account = np.repeat(np.arange(n), 4)
    value = np.exp(rng.normal(5, 1.5, 4 * n)) - 100
    option = np.arange(4 * n)
    who = np.repeat(rng.integers(0, people, n), 4)
    hours = rng.choice([1.0, 1.5, 2.5, 4.0, 6.0], 4 * n)
    senior = rng.random(4 * n) < 0.2
    return Programme(
        account,
        value,
        np.concatenate([option, option[senior]]),
        np.concatenate([who, np.full(senior.sum(), people)]),
        np.concatenate([hours, np.full(senior.sum(), 2.0)]),
        np.concatenate([np.full(people, 12.0), [15.0]]),
    )


def test_many_options_come_near_the_bound_and_beat_the_greedy_way(monkeypatch):
    monkeypatch.setattr(choice, "EXACT_OPTIONS", 10)
    monkeypatch.setattr(choice, "LEAST_CORE", 200)
    for seed in range(3):
        p = many(seed)
        found = choose(p)
        assert_holds(p, found)
        assert found.gap < 0.03
        assert found.value > greedy(p).value
        assert relax(p).value == pytest.approx(found.bound, rel=1e-3)


def test_the_same_options_give_the_same_choice(monkeypatch):
    monkeypatch.setattr(choice, "EXACT_OPTIONS", 10)
    assert (choose(many(5)).taken == choose(many(5)).taken).all()


def test_nothing_is_chosen_where_nothing_is_worth_it_or_nothing_is_there():
    p = programme([0, 1], [-1, 0], [[1], [1]], [10])
    assert not choose(p).taken.any()
    assert not choose(programme([0], [5], [[1]], [0])).taken.any()
    assert not choose(programme([0], [5], [[1]], [-3])).taken.any()
    empty = programme(np.zeros(0, int), [], np.zeros((0, 2)), [1, 1])
    assert choose(empty).value == 0 == relax(empty).value


def test_what_takes_nothing_of_what_is_gone_is_still_chosen():
    found = choose(programme([0, 1], [5, 5], [[1, 0], [0, 1]], [-3, 2]))
    assert found.taken.tolist() == [False, True]


def small_and_large(least):
    """Large accounts are worth more for the same hours; a floor asks for hours of small ones."""
    hours = np.full(6, 2.0)
    brings = np.array([0, 0, 0, 2, 2, 2.0])
    return programme(
        range(6), [90, 80, 70, 9, 8, 7], hours[:, None], [6], (Floor("small", brings, least),)
    )


def test_a_floor_is_held_where_it_can_be():
    assert choose(small_and_large(0.0)).taken.tolist() == [True] * 3 + [False] * 3
    found = choose(small_and_large(2.0))
    assert found.taken.tolist() == [True, True, False, True, False, False]
    assert found.given_up == ()


def test_a_floor_beyond_the_hours_is_given_up_by_name_and_the_rest_stands():
    found = choose(small_and_large(8.0))
    assert found.given_up == ("small",)
    assert found.taken.tolist() == [True] * 3 + [False] * 3


def test_of_two_floors_that_contradict_the_last_is_given_up():
    p = small_and_large(4.0)
    rescue = Floor("rescue", np.array([1, 1, 0, 0, 0, 0.0]), 2.0)
    found = choose(replace(p, floors=(rescue, *p.floors)))
    assert found.given_up == ("small",)
    assert found.taken[:2].all()


def test_floors_of_many_options_are_nearly_held(monkeypatch):
    monkeypatch.setattr(choice, "EXACT_OPTIONS", 10)
    p = many(1)
    small = (p.account % 3 == 0).astype(float)
    without = choose(p)
    least = small[without.taken].sum() + 5
    found = choose(replace(p, floors=(Floor("small", small, least),)))
    assert_holds(p, found)
    assert found.given_up == ()
    assert small[found.taken].sum() >= least - 2
    unheld = choose(replace(p, floors=(Floor("small", small, 1000.0),)))
    assert unheld.given_up == ("small",)
    assert unheld.value == pytest.approx(without.value)


@pytest.mark.parametrize("solver", ["milp", "linprog"])
def test_what_the_solver_prints_is_not_among_the_answer(solver, monkeypatch, capfd):
    """HiGHS prints a line of its own in some problems, past Python and whatever its options say."""
    real = getattr(scipy.optimize, solver)

    def talks(*args, **options):
        os.write(1, b"HighsMipSolverData::transformNewIntegerFeasibleSolution tmpSolver.run();\n")
        return real(*args, **options)

    monkeypatch.setattr(scipy.optimize, solver, talks)
    assert choose(programme([0], [5], [[1]], [1])).taken.all()
    os.write(1, b"the answer")
    said = capfd.readouterr()
    assert said.out == "the answer"
    assert "tmpSolver" in said.err
