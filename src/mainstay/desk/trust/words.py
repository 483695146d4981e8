"""Words for what a replay has as codes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

METHODS: dict[str, Any] = {
    "mainstay": "Mainstay",
    "recency": gettext_lazy("Days since the last order"),
    "orders_365": gettext_lazy("Orders in 365 days"),
    "hiatus": gettext_lazy("Silence beside the longest gap"),
    "bg_nbd_alive": gettext_lazy("BG/NBD, P(alive)"),
    "bg_nbd_orders": gettext_lazy("BG/NBD, expected orders"),
    "mbg_nbd_alive": gettext_lazy("MBG/NBD, P(alive)"),
    "mbg_nbd_orders": gettext_lazy("MBG/NBD, expected orders"),
    "pareto_nbd_alive": gettext_lazy("Pareto/NBD, P(alive)"),
    "pareto_nbd_orders": gettext_lazy("Pareto/NBD, expected orders"),
    "report": gettext_lazy("Last 13 weeks beside the same weeks last year"),
    "growth": gettext_lazy("Last 52 weeks beside the 52 before"),
    "trees": gettext_lazy("Trees that learnt once"),
}
CAME: dict[str, Any] = {
    "complete": pgettext_lazy("what came of it", "gone"),
    "partial": pgettext_lazy("what came of it", "buys far less"),
    "kept": pgettext_lazy("what came of it", "still orders"),
}
CATEGORY_CAME: dict[str, Any] = {
    "complete": pgettext_lazy("what came of a category", "no order of it"),
    "partial": pgettext_lazy("what came of a category", "far less of it"),
    "kept": pgettext_lazy("what came of a category", "still bought"),
}
VERDICTS: dict[bool | None, Any] = {
    True: pgettext_lazy("a warning was", "right"),
    False: pgettext_lazy("a warning was", "false alarm"),
    None: pgettext_lazy("a warning was", "not measured"),
}
# It was said to leave, and left in part. Counted as a false alarm all the same.
TREATED = pgettext_lazy("a warning was", "acted upon")
RIGHT_IN_PART = pgettext_lazy("a warning was", "right in part")
WARNING_COLUMNS: dict[str, Any] = {
    "as_of": pgettext_lazy("download", "As of"),
    "account_id": pgettext_lazy("download", "Account code"),
    "name": pgettext_lazy("download", "Name"),
    "manager_id": pgettext_lazy("download", "Manager"),
    "state": pgettext_lazy("download", "State"),
    "since": pgettext_lazy("download", "State since"),
    "money_at_risk": pgettext_lazy("download", "Money at risk, 52 weeks"),
    "p_complete": pgettext_lazy("download", "Probability of no order"),
    "outcome": pgettext_lazy("download", "What came of it"),
    "right": pgettext_lazy("download", "Was the warning right"),
    "lead_weeks": pgettext_lazy("download", "Weeks before the sales report"),
    "lost": pgettext_lazy("download", "Money that did not come"),
}
LEFT_COLUMNS: dict[str, Any] = {
    "account_id": pgettext_lazy("download", "Account code"),
    "name": pgettext_lazy("download", "Name"),
    "manager_id": pgettext_lazy("download", "Manager"),
    "last_order_on": pgettext_lazy("download", "Last order"),
    "state": pgettext_lazy("download", "State"),
    "named_on": pgettext_lazy("download", "Named on"),
    "report_on": pgettext_lazy("download", "In the sales report on"),
    "lead_weeks": pgettext_lazy("download", "Weeks before the sales report"),
    "missed": pgettext_lazy("download", "Missed"),
    "lost": pgettext_lazy("download", "Money that did not come"),
}
_CATEGORY = {"category": pgettext_lazy("download", "Category")}
CATEGORY_WARNING_COLUMNS: dict[str, Any] = {
    "as_of": WARNING_COLUMNS["as_of"],
    "account_id": WARNING_COLUMNS["account_id"],
    **_CATEGORY,
    **{n: w for n, w in WARNING_COLUMNS.items() if n not in ("as_of", "account_id", "p_complete")},
    "p_defection": pgettext_lazy("download", "Probability that the category is left"),
}
CATEGORY_LEFT_COLUMNS: dict[str, Any] = {
    "account_id": LEFT_COLUMNS["account_id"],
    **_CATEGORY,
    **{n: w for n, w in LEFT_COLUMNS.items() if n not in ("account_id", "state")},
}
DOWNLOADS: dict[str, dict[str, Any]] = {
    "warnings": WARNING_COLUMNS,
    "left": LEFT_COLUMNS,
    "partial_left": LEFT_COLUMNS,
    "category_warnings": CATEGORY_WARNING_COLUMNS,
    "category_left": CATEGORY_LEFT_COLUMNS,
}
OUTCOMES: dict[str, Any] = {
    "complete": gettext_lazy("Gone altogether"),
    "partial": gettext_lazy("Buying far less"),
    "category": gettext_lazy("A category left, while the account still buys"),
}
MEANINGS: dict[str, Any] = {
    "partial": gettext_lazy(
        "Less than half of what was to be expected, and less than its own steady habit would bring "
        "in 1 of 20 cases, while it still orders."
    ),
    "category": gettext_lazy(
        "The same of one category, beside what the account itself still ordered; what moved to "
        "another category of ours is not lost. Accounts that left altogether are not in it."
    ),
}
FACT_TABLES: dict[str, Any] = {
    "accounts": pgettext_lazy("facts", "chains and closings of accounts"),
    "products": pgettext_lazy("facts", "products ended or replaced"),
    "wallets": pgettext_lazy("facts", "statements of what accounts buy"),
    "notices": pgettext_lazy("facts", "notices"),
    "account_answers": pgettext_lazy("facts", "answers about accounts"),
    "open_orders": pgettext_lazy("facts", "open orders"),
    "contacts": pgettext_lazy("facts", "power, attitude and leaving of contacts"),
    "ties": pgettext_lazy("facts", "who of ours knows whom"),
    "relationship_levels": pgettext_lazy("facts", "relationship levels"),
    "visits": pgettext_lazy("facts", "visits"),
    "requests": pgettext_lazy("facts", "requests"),
    "complaints": pgettext_lazy("facts", "complaints"),
    "promises": pgettext_lazy("facts", "promises"),
    "incentives": pgettext_lazy("facts", "incentives"),
    "agreements": pgettext_lazy("facts", "agreements"),
    "criteria": pgettext_lazy("facts", "purchase criteria"),
    "competitor_sightings": pgettext_lazy("facts", "competitors seen"),
    "goals": pgettext_lazy("facts", "common goals"),
    "company_events": pgettext_lazy("facts", "company events"),
    "reviews": pgettext_lazy("facts", "failure reviews"),
}
