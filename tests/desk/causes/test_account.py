"""Why an account fell, as its page says it; and all its signals."""

from __future__ import annotations

import html
import json
import re
from datetime import date
from typing import Any

import explained as by_hand
import pytest
from django.utils import timezone

from mainstay.desk.accounts.models import Account
from mainstay.desk.reviews.models import Review

pytestmark = pytest.mark.django_db


def why(page: str) -> str:
    """The section of causes, as text."""
    found = re.search(r'aria-labelledby="why-fell".*?</section>', page, re.S)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", found.group(0))) if found else ""
    return html.unescape(text)


def test_the_likeliest_cause_stands_first_in_words(explained: Any, text_of: Any) -> None:
    said = why(text_of("minsu", "/account/A100/"))
    assert "Our delivery probably, 62% Ours" in said
    assert (
        "It began in the weeks after 10 Nov 2025; since then €90,000.00 a year less"
        in said.replace("€90k ", "")
    )
    assert "That it fell at all" not in said
    places = [said.index(word) for word in ("We delivered late", "Our price rose", "price hardly")]
    assert places == sorted(places)
    assert "Nobody was in touch" not in said  # 4% is not worth a place


def test_evidence_for_and_against_with_when_and_where_to_look(explained: Any, text_of: Any) -> None:
    page = text_of("minsu", "/account/A100/")
    said = why(page)
    assert "Delivered 16 days after the promised 8 Sep 2025." in said
    assert "and Bolts is what fell most · 9 weeks before it began".replace(" · ", " ") in said
    assert "said 3 weeks after it began" in said
    assert "Prices rose by 4%." in said
    assert "it concerns Nuts, which fell no more than the rest" in said
    assert "1.5 falls in 80 account-years" in said
    assert '<b>"Too late' not in page  # what people typed stays text
    assert 'href="/account/A100/rows/deliveries/?row=%5B%22D1%22%5D"' in page
    lines = "/account/A100/lines/?from=2025-09-01&amp;to=2025-09-08&amp;product=P+1%2F2"
    assert f'href="{lines}"' in page
    key = "key=A100&amp;key=2025-12-01&amp;key=dissatisfied&amp;on=2025-12-01"
    assert f'href="/account/A100/record/notices/?{key}"' in page


def test_what_is_dated_just_after_the_beginning_is_said_to_be_as_fine_as_orders_tell(
    cast: Any, keep: Any, db: None, text_of: Any
) -> None:
    rows = by_hand.causes().to_pylist()
    facts = [
        by_hand.FOR_LATE[0] | {"weeks_before": n, "text": {"template": f"at {n}"}} for n in (-2, -5)
    ]
    rows[0]["speaks_for"] = json.dumps([*facts, by_hand.FOR_LATE[1]])
    keep(causes=by_hand.causes().from_pylist(rows, by_hand.causes().schema))
    cast.show(cast.assessment())
    said = why(text_of("minsu", "/account/A100/"))
    assert "2 weeks after it began (orders tell a beginning by four weeks only)" in said
    assert "5 weeks after it began (" not in said
    assert "said 3 weeks after it began (" not in said


def test_what_says_the_same_of_two_causes_stands_once_under_the_likelier(
    cast: Any, keep: Any, db: None, text_of: Any
) -> None:
    """And the evidence of what is hardly likely is folded."""
    rows = by_hand.causes().to_pylist()
    mine = [row for row in rows if row["account_id"] == "A100"]
    for row, p in zip(mine, (0.62, 0.2, 0.08), strict=False):
        row["speaks_for"], row["p"] = json.dumps([by_hand.FOR_LATE[0]]), p
    keep(causes=by_hand.causes().from_pylist(rows, by_hand.causes().schema))
    cast.show(cast.assessment())
    page = text_of("minsu", "/account/A100/")
    said = why(page)
    assert said.count("Delivered 16 days after the promised 8 Sep 2025.") == 1
    assert said.index("Delivered 16 days") < said.index("Our price rose")
    assert "says the same of " in said
    assert said.count("stands above, under Our delivery") == len(mine[1:3])
    assert page.count('<details class="fold plain"><summary>What speaks for and against it') == 1


def test_not_to_know_is_an_answer_with_what_would_help(explained: Any, text_of: Any) -> None:
    said = why(text_of("minsu", "/account/A101/"))
    assert "We don't know yet" in said
    assert "Nothing that is recorded explains it well enough (probably, 55%)" in said
    assert "Complaints Details and courtesy · Our service, complaints not solved" in said
    assert "Write it down" in said
    assert "Load a file" not in said  # a manager loads none
    assert "Load a file" in why(text_of("ana", "/account/A101/"))
    assert "Nothing recorded speaks for it; it is only common." in said


def test_a_confirmed_review_is_said(explained: Any, text_of: Any) -> None:
    said = why(text_of("minsu", "/account/A107/"))
    assert "Our people left or changed Ours Confirmed by a review." in said
    assert "90%" not in said  # no guess any more


def test_our_reason_and_theirs_stand_beside_it(explained: Any, text_of: Any) -> None:
    assert "We said" not in why(text_of("minsu", "/account/A100/"))
    review = Review.objects.create(
        key="r1",
        review_id="R1",
        account_id="A100",
        opened_on=date(2026, 2, 2),
        kind="slipping",
        customer_reason="delivery.late",
        recorded_at=timezone.now(),
    )
    # What they say waits until we have said what we think.
    said = why(text_of("minsu", "/account/A100/"))
    assert "The open review" in said
    assert "We said" not in said
    assert "They say" not in said
    assert "They say We delivered late The open review" in why(text_of("dora", "/account/A100/"))
    review.salesperson_reason = "competitor.price"
    review.save()
    page = text_of("minsu", "/account/A100/")
    assert "We said A competitor's price They say We delivered late The two disagree." in why(page)
    assert f'href="/reviews/{review.pk}/"' in page


def test_of_an_account_that_stands_well_nothing_is_said(explained: Any, text_of: Any) -> None:
    assert why(text_of("wei", "/account/A103/")) == ""
    assert 'href="/account/A103/signals/"' in text_of("wei", "/account/A103/")


def test_a_fall_that_is_not_sure_is_said_to_be_so(
    cast: Any, keep: Any, db: None, text_of: Any
) -> None:
    rows = by_hand.falls().to_pylist()
    for row in rows:
        if row["account_id"] == "A103":
            row["p_fell"] = 0.64
    keep(falls=by_hand.falls().from_pylist(rows, by_hand.falls().schema))
    cast.show(cast.assessment())
    assert "That it fell at all: probably, 64%." in why(text_of("wei", "/account/A103/"))


def test_a_reason_that_is_not_to_be_named_is_not(explained: Any, text_of: Any) -> None:
    said = why(text_of("dora", "/account/A102/"))
    assert "A competitor's product" in said
    assert "Our delivery" in said
    assert "We delivered less than ordered" not in said


def test_what_does_not_count_as_fallen_is_no_fact(
    cast: Any, keep: Any, db: None, text_of: Any
) -> None:
    rows = by_hand.falls().to_pylist()
    for row in rows:
        if row["account_id"] == "A103":
            row |= {"p_fell": 0.64, "counts": False}
    keep(falls=by_hand.falls().from_pylist(rows, by_hand.falls().schema))
    cast.show(cast.assessment())
    said = why(text_of("wei", "/account/A103/"))
    assert "It may have fallen in the weeks after 1 Oct 2025: probably, 64%." in said
    assert "It began in the weeks" not in said
    assert Account.objects.get(account_id="A103").fell_on is None


def test_of_an_assessment_without_an_explanation_it_is_said(published: Any, text_of: Any) -> None:
    assert "assessed before Mainstay asked why" in why(text_of("minsu", "/account/A100/"))
    assert why(text_of("wei", "/account/A103/")) == ""
    page = text_of("minsu", "/account/A100/signals/")
    assert "assessed before Mainstay asked why" in page


def test_what_left_only_since_is_asked_about_next_time(
    cast: Any, keep: Any, db: None, text_of: Any
) -> None:
    keep(falls=by_hand.falls().slice(1))
    cast.show(cast.assessment())
    assert "The next assessment asks why." in why(text_of("minsu", "/account/A100/"))


def test_all_signals_the_newest_first(explained: Any, text_of: Any) -> None:
    page = text_of("minsu", "/account/A100/signals/")
    places = [page.index(f"Delivered {days} days after") for days in (3, 16)]
    assert places == sorted(places)
    assert "2 signals" in page  # a signal that is no longer known has no sentence
    assert "strong" in page
    assert "weak" in page
    assert "Delivered 5 days after" in text_of("wei", "/account/A103/signals/")


def test_signals_by_whom_they_point_at(explained: Any, text_of: Any) -> None:
    assert "Delivered 16 days" in text_of("minsu", "/account/A100/signals/?by=us")
    assert "No signal points there." in text_of("minsu", "/account/A100/signals/?by=them")
    assert "Delivered 16 days" in text_of("minsu", "/account/A100/signals/?by=nonsense&page=99")
    assert "Nothing stands out" in text_of("minsu", "/account/A101/signals/")


def test_a_thousand_signals_come_page_by_page(cast: Any, keep: Any, db: None, text_of: Any) -> None:
    one = by_hand.signals().to_pylist()[0]
    many = [{**one, "data": json.dumps({"late_days": n, "promised_on": "-"})} for n in range(1000)]
    keep(signals=by_hand.signals(many))
    cast.show(cast.assessment())
    page = text_of("minsu", "/account/A100/signals/")
    assert page.count("Delivered ") == 100
    assert "1 of 11" in page


def test_the_same_sentence_stands_once(cast: Any, keep: Any, db: None, text_of: Any) -> None:
    one = by_hand.signals().to_pylist()[0]
    rows = by_hand.causes().to_pylist()
    for row in rows:
        row["speaks_for"] = json.dumps(json.loads(row["speaks_for"])[:1] * 3)
    causes = by_hand.causes().from_pylist(rows, by_hand.causes().schema)
    keep(signals=by_hand.signals([{**one, "rows": '[["visits", "V9"]]'}] * 2), causes=causes)
    cast.show(cast.assessment())
    page = text_of("minsu", "/account/A100/signals/")
    assert page.count(">Delivered 16 days") == 1
    assert "× 3" in page
    assert "€3,600.00" in page
    assert "/record/visits/?key=V9" in page
    assert why(text_of("minsu", "/account/A100/")).count("Delivered 16 days") == 1


@pytest.mark.parametrize("address", ["/account/A100/", "/account/A100/signals/", "/causes/"])
def test_nothing_is_inline_and_every_id_is_there_once(
    address: str, explained: Any, text_of: Any
) -> None:
    page = text_of("dora", address)
    assert not re.search(r"<[^>]+ (style|on\w+)=", page)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for named in re.findall(r'aria-labelledby="([^"]+)"', page):
        assert set(named.split()) <= set(ids)


def test_another_managers_account_is_not_there(explained: Any, signed_in: Any) -> None:
    client = signed_in("minsu")
    for address in ("signals/", "record/visits/?key=V1"):
        assert client.get(f"/account/A103/{address}").status_code == 404


def test_the_first_cause_is_published_with_the_assessment(explained: Any) -> None:
    found = {a.account_id: a for a in Account.objects.all()}
    one = found["A100"]
    assert (one.cause_first, one.cause_whose, one.cause_category) == ("delivery", "ours", "Bolts")
    assert (one.cause_p, one.lost_52, one.fell_on) == (0.62, 90e3, by_hand.BEGAN)
    assert (found["A101"].cause_first, found["A101"].cause_whose) == ("unknown", "unknown")
    assert found["A103"].cause_first is None  # hardly fell
    assert found["A106"].fell_on is None


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans", "ko"])
def test_pages_ask_few_questions(
    language: str, explained: Any, signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    client = signed_in("minsu")
    for address in ("/account/A100/", "/account/A101/", "/account/A100/signals/", "/"):
        with django_assert_max_num_queries(15, info=address):
            page = client.get(address, headers={"accept-language": language})
        assert page.status_code == 200
