"""The charts of the portfolio."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mainstay.desk import numbers
from mainstay.desk.charts import Chart
from mainstay.desk.charts.shares import Curve, Parts, pareto, side_by_side
from mainstay.desk.portfolio.queries import Part

FIFTH = 0.2
_CLASSES = ("s1", "s6", "s2", "s3", "s4", "s5", "s7")


def curve(portfolio: Mapping[str, Any]) -> Chart | None:
    data = _curve(portfolio)
    return pareto(data) if len(data.points) >= 2 and data.n_accounts >= 2 else None


def top_fifth(portfolio: Mapping[str, Any]) -> float | None:
    """What the largest 20% of the accounts bring: read off the curve, so that title and curve agree."""
    data = _curve(portfolio)
    return data.at(FIFTH) if len(data.points) >= 2 else None


def _curve(portfolio: Mapping[str, Any]) -> Curve:
    points = tuple((float(a), float(b)) for a, b in portfolio.get("curve") or ())
    n_accounts = int(portfolio.get("n_accounts") or 0)
    return Curve(_("The 20/80 curve"), points, n_accounts, numbers.share)


def classes(title: str, rows: list[Part]) -> Chart | None:
    """Many accounts, much money, much at risk: the same classes three times."""
    rows = rows[: len(_CLASSES)]
    measures: list[tuple[str, list[float]]] = [
        (pgettext("measure", "Accounts"), [float(r.accounts) for r in rows]),
        (pgettext("measure", "Sales, 52 weeks"), [r.amount for r in rows]),
        (pgettext("measure", "At risk"), [r.at_risk for r in rows]),
    ]
    shown = []
    for name, values in measures:
        clean = [max(0.0, v) for v in values]
        total = sum(clean)
        if total > 0:
            shown.append((name, tuple(v / total for v in clean)))
    if len(rows) < 2 or not shown:
        return None
    return side_by_side(
        Parts(
            title,
            tuple(r.name for r in rows),
            _CLASSES[: len(rows)],
            tuple(shown),
            numbers.share,
        )
    )
