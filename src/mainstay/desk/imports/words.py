"""The desk's words for tables, columns and forms of files."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from mainstay.desk.imports.allocation_words import COLUMNS_OF_ALLOCATIONS
from mainstay.desk.imports.opinion_words import COLUMNS_OF_OPINIONS
from mainstay.desk.imports.people_words import COLUMNS_OF_PEOPLE
from mainstay.desk.imports.play_words import COLUMNS_OF_PLAYS
from mainstay.desk.imports.trial_words import COLUMNS_OF_TRIALS

# The tables that files can be loaded into, those that add most first.
TABLES: dict[str, Any] = {
    "order_lines": pgettext_lazy("table", "Order lines"),
    "accounts": pgettext_lazy("table", "Accounts"),
    "products": pgettext_lazy("table", "Products"),
    "assignments": pgettext_lazy("table", "Who looks after whom"),
    "staff": pgettext_lazy("table", "Staff"),
    "targets": pgettext_lazy("table", "Targets"),
    "open_orders": pgettext_lazy("table", "Open orders"),
    "payments": pgettext_lazy("table", "Payments"),
    "deliveries": pgettext_lazy("table", "Deliveries"),
    "stock": pgettext_lazy("table", "Stock"),
    "credit_holds": pgettext_lazy("table", "Credit holds"),
    "exchange_rates": pgettext_lazy("table", "Exchange rates"),
    "wallets": pgettext_lazy("table", "What they buy from everybody"),
    "account_volumes": pgettext_lazy("table", "Their own volumes by month"),
    "notices": pgettext_lazy("table", "Notices from accounts"),
    "supply": pgettext_lazy("table", "What we could deliver, by week"),
    "market": pgettext_lazy("table", "How their trade goes, by month"),
    "play_runs": pgettext_lazy("table", "What was done about accounts"),
    "contacts": pgettext_lazy("table", "Contacts"),
    "ties": pgettext_lazy("table", "Who of ours knows whom"),
    "relationship_levels": pgettext_lazy("table", "Relationship levels"),
    "visits": pgettext_lazy("table", "Visits"),
    "requests": pgettext_lazy("table", "Requests"),
    "complaints": pgettext_lazy("table", "Complaints"),
    "corrective_actions": pgettext_lazy("table", "Answers asked of production"),
    "promises": pgettext_lazy("table", "Promises"),
    "incentives": pgettext_lazy("table", "Incentives"),
    "agreements": pgettext_lazy("table", "Agreements"),
    "service_standards": pgettext_lazy("table", "Service standards"),
    "unit_conversions": pgettext_lazy("table", "Units and packs"),
    "criteria": pgettext_lazy("table", "What they buy by"),
    "competitor_sightings": pgettext_lazy("table", "Competitors seen"),
    "goals": pgettext_lazy("table", "Common goals"),
    "plan_reviews": pgettext_lazy("table", "Reviews of account plans"),
    "company_events": pgettext_lazy("table", "Company events"),
    "reviews": pgettext_lazy("table", "Failure reviews"),
    "cases": pgettext_lazy("table", "Cases"),
    "case_steps": pgettext_lazy("table", "Steps of cases"),
    "case_comments": pgettext_lazy("table", "Comments on cases"),
    "coins": pgettext_lazy("table", "What coins chose"),
    "designs": pgettext_lazy("table", "Trials"),
    "design_draws": pgettext_lazy("table", "Who was drawn in trials"),
    "held_effects": pgettext_lazy("table", "Effects held back"),
    "win_backs": pgettext_lazy("table", "When to win back"),
    "snoozes": pgettext_lazy("table", "Put off or dismissed"),
    "plays": pgettext_lazy("table", "Plays of our own"),
    "approvals": pgettext_lazy("table", "Money asked for"),
    "allocations": pgettext_lazy("table", "Who got short stock"),
    "opinions": pgettext_lazy("table", "Opinions on solved complaints"),
    "season_plans": pgettext_lazy("table", "Season stock agreed"),
    "confirmations": pgettext_lazy("table", "What production and transport confirmed"),
    "absences": pgettext_lazy("table", "Absences"),
    "hours": pgettext_lazy("table", "Hours for key accounts"),
}
COLUMNS: dict[str, Any] = {
    "account_id": pgettext_lazy("column of a file", "Account code"),
    "ordered_on": pgettext_lazy("column of a file", "Order date"),
    "amount": pgettext_lazy("column of a file", "Amount, net"),
    "order_id": pgettext_lazy("column of a file", "Order number"),
    "line": pgettext_lazy("column of a file", "Line number"),
    "product_id": pgettext_lazy("column of a file", "Product code"),
    "product_name": pgettext_lazy("column of a file", "Product name"),
    "category": pgettext_lazy("column of a file", "Category"),
    "quantity": pgettext_lazy("column of a file", "Quantity"),
    "unit": pgettext_lazy("column of a file", "Unit"),
    "unit_price": pgettext_lazy("column of a file", "Unit price"),
    "list_amount": pgettext_lazy("column of a file", "Amount at list price"),
    "cost": pgettext_lazy("column of a file", "Cost"),
    "currency": pgettext_lazy("column of a file", "Currency"),
    "salesperson_id": pgettext_lazy("column of a file", "Salesperson"),
    "kind": pgettext_lazy("column of a file", "Kind"),
    "accounts.name": pgettext_lazy("column of a file", "Account name"),
    "accounts.country": pgettext_lazy("column of a file", "Account's country"),
    "accounts.region": pgettext_lazy("column of a file", "Account's region"),
    "accounts.segment": pgettext_lazy("column of a file", "Account's segment"),
    "accounts.tax_ids": pgettext_lazy("column of a file", "Account's tax number"),
    "wanted_on": pgettext_lazy("column of a file", "Wanted on"),
    "promised_on": pgettext_lazy("column of a file", "Promised on"),
    "delivery_id": pgettext_lazy("column of a file", "Delivery number"),
    "requested_on": pgettext_lazy("column of a file", "Requested for"),
    "delivered_on": pgettext_lazy("column of a file", "Delivered on"),
    "quantity_ordered": pgettext_lazy("column of a file", "Quantity ordered"),
    "quantity_delivered": pgettext_lazy("column of a file", "Quantity delivered"),
    "unit_delivered": pgettext_lazy("column of a file", "Unit delivered"),
    "urgent": pgettext_lazy("column of a file", "Urgent"),
    "refused_on": pgettext_lazy("column of a file", "Refused on"),
    "reason": pgettext_lazy("column of a file", "Reason"),
    "on_hand": pgettext_lazy("column of a file", "On hand"),
    "inbound": pgettext_lazy("column of a file", "On its way to us"),
    "inbound_on": pgettext_lazy("column of a file", "Arrives on"),
    "index": pgettext_lazy("column of a file", "Market index"),
    "due_on": pgettext_lazy("column of a file", "Due on"),
    "paid_on": pgettext_lazy("column of a file", "Paid on"),
    "staff_id": pgettext_lazy("column of a file", "Staff code"),
    "period": pgettext_lazy("column of a file", "Period"),
    "month": pgettext_lazy("column of a file", "Month"),
    "week": pgettext_lazy("column of a file", "Week"),
    "available": pgettext_lazy("column of a file", "Share that could be delivered"),
    "rate": pgettext_lazy("column of a file", "Rate"),
    "name": pgettext_lazy("column of a file", "Name"),
    "segment": pgettext_lazy("column of a file", "Segment"),
    "region": pgettext_lazy("column of a file", "Region"),
    "country": pgettext_lazy("column of a file", "Country"),
    "parent_id": pgettext_lazy("column of a file", "Chain or parent"),
    "group_id": pgettext_lazy("column of a file", "Buying group"),
    "tier": pgettext_lazy("column of a file", "Tier"),
    "since": pgettext_lazy("column of a file", "Account since"),
    "tax_ids": pgettext_lazy("column of a file", "Tax numbers"),
    "former_supplier": pgettext_lazy("column of a file", "Supplier before us"),
    "referred_by": pgettext_lazy("column of a file", "Recommended by"),
    "acquired_by": pgettext_lazy("column of a file", "Won by"),
    "acquisition_cost": pgettext_lazy("column of a file", "Cost of winning it"),
    "partnership": pgettext_lazy("column of a file", "Partnership"),
    "closed_on": pgettext_lazy("column of a file", "Closed on"),
    "closed_reason": pgettext_lazy("column of a file", "Why closed"),
    "replaced_by": pgettext_lazy("column of a file", "Replaced by"),
    "on": pgettext_lazy("column of a file", "Date"),
    "yearly_purchases": pgettext_lazy("column of a file", "Purchases a year, from everybody"),
    "low": pgettext_lazy("column of a file", "At least"),
    "high": pgettext_lazy("column of a file", "At most"),
    "source": pgettext_lazy("column of a file", "Who says so"),
    "what": pgettext_lazy("column of a file", "What the figure is"),
    "their_price": pgettext_lazy("column of a file", "Their resale price"),
    "takes_effect_on": pgettext_lazy("column of a file", "Takes effect on"),
    "by_contact_id": pgettext_lazy("column of a file", "Told by"),
    "text": pgettext_lazy("column of a file", "Text"),
    "role": pgettext_lazy("column of a file", "Role"),
    "reports_to": pgettext_lazy("column of a file", "Reports to"),
    "email": pgettext_lazy("column of a file", "Mail address"),
    "joined_on": pgettext_lazy("column of a file", "Joined on"),
    "left_on": pgettext_lazy("column of a file", "Left on"),
    "from": pgettext_lazy("column of a file", "From"),
    "to": pgettext_lazy("column of a file", "Until"),
    "brand": pgettext_lazy("column of a file", "Brand"),
    "launched_on": pgettext_lazy("column of a file", "Launched on"),
    "discontinued_on": pgettext_lazy("column of a file", "Discontinued on"),
    "play": pgettext_lazy("column of a file", "What was done"),
    "chosen": pgettext_lazy("column of a file", "How chosen"),
    "probability": pgettext_lazy("column of a file", "Probability"),
    "result": pgettext_lazy("column of a file", "What came of it"),
}
COLUMNS |= COLUMNS_OF_PEOPLE | COLUMNS_OF_PLAYS | COLUMNS_OF_ALLOCATIONS | COLUMNS_OF_OPINIONS
COLUMNS |= COLUMNS_OF_TRIALS
DATE_ORDERS: dict[str, Any] = {
    "": gettext_lazy("As recognised"),
    "dmy": gettext_lazy("Day, month, year: 5/3/2024 is 5 March"),
    "mdy": gettext_lazy("Month, day, year: 5/3/2024 is 3 May"),
    "ymd": gettext_lazy("Year, month, day: 24/3/5 is 5 March"),
    "minguo": gettext_lazy("Minguo year: 113/03/05 is 5 March 2024"),
}
NUMBER_FORMS: dict[str, Any] = {
    "": gettext_lazy("As recognised"),
    "1,234.50": "1,234.50",
    "1.234,50": "1.234,50",
}
ENCODINGS = ("utf-8", "gb18030", "big5", "euc-kr", "shift_jis", "utf-16", "latin-1")
WHY: dict[str, Any] = {
    "said": pgettext_lazy("why a heading is a column", "you said so"),
    "remembered": pgettext_lazy("why a heading is a column", "as last time"),
    "recognised": pgettext_lazy("why a heading is a column", "recognised"),
}
JOBS: dict[str, Any] = {
    "plan": gettext_lazy("Reading the file"),
    "load": gettext_lazy("Loading"),
    "import": gettext_lazy("Loading and assessing"),
    "undo": gettext_lazy("Undoing an import"),
    "assess": gettext_lazy("Assessing all accounts"),
    "replay": gettext_lazy("Replaying the past"),
    "clocks": gettext_lazy("Making the clocks of complaints anew"),
    "allocate": gettext_lazy("Allocating short stock"),
    "approve_allocation": gettext_lazy("Writing down who gets what"),
    "season": gettext_lazy("Forecasting a season"),
    "nightly": gettext_lazy("The nightly run"),
}
STEPS: dict[str, Any] = {
    "plan": gettext_lazy("Reading the file"),
    "load": gettext_lazy("Loading the rows"),
    "undo": gettext_lazy("Taking the rows out"),
    "clocks": gettext_lazy("Making the clocks of complaints anew"),
    "show_facts": gettext_lazy("Bringing the rows to the pages"),
    "alike": gettext_lazy("Looking for codes that are one account"),
    "assess": gettext_lazy("Assessing all accounts"),
    "publish": gettext_lazy("Bringing the result to the pages"),
    "replay": gettext_lazy("Replaying the past"),
    "allocate": gettext_lazy("Allocating short stock"),
    "approve": gettext_lazy("Writing down who gets what"),
    "season": gettext_lazy("Forecasting a season"),
}
KINDS: dict[str, Any] = {
    "sale": pgettext_lazy("order lines", "Sales"),
    "return": pgettext_lazy("order lines", "Returns"),
    "credit": pgettext_lazy("order lines", "Credit notes"),
    "fee": pgettext_lazy("order lines", "Fees, not counted"),
}
# Why codes may be one account: heading, and what it rests on; the surest first.
ALIKE: dict[str, tuple[Any, Any]] = {
    "tax_id": (
        gettext_lazy("The same tax number"),
        gettext_lazy("One company under several codes, nearly always."),
    ),
    "name": (
        gettext_lazy("The same name"),
        gettext_lazy("But for legal form, spaces and width the names are one."),
    ),
    "branch": (
        gettext_lazy("Branches of one company"),
        gettext_lazy("Join them where one buyer decides for all; keep them apart where each does."),
    ),
    "near": (
        gettext_lazy("Nearly the same name"),
        gettext_lazy("Perhaps a slip of the pen, perhaps two companies: look at each."),
    ),
}
REASON_WORDS: dict[str, Any] = {
    "tax_id": pgettext_lazy("why codes are alike", "same tax number"),
    "name": pgettext_lazy("why codes are alike", "same name"),
    "branch": pgettext_lazy("why codes are alike", "branch"),
    "near": pgettext_lazy("why codes are alike", "name nearly the same"),
}
REASONS: dict[str, Any] = {
    "no_account": pgettext_lazy("why a row is set aside", "names no account"),
    "no_date": pgettext_lazy("why a row is set aside", "has no date"),
    "bad_date": pgettext_lazy("why a row is set aside", "has a date that is none"),
    "date_out_of_range": pgettext_lazy(
        "why a row is set aside", "has a date too far in the past or future"
    ),
    "no_amount": pgettext_lazy("why a row is set aside", "has no amount"),
    "bad_amount": pgettext_lazy("why a row is set aside", "has an amount that is no number"),
    "amount_out_of_range": pgettext_lazy(
        "why a row is set aside", "has an amount too large to be true"
    ),
    "missing_value": pgettext_lazy("why a row is set aside", "lacks a value that is needed"),
    "bad_value": pgettext_lazy("why a row is set aside", "has a value that its column can't have"),
    "below_zero": pgettext_lazy("why a row is set aside", "has a figure below 0 that can't be"),
    "not_positive": pgettext_lazy(
        "why a row is set aside", "has a figure of 0 or below that can't be"
    ),
    "ends_crossed": pgettext_lazy(
        "why a row is set aside", "has a lower end that lies above the upper end"
    ),
    "ends_before_it_begins": pgettext_lazy("why a row is set aside", "ends before it begins"),
    "cause_twice": pgettext_lazy("why a row is set aside", "names the same cause twice"),
    "cause_and_none": pgettext_lazy(
        "why a row is set aside", "has a cause although none could be found"
    ),
    "second_alone": pgettext_lazy("why a row is set aside", "has a second cause and no first one"),
    "confirmed_nothing": pgettext_lazy(
        "why a row is set aside", "is confirmed without a cause, nor that none could be found"
    ),
    "natural_otherwise": pgettext_lazy(
        "why a row is set aside",
        "is called natural although the cause is not their own business",
    ),
    "asked_by_own": pgettext_lazy(
        "why a row is set aside", "was asked by who looked after the account"
    ),
    "over_survey": pgettext_lazy(
        "why a row is set aside", "would replace what was answered in a survey"
    ),
    "confirmed_by_nobody": pgettext_lazy(
        "why a row is set aside", "is confirmed by a code that nobody of your staff has"
    ),
    "confirmed_otherwise": pgettext_lazy(
        "why a row is set aside",
        "confirms another cause of a loss than was confirmed before",
    ),
    "onset_elsewhere": pgettext_lazy(
        "why a row is set aside",
        "began before their first order, or a year after their last",
    ),
    "no_number": pgettext_lazy(
        "why a row is set aside",
        "needs a number of its own to be told from an earlier row",
    ),
    "outside_range": pgettext_lazy(
        "why a row is set aside", "has a figure outside those that its column can have"
    ),
    "blank_row": pgettext_lazy("why a row is set aside", "is empty"),
    "wrong_width": pgettext_lazy(
        "why a row is set aside", "has more or fewer columns than there are headings"
    ),
    "broken_quotes": pgettext_lazy(
        "why a row is set aside", "has a quotation mark that is never closed"
    ),
    "line_too_long": pgettext_lazy("why a row is set aside", "is longer than a row can be"),
    "bad_encoding": pgettext_lazy(
        "why a row is set aside", "has letters in another encoding than the file"
    ),
    "completed": pgettext_lazy("why a row is set aside", "was completed before"),
}


def table(name: str) -> str:
    return str(TABLES.get(name, name))


def column(name: str, table: str = "") -> str:
    """A column's name; the same one may mean another thing in a certain table."""
    return str(COLUMNS.get(f"{table}.{name}") or COLUMNS.get(name, name))


def columns(names: str, table: str = "") -> str:
    """Columns that are missing, "a / b" meaning one of them."""
    return pgettext("between two columns", " or ").join(
        column(name.strip(), table) for name in names.split("/")
    )


def reason(code: str) -> str:
    """Why a row was set aside."""
    return str(REASONS.get(code, code))
