"""Money at risk: its mean, its interval on outcomes as they will be, and what it depends on."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from scipy.optimize import brentq

from mainstay.defection import risk
from mainstay.defection.risk import YEAR_WEEKS, AtRisk, Outlook, money_at_risk


def outlook_of(n: int, **values: object) -> Outlook:
    usual = {
        "baseline": 52_000.0,
        "rate": 1000.0,
        "rate_shape": 30.0,
        "grain": 400.0,
        "order": 400.0,
        "regularity": 1.0,
        "p_alive": 0.97,
        "survival": 0.98,
    }
    return Outlook(**{k: np.broadcast_to(v, n).astype(float) for k, v in (usual | values).items()})


def mixed(n: int, seed: int) -> Outlook:
    """Accounts of all sizes and in all conditions."""
    rng = np.random.default_rng(seed)
    rate = np.exp(rng.normal(6, 1.5, n))
    return outlook_of(
        n,
        rate=rate,
        baseline=rate * 52 * rng.uniform(0.9, 1.6, n),
        rate_shape=np.exp(rng.normal(3, 1, n)),
        grain=rate * np.exp(rng.normal(0, 1, n)),
        p_alive=rng.beta(2, 1, n),
        survival=rng.uniform(0.5, 1.0, n),
    )


def weekly_hazard(survival: float) -> float:
    """The h with (1 − e^(−52h)) / 52h = survival, by bisection."""
    if survival > 0.9999:
        return 0.0
    return brentq(lambda h: -np.expm1(-52 * h) / (52 * h) - survival, 1e-9, 100.0, xtol=1e-15)


def outcomes(
    outlook: Outlook, seed: int, weeks: float = YEAR_WEEKS, busy: float = 1.0
) -> np.ndarray:
    """So many weeks of each account: alive or gone already, leaves some day, buys in lumps.

    busy: an ordinary week's worth of a week then
    """
    rng = np.random.default_rng(seed)
    n = len(outlook.rate)
    hazard = np.array([weekly_hazard(s) for s in outlook.survival])
    stays = np.where(hazard > 0, rng.exponential(1 / np.maximum(hazard, 1e-12)), np.inf)
    stayed = np.minimum(stays, weeks) * busy
    rate = rng.gamma(outlook.rate_shape, outlook.rate / outlook.rate_shape)
    lumps = rng.poisson(rate * stayed / outlook.grain)
    bought = np.where(rng.random(n) < outlook.p_alive, lumps * outlook.grain, 0.0)
    return outlook.baseline * (weeks * busy / YEAR_WEEKS) - bought


def covered(found: AtRisk, realised: np.ndarray) -> float:
    rounding = 1e-9 * np.abs(realised) + 1e-6
    return float(((found.low - rounding <= realised) & (realised <= found.high + rounding)).mean())


@pytest.mark.parametrize(
    "outlook",
    [
        outlook_of(4000),
        outlook_of(4000, rate_shape=3.0, grain=50.0),
        outlook_of(4000, survival=0.6, p_alive=1.0, grain=100.0),
        outlook_of(4000, p_alive=0.6, survival=0.9, grain=100.0),
        outlook_of(4000, p_alive=0.3, survival=0.8, grain=100.0, rate_shape=5.0),
        mixed(4000, seed=1),
    ],
    ids=["steady", "hardly known", "leaves in the year", "perhaps gone", "likely gone", "mixed"],
)
def test_interval_holds_four_outcomes_in_five(outlook: Outlook) -> None:
    """On outcomes of the model's own assumptions, drawn by other means."""
    found = money_at_risk(outlook)
    assert 0.75 <= covered(found, outcomes(outlook, seed=2)) <= 0.85


def test_nearly_surely_gone_is_one_outcome() -> None:
    """Nine in ten lose all: that outcome alone is more than the interval must hold."""
    outlook = outlook_of(2000, p_alive=0.1)
    found = money_at_risk(outlook)
    assert (found.high == outlook.baseline).all()
    assert covered(found, outcomes(outlook, seed=3)) >= 0.88
    gone = money_at_risk(outlook_of(1, p_alive=0.0))
    assert gone.money[0] == gone.low[0] == gone.high[0] == 52_000


def test_money_is_the_mean_of_the_losses() -> None:
    outlook = outlook_of(60_000, p_alive=0.8, survival=0.7, rate_shape=4.0)
    found = money_at_risk(outlook)
    realised = outcomes(outlook, seed=4)
    error = realised.std() / np.sqrt(len(realised))
    assert found.money[0] == pytest.approx(realised.mean(), abs=4 * error)
    assert found.expected == pytest.approx(outlook.baseline - found.money)


def test_signed_and_inside_its_interval() -> None:
    outlook = mixed(500, seed=5)
    found = money_at_risk(outlook)
    assert ((found.low <= found.money) & (found.money <= found.high)).all()
    growing = money_at_risk(outlook_of(1, baseline=30_000.0))
    assert growing.money[0] < 0


def test_an_account_that_buys_nothing_any_more() -> None:
    found = money_at_risk(outlook_of(3, rate=0.0, grain=0.0, rate_shape=0.2))
    assert (found.money == 52_000).all()
    assert (found.low == 52_000).all()
    nothing = money_at_risk(outlook_of(1, rate=0.0, baseline=0.0))
    assert (nothing.money, nothing.low, nothing.high) == (0, 0, 0)


def test_same_figures_whatever_other_accounts_are_there() -> None:
    whole = mixed(300, seed=6)
    of_all = money_at_risk(whole)
    for rows in (np.array([17]), np.array([250, 3, 17]), np.arange(299, -1, -1)):
        part = Outlook(**{f.name: getattr(whole, f.name)[rows] for f in fields(Outlook)})
        found = money_at_risk(part)
        for name in ("expected", "money", "low", "high"):
            assert np.array_equal(getattr(found, name), getattr(of_all, name)[rows]), name


def test_the_hazard_is_the_inverse_of_survival() -> None:
    survival = np.concatenate([np.linspace(0.02, 0.999, 2000), [0.9990001, 0.9999, 1.0]])
    hazard = risk._hazard(survival)
    assert (hazard >= 0).all()
    weeks = YEAR_WEEKS * np.maximum(hazard, 1e-12)
    share = -np.expm1(-weeks) / weeks
    assert share[:2000] == pytest.approx(survival[:2000], rel=1e-9)
    assert share[2000:] == pytest.approx(survival[2000:], abs=1e-3)
    assert (np.diff(hazard) <= 0).all()


@pytest.mark.parametrize("outlook", [outlook_of(4000, grain=50.0), mixed(4000, seed=6)])
@pytest.mark.parametrize(("weeks", "busy"), [(13, 1.0), (13, 1.4), (4, 0.6), (104, 1.0)])
def test_the_interval_is_of_the_time_that_was_asked_for(
    outlook: Outlook, weeks: int, busy: float
) -> None:
    found = money_at_risk(outlook, weeks, busy_weeks=weeks * busy)
    came = outcomes(outlook, 7, weeks, busy)
    # Orders come whole: of few of them no interval holds just four outcomes in five.
    assert 0.78 <= covered(found, came) <= 0.88
    assert found.money.sum() == pytest.approx(came.sum(), rel=0.05, abs=0.02 * found.baseline.sum())
    assert found.expected == pytest.approx(found.baseline - found.money)


@pytest.mark.parametrize(("k", "weekly"), [(6.0, 1.0), (4.0, 0.25), (16.0, 2.0)])
def test_regular_accounts_have_narrower_intervals_that_hold_as_many(
    k: float, weekly: float
) -> None:
    """Orders of Gamma gaps, looked at from any moment on, each worth 100 ± 40."""
    rng = np.random.default_rng(9)
    n, weeks, spread = 3000, 13, 0.4
    gaps = rng.gamma(k, 1 / (k * weekly), (n, int(30 + 6 * weekly * weeks)))
    times = gaps.cumsum(axis=1) - rng.uniform(5, 6, (n, 1)) / weekly
    orders = ((times > 0) & (times <= weeks)).sum(axis=1)
    worth = rng.gamma(1 / spread**2, 100 * spread**2, (n, orders.max() + 1))
    bought = np.where(np.arange(worth.shape[1]) < orders[:, None], worth, 0.0).sum(axis=1)
    usual = {
        "baseline": 5200 * weekly,
        "rate": 100 * weekly,
        "rate_shape": 1e6,
        "grain": 100 * (1 + spread**2),
        "order": 100.0,
        "p_alive": 1.0,
        "survival": 1.0,
    }
    regular = money_at_risk(outlook_of(n, regularity=k, **usual), weeks)
    by_chance = money_at_risk(outlook_of(n, regularity=1.0, **usual), weeks)
    # Of three orders or so, as many as ever come, the law has no tails: lumps have.
    assert 0.73 <= covered(regular, regular.baseline - bought) <= 0.86
    wider = covered(by_chance, by_chance.baseline - bought)
    assert wider > (0.83 if weekly < 1 else 0.9)
    assert (regular.high - regular.low < by_chance.high - by_chance.low).all()


def test_a_year_is_what_it_is_unless_said_otherwise() -> None:
    outlook = mixed(50, seed=8)
    whole, same = money_at_risk(outlook), money_at_risk(outlook, 52.0, busy_weeks=52.0)
    for one in fields(AtRisk):
        assert np.array_equal(getattr(whole, one.name), getattr(same, one.name))
    assert np.array_equal(whole.baseline, outlook.baseline)
