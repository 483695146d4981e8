"""Signals from our deliveries: late, short, out of stock, urgent orders refused (R9, R18)."""

from __future__ import annotations

import pyarrow as pa

from mainstay.causes.types import Link, found, signal
from mainstay.causes.view import View
from mainstay.core.texts import gettext_noop

LATE_DAYS = 2  # later than this is late


@signal(
    "delivery_late",
    rule="R18",
    direction="us",
    role="context",
    wording=gettext_noop("Delivered {late_days} days after the promised {promised_on}."),
    tables=("deliveries",),
    links=(Link("delivery.late", delay_weeks=4, fade_weeks=13),),
)
def delivery_late(view: View) -> pa.Table:
    """Each delivery after its promised day; half strength at a week, full at three weeks late."""
    late = view.sql(
        f"""
        select account_id, promised_on as since, delivered_on - promised_on as days,
            least(1.0, (delivered_on - promised_on) / 14.0) as strength,
            to_json([['deliveries', delivery_id]])::varchar as rows,
            json_object('late_days', days, 'promised_on', promised_on)::varchar as data
        from deliveries
        where delivered_on - promised_on > {LATE_DAYS} and promised_on >= $begin
        """
    )
    return found({name: late[name] for name in ("account_id", "since", "strength", "rows", "data")})
