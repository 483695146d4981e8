"""The survey: one address, one answer, nothing but two names; and what becomes of the answer."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mainstay.desk.access.models import Event
from mainstay.desk.accounts.models import Account
from mainstay.desk.facts.models import AccountFacts
from mainstay.desk.reviews import strangers
from mainstay.desk.reviews.models import Knock, Review, Survey

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ANSWER = {
    "reason": "delivery.late",
    "happened": "<b>Three</b> weeks",
    "different": "Reserve stock",
    "may_call": "1",
}


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def one(review: Any) -> Review:
    return review(salesperson_reason="competitor.price", salesperson_text="They are greedy")


@pytest.fixture
def link(signed_in: Any, one: Review) -> str:
    page = text(signed_in("dora").post(f"/reviews/{one.pk}/survey/", follow=True))
    (address,) = re.findall(r'value="http://testserver(/survey/[^"]+/)"', page)
    assert len(address) > 50
    return address


def test_it_shows_nothing_but_two_names(link: str, one: Review, settings: Any) -> None:
    settings.COMPANY = "Northern Tools"
    page = text(Client().get(f"{link}?lang=en"))
    assert "Northern Tools asks 华东机电有限公司" in page
    assert "noindex" in page
    for secret in ("greedy", "A102", "competitor.favours", "陳偉", "S2", "Lost", 'href="/'):
        assert secret not in page.split("</head>")[1], secret
    assert "no-store" in Client().get(link).headers["Cache-Control"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Four questions, two minutes."),
        ("zh-hant", 'lang="zh-hant"'),
        ("zh-hans", 'lang="zh-hans"'),
        ("ko", 'lang="ko"'),
    ],
)
def test_the_reader_chooses_the_language(link: str, language: str, said: str) -> None:
    page = text(Client().get(f"{link}?lang={language}"))
    assert f'<html lang="{language}"' in page
    assert said in page
    assert page.count('name="lang"') == 1


def test_the_accounts_country_says_in_which_language_it_begins(link: str) -> None:
    assert '<html lang="zh-hans"' in text(Client().get(link))  # A102 is in CN
    assert '<html lang="zh-hans"' in text(Client().get(f"{link}?lang=nonsense"))
    AccountFacts.objects.filter(account_id="A102").delete()
    AccountFacts.objects.create(key="a102", recorded_at=timezone.now(), account_id="A102", name="-", language="ko")  # fmt: skip
    assert '<html lang="ko"' in text(Client().get(link))  # what is known of the account itself


def test_an_answer_becomes_what_they_say_and_opens_the_link_no_more(
    link: str, one: Review, signed_in: Any
) -> None:
    stranger = Client()
    assert stranger.post(link, {**ANSWER, "lang": "en"}).status_code == 200
    one.refresh_from_db()
    assert (one.customer_reason, one.interview_way) == ("delivery.late", "survey")
    assert one.customer_text == "<b>Three</b> weeks\n\nReserve stock"
    assert one.interviewed_on == timezone.localdate()
    told = Event.objects.get(verb="reviews.change")
    assert (told.actor, told.actor_name) == (None, "华东机电有限公司 (survey)")
    assert "Three" not in str(told.after)
    assert stranger.get(link).status_code == 410
    assert stranger.post(link, {**ANSWER, "reason": "money.price_rise"}).status_code == 410
    one.refresh_from_db()
    assert one.customer_reason == "delivery.late"
    page = text(signed_in("dora").get(f"/reviews/{one.pk}/"))
    assert "The survey was answered" in page
    assert "&lt;b&gt;Three&lt;/b&gt; weeks" in page
    assert "<b>Three" not in page
    assert "The survey was answered" in text(signed_in("dora").get("/reviews/"))


def test_what_a_talk_said_is_not_written_over(link: str, one: Review, signed_in: Any) -> None:
    Review.objects.filter(pk=one.pk).update(customer_reason="product.quality")
    Client().post(link, {**ANSWER, "lang": "en"})
    one.refresh_from_db()
    assert one.customer_reason == "product.quality"
    page = text(signed_in("dora").get(f"/reviews/{one.pk}/"))
    assert "Reserve stock" in page


def test_control_characters_are_left_out(link: str, one: Review) -> None:
    typed = {**ANSWER, "happened": "so\0 la\x07te", "different": "\0", "lang": "en\0"}
    assert Client().post(link, typed).status_code == 200
    one.refresh_from_db()
    assert one.customer_text == "so late"
    assert Client().get(f"{link}?lang=%00").status_code == 410


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"reason": "nonsense"},
        {"reason": "delivery.late", "happened": "x" * 2_001},
        {"reason": "delivery.late", "may_call": "perhaps"},
    ],
)
def test_what_makes_no_sense_is_asked_again(link: str, one: Review, typed: dict[str, str]) -> None:
    refused = Client().post(link, {**typed, "lang": "en"})
    assert refused.status_code == 422
    assert Survey.objects.get().answered_at is None
    assert Client().get(link).status_code == 200


def test_it_expires_is_closed_and_made_again(
    link: str, one: Review, signed_in: Any, monkeypatch: Any
) -> None:
    dora = signed_in("dora")
    dora.post(f"/reviews/{one.pk}/survey/")
    assert Client().get(link).status_code == 410  # a new one closes the old
    second = Survey.objects.latest("id")
    address = f"/survey/{second.token}/"
    assert Client().get(address).status_code == 200
    Survey.objects.filter(pk=second.pk).update(expires_at=timezone.now())
    assert Client().post(address, ANSWER).status_code == 410
    dora.post(f"/reviews/{one.pk}/survey/")
    third = f"/survey/{Survey.objects.latest('id').token}/"
    dora.post(f"/reviews/{one.pk}/close/")
    assert Client().get(third).status_code == 410
    assert Client().get("/survey/guessed/").status_code == 404
    assert len({s.token for s in Survey.objects.all()}) == 3


def test_confirming_closes_the_link(link: str, one: Review, signed_in: Any) -> None:
    dora = signed_in("dora")
    dora.post(f"/reviews/{one.pk}/finding/", {"seen": 1, "nothing_found": "on"})
    dora.post(f"/reviews/{one.pk}/confirm/", {"seen": 2})
    assert Client().get(link).status_code == 410
    refused = text(dora.post(f"/reviews/{one.pk}/survey/", follow=True))
    assert "This review is done" in refused


def test_a_forged_post_without_its_token_is_refused(link: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link, ANSWER).status_code == 403


def test_an_address_that_asks_too_often_waits(link: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(strangers, "MOST_KNOCKS", 3)
    codes = [Client().get("/survey/guessed/").status_code for _ in range(4)]
    assert codes == [404, 404, 404, 429]
    assert Client().post(link, ANSWER).status_code == 429
    assert Client(REMOTE_ADDR="10.9.8.7").get(link).status_code == 200
    Knock.objects.update(hour=timezone.now() - timedelta(hours=2))
    assert Client().get(link).status_code == 200
    assert Knock.objects.count() == 1  # those of hours ago are forgotten


def test_who_made_the_link_may_be_gone(link: str, one: Review, people: Any) -> None:
    people["dora"].is_active = False
    people["dora"].save()
    assert Client().post(link, {**ANSWER, "lang": "en"}).status_code == 200
    one.refresh_from_db()
    assert one.customer_reason == "delivery.late"


def test_days_without_an_answer_are_said(link: str, one: Review, signed_in: Any) -> None:
    Survey.objects.update(made_at=timezone.now() - timedelta(days=9))
    page = text(signed_in("dora").get(f"/reviews/{one.pk}/"))
    assert "not answered for 9 days" in page
    assert "No answer is an answer too" in page
    assert "not answered for 9 days" in text(signed_in("dora").get("/reviews/"))


def test_a_new_account_tells_of_its_former_supplier(review: Any, signed_in: Any) -> None:
    came = review(account_id="A104", kind="new")
    signed_in("dora").post(f"/reviews/{came.pk}/survey/")
    address = f"/survey/{Survey.objects.get().token}/?lang=en"
    assert "why you left your former supplier" in text(Client().get(address))
    assert Client().post(address, {"reason": "competitor.price"}).status_code == 200
    came.refresh_from_db()
    assert (came.former_supplier_reason, came.customer_reason) == ("competitor.price", None)


def test_only_who_may_review_makes_a_link(signed_in: Any, one: Review) -> None:
    assert signed_in("quentin").post(f"/reviews/{one.pk}/survey/").status_code == 403
    assert signed_in("minsu").post(f"/reviews/{one.pk}/survey/").status_code == 404
    assert not Survey.objects.exists()


def test_who_was_asked_by_survey_is_waited_for(review: Any, signed_in: Any) -> None:
    came = review(account_id="A104", kind="new")
    lost = review(account_id="A101")
    dora = signed_in("dora")

    def waiting() -> tuple[str, bool, bool]:
        page = text(dora.get("/reviews/?stage=waiting")).split('id="proposed"')[0]
        count = re.search(r"Waiting for their words</span><span class=\"count\">(\d+)<", page)
        assert count is not None
        return count[1], f"/reviews/{came.pk}/" in page, f"/reviews/{lost.pk}/" in page

    assert waiting() == ("0", False, False)
    for one in (came, lost):
        dora.post(f"/reviews/{one.pk}/survey/")
        page = text(dora.get(f"/reviews/{one.pk}/"))
        assert '<span class="stage waiting">' in page
        assert "made today, not answered yet" in page
        assert "sent today" not in page
    assert waiting() == ("2", True, True)
    assert '<span class="stage waiting">' in text(dora.get("/account/A101/"))
    token = Survey.objects.get(review_key=came.key).token
    Client().post(f"/survey/{token}/", {"reason": "competitor.price", "lang": "en"})
    Survey.objects.filter(review_key=lost.key).update(expires_at=timezone.now())
    assert waiting() == ("0", False, False)
    assert '<span class="stage open">' in text(dora.get("/account/A101/"))


def test_the_browser_says_the_language_where_the_country_does_not(link: str) -> None:
    asks = {"HTTP_ACCEPT_LANGUAGE": "ko-KR,ko;q=0.9"}
    assert '<html lang="zh-hans"' in text(Client().get(link, **asks))  # A102 is in CN
    for country in (None, "", "DE"):
        Account.objects.filter(account_id="A102").update(country=country)
        assert '<html lang="ko"' in text(Client().get(link, **asks))
        assert '<html lang="en"' in text(Client().get(link))
        other = {"HTTP_ACCEPT_LANGUAGE": "de"}
        assert '<html lang="en"' in text(Client().get(link, **other))
