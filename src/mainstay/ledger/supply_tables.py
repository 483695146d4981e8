"""The tables of season stock: what was agreed with accounts, and what production and transport confirmed."""

from __future__ import annotations

from mainstay.ledger.table_types import TOMORROW, TWENTY_YEARS, Table
from mainstay.ledger.table_types import noted as _table

SUPPLY: tuple[Table, ...] = (
    # One row a product (or a category) and month of a season that was agreed with an account.
    # `low`, `high`: the forecast's interval of 80% when it was agreed.
    _table(
        "season_plans",
        "plan_id* account_id* product_id category month:date* quantity:number* unit low:number "
        "high:number opening_stock:number agreed_on:date* agreed_by state:proposed|agreed|ended*",
        "plan_id product_id category month",
        happened="agreed_on",
        ahead_days=TOMORROW,
        back_days=TWENTY_YEARS,
        one_of=("product_id", "category"),
        not_negative=("quantity", "low", "high", "opening_stock"),
        ends=("low", "high"),
    ),
    # Who makes or brings it said how much will be ready, and by when.
    _table(
        "confirmations",
        "confirmation_id* plan_id* account_id* product_id category by_role:production|transport* "
        "quantity:number* unit ready_on:date* confirmed_on:date confirmed_by note",
        "confirmation_id",
        happened="confirmed_on",
        ahead_days=TOMORROW,
        back_days=TWENTY_YEARS,
        one_of=("product_id", "category"),
        not_negative=("quantity",),
    ),
)
