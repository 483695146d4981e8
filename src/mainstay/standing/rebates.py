"""Rebates that were agreed, and the periods that ended just below one of their steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.arrays import groups, summed
from mainstay.core.rebate_rule import MONTHS, InvalidRebate, Part, Step, parse, periods
from mainstay.ledger.lines import FEE, Lines
from mainstay.ledger.schema import MONEY
from mainstay.standing.history import days_of, kind_codes
from mainstay.standing.known import Known
from mainstay.standing.reporting import with_money
from mainstay.standing.terms import AGREED

JUST_BELOW = 0.1  # of a step: who is further away hardly hoped for it

# The steps of all rules: one row a step.
_STEPS = pa.schema(
    [
        ("rule", pa.string()),
        ("period", pa.string()),
        ("of_product", pa.string()),  # "" = of all
        ("of_category", pa.string()),
        ("rate", pa.float64()),  # percent
        ("rate_before", pa.float64()),  # of the step before; 0 = it is the first
        ("at", MONEY),
    ]
)


@dataclass(frozen=True)
class DaySums:
    """A kernel: what accounts bought each day, net of returns and credit notes, fees left out.

    begin: earlier days are left out
    products, categories: those that a rule names; the others' are summed under none
    Returns a table: account_id, day (date32), product_id, category ("" = no rule's), amount
    """

    begin: date
    products: pa.Array
    categories: pa.Array
    columns = ("category", "kind", "product_id")

    def __call__(self, lines: Lines) -> pa.Table:
        kept = np.flatnonzero((kind_codes(lines) != FEE) & (lines.day >= days_of(self.begin)))
        account = np.repeat(np.arange(lines.n_accounts), np.diff(lines.offsets))[kept]
        product, products = _named(lines, "product_id", self.products)
        category, categories = _named(lines, "category", self.categories)
        first, place = groups(account, product[kept], category[kept], lines.day[kept])
        at = kept[first]
        return pa.table(
            {
                "account_id": lines.account_ids.cast(pa.string()).take(pa.array(account[first])),
                "day": pa.array(lines.day[at]).cast(pa.date32()),
                "product_id": _words(products, product[at]),
                "category": _words(categories, category[at]),
                "amount": pa.array(summed(place, lines.amount[kept], len(first))),
            }
        )


def _named(lines: Lines, column: str, wanted: pa.Array) -> tuple[np.ndarray, pa.Array]:
    """Codes of those values that are wanted, −1 for the others, and what the codes stand for."""
    names = lines.names[column].cast(pa.string())
    codes = np.append(lines.codes[column].astype(np.int64), -1)[:-1]
    named = np.append(np.asarray(pc.is_in(names, value_set=wanted), bool), False)
    return np.where(named[codes], codes, -1), names


def _words(names: pa.Array, codes: np.ndarray) -> pa.Array:
    return pc.fill_null(names.take(pa.array(codes, mask=codes < 0)), "")


def _steps(rules: list[str]) -> pa.Table:
    """The steps of rules that can be read; only of those by which a step counts for the whole sum."""
    found = []
    for rule in rules:
        try:
            parts = parse(rule)
        except InvalidRebate:
            continue  # the desk says so where it is entered
        found += [row for part in parts if not part.marginal for row in _of_part(rule, part)]
    return pa.Table.from_pylist(found, _STEPS)


def _of_part(rule: str, part: Part) -> list[dict[str, object]]:
    before = [Step(Decimal(0), Decimal(0)), *part.steps]
    return [
        {
            "rule": rule,
            "period": part.period,
            "of_product": part.code if part.of == "product" else "",
            "of_category": part.code if part.of == "category" else "",
            "rate": float(step.rate),
            "rate_before": float(last.rate),
            "at": step.at,
        }
        for last, step in zip(before, part.steps, strict=False)
        if step.at > 0
    ]


def _calendar(known: Known) -> pa.Table:
    """All periods that ended within the time looked back over: period, first, last."""
    every = [Part(name, "", "", (), marginal=False) for name in MONTHS]
    rows = [
        {"period": part.period, "first": one.first, "last": one.last}
        for part in every
        for one in periods(part, date(known.begin.year - 1, 1, 1), known.as_of)
        if known.begin <= one.last < known.as_of
    ]
    kind = pa.schema([("period", pa.string()), ("first", pa.date32()), ("last", pa.date32())])
    return pa.Table.from_pylist(rows, kind)


_AGREED = f"""
    select agreement_id, holder as account_id, rebate_rule as rule, "from" as agreed_on,
        coalesce("to", $as_of::date) as ends_on, currency
    from ({AGREED}) where rebate_rule is not null and "from" < $as_of
"""


def near_misses(known: Known) -> pa.Table:
    """Periods that ended less than JUST_BELOW below the next step of a rebate.

    Sums are net sales in the reporting currency, the steps' too, at the rate of the period's last day;
    an agreement's first and last period are cut to its days.
    Returns: account_id, agreement_id, first_on, ended_on, product (code or ""), rate (as written),
        step, sold, strength (0..1, half at half of JUST_BELOW), money
    """
    agreed = known.sql(_AGREED)
    steps = _steps(agreed["rule"].unique().to_pylist())
    if not steps.num_rows:
        return known.sql(_MISSED, asked=known.sql(_ASKED_NONE), days=_NO_DAYS.empty_table())
    asked = known.sql(
        """
        select a.account_id, a.agreement_id, a.currency, s.* exclude (rule, period),
            greatest(c.first, a.agreed_on) as first_on, least(c.last, a.ends_on) as ended_on
        from agreed a join steps s using (rule) join calendar c using (period)
        where c.last >= a.agreed_on and c.first <= a.ends_on and least(c.last, a.ends_on) < $as_of
        """,
        agreed=agreed,
        steps=steps,
        calendar=_calendar(known),
    )
    kernel = DaySums(
        date(known.begin.year - 1, 1, 1),
        steps["of_product"].combine_chunks().unique(),
        steps["of_category"].combine_chunks().unique(),
    )
    days = known.ledger.map_accounts(
        kernel,
        columns=kernel.columns,
        as_of=known.as_of,
        accounts=agreed["account_id"].unique().to_pylist(),
        known_until=known.known_until,
    )
    return known.sql(
        _MISSED, asked=with_money(known, asked, "at", "ended_on", "currency"), days=days
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
_ASKED_NONE = """
    select '' as account_id, '' as agreement_id, '' as of_product, '' as of_category, 0.0 as rate,
        0.0 as rate_before, current_date as first_on, current_date as ended_on, 0.0 as money limit 0
"""
_MISSED = f"""
    with sold as (
        select k.account_id, k.agreement_id, k.of_product, k.of_category, k.rate, k.rate_before,
            k.first_on, k.ended_on, k.money as step, sum(d.amount) as sold
        from asked k join days d on d.account_id = k.account_id
            and d.day between k.first_on and k.ended_on
            and (k.of_product = '' or d.product_id = k.of_product)
            and (k.of_category = '' or d.category = k.of_category)
        where k.money > 0 group by all
    )
    select account_id, agreement_id, first_on, ended_on, of_product as product,
        format('{{:g}}%', rate) as rate, step, sold, (sold / step - 1 + {JUST_BELOW}) / {JUST_BELOW} as strength,
        step * rate / 100 - sold * rate_before / 100 as money
    from sold where sold < step and sold > step * (1 - {JUST_BELOW})
"""
