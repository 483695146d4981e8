"""A company in which every signal is to be seen: a few rows in every table, and the accounts judged.

"A" is in trouble of every kind; the B's are its peers and do well; `seen_ours` adds what we may do
ourselves. Who adds a signal adds what it sees.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import seen_ours
from seen import AS_OF, Rows, ago, ledger_of, view_of

from mainstay.causes.view import View
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.schema import TABLES

OURS = {row["account_id"] for row in seen_ours.judged()}
PEERS = [f"B{n}" for n in range(12)]


def at(days: int) -> datetime:
    return datetime.combine(ago(days), time(10), UTC)


def judged() -> Rows:
    """Rows of ACCOUNTS."""
    well = {
        "segment": "dealers",
        "region": "north",
        "tier": "A",
        "size_class": "large",
        "core": "yes",
        "state": "steady",
        "first_order_on": ago(1400),
        "last_order_on": ago(4),
        "days_silent": 4,
        "rhythm_days": 15.0,
        "late_after_days": 30.0,
        "open_orders": 0.0,
        "amount_52": 1100.0,
        "amount_prev_52": 1000.0,
        "growth": 0.1,
        "wallet_source": "declared",
        "yearly_purchases": 2000.0,
        "share_of_wallet": 0.5,
        "share_of_wallet_before": 0.5,
    }
    ill = {
        "state": "late",
        "manager_id": "S3",
        "last_order_on": ago(50),
        "days_silent": 50,
        "amount_52": 400.0,
        "growth": -0.6,
        "share_of_wallet": 0.2,
    }
    peers = [well | {"account_id": one, "name": one, "manager_id": "S1"} for one in PEERS]
    mine = well | ill | {"account_id": "A", "name": "A"}
    return [mine, *peers, *seen_ours.judged()]


def categories() -> Rows:
    """Rows of CATEGORIES."""
    dropped = {"state": "dropped", "since": ago(90), "last_order_on": ago(200)}
    money = {"amount_52": 10.0, "amount_prev_52": 300.0}
    return [{"account_id": "A", "category": "taps", **dropped, **money}]


def _lines() -> Rows:
    def line(account: str, days: int, product: str, amount: float) -> dict[str, Any]:
        category = "taps" if product > "P5" else "pipes"
        sold = {"product_id": product, "category": category, "kind": "sale", "quantity": 1.0}
        order = {"order_id": f"{account}-{days}", "line": product, "currency": "EUR"}
        when = {"account_id": account, "ordered_on": ago(days), "amount": amount}
        return {**when, **order, **sold, "list_amount": amount * 1.1}

    before = [line("A", d, f"P{n}", 20.0) for d in range(366, 726, 10) for n in range(8)]
    after = [line("A", d, "P0", 50.0) for d in (50, 75, 100, 120, 140, 160)]
    peers = [line(one, d, "P1", 20.0) for one in PEERS for d in range(4, 726, 15)]
    return before + after + peers


def _visits() -> Rows:
    mine: Rows = [
        {"on": ago(300), "mood": -2},
        {"on": ago(290), "kind": "visited_us", "received_well": False},
        {"on": ago(280), "kind": "visited_us", "received_well": False},
        {"on": ago(270), "contacts": "K1"},
    ]
    own = [
        {"visit_id": f"V{n}", "account_id": "A", "staff_id": "S1", **v} for n, v in enumerate(mine)
    ]
    peers: Rows = [
        {"visit_id": f"W{one}{d}", "account_id": one, "on": ago(d), "staff_id": "S1"}
        for one in PEERS[1:]
        for d in (20, 45, 70)
    ]
    peers[0]["asked_for_opinion"] = True
    return own + peers


def _complaints() -> Rows:
    solved = {"first_answer_at": at(180), "solved_at": at(150)}
    told: Rows = [
        {"opened_at": at(200), "kind": "quality", "product_id": "P1", "batch": "7", **solved},
        {"opened_at": at(120), "kind": "quality", "product_id": "P1", "batch": "7"},
        {"opened_at": at(90), "solved_at": at(85), "accepted_by_customer": False, "severity": 3},
        {"opened_at": at(80), "kind": "question", "first_answer_at": at(60)},
    ]
    return [{"complaint_id": f"C{n}", "account_id": "A", **one} for n, one in enumerate(told)]


def _people() -> dict[str, Rows]:
    staff: Rows = [
        {"staff_id": "S1", "name": "Min", "reports_to": "L1", "left_on": ago(150)},
        {"staff_id": "S2", "name": "Nina", "reports_to": "L1"},
        {"staff_id": "S3", "name": "Omar", "reports_to": "L1"},
        {"staff_id": "T1", "name": "Tess", "role": "service", "left_on": ago(140)},
        {"staff_id": "L1", "name": "Lin", "role": "director", "left_on": ago(60)},
    ]
    turns = (("S1", 900, 150), ("S2", 149, 100), ("S3", 100, None))
    mine: Rows = [
        {"staff_id": who, "role": "manager", "from": ago(a), "to": None if b is None else ago(b)}
        for who, a, b in turns
    ]
    mine.append({"staff_id": "T1", "role": "service", "from": ago(900)})
    peers = [
        {"account_id": b, "staff_id": "S2", "role": "manager", "from": ago(900)} for b in PEERS
    ]
    contacts: Rows = [
        {"contact_id": "K1", "account_id": "A", "power": "decides", "left_on": ago(70)},
        {"contact_id": "K2", "account_id": "A", "power": "uses", "from": ago(800)},
        *(
            {"contact_id": f"{b}-{n}", "account_id": b, "from": ago(900)}
            for b in PEERS
            for n in range(3)
        ),
    ]
    ties = [
        {"contact_id": f"B0-{n}", "staff_id": "S2", "strength": 2, "since": ago(300)}
        for n in range(3)
    ]
    return {
        "staff": staff,
        "assignments": [{"account_id": "A", **one} for one in mine] + peers,
        "contacts": [{"name": one["contact_id"].lower(), **one} for one in contacts],
        "ties": ties,
        "absences": [{"staff_id": "S2", "from": ago(30), "to": ago(20)}],
        "hours": [{"staff_id": "S2", "from": ago(900), "weekly_hours": 20.0}],
    }


def _said() -> dict[str, Rows]:
    a = {"account_id": "A"}
    sighting = {**a, "competitor": "Rival", "on": ago(80), "what": "price"}
    assessed = {"competitor": "Rival", "assessed_on": ago(90), "source": "K2"}
    return {
        "notices": [{**a, "on": ago(30), "kind": "will_reduce", "text": "The price; a new owner"}],
        "agreements": [{**a, "agreement_id": "G", "from": ago(500), "to": ago(10)}],
        "requests": [
            {**a, "request_id": "R1", "raised_on": ago(100), "text": "x", "kind": "terms"},
            {**a, "request_id": "R2", "raised_on": ago(300), "text": "y", "kind": "custom_product"},
        ],
        "relationship_levels": [
            {**a, "on": ago(500), "level": 3},
            {**a, "on": ago(110), "level": 1},
        ],
        "criteria": [
            {**a, "criterion": "Service", **assessed, "we_meet": False, "competitor_meets": True}
        ],
        "competitor_sightings": [
            {**sighting, "sighting_id": "X1", "source": "ours"},
            {**sighting, "sighting_id": "X2", "source": "contact"},
        ],
        "goals": [{**a, "goal_id": "Z", "period": "2026", "common_goal": "grow"}],
        "plan_reviews": [{**a, "on": ago(60), "stage": "growing", "agreed": "two trainings"}],
        "promises": [
            {**a, "promise_id": "Q", "made_on": ago(200), "due_on": ago(120), "kind": "rebate"}
        ],
        "incentives": [
            {**a, "incentive_id": "I", "kind": "rebate", "from": ago(300), "owner_id": "S2"}
        ],
        "wallets": [
            {**a, "on": ago(300), "yearly_purchases": 2000.0, "category": "taps", "source": "K2"}
        ],
        "company_events": [{"event_id": "E", "on": ago(100), "kind": "shortage"}],
        "account_answers": [{"account_id": "B11", "answer": "none"}],
        "account_joins": [{"account_id": "B11-old", "into_id": "B11"}],
        "play_runs": [{**a, "play": "visit", "from": ago(40)}],
        "cases": [{**a, "case_id": "C", "opened_on": ago(40), "state": "open"}],
        "case_steps": [{**a, "step_id": "S", "case_id": "C", "n": 1, "what": "Visit"}],
        "case_comments": [
            {**a, "comment_id": "K", "case_id": "C", "on": ago(20), "text": "He was kind"}
        ],
        "coins": [{**a, "on": ago(30), "play": "visits", "probability": 0.5}],
        "designs": [
            {
                "design": "Visits in turn",
                "kind": "order",
                "play": "visits",
                "begins": ago(20),
                "to": ago(-100),
                "on": ago(30),
            }
        ],
        "held_effects": [{"play": "visits", "on": ago(3), "held": True, "reason": "Counted twice"}],
        "design_draws": [
            {
                **a,
                "design": "Visits in turn",
                "play": "visits",
                "unit": a["account_id"],
                "arm": "begins",
                "probability": 0.5,
                "draw": 0.25,
                "from": ago(20),
                "to": ago(-100),
                "on": ago(30),
            }
        ],
        "win_backs": [{**a, "call_on": ago(-30), "reason": "New season", "set_on": ago(20)}],
        "approvals": [
            {
                **a,
                "approval_id": "Y",
                "case_id": "C",
                "asked_on": ago(40),
                "amount": 100.0,
                "state": "approved",
                "kind": "rebate",
            }
        ],
        "snoozes": [{**a, "on": ago(30), "until": ago(10), "kind": "snooze"}],
        "opinions": [
            {
                **a,
                "opinion_id": "V",
                "complaint_id": "K",
                "asked_on": ago(30),
                "answered_on": ago(28),
                "was_solved": 2,
                "was_quick": 3,
                "was_treated_well": 4,
                "would_stay": 3,
            }
        ],
        "allocations": [
            {
                **a,
                "allocation_id": "L",
                "sheet_id": "T",
                "decided_on": ago(20),
                "product_id": "P",
                "wanted": 10.0,
                "given": 4.0,
                "given_by": "rule",
                "state": "approved",
            }
        ],
        "plays": [{"play": "visit", "in_service": True}],
        "season_plans": [
            {
                **a,
                "plan_id": "SP",
                "product_id": "P1",
                "month": ago(-60),
                "quantity": 10.0,
                "agreed_on": ago(20),
                "state": "agreed",
            }
        ],
        "corrective_actions": [
            {
                "action_id": "CA",
                "product_id": "P1",
                "asked_on": ago(20),
                "answer_due_on": ago(10),
            }
        ],
        "confirmations": [
            {
                **a,
                "confirmation_id": "CF",
                "plan_id": "SP",
                "product_id": "P1",
                "by_role": "production",
                "quantity": 10.0,
                "ready_on": ago(-50),
                "confirmed_on": ago(15),
            }
        ],
    }


def _machines() -> dict[str, Rows]:
    a = {"account_id": "A"}
    came = {"promised_on": ago(120), "delivered_on": ago(100)}
    return {
        "open_orders": [{"account_id": "B1", "ordered_on": ago(3), "amount": 5.0}],
        "payments": [{**a, "due_on": ago(90), "paid_on": ago(50), "amount": 100.0}],
        "deliveries": [
            {**a, "delivery_id": "D", **came, "quantity_ordered": 10.0, "quantity_delivered": 4.0}
        ],
        "stock": [{"product_id": "P0", "on": ago(100), "on_hand": 0.0}],
        "credit_holds": [{**a, "from": ago(100), "to": ago(80)}],
        "targets": [{**a, "period": "2026", "amount": 1000.0}],
        "exchange_rates": [{"currency": "USD", "month": ago(400), "rate": 0.9}],
        "account_volumes": [
            {**a, "month": ago(100), "amount": 50.0, "what": "sell_out", "source": "K2"}
        ],
        "supply": [{"product_id": "P0", "week": ago(100), "available": 0.3}],
        "market": [
            {
                "segment": "dealers",
                "region": "north",
                "month": ago(100),
                "index": 90.0,
                "source": "public",
            }
        ],
    }


def cast() -> dict[str, Rows]:
    """Rows by table, all there are."""
    products = [
        {"product_id": f"P{n}", "name": f"p{n}", "category": "taps" if n > 5 else "pipes"}
        for n in range(8)
    ]
    own: dict[str, Rows] = {
        "order_lines": _lines(),
        "accounts": [
            {"account_id": r["account_id"], "name": r["account_id"]}
            for r in judged()
            if r["account_id"] not in OURS
        ],
        "products": products,
        "visits": _visits(),
        "complaints": _complaints(),
        "service_standards": [
            {"kind": "quality", "severity": 2, "answer_within": 8.0, "solve_within": 40.0}
        ],
        "reviews": [
            {
                "review_id": "R1",
                "account_id": "A",
                "opened_on": ago(60),
                "kind": "lost",
                "salesperson_reason": "competitor.price",
                "customer_reason": "delivery.late",
                "interviewed_on": ago(40),
                "recorded": ago(30),
            }
        ],
        "unit_conversions": [{"product_id": "P0", "unit": "box", "factor": 12.0}],
        **_people(),
        **_said(),
        **_machines(),
    }
    ours = seen_ours.rows()
    return {name: some + ours.get(name, []) for name, some in own.items()}


def view(ledger: Ledger) -> View:
    """The cast as of AS_OF, of whatever ledger."""
    return view_of(ledger, judged(), categories=categories())


def ledger(rows: dict[str, Rows] | None = None) -> Ledger:
    return ledger_of(rows or cast())


def moved(name: str, row: dict[str, Any], first: date = AS_OF) -> dict[str, Any] | None:
    """A row as if it told of `first` and after: all its days moved, under an id of its own.

    None where nothing of it has a day.
    """
    table = TABLES[name]
    days = [row[c] for c in (table.first_of or (table.happened,)) if c and row.get(c)]
    if not days:
        return None
    earliest = min(d.date() if isinstance(d, datetime) else d for d in days)
    by = first - earliest + timedelta(days=31 if table.by_month or table.by_week else 0)
    new = {c: v + by if isinstance(v, date) else v for c, v in row.items()}
    for column in table.key:
        if column.endswith("_id") and column not in ("account_id", "staff_id", "product_id"):
            new[column] = f"{new.get(column)}+"
    return new
