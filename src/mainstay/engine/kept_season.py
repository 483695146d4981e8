"""The season as an assessment read it, from what was kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from mainstay.core.calendar import NONE, Calendar
from mainstay.standing.season import Season


def season_kept(weeks: Mapping[str, Any], meta: Mapping[str, Any]) -> Season:
    """weeks, meta: the documents `season` and `meta` of an assessment."""
    totals = pa.table(
        {
            "week": pa.array([date.fromisoformat(day) for day in weeks["week"]], pa.date32()),
            "order_days": pa.array(weeks["order_days"], pa.int64()),
        }
    )
    settings = meta["settings"]
    # Assessments from before there was a calendar read none.
    calendar = Calendar.of(settings.get("feasts", NONE), settings.get("closed_weeks", ""))
    as_of, begin = (date.fromisoformat(meta[name]) for name in ("as_of", "data_begin"))
    return Season.of(totals, as_of, begin, calendar)
