"""What the rhythm model expects: MBG/CNBD-k per cohort, fitted afresh at each date.

Accounts that already bought when the data begin have survived for a time nobody saw: they are more
loyal than those whose first order is in the data. They are fitted apart, where both groups are
large enough, which is the likelihood given that they were alive when the data began.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from mainstay.core.errors import FitError
from mainstay.standing.history import days_of
from mainstay.standing.rhythm import Columns

if TYPE_CHECKING:
    from mainstay.defection.estimators.cnbd import CNBD

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LEAST_COHORT = 200
MOST_FITTED = 5_000  # histories of a cohort; more cost time and move no parameter by what matters
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

    @classmethod
    def at(cls, on: date, columns: Columns) -> History:
        """From the columns of `AccountFeatures` at one date, days as days since 1970-01-01."""
        first, last = (
            np.asarray(columns[name]).astype(np.int64) for name in ("first_day", "last_day")
        )
        x = np.asarray(columns["order_days"]).astype(np.int64) - 1
        # Of gaps in days; the model reads weeks.
        log_gaps = x * (np.asarray(columns["gap_log_mean"]).astype(float) - np.log(7))
        return cls(
            x=x,
            t_x=(last - first) / 7,
            T=(days_of(on) - 1 - first) / 7,
            log_gaps=np.where(x > 0, log_gaps, 0.0),
            left_truncated=np.asarray(columns["left_truncated"]),
        )


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

    def p_alive_where(self, asked: Bools) -> Floats:
        """`p_alive` of these accounts alone, NaN for the others; (n_accounts,)."""
        return self._of_each(lambda model, *past: model.p_alive(*past), asked)

    @property
    def models(self) -> list[dict[str, Any]]:
        """What was fitted, for the record."""
        return [_described(cohort) for cohort in self.cohorts]

    def _of_each(self, figure: Callable[..., Floats], asked: Bools | None = None) -> Floats:
        values = np.full(self.n_accounts, np.nan)
        for cohort in self.cohorts:
            some = np.s_[:] if asked is None else asked[cohort.rows]
            past = (cohort.x[some], cohort.t_x[some], cohort.T[some])
            if cohort.model is not None and len(past[0]):
                values[cohort.rows[some]] = figure(cohort.model, *past)
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
        some = np.s_[:: max(1, -(-len(x) // MOST_FITTED))]
        with suppress(FitError):
            model = MBGCNBDk.fit(
                x[some],
                t_x[some],
                T[some],
                log_gaps=None if log_gaps is None else log_gaps[some],
                start=_near(before, name),
            )
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
