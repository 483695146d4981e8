"""PyMC-Marketing: the summary of order days, and its models fitted by MAP, its quickest fit, with its own priors.

Compiled programs are kept between runs, as its users keep them; a fit to the first accounts goes before, so
that what is timed compiles nothing anew. Its graph is built for each data set, which is part of a fit.
"""

import logging

import numpy as np
import pandas as pd
from pymc_marketing.clv import BetaGeoModel, ParetoNBDModel, rfm_summary

LIBRARIES = ("pymc-marketing", "pymc", "pytensor")
logging.disable(logging.WARNING)


def summary(data):
    order = np.argsort(data["day"], kind="stable")
    day = data["day"].astype("datetime64[D]").astype("datetime64[ns]")
    # Sorted, it need not sort: its documentation's advice.
    lines = pd.DataFrame({"account": data["account"][order], "day": day[order]})
    last = pd.Timestamp(np.datetime64(int(data["as_of"]) - 1, "D"))

    def work():
        found = rfm_summary(
            lines, "account", "day", observation_period_end=last, sort_transactions=False
        )
        arrays = {"account": "customer_id", "x": "frequency", "t_x": "recency", "T": "T"}
        return {name: found[column].to_numpy() for name, column in arrays.items()}

    return work


def fitted(model, frame):
    fit = model(data=frame).fit(method="map", progressbar=False)
    return {name: float(values) for name, values in fit.posterior.squeeze().data_vars.items()}


def bgnbd(data):
    frame = accounts(data)
    fitted(BetaGeoModel, frame[:100])

    def work():
        found = fitted(BetaGeoModel, frame)
        phi, kappa = found["phi_dropout"], found["kappa_dropout"]
        return {"params": [found["r"], found["alpha"], phi * kappa, (1 - phi) * kappa]}

    return work


def pareto(data):
    frame = accounts(data)
    fitted(ParetoNBDModel, frame[:100])

    def work():
        found = fitted(ParetoNBDModel, frame)
        return {"params": [found[name] for name in ("r", "alpha", "s", "beta")]}

    return work


def accounts(data):
    columns = {"frequency": data["x"], "recency": data["t_x"], "T": data["T"]}
    return pd.DataFrame({"customer_id": np.arange(len(data["x"])), **columns})


TASKS = {"summary": summary, "bgnbd": bgnbd, "pareto": pareto}
