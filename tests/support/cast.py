"""The people and accounts that return in all tests of the desk.

`people()` and `show(assessment())` put them into the database; `PASSWORD` opens every door.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pyarrow as pa

PASSWORD = "harbour-lantern-7"
AS_OF = date(2026, 3, 2)

PEOPLE = {
    "dora": ("Dora Lin", "director", ""),
    "minsu": ("김민수", "manager", "S1"),
    "wei": ("陳偉", "manager", "S2"),
    "nobody": ("No Code", "manager", ""),
    "sora": ("박소라", "service", "S1"),
    "quentin": ("Quentin Moreau", "quality", ""),
    "suyin": ("蘇音", "supply", ""),
    "fatima": ("Fatima Haddad", "finance", ""),
    "ana": ("Ana Petrova", "analyst", ""),
    "ada": ("Ada Mason", "administrator", ""),
}

# id, name, manager, tier, size, state, previous state, days silent, rhythm, amount 52, amount before, at risk
_ROWS = [
    ("A100", "Harbour Hardware Ltd", "S1", "A", "large", "late", "steady", 74, 21, 184e3, 201e3, 96e3),
    ("A101", "林氏五金行", "S1", "A", "large", "slipping", "steady", 12, 14, 131e3, 190e3, 52e3),
    ("A102", "华东机电有限公司", "S2", "B", "medium", "lost", "late", 260, 30, 4e3, 88e3, 71e3),
    ("A103", "한빛산업 주식회사", "S2", "A", "large", "steady", "steady", 6, 10, 210e3, 205e3, 3e3),
    ("A104", "Ｎｏｒｔｈｗｉｎｄ　Ｔｏｏｌｓ", "S2", "C", "small", "new", None, 20, None, 6e3, None, None),
    ("00123", "Müller & Söhne", "S1", "B", "medium", "steady", "steady", 15, 28, 61e3, 58e3, 2e3),
    ("A106", 'Quiet <b>"Corner"</b> & Co', None, "C", "small", "growing", "steady", 9, 18, 22e3, 12e3, -4e3),
    ("A107", "Пекарня «Заря»", "S1", "B", "medium", "noticed", "steady", 25, 16, 47e3, 49e3, 38e3),
    ("B/108 ?&#", "大同貿易股份有限公司", "S2", "C", "small", "won_back", "lost", 4, 35, 9e3, 8e3, 1e3),
    ("A109", "Dormant Dairy", "S2", "C", "small", "closed", "closed", 700, 30, 0.0, 0.0, None),
]  # fmt: skip


def people() -> dict[str, Any]:
    """Everybody, with PASSWORD, by the name they sign in with."""
    from mainstay.desk.access.models import User

    made = {}
    for username, (name, role, staff_id) in PEOPLE.items():
        user = User(username=username, name=name, role=role, staff_id=staff_id)
        user.set_password(PASSWORD)
        user.save()
        made[username] = user
    return made


def accounts() -> pa.Table:
    """The accounts as the engine gives them."""
    from mainstay.engine import ACCOUNTS

    rows = [_account(i, *row) for i, row in enumerate(_ROWS)]
    return pa.Table.from_pylist(rows, schema=ACCOUNTS)


def _account(
    i: int, id_: str, name: str, manager: str | None, tier: str, size: str, state: str,
    before: str | None, silent: int, rhythm: float | None, now: float, then: float | None,
    risk: float | None,
) -> dict[str, Any]:  # fmt: skip
    last = AS_OF - timedelta(days=silent)
    why = {
        "template": "No order for {silent_days} days; usual are {rhythm_days}.",
        "data": {"silent_days": silent, "rhythm_days": rhythm},
    }
    return {
        "account_id": id_,
        "name": name,
        "segment": ["dealers", "factories"][i % 2],
        "region": ["north", "south", None][i % 3],
        "country": ["TW", "KR", "CN"][i % 3],
        "group_id": "G1" if i < 2 else None,
        "manager_id": manager,
        "tier": tier,
        "size_class": size,
        "core": "yes" if tier == "A" else "not_known",
        "loyal": "yes" if tier == "A" else "not_known",
        "values_us": "not_known",
        "worth_more_to_us": "not_known",
        "core_reasons": "[]",
        "state": state,
        "state_since": last + timedelta(days=3),
        "previous_state": before,
        "eligible": risk is not None,
        "first_order_on": date(2021, 5, 3),
        "last_order_on": last,
        "order_days": 60 - i,
        "order_days_52": 20 - i,
        "days_silent": silent,
        "rhythm_days": rhythm,
        "late_after_days": None if rhythm is None else 2.4 * rhythm,
        "amount_total": 4 * now,
        "amount_52": now,
        "amount_prev_52": then,
        "amount_13": now / 4,
        "amount_13_last_year": None if then is None else then / 4,
        "growth": None if not then else now / then - 1,
        "returns_52": -now / 50,
        "categories_52": 4,
        "categories_lost": 1 if state == "slipping" else 0,
        "open_orders": 0.0,
        "p_alive": None if risk is None else 0.7,
        "p_complete": None if risk is None else 0.3,
        "expected_orders": None if risk is None else 4.0,
        "baseline_52": None if risk is None else now,
        "expected_52": None if risk is None else now - risk,
        "money_at_risk": risk,
        "money_at_risk_low": None if risk is None else 0.5 * risk,
        "money_at_risk_high": None if risk is None else 1.4 * risk,
        "why": f"No order for {silent} days; usual are {rhythm}.",
        "reasons": json.dumps([why]),
        **_wallet(i, now),
        "month_to_date": now / 12,
        "year_to_date": now / 6,
    }


def _wallet(i: int, now: float) -> dict[str, Any]:
    """Of the first it is measured, of the next declared, then estimated; of the others not known."""
    if i > 2:
        return {}
    shares: list[tuple[str, float, float | None, str, dict[str, Any]]] = [
        (
            "measured",
            0.34,
            0.64,
            "Measured from its own volumes, {first_month} to {last_month}.",
            {"first_month": "2025-02", "last_month": "2026-01", "months": 12},
        ),
        (
            "declared",
            0.5,
            None,
            "Declared by {source} on {declared_on}.",
            {"source": "김민수", "declared_on": "2026-01-15", "statements": 1},
        ),
        (
            "estimated",
            0.08,
            None,
            "Estimated from {accounts} similar accounts; it cannot be known from our orders alone.",
            {"accounts": 64},
        ),
    ]
    source, share, before, template, data = shares[i]
    return {
        "yearly_purchases": now / share,
        "share_of_wallet": share,
        "share_of_wallet_low": 0.9 * share,
        "share_of_wallet_high": 1.2 * share,
        "wallet_source": source,
        "share_of_wallet_before": before,
        "wallet_reasons": json.dumps([{"template": template, "data": data}]),
    }


def history() -> pa.Table:
    """Eight weeks of states before AS_OF; the state now began two weeks ago."""
    from mainstay.engine import HISTORY

    rows = []
    for row in _ROWS:
        state, before = row[5], row[6]
        for weeks in range(8, 0, -1):
            seen = state if weeks <= 2 else before
            if seen:
                rows.append(
                    {"account_id": row[0], "on": AS_OF - timedelta(weeks=weeks), "state": seen}
                )
    return pa.Table.from_pylist(rows, schema=HISTORY)


def portfolio() -> dict[str, Any]:
    """Who matters among the accounts, as the engine sums it up; nothing is known but the orders."""
    from mainstay.engine.parts import portfolio_of

    targets = pa.table({"account_id": pa.array([], pa.string())})
    known = accounts()
    nothing = SimpleNamespace(
        account_id=known["account_id"].to_pylist(), attribute=lambda _name: [None] * known.num_rows
    )
    return portfolio_of(known, nothing, targets, "EUR", AS_OF)


def assessment(id_: str = "20260302-060000-cast", **changes: Any) -> Any:
    """What `engine.assess` gives, of the cast."""
    from mainstay.engine import CATEGORIES

    made = datetime(2026, 3, 2, 6, tzinfo=UTC)
    meta = {
        "as_of": AS_OF.isoformat(),
        "made_at": made.isoformat(),
        "store_version": 3,
        "facts_known_until": None,
        "currency": "EUR",
        "horizon_weeks": 13,
    }
    given = {
        "id": id_,
        "accounts": accounts(),
        "categories": CATEGORIES.empty_table(),
        "history": history(),
        "portfolio": portfolio(),
        "meta": meta,
    }
    return SimpleNamespace(**{**given, **changes})


def show(made: Any) -> Any:
    """Publish an assessment to the pages."""
    from mainstay.desk.accounts.services import publish

    return publish(made)
