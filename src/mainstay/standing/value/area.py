"""Value, measured: what accounts get for what it costs them, and what remains with us (R19, R3, R24)."""

from __future__ import annotations

import pyarrow as pa

from mainstay.standing.card import Standing
from mainstay.standing.known import Known
from mainstay.standing.reporting import with_money
from mainstay.standing.value import told
from mainstay.standing.value.accruals import accruals
from mainstay.standing.value.criteria import heads
from mainstay.standing.value.dealers import dealers
from mainstay.standing.value.effects import effects
from mainstay.standing.value.forward import forward
from mainstay.standing.value.margins import cost_lines, earned_of, margins, sizes, whale_curve
from mainstay.standing.value.prices import prices
from mainstay.standing.value.serving import costs


def measure(known: Known) -> Standing:
    """All tables of value, and the card's rows.

    value: margins, with balance and help; value_costs, value_heads, value_prices, value_dealers,
    value_rebates, value_forward, value_effects: by account, each as its module says; value_curve,
    value_sizes: of all accounts
    """
    earned = earned_of(known)
    served = costs(known, earned)
    remains = margins(known, earned, served)
    found = accruals(known)
    by_account = {
        "heads": heads(known),
        "dealers": dealers(known),
        "prices": prices(known),
        "margins": remains,
        "accrued": found.rows,
    }
    words = told.words(known, by_account)
    tables = {
        "value": known.sql(
            "select m.*, w.balance, w.help from margins m left join words w using (account_id)",
            margins=remains,
            words=words,
        ),
        "value_costs": cost_lines(known, served),
        "value_heads": by_account["heads"],
        "value_prices": by_account["prices"],
        "value_dealers": by_account["dealers"],
        "value_rebates": found.rows,
        "value_forward": forward(known, found.rows, found.days),
        "value_effects": effects(known, _incentives(known)),
        "value_curve": whale_curve(remains),
        "value_sizes": sizes(known, remains, served),
    }
    ordered = {
        name: one.sort_by([("account_id", "ascending")])
        if "account_id" in one.column_names
        else one
        for name, one in tables.items()
    }
    return Standing(ordered, told.card(known, by_account))


def _incentives(known: Known) -> pa.Table:
    """The incentives as far as they have run, with what was spent in the reporting currency."""
    rows = known.sql(
        """
        select incentive_id, account_id, kind, "from" as first_on,
            least(coalesce("to", $as_of::date - 1), $as_of::date - 1)::date as last_on,
            coalesce(spent, budget)::decimal(18, 4) as paid, currency
        from incentives where account_id is not null and "from" < $as_of
        """
    )
    return with_money(known, rows, "paid", "first_on", "currency")
