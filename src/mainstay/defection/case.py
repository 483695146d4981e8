"""One account as the sentences about it need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Case:
    """One account as its reasons need it; None = not known.

    figures: its row of the assessment, by column
    fell_since, now_share: when its buying changed, and rate now / rate before
    lost_categories: names with their yearly money, the largest first
    speaks, measures: as `speaking` reads them; measures also last_order_times, stocked_up, and
        idle_days: of its silence, those that a feast or closed weeks took
    ended_categories: as lost_categories, those that we discontinued
    horizon_weeks: how far ahead p_complete looks
    """

    figures: Mapping[str, Any]
    fell_since: date | None
    now_share: float | None
    lost_categories: tuple[tuple[str, float], ...]
    speaks: Mapping[str, float]
    measures: Mapping[str, Any]
    told: Mapping[str, Any]
    ended_categories: tuple[tuple[str, float], ...] = ()
    horizon_weeks: int = 13

    def __getitem__(self, name: str) -> Any:
        return self.figures[name]
