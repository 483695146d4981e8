"""What confirmed reviews say together, and what does not count as failure."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from mainstay.desk.reviews import queries
from mainstay.desk.reviews.models import Review

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
DAY = date(2026, 3, 1)


@pytest.fixture
def confirmed(review: Any) -> Any:
    """Some confirmed reviews that say the same."""

    def make(times: int, root: str | None, **said: Any) -> None:
        begun = make.made  # type: ignore[attr-defined]
        for n in range(times):
            review(review_id=f"R{begun + n}", root_cause=root, confirmed_on=DAY, **said)
        make.made = begun + times  # type: ignore[attr-defined]

    make.made = 0  # type: ignore[attr-defined]
    return make


def test_causes_by_family_without_natural_ones(confirmed: Any, people: Any) -> None:
    confirmed(3, "delivery.late")
    confirmed(2, "delivery.short", second_cause="product.quality")
    confirmed(1, "money.price_rise")
    confirmed(2, "own_business.closed", natural=True)
    confirmed(1, "own_business.shrank", natural=False, curable=False)
    confirmed(1, None, nothing_found=True)
    confirmed(4, "drift.no_contact", kind="healthy")
    found = queries.figures(people["dora"])
    assert [(share.name, share.n) for share in found.families] == [
        ("Our delivery", 5),
        ("Our prices, promises and terms", 1),
    ]
    assert (found.failures, found.nothing_found, found.natural) == (7, 1, 3)
    assert [(share.name, share.n) for share in found.natural_causes] == [
        ("They closed", 2),
        ("Their own business shrank", 1),
    ]


def test_disagreement_is_told_from_ten_on(confirmed: Any, signed_in: Any) -> None:
    says = {"salesperson_reason": "competitor.price"}
    confirmed(6, "delivery.late", **says, customer_reason="delivery.late")
    confirmed(2, "delivery.late", **says, customer_reason="competitor.product")  # one family
    confirmed(1, "delivery.late", **says, customer_reason="unknown")
    confirmed(1, "delivery.late", **says)
    dora = signed_in("dora")

    def page() -> str:
        return re.sub(r"\s+", " ", dora.get("/reviews/learnt/").content.decode())

    assert "Too few to tell: 8 confirmed reviews" in page()
    confirmed(2, "money.price_rise", **says, customer_reason="money.price_rise")
    shown = page()
    assert "In 8 of 10 reviews" in shown
    assert re.search(r"A competitor</td><td>Our delivery</td><td class=\"num\">6<", shown)
    assert "김민수" not in shown.split("<main")[1]


def test_managers_count_their_own_accounts_alone(confirmed: Any, people: Any) -> None:
    confirmed(2, "delivery.late")
    confirmed(1, "delivery.late", account_id="A100")
    assert queries.figures(people["wei"]).failures == 2
    assert queries.figures(people["minsu"]).failures == 1
    assert queries.figures(people["nobody"]).failures == 0


def test_what_differs() -> None:
    assert queries.disagree("competitor.price", "delivery.late")
    assert not queries.disagree("delivery.short", "delivery.late")
    assert not queries.disagree("unknown", "delivery.late")
    assert not queries.disagree(None, "delivery.late")


def test_what_nobody_knows_is_not_counted(confirmed: Any, people: Any) -> None:
    confirmed(2, "delivery.late")
    confirmed(1, "delivery.late", account_id="A102", natural=True)
    known = Review.objects.order_by("pk").values_list("pk", flat=True)[:1]
    Review.objects.exclude(pk__in=list(known)).update(account_id="NO/SUCH")  # as from a file
    found = queries.figures(people["dora"])
    assert (found.failures, found.natural) == (1, 0)


def test_what_contradicts_itself_is_not_counted(confirmed: Any, people: Any) -> None:
    confirmed(1, "delivery.late", second_cause="delivery.late")
    confirmed(1, "delivery.late", nothing_found=True)
    confirmed(1, None, second_cause="delivery.late")
    confirmed(1, None)
    confirmed(1, "delivery.late", nothing_found=False)
    found = queries.figures(people["dora"])
    assert (found.failures, found.nothing_found, found.natural) == (1, 0, 0)
