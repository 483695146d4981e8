"""Rows in which all is to be seen that we ourselves may do to an account, and its own business.

"T" is a small account to which everything happens; the U's are large and do well, but for "U3", which is of
T's chain and closed; "R" misses a rebate.
"""

from __future__ import annotations

from typing import Any

from seen import Rows, ago

LARGE = [f"U{n}" for n in range(4)]
QUARTER = 182  # days ago: what happened to T began then


def judged() -> Rows:
    """Rows of ACCOUNTS."""
    each: dict[str, Any] = {"segment": "shops", "region": "south", "tier": "A", "core": "yes"}
    each |= {"order_days_52": 36, "first_order_on": ago(1400), "last_order_on": ago(5)}
    large = [
        {**each, "account_id": one, "size_class": "large", "state": "steady", "amount_52": 7000.0}
        for one in LARGE
    ]
    large[3] |= {"state": "lost", "state_since": ago(80)}
    small = {**each, "size_class": "small", "state": "slipping", "state_since": ago(60)}
    return [
        *large,
        {**small, "account_id": "T", "amount_52": 6000.0},
        {**small, "account_id": "R", "amount_52": 900.0},
    ]


def _line(account: str, day: int, product: str, amount: float, **also: Any) -> dict[str, Any]:
    order = {"account_id": account, "ordered_on": ago(day), "order_id": f"{account}{day}"}
    sold = {"product_id": product, "category": "roofs", "kind": "sale", "currency": "EUR"}
    return {**order, **sold, "amount": amount, "quantity": 10.0, **also}


def _lines() -> Rows:
    def price(account: str, day: int) -> float:
        return 110.0 if account == "T" and day <= QUARTER else 100.0

    sold = [
        _line(account, day, product, price(account, day), list_amount=150.0)
        for account in ["T", *LARGE]
        for day in range(5, 725, 10)
        for product in ("X0", "X1")
    ]
    back = [
        _line("T", day, "X0", -150.0, kind=kind, list_amount=None, quantity=-10.0)
        for kind, days in (("return", (110, 130)), ("credit", (20, 40)))
        for day in days
    ]
    new = [_line(one, 50, f"N{n}", 5.0) for one in LARGE for n in range(2)]
    rebate = [_line("R", day, "Z", 950 / 6) for day in range(5, 65, 10)]
    return sold + back + new + rebate


def _delivered() -> dict[str, Rows]:
    t = {"account_id": "T", "product_id": "X0", "promised_on": ago(120), "quantity_ordered": 10.0}
    order = {"order_id": f"T{125}", "product_id": "X0", "promised_on": ago(118)}
    return {
        "deliveries": [
            {**t, "delivery_id": "T1", "delivered_on": ago(110), "quantity_delivered": 10.0},
            {**t, "delivery_id": "T2", "delivered_on": ago(120), "quantity_delivered": 4.0},
            {**t, "delivery_id": "T3", "urgent": True, "refused_on": ago(90), "reason": "no truck"},
            {**order, "delivery_id": "T4", "delivered_on": ago(100)},
        ],
        "supply": [{"product_id": "X0", "week": ago(d), "available": 0.1} for d in (100, 93)],
        "stock": [
            {"product_id": "X1", "on": ago(60), "on_hand": 0.0},
            {"product_id": "X1", "on": ago(45), "on_hand": 9.0},
        ],
    }


def _money() -> dict[str, Rows]:
    promise = {"account_id": "T", "made_on": ago(150), "due_on": ago(120), "amount": 50.0}
    paid = [
        {
            "account_id": "T",
            "due_on": ago(day),
            "amount": 10.0 + n,
            "paid_on": ago(day - (35 if day <= QUARTER else 5)),
        }
        for n, day in enumerate(range(40, 540, 30))
    ]
    agreed = [
        {"account_id": one, "agreement_id": one, "from": ago(400), "payment_terms_days": 60}
        for one in LARGE
    ]
    hard = {"account_id": "T", "agreement_id": "T", "from": ago(300), "payment_terms_days": 14}
    rebate = {"account_id": "R", "agreement_id": "R", "rebate_rule": "quarter: 2% from 1000"}
    return {
        "promises": [
            {**promise, "promise_id": "T1"},
            {**promise, "promise_id": "T2", "kept_on": ago(60)},
            {**promise, "promise_id": "T3", "kept_on": ago(119), "kept_amount": 20.0},
        ],
        "payments": paid,
        "agreements": [*agreed, hard, {**rebate, "from": ago(400)}],
        "credit_holds": [{"account_id": "T", "from": ago(100), "to": ago(80)}],
        "visits": [
            {"visit_id": f"{u}{d}", "account_id": u, "on": ago(d), "staff_id": "S2"}
            for u in LARGE
            for d in range(10, 350, 20)
        ],
    }


def _business() -> dict[str, Rows]:
    months = sorted({ago(day).replace(day=1) for day in range(40, 1000, 30)})
    own = [
        {
            "account_id": "T",
            "month": month,
            "amount": 60.0 if month > ago(160) else 100.0,
            "what": "purchases",
            "their_price": 15.0,
            "source": "own books",
        }
        for month in months
    ]
    trade = [
        {
            "segment": "shops",
            "region": "south",
            "month": month,
            "index": 80.0 if month > ago(160) else 100.0,
            "source": "bureau",
        }
        for month in months
    ]
    accounts: Rows = [{"account_id": r["account_id"], "name": r["account_id"]} for r in judged()]
    for row in accounts:
        if row["account_id"] in ("T", "U3"):
            row["group_id"] = "G"
        if row["account_id"] == "U3":
            row |= {"closed_on": ago(70), "closed_reason": "gave up"}
    products: Rows = [{"product_id": f"N{n}", "launched_on": ago(250)} for n in range(2)]
    products.append({"product_id": "X1", "discontinued_on": ago(50)})
    return {
        "account_volumes": own,
        "market": trade,
        "accounts": accounts,
        "products": [{**one, "name": one["product_id"], "category": "roofs"} for one in products],
        "company_events": [
            {"event_id": "T", "on": ago(90), "kind": "policy", "scope": "segment: shops"}
        ],
    }


def rows() -> dict[str, Rows]:
    """Rows by table."""
    return {"order_lines": _lines(), **_delivered(), **_money(), **_business()}
