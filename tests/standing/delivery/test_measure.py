"""How we deliver: every figure beside one that was reckoned by hand."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from seen import AS_OF, Rows, add, ago, ledger_of, view_of

from mainstay.core.texts import Text
from mainstay.engine.standing import measure_standing
from mainstay.standing.delivery import measure
from mainstay.standing.delivery.lines import lines_of


def delivery(due: int, late: int | None = 0, ordered: float | None = 10, came: Any = "all", **also: Any) -> dict[str, Any]:  # fmt: skip
    """Due so many days ago, `late` days after that delivered; None = not at all."""
    row: dict[str, Any] = {
        "delivery_id": f"D{due}-{late}-{ordered}-{len(also)}",
        "account_id": "A",
        "order_id": f"O{due}",
        "product_id": "P",
        "promised_on": ago(due),
        "delivered_on": None if late is None else ago(due - late),
        "quantity_ordered": ordered,
        "quantity_delivered": (None if late is None else ordered) if came == "all" else came,
    }
    return {**row, **also}


SOLD = [
    {"account_id": "A", "ordered_on": ago(500), "amount": 1, "product_id": "P", "order_id": "O1"}
]


def measured(rows: Rows, accounts: Any = ("A",), **tables: Rows) -> dict[str, Rows]:
    """All tables of what is measured, and the card."""
    sold = {"order_lines": SOLD, "deliveries": rows, **tables}
    found = measure(view_of(ledger_of(sold), accounts))
    told = {name: table.to_pylist() for name, table in found.tables.items()}
    return {**told, "card": found.card.to_pylist()}


def line_of(*rows: dict[str, Any], **tables: Rows) -> dict[str, Any]:
    """The one line that some rows are."""
    book = ledger_of({"order_lines": SOLD, "deliveries": list(rows), **tables})
    told = lines_of(view_of(book, ["A"]))
    assert told is not None
    (line,) = told.named(told.settled).to_pylist()
    return dict(line)


def test_a_line_on_its_day_late_short_refused_never_delivered() -> None:
    assert line_of(delivery(30))["otif"] is True
    late = line_of(delivery(30, 3))
    assert (late["on_time"], late["in_full"], late["days_late"], late["bad"]) == (
        False,
        True,
        3,
        True,
    )
    small = line_of(delivery(30, 2))  # late all the same, but not badly
    assert (small["on_time"], small["bad"]) == (False, False)
    short = line_of(delivery(30, came=9))
    assert (short["on_time"], short["in_full"], short["fill"], short["otif"]) == (
        True,
        False,
        0.9,
        False,
    )
    assert line_of(delivery(30, came=9.96))["in_full"] is True  # weighing is not finer
    refused = line_of(delivery(30, None, refused_on=ago(31), quantity_delivered=0, urgent=True))
    assert (refused["refused"], refused["otif"], refused["fill"]) == (True, False, 0.0)
    none = line_of(
        delivery(30, 0, came=0)
    )  # they were told that nothing comes: short, and not overdue
    assert (none["otif"], none["days_late"], none["fill"], none["bad"]) == (False, None, 0.0, True)
    never = line_of(delivery(30, None, quantity_delivered=0))
    assert (never["otif"], never["days_late"], never["delivered_on"]) == (False, 30, None)


def test_parts_of_a_line_are_one() -> None:
    first = delivery(30, 0, 10, 6, delivery_id="a")
    second = delivery(30, 5, 10, 4, delivery_id="b")
    both = line_of(first, second)
    assert (both["came"], both["wanted"], both["in_full"], both["on_time"]) == (10, 10, True, False)
    assert both["delivered_on"] == ago(25)
    # The rest is promised anew; what was promised first counts.
    anew = line_of(first, {**second, "promised_on": ago(25), "quantity_ordered": 4})
    assert (anew["due_on"], anew["on_time"], anew["wanted"]) == (ago(30), False, 10)
    # Half of it on one day and half on another, as promised: instalments.
    half = {**delivery(30, delivery_id="a"), "order_id": "X"}
    other = {**delivery(20, delivery_id="b"), "order_id": "X"}
    spread = line_of(half, other)
    assert (spread["wanted"], spread["came"], spread["otif"]) == (20, 20, True)
    # What came on time stands, though part never came.
    partly = line_of(first)
    assert (partly["on_time"], partly["in_full"], partly["fill"]) == (True, False, 0.6)


def test_orders_are_counted_by_whole_quarters_of_two_years() -> None:
    """Day 30 is in Q2 2026, day 400 in Q2 2025; Q2 2024, of day 725, began before lines are read."""
    found = measured([delivery(30, 3), delivery(400), delivery(410), delivery(725)])[
        "delivery_kept"
    ]
    told = [(str(row["begins"]), row["n"], row["kept"]) for row in found]
    assert told == [("2025-04-01", 2, 2), ("2026-04-01", 1, 0)]


def test_what_is_still_to_come_is_open_and_what_came_early_counts() -> None:
    # Of a row that is promised for a day to come, the request was known.
    ahead = delivery(-10, None, requested_on=ago(5))
    found = measured([delivery(30), ahead])
    assert [line["order_id"] for line in found["delivery_lines"]] == ["O30"]
    early = delivery(-10, None, delivered_on=ago(2), quantity_delivered=10)
    assert line_of(early)["otif"] is True


def test_without_a_promise_the_day_they_asked_for_counts() -> None:
    asked = line_of(delivery(30, 4, promised_on=None, requested_on=ago(30)))
    assert (asked["by"], asked["days_late"], asked["on_time"]) == ("requested", 4, False)
    both = line_of(delivery(30, 0, requested_on=ago(33)))
    assert (both["by"], both["on_time"], both["on_request"]) == ("promised", True, False)
    neither = line_of(delivery(30, 0, promised_on=None))
    assert (neither["on_time"], neither["in_full"], neither["otif"]) == (None, True, None)
    assert neither["doubt"] == "no_day"


def test_without_quantities_on_time_alone_is_known() -> None:
    untold = line_of(delivery(30, 0, None))
    assert (untold["on_time"], untold["in_full"], untold["otif"]) == (True, None, None)
    assert (untold["fill"], untold["bad"]) == (None, False)
    assert untold["doubt"] == "no_quantity"
    # A file that never says how much came says nothing of what did not come either.
    assert line_of(delivery(30, None, 10, None))["in_full"] is None
    rows = [delivery(7 * n, 0 if n % 4 else 3, None) for n in range(1, 21)]
    (card,) = measured(rows)["card"]
    assert card["measure"] == 0.75
    assert "on time" in str(Text.from_json(json.loads(card["told"])))


def test_lead_time_from_the_order_to_the_last_delivery() -> None:
    sold = [
        {"account_id": "A", "ordered_on": ago(40 + n), "amount": 1, "product_id": "P", "order_id": f"O{30 + n}"}
        for n in range(11)
    ]  # fmt: skip
    rows = [delivery(30 + n, n) for n in range(11)]  # 10, 11 … 20 days after the order
    (one,) = measured(rows, order_lines=sold)["delivery"]
    assert (one["lead_n"], one["lead_median"]) == (11, 15)
    assert (one["lead_q10"], one["lead_q90"], one["lead_spread"]) == (11, 19, 8)


def test_what_cannot_be_is_counted_and_left_out() -> None:
    sold = [*SOLD, {"account_id": "A", "ordered_on": ago(20), "amount": 1, "order_id": "O30"}]
    rows = [
        delivery(30, delivery_id="before"),  # delivered ten days before it was ordered
        delivery(40, ordered=0, came=0, delivery_id="zero"),
        delivery(41, product_id="nothing like it", delivery_id="odd"),
        delivery(42, unit="box", unit_delivered="pcs", delivery_id="unit"),
        delivery(43, account_id=None, order_id="nobody's", delivery_id="whose"),
    ]
    found = measured(rows, order_lines=sold)
    doubts = {row["doubt"]: row["lines"] for row in found["delivery_doubts"]}
    assert doubts == {
        "before_order": 1,
        "nothing_ordered": 1,
        "no_product": 1,
        "units": 1,
        "no_account": 1,
    }
    lines = {row["delivery_id"]: row for row in found["delivery_lines"]}
    early = lines["before"]
    assert (early["lead_days"], early["on_time"], early["in_full"]) == (None, None, True)
    assert (lines["zero"]["in_full"], lines["zero"]["on_time"], lines["zero"]["bad"]) == (
        None,
        None,
        False,
    )
    assert lines["odd"]["otif"] is True
    assert (lines["unit"]["in_full"], lines["unit"]["on_time"]) == (None, True)


def test_units_that_convert_are_converted() -> None:
    factors = [
        {"product_id": "P", "unit": "box", "factor": 24},
        {"product_id": "P", "unit": "pcs", "factor": 1},
    ]
    row = delivery(30, ordered=10, came=180, unit="box", unit_delivered="pcs")
    line = line_of(row, unit_conversions=factors)
    assert (line["wanted"], line["came"], line["fill"]) == (240, 180, 0.75)
    # Named alike on both sides nothing is to be converted.
    assert line_of(delivery(30, unit="drum", unit_delivered="drum"))["otif"] is True


def test_an_order_is_on_time_in_full_where_all_its_lines_are() -> None:
    rows = []
    for n in range(10):  # ten orders of two lines; in two of them one line is late, in one short
        first = delivery(10 + n, delivery_id=f"a{n}")
        second = delivery(10 + n, 1 if n < 2 else 0, 10, 5 if n == 2 else 10, delivery_id=f"b{n}")
        rows += [first, {**second, "product_id": "Q"}]
    (one,) = measured(rows)["delivery"]
    assert (one["orders"], one["otif"], one["lines"]) == (10, 0.7, 20)
    assert (one["on_time"], one["in_full"], one["fill"]) == (0.9, 0.95, 0.975)
    # Wilson's 80% interval of 7 in 10, by another way: where |p − .7| = z·√(p(1 − p)/10).
    for p in (one["otif_low"], one["otif_high"]):
        assert abs(p - 0.7) == pytest.approx(1.2815515655 * (p * (1 - p) / 10) ** 0.5)
    products = {row["product_id"]: row for row in measured(rows)["delivery_products"]}
    assert (products["Q"]["came"], products["Q"]["wanted"]) == (95, 100)


def test_urgent_orders_met() -> None:
    rows = [
        delivery(10, urgent=True),
        delivery(11, 1, urgent=True),
        delivery(12, None, urgent=True, refused_on=ago(12), quantity_delivered=0),
        delivery(13, urgent=False),
    ]
    (one,) = measured(rows)["delivery"]
    assert (one["urgent"], one["urgent_met"], one["refused"]) == (3, 1, 1)


def peers(n: int, late_each: int) -> tuple[Rows, list[dict[str, Any]]]:
    """n accounts of one size with ten orders, `late_each` of each late."""
    rows: Rows = []
    for who in range(n):
        for k in range(10):
            row = delivery(7 + 7 * k, 5 if k < late_each else 0, account_id=f"B{who}")
            rows.append({**row, "order_id": f"B{who}-{k}", "delivery_id": f"B{who}-{k}"})
    return rows, [{"account_id": f"B{who}", "size_class": "small"} for who in range(n)]


def test_beside_peers_and_promises() -> None:
    others, accounts = peers(11, 1)
    mine = [delivery(7 + 7 * n, 6 if n < 5 else 0) for n in range(10)]
    judged = [{"account_id": "A", "size_class": "small", "segment": "dealers"}, *accounts]
    found = measured([*mine, *others], judged)
    one = next(row for row in found["delivery"] if row["account_id"] == "A")
    assert (one["otif"], one["peers_otif"]) == (0.5, 0.9)
    cards = {row["account_id"]: row for row in found["card"]}
    assert (cards["A"]["standing"], cards["A"]["peers"]) == ("poor", 0.9)
    assert cards["A"]["urgency"] == pytest.approx(1.0)  # .4 below, more than .3
    assert (cards["B3"]["standing"], cards["B3"]["urgency"]) == ("good", 0)
    assert "P first" in str(Text.from_json(json.loads(cards["A"]["mend"])))
    # Of nine peers nothing is usual.
    nine = measured([*mine, *others[:90]], judged[:10])
    assert (
        next(row for row in nine["delivery"] if row["account_id"] == "A")["peers_otif"] is not None
    )
    eight = measured([*mine, *others[:80]], judged[:9])
    assert next(row for row in eight["delivery"] if row["account_id"] == "A")["peers_otif"] is None
    terms = [
        {"agreement_id": "s", "segment": "dealers", "from": ago(300), "otif_promised": 0.6},
        {"agreement_id": "a", "account_id": "A", "from": ago(200), "otif_promised": 0.95, "fill_rate_promised": 0.99},
        {"agreement_id": "over", "account_id": "A", "from": ago(900), "to": ago(100), "otif_promised": 0.5},
        {"agreement_id": "9500%", "account_id": "A", "from": ago(20), "otif_promised": 95},
    ]  # fmt: skip
    (own, *_) = measured([*mine, *others], judged, agreements=terms)["delivery"]
    assert (own["otif_promised"], own["fill_promised"], own["agreement_id"]) == (0.95, 0.99, "a")


def test_of_too_few_nothing_is_said() -> None:
    (card,) = measured([delivery(10, 5), delivery(11, 5)])["card"]
    assert (card["standing"], card["measure"], card["urgency"]) == ("unknown", None, 0)
    # What is overdue is said of few as well.
    (late,) = measured([delivery(10, None, quantity_delivered=0), delivery(12)])["card"]
    assert late["standing"] == "unknown"
    assert late["urgency"] > 0
    assert "Overdue lines: 1" in str(Text.from_json(json.loads(late["mend"])))


def test_nothing_is_measured_where_nothing_is_known() -> None:
    assert measured([]) == {"card": []}
    gone = measured([delivery(900)])  # more than two years ago
    assert gone["card"] == []


def test_what_is_recorded_or_happens_later_changes_nothing() -> None:
    rows = [delivery(7 * n, n % 3) for n in range(1, 40)]
    book = ledger_of({"order_lines": SOLD, "deliveries": rows})
    before = measure(view_of(book, ["A"]))
    later = [
        delivery(0, 0, delivery_id="x"),
        delivery(-5, 0, delivery_id="y"),
        # Promised before, delivered on the day itself: not known yet.
        {**delivery(3, 3, delivery_id="z"), "order_id": "O3"},
    ]
    add(
        book,
        {
            "deliveries": later,
            "agreements": [
                {"agreement_id": "n", "account_id": "A", "from": ago(50), "otif_promised": 0.99,
                 "recorded": AS_OF + timedelta(days=1)}
            ],
        },
    )  # fmt: skip
    after = measure(view_of(book, ["A"]))
    known = [row for row in after.tables["delivery_lines"].to_pylist() if row["order_id"] == "O3"]
    assert [(row["delivered_on"], row["came"]) for row in known] == [
        (None, 0.0)
    ]  # overdue, no more
    rest = [row for row in after.tables["delivery_lines"].to_pylist() if row["order_id"] != "O3"]
    assert rest == before.tables["delivery_lines"].to_pylist()
    assert after.tables["delivery"]["otif_promised"].to_pylist() == [None]


def test_joined_codes_and_orders_alone_find_their_account() -> None:
    sold = [{"account_id": "A", "ordered_on": ago(50), "amount": 1, "order_id": "O30"}]
    line = line_of(delivery(30, account_id=None), order_lines=sold)
    assert (line["account_id"], line["lead_days"]) == ("A", 20)


def test_it_is_frozen_with_the_others() -> None:
    book = ledger_of({"order_lines": SOLD, "deliveries": [delivery(7 * n) for n in range(1, 9)]})
    tables = measure_standing(view_of(book, ["A"]))
    assert tables["cards"]["guarantee"].to_pylist() == ["delivery"]
    assert tables["delivery"].num_rows == 1
    assert lines_of(view_of(book, ["A"])) is not None
