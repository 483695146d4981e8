"""Mainstay keeps the customers a company lives on.

>>> from mainstay import Ledger, assess
"""

from typing import TYPE_CHECKING, Any

__all__ = ["Ledger", "__version__", "assess"]
__version__ = "0.1.0"

if TYPE_CHECKING:
    from mainstay.engine import Ledger, assess


def __getattr__(name: str) -> Any:
    # Nothing heavy is loaded before it is called for.
    if name in ("Ledger", "assess"):
        from mainstay import engine

        return getattr(engine, name)
    raise AttributeError(f"module 'mainstay' has no attribute {name!r}")
