"""Mainstay, by the same rules as its peers: the summary of order days, the models, the changepoints."""

from dataclasses import astuple

import numpy as np

from mainstay.defection.changepoint import Series, estimate_prior, find_changes
from mainstay.defection.estimators import BGNBD, ParetoNBD
from mainstay.standing import history

LIBRARIES = ("numpy", "numba")


def summary(data):
    lines, as_of = (data["account"], data["day"], data["amount"]), int(data["as_of"])
    history.summary(*(column[:10] for column in lines), as_of=as_of)

    def work():
        found = history.summary(*lines, as_of=as_of)
        days = {"t_x": np.rint(found.t_x * 7), "T": np.rint(found.T * 7)}
        return {"account": found.account, "x": found.x, **days}

    return work


def fit(model):
    def prepare(data):
        past = data["x"], data["t_x"], data["T"]
        model.fit(*(values[:100] for values in past))

        def work():
            fitted = model.fit(*past)
            return {"params": list(map(float, astuple(fitted.params_)))}

        return work

    return prepare


def changes(data):
    counts = data["counts"]
    prior = estimate_prior(counts.sum(axis=1), np.full(len(counts), float(counts.shape[1])))
    series = Series.from_matrix(counts)
    find_changes(Series.from_matrix(counts[:5]), prior)

    def work():
        found = find_changes(series, prior)
        # The last order at the old rate; the new one begins in the week after it at the latest.
        seen = found.since >= 0
        since = np.full(len(counts), -1.0)
        since[seen] = np.ceil(series.time[series.offsets[:-1][seen] + found.since[seen]])
        return {"since": since}

    return work


TASKS = {
    "summary": summary,
    "bgnbd": fit(BGNBD),
    "pareto": fit(ParetoNBD),
    "changes": changes,
}
