"""Mainstay keeps the customers a company lives on.

>>> from mainstay import Ledger, assess, replay
"""

from typing import TYPE_CHECKING, Any

from mainstay.core.version import __version__

__all__ = ["Ledger", "__version__", "assess", "replay"]

if TYPE_CHECKING:
    from mainstay.engine import Ledger, assess, replay


def __getattr__(name: str) -> Any:
    # Nothing heavy is loaded before it is called for.
    if name in ("Ledger", "assess", "replay"):
        from mainstay import engine

        return getattr(engine, name)
    raise AttributeError(f"module 'mainstay' has no attribute {name!r}")
