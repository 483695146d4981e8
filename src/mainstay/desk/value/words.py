"""The words of value: heads, verdicts, kinds of cost, what came of incentives."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

SHOWS: dict[str, Any] = {
    "steps": pgettext_lazy("value", "Near the next step of a rebate"),
    "never": pgettext_lazy("value", "Cost more than they bring, two years running"),
    "less": pgettext_lazy("value", "Cost more than they bring, 52 weeks"),
}
HEADS: dict[str, Any] = {
    "product": pgettext_lazy("head of value", "Product"),
    "service": pgettext_lazy("head of value", "Service"),
    "people": pgettext_lazy("head of value", "People"),
    "image": pgettext_lazy("head of value", "Image"),
    "money": pgettext_lazy("head of value", "Money"),
    "time": pgettext_lazy("head of value", "Time"),
    "effort": pgettext_lazy("head of value", "Effort"),
    "other": pgettext_lazy("head of value", "Other"),
}
VERDICTS: dict[str, Any] = {
    "ours": pgettext_lazy("beside a competitor", "We are ahead"),
    "even": pgettext_lazy("beside a competitor", "Even"),
    "theirs": pgettext_lazy("beside a competitor", "They are ahead"),
    "neither": pgettext_lazy("beside a competitor", "Neither meets it"),
    "unknown": pgettext_lazy("beside a competitor", "Not known"),
}
COSTS: dict[str, Any] = {
    "visits": pgettext_lazy("cost of serving", "Visits"),
    "calls": pgettext_lazy("cost of serving", "Calls and messages"),
    "urgent": pgettext_lazy("cost of serving", "Urgent deliveries"),
    "returns": pgettext_lazy("cost of serving", "Days with returns"),
    "given": pgettext_lazy("cost of serving", "Incentives and promises kept"),
    "waiting": pgettext_lazy("cost of serving", "Waiting for payments"),
}
COST_CLASSES = {
    "visits": "s2",
    "calls": "s3",
    "urgent": "s4",
    "returns": "s5",
    "given": "s6",
    "waiting": "s7",
}
EFFECTS: dict[str, Any] = {
    "more": gettext_lazy("More than chance gives"),
    "less": gettext_lazy("Less than chance gives"),
    "chance": gettext_lazy("Can't be told from chance"),
    "short": gettext_lazy("Too short to tell: less than four weeks"),
    "new": gettext_lazy("Too few orders to tell"),
    "few": gettext_lazy("Too few similar accounts to tell"),
    "twice": gettext_lazy("Can't be told: another incentive ran at the same time"),
}
OF: dict[str, Any] = {
    "product": pgettext_lazy("rebate on", "Product"),
    "category": pgettext_lazy("rebate on", "Category"),
}
# Headings of downloads, by table and column.
_ACCOUNT: dict[str, Any] = {
    "account_id": pgettext_lazy("download", "Account code"),
    "name": pgettext_lazy("download", "Name"),
}
STEPS: dict[str, Any] = {
    "agreement_id": pgettext_lazy("download", "Agreement"),
    "of": pgettext_lazy("download", "Rebate on"),
    "code": pgettext_lazy("download", "Product or category"),
    "last_on": pgettext_lazy("download", "Period ends"),
    "sold": pgettext_lazy("download", "Bought so far"),
    "rate": pgettext_lazy("download", "Rate reached, %"),
    "owed": pgettext_lazy("download", "Rebate so far"),
    "next_at": pgettext_lazy("download", "Next step"),
    "next_rate": pgettext_lazy("download", "Its rate, %"),
    "missing": pgettext_lazy("download", "Missing until it"),
    "gain": pgettext_lazy("download", "Worth to them"),
    "expected": pgettext_lazy("download", "Expected by then"),
}
REMAINS: dict[str, Any] = {
    "sales": pgettext_lazy("download", "Sales, 52 weeks"),
    "margin": pgettext_lazy("download", "Margin"),
    "cost": pgettext_lazy("download", "Cost of serving"),
    "remains": pgettext_lazy("download", "What remains"),
    "never": pgettext_lazy("download", "Nor the year before"),
}
SIZES: dict[str, Any] = {
    "size_class": pgettext_lazy("download", "Size"),
    "accounts": pgettext_lazy("download", "Accounts"),
    "sales": pgettext_lazy("download", "Sales, 52 weeks"),
    "margin": pgettext_lazy("download", "Margin"),
    "remains": pgettext_lazy("download", "What remains"),
    "never": pgettext_lazy("download", "Accounts that never earn"),
    "contacts": pgettext_lazy("download", "Visits and calls"),
    "given": pgettext_lazy("download", "Incentives and promises kept"),
    "fill_rate": pgettext_lazy("download", "Fill rate"),
    "filled": pgettext_lazy("download", "Delivered lines"),
    "terms_days": pgettext_lazy("download", "Days to pay"),
    "minimum_share": pgettext_lazy("download", "Minimum order, of the usual one"),
    "penalised_share": pgettext_lazy("download", "With penalties"),
    "agreed": pgettext_lazy("download", "With an agreement"),
}
DOWNLOADS: dict[str, dict[str, Any]] = {
    "steps": {**_ACCOUNT, **STEPS},
    "unearning": {**_ACCOUNT, **REMAINS},
    "sizes": SIZES,
}
# Of one account: the frozen table, and the headings of its file.
OF_ACCOUNT: dict[str, tuple[str, dict[str, Any]]] = {
    "heads": (
        "value_heads",
        {
            "head": pgettext_lazy("download", "Head"),
            "criteria": pgettext_lazy("download", "Criteria"),
            "ours": pgettext_lazy("download", "We meet"),
            "theirs": pgettext_lazy("download", "A competitor meets"),
            "competitor": pgettext_lazy("download", "Competitor"),
            "seen": pgettext_lazy("download", "Sightings"),
            "price_ratio": pgettext_lazy("download", "Their price over ours"),
            "priced": pgettext_lazy("download", "Prices seen"),
            "verdict": pgettext_lazy("download", "Who is ahead"),
        },
    ),
    "costs": (
        "value_costs",
        {
            "kind": pgettext_lazy("download", "Cost of serving"),
            "n": pgettext_lazy("download", "How many, 52 weeks"),
            "money": pgettext_lazy("download", "Money, 52 weeks"),
            "n_before": pgettext_lazy("download", "How many, the year before"),
            "money_before": pgettext_lazy("download", "Money, the year before"),
        },
    ),
    "rebates": (
        "value_rebates",
        {
            **{name: STEPS[name] for name in ("agreement_id", "of", "code")},
            "first_on": pgettext_lazy("download", "Period begins"),
            **{
                name: STEPS[name]
                for name in ("last_on", "sold", "rate", "owed", "next_at", "missing", "gain")
            },
            "promised": pgettext_lazy("download", "Promised"),
            "paid": pgettext_lazy("download", "Paid"),
            "due_on": pgettext_lazy("download", "Due"),
        },
    ),
    "effects": (
        "value_effects",
        {
            "incentive_id": pgettext_lazy("download", "Incentive"),
            "kind": pgettext_lazy("download", "Kind"),
            "first_on": pgettext_lazy("download", "From"),
            "last_on": pgettext_lazy("download", "Until"),
            "spent": pgettext_lazy("download", "Spent"),
            "bought": pgettext_lazy("download", "Bought meanwhile"),
            "expected": pgettext_lazy("download", "To be expected"),
            "low": pgettext_lazy("download", "Effect, low"),
            "high": pgettext_lazy("download", "Effect, high"),
            "verdict": pgettext_lazy("download", "What it did"),
        },
    ),
}
CODES: dict[str, dict[str, Any]] = {
    "head": HEADS,
    "of": OF,
}
