"""How far each goal is: reached so far, expected by now, where it ends, and how it stands.

What adds up (money, days with orders, visits, complaints), with R reached so far and q the share of a
period that lies behind, by the account's own years:

    expected by now = target · q        projected end = R / q
    q = Σ what it had by the same day of earlier years / Σ what it had in the whole of them

over one or two years before the period, as far as the account's history reaches; without one, q is the share
of days. The projected end holds in 80% of cases within ± 1.28 · √(s² · k + (P · s · √m / R)²), where s is the
spread of weekly sums over the last 52 weeks, m the weeks behind, k the weeks ahead and P what is to come: weeks
are taken as independent of each other. Complaints may be as many as their target at most.

Shares and means are those of the days so far; on a straight way from where they were in the year before
to the target.
"""

from __future__ import annotations

import json

import pyarrow as pa

from mainstay.core.goal_terms import FLOWS, LESS, MONEY, SHARES
from mainstay.core.texts import Text, gettext_noop
from mainstay.ledger.sql import quoted
from mainstay.standing.known import Known
from mainstay.standing.strategy.goals import GOALS
from mainstay.standing.strategy.series import series

EARLY_DAYS = 28  # of a period; before them nothing can be told
NEAR = 0.95  # of what was expected by now: less is behind
NEAR_SHARE = 0.02  # the same of shares, in points
STATES = ("reached", "on_course", "behind", "missed", "early", "unmeasured")
Z80 = 1.2815515655446004  # the normal quantile of an interval that holds 80%

NO_YEAR = Text(gettext_noop("Nothing is known of the year before, against which it is set."))
NOTHING_TOLD = Text(gettext_noop("Nothing is known of what it is measured by."))

# base: the same in the year before; aim: what is to be reached, in the measure's unit; expected: by now;
# projected, low, high: where it ends; missing: money behind what was expected by now
FOLLOWED = pa.schema(
    [
        *(field for field in GOALS if field.name not in ("goal", "trouble")),
        ("unit", pa.string()),  # money, count, share, days
        ("less", pa.bool_()),  # less is better
        ("base", pa.float64()),
        ("reached", pa.float64()),
        ("expected", pa.float64()),
        ("projected", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("by_season", pa.bool_()),  # expected by the account's own years, not by days alone
        ("missing", pa.float64()),
        ("state", pa.string()),
        ("trouble", pa.string()),
    ]
)


def _in(names: frozenset[str]) -> str:
    return "(" + ", ".join(quoted(name) for name in sorted(names)) + ")"


def _between(first: str, after: str, value: str = "value") -> str:
    return f'sum({value}) filter ("on" >= ({first})::date and "on" < ({after})::date)'


# `back` days lie between a period and the same of the year before; years that would overlap with the
# period itself are looked back over whole.
_SPANS = f"""
    with spans as (
        select *, measure in {_in(FLOWS)} as flow,
            364 * ceil((last_on - first_on - 1) / 364.0)::int as back,
            last_on - first_on + 1 as days, least(last_on + 1, $as_of::date) as until,
            greatest(until - first_on, 0) as gone
        from written
    )
    select goal, any_value(begin) as begin,
        {_between("first_on", "until")} as sum_now, {_between("first_on", "until", "whole")} as whole_now,
        {_between("first_on - back", "last_on + 1 - back")} as year_1,
        {_between("first_on - 2 * back", "last_on + 1 - 2 * back")} as year_2,
        {_between("first_on - back", "until - back")} as by_then_1,
        {_between("first_on - 2 * back", "until - 2 * back")} as by_then_2,
        {_between("first_on - 364", "first_on")} as sum_before,
        {_between("first_on - 364", "first_on", "whole")} as whole_before
    from spans left join series using (goal) left join begins using (goal) group by goal
"""

# The spread of weekly sums; weeks without anything are weeks of 0.
_SPREADS = """
    with weeks as (
        select goal, ($as_of::date - 1 - "on") // 7 as week, sum(value) as value
        from series where "on" >= $as_of::date - 364 and whole is null group by goal, week
    )
    select goal, sqrt(greatest(sum(value * value) / 52 - (sum(value) / 52) ** 2, 0)) as spread
    from weeks group by goal
"""

_FOUND = f"""
    with spans as (
        select g.*, measure in {_in(FLOWS)} as flow, measure in {_in(LESS)} as fewer, s.* exclude (goal),
            w.spread, last_on - first_on + 1 as days,
            greatest(least(last_on + 1, $as_of::date) - first_on, 0) as gone,
            364 * ceil((last_on - first_on - 1) / 364.0)::int as back,
            begin is not null and begin <= first_on - back as has_1,
            begin is not null and begin <= first_on - 2 * back as has_2
        from written g left join sums s using (goal) left join spreads w using (goal)
    ),
    parts as (
        select *, case when flow then if(has_1, coalesce(year_1, 0), null)
                when measure = 'wallet' then wallet_before else sum_before / nullif(whole_before, 0) end as base,
            case when flow then if(gone > 0, coalesce(sum_now, 0), null)
                when measure = 'wallet' then if(last_on >= $as_of and gone > 0, wallet, null)
                else sum_now / nullif(whole_now, 0) end as reached,
            coalesce(if(has_1, year_1, 0), 0) + coalesce(if(has_2, year_2, 0), 0) as whole_years,
            coalesce(if(has_1, by_then_1, 0), 0) + coalesce(if(has_2, by_then_2, 0), 0) as then_years,
            flow and has_1 and measure not in ('visits', 'complaints') and whole_years > 0 as by_season,
            case when by_season then least(greatest(then_years / whole_years, 0), 1)
                else gone / days::double end as q
        from spans left join (
            select account_id, share_of_wallet as wallet, share_of_wallet_before as wallet_before from judged
        ) using (account_id)
    ),
    aims as (
        select * replace (case when not change then aim
                when base is null then null
                when measure in {_in(SHARES)} then greatest(least(base + aim, 1), 0)
                else base * (1 + aim) end as aim),
            gone >= days as over
        from parts
    ),
    ways as (
        select *, case when aim is null or gone = 0 then null when flow then aim * q
                when base is null or (base >= aim) <> fewer then aim
                else base + (aim - base) * gone / days::double end as expected,
            case when not flow or aim is null or over or gone < {EARLY_DAYS} or q <= 0 then null
                else reached / q end as projected,
            projected - reached as ahead, gone / 7.0 as weeks_gone, (days - gone) / 7.0 as weeks_left,
            {Z80} * sqrt(spread ** 2 * weeks_left
                + (ahead * spread * sqrt(weeks_gone) / nullif(reached, 0)) ** 2) as room
        from aims
    ),
    states as (
        select *, if(projected is null, null, greatest(projected - room, least(reached, projected))) as low,
            projected + room as high,
            case when trouble is not null or first_on is null or aim is null then 'unmeasured'
                when gone < {EARLY_DAYS} and not over then 'early'
                when reached is null then 'unmeasured'
                when over then if(if(fewer, reached <= aim, reached >= aim), 'reached', 'missed')
                when flow and not fewer and reached >= aim then 'reached'
                when flow and fewer and reached > aim then 'missed'
                when measure in {_in(SHARES)} then
                    if(reached >= expected - {NEAR_SHARE}, 'on_course', 'behind')
                when fewer then if(reached <= greatest(expected / {NEAR}, expected + 1), 'on_course', 'behind')
                else if(reached >= {NEAR} * expected, 'on_course', 'behind') end as state
        from ways
    )
    select *, fewer as less,
        case when measure in {_in(MONEY)} then 'money' when measure in {_in(SHARES)} then 'share'
            when measure = 'days_to_pay' then 'days' when measure is not null then 'count' end as unit,
        if(state in ('behind', 'missed') and measure in {_in(MONEY)},
            greatest(if(over, aim, expected) - reached, 0), null) as missing,
        if(state = 'unmeasured', coalesce(trouble, if(change and base is null, $no_year, $nothing)), null)
            as why
    from states order by account_id, first_on desc nulls last, goal
"""


def followed(known: Known, goals: pa.Table) -> pa.Table:
    """Rows of FOLLOWED, by account.

    goals: rows of goals.GOALS
    """
    if not goals.num_rows:
        return FOLLOWED.empty_table()
    told = series(known, goals)
    sums = known.sql(_SPANS, written=goals, series=told, begins=_begins(known, goals))
    spreads = known.sql(_SPREADS, series=told)
    query = _FOUND.replace("$no_year", quoted(json.dumps(NO_YEAR.to_json())))
    query = query.replace("$nothing", quoted(json.dumps(NOTHING_TOLD.to_json())))
    rows = known.sql(query, written=goals, sums=sums, spreads=spreads)
    return (
        rows.drop(["trouble"])
        .rename_columns({"why": "trouble"})
        .select(FOLLOWED.names)
        .cast(FOLLOWED)
    )


def _begins(known: Known, goals: pa.Table) -> pa.Table:
    """By goal, the first day of which the ledger knows something of its account: years before are unknown."""
    return known.sql(
        """
        select goal, j.first_order_on as begin from written join judged j using (account_id)
        """,
        written=goals.select(["goal", "account_id"]),
    )
