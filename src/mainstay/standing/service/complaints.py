"""Each complaint with its clocks: how long until it was answered and solved, as the standards count."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.holidays import code_of
from mainstay.core.service_standards import KINDS, UNKNOWN_KIND, UNKNOWN_SEVERITY
from mainstay.core.working_time import WorkCalendar
from mainstay.standing.known import Known
from mainstay.standing.service.elapsed import Bools, Elapsed, Floats, Longs, micros
from mainstay.standing.service.standards import standards

QUARTERS = 8
QUARTER_DAYS = 91
SAME_TIME_HOURS = 1.0  # a solution so soon after the first answer came with it

_KINDS = ", ".join(f"'{kind}'" for kind in KINDS)
_FIRST = QUARTERS * QUARTER_DAYS
_DAYS_AGO = "floor((epoch(now_at) - epoch(opened_at)) / 86400)::int"
# Whatever happens at `$now` or later is not known yet. Who was there, or solved it, has answered too.
_OPENED = f"""
    with placed as (
        select account_id, size_class, country, manager_id,
            (row_number() over () - 1)::int as account from judged
    ),
    seen as (
        select complaint_id, account_id, product_id, severity as told_severity, kind as told_kind, owner_id,
            opened_at, if(first_answer_at < now_at, first_answer_at, null) as first_answer_at,
            if(on_site_at < now_at, on_site_at, null) as on_site_at,
            if(solved_at < now_at, solved_at, null) as solved_at,
            if(solved_at >= now_at, null, accepted_by_customer) as accepted
        from complaints, moment where opened_at < now_at
    )
    select c.* exclude (told_kind, told_severity, first_answer_at, on_site_at, owner_id), account, size_class,
        country, if(told_kind in ({_KINDS}), told_kind, '{UNKNOWN_KIND}') as kind,
        if(told_severity between 1 and 3, told_severity, {UNKNOWN_SEVERITY})::int as severity,
        coalesce(owner_id, manager_id) as owner_id,
        coalesce(first_answer_at, least(on_site_at, solved_at)) as answered_at,
        {_DAYS_AGO} // {QUARTER_DAYS} as quarter
    from seen c join placed using (account_id), moment
    where {_DAYS_AGO} < {_FIRST} or solved_at is null
    order by account, opened_at, complaint_id
"""
# What is due and not done is missed, known already; what is not due yet is neither.
_JUDGED = f"""
    select c.* exclude (account_answer, account_solve),
        answer as answer_within, solve as solve_within, always, own,
        account_answer as answer_hours, account_solve as solve_hours,
        case when account_answer > answer then false when answered_at is not null then true end as answer_met,
        case when account_solve > solve then false when solved_at is not null then true end as solve_met,
        case when answer_met and solve_met then true
            when not answer_met or not solve_met then false end as in_time,
        case when answered_at is null then null
            when solved_at <= answered_at + interval '{SAME_TIME_HOURS} hours' then true
            when now_at > answered_at + interval '{SAME_TIME_HOURS} hours' then false end as at_first,
        solved_at is null as open, solved_at is null and account_solve > solve as overdue
    from timed c join standards using (kind, severity), moment order by account, opened_at, complaint_id
"""


def complaints_of(known: Known) -> pa.Table:
    """A row a complaint of the last eight quarters, or still open: by account.

    quarter: 0 = the last 13 weeks, by the day on which it was opened
    answer_hours, solve_hours: as the standard counts, in working time or around the clock; of what is not
        done, how long it has waited
    answer_met, solve_met: within the standard; null = not due yet. in_time: both
    at_first: solved with the first answer; open: not solved; overdue: nor in time any more
    """
    zone = ZoneInfo(known.settings.working_time.zone)
    now = datetime.combine(known.as_of, time(), zone).astimezone(UTC)
    moment = pa.table({"now_at": pa.array([now], pa.timestamp("us", "UTC"))})
    opened = known.sql(_OPENED, moment=moment)
    rules = standards(known)
    hours = _hours(known, opened, rules, now)
    timed = opened.append_column("account_answer", hours[0]).append_column(
        "account_solve", hours[1]
    )
    return known.sql(_JUDGED, timed=timed, standards=rules, moment=moment)


def _hours(
    known: Known, opened: pa.Table, rules: pa.Table, now: datetime
) -> tuple[pa.Array, pa.Array]:
    """Until answered and until solved, or until now, by the calendar of each account's country."""
    begin = _micros(opened["opened_at"], 0)
    ends = [_micros(opened[name], micros(now)) for name in ("answered_at", "solved_at")]
    always = {
        (kind, severity): runs
        for kind, severity, runs in zip(
            *(rules[name].to_pylist() for name in ("kind", "severity", "always")), strict=True
        )
    }
    sort = zip(opened["kind"].to_pylist(), opened["severity"].to_pylist(), strict=True)
    clock = np.array([always[one] for one in sort], bool)
    codes = opened["country"].combine_chunks().dictionary_encode()
    country = np.asarray(pc.fill_null(codes.indices, -1), np.int64)
    found = [np.zeros(len(begin)) for _ in ends]
    groups: list[tuple[Bools, WorkCalendar | None]] = [(clock, None)]
    names = codes.dictionary.to_pylist()
    by_code: dict[str, list[int]] = {}
    for place in np.unique(country[~clock]):
        code = code_of(names[place]) if place >= 0 else ""
        by_code.setdefault(code, []).append(int(place))
    working = known.settings.working_time
    groups += [
        (~clock & np.isin(country, places), working.calendar(code))
        for code, places in by_code.items()
    ]
    for rows, calendar in groups:
        if not rows.any():
            continue
        first = datetime.fromtimestamp(int(begin[rows].min()) / 1e6, UTC)
        elapsed = Elapsed(calendar, first, now)
        for end, into in zip(ends, found, strict=True):
            into[rows] = elapsed.hours(begin[rows], end[rows])
    return _floats(found[0]), _floats(found[1])


def _floats(values: Floats) -> pa.Array:
    return pa.array(values, pa.float64())


def _micros(moments: pa.ChunkedArray, missing: int) -> Longs:
    cast = moments.combine_chunks().cast(pa.timestamp("us", "UTC")).cast(pa.int64())
    return np.asarray(pc.fill_null(cast, missing), np.int64)
