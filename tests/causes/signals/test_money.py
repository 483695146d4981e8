"""Credit, payments, terms and attention."""

from __future__ import annotations

from typing import Any

import pytest
from seen import Rows, ago, seen


def test_a_hold_counts_by_how_long_it_lasts() -> None:
    held = [("from", ago(50), ago(36)), ("from", ago(7), None)]
    told = [{"account_id": "A", name: first, "to": last} for name, first, last in held]
    ended, open_ = seen("credit_hold", credit_holds=told)
    assert (ended["since"], ended["until"], ended["strength"]) == (ago(50), ago(36), 0.5)
    assert (open_["since"], open_["until"], open_["strength"]) == (ago(7), None, 0.25)
    assert open_["rows"] == [["credit_holds", "A", ago(7).isoformat()]]


def payments(account: str, before: int, now: int) -> Rows:
    """Every 30 days, paid so many days after the day due: in the last half year, and before it."""
    return [
        {
            "account_id": account,
            "due_on": ago(day),
            "paid_on": ago(day - (now if day <= 182 else before)),
            "amount": 10.0,
        }
        for day in range(40, 540, 30)
    ]


@pytest.mark.parametrize(("now", "strength"), [(20, 0.5), (35, 1.0), (14, None)])
def test_who_pays_later_than_it_did_and_than_others_is_told(now: int, strength: float) -> None:
    others = [row for account in "BC" for row in payments(account, 5, 5)]
    told = payments("A", 5, now) + others
    found = seen("paying_slower", ("A", "B", "C"), payments=told)
    assert [one["strength"] for one in found] == ([strength] if strength else [])
    if found:
        assert found[0]["since"] == ago(160)
        assert found[0]["data"] == {"late_days": now, "slower_days": now - 5}


def open_sums(**tables: Rows) -> float | None:
    """What is open of A, which pays 30 days late, and not at all what fell due 40 and 70 days ago."""
    others = [row for account in "BC" for row in payments(account, 5, 5)]
    mine = tables.pop("mine")
    (found,) = seen("paying_slower", ("A", "B", "C"), payments=mine + others, **tables)
    money: float | None = found["money"]
    return money


RATES = [{"currency": "USD", "month": ago(560).replace(day=1), "rate": 0.5}] + [
    {"currency": "USD", "month": ago(day).replace(day=1), "rate": 0.5} for day in range(0, 540, 28)
]
SOLD = [{"account_id": "C", "ordered_on": ago(500), "amount": 1.0, "currency": "EUR"}]


def unpaid(**of_the_open: Any) -> Rows:
    mine = payments("A", 5, 30)
    for row in mine[:2]:
        row |= {"paid_on": None, **of_the_open}
    return mine


def test_what_is_open_is_told_in_the_reporting_currency() -> None:
    orders = {"order_lines": SOLD, "exchange_rates": RATES}
    assert open_sums(mine=unpaid(), **orders) == 20
    assert open_sums(mine=unpaid(currency="USD"), **orders) == 10
    # Where a payment names none, the account's own.
    master = [{"account_id": "A", "name": "Anchor", "currency": "USD"}]
    assert open_sums(mine=unpaid(), accounts=master, **orders) == 10
    assert open_sums(mine=unpaid(currency="EUR"), accounts=master, **orders) == 20


def test_sums_of_several_currencies_are_weighed_by_what_they_are_worth() -> None:
    # Half of its payments are in a currency of which a thousand are worth ten: those are paid in time.
    others = [row for account in "BC" for row in payments(account, 5, 5)]
    mine = []
    for late, in_time in zip(payments("A", 5, 35), payments("A", 5, 5), strict=True):
        mine += [late, {**in_time, "amount": 1000.0, "currency": "KRW"}]
    rates = [{**row, "currency": "KRW", "rate": 0.01} for row in RATES]
    tables = {"payments": mine + others, "order_lines": SOLD}
    (found,) = seen("paying_slower", ("A", "B", "C"), exchange_rates=rates, **tables)
    assert found["data"] == {"late_days": 20, "slower_days": 15}
    # Without a rate nothing is known of what they are worth.
    (found,) = seen("paying_slower", ("A", "B", "C"), **tables)
    assert found["data"] == {"late_days": 35, "slower_days": 30}


def test_one_currency_needs_no_rate() -> None:
    others = [row for account in "BC" for row in payments(account, 5, 5)]
    mine = [{**row, "currency": "THB"} for row in payments("A", 5, 35)]
    (found,) = seen("paying_slower", ("A", "B", "C"), payments=mine + others, order_lines=SOLD)
    assert (found["strength"], found["money"]) == (1.0, None)


def test_who_paid_before_the_day_and_pays_on_it_now_is_not_said_to_be_late() -> None:
    others = [row for account in "BC" for row in payments(account, 5, 5)]
    (found,) = seen("paying_slower", ("A", "B", "C"), payments=payments("A", -20, -2) + others)
    assert found["data"] == {"late_days": 0, "slower_days": 18}


def test_where_all_pay_later_nobody_is_told() -> None:
    told = [row for account in "ABC" for row in payments(account, 5, 30)]
    assert seen("paying_slower", ("A", "B", "C"), payments=told) == []


def judged(**of_a: Any) -> Rows:
    """Three large accounts and A, which is small; 10 orders of 100 each."""
    each = {"amount_52": 1000.0, "order_days_52": 10, "size_class": "large", "segment": "dealers"}
    accounts = [{**each, "account_id": f"L{n}"} for n in range(3)]
    return [*accounts, {**each, "account_id": "A", "size_class": "small", **of_a}]


def agreed(account: str, **terms: Any) -> dict[str, Any]:
    return {"account_id": account, "agreement_id": account, "from": ago(300), **terms}


LARGE = [agreed(f"L{n}", payment_terms_days=60, minimum_order=5.0) for n in range(3)]


@pytest.mark.parametrize(
    ("terms", "strength"),
    [
        ({"payment_terms_days": 45}, 0.5),
        ({"payment_terms_days": 46}, None),
        ({"minimum_order": 80.0}, 0.5),
        ({"minimum_order": 79.0}, None),
        ({"penalties": "5% a week"}, 0.5),
        ({"payment_terms_days": 30, "penalties": "5%"}, 1.0),
        ({"payment_terms_days": 30, "from": ago(2000)}, None),  # of so long ago explains nothing
    ],
)
def test_terms_are_held_against_those_of_the_large(terms: Any, strength: float | None) -> None:
    found = seen("terms_harsher", judged(), agreements=[*LARGE, agreed("A", **terms)])
    assert [one["strength"] for one in found] == ([strength] if strength else [])
    assert all(one["rows"] == [["agreements", "A"]] for one in found)
    for one in found:  # what there is not, is said to be none
        assert one["data"]["penalties"] is ("penalties" in terms)
        assert one["data"]["minimum_share"] == pytest.approx(terms.get("minimum_order", 0.0) / 100)


def test_without_terms_of_large_accounts_there_is_nothing_to_hold_against() -> None:
    told = [*LARGE[:2], agreed("A", payment_terms_days=10)]
    assert seen("terms_harsher", judged(), agreements=told) == []


def visits(account: str, count: int) -> Rows:
    return [
        {
            "account_id": account,
            "on": ago(20 + 10 * n),
            "staff_id": "S",
            "visit_id": f"{account}{n}",
        }
        for n in range(count)
    ]


@pytest.mark.parametrize(("of_a", "found"), [(2, 1), (6, 0)])
def test_attention_below_half_of_the_share_is_told(of_a: int, found: int) -> None:
    told = [row for n in range(3) for row in visits(f"L{n}", 12)] + visits("A", of_a)
    got = seen("attention_below_share", judged(), visits=told)
    assert len(got) == found
    if got:
        assert (got[0]["since"], got[0]["data"]["had"]) == (ago(20), 2)
        assert got[0]["data"]["due"] == pytest.approx(38 / 4)
        assert got[0]["strength"] == pytest.approx(1 - 2 / 38 * 4)


def test_who_is_due_less_than_a_visit_is_not_neglected() -> None:
    told = [row for n in range(3) for row in visits(f"L{n}", 12)]
    assert seen("attention_below_share", judged(amount_52=50.0), visits=told) == []


def test_promotion_money_counts_as_attention() -> None:
    told = [row for n in range(3) for row in visits(f"L{n}", 12)]
    spent = [
        {"incentive_id": "I", "account_id": "A", "from": ago(50), "owner_id": "S", "spent": 9.0}
    ]
    assert len(seen("attention_below_share", judged(), visits=told)) == 1
    assert seen("attention_below_share", judged(), visits=told, incentives=spent) == []
