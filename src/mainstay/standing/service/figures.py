"""Figures of service: of accounts, their quarters, and of all by size, kind and severity.

A complaint counts in the quarter in which it was opened; the figures of now are those of the last 26 weeks, of before
those of the 26 weeks before them. What is due and not done is missed, what is not due yet is left out of the shares;
in the times both count as open for as long as they have waited (`survival`).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger.opinion_tables import ANSWERS
from mainstay.standing.known import Known
from mainstay.standing.service import contacts, opinions
from mainstay.standing.shares import Z95, share, wilson
from mainstay.standing.survival import quantiles

LEAST = 3  # complaints; fewer tell nothing of an account
LEAST_PEERS = 10
NOW, BEFORE = "quarter < 2", "quarter between 2 and 3"
PARTS = (0.1, 0.5, 0.9)
# Upper ends of what is used up of the time that the standard gives; what is beyond the last is one more.
BUCKETS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)

_OF_COMPLAINTS = {
    "complaints": "count(*)",
    "answer_n": "count(answer_met)",
    "answer_done": "count(*) filter (answer_met)",
    "solve_n": "count(solve_met)",
    "solve_done": "count(*) filter (solve_met)",
    "in_time_n": "count(in_time)",
    "in_time_done": "count(*) filter (in_time)",
    "first_n": "count(at_first)",
    "first_done": "count(*) filter (at_first)",
}
_OTHERS = (
    *("contacts", "proactive", "requests", "request_n", "request_met"),
    *("asked", "opinion_n", "answered", "low"),
    *(f"{name}_{end}" for name in ANSWERS for end in ("sum", "n")),
)
COUNTS = (*_OF_COMPLAINTS, *_OTHERS)
SHARES = {
    "answer": ("answer_done", "answer_n"),
    "solve": ("solve_done", "solve_n"),
    "in_time": ("in_time_done", "in_time_n"),
    "at_first": ("first_done", "first_n"),
    "proactive_share": ("proactive", "contacts"),
    "request": ("request_met", "request_n"),
    "unanswered": ("opinion_n - answered", "opinion_n"),
}


def _summed() -> str:
    return ", ".join(f"{how} as {name}" for name, how in _OF_COMPLAINTS.items())


def _sums(names: tuple[str, ...], when: str = "true", end: str = "") -> str:
    return ", ".join(
        f"coalesce(sum({name}) filter ({when}), 0)::bigint as {name}{end}" for name in names
    )


def quarters(known: Known, complaints: pa.Table, asked: pa.Table) -> pa.Table:
    """An account × quarter a row: COUNTS, 0 = the last 13 weeks."""
    return known.sql(
        f"""
        with parts as (
            select account_id, quarter, {_summed()} from clocked where quarter < 8 group by all
            union all by name select * from told_contacts
            union all by name select * from told_requests
            union all by name select * from told_opinions
        )
        select account_id, quarter::int as quarter, {_sums(COUNTS)} from parts
        where account_id in (select account_id from judged)
        group by all order by account_id, quarter
        """,
        clocked=complaints,
        told_contacts=contacts.contacts(known),
        told_requests=contacts.requests(known),
        told_opinions=opinions.sums(known, asked),
    )


def accounts(known: Known, complaints: pa.Table, quarters: pa.Table, asked: pa.Table) -> pa.Table:
    """Table service: an account a row, of whom anything was counted in the last 26 weeks, or a complaint is open.

    COUNTS of now; SHARES of now, and `…_before`; answer_median, solve_median: hours by when half were answered or
    solved, null = not known yet; open, overdue, overdue_since; peers_in_time: the median of accounts of its
    size class with LEAST complaints, peers_unanswered: of all of its size class together
    """
    shares = ", ".join(f"{share(*parts)} as {name}" for name, parts in SHARES.items())
    before = ", ".join(
        f"sum({part}) filter ({BEFORE}) / nullif(sum({whole}) filter ({BEFORE}), 0) as {name}_before"
        for name, (part, whole) in SHARES.items()
    )
    return known.sql(
        f"""
        with counted as (
            select account_id, {_sums(COUNTS, NOW)}, {before},
                coalesce(sum(in_time_n) filter ({BEFORE}), 0)::bigint as before_n,
            from quarters group by account_id
        ),
        running as (
            select account_id, count(*) as open, count(*) filter (overdue) as overdue,
                min(opened_at) filter (overdue) as overdue_since
            from clocked where open group by account_id
        ),
        told as (
            select j.account_id, j.size_class, c.* exclude (account_id), {shares},
                {wilson("in_time_done", "in_time_n", "+", Z95)} as in_time_high,
                coalesce(open, 0) as open, coalesce(overdue, 0) as overdue, overdue_since,
                answer_median, solve_median, low_answer, low_question, low_on, coalesce(silent, 0) as silent
            from judged j left join counted c using (account_id) left join running r using (account_id)
            left join medians m using (account_id) left join latest l using (account_id)
            where complaints + contacts + requests + asked > 0 or open > 0
        ),
        peers as (
            select size_class,
                case when count(*) filter (in_time_n >= {LEAST}) >= {LEAST_PEERS}
                    then median(in_time) filter (in_time_n >= {LEAST}) end as peers_in_time,
                case when sum(opinion_n) >= {LEAST_PEERS}
                    then sum(opinion_n - answered) / sum(opinion_n) end as peers_unanswered
            from told group by size_class
        )
        select t.*, p.* exclude (size_class) from told t left join peers p using (size_class)
        order by account_id
        """,
        clocked=complaints,
        quarters=quarters,
        medians=_medians(complaints),
        latest=opinions.latest(known, asked),
    )


def _medians(complaints: pa.Table) -> pa.Table:
    """By account of the last 26 weeks: answer_median and solve_median."""
    now = complaints.filter(pc.less(complaints["quarter"], 2))
    codes = now["account_id"].combine_chunks().dictionary_encode()
    place, n = np.asarray(codes.indices, np.int64), len(codes.dictionary)
    found = {"account_id": codes.dictionary}
    for name in ("answer", "solve"):
        times = quantiles(place, *_times(now, name), (0.5,), n)[:, 0]
        found[f"{name}_median"] = pa.array(times, pa.float64(), from_pandas=True)
    return pa.table(found)


def _times(rows: pa.Table, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Hours and whether it is done; name: answer or solve"""
    done = pc.is_valid(rows[{"answer": "answered_at", "solve": "solved_at"}[name]])
    return np.asarray(rows[f"{name}_hours"], np.float64), np.asarray(done, bool)


def groups(known: Known, complaints: pa.Table, quarters: pa.Table) -> pa.Table:
    """Table service_groups: `by` (all, size, kind, severity), `name` and `quarter` a row.

    COUNTS; answer_q10, answer_q50, answer_q90 and the same of solve: hours by when so many were done.
    quarter −1 = the last 26 weeks, −2 = the 26 weeks before
    """
    told = known.sql(
        f"""
        with sized as (
            select q.*, j.size_class from quarters q join judged j using (account_id)
        ),
        of_sorts as (
            select kind, severity, quarter, {_summed()} from clocked where quarter < 8 group by all
        ),
        parts as (
            select 'all' as "by", 'all' as name, quarter, {_sums(COUNTS)} from sized group by all
            union all by name
            select 'size' as "by", size_class as name, quarter, {_sums(COUNTS)} from sized
                where size_class is not null group by all
            union all by name
            select 'kind' as "by", kind as name, quarter, {_sums(tuple(_OF_COMPLAINTS))} from of_sorts
                group by all
            union all by name
            select 'severity' as "by", severity::varchar as name, quarter,
                {_sums(tuple(_OF_COMPLAINTS))} from of_sorts group by all
        ),
        spans as (
            select * from parts union all by name
            select "by", name, if({NOW}, -1, -2) as quarter, {_sums(COUNTS)} from parts
                where quarter < 4 group by all
        )
        select * from spans order by "by", name, quarter
        """,
        clocked=complaints,
        quarters=quarters,
    )
    return known.sql(
        'select t.*, l.* exclude ("by", name, quarter) from told t left join led l '
        'using ("by", name, quarter) order by "by", name, quarter',
        told=told,
        led=_quantiles(known, complaints),
    )


def _quantiles(known: Known, complaints: pa.Table) -> pa.Table:
    """Of each group and quarter (−1, −2: half years): quantiles of hours, open complaints counted as open."""
    rows = known.sql(
        f"""
        with spans as (
            select *, quarter as span from clocked where quarter < 8
            union all select *, if({NOW}, -1, -2) as span from clocked where quarter < 4
        ),
        named as (
            select 'all' as "by", 'all' as name, * from spans
            union all select 'size', size_class, * from spans where size_class is not null
            union all select 'kind', kind, * from spans
            union all select 'severity', severity::varchar, * from spans
        )
        select "by", name, span::int as quarter, answer_hours, answered_at, solve_hours, solved_at,
            (dense_rank() over (order by "by", name, span) - 1)::bigint as place
        from named order by place
        """,
        clocked=complaints,
    )
    place = np.asarray(rows["place"], np.int64)
    first = np.unique(place, return_index=True)[1]
    found = rows.select(["by", "name", "quarter"]).take(pa.array(first))
    for name in ("answer", "solve"):
        times = quantiles(place, *_times(rows, name), PARTS, len(first))
        for column, part in enumerate(PARTS):
            values = pa.array(times[:, column], pa.float64(), from_pandas=True)
            found = found.append_column(f"{name}_q{part * 100:.0f}", values)
    return found


def spread(known: Known, complaints: pa.Table) -> pa.Table:
    """Table service_spread: how many complaints of the last 26 weeks took which part of their time.

    what (answer, solve), bucket (place in BUCKETS, one more = beyond), done, open (still waiting so long)
    """
    edges = " + ".join(f"(used > {edge})::int" for edge in BUCKETS)
    return known.sql(
        f"""
        with used as (
            select 'answer' as what, answer_hours / answer_within as used, answered_at is not null as done
            from clocked where {NOW}
            union all
            select 'solve', solve_hours / solve_within, solved_at is not null from clocked where {NOW}
        )
        select what, ({edges})::int as bucket, count(*) filter (done) as done,
            count(*) filter (not done) as open
        from used group by all order by what, bucket
        """,
        clocked=complaints,
    )
