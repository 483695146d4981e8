"""The estimators against published results on the CDNOW sample, and published points."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow.parquet as pq
import pytest
from scipy.special import hyp2f1

from mainstay.defection.estimators.bg_nbd import BGNBD
from mainstay.defection.estimators.cnbd import CNBD
from mainstay.defection.estimators.cnbd_search import CNBDParams
from mainstay.defection.estimators.mbg_cnbd_k import MBGCNBDk
from mainstay.defection.estimators.mbg_nbd import MBGNBD

SAMPLE = Path(__file__).parents[1] / "data" / "cdnow_sample.parquet"
CALIBRATION_ENDS = np.datetime64("1997-10-01")
HOLDOUT_WEEKS = 39.0


class Cdnow(NamedTuple):
    x: np.ndarray
    t_x: np.ndarray
    T: np.ndarray
    log_gaps: np.ndarray
    holdout: np.ndarray


@pytest.fixture(scope="module")
def cdnow() -> Cdnow:
    table = pq.read_table(SAMPLE, columns=["sample_id", "date"])
    ids = np.array(table["sample_id"].to_pylist())
    days = table["date"].to_numpy().astype("datetime64[D]")
    rows = []
    for account in np.unique(ids):
        own = np.unique(days[ids == account])
        before = own[own < CALIBRATION_ENDS]
        gaps = np.diff(before).astype(float) / 7
        rows.append(
            (
                len(before) - 1,
                gaps.sum(),
                (CALIBRATION_ENDS - before[0]).astype(float) / 7 - 1 / 7,
                np.log(gaps).sum(),
                len(own) - len(before),
            )
        )
    return Cdnow(*np.array(rows, dtype=float).T)


def test_cdnow_summary_as_published(cdnow: Cdnow) -> None:
    assert len(cdnow.x) == 2357
    assert cdnow.x.sum() == 2457
    assert cdnow.holdout.sum() == 1882
    assert cdnow.T.max() == pytest.approx(38.857, abs=5e-4)


@pytest.mark.parametrize(
    ("model", "loglik", "params", "mae", "bias"),
    [
        (BGNBD, -9582.429, (0.2426, 4.4136, 0.7929, 2.4259), 0.7855, -0.122),
        (MBGNBD, -9582.136, (0.5248, 6.183, 0.891, 1.614), 0.7648, -0.162),
    ],
)
def test_fit_against_published(
    cdnow: Cdnow,
    model: type[CNBD],
    loglik: float,
    params: tuple[float, ...],
    mae: float,
    bias: float,
) -> None:
    fitted = model.fit(cdnow.x, cdnow.t_x, cdnow.T)
    p = fitted.params_
    assert fitted.loglik_ == pytest.approx(loglik, abs=5e-4)
    assert (p.r, p.alpha, p.a, p.b) == pytest.approx(params, abs=6e-4)
    assert not fitted.used_prior_
    expected = fitted.expected_orders(HOLDOUT_WEEKS, cdnow.x, cdnow.t_x, cdnow.T)
    assert np.abs(expected - cdnow.holdout).mean() == pytest.approx(mae, abs=1e-4)
    assert expected.sum() / cdnow.holdout.sum() - 1 == pytest.approx(bias, abs=1e-3)


def test_bg_nbd_points_against_published(cdnow: Cdnow) -> None:
    fitted = BGNBD.fit(cdnow.x, cdnow.t_x, cdnow.T)
    assert fitted.expected_orders(39, 2, 30.43, 38.86)[0] == pytest.approx(1.226, abs=5e-4)
    weeks = np.array([0.1429, 1, 3, 31.8571, 32, 78])
    found = fitted.expected_orders(weeks, 0, 0, 0)
    # The last published digit is of a series cut short (1.8576 for 1.8580); scipy's ₂F₁ is not.
    assert found == pytest.approx([0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8576], abs=4e-4)
    p = fitted.params_
    hyper = hyp2f1(p.r, p.b, p.a + p.b - 1, weeks / (p.alpha + weeks))
    shrunk = (p.alpha / (p.alpha + weeks)) ** p.r * hyper
    assert found == pytest.approx((p.a + p.b - 1) / (p.a - 1) * (1 - shrunk), rel=1e-9)
    # Hardie's note prints P(X(39) = 0) at the rounded parameters.
    rounded = BGNBD(CNBDParams(0.243, 4.414, 0.793, 2.426))
    assert rounded.p_orders(0, 39, 0, 0, 0)[0] == pytest.approx(0.5737864, abs=1e-7)


def test_mbg_cnbd_2_against_published_groceries() -> None:
    """BTYDplus prints .282, .075, .013, .002, .000: BG/NBD's closed form with α stretched to kα.

    Ours is exact, and so differs a little; P(alive) is the same, so it is put into that form.
    """
    r, alpha, a, b = 1.3292, 2.813, 0.4247, 0.790
    k, T, t = 2, 52.0, 52.0
    model = MBGCNBDk(CNBDParams(r, alpha, a, b), k=k)
    x = np.arange(1.0, 6.0)
    p_alive = model.p_alive(x, 12.0, T)
    rate = k * alpha + T
    hyper = hyp2f1(r + x, b + x + 1, a + b + x, t / (rate + t))
    stretched = p_alive * (a + b + x) / (a - 1) * (1 - (rate / (rate + t)) ** (r + x) * hyper)
    assert stretched == pytest.approx([0.282, 0.075, 0.013, 0.002, 0.000], abs=5e-4)
    assert model.expected_orders(t, x, 12.0, T) == pytest.approx(stretched, abs=3.5e-3)


def test_k_is_one_for_irregular_buyers(cdnow: Cdnow) -> None:
    by_gaps = MBGCNBDk.fit(cdnow.x, cdnow.t_x, cdnow.T, log_gaps=cdnow.log_gaps)
    by_last_day = MBGCNBDk.fit(cdnow.x, cdnow.t_x, cdnow.T)
    assert by_gaps.k_ == by_last_day.k_ == 1
    assert by_gaps.loglik_ == pytest.approx(-9582.136, abs=5e-4)
