"""The pictures of season stock: the months of an account, and the weeks of what was agreed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mainstay import engine
from mainstay.desk import numbers
from mainstay.desk.accounts import words
from mainstay.desk.accounts.addresses import lines_urls
from mainstay.desk.charts import Chart
from mainstay.desk.charts.bars import Months, month_bars
from mainstay.desk.seasons.models import SeasonFollow

PAST = 24


def months(made: engine.SeasonMade, account_id: str, currency: str) -> Chart:
    """What was ordered month by month, and what is expected with its interval; in money."""
    rows = made.months.to_pylist()
    past = [row for row in rows if row["expected"] is None][-PAST:]
    ahead = [row for row in rows if row["expected"] is not None]
    lines = lines_urls(account_id)
    none: tuple[float | None, ...] = (None,) * len(past)
    return month_bars(
        Months(
            title=_("What was ordered, and what will be needed"),
            months=tuple(row["month"] for row in (*past, *ahead)),
            n_past=len(past),
            names=(pgettext("chart", "ordered"),),
            amounts=(tuple(row["ordered"] for row in past),),
            expected=(*none, *(row["expected"] for row in ahead)),
            low=(*none, *(row["low"] for row in ahead)),
            high=(*none, *(row["high"] for row in ahead)),
            links=tuple(lines(row["month"], _end(row["month"])) for row in past),
            show=lambda value: numbers.money(value, currency),
            exact=lambda value: numbers.exact_money(value, currency),
            name_month=words.month,
            short_month=words.short_month,
        )
    )


def _end(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def weeks(row: SeasonFollow) -> Chart:
    """Week by week, in sums from the season's beginning: ordered, and agreed with what is still as agreed."""
    found: list[dict[str, Any]] = row.weeks
    past = [week for week in found if week["ordered"] is not None]
    return month_bars(
        Months(
            title=_("Agreed and ordered, week by week: {what}").format(
                what=row.name or row.product_id or row.category or ""
            ),
            months=tuple(date.fromisoformat(week["until"]) - timedelta(days=1) for week in found),
            n_past=len(past),
            names=(pgettext("chart", "ordered so far"),),
            amounts=(tuple(max(week["ordered"], 0.0) for week in past),),
            expected=tuple(week["agreed"] for week in found),
            low=tuple(week["low"] for week in found),
            high=tuple(week["high"] for week in found),
            links=(),
            show=numbers.compact,
            exact=numbers.plain,
            name_month=words.day,
            short_month=lambda on: f"{on:%m-%d}",
        )
    )
