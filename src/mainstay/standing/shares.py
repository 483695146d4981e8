"""SQL of shares and of their intervals."""

from __future__ import annotations

Z80 = 1.2815515655446004  # the normal quantile of an interval that holds 80%


def share(part: str, whole: str) -> str:
    """SQL of a share; of nothing it is not known."""
    return f"({part}) / nullif({whole}, 0)"


def wilson(part: str, whole: str, sign: str) -> str:
    """SQL of an end of the 80% interval of a share, by Wilson (1927); sign: + or -"""
    z2 = Z80**2
    p = f"({share(part, whole)})"
    half = f"{Z80} * sqrt({p} * (1 - {p}) / {whole} + {z2} / (4 * {whole} * {whole}))"
    return f"({p} + {z2} / (2 * {whole}) {sign} {half}) / (1 + {z2} / {whole})"
