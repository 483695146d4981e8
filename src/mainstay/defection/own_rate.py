"""Did an account grow beside its own rate, or only beside that of its peers?

The peers' prior says how often an account ordered before its change. Where most accounts order alike,
and a few much oftener, it says of those few that they once ordered like the rest: every run of large
orders then looks like growth. So the prior is centred no lower than at half of the account's own
long-run rate:

    λ ~ Gamma(s, s / max(s/r, ½·n/T)),  n gaps in the T weeks of the series

as vague as before, and the same for all who order no more than twice as often as their peers. Half,
since the own rate has the change in it that is asked about.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.defection.changepoint import Changes, RatePrior, Series, find_changes

Floats = npt.NDArray[np.float64]
OWN_SHARE = 0.5
# Beside its own rate a rise is never likelier than beside a lower one: who was not thought to have
# risen by so much is not looked at again.
HARDLY = 0.05


def own_prior(series: Series, peers: RatePrior) -> RatePrior:
    """The prior of each series, centred no lower than at half of its own long-run rate.

    peers: one prior for all; shape without unit, rate in weeks
    """
    n = np.diff(series.offsets)
    shape, usual = float(peers.shape), float(peers.shape) / float(peers.rate)
    own = np.zeros(len(n))
    some = n > 1
    weeks = series.end[some] - series.time[series.offsets[:-1][some]]
    own[some] = OWN_SHARE * (n[some] - 1) / np.maximum(weeks, 1.0)
    return RatePrior(np.full(len(n), shape), shape / np.maximum(own, usual))


def grown_beside_own_rate(series: Series, found: Changes, peers: RatePrior, k: Floats) -> Changes:
    """The same with the rises of those who order much oftener than their peers looked at anew.

    found: with the peers' prior; p_fell stays as it is there
    k: float64 (n_series,), how regular each is
    """
    prior = own_prior(series, peers)
    above = np.asarray(prior.rate) < float(peers.rate)
    anew = np.flatnonzero(above & (found.p_rose >= HARDLY))
    if not len(anew):
        return found
    lengths = np.diff(series.offsets)[anew]
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    rows = np.arange(offsets[-1]) + np.repeat(series.offsets[anew] - offsets[:-1], lengths)
    some = Series(series.time[rows], offsets, series.end[anew])
    own = RatePrior(np.asarray(prior.shape)[anew], np.asarray(prior.rate)[anew])
    again = find_changes(some, own, k=k[anew])
    names = ("p_changed", "p_rose", "since", "rate_before", "rate_now", "known")
    return replace(found, **{name: _with(found, again, name, anew) for name in names})


def _with(
    found: Changes, again: Changes, name: str, place: npt.NDArray[np.intp]
) -> npt.NDArray[Any]:
    values = getattr(found, name).copy()
    values[place] = getattr(again, name)
    return values
