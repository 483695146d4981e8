"""The estimators beside lifetimes 0.11.3, an implementation that shares no line with ours.

`benchmarks/reference.py` wrote its numbers down.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cdnow import cdnow_sample

from mainstay.defection import estimators
from mainstay.defection.estimators import GammaGamma
from mainstay.defection.estimators.order_model import OrderModel

DATA = Path(__file__).parents[1] / "data" / "lifetimes"
WEEKS = 26.0


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


FITS = [
    (
        row["data"],
        row["model"],
        float(row["loglik"]),
        np.array([float(row[f"param_{i}"]) for i in range(1, 5) if row[f"param_{i}"]]),
    )
    for row in rows_of("fits.csv")
]


def of_lifetimes(model: str, params: np.ndarray) -> Any:
    kind = getattr(estimators, model)
    return kind(kind.Params(*params))


def histories(data: str) -> dict[str, np.ndarray]:
    if data == "cdnow":
        sample = cdnow_sample()
        return {"x": sample.x, "t_x": sample.t_x, "T": sample.T, "mean": sample.spend}
    rows = rows_of("simulated.csv")
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


def test_all_that_lifetimes_has_are_compared() -> None:
    models = {"BGNBD", "MBGNBD", "ParetoNBD", "GammaGamma"}
    assert {(data, model) for data, model, *_ in FITS} == {
        (data, model) for data in ("cdnow", "simulated") for model in models
    }


@pytest.mark.parametrize(("data", "model", "loglik", "params"), FITS)
def test_fit(data: str, model: str, loglik: float, params: np.ndarray) -> None:
    columns = ("x", "mean") if model == "GammaGamma" else ("x", "t_x", "T")
    past = [histories(data)[name] for name in columns]
    fitted = getattr(estimators, model).fit(*past)
    assert fitted.loglik_ == pytest.approx(loglik, abs=1e-3)
    assert fitted.loglik_ > loglik - 1e-7
    assert fitted.params_.array() == pytest.approx(params, rel=5e-4)
    assert of_lifetimes(model, params).loglik(*past).sum() == pytest.approx(loglik, rel=1e-11)


@pytest.mark.parametrize(("data", "model", "_loglik", "params"), FITS)
def test_what_follows_at_its_parameters(
    data: str, model: str, _loglik: float, params: np.ndarray
) -> None:
    ours = of_lifetimes(model, params)
    told = [r for r in rows_of("forecasts.csv") if (r["data"], r["model"]) == (data, model)]
    figures = {row["figure"] for row in told}
    wanted = {"expected_orders", "p_alive"}
    if model == "ParetoNBD":
        wanted |= {"p_orders_1", "p_orders_3"}
    assert figures == (wanted if isinstance(ours, OrderModel) else {"expected_spend"})
    for figure in figures:
        rows = [row for row in told if row["figure"] == figure]
        assert len(rows) == 50
        names = ("x", "t_x", "T", "mean", "value")
        x, t_x, T, mean, value = (np.array([float(r[name]) for r in rows]) for name in names)
        if isinstance(ours, GammaGamma):
            found = ours.expected_spend(x, mean)
        elif figure == "p_alive":
            found = ours.p_alive(x, t_x, T)
        elif figure == "expected_orders":
            found = ours.expected_orders(WEEKS, x, t_x, T)
        else:
            found = ours.p_orders(int(figure[-1]), WEEKS, x, t_x, T)
        assert found == pytest.approx(value, rel=1e-7, abs=1e-12), figure
