"""The rebates that were agreed: what is accrued so far, how far the next step is, what was promised and paid.

Sums are net sales in the reporting currency, an agreement's steps too, at the rate of the period's last day
(of a period that runs, the newest there is); an agreement's first and last period are cut to its days.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.rebate_rule import MONTHS, InvalidRebate, Part, parse, periods
from mainstay.core.texts import Text, gettext_noop
from mainstay.ledger.schema import MONEY
from mainstay.standing.known import Known
from mainstay.standing.rebates import DaySums
from mainstay.standing.reporting import with_money
from mainstay.standing.terms import AGREED
from mainstay.standing.value.steps import Scale

BACK_DAYS = 2 * 366  # periods that ended earlier are settled, or never will be
NEAR, NEARLY = 0.25, 0.9
PACE_DAYS = 182  # what an account bought in them is its pace
PAID_WITHIN_DAYS = (
    92  # after a period's end, a rebate that is promised without naming it is its own
)

# One row an account, agreement, part of its rule and period. Money in the reporting currency.
ACCRUED = pa.schema(
    [
        ("account_id", pa.string()),
        ("agreement_id", pa.string()),
        ("part", pa.int32()),  # of the rule, from 1; 0 = it can't be read
        ("period", pa.string()),
        ("of", pa.string()),  # product, category, "" = all
        ("code", pa.string()),
        ("first_on", pa.date32()),
        ("last_on", pa.date32()),
        ("ended", pa.bool_()),
        ("sold", pa.float64()),
        ("rate", pa.float64()),  # percent, of the step that is reached; 0 = none
        ("owed", pa.float64()),
        ("next_at", pa.float64()),  # null = there is no higher step
        ("next_rate", pa.float64()),
        ("missing", pa.float64()),  # until that step
        ("gain", pa.float64()),  # what the rebate grows by, for them, right there
        (
            "near",
            pa.bool_(),
        ),  # within reach: NEAR of the step is missing, or its pace nearly gets there
        ("expected", pa.float64()),  # sold by the period's end at the pace of the last 26 weeks
        ("promised", pa.float64()),  # null = nothing
        ("paid", pa.float64()),
        ("due_on", pa.date32()),
        ("promise_id", pa.string()),
        ("trouble", pa.string()),  # a text as JSON; null = none
    ]
)
_NO_DAYS = pa.schema(
    [
        ("account_id", pa.string()),
        ("day", pa.date32()),
        ("product_id", pa.string()),
        ("category", pa.string()),
        ("amount", pa.float64()),
    ]
)
UNREADABLE = gettext_noop("This rebate can't be read, so nothing of it is counted: {rule}")
NO_RATE = gettext_noop(
    "There is no exchange rate for {currency} on {rate_on}, so this rebate can't be counted."
)
OVERLAPS = gettext_noop(
    "Another agreement, {other}, gives a rebate on the same sales at the same time; say until when one of "
    "them holds."
)


@dataclass(frozen=True)
class Accruals:
    """The rows of ACCRUED, and what their accounts bought each day (the table of `DaySums`)."""

    rows: pa.Table
    days: pa.Table


_AGREED = f"""
    select agreement_id, holder as account_id, rebate_rule as rule, "from" as agreed_on,
        coalesce("to", $as_of::date + {400}) as ends_on, currency
    from ({AGREED}) where rebate_rule is not null and trim(rebate_rule) <> '' and "from" < $as_of
        and ("to" is null or "to" >= $as_of::date - {BACK_DAYS})
"""


def accruals(known: Known) -> Accruals:
    """All rebates of the last two years and of the periods that run now.

    A rule that can't be read, a currency without a rate and two agreements about the same sales are said in
    `trouble`.
    """
    agreed = known.sql(_AGREED)
    if not agreed.num_rows:
        return Accruals(ACCRUED.empty_table(), _NO_DAYS.empty_table())
    parts, wrong = _read(agreed["rule"].unique().to_pylist())
    asked = _asked(known, agreed, parts)
    tables, days = [_unreadable(known, agreed, wrong)], _NO_DAYS.empty_table()
    if asked.num_rows:
        days = days_bought(known, asked)
        found = _counted(known, _with_rates(known, asked), parts, days)
        tables.append(_with_promises(known, _overlapping(known, found)))
    rows = pa.concat_tables([one.select(ACCRUED.names).cast(ACCRUED) for one in tables])
    return Accruals(rows, days)


def _read(rules: Sequence[str]) -> tuple[dict[tuple[str, int], Part], dict[str, Text]]:
    """By rule and number its parts; and the rules that can't be read, with what is wrong."""
    parts: dict[tuple[str, int], Part] = {}
    wrong: dict[str, Text] = {}
    for rule in rules:
        try:
            parts |= {(rule, n): part for n, part in enumerate(parse(rule), 1)}
        except InvalidRebate:
            wrong[rule] = Text(UNREADABLE, {"rule": rule[:120]})
    return parts, wrong


def _unreadable(known: Known, agreed: pa.Table, wrong: dict[str, Text]) -> pa.Table:
    texts = {rule: json.dumps(text.to_json(), ensure_ascii=False) for rule, text in wrong.items()}
    rows = agreed.filter(pc.is_in(agreed["rule"], value_set=pa.array(list(texts), pa.string())))
    n = rows.num_rows
    given: dict[str, Any] = {
        "account_id": rows["account_id"],
        "agreement_id": rows["agreement_id"],
        "part": pa.nulls(n, pa.int32()).fill_null(0),
        "first_on": rows["agreed_on"],
        "last_on": pc.min_element_wise(rows["ends_on"], pa.scalar(known.as_of)),
        "ended": pa.nulls(n, pa.bool_()).fill_null(False),
        "trouble": pa.array([texts[rule] for rule in rows["rule"].to_pylist()], pa.string()),
    }
    return pa.table({one.name: given.get(one.name, pa.nulls(n, one.type)) for one in ACCRUED})


def _asked(known: Known, agreed: pa.Table, parts: dict[tuple[str, int], Part]) -> pa.Table:
    """Each account's agreements, part by part and period by period."""
    kinds = pa.schema(
        [("rule", pa.string()), ("part", pa.int32())]
        + [(name, pa.string()) for name in ("period", "of", "code")]
    )
    named = [
        {"rule": rule, "part": n, "period": p.period, "of": p.of, "code": p.code}
        for (rule, n), p in parts.items()
    ]
    return known.sql(
        """
        select a.account_id, a.agreement_id, a.rule, a.currency, p.part, p.period, p.of, p.code,
            greatest(c.first, a.agreed_on) as first_on, least(c.last, a.ends_on) as last_on,
            least(c.last, a.ends_on) < $as_of as ended
        from agreed a join parts p using (rule) join calendar c using (period)
        where c.last >= a.agreed_on and c.first <= a.ends_on and c.first < $as_of
        """,
        agreed=agreed,
        parts=pa.Table.from_pylist(named, kinds),
        calendar=_calendar(known),
    )


def _calendar(known: Known) -> pa.Table:
    """The periods that ended within BACK_DAYS, and those that run: period, first, last."""
    begin = known.as_of - timedelta(days=BACK_DAYS)
    rows = []
    for name in MONTHS:
        part = Part(name, "", "", (), marginal=False)
        for one in periods(part, date(begin.year, 1, 1), date(known.as_of.year, 12, 31)):
            if one.last >= begin and one.first < known.as_of:
                rows.append({"period": name, "first": one.first, "last": one.last})
    kinds = pa.schema([("period", pa.string()), ("first", pa.date32()), ("last", pa.date32())])
    return pa.Table.from_pylist(rows, kinds)


def _with_rates(known: Known, asked: pa.Table) -> pa.Table:
    """With `factor`: what one unit of the agreement's currency is worth at the period's end; null without a rate."""
    units = known.sql(
        "select distinct currency, least(last_on, $as_of::date - 1) as rate_on from asked",
        asked=asked,
    )
    one = pa.array([Decimal(1)] * units.num_rows, MONEY)
    told = with_money(known, units.append_column("one", one), "one", "rate_on", "currency")
    return known.sql(
        """
        select a.*, t.money as factor, t.rate_on
        from asked a left join told t on t.currency is not distinct from a.currency
            and t.rate_on = least(a.last_on, $as_of::date - 1)
        """,
        asked=asked,
        told=told,
    )


def days_bought(known: Known, asked: pa.Table) -> pa.Table:
    """What the accounts of `asked` bought each day: the table of `DaySums`.

    asked: with account_id, of and code
    """
    begin = known.as_of - timedelta(days=BACK_DAYS + 366)
    rows = known.sql("select distinct of, code from asked where of <> ''", asked=asked)

    def named(of: str) -> pa.Array:
        return rows.filter(pc.equal(rows["of"], of))["code"].combine_chunks()

    kernel = DaySums(begin, named("product"), named("category"))
    return known.ledger.map_accounts(
        kernel,
        columns=kernel.columns,
        as_of=known.as_of,
        accounts=asked["account_id"].unique().to_pylist(),
        known_until=known.known_until,
    )


def _counted(
    known: Known, asked: pa.Table, parts: dict[tuple[str, int], Part], days: pa.Table
) -> pa.Table:
    """With what was sold in each period, and what follows from it."""
    rows = known.sql(
        f"""
        with each as (select *, row_number() over () as place from asked),
        sums as (
            select e.place, sum(d.amount) filter (d.day between e.first_on and e.last_on) as sold,
                sum(d.amount) filter (d.day >= $as_of::date - {PACE_DAYS}) as lately
            from each e join days d on d.account_id = e.account_id
                and d.day between least(e.first_on, $as_of::date - {PACE_DAYS}) and $as_of::date - 1
                and (e.of <> 'product' or d.product_id = e.code)
                and (e.of <> 'category' or d.category = e.code)
            group by e.place
        )
        select e.* exclude (place), coalesce(sold, 0)::double as sold, coalesce(sold, 0)
            + greatest(0, coalesce(lately, 0)) / {PACE_DAYS} * (e.last_on - $as_of::date + 1) as expected
        from each e left join sums using (place) order by rule, part
        """,
        asked=asked,
        days=days,
    )
    tables = []
    for (rule, n), part in sorted(parts.items(), key=lambda one: one[0]):
        mine = rows.filter(pc.and_(pc.equal(rows["rule"], rule), pc.equal(rows["part"], n)))
        if mine.num_rows:
            tables.append(_of_part(mine, Scale.of(part)))
    return pa.concat_tables(tables)


def _of_part(rows: pa.Table, scale: Scale) -> pa.Table:
    """Rows of one part with what its steps give."""
    factor = np.asarray(pc.fill_null(rows["factor"], float("nan")), float)
    sold = np.asarray(rows["sold"], float)
    with np.errstate(divide="ignore", invalid="ignore"):
        own = np.where(np.isfinite(factor) & (factor > 0), sold / factor, np.nan)
    known = np.isfinite(own)
    here = np.where(known, own, 0.0)
    owed = scale.owed(here)
    at, rate = scale.following(here)
    ended = rows["ended"].to_numpy(zero_copy_only=False)
    ahead = known & np.isfinite(at) & (at > here) & ~ended
    gain = scale.owed(np.where(ahead, at, 0.0)) - owed
    reached = scale.reached(here)
    columns = {
        "rate": (np.where(reached >= 0, scale.rate[np.maximum(reached, 0)], 0.0), known),
        "owed": (np.round(owed * factor, 2), known),
        "next_at": (at * factor, ahead),
        "next_rate": (rate, ahead),
        "missing": (np.round((at - here) * factor, 2), ahead),
        "gain": (np.round(gain * factor, 2), ahead),
    }
    for name, (values, there) in columns.items():
        rows = rows.append_column(name, pa.array(values, pa.float64(), mask=~there))
    near = (at - here <= NEAR * at) | (np.asarray(rows["expected"], float) >= NEARLY * at * factor)
    rows = rows.append_column("near", pa.array(ahead & near))
    expected = pc.if_else(rows["ended"], pa.scalar(None, pa.float64()), rows["expected"])
    return rows.set_column(rows.schema.get_field_index("expected"), "expected", expected)


def _overlapping(known: Known, rows: pa.Table) -> pa.Table:
    """With `trouble`: no exchange rate, or another agreement about the same sales at the same time."""
    return known.sql(
        """
        with twice as (
            select a.account_id, a.agreement_id, a.part, a.first_on, min(b.agreement_id) as other
            from counted a join counted b on b.account_id = a.account_id and b.of = a.of
                and b.code = a.code and b.agreement_id <> a.agreement_id
                and b.first_on <= a.last_on and b.last_on >= a.first_on
            group by all
        )
        select c.*, case when factor is null then json_object('template', $no_rate, 'data',
                    json_object('currency', coalesce(currency, '–'), 'rate_on', rate_on::varchar))::varchar
                when other is not null then json_object('template', $overlaps, 'data',
                    json_object('other', other))::varchar end as trouble
        from counted c left join twice using (account_id, agreement_id, part, first_on)
        """.replace("$no_rate", _quoted(NO_RATE)).replace("$overlaps", _quoted(OVERLAPS)),
        counted=rows,
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _with_promises(known: Known, rows: pa.Table) -> pa.Table:
    """With what was promised of each period and what was paid.

    The desk names the period in the promise's code; a promise of a rebate that names none belongs to the
    period that ended up to PAID_WITHIN_DAYS before it was due, where no other ended on that day.
    """
    told = known.sql(
        """
        select promise_id, account_id, due_on, currency, amount,
            case when kept_on < $as_of then coalesce(kept_amount, amount) end::decimal(18, 4) as kept,
            case when kept_on < $as_of then kept_on else due_on end as on_day
        from promises where kind = 'rebate' and account_id is not null
        """
    )
    promised = with_money(known, told, "amount", "due_on", "currency")
    promised = with_money(
        known,
        promised.rename_columns(
            ["promised" if name == "money" else name for name in promised.column_names]
        ),
        "kept",
        "on_day",
        "currency",
    )
    return known.sql(
        f"""
        with named as (
            select *, format('{{}}/{{}}/{{}}/{{}}', account_id, agreement_id, part,
                strftime(last_on, '%Y%m%d')) as name,
                count(*) over (partition by account_id, last_on) as same_day
            from counted
        ),
        other as (
            select p.* from promised p anti join named n on n.name = p.promise_id
        ),
        near as (
            select n.name, sum(o.promised) as promised, sum(o.money) as paid, min(o.due_on) as due_on,
                min(o.promise_id) as promise_id
            from named n join other o on o.account_id = n.account_id
                and o.due_on > n.last_on and o.due_on <= n.last_on + {PAID_WITHIN_DAYS}
            where n.same_day = 1 and n.ended
            group by n.name
        ),
        first_of as (
            -- A promise stands beside the latest period that it can be of.
            select e.*, row_number() over (partition by e.promise_id order by n.last_on desc) as place
            from near e join named n using (name)
        )
        select n.* exclude (name, same_day), coalesce(p.promised, e.promised) as promised,
            coalesce(p.money, e.paid) as paid, coalesce(p.due_on, e.due_on) as due_on,
            coalesce(p.promise_id, e.promise_id) as promise_id
        from named n left join promised p on p.promise_id = n.name
            left join first_of e on e.name = n.name and e.place = 1
        """,
        counted=rows,
        promised=promised,
    )
