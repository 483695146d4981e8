"""BG/CNBD-k: regular gaps (Erlang-k); an account leaves after an order day, never after its first."""

from __future__ import annotations

from mainstay.defection.estimators.cnbd_k import CNBDk


class BGCNBDk(CNBDk):
    """Beta-geometric / condensed negative binomial; BG/NBD is k = 1.

    The likelihood is in `cnbd_likelihood`, the forecast in `cnbd_future`. An account with x = 0
    has P(alive) = 1 for ever, as under BG/NBD: never used to rank.

    Source: Reutterer, Platzer & Schröder (2021), Leveraging purchase regularity for predicting
    customer behavior the easy way
    """

    leaves_at_zero = False
