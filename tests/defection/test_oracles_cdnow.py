"""The estimators against published results on the CDNOW sample, and published points."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from cdnow import Cdnow, cdnow_sample
from scipy.special import hyp2f1

from mainstay.defection.estimators import BGNBD, MBGNBD, NBD, GammaGamma, MBGCNBDk, ParetoNBD
from mainstay.defection.estimators.cnbd_search import CNBDParams
from mainstay.defection.estimators.order_model import OrderModel
from mainstay.defection.estimators.pareto_nbd import ParetoNBDParams

HOLDOUT_WEEKS = 39.0


@pytest.fixture(scope="module")
def cdnow() -> Cdnow:
    return cdnow_sample()


def test_cdnow_summary_as_published(cdnow: Cdnow) -> None:
    assert len(cdnow.x) == 2357
    assert cdnow.x.sum() == 2457
    assert cdnow.holdout.sum() == 1882
    assert cdnow.T.max() == pytest.approx(38.857, abs=5e-4)


@pytest.mark.parametrize(
    ("model", "loglik", "params", "mae", "bias"),
    [
        (NBD, -9763.658, (0.3848, 12.072), 1.041, 0.557),
        (ParetoNBD, -9594.976, (0.5533, 10.578, 0.6062, 11.669), 0.7545, -0.115),
        (BGNBD, -9582.429, (0.2426, 4.4136, 0.7929, 2.4259), 0.7855, -0.122),
        (MBGNBD, -9582.136, (0.5248, 6.183, 0.891, 1.614), 0.7648, -0.162),
    ],
)
def test_fit_against_published(
    cdnow: Cdnow,
    model: type[OrderModel[Any]],
    loglik: float,
    params: tuple[float, ...],
    mae: float,
    bias: float,
) -> None:
    fitted = model.fit(cdnow.x, cdnow.t_x, cdnow.T)
    assert fitted.loglik_ == pytest.approx(loglik, abs=5e-4)
    assert fitted.params_.array() == pytest.approx(params, abs=6e-4)
    assert not fitted.used_prior_
    expected = fitted.expected_orders(HOLDOUT_WEEKS, cdnow.x, cdnow.t_x, cdnow.T)
    assert np.abs(expected - cdnow.holdout).mean() == pytest.approx(mae, abs=1e-4)
    assert expected.sum() / cdnow.holdout.sum() - 1 == pytest.approx(bias, abs=1e-3)


def test_pareto_nbd_points_against_published(cdnow: Cdnow) -> None:
    fitted = ParetoNBD.fit(cdnow.x, cdnow.t_x, cdnow.T)
    assert fitted.expected_orders(52, 26, 30.86, 31)[0] == pytest.approx(25.46, abs=5e-3)
    assert fitted.p_alive(26, 30.86, 31)[0] == pytest.approx(0.9979, abs=5e-5)


def test_pareto_nbd_where_the_published_formula_underflows() -> None:
    """(α + T)^−(r+x) is 0 in floating point from x = 133 on; orders to come must not be."""
    model = ParetoNBD(ParetoNBDParams(0.55, 10.58, 0.61, 11.67))
    found = model.expected_orders(10, [132, 133], 200, 200)
    assert found == pytest.approx([6.20605, 6.25287], abs=5e-6)
    daily = model.expected_orders(52, [3640, 3641], 520, 520)
    assert daily == pytest.approx(52 * 7 * 0.98, rel=0.03)
    assert daily[0] < daily[1]
    assert model.p_alive(3640, [300, 515, 520], 520) == pytest.approx([0, 0, 1], abs=1e-9)


def test_gamma_gamma_against_published(cdnow: Cdnow) -> None:
    """Of the 946 with a repeat order; the mean is of the repeat orders."""
    fitted = GammaGamma.fit(cdnow.x, cdnow.spend)
    assert fitted.n_ == 946
    assert fitted.params_.array() == pytest.approx([6.25, 3.74, 15.44], abs=6e-3)
    assert fitted.loglik_ == pytest.approx(-4055.918, abs=5e-4)


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
