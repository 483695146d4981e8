"""The tables of an assessment: their columns, types and the words in them."""

from __future__ import annotations

import pyarrow as pa

# One row an account; every column that a list sorts or filters by. Money in the reporting currency.
ACCOUNTS = pa.schema(
    [
        ("account_id", pa.string()),
        ("name", pa.string()),  # the account_id where no name is known
        ("segment", pa.string()),
        ("region", pa.string()),
        ("country", pa.string()),
        ("group_id", pa.string()),  # chain or buying group; null = none
        ("manager_id", pa.string()),  # staff_id of the key account manager at as_of; null = nobody
        ("tier", pa.string()),  # A, B, C
        ("size_class", pa.string()),  # large, medium, small
        ("core", pa.string()),  # yes, no, not_known
        ("loyal", pa.string()),  # R1's three questions: yes, no, not_known
        ("values_us", pa.string()),
        ("worth_more_to_us", pa.string()),
        ("core_reasons", pa.string()),  # JSON list of texts (core.texts)
        ("state", pa.string()),  # STATES
        ("state_since", pa.date32()),  # null = before the first date that was looked at
        ("previous_state", pa.string()),  # a week before as_of; null = no order then
        ("eligible", pa.bool_()),
        ("first_order_on", pa.date32()),
        ("last_order_on", pa.date32()),
        ("order_days", pa.int64()),
        ("order_days_52", pa.int64()),  # in the last 52 weeks
        ("days_silent", pa.int64()),
        ("rhythm_days", pa.float64()),  # own usual gap between order days; null = unknown
        ("late_after_days", pa.float64()),  # silence beyond this is late; null = unknown
        ("amount_total", pa.float64()),
        ("amount_52", pa.float64()),
        ("amount_prev_52", pa.float64()),
        ("amount_13", pa.float64()),
        ("amount_13_last_year", pa.float64()),
        ("growth", pa.float64()),  # amount_52 / amount_prev_52 - 1; null = no year before
        ("returns_52", pa.float64()),
        ("categories_52", pa.int64()),
        ("categories_lost", pa.int64()),
        ("open_orders", pa.float64()),
        ("pays_on_time", pa.float64()),  # share of payments due; null = not known
        ("yearly_purchases", pa.float64()),  # of what we sell, from everybody; null = not known
        ("share_of_wallet", pa.float64()),  # our share of it, in net sales
        ("share_of_wallet_low", pa.float64()),
        ("share_of_wallet_high", pa.float64()),
        ("wallet_source", pa.string()),  # measured, declared, estimated; null = not known
        ("share_of_wallet_before", pa.float64()),  # a year ago, by what was known then
        ("wallet_reasons", pa.string()),  # JSON list of texts (core.texts): where it comes from
        ("month_to_date", pa.float64()),
        ("target_month", pa.float64()),
        ("year_to_date", pa.float64()),
        ("target_year", pa.float64()),
        ("p_alive", pa.float64()),
        ("p_complete", pa.float64()),  # no order day within the horizon; null = not eligible
        ("p_partial", pa.float64()),  # far less money within the horizon, while it still orders
        ("p_fell", pa.float64()),  # its money fell by 30% or more within the last year
        ("expected_orders", pa.float64()),  # within the horizon
        ("baseline_52", pa.float64()),  # next 52 weeks if nothing changed
        ("expected_52", pa.float64()),  # next 52 weeks by the model
        ("money_at_risk", pa.float64()),  # baseline_52 - expected_52
        ("money_at_risk_low", pa.float64()),  # 80% interval of the loss as it will be realised
        ("money_at_risk_high", pa.float64()),
        ("horizon_baseline", pa.float64()),  # within the horizon if nothing changed
        ("horizon_loss", pa.float64()),  # of it, what is expected not to come
        ("horizon_loss_low", pa.float64()),  # 80% interval of it as it will be realised
        ("horizon_loss_high", pa.float64()),
        ("why", pa.string()),  # first reason, in English
        ("reasons", pa.string()),  # JSON list of texts (core.texts)
    ]
)

CATEGORIES = pa.schema(
    [
        ("account_id", pa.string()),
        ("category", pa.string()),
        ("state", pa.string()),  # kept, slipping, dropped, discontinued (by us), new
        ("since", pa.date32()),  # when the rate changed; null = it did not
        ("rate_ratio", pa.float64()),  # rate now / rate before; 1 = no change
        (
            "p_defection",
            pa.float64(),
        ),  # that its own rate fell by 30% or more, and nothing took its place
        ("p_fell", pa.float64()),  # that the rate fell by 30% or more
        ("last_order_on", pa.date32()),
        ("order_days", pa.int64()),
        ("amount_52", pa.float64()),
        ("amount_prev_52", pa.float64()),
        ("money_at_risk", pa.float64()),  # this category's share of the account's
    ]
)

# The account's state at earlier dates, each computed from what was there at that date.
HISTORY = pa.schema([("account_id", pa.string()), ("on", pa.date32()), ("state", pa.string())])

STATES = (
    "noticed",
    "late",
    "slipping",
    "lost",
    "won_back",
    "new",
    "growing",
    "steady",
    "quiet",  # told to us: seasonal, back later
    "closed",
)

# Whose money is counted as at risk: still to be kept. Of the others each year takes some as well
# (`money_at_risk` says how much), but nothing has happened there.
LEAVING = ("noticed", "late", "slipping")
