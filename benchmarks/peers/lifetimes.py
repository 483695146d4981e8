"""lifetimes 0.11: `fit`, `pareto`, `reference` or `summary FILE.npz`; prints JSON. Runs in its own
environment."""

import json
import sys
import time

# The script bears the package's name; its own folder must not hide it.
sys.path.pop(0)

import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter, ModifiedBetaGeoFitter, ParetoNBDFitter
from lifetimes.utils import summary_data_from_transaction_data


def fit(data, weights=None):
    begin = time.process_time()
    model = BetaGeoFitter().fit(data["x"], data["t_x"], data["T"], weights=weights)
    seconds = time.process_time() - begin
    return {"seconds": seconds, "params": list(model.params_[["r", "alpha", "a", "b"]])}


def summary(data, out):
    lines = pd.DataFrame(
        {
            "account": data["account"],
            "day": data["day"].astype("datetime64[D]").astype("datetime64[ns]"),
        }
    )
    last = pd.Timestamp(np.datetime64(int(data["as_of"]) - 1, "D"))
    begin = time.process_time()
    found = summary_data_from_transaction_data(lines, "account", "day", observation_period_end=last)
    seconds = time.process_time() - begin
    np.savez(out, account=found.index, x=found.frequency, t_x=found.recency, T=found["T"])
    return {"seconds": seconds}


def pareto(data):
    begin = time.process_time()
    model = ParetoNBDFitter().fit(data["x"], data["t_x"], data["T"])
    seconds = time.process_time() - begin
    params = model.params_[["r", "alpha", "s", "beta"]].to_numpy()
    ones = np.ones(len(data["x"]))
    past = (data["x"], data["t_x"], data["T"])
    loglik = -ParetoNBDFitter._negative_log_likelihood(params, *past, ones, 0.0)
    return {"seconds": seconds, "params": list(params), "loglik": loglik}


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


def main():
    data = np.load(sys.argv[2])
    if sys.argv[1] == "fit":
        result = fit(data)
    elif sys.argv[1] == "fit_gathered":
        result = fit(data, weights=data["weights"])
    elif sys.argv[1] == "pareto":
        result = pareto(data)
    elif sys.argv[1] == "reference":
        result = reference(data)
    else:
        result = summary(data, sys.argv[3])
    print(json.dumps(result))


main()
