"""Who is gone and since when: draws against the story told exit by exit; figures over draws by hand."""

from __future__ import annotations

import numpy as np
import pytest

from mainstay.defection.estimators.cnbd_search import CNBDParams
from mainstay.learning.imputation import FAR_DAYS, STEPS, Exits, _when, rubin, share_interval


class _Model:
    """One rate for everybody: a Gamma so narrow that it is one."""

    k_ = 2
    params_ = CNBDParams(r=4000.0, alpha=4000.0, a=1.0, b=1.0)


def test_the_day_of_an_exit_follows_from_the_gap_that_it_cut_short():
    # Gaps Erlang(2), two events a gap of a week each; exits at an even hazard, seen as no order since.
    rng = np.random.default_rng(1)
    went = rng.uniform(0, 30, 400_000)
    gap = rng.gamma(2, 1.0, len(went))
    cut_short = went[gap > went]
    weeks = FAR_DAYS / 7 * np.linspace(0, 1, STEPS) ** 2
    within = _when(_Model(), np.array([0]), np.array([0.0]), weeks)[0]  # type: ignore[arg-type]
    told = [(cut_short <= week).mean() for week in weeks[:10]]
    assert within[:10] == pytest.approx(told, abs=0.02)
    assert within[-1] == 1


def test_who_goes_after_the_date_is_still_there():
    days_after = np.linspace(0, 100, STEPS)
    exits = Exits(
        last=np.array([0] * 4000),
        as_of=50,
        p_gone=np.ones(4000),
        days_after=days_after,
        within=np.tile(days_after / 100, (4000, 1)),
    )
    until, done = exits.draw(np.random.default_rng(2))
    assert done.mean() == pytest.approx(0.5, abs=0.03)
    assert until.max() == 50
    assert (until[~done] == 50).all()
    same, _ = exits.draw(np.random.default_rng(2))
    assert (same == until).all()


def test_draws_are_put_together_by_rubins_rules():
    pooled = rubin(np.array([0.5, 0.7]), np.array([0.01, 0.03]))
    assert pooled.value == pytest.approx(0.6)
    assert pooled.variance == pytest.approx(0.02 + 1.5 * 0.02)
    assert pooled.doubt == pytest.approx(0.03 / 0.05)


def test_the_interval_of_a_share_is_wilsons_where_nothing_is_doubted():
    p, n, z = 0.3, 50.0, 1.2815515655446004
    low, high = share_interval(np.array(p), np.array(p * (1 - p) / n), np.array(n))
    middle, half = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert (low, high) == pytest.approx(
        ((middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n))
    )
    wider = share_interval(np.array(p), np.array(2 * p * (1 - p) / n), np.array(n))
    assert wider[0] < low < high < wider[1]
    none = share_interval(np.array(1.0), np.array(0.0), np.array(n))
    assert 0.9 < none[0] < none[1] == pytest.approx(1)
