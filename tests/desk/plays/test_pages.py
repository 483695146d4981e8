"""The plays at the desk: what there is, a new one, an edited one, out of service and back."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from mainstay import engine
from mainstay.desk.access.models import Event
from mainstay.desk.cases.models import OwnPlay
from mainstay.desk.facts.services import entry

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.usefixtures("own_store"),
]


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def dora(signed_in: Any, published: Any) -> Client:
    return signed_in("dora")


NEW = {
    "title": "Factory tour <b>with lunch</b>",
    "what": "They see how it is made",
    "why": "Who has seen it trusts it",
    "proof": "A visit of theirs is written down",
    "states": ["slipping", "steady"],
    "sizes": ["large"],
    "fit_product": "80",
    "fit_product.quality": "100",
    "fit_unknown": "10",
    "money": "250",
    "percent": "0.5",
    "pool": "goods",
    "effect_of": "keeps",
    "remains": "85",
    "at_most": "110",
    "seen": "0",
    "step-TOTAL_FORMS": "3",
    "step-INITIAL_FORMS": "0",
    "step-0-role": "manager",
    "step-0-day": "9",
    "step-0-hours": "1.5",
    "step-0-wording": "Invite them",
    "step-1-role": "senior",
    "step-1-day": "2",
    "step-1-hours": "3",
    "step-1-wording": "Show them around",
    "step-1-gives": "on",
    "step-2-role": "manager",
}


def form_of(page: str) -> dict[str, Any]:
    """The fields of the play's form as a browser would send them."""
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]+>", page):
        said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        name = said.get("name", "")
        if said.get("type") in ("checkbox", "radio") and "checked" not in tag:
            continue
        if name and name != "csrfmiddlewaretoken":
            value = said.get("value", "on" if said.get("type") == "checkbox" else "")
            found.setdefault(name, []).append(value)
    for name, body in re.findall(r'<textarea name="(\w+)"[^>]*>(.*?)</textarea>', page, re.DOTALL):
        found[name] = [body.strip()]
    for name, body in re.findall(r'<select name="([\w-]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body)
        found[name] = [chosen.group(1) if chosen else ""]
    return found


def test_the_list_says_what_each_suits_takes_and_does(
    dora: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mainstay.desk.plays import queries

    beliefs = {
        "listen": {"mean": -0.4, "spread": 0.1, "cases": 40},
        "visits": {"mean": -0.1, "spread": 0.2, "cases": 3},
    }
    plan = SimpleNamespace(meta={"beliefs": beliefs})
    monkeypatch.setattr(queries.cases, "plan_of", lambda _sight: plan)
    page = text(dora.get("/plays/"))
    for play in engine.play_catalogue().values():
        assert play.title.replace("'", "&#x27;") in page
    for said in ("1.5% of what it buys in a year", "€150", "67% of the loss remains", "40 cases"):
        assert said in page, said
    assert page.count("too few cases to tell") == 1
    assert "comes back" in page


def test_a_play_of_our_own_is_typed_and_planned_with(dora: Client) -> None:
    assert dora.get("/plays/add/").status_code == 200
    assert dora.post("/plays/add/", NEW).status_code == 302
    row = OwnPlay.objects.get()
    play = engine.own_play({"play": row.play, "definition": row.definition, "in_service": True})
    assert play.fits == {"product": 0.8, "product.quality": 1.0, "unknown": 0.1}
    assert [(s.role, s.day, s.gives) for s in play.steps] == [
        ("senior", 2, True),
        ("manager", 9, False),
    ]
    assert (play.cost.money, play.cost.share, play.cost.pool) == (250, 0.005, "goods")
    assert (play.effect.median, play.effect.spread) == (0.85, 0.201)
    assert (play.states, play.sizes, play.asks) == (("slipping", "steady"), ("large",), True)
    page = text(dora.get("/plays/"))
    assert "Factory tour &lt;b&gt;with lunch&lt;/b&gt;" in page
    assert "Our own" in page
    assert Event.objects.filter(verb="plays.add").count() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "required"),
        ({"what": "x" * 1001}, "longer than 1"),
        ({"pool": ""}, "say from which"),
        ({"fit_product": "101"}, "100"),
        ({"states": []}, "required"),
        ({"at_most": "50"}, "below the figure beside it"),
        ({"remains": "nan"}, "Enter a number"),
        ({"step-0-wording": ""}, "empty the whole row"),
        ({"step-0-day": "999"}, "364"),
        ({"step-0-role": "king"}, "valid choice"),
        ({"step-TOTAL_FORMS": "0"}, "a step at least"),
        ({"step-TOTAL_FORMS": "x"}, "Not saved yet"),
        ({"effect_of": "harms"}, "valid choice"),
        ({"remains": "1000", "at_most": "100000"}, "can&#x27;t be used"),
    ],
)
def test_what_can_not_be_is_said_at_its_field_and_what_was_typed_stays(
    dora: Client, change: dict[str, Any], said: str
) -> None:
    wrong = dora.post("/plays/add/", {**NEW, **change})
    assert wrong.status_code == 422
    assert said in text(wrong)
    if "step-TOTAL_FORMS" not in change:
        assert "Show them around" in text(wrong)
    assert not OwnPlay.objects.exists()


def test_no_two_plays_are_called_the_same(dora: Client) -> None:
    assert dora.post("/plays/add/", NEW).status_code == 302
    for title in (NEW["title"], f"  {NEW['title'].upper()} ", "senior visit to  LISTEN"):
        again = dora.post("/plays/add/", {**NEW, "title": title})
        assert again.status_code == 422
        assert "Another play is called so already" in text(again)
    row = OwnPlay.objects.get()
    same = dora.post(f"/plays/play/{row.play}/", {**NEW, "seen": 1, "what": "Otherwise"})
    assert same.status_code == 302


def test_a_built_in_play_edited_keeps_its_words_in_all_languages_and_returns(
    dora: Client,
) -> None:
    before = engine.play_catalogue()["rebate_return"]
    korean, where = {"accept-language": "ko"}, "/plays/play/rebate_return/"
    fields = form_of(dora.get(where, headers=korean).content.decode())
    assert dora.post(where, fields, headers=korean).status_code == 302
    row = OwnPlay.objects.get()
    same = engine.own_play({"play": row.play, "definition": row.definition})
    # Saved as it was, in Korean: nothing is another, and it stays in all languages.
    assert replace(same, states=before.states) == before
    assert set(same.states) == set(before.states)
    fields |= {"seen": ["1"], "percent": ["2.5"], "step-0-wording": ["Agree it in writing"]}
    dora.post(where, fields, headers=korean)
    row.refresh_from_db()
    play = engine.own_play({"play": row.play, "definition": row.definition})
    assert play.cost.share == 0.025
    assert play.title == before.title
    assert play.steps[0].wording == "Agree it in writing"
    assert play.steps[1].wording == before.steps[1].wording
    late = dora.post(where, {**fields, "seen": ["1"], "percent": ["9"]})
    assert "changed this meanwhile" in text(late)
    assert "Edited" in text(dora.get("/plays/?show=ours"))
    dora.post("/plays/play/rebate_return/built-in/", {"seen": row.version})
    assert not OwnPlay.objects.exists()
    again = dora.post("/plays/play/rebate_return/built-in/", {"seen": 1}, follow=True)
    assert "no built-in play" in text(again)


def test_out_of_service_and_back(dora: Client) -> None:
    where = "/plays/play/contest/service/"
    dora.post(where, {"in": "no", "seen": "0"})
    assert OwnPlay.objects.get().in_service is False
    assert "Sales contest" in text(dora.get("/plays/?show=out"))
    assert "Sales contest" not in text(dora.get("/plays/"))
    dora.post(where, {"in": "yes", "seen": OwnPlay.objects.get().version})
    assert not OwnPlay.objects.exists()
    dora.post("/plays/add/", NEW)
    own = OwnPlay.objects.get()
    where = f"/plays/play/{own.play}/service/"
    dora.post(where, {"in": "no", "seen": own.version})
    own.refresh_from_db()
    assert own.in_service is False
    dora.post(where, {"in": "yes", "seen": own.version})
    own.refresh_from_db()
    assert own.in_service is True


def test_what_can_not_be_read_is_named_and_typed_anew(dora: Client, people: Any) -> None:
    with entry(people["ada"], trusted=True) as book:
        book.add(OwnPlay(play="broken / one", definition="{no", in_service=True))
        book.add(OwnPlay(play="listen", definition=json.dumps({"name": "listen"}), in_service=True))
    page = text(dora.get("/plays/"))
    assert page.count("can&#x27;t be used") == 2
    address = re.search(r'href="(/plays/play/~[^"]+/)"', page)
    assert address is not None
    assert "Type it anew" in text(dora.get(address.group(1)))
    dora.post(address.group(1), {**NEW, "seen": "1"})
    assert text(dora.get("/plays/")).count("can&#x27;t be used") == 1
    assert dora.get("/plays/play/none/").status_code == 404


def test_directors_and_administrators_alone(signed_in: Any, published: Any) -> None:
    for name in ("minsu", "sora", "fatima", "ana", "quentin"):
        client = signed_in(name)
        assert client.get("/plays/").status_code == 403, name
        assert client.post("/plays/add/", NEW).status_code == 403
        assert 'href="/plays/"' not in text(client.get("/week/"))
    assert signed_in("ada").get("/plays/").status_code == 200


def test_it_asks_little_of_the_database(dora: Client, django_assert_max_num_queries: Any) -> None:
    dora.post("/plays/add/", NEW)
    pages = ("/plays/", "/plays/?show=all", "/plays/add/", "/plays/play/listen/")
    for page in (*pages, f"/plays/play/{OwnPlay.objects.get().play}/"):
        cache.clear()
        with django_assert_max_num_queries(8):
            assert dora.get(page).status_code == 200
