"""Service (R17): answers and solutions against the standards with their times, first contact, proactive contacts,
requests, what accounts think of it, and what each of our people has in hand.

    complaints with their clocks ─┐
    contacts, requests, opinions ─┴─► quarters of accounts ─► accounts, groups ─► card
"""

from __future__ import annotations

import pyarrow as pa

from mainstay.standing.card import Standing
from mainstay.standing.known import Known
from mainstay.standing.service import figures, opinions
from mainstay.standing.service.cards import cards
from mainstay.standing.service.complaints import QUARTER_DAYS, QUARTERS, complaints_of
from mainstay.standing.service.load import load

QUARTERS_KEPT = 4  # whose complaints are kept, one by one
# By quarter of the calendar; one that began before complaints are read would be part of one.
_IN_TIME = f"""
    select account_id, date_trunc('quarter', opened_at::date)::date as begins,
        count(answer_met) as answers, count(*) filter (answer_met) as answered,
        count(solve_met) as solutions, count(*) filter (solve_met) as solved
    from clocked group by all having begins >= $as_of::date - {QUARTERS * QUARTER_DAYS}
    order by account_id, begins
"""
KEPT = (
    *("account_id", "complaint_id", "kind", "severity", "opened_at", "answered_at", "solved_at"),
    *("answer_hours", "answer_within", "answer_met", "solve_hours", "solve_within", "solve_met"),
    *("in_time", "at_first", "always", "open", "overdue", "product_id"),
)


def measure(known: Known) -> Standing:
    """How we serve, as of a date; nothing at all where neither complaint, request nor contact is known.

    tables: service (an account a row, `figures.accounts`), service_quarters, service_groups, service_spread
        (likewise), service_complaints (KEPT, of the last 52 weeks and all open ones), service_kept
        (account_id, begins, answers, answered, solutions, solved: in time, by quarter of the calendar in which
        complaints were opened), service_opinions (`opinions.asked`), service_load (`load`)
    """
    complaints = complaints_of(known)
    asked = opinions.asked(known)
    quarters = figures.quarters(known, complaints, asked)
    if not quarters.num_rows and not complaints.num_rows:
        return Standing()
    told = figures.accounts(known, complaints, quarters, asked)
    found: dict[str, pa.Table] = {
        "service": told,
        "service_quarters": quarters,
        "service_groups": figures.groups(known, complaints, quarters),
        "service_spread": figures.spread(known, complaints),
        "service_complaints": _kept(known, complaints),
        "service_kept": known.sql(_IN_TIME, clocked=complaints),
        "service_opinions": asked,
        "service_load": load(known, complaints),
    }
    return Standing(found, cards(known, told, complaints))


def _kept(known: Known, complaints: pa.Table) -> pa.Table:
    return known.sql(
        f"""
        select {", ".join(KEPT)} from clocked where quarter < {QUARTERS_KEPT} or open
        order by account_id, opened_at, complaint_id
        """,
        clocked=complaints,
    )
