"""Nothing computed for a date knows a row dated on or after it, or a fact recorded on or after it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mainstay import Ledger, assess
from mainstay.engine.assessment import Assessment
from mainstay.simulate.histories import Decline, Plan, histories

PLAN = Plan(accounts=24, weeks=90, orders_a_year=30, decline=Decline(share=0.3), losses_a_year=0.2)
AS_OF = PLAN.begin + timedelta(weeks=80)
ACCOUNTS = [f"S{i:06}" for i in range(26)]  # the last two are not there yet

later_days = st.integers(0, 400)
lines = st.tuples(
    st.sampled_from(ACCOUNTS),
    later_days,
    st.floats(-500, 5000).map(lambda amount: round(amount, 2)),
    st.sampled_from(["tools", "paint", "never seen before"]),
    st.sampled_from(["sale", "return", "credit", "fee"]),
)
# A fact may speak of any day; what counts is when it was recorded.
facts: dict[str, Any] = {
    "notices": st.fixed_dictionaries(
        {
            "account_id": st.sampled_from(ACCOUNTS),
            "on": st.integers(-300, 30),
            "kind": st.sampled_from(["will_leave", "will_reduce", "dissatisfied"]),
        }
    ),
    "accounts": st.fixed_dictionaries(
        {
            "account_id": st.sampled_from(ACCOUNTS),
            "name": st.text("abc", min_size=1, max_size=5),
            "closed_on": st.integers(-300, 30),
        }
    ),
    "account_answers": st.fixed_dictionaries(
        {
            "account_id": st.sampled_from(ACCOUNTS),
            "answer": st.sampled_from(["not_ours", "seasonal"]),
            "back_on": st.integers(1, 90),
        }
    ),
}


@pytest.fixture(scope="module")
def known() -> pa.Table:
    made = histories(PLAN, seed=3).lines
    return made.filter(pa.array([day < AS_OF for day in made["ordered_on"].to_pylist()]))


@pytest.fixture(scope="module")
def before(known: pa.Table) -> Assessment:
    return assess(Ledger.from_tables(order_lines=known), as_of=AS_OF)


def with_later(known: pa.Table, rows: list[tuple[Any, ...]]) -> pa.Table:
    template = known.slice(0, 1).to_pylist()[0]
    later = [
        template
        | {
            "order_id": f"later {i}",
            "account_id": account,
            "ordered_on": AS_OF + timedelta(days=day),
            "amount": amount,
            "category": category,
            "kind": kind,
        }
        for i, (account, day, amount, category, kind) in enumerate(rows)
    ]
    types = pa.schema(known.schema)
    rows_ = [{name: row[name] for name in types.names} for row in later]
    as_text = (
        pa.Table.from_pylist([row | {"amount": None} for row in rows_], schema=types)
        if rows_
        else types.empty_table()
    )
    amounts = pa.array([row["amount"] for row in rows_], pa.float64())
    place = types.get_field_index("amount")
    return pa.concat_tables(
        [
            known,
            as_text.set_column(
                place, types.field(place), amounts.cast(types.field(place).type, safe=False)
            ),
        ]
    )


def dated(rows: list[dict[str, Any]]) -> pa.Table:
    days = ("on", "closed_on", "back_on")
    return pa.Table.from_pylist(
        [
            {name: AS_OF + timedelta(days=v) if name in days else v for name, v in row.items()}
            for row in rows
        ]
    )


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    rows=st.lists(lines, max_size=40),
    told=st.fixed_dictionaries(
        {name: st.lists(fact, min_size=1, max_size=4) for name, fact in facts.items()}
    ),
    recorded=st.integers(0, 60),
)
def test_what_comes_later_changes_nothing(
    known: pa.Table,
    before: Assessment,
    rows: list[tuple[Any, ...]],
    told: dict[str, list[dict[str, Any]]],
    recorded: int,
) -> None:
    ledger = Ledger.from_tables(order_lines=with_later(known, rows))
    moment = datetime(AS_OF.year, AS_OF.month, AS_OF.day, tzinfo=UTC) + timedelta(days=recorded)
    for name, found in told.items():
        ledger.facts.append(name, dated(found), f"later {name}", moment)
    after = assess(ledger, as_of=AS_OF)
    assert after.accounts.equals(before.accounts)
    assert after.categories.equals(before.categories)
    assert after.history.equals(before.history)
    assert after.portfolio == before.portfolio
    assert after.season == before.season


def test_what_was_there_before_does_change_it(known: pa.Table, before: Assessment) -> None:
    """So that the test above can fail: the same kinds of rows, a day earlier, are seen."""
    rows = [("S000003", -1, 900.0, "tools", "sale")]
    after = assess(Ledger.from_tables(order_lines=with_later(known, rows)), as_of=AS_OF)
    assert not after.accounts.equals(before.accounts)
    ledger = Ledger.from_tables(order_lines=known)
    said = dated([{"account_id": "S000003", "on": -3, "kind": "will_leave"}])
    ledger.facts.append("notices", said, "in time", datetime(2000, 1, 1, tzinfo=UTC))
    told = assess(ledger, as_of=AS_OF).accounts.to_pylist()
    assert {row["account_id"] for row in told if row["state"] == "noticed"} == {"S000003"}


ODD: dict[str, list[tuple[int, float, str, str]]] = {
    "one order ever": [(40, 100.0, "sale", "EUR")],
    "only returns": [(30, -20.0, "return", "EUR"), (200, -5.0, "return", "EUR")],
    "always the same": [(14 * k, 50.0, "sale", "EUR") for k in range(1, 40)],
    "negative months": [
        (d, s, k, "EUR") for d in range(5, 500, 21) for s, k in ((10.0, "sale"), (-90.0, "credit"))
    ],
    "every day": [(d, 3.0, "sale", "EUR") for d in range(540)],
    "another currency": [(100, 70.0, "sale", "XAU"), (150, 70.0, "sale", "XAU")],
    "nothing but zeros": [(d, 0.0, "sale", "EUR") for d in range(10, 400, 30)],
    "from the future": [(d, 8.0, "sale", "EUR") for d in range(580, 900, 20)],
    "fees alone": [(50, 9.0, "fee", "EUR")],
}


def test_every_odd_account_gets_a_state_and_a_sentence() -> None:
    rows = [
        {
            "account_id": name,
            "ordered_on": PLAN.begin + timedelta(days=day),
            "amount": amount,
            "kind": kind,
            "currency": currency,
            "category": None,
        }
        for name, found in ODD.items()
        for day, amount, kind, currency in found
    ]
    result = assess(Ledger.from_tables(order_lines=pa.Table.from_pylist(rows)), as_of=AS_OF)
    found = {row["account_id"]: row for row in result.accounts.to_pylist()}
    # Without an exchange rate nothing can be said of an account; its lines are told at the end.
    assert set(found) == set(ODD) - {"from the future", "another currency"}
    for name, row in found.items():
        assert row["state"], name
        assert row["why"].endswith("."), name
        numbers = [v for v in row.values() if isinstance(v, float)]
        assert np.isfinite(numbers).all(), name
    assert found["one order ever"]["why"].startswith("No order for 519 days")
    assert found["only returns"]["why"].startswith("No order yet")
    assert found["always the same"]["state"] == "steady"
    assert result.meta["missing_rates"] == {"XAU": 2}


def test_a_date_before_the_first_order_is_refused_in_one_sentence(known: pa.Table) -> None:
    with pytest.raises(Exception, match="The data begin on"):
        assess(Ledger.from_tables(order_lines=known), as_of=date(1999, 1, 1))
