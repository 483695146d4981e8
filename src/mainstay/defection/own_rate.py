"""The prior of an account's rate: that of its peers, or nearer its own where it orders much oftener.

The peers' prior says how often an account ordered before its change. Where most accounts order alike,
and a few much oftener, it says of those few that they once ordered like the rest: they then seem to
grow, and no fall of theirs is one. So the prior is centred no lower than at half of the account's own
long-run rate:

    λ ~ Gamma(s, s / max(s/r, ½·n/T)),  n gaps in the T ≥ 26 weeks of the series

as vague as before, and the same for all who order no more than twice as often as their peers. Half,
since the own rate has the change in it that is asked about.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mainstay.defection.changepoint import RatePrior, Series

Floats = npt.NDArray[np.float64]
OWN_SHARE = 0.5
LEAST_WEEKS = 26.0  # a few orders within days are no long-run rate


def own_prior(series: Series, peers: RatePrior) -> RatePrior:
    """The prior of each series, centred no lower than at half of its own long-run rate.

    peers: one prior for all; shape without unit, rate in weeks
    """
    n = np.diff(series.offsets)
    shape, usual = float(peers.shape), float(peers.shape) / float(peers.rate)
    own = np.zeros(len(n))
    some = n > 1
    weeks = series.end[some] - series.time[series.offsets[:-1][some]]
    own[some] = OWN_SHARE * (n[some] - 1) / np.maximum(weeks, LEAST_WEEKS)
    return RatePrior(np.full(len(n), shape), shape / np.maximum(own, usual))
