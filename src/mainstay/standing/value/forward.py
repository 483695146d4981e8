"""Buying forward: a lift before a rebate's period ends, and the hole after it."""

from __future__ import annotations

import pyarrow as pa

from mainstay.standing.known import Known

SPAN_DAYS = 28  # before the end and after it
AROUND_DAYS = 364  # before them, of which the usual 28 days are told
LIFT, HOLE = 1.5, 0.5  # times the usual, and of it
LEAST_ORDERS = 13  # days with purchases in that time
LEAST_TIMES = 2  # ends of periods, before it is called a habit


def forward(known: Known, accrued: pa.Table, days: pa.Table) -> pa.Table:
    """The ends of rebates' periods with what was bought in the four weeks before and after.

    A lift alone may be the season, a hole alone may be anything; both at one end are buying forward, and a
    habit where it is so at two ends or more and at half of them at least.
    accrued: the table of `accruals`; days: of `DaySums`, of the same accounts
    Returns: account_id, last_on, usual (bought in 28 days of the year before), before, after, forward
        (lift and hole), habit (of the account); ends after which 28 days are known alone
    """
    return known.sql(
        f"""
        with ends as (
            select distinct account_id, last_on from accrued
            where ended and part > 0 and last_on + {SPAN_DAYS} < $as_of
        ),
        daily as (select account_id, day, sum(amount) as amount from days group by all),
        sums as (
            select e.account_id, e.last_on,
                sum(d.amount) filter (d.day <= e.last_on - {SPAN_DAYS}) / {AROUND_DAYS} * {SPAN_DAYS} as usual,
                count(*) filter (d.day <= e.last_on - {SPAN_DAYS} and d.amount > 0) as orders,
                coalesce(sum(d.amount) filter (d.day between e.last_on - {SPAN_DAYS - 1} and e.last_on), 0)
                    as before,
                coalesce(sum(d.amount) filter (d.day > e.last_on), 0) as after
            from ends e join daily d on d.account_id = e.account_id
                and d.day > e.last_on - {SPAN_DAYS + AROUND_DAYS} and d.day <= e.last_on + {SPAN_DAYS}
            group by all
        ),
        told as (
            select account_id, last_on, usual, before, after,
                before >= {LIFT} * usual and after <= {HOLE} * usual as forward
            from sums where usual > 0 and orders >= {LEAST_ORDERS}
        )
        select *, sum(forward::int) over mine >= {LEAST_TIMES}
                and 2 * sum(forward::int) over mine >= count(*) over mine as habit
        from told window mine as (partition by account_id)
        """,
        accrued=accrued,
        days=days,
    )
