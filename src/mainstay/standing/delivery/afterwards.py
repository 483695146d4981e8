"""What late and short deliveries were followed by in the account's own orders.

A bad delivery is a day on which something was due that came more than two days late, not at all, more than 5% short,
or was refused. Let B be the purchases of the 13 weeks after that day, and E what was to be expected of them:

    E = Y · T   Y: the same weeks a year before; T: P over the same weeks a year before them, no less than 1/3
                and no more than 3
    E = P       P: the 13 weeks before what was due was ordered, where the data hold no year before or nothing
                was bought in it
    change = B / E − 1, no more than 2

The order itself is in neither: what came short of it is often billed short, and would lower what is expected.

For the effect, days on which something was due, and nothing had been badly delivered in the 13 weeks before them, are
compared: those that were badly delivered with those that were not, by the same reckoning, within cells of size
class, 28 days and how many lines were due. Both are chosen by what was known on their day and never by what came
later: who is asked to have had no bad delivery afterwards either has bought little afterwards. The effect is
the mean of the differences. Its 80% interval counts accounts as independent (m cases, c of account g; d the
difference; cells with n peers of variance s², each with the share w of the cases):

    SE² = Σ_g (Σ_c d − mean)² / m² · G/(G − 1) + Σ w² s²/n
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.stats import t as student

from mainstay.standing.delivery.bought import AFTER_DAYS, Bought, Moments
from mainstay.standing.delivery.lines import LATE_DAYS, SHORT_SHARE, Told
from mainstay.standing.known import Known

BLOCK_DAYS = 28
MOST_ASKED = 20_000  # accounts that are compared; more make the effect no surer
MOST_PEERS = 300  # of a cell, likewise
LEAST_PEERS = 5
LEAST_ACCOUNTS = 20  # fewer are too few to tell
MOST_CATEGORIES = 12
MOST_SHOWN = 20  # bad days of an account that are kept, the newest
LEAST_TREND, MOST_TREND = 1 / 3, 3.0
MOST_CHANGE = 2.0
ALL, LATE, SHORT = "all", "late", "short"

# One row an account and bad day. kinds: late, short or both; days_late, wanting: the worst of the day's lines;
# bought, expected: money; expected_by: year or before; change: null while the 13 weeks are not over (`over`
# false) or nothing can be expected; peers_change: of peers at the same time
AFTER = pa.schema(
    [
        ("account_id", pa.string()),
        ("on", pa.date32()),
        ("kinds", pa.string()),
        ("days_late", pa.int64()),
        ("wanting", pa.float64()),
        ("lines", pa.int64()),
        ("bought", pa.float64()),
        ("expected", pa.float64()),
        ("expected_by", pa.string()),
        ("change", pa.float64()),
        ("over", pa.bool_()),
        ("peers_change", pa.float64()),
        ("peers_n", pa.int64()),
    ]
)
# One row a kind and category (null = all purchases). cases; accounts: G; change, peers_change: means; effect: of
# the difference, with low and high of its 80% interval; null where there are too few accounts
EFFECTS = pa.schema(
    [
        ("kind", pa.string()),
        ("category", pa.string()),
        ("cases", pa.int64()),
        ("accounts", pa.int64()),
        ("peers", pa.int64()),
        ("change", pa.float64()),
        ("peers_change", pa.float64()),
        ("effect", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
    ]
)


def afterwards(known: Known, told: Told) -> dict[str, pa.Table]:
    """Tables delivery_after (AFTER) and delivery_effects (EFFECTS)."""
    bad = known.sql(_BAD, settled_lines=told.settled)
    if not bad.num_rows or known.ledger.span() is None:
        return {
            "delivery_after": AFTER.empty_table(),
            "delivery_effects": EFFECTS.empty_table(),
        }
    events = known.sql(_EVENTS, bad=bad, settled_lines=told.settled)
    events = _with_change(known, told, events)
    at_the_time = known.sql(
        f"from ({_cells('size_class, block, category')}) where category is null", events=events
    )
    return {
        "delivery_after": told.named(known.sql(_AFTER, events=events, cells=at_the_time)).cast(
            AFTER
        ),
        "delivery_effects": _effects(known, told, events),
    }


# Days of accounts × categories on which something was badly delivered.
_BAD = f"""
    select account, size_class, category, "on", ($as_of::date - 1 - "on") // {BLOCK_DAYS} as block,
        coalesce(bool_or(days_late > {LATE_DAYS}), false) as late,
        coalesce(bool_or(fill < {1 - SHORT_SHARE} or refused), false) as short,
        max(days_late) as days_late, max(if(refused, 1, 1 - fill)) as wanting, count(*) as lines,
        min(ordered_on) as ordered_on
    from settled_lines where bad and "on" < $as_of group by all
"""


def _due(category: str) -> str:
    """SQL of days on which something was due after 13 weeks without a bad delivery.

    category: `category`, to look at what was due of each by itself; or `null`
    """
    return f"""
        select *, if(bad, 'case', 'peer') as what from (
            select *, max(if(bad, "on", null)) over (partition by account, category order by "on"
                rows between unbounded preceding and 1 preceding) as last_bad
            from (
                select account, size_class, {category} as category, "on",
                    ($as_of::date - 1 - "on") // {BLOCK_DAYS} as block,
                    least(floor(log2(count(*)))::int, 3) as about_lines,
                    bool_or(bad) as bad, min(ordered_on) as ordered_on,
                    coalesce(bool_or(days_late > {LATE_DAYS}), false) as late,
                    coalesce(bool_or(fill < {1 - SHORT_SHARE} or refused), false) as short
                from asked_lines
                where {category} is not distinct from null or {category} in (from weightiest)
                group by all
            )
        ) where last_bad is null or "on" - last_bad > {AFTER_DAYS}
    """


# Moments whose purchases are asked for. what: shown (for the account's page), case, peer; category: null = all.
# base: the last day before it was ordered, no more than 13 weeks before.
_EVENTS = f"""
    select *, least(greatest(coalesce(ordered_on - 1, "on"), "on" - {AFTER_DAYS}), "on") as base from (
    with days_of as (
        select account, any_value(size_class) as size_class, "on", any_value(block) as block,
            bool_or(late) as late, bool_or(short) as short, max(days_late) as days_late,
            max(wanting) as wanting, sum(lines)::bigint as lines, min(ordered_on) as ordered_on
        from bad group by account, "on"
    ),
    weightiest as (
        select category from bad where category is not null group by category
        order by count(distinct account) desc, category limit {MOST_CATEGORIES}
    ),
    asked_lines as (
        select * from settled_lines where "on" < $as_of and size_class is not null
            and hash(account) % greatest((select count(*) from judged) // {MOST_ASKED}, 1) = 0
    ),
    due as (
        from ({_due("null")}) union all by name from (
            select * from ({_due("category")}) where category is not null
        )
    )
    select *, null::int as category, 'shown' as what from days_of
    qualify row_number() over (partition by account order by "on" desc) <= {MOST_SHOWN}
    union all by name select * from due
    qualify what = 'case' or row_number() over (partition by size_class, block, about_lines, category, what
        order by hash(account, "on"), account) <= {MOST_PEERS}
    )
"""


def _cells(key: str) -> str:
    """SQL of peers by cell; key: what makes a cell"""
    return f"""
        select {key}, count(*) as peers_n, avg(change) as peers_change, var_samp(change) as peers_var
        from events where what = 'peer' and change is not null group by all
        having count(*) >= {LEAST_PEERS}
    """


_AFTER = """
    select account, "on", case when late and short then 'both' when late then 'late' else 'short' end
        as kinds, days_late::bigint as days_late, wanting, lines, if(over, bought, null) as bought,
        expected, expected_by, change, over, peers_change, coalesce(peers_n, 0) as peers_n
    from events e left join cells c using (size_class, block)
    where what = 'shown' order by account, "on"
"""


def _with_change(known: Known, told: Told, events: pa.Table) -> pa.Table:
    """Events with bought, expected, expected_by, over and change."""
    span = known.ledger.span()
    assert span is not None  # noqa: S101  # the caller has asked
    kernel = Bought(Moments.of(events, told.account_ids, told.categories), span[0], known.as_of)
    found = known.ledger.map_accounts(
        kernel, columns=kernel.columns, as_of=known.as_of, known_until=known.known_until
    )
    return known.sql(
        f"""
        with numbered as (select *, row_number() over () - 1 as place from events),
        reckoned as (
            select n.* exclude (place), f.bought,
                n."on" + {AFTER_DAYS} < $as_of::date as over,
                f.before_year > 0 and f.year_ago > 0 and f.before > 0 as by_year,
                case when by_year then f.year_ago
                    * least(greatest(f.before / f.before_year, {LEAST_TREND}), {MOST_TREND})
                    when f.before > 0 then f.before end as expected
            from numbered n left join found f using (place)
        )
        select * exclude (by_year),
            case when expected is not null then if(by_year, 'year', 'before') end as expected_by,
            case when over and expected > 0 then
                least(greatest(bought / expected - 1, -1), {MOST_CHANGE}) end as change
        from reckoned
        """,
        events=events,
        found=found,
    )


def _effects(known: Known, told: Told, events: pa.Table) -> pa.Table:
    cases = known.sql(
        f"""
        select e.category, account, late, short, dense_rank() over (order by e.size_class, e.block,
            e.about_lines, e.category) as cell, change, peers_change, peers_n, peers_var
        from events e join ({_cells("size_class, block, about_lines, category")}) c
            on c.size_class = e.size_class and c.block = e.block and c.about_lines = e.about_lines
            and c.category is not distinct from e.category
        where e.what = 'case' and e.change is not null order by e.category, account, e."on"
        """,
        events=events,
    )
    rows = []
    names = told.categories.to_pylist()
    found = [c for c in cases["category"].unique().to_pylist() if c is not None]
    for number in [None, *sorted(found, key=lambda c: names[c])]:
        category = None if number is None else names[number]
        here = cases.filter(_same(cases["category"], number))
        for kind in (ALL, LATE, SHORT):
            of_kind = here if kind == ALL else here.filter(here[kind])
            if of_kind.num_rows:
                rows.append({"kind": kind, "category": category, **difference(of_kind)})
    return pa.Table.from_pylist(rows, EFFECTS)


def _same(column: pa.ChunkedArray, value: int | None) -> pa.ChunkedArray:
    return pc.is_null(column) if value is None else pc.fill_null(pc.equal(column, value), False)


def difference(cases: pa.Table) -> dict[str, Any]:
    """The difference in differences of some cases, with its 80% interval.

    cases: account, cell, change, peers_change, peers_var, peers_n
    """
    _, account = np.unique(cases["account"].to_numpy(), return_inverse=True)
    _, first, cell = np.unique(cases["cell"].to_numpy(), return_index=True, return_inverse=True)
    change, peers = cases["change"].to_numpy(), cases["peers_change"].to_numpy()
    n_peers = cases["peers_n"].to_numpy()[first]
    n, accounts = len(change), int(account.max()) + 1
    found: dict[str, Any] = {
        "cases": n,
        "accounts": accounts,
        "peers": int(n_peers.sum()),
        "change": float(change.mean()),
        "peers_change": float(peers.mean()),
        "effect": None,
        "low": None,
        "high": None,
    }
    if accounts < LEAST_ACCOUNTS:
        return found
    effect = float((change - peers).mean())
    of_accounts = np.bincount(account, change - peers - effect)
    weight = np.bincount(cell) / n
    variance = float(of_accounts @ of_accounts) / n**2 * accounts / (accounts - 1)
    variance += float(weight**2 @ (np.nan_to_num(cases["peers_var"].to_numpy()[first]) / n_peers))
    half = float(student.ppf(0.9, accounts - 1)) * variance**0.5
    return found | {"effect": effect, "low": effect - half, "high": effect + half}
