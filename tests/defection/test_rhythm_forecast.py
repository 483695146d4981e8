"""The forecast of complete defection, on accounts whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from simulated import Simulated, simulate

from mainstay.defection.estimators.cnbd_search import CNBDParams
from mainstay.defection.estimators.mbg_cnbd_k import MBGCNBDk
from mainstay.defection.rhythm_forecast import LEAST_COHORT, Forecast, History, cohorts, forecast

WEEKS = 13.0
FLEETING = MBGCNBDk(CNBDParams(2.0, 8.0, 0.9, 5.0), k=2)
LOYAL = MBGCNBDk(CNBDParams(2.0, 8.0, 0.5, 20.0), k=2)


def history_of(*parts: Simulated, old: tuple[bool, ...] | None = None) -> History:
    """Accounts of several simulations, one after the other; `old`: there when the data begin."""
    old = old or (False,) * len(parts)
    return History(
        x=np.concatenate([part.x for part in parts]).astype(np.int64),
        t_x=np.concatenate([part.t_x for part in parts]),
        T=np.concatenate([part.T for part in parts]),
        log_gaps=np.concatenate([part.log_gaps for part in parts]),
        left_truncated=np.repeat(np.array(old), [len(part.x) for part in parts]),
    )


def one_of(**changes: np.ndarray | float) -> History:
    """An account, or several, of which only what is named differs."""
    n = max(np.size(value) for value in changes.values())
    usual = {"x": 8, "t_x": 40.0, "T": 50.0, "log_gaps": 8 * np.log(5.0), "left_truncated": False}
    return History(**{k: np.broadcast_to(v, n).copy() for k, v in (usual | changes).items()})


def together(*parts: History) -> History:
    names = ("x", "t_x", "T", "log_gaps", "left_truncated")
    return History(**{n: np.concatenate([getattr(part, n) for part in parts]) for n in names})


@pytest.fixture(scope="module")
def two_kinds() -> tuple[Simulated, Simulated, Forecast]:
    """2,000 accounts that leave soon, and 1,500 loyal ones that were there before the data."""
    T = np.random.default_rng(1).uniform(10, 100, 2000)
    fleeting = simulate(FLEETING, 2000, T=T, t=WEEKS, seed=2)
    loyal = simulate(LOYAL, 1500, T=100.0, t=WEEKS, seed=3)
    return fleeting, loyal, forecast(history_of(fleeting, loyal, old=(False, True)), WEEKS)


@pytest.mark.parametrize(
    ("n_old", "n_young", "names"),
    [
        (LEAST_COHORT, LEAST_COHORT, ["there_when_data_begin", "begun_since"]),
        (LEAST_COHORT - 1, 900, ["all"]),
        (900, LEAST_COHORT - 1, ["all"]),
        (0, 900, ["all"]),
        (12, 8, ["all"]),
    ],
)
def test_cohorts_are_apart_where_both_are_large_enough(
    n_old: int, n_young: int, names: list[str]
) -> None:
    old = np.random.default_rng(0).permutation(np.arange(n_old + n_young) < n_old)
    found = cohorts(one_of(left_truncated=old))
    assert [name for name, _ in found] == names
    rows = np.concatenate([rows for _, rows in found])
    assert sorted(rows) == list(range(n_old + n_young))
    if len(names) == 2:
        assert old[found[0][1]].all()
        assert not old[found[1][1]].any()


def test_each_cohort_has_its_own_model(two_kinds: tuple[Simulated, Simulated, Forecast]) -> None:
    old, young = two_kinds[2].models
    assert (old["cohort"], young["cohort"]) == ("there_when_data_begin", "begun_since")
    assert (old["accounts"], young["accounts"]) == (1500, 2000)
    assert old["k"] == young["k"] == 2
    leaving = [model["a"] / (model["a"] + model["b"]) for model in (old, young)]
    truth = [model.params_.a / (model.params_.a + model.params_.b) for model in (LOYAL, FLEETING)]
    assert leaving == pytest.approx(truth, rel=0.25)


def test_calibrated(two_kinds: tuple[Simulated, Simulated, Forecast]) -> None:
    """Mean p_complete is the share that really made no order, in all, by cohort and by band."""
    fleeting, loyal, found = two_kinds
    none = np.concatenate([fleeting.later, loyal.later]) == 0
    later = np.concatenate([fleeting.later, loyal.later])
    for rows in (slice(None), slice(0, 2000), slice(2000, None)):
        assert found.p_complete[rows].mean() == pytest.approx(none[rows].mean(), abs=0.025)
        off = later[rows] - found.expected_orders[rows]
        assert abs(off.mean()) < 3 * off.std() / np.sqrt(len(off))
    edges = [0.0, 0.02, 0.1, 0.3, 0.6, 0.9, 1.01]
    band = np.digitize(found.p_complete, edges)
    for b in np.unique(band):
        of = band == b
        error = np.sqrt(0.25 / of.sum())
        assert none[of].mean() == pytest.approx(found.p_complete[of].mean(), abs=0.03 + 2 * error)


def test_p_alive_is_calibrated(two_kinds: tuple[Simulated, Simulated, Forecast]) -> None:
    fleeting, loyal, found = two_kinds
    assert found.p_alive[:2000].mean() == pytest.approx(fleeting.alive.mean(), abs=0.025)
    assert found.p_alive[2000:].mean() == pytest.approx(loyal.alive.mean(), abs=0.025)


def test_longer_silence_never_raises_p_alive() -> None:
    """The same orders, and only the silence after them longer and longer."""
    seen = history_of(simulate(FLEETING, 1500, T=100.0, t=0, seed=4))
    silence = np.arange(0.0, 200.0, 1.0)
    for x, t_x in ((0, 0.0), (1, 5.0), (4, 30.0), (20, 60.0), (150, 60.0)):
        same = one_of(x=x, t_x=t_x, T=t_x + silence, log_gaps=0.0)
        found = forecast(together(seen, same), WEEKS)
        p_alive, none, survival = (
            values[1500:] for values in (found.p_alive, found.p_complete, found.survival)
        )
        assert (np.diff(p_alive) <= 1e-12).all()
        assert p_alive[0] - p_alive[-1] > 0.2
        assert (none >= 1 - p_alive - 1e-12).all()
        # How long a living account stays is no matter of its silence but of its rate, which falls.
        assert (np.diff(survival) >= -0.02).all()


def test_survival_is_a_share_everywhere() -> None:
    seen = history_of(simulate(FLEETING, 800, T=np.linspace(0.1, 300, 800), t=0, seed=5))
    ends = one_of(
        x=np.array([0, 0, 1, 500, 500, 5, 1, 60]),
        t_x=np.array([0.0, 0.0, 1 / 7, 520.0, 80.0, 2.0, 519.0, 20.0]),
        T=np.array([0.0, 520.0, 520.0, 520.0, 520.0, 520.0, 520.0, 20.0]),
        log_gaps=0.0,
    )
    found = forecast(together(seen, ends), WEEKS)
    assert ((found.survival > 0) & (found.survival <= 1)).all()
    assert found.p_alive[-4:-2].max() < 1e-6  # surely gone, and yet a number


def test_survival_is_what_leaving_takes_from_a_year() -> None:
    """Living accounts' orders of the year to come, over those of the same accounts if none left."""
    leaves = simulate(FLEETING, 4000, T=50.0, t=52.0, seed=6)
    found = forecast(history_of(leaves), WEEKS)
    p = FLEETING.params_
    stays = MBGCNBDk(replace(p, a=1e-9), k=2)  # nobody leaves
    rate = stays.expected_orders(52.0, leaves.x, leaves.t_x, leaves.T)
    alive = leaves.alive
    kept = leaves.later[alive].sum() / (rate * found.survival)[alive].sum()
    assert kept == pytest.approx(1.0, abs=0.05)
    assert found.survival[alive].mean() < 0.85


def test_nan_only_where_nothing_can_be_fitted() -> None:
    """Accounts of the last day have been seen for no time; the others are fitted all the same."""
    seen = history_of(simulate(LOYAL, 300, T=80.0, t=0, seed=7), old=(True,))
    of_today = one_of(x=0, t_x=0.0, T=np.zeros(250), log_gaps=0.0)
    found = forecast(together(seen, of_today), WEEKS)
    for values in (found.p_alive, found.p_complete, found.expected_orders, found.survival):
        assert np.isfinite(values[:300]).all()
        assert np.isnan(values[300:]).all()
    assert [model["fitted"] for model in found.models] == [True, False]
    few = forecast(together(seen, one_of(x=0, t_x=0.0, T=np.zeros(20), log_gaps=0.0)), WEEKS)
    assert np.isfinite(few.p_alive).all()  # too few for a cohort of their own


def test_twenty_accounts_are_enough() -> None:
    found = forecast(history_of(simulate(FLEETING, 20, T=60.0, t=0, seed=8)), WEEKS)
    assert np.isfinite(found.p_alive).all()
    assert found.models[0]["cohort"] == "all"


def test_start_from_the_date_before_changes_nothing(
    two_kinds: tuple[Simulated, Simulated, Forecast],
) -> None:
    fleeting, loyal, cold = two_kinds
    history = history_of(fleeting, loyal, old=(False, True))
    one_cohort = forecast(history_of(loyal), WEEKS)
    nothing = forecast(one_of(x=0, t_x=0.0, T=np.zeros(30), log_gaps=0.0), WEEKS)
    assert not nothing.models[0]["fitted"]
    for before in (cold, one_cohort, nothing):
        warm = forecast(history, WEEKS, before=before)
        assert [model["k"] for model in warm.models] == [model["k"] for model in cold.models]
        assert warm.p_alive == pytest.approx(cold.p_alive, abs=1e-8)
        assert warm.p_complete == pytest.approx(cold.p_complete, abs=1e-8)
        assert warm.survival == pytest.approx(cold.survival, abs=1e-8)
