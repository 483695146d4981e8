"""Complete defection, first version: the rhythm model per cohort, fitted afresh at each date.

Accounts that already bought when the data begin have survived for a time nobody saw: they are more
loyal than those whose first order is in the data. They are fitted apart, where both groups are
large enough, which is the likelihood given that they were alive when the data began.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from mainstay.core.errors import FitError

if TYPE_CHECKING:
    from mainstay.defection.estimators.cnbd import CNBD

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LEAST_COHORT = 200
YEAR_WEEKS = 52.0
SURELY_GONE = 1e-100  # of expected orders, below which a share of them is noise


@dataclass(frozen=True)
class History:
    """What the model reads; arrays (n_accounts,): x order days after the first, t_x and T in weeks.

    log_gaps: sum of log(gap in weeks) of each account; None = not known
    """

    x: npt.NDArray[np.int64]
    t_x: Floats
    T: Floats
    log_gaps: Floats | None
    left_truncated: Bools


def cohorts(history: History) -> list[tuple[str, npt.NDArray[np.int64]]]:
    """Accounts there when the data begin, and the others; all as one where either is small."""
    old = np.flatnonzero(history.left_truncated)
    young = np.flatnonzero(~history.left_truncated)
    if min(len(old), len(young)) < LEAST_COHORT:
        return [("all", np.arange(len(history.x)))]
    return [("there_when_data_begin", old), ("begun_since", young)]


@dataclass(frozen=True)
class Cohort:
    """Accounts fitted together.

    rows: their places; x, t_x, T: of these rows, an open order counted as one of the last day;
    model: None where nothing could be fitted
    """

    name: str
    rows: npt.NDArray[np.int64]
    x: npt.NDArray[np.int64]
    t_x: Floats
    T: Floats
    model: CNBD | None


@dataclass(frozen=True, eq=False)
class Forecast:
    """What the rhythm model expects of each account; NaN where nothing could be fitted.

    Each figure is worked out when it is first asked for: earlier dates need p_alive alone.
    """

    n_accounts: int
    horizon_weeks: float
    cohorts: tuple[Cohort, ...]

    @cached_property
    def p_alive(self) -> Floats:
        """Probability that it still buys; (n_accounts,)."""
        return self._of_each(lambda model, *past: model.p_alive(*past))

    @cached_property
    def p_complete(self) -> Floats:
        """Probability of no order day within the horizon; (n_accounts,)."""
        return self._of_each(lambda model, *past: model.p_orders(0, self.horizon_weeks, *past))

    @cached_property
    def expected_orders(self) -> Floats:
        """Order days within the horizon; (n_accounts,)."""
        return self._of_each(lambda model, *past: model.expected_orders(self.horizon_weeks, *past))

    @cached_property
    def survival(self) -> Floats:
        """Of the orders of an account that is alive now, in the next 52 weeks if it never left, the
        share that is to be expected, 0 < s ≤ 1; (n_accounts,)."""
        return self._of_each(_survival)

    @property
    def models(self) -> list[dict[str, Any]]:
        """What was fitted, for the record."""
        return [_described(cohort) for cohort in self.cohorts]

    def _of_each(self, figure: Callable[..., Floats]) -> Floats:
        values = np.full(self.n_accounts, np.nan)
        for cohort in self.cohorts:
            if cohort.model is not None:
                values[cohort.rows] = figure(cohort.model, cohort.x, cohort.t_x, cohort.T)
        return values


def forecast(
    history: History,
    horizon_weeks: float,
    *,
    open_order: Bools | None = None,
    before: Forecast | None = None,
) -> Forecast:
    """Fit MBG/CNBD-k to each cohort.

    open_order: whether the account has something on order. It is alive then, whatever its silence:
        the models are fitted to what was delivered, and judge it as if it had ordered yesterday
    before: the forecast of an earlier date, from whose models the search starts; it saves time, and
        changes the result in its last digits alone
    Where nothing can be fitted (nobody has been seen for a day) all values are NaN.
    """
    from mainstay.defection.estimators.mbg_cnbd_k import MBGCNBDk

    found = []
    for name, rows in cohorts(history):
        x, t_x, T = history.x[rows], history.t_x[rows], history.T[rows]
        log_gaps = None if history.log_gaps is None else history.log_gaps[rows]
        model: CNBD | None = None
        with suppress(FitError):
            model = MBGCNBDk.fit(x, t_x, T, log_gaps=log_gaps, start=_near(before, name))
        if open_order is not None:
            ordered = open_order[rows] & (t_x < T)
            x, t_x = x + ordered, np.where(ordered, T, t_x)
        found.append(Cohort(name, rows, x, t_x, T, model))
    return Forecast(len(history.x), horizon_weeks, tuple(found))


def _near(before: Forecast | None, cohort: str) -> CNBD | None:
    """The model of that cohort, or else of any; None where there is none."""
    fitted = {c.name: c.model for c in before.cohorts if c.model} if before else {}
    return fitted.get(cohort) or next(iter(fitted.values()), None)


def _described(cohort: Cohort) -> dict[str, Any]:
    model = cohort.model
    about = {"cohort": cohort.name, "accounts": len(cohort.rows), "fitted": model is not None}
    if model is None:
        return about
    return about | {
        "model": "MBG/CNBD-k",
        "k": model.k_,
        **asdict(model.params_),
        "loglik": model.loglik_,
        "used_prior": model.used_prior_,
    }


def _survival(model: CNBD, x: npt.NDArray[np.int64], t_x: Floats, T: Floats) -> Floats:
    """Orders that a living account is expected to make in a year, over those if it never left."""
    kept = model.expected_orders(YEAR_WEEKS, x, t_x, T)
    all_ = model.p_alive(x, t_x, T) * model.expected_orders_if_staying(YEAR_WEEKS, x, t_x, T)
    known = np.minimum(kept, all_) > SURELY_GONE
    share = np.divide(kept, all_, out=np.ones(len(kept)), where=known)
    return np.asarray(np.minimum(share, 1.0))
