"""MBG/CNBD-k: regular gaps (Erlang-k); an account may leave after any order day. The default."""

from __future__ import annotations

from mainstay.defection.estimators.cnbd_k import CNBDk


class MBGCNBDk(CNBDk):
    """Modified beta-geometric / condensed negative binomial; MBG/NBD is k = 1.

    The likelihood is in `cnbd_likelihood`, the forecast in `cnbd_future`.

    Source: Reutterer, Platzer & Schröder (2021), Leveraging purchase regularity for predicting
    customer behavior the easy way
    """

    leaves_at_zero = True
