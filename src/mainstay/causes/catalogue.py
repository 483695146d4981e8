"""All signals there are: every module in `signals/` registers its own."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from mainstay.causes import signals
from mainstay.causes.types import REGISTERED, Signal


@cache
def catalogue() -> dict[str, Signal]:
    """Signals by name, in the order of their modules."""
    for module in pkgutil.iter_modules(signals.__path__):
        importlib.import_module(f"{signals.__name__}.{module.name}")
    return dict(REGISTERED)
