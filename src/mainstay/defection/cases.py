"""Accounts as the sentences about them need them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.defection.said import Said

Flags = npt.NDArray[np.bool_]
Amounts = tuple[tuple[str, float], ...]
# Of what we could not deliver: products, usual_share, short_weeks, since_on.
Short = tuple[str, float, int, date]


@dataclass(frozen=True)
class Cases:
    """Accounts as their reasons need them: one value an account in each array.

    figures: columns of the assessment, what `speaking` reads beside them, and of each account
        fell_since, now_share: when its buying changed, and rate now / rate before
        last_order_times, stocked_up; idle_days: of its silence, those that a feast or closed weeks took
        closed_on, back_on; notice and told_on, the notice's kind and day
        share_fell, by_share, bought_growth: that our share fell, whether it slips for that alone, and
            how much more it bought of us
        silent_last_year, left_truncated
        numbers with NaN, and days as datetime64[D] with NaT, where it is not known
    speaks: float64 (n, groups), as `speaking` reads them
    lost_categories: names with their yearly money, the largest first; ended_categories: likewise,
        those that we discontinued
    short: what we could not deliver, by place of the account
    begin_on: first day of the data; horizon_weeks: how far ahead p_complete looks
    """

    figures: Mapping[str, npt.NDArray[Any]]
    speaks: npt.NDArray[np.float64]
    lost_categories: Sequence[Amounts]
    ended_categories: Sequence[Amounts]
    short: Mapping[int, Short]
    begin_on: np.datetime64
    horizon_weeks: int = 13

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return self.figures[name]

    def __len__(self) -> int:
        return len(self.figures["state"])

    def state(self, *names: str) -> Flags:
        """Whether each is in one of these states."""
        return np.logical_or.reduce([self["state"] == name for name in names])

    def said(self, where: Flags, template: str, **data: Any) -> Said:
        """A sentence of the accounts where it holds.

        data: arrays with a value for every account, or one value for all of them
        """
        who = np.flatnonzero(where)
        found = {
            name: values[who] if np.ndim(values) else np.full(len(who), values)
            for name, values in data.items()
        }
        return Said(who, template, found)

    def whole(self, name: str) -> npt.NDArray[np.int64]:
        """A figure to the next whole number; masked = not known."""
        return _whole(np.rint(self[name]))

    def whole_below(self, name: str) -> npt.NDArray[np.int64]:
        """Of a limit: more whole days than this are beyond it; masked = not known."""
        return _whole(np.trunc(self[name]))

    @cached_property
    def is_daily(self) -> Flags:
        return np.asarray(np.rint(self["rhythm_days"]) == 1)

    @cached_property
    def is_silent(self) -> Flags:
        """Whether each is silent for longer than its rhythm explains."""
        return np.asarray(self["days_silent"] > self["late_after_days"])

    @cached_property
    def waits_for_delivery(self) -> Flags:
        """Whether what is on order is all that speaks against its silence."""
        on_order = self["open_orders"] != 0
        return self.state("won_back", "steady") & on_order & self.is_silent


def _whole(values: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    known = np.ma.masked_invalid(values)
    whole: npt.NDArray[np.int64] = known.filled(0).astype(np.int64)
    return np.ma.masked_array(whole, np.ma.getmaskarray(known))
