"""Value: what an account gets beside a competitor, what it earns with us, what remains with us."""

from mainstay.standing.value.area import measure

__all__ = ["measure"]
