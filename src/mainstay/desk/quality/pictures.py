"""The pictures of quality: control charts by month, and one account beside its peers by quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mainstay.desk import numbers
from mainstay.desk.charts import Chart
from mainstay.desk.charts.control import Control, control
from mainstay.desk.delivery.words import quarter
from mainstay.desk.quality import words

LEAST_MONTHS = 3
QUARTERS = 8


def by_month(title: str, months: Sequence[Mapping[str, Any]], as_of: date) -> Chart | None:
    """None of fewer months than make a line."""
    rates = tuple(_rate(row) for row in months)
    if sum(rate is not None for rate in rates) < LEAST_MONTHS:
        return None
    return control(
        Control(
            title=title,
            description=_(
                "Each dot is a month: complaints and returns per 1,000 units sold in it. The band is what chance "
                "alone makes of what is usual; a diamond lies outside, or ends eight months on one side."
            ),
            heading=pgettext("column", "Month"),
            names=tuple(words.month(as_of, row["month"]) for row in months),
            rates=rates,
            centre=tuple(row["centre"] for row in months),
            low=tuple(row["low"] for row in months),
            high=tuple(row["high"] for row in months),
            signals=tuple(str(words.SIGNALS.get(row["signal"] or "", "")) for row in months),
            counts=(
                (
                    pgettext("column", "Complaints and returns"),
                    tuple(numbers.plain(row["cases"]) for row in months),
                ),
                (pgettext("column", "Units"), tuple(numbers.plain(row["units"]) for row in months)),
            ),
            words=(
                _("Per 1,000 units"),
                pgettext("control chart", "Usual"),
                pgettext("control chart", "Limits of chance"),
                pgettext("control chart", "Out of control"),
            ),
            show=numbers.rate,
        )
    )


def by_quarter(
    quarters: Mapping[int, Mapping[str, Any]], peers: Mapping[int, Mapping[str, Any]], as_of: date
) -> Chart | None:
    """One account beside its size class; None where no quarter says anything."""
    spans = list(reversed(range(QUARTERS)))
    own = tuple(_rate(quarters.get(q, {})) for q in spans)
    if not any(own):
        return None
    nothing = (None,) * QUARTERS
    return control(
        Control(
            title=_("Complaints and returns per 1,000 units, by quarter"),
            description=_("Each dot is 13 weeks; the line is what accounts of its size have."),
            heading=pgettext("column", "Quarter up to"),
            names=tuple(quarter(as_of, q) for q in spans),
            rates=own,
            centre=tuple(_rate(peers.get(q, {})) for q in spans),
            low=nothing,
            high=nothing,
            signals=("",) * QUARTERS,
            counts=(
                (
                    pgettext("column", "Complaints and returns"),
                    tuple(numbers.plain((quarters.get(q) or {}).get("cases")) for q in spans),
                ),
            ),
            words=(
                _("This account"),
                _("Accounts of its size"),
                pgettext("control chart", "Limits of chance"),
                pgettext("control chart", "Out of control"),
            ),
            show=numbers.rate,
        )
    )


def _rate(row: Mapping[str, Any]) -> float | None:
    units = row.get("units")
    return 1000 * row["cases"] / units if units else None
