"""lifetimes 0.11: the summary of order days, BG/NBD, Pareto/NBD, and what `reference.py` writes down."""

import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter, ModifiedBetaGeoFitter, ParetoNBDFitter
from lifetimes.utils import summary_data_from_transaction_data

LIBRARIES = ("lifetimes", "numpy", "pandas", "scipy")


def summary(data):
    day = data["day"].astype("datetime64[D]").astype("datetime64[ns]")
    lines = pd.DataFrame({"account": data["account"], "day": day})
    last = pd.Timestamp(np.datetime64(int(data["as_of"]) - 1, "D"))

    def work():
        found = summary_data_from_transaction_data(
            lines, "account", "day", observation_period_end=last
        )
        arrays = {"x": found.frequency, "t_x": found.recency, "T": found["T"]}
        return {"account": found.index.to_numpy()} | {k: v.to_numpy() for k, v in arrays.items()}

    return work


def bgnbd(data):
    past, weights = (data["x"], data["t_x"], data["T"]), data.get("weights")

    def work():
        model = BetaGeoFitter().fit(*past, weights=weights)
        return {"params": list(model.params_[["r", "alpha", "a", "b"]])}

    return work


def pareto(data):
    past = data["x"], data["t_x"], data["T"]

    def work():
        model = ParetoNBDFitter().fit(*past)
        return {"params": list(model.params_[["r", "alpha", "s", "beta"]])}

    return work


def reference(data):
    """What each model says of the accounts in `shown`; log-likelihoods in weeks, not as scaled."""
    x, t_x, T, mean = (np.asarray(data[name], float) for name in ("x", "t_x", "T", "mean"))
    shown, ones = data["shown"], np.ones(len(x))
    past, of = (x, t_x, T), (x[shown], t_x[shown], T[shown])
    found = {}
    for name, fitter in (("BGNBD", BetaGeoFitter), ("MBGNBD", ModifiedBetaGeoFitter)):
        model = fitter().fit(*past)
        params = model.params_[["r", "alpha", "a", "b"]].to_numpy()
        loglik = -len(x) * fitter._negative_log_likelihood(np.log(params), *past, ones, 0.0)
        found[name] = of_orders(model, params, loglik, of)
    model = ParetoNBDFitter().fit(*past, tol=1e-10, maxiter=20000)
    params = model.params_[["r", "alpha", "s", "beta"]].to_numpy()
    loglik = -ParetoNBDFitter._negative_log_likelihood(params, *past, ones, 0.0)
    found["ParetoNBD"] = of_orders(model, params, loglik, of)
    for n in (1, 3):
        counts = model.conditional_probability_of_n_purchases_up_to_time(n, 26, *of)
        found["ParetoNBD"]["figures"][f"p_orders_{n}"] = list(map(float, counts))
    some = x > 0
    model = GammaGammaFitter().fit(x[some], mean[some])
    params = model.params_[["p", "q", "v"]].to_numpy()
    spends = (x[some], mean[some], ones[some])
    loglik = -some.sum() * GammaGammaFitter._negative_log_likelihood(np.log(params), *spends, 0.0)
    spend = model.conditional_expected_average_profit(x[shown], mean[shown])
    figures = {"expected_spend": list(map(float, spend))}
    found["GammaGamma"] = {"params": list(params), "loglik": float(loglik), "figures": figures}
    return found


def of_orders(model, params, loglik, of):
    expected = model.conditional_expected_number_of_purchases_up_to_time(26, *of)
    alive = model.conditional_probability_alive(*of)
    figures = {"expected_orders": expected, "p_alive": alive}
    return {
        "params": list(params),
        "loglik": float(loglik),
        "figures": {name: list(map(float, values)) for name, values in figures.items()},
    }


TASKS = {
    "summary": summary,
    "bgnbd": bgnbd,
    "pareto": pareto,
    "reference": lambda data: lambda: {"models": reference(data)},
}
