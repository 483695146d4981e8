"""Four questions after a solved complaint: asked by us, answered by nobody of ours, corrected until closed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mainstay.desk.access.models import Event
from mainstay.desk.access.services import NotAllowed
from mainstay.desk.care.models import Complaint
from mainstay.desk.facts.changes import new_fact
from mainstay.desk.facts.services import entry
from mainstay.desk.reviews import strangers
from mainstay.desk.service.models import Opinion, OpinionLink

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ANSWERS = {"was_solved": "5", "was_quick": "2", "was_treated_well": "4", "would_stay": "3"}


@pytest.fixture(autouse=True)
def _own_store(own_store: None) -> None:
    """What is written down reaches a store of the test's own."""


@pytest.fixture
def solved(people: Any, published: Any) -> Complaint:
    """Of A100, solved an hour ago."""
    opened = timezone.now() - timedelta(hours=5)
    given = {"account_id": "A100", "kind": "quality", "severity": 2, "opened_at": opened}
    with entry(people["dora"]) as book:
        made: Any = book.add(
            new_fact(Complaint, {**given, "solved_at": opened + timedelta(hours=4)}, None)
        )
        return made


@pytest.fixture
def link(signed_in: Any, solved: Complaint) -> str:
    minsu = signed_in("minsu")
    assert "Ask for their opinion" in text(minsu.get(f"/complaints/{solved.pk}/"))
    return address(minsu.post(f"/service/ask/{solved.pk}/ask/", follow=True))


def address(response: Any) -> str:
    (found,) = re.findall(r'value="http://testserver(/opinion/[^"]+/)"', text(response))
    assert len(found) > 50
    return str(found)


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_whoever_has_the_link_answers_and_corrects_until_it_is_closed(
    link: str, solved: Complaint, signed_in: Any, settings: Any
) -> None:
    settings.COMPANY = "Northern Tools"
    stranger = Client()
    shown = stranger.get(f"{link}?lang=en")
    assert "Northern Tools asks Harbour Hardware Ltd" in text(shown)
    assert "no-store" in shown.headers["Cache-Control"]
    assert 'href="/' not in text(shown).split("</head>")[1]
    assert stranger.post(link, {**ANSWERS, "text": "Thanks", "lang": "en"}).status_code == 200
    one = Opinion.objects.get()
    assert (one.was_solved, one.was_quick, one.would_stay) == (5, 2, 3)
    assert (one.text, one.language, one.asked_by_id) == ("Thanks", "en", "S1")
    assert one.answered_on == timezone.localdate()
    # The record says that it was they, and none of their words.
    told = Event.objects.get(verb="opinions.change")
    assert (told.actor, told.actor_name) == (None, "Harbour Hardware Ltd (survey)")
    assert "Thanks" not in str(told.after)
    assert text(stranger.get(link)).count("checked") == 4  # what they answered, to correct it
    stranger.post(link, {**ANSWERS, "was_quick": "4", "text": "", "lang": "ko"})
    one.refresh_from_db()
    assert (one.was_quick, one.text, one.language) == (4, None, "ko")
    minsu = signed_in("minsu")
    minsu.post(f"/service/ask/{solved.pk}/close/")
    assert stranger.get(link).status_code == 410
    assert stranger.post(link, ANSWERS).status_code == 410
    page = text(minsu.get(f"/complaints/{solved.pk}/"))
    assert "They answered on" in page
    assert "Ask for their opinion" not in page


def test_nobody_of_ours_writes_the_answers(link: str, signed_in: Any, people: Any) -> None:
    one = Opinion.objects.get()
    for who in ("dora", "ada", "minsu", "sora"):
        client = signed_in(who)
        for page in (f"/known/opinions/{one.pk}/", "/known/opinions/add/?account=A100"):
            sent = client.post(page, {"was_solved": "5", "seen": one.version, "once": who})
            assert sent.status_code in (403, 404, 422), (who, page)
        with pytest.raises(NotAllowed), entry(people[who]) as book:
            book.change(one, {"was_solved": 5}, seen=one.version)
        with pytest.raises(NotAllowed), entry(people[who]) as book:
            book.withdraw(one, seen=one.version)
    one.refresh_from_db()
    assert one.was_solved is None


def test_a_second_link_asks_the_same_and_closes_the_first(
    link: str, solved: Complaint, signed_in: Any
) -> None:
    dora = signed_in("dora")
    dora.post(f"/service/ask/{solved.pk}/close/")
    again = address(dora.post(f"/service/ask/{solved.pk}/ask/", follow=True))
    assert again != link
    assert Opinion.objects.count() == 1
    assert Client().get(link).status_code == 410
    assert Client().post(again, {**ANSWERS, "lang": "en"}).status_code == 200
    page = text(dora.post(f"/service/ask/{solved.pk}/ask/", follow=True))
    assert "They have answered already." in page


def test_only_of_solved_complaints_that_one_sees(solved: Complaint, signed_in: Any) -> None:
    assert signed_in("wei").post(f"/service/ask/{solved.pk}/ask/").status_code == 404
    assert signed_in("minsu").post(f"/service/ask/{solved.pk}/nonsense/").status_code == 404
    Complaint.objects.filter(pk=solved.pk).update(solved_at=None)
    page = text(signed_in("minsu").post(f"/service/ask/{solved.pk}/ask/", follow=True))
    assert "once the complaint is solved" in page
    assert "What they think of it" not in page
    assert not Opinion.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {**ANSWERS, "was_quick": "6"},
        {**ANSWERS, "was_quick": "\0"},
        {**ANSWERS, "text": "x" * 2_001},
    ],
)
def test_what_makes_no_sense_is_asked_again(link: str, typed: dict[str, str]) -> None:
    assert Client().post(link, {**typed, "lang": "en"}).status_code == 422
    assert Opinion.objects.get().answered_on is None


def test_control_characters_are_left_out(link: str) -> None:
    assert Client().post(link, {**ANSWERS, "text": "so\0 la\u202ela"}).status_code == 200
    assert Opinion.objects.get().text == "so lala"


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans", "ko"])
def test_the_reader_chooses_the_language(link: str, language: str) -> None:
    assert f'<html lang="{language}"' in text(Client().get(f"{link}?lang={language}"))


def test_a_link_ends_and_strangers_may_not_try_on_and_on(
    link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expires = OpinionLink.objects.get().expires_at
    assert expires - timezone.now() > timedelta(days=29)
    OpinionLink.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert Client().get(link).status_code == 410
    assert Client().get("/opinion/nonsense/").status_code == 404
    monkeypatch.setattr(strangers, "MOST_KNOCKS", 3)
    assert [Client().get("/opinion/x/").status_code for _ in range(2)][-1] == 429
