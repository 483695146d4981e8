"""MBG/NBD: exponential gaps; an account may leave after any order day, its first one too."""

from __future__ import annotations

from mainstay.defection.estimators.cnbd import CNBD


class MBGNBD(CNBD):
    """Modified beta-geometric / negative binomial.

    L = Γ(r+x)/Γ(r) · α^r · B(a, b+x+1)/B(a, b) · [(α+T)^{−(r+x)} + a/(b+x) (α+t_x)^{−(r+x)}]

    Source: Batislam, Denizel & Filiztekin (2007); Hoppe & Wagner (2007)
    """

    leaves_at_zero = True
