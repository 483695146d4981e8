"""What a review shows of the causes, and what waits until we have said what we think."""

from __future__ import annotations

import html
import json
import re
from datetime import date
from typing import Any

import explained as by_hand
import pytest
from django.utils import timezone

from mainstay.desk.reviews.models import Review

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(explained: Any) -> Any:
    def make(account_id: str, **values: Any) -> Review:
        given = {"kind": "slipping", "opened_on": date(2026, 2, 2), **values}
        return Review.objects.create(
            key=account_id,
            review_id=f"R-{account_id}",
            account_id=account_id,
            recorded_at=timezone.now(),
            **given,
        )

    return make


def box(page: str) -> str:
    """The black box, as text."""
    found = re.search(r'aria-labelledby="box-h".*?</section>', page, re.S)
    assert found is not None
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", found.group(0))))


def test_the_black_box_has_the_causes_of_the_accounts_page(review: Any, text_of: Any) -> None:
    address = f"/reviews/{review('A100').pk}/"
    for username in ("minsu", "dora"):
        said = box(text_of(username, address))
        assert "Our delivery probably, 62% Ours" in said
        assert "Delivered 16 days after the promised 8 Sep 2025." in said
        assert "What speaks against it" in said
        assert "once an assessment has looked for causes" not in said
    assert 'href="/account/A100/signals/"' in text_of("dora", address)
    unknown = box(text_of("minsu", f"/reviews/{review('A101').pk}/"))
    assert "We don't know yet" in unknown
    assert "Complaints" in unknown


def test_without_a_fall_or_an_explanation_it_says_so(
    review: Any, text_of: Any, keep: Any, cast: Any
) -> None:
    lost = text_of("wei", f"/reviews/{review('A103').pk}/")
    assert "The latest assessment sees no fall of this account" in box(lost)
    came = text_of("wei", f"/reviews/{review('A104', kind='new').pk}/")
    assert "The latest assessment sees no fall" not in box(came)
    cast.show(cast.assessment("20260303-060000-new"))
    said = box(text_of("minsu", f"/reviews/{review('A100').pk}/"))
    assert "stands here once an assessment has looked for causes" in said


def test_their_words_wait_among_the_evidence_too(
    db: None, cast: Any, keep: Any, text_of: Any
) -> None:
    one = {
        "kind": "words",
        "signal": "account_says",
        "text": by_hand.text(
            "They themselves give as the reason: {reason_cause}.", reason_cause="delivery.late"
        ),
        "on": "2026-02-03",
        "weeks_before": -3,
        "rows": [["reviews", "R-A100"]],
    }
    causes = by_hand.causes().to_pylist()
    causes[0]["speaks_for"] = json.dumps([one, *json.loads(causes[0]["speaks_for"])])
    signals = by_hand.signals().to_pylist()
    signals.append(
        signals[0]
        | {
            "signal": "account_says",
            "rows": json.dumps(one["rows"]),
            "data": json.dumps({"reason_cause": "delivery.late"}),
        }
    )
    made = by_hand.causes().from_pylist(causes, schema=by_hand.causes().schema)
    seen = by_hand.signals().from_pylist(signals, schema=by_hand.signals().schema)
    keep(causes=made, signals=seen)
    cast.show(cast.assessment())
    review = Review.objects.create(
        key="r",
        review_id="R-A100",
        account_id="A100",
        kind="slipping",
        opened_on=date(2026, 2, 2),
        customer_reason="delivery.late",
        recorded_at=timezone.now(),
    )
    pages = (f"/reviews/{review.pk}/", "/account/A100/", "/account/A100/signals/")
    for page in pages:
        assert "They themselves give as the reason" not in text_of("minsu", page), page
        assert "They themselves give as the reason" in text_of("dora", page), page
    Review.objects.update(salesperson_reason="competitor.price")
    for page in pages:
        assert "They themselves give as the reason" in text_of("minsu", page), page


def test_a_review_with_its_causes_asks_the_database_no_more_often(
    review: Any, signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    one = review("A100", salesperson_reason="competitor.price")
    for username in ("minsu", "dora"):
        client = signed_in(username)
        for address in (f"/reviews/{one.pk}/", "/account/A100/"):
            client.get(address)  # what is kept for all is there
            with django_assert_max_num_queries(15):
                client.get(address)


def test_a_fall_did_not_begin_years_from_where_orders_fell(
    review: Any, explained: Any, signed_in: Any
) -> None:
    one = review(account_id="A100", kind="slipping", onset_on=None)
    dora = signed_in("dora")
    refused = dora.post(f"/reviews/{one.pk}/onset/", {"seen": 1, "onset_on": "2021-03-01"})
    assert refused.status_code == 422
    assert "Their orders fell in the weeks after 10 Nov 2025" in refused.content.decode()
    near = dora.post(f"/reviews/{one.pk}/onset/", {"seen": 1, "onset_on": "2025-03-01"})
    assert near.status_code == 302
