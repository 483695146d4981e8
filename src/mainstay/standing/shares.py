"""SQL of shares and of their intervals."""

from __future__ import annotations

Z80 = 1.2815515655446004  # the normal quantile of an interval that holds 80%
Z95 = 1.959963984540054


def share(part: str, whole: str) -> str:
    """SQL of a share; of nothing it is not known."""
    return f"({part}) / nullif({whole}, 0)"


def wilson(part: str, whole: str, sign: str, z: float = Z80) -> str:
    """SQL of an end of the interval of a share, by Wilson (1927); sign: + or -"""
    z2 = z**2
    p = f"({share(part, whole)})"
    half = f"{z} * sqrt({p} * (1 - {p}) / {whole} + {z2} / (4 * {whole} * {whole}))"
    return f"({p} + {z2} / (2 * {whole}) {sign} {half}) / (1 + {z2} / {whole})"
