"""The reasons that reviews give: ours weak, theirs strong; and what a confirmed review teaches."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import numpy as np
from seen import ago, found_by, ledger_of, seen, view_of

from mainstay.causes.catalogue import catalogue
from mainstay.causes.families import CAUSE_NAMES
from mainstay.causes.purchases import PERIODS
from mainstay.causes.reviewed import reviews_of


def review(**also: Any) -> dict[str, Any]:
    row = {"review_id": "R", "account_id": "A", "opened_on": ago(60), "kind": "lost"}
    return {**row, "recorded": ago(30), **also}


def test_salesperson_says_what_ours_gave_as_the_reason() -> None:
    (row,) = seen("salesperson_says", reviews=[review(salesperson_reason="competitor.price")])
    assert row["since"] == ago(60)
    assert row["data"] == {"reason_cause": "competitor.price"}
    assert row["rows"] == [["reviews", "R"]]
    assert seen("salesperson_says", reviews=[review(salesperson_reason="unknown")]) == []


def test_account_says_what_they_gave_themselves_when_they_were_asked() -> None:
    said = review(customer_reason="delivery.late", interviewed_on=ago(40))
    (row,) = seen("account_says", reviews=[said])
    assert (row["since"], row["data"]) == (ago(40), {"reason_cause": "delivery.late"})
    # Of healthy accounts no reason for leaving is asked.
    assert seen("account_says", reviews=[{**said, "kind": "healthy"}]) == []


def test_their_words_weigh_more_than_ours_and_ours_of_price_least() -> None:
    ours, theirs = (catalogue()[name].by_data for name in ("salesperson_says", "account_says"))
    late, price = ours["delivery.late"][0].weight, ours["competitor.price"][0].weight
    assert price < late < theirs["delivery.late"][0].weight


def test_confirmed_reviews_are_shares_of_a_fall() -> None:
    confirmed = {"confirmed_on": ago(20), "confirmed_by": "boss"}
    rows = [
        review(account_id="A", review_id="1", root_cause="delivery.late", **confirmed),
        review(
            account_id="B",
            review_id="2",
            root_cause="delivery.late",
            second_cause="money.price_rise",
            **confirmed,
        ),
        review(account_id="C", review_id="3", nothing_found=True, **confirmed),
        review(account_id="D", review_id="4", kind="healthy", **confirmed),
        review(account_id="E", review_id="5", root_cause="delivery.late"),  # not confirmed
        review(account_id="F", review_id="6", root_cause="delivery.late", confirmed_on=ago(0)),
        review(account_id="nobody", review_id="7", root_cause="delivery.late", **confirmed),
    ]
    found = reviews_of(view_of(ledger_of({"reviews": rows}), "ABCDEF"))
    late, price = (CAUSE_NAMES.index(c) for c in ("delivery.late", "money.price_rise"))
    assert set(found.fell) == {0, 1, 2}
    assert found.fell[0][late] == 1.0
    assert (found.fell[1][late], found.fell[1][price]) == (0.6, 0.4)  # the root first
    assert not np.any(found.fell[2])
    assert found.healthy == {3}


def test_where_no_date_was_asked_for_reviews_count_up_to_now() -> None:
    """Orders may end days before the review is confirmed."""
    now = datetime.combine(ago(-9), time(12), UTC)
    said = review(
        opened_on=ago(-3),
        root_cause="competitor.price",
        customer_reason="competitor.price",
        interviewed_on=ago(-5),
        confirmed_on=ago(-9),
        onset_on=ago(100),
        recorded=ago(-9) - timedelta(days=1),
    )
    ledger = ledger_of({"reviews": [said]})
    found = reviews_of(view_of(ledger, "A", known_until=now))
    assert found.fell[0][CAUSE_NAMES.index("competitor.price")] == 1.0
    assert (found.onset[0], found.period[0]) == (ago(100), PERIODS - 1 - 99 // 28)
    (row,) = found_by("account_says", view_of(ledger, "A", known_until=now))
    assert row["since"] == ago(1)  # of what the orders show up to then
    # As of a date, what is told later is not known.
    assert not reviews_of(view_of(ledger, "A")).fell
    assert found_by("account_says", view_of(ledger, "A")) == []


def test_a_review_recorded_later_teaches_nothing_yet() -> None:
    later = review(root_cause="delivery.late", confirmed_on=ago(20), recorded=ago(0))
    assert not reviews_of(view_of(ledger_of({"reviews": [later]}), "A")).fell


def test_a_review_that_contradicts_itself_teaches_nothing() -> None:
    """Rows from before files were held to it."""
    confirmed = {"confirmed_on": ago(20)}
    said: list[dict[str, Any]] = [
        {"nothing_found": True, "root_cause": "delivery.late"},
        {"second_cause": "delivery.late"},
        {"root_cause": "delivery.late", "second_cause": "delivery.late"},
        {},
    ]
    rows = [
        review(account_id=account, review_id=account, **one, **confirmed)
        for account, one in zip("ABCD", said, strict=True)
    ]
    found = reviews_of(view_of(ledger_of({"reviews": rows}), "ABCD"))
    assert (found.fell, found.healthy) == ({}, frozenset())
