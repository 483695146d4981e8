"""Product needs (R14): how the mix shifts, what is taken of what is new, stopped, asked for, and bought by peers alone.

bought ─► mix · launches ─► news · stopped · chances · asked ─► area ─► cards
"""

from mainstay.standing.needs.area import measure

__all__ = ["measure"]
