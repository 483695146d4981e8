"""Statistics of who still buys, and for how much: NumPy in, NumPy out; fitted values end in `_`.

>>> from mainstay.defection.estimators import ParetoNBD
>>> model = ParetoNBD.fit(x=[2, 0, 5], t_x=[30.4, 0, 20], T=[38.9, 38.9, 38.9])
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mainstay.defection.estimators.bg_cnbd_k import BGCNBDk
    from mainstay.defection.estimators.bg_nbd import BGNBD
    from mainstay.defection.estimators.gamma_gamma import GammaGamma
    from mainstay.defection.estimators.mbg_cnbd_k import MBGCNBDk
    from mainstay.defection.estimators.mbg_nbd import MBGNBD
    from mainstay.defection.estimators.model import Model
    from mainstay.defection.estimators.nbd import NBD
    from mainstay.defection.estimators.pareto_nbd import ParetoNBD

__all__ = [
    "BGNBD",
    "MBGNBD",
    "NBD",
    "BGCNBDk",
    "GammaGamma",
    "MBGCNBDk",
    "ParetoNBD",
    "all_estimators",
]

_MODULES = {
    "NBD": "nbd",
    "ParetoNBD": "pareto_nbd",
    "BGNBD": "bg_nbd",
    "MBGNBD": "mbg_nbd",
    "BGCNBDk": "bg_cnbd_k",
    "MBGCNBDk": "mbg_cnbd_k",
    "GammaGamma": "gamma_gamma",
}


def all_estimators() -> tuple[type[Model[Any]], ...]:
    """Every estimator class; those of when accounts order are subclasses of `OrderModel`."""
    return tuple(_loaded(name) for name in _MODULES)


def _loaded(name: str) -> Any:
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __getattr__(name: str) -> Any:
    # Numba and SciPy are loaded with the first estimator that is asked for.
    if name in _MODULES:
        return _loaded(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
