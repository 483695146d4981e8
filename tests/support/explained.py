"""An explanation of the cast's accounts, made by hand: two fell by causes of ours, one by a competitor's,
one unexplained; the others stand well."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pyarrow as pa

ID = "20260302-060000-cast"
BEGAN = date(2025, 11, 10)


def text(template: str, **data: Any) -> dict[str, Any]:
    return {"template": template, "data": data}


LATE = "Delivered {late_days} days after the promised {promised_on}."
FOR_LATE = [
    {
        "kind": "fact",
        "signal": "delivery_late",
        "text": text(LATE, late_days=16, promised_on="2025-09-08"),
        "on": "2025-09-08",
        "weeks_before": 9,
        "rows": [["deliveries", "D1"], ["order_lines", "2025-09-01", "2025-09-08", "P 1/2"]],
        "match": "Bolts",
        "category": "Bolts",
    },
    {
        "kind": "words",
        "signal": "notice",
        "text": text('<b>"Too late, always"</b>'),
        "on": "2025-12-01",
        "weeks_before": -3,
        "rows": [["notices", "A100", "2025-12-01", "dissatisfied"]],
    },
]
AGAINST_PRICE = [
    {
        "kind": "elsewhere",
        "signal": "price_up",
        "text": text("Prices rose by {rise_share}.", rise_share=0.04),
        "on": "2025-10-20",
        "weeks_before": 3,
        "match": "Nuts",
        "rows": [["order_lines", "2025-10-01", "2025-10-20", ""]],
    },
    {
        "kind": "harmless",
        "text": text(
            "Accounts with such facts hardly fall more often than others: {falls} falls in "
            "{years} account-years.",
            falls=1.5,
            years=80.0,
        ),
        "rows": [],
    },
]
# account, began, p_fell, lost, first, p_first, p_unknown, ours, theirs, nobody's
_FALLS: list[tuple[Any, ...]] = [
    ("A100", BEGAN, 1.0, 90e3, "delivery", 0.62, 0.1, 0.8, 0.1, 0.0),
    ("A101", date(2025, 6, 2), 1.0, 60e3, "unknown", 0.55, 0.55, 0.25, 0.2, 0.0),
    ("A102", date(2024, 8, 26), 1.0, 84e3, "competitor", 0.7, 0.1, 0.2, 0.7, 0.0),
    ("A107", BEGAN, 1.0, 2e3, "people", 0.9, 0.02, 0.98, 0.0, 0.0),
    ("A109", date(2024, 1, 15), 1.0, 0.0, "own_business", 0.95, 0.05, 0.0, 0.0, 0.95),
    ("A103", date(2025, 10, 1), 0.3, 9e3, "money", 0.2, 0.1, 0.2, 0.0, 0.0),
]
_CAUSES: list[tuple[Any, ...]] = [
    ("A100", 1, "delivery", "delivery.late", 0.62, "Bolts", FOR_LATE, []),
    ("A100", 2, "money", "money.price_rise", 0.18, None, [], AGAINST_PRICE),
    ("A100", 3, "competitor", "competitor.price", 0.1, None, [], []),
    ("A100", 4, "drift", "drift.no_contact", 0.04, None, [], []),
    ("A101", 1, "drift", "drift.no_contact", 0.25, None, [], []),
    ("A101", 2, "competitor", "competitor.price", 0.2, None, [], []),
    ("A102", 1, "competitor", "competitor.product", 0.7, "木材", [], []),
    ("A102", 2, "delivery", "delivery.short", 0.2, None, [], []),
    ("A107", 1, "people", "people.manager_left", 0.9, None, [], []),
    ("A109", 1, "own_business", "own_business.closed", 0.95, None, [], []),
    ("A103", 1, "money", "money.price_rise", 0.2, None, [], []),
]


def falls() -> pa.Table:
    from mainstay.engine import FALLS

    names = ["account_id", "began_on", "p_fell", "lost_52", "first", "p_first", "p_unknown"]
    names += ["p_ours", "p_theirs", "p_nobodys"]
    rows = [{**dict(zip(names, row, strict=True)), "reviewed": row[0] == "A107"} for row in _FALLS]
    return pa.Table.from_pylist(rows, FALLS)


def causes() -> pa.Table:
    from mainstay.engine import CAUSES

    names = ("account_id", "rank", "family", "cause", "p", "category", "speaks_for", "against")
    rows = [dict(zip(names, row, strict=True)) for row in _CAUSES]
    for row in rows:
        row["p_took_part"] = row["p"]
        row["confirmed"] = row["account_id"] == "A107"
        row["named"] = (row["account_id"], row["rank"]) != ("A102", 2)
        row |= {side: json.dumps(row[side]) for side in ("speaks_for", "against")}
    return pa.Table.from_pylist(rows, CAUSES)


def signals(extra: list[dict[str, Any]] | None = None) -> pa.Table:
    from mainstay.engine import SIGNALS

    rows = [
        {
            "account_id": account_id,
            "signal": "delivery_late",
            "since": since,
            "strength": strength,
            "money": 1200.0 if strength > 0.5 else None,
            "category": "Bolts",
            "rows": json.dumps([["deliveries", "D1"]]),
            "data": json.dumps({"late_days": days, "promised_on": str(since)}),
        }
        for account_id, since, strength, days in (
            ("A100", date(2025, 9, 8), 1.0, 16),
            ("A100", date(2025, 10, 6), 0.2, 3),
            ("A103", date(2025, 12, 1), 0.4, 5),
        )
    ]
    # Of one that a later version no longer knows.
    rows.append({**rows[0], "signal": "long_forgotten", "data": "{}"})
    return pa.Table.from_pylist([*rows, *(extra or [])], SIGNALS)


MANAGERS = [
    {"manager_id": "S2", "accounts": 60, "cases": 12, "observed": 4.0, "expected": 8.0,
     "ratio": 0.5, "low": 0.17, "high": 1.14},
    {"manager_id": "S1", "accounts": 55, "cases": 15, "observed": 11.0, "expected": 7.5,
     "ratio": 1.47, "low": 0.82, "high": 2.43},
]  # fmt: skip
WAVE = {
    "on": "2025-10-01",
    "kind": "price_rise",
    "text": "All prices <i>+6%</i>",
    "scope": "region: north",
    "within": {"region": ["north"]},
    "falls": 14,
    "expected": 5.1,
    "p": 0.0004,
}
MISSING = [
    {"table": "complaints", "signals": 3, "families": ["courtesy", "service"]},
    {"table": "stock", "signals": 1, "families": ["delivery"]},
]
LEARNT = {
    "channels": [
        {"signal": "delivery_late", "cause": "delivery.late", "falls_a_year": 0.3,
         "falls": 9.0, "exposed_years": 30.0},
        {"signal": "delivery_slow", "cause": "delivery.late", "falls_a_year": 0.1,
         "falls": 1.0, "exposed_years": 10.0},
        {"signal": "manager_left", "cause": "people.manager_left", "falls_a_year": 0.33,
         "falls": 9.0, "exposed_years": 27.0},
        {"signal": "company_event", "cause": "turmoil.company_event", "falls_a_year": 0.9,
         "falls": 0.0, "exposed_years": 0.0},
    ],
    "leak_a_year": 0.03, "reviews": 4, "reviewed_healthy": 6, "signals": 45,
}  # fmt: skip


def explanation(accounts: pa.Table, as_of: date, **changes: Any) -> Any:
    """What `engine.explain` gives, of the cast."""
    from mainstay.causes.outlook import OUTLOOK
    from mainstay.engine import Explanation, cause_figures

    tables = {
        "falls": falls(),
        "causes": causes(),
        "signals": signals(),
        "outlook": OUTLOOK.empty_table(),
        **changes,
    }
    figures = cause_figures(tables["falls"], tables["causes"], accounts, as_of)
    portfolio = figures | {"waves": [WAVE], "missing": MISSING, "by_manager": MANAGERS}
    return Explanation(
        **tables,
        portfolio=portfolio,
        learnt=LEARNT,
        meta={"as_of": str(as_of), "currency": "EUR"},
    )
