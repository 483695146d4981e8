"""BG/NBD: exponential gaps; an account leaves after an order day, but never right after its first."""

from __future__ import annotations

from mainstay.defection.estimators.cnbd import CNBD


class BGNBD(CNBD):
    """Beta-geometric / negative binomial.

    L = Γ(r+x)/Γ(r) · α^r · B(a, b+x)/B(a, b) · [(α+T)^{−(r+x)} + 1{x>0} a/(b+x−1) (α+t_x)^{−(r+x)}]

    An account with x = 0 has P(alive) = 1 for ever: kept as a yardstick, never used to rank.

    Source: Fader, Hardie & Lee (2005), "Counting your customers" the easy way, eq. 6, 10
    """

    leaves_at_zero = False
