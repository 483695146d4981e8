"""What signals see of deliveries: whose they are."""

from __future__ import annotations

from seen import AS_OF, ago, ledger_of, seen, view_of


def line(account: str, order: str, days: int) -> dict[str, object]:
    return {"account_id": account, "order_id": order, "ordered_on": ago(days), "amount": 5.0}


def test_a_delivery_stands_under_the_account_of_its_order() -> None:
    told = [
        {"order_id": "O1", "delivered_on": ago(20)},
        {"order_id": "O2", "delivered_on": ago(20)},
        {"order_id": "O3", "delivered_on": ago(20)},  # two accounts had it
        {"order_id": "O4", "delivered_on": ago(20)},  # ordered on the day on which is judged
        {"order_id": "O2", "account_id": "A", "delivered_on": ago(19)},  # said is said
        {"order_id": "O9", "delivered_on": ago(20)},  # nobody's
    ]
    lines = [line("A", "O1", 40), line("A", "O1", 40), line("B", "O2", 40)]
    lines += [line("A", "O3", 40), line("B", "O3", 40), line("A", "O4", 0), line("A", "O5", 30)]
    ledger = ledger_of({"order_lines": lines, "deliveries": told})
    rows = view_of(ledger, ["A", "B"]).table("deliveries").to_pylist()
    found = sorted((row["order_id"], row["account_id"], row["delivered_on"]) for row in rows)
    assert [one[:2] for one in found if one[1]] == [("O1", "A"), ("O2", "A"), ("O2", "B")]
    assert {one[0] for one in found if not one[1]} == {"O3", "O4", "O9"}
    assert all(one[2] < AS_OF for one in found)
    # Of accounts that are not looked at nothing is seen.
    alone = view_of(ledger, ["A"]).table("deliveries")["account_id"].to_pylist()
    assert set(alone) == {"A", None}


def test_versions_are_those_that_were_known() -> None:
    told = {"staff_id": "S", "name": "Min"}
    rows = [told | {"reports_to": boss, "recorded": ago(d)} for boss, d in (("L", 90), ("M", 30))]
    ledger = ledger_of({"staff": [*rows, told | {"reports_to": "N", "recorded": ago(0)}]})
    known = view_of(ledger, []).versions("staff").to_pylist()
    assert [(row["reports_to"], row["known_on"]) for row in known] == [
        ("L", ago(90)),
        ("M", ago(30)),
    ]
    earlier = view_of(ledger, [], known_until=ago(60)).versions("staff")
    assert earlier["reports_to"].to_pylist() == ["L"]


def test_a_signal_sees_a_delivery_of_which_only_the_order_is_told() -> None:
    late = {"order_id": "O1", "promised_on": ago(40), "delivered_on": ago(20)}
    (row,) = seen("delivery_late", order_lines=[line("A", "O1", 50)], deliveries=[late])
    assert (row["account_id"], row["data"]["late_days"]) == ("A", 20)
