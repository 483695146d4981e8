"""Open sessions: seen by their owner, ended by them, by the administrator, and by what changes."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from mainstay.desk.access import services
from mainstay.desk.access.middleware import LastSeen
from mainstay.desk.access.models import Event
from mainstay.desk.access.origin import NOWHERE, address, device
from mainstay.desk.access.queries import sessions_of
from mainstay.desk.access.services import NotAllowed, Person

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SESSIONS = "/accounts/sessions/"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)
LAPTOP = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0"
)


@pytest.fixture(autouse=True)
def _no_attempts_of_another_test() -> None:
    cache.clear()


@pytest.fixture
def enter(people: Any, cast: Any) -> Any:
    def signed_in(username: str, agent: str = LAPTOP, where: str = "192.0.2.7") -> Client:
        client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=where)
        form = {"login": username, "password": cast.PASSWORD}
        assert client.post("/accounts/login/", form).status_code == 302
        return client

    return signed_in


def is_in(client: Client) -> bool:
    return bool(client.get(SESSIONS).status_code == 200)


def test_everybody_sees_their_own_with_device_and_address(enter: Any, people: Any) -> None:
    laptop = enter("dora")
    enter("dora", PHONE, "2001:db8::5")
    enter("minsu", PHONE, "198.51.100.4")
    page = laptop.get(SESSIONS).content.decode()
    for text in ("Edge on Windows", "Safari on iPhone", "192.0.2.7", "2001:db8::5", "this one"):
        assert text in page
    assert "198.51.100.4" not in page


def test_one_ends_one_or_all_others(enter: Any, people: Any) -> None:
    here, phone, tablet, other = enter("dora"), enter("dora", PHONE), enter("dora"), enter("minsu")
    assert sessions_of(people["dora"]).count() == 3
    key = phone.session.session_key
    here.post(f"{SESSIONS}{UserSession.objects.get(session_key=key).pk}/end/")
    assert [is_in(c) for c in (here, phone, tablet, other)] == [True, False, True, True]
    theirs = UserSession.objects.get(user=people["minsu"])
    page = here.post(f"{SESSIONS}{theirs.pk}/end/", follow=True).content.decode()
    assert "no other session to end" in page
    page = here.post(f"{SESSIONS}end-others/", follow=True).content.decode()
    assert "1 session is ended." in page
    assert [is_in(c) for c in (here, tablet, other)] == [True, False, True]
    ended = Event.objects.filter(verb="session.end").values_list("after", flat=True)
    assert list(ended) == [{"sessions": 1}, {"sessions": 1}]


def test_the_administrator_ends_somebodys(enter: Any, people: Any) -> None:
    office, dora = enter("ada"), enter("dora", PHONE)
    where = f"/people/{people['dora'].pk}/"
    assert "Safari on iPhone" in office.get(where).content.decode()
    office.post(f"{where}sessions/end/")
    assert (is_in(office), is_in(dora)) == (True, False)
    assert "No session is open." in office.get(where).content.decode()
    with pytest.raises(NotAllowed):
        services.end_sessions(people["dora"], people["minsu"])


def test_a_changed_password_ends_the_others(enter: Any, people: Any, cast: Any) -> None:
    here, phone = enter("dora"), enter("dora", PHONE)
    new = {
        "oldpassword": cast.PASSWORD,
        "password1": "lantern-9-pier",
        "password2": "lantern-9-pier",
    }
    assert here.post("/accounts/password/change/", new).status_code == 302
    assert (is_in(here), is_in(phone)) == (True, False)
    assert [s.session_key for s in sessions_of(people["dora"])] == [here.session.session_key]


@pytest.mark.parametrize("change", ["password", "role", "switch"])
def test_what_an_administrator_changes_ends_all(
    change: str, enter: Any, people: Any, cast: Any
) -> None:
    ada, dora = people["ada"], people["dora"]
    client = enter("dora")
    same = Person("Dora Lin, again", "director", "S9")
    services.change_user(ada, dora.pk, same)
    assert is_in(client)  # a name is no right
    match change:
        case "password":
            services.reset_password(ada, dora.pk)
        case "role":
            services.change_user(ada, dora.pk, Person("Dora Lin", "analyst"))
        case "switch":
            services.switch_user(ada, dora.pk, on=False)
    assert not is_in(client)
    assert not sessions_of(dora).exists()


def test_whoever_changes_their_own_role_stays_where_they_are(enter: Any, people: Any) -> None:
    services.change_user(people["ada"], people["ana"].pk, Person("Ana", "administrator"))
    here, phone = enter("ana"), enter("ana", PHONE)
    form = {"name": "Ana", "role": "analyst", "staff_id": "", "email": ""}
    here.post(f"/people/{people['ana'].pk}/", form)
    assert (is_in(here), is_in(phone)) == (True, False)


def writes(client: Client) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(SESSIONS).status_code == 200
    assert len(asked) <= 15
    found = [q["sql"] for q in asked if q["sql"].startswith(("UPDATE", "INSERT"))]
    return [statement.split()[0] for statement in found if "usersession" in statement]


def test_being_seen_is_written_once_in_a_while(
    enter: Any, people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = enter("dora")
    before = UserSession.objects.get().last_seen_at
    assert writes(client) == []
    monkeypatch.setattr(LastSeen, "every_seconds", 0)
    assert writes(client) == ["UPDATE"]
    assert UserSession.objects.get().last_seen_at > before


def test_a_session_from_before_is_written_down_too(
    signed_in: Any, people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("dora")
    assert writes(client) == []
    assert not UserSession.objects.exists()
    monkeypatch.setattr(LastSeen, "every_seconds", 0)
    assert writes(client) == ["UPDATE", "INSERT"]
    assert sessions_of(people["dora"]).count() == 1


# ── where from ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.1", "192.0.2.1"),  # who writes the header themselves gains nothing
        (1, "203.0.113.1", "203.0.113.1"),
        (1, "10.9.9.9, 203.0.113.1", "203.0.113.1"),
        (2, "10.9.9.9, 203.0.113.1, 198.51.100.2", "203.0.113.1"),
        (2, "203.0.113.1", "192.0.2.1"),
        (1, "203.0.113.1:4711", "203.0.113.1"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "<script>", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_the_address_is_read_from_as_many_proxies_as_there_are(
    proxies: int, forwarded: str, expected: str, settings: Any
) -> None:
    settings.PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert address(request) == expected


def test_no_address_is_no_error() -> None:
    assert address(RequestFactory().get("/", REMOTE_ADDR="")) == NOWHERE
    assert address(None) == NOWHERE


def test_wrong_passwords_from_elsewhere_lock_nobody_out_behind_a_proxy(
    people: Any, cast: Any, settings: Any
) -> None:
    settings.PROXIES = 1
    wrong = {"login": "dora", "password": "wrong"}
    for _ in range(8):
        answer = Client().post("/accounts/login/", wrong, HTTP_X_FORWARDED_FOR="203.0.113.66")
    assert answer.status_code == 429
    right = {"login": "dora", "password": cast.PASSWORD}
    answer = Client().post("/accounts/login/", right, HTTP_X_FORWARDED_FOR="192.0.2.8")
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (PHONE, "Safari on iPhone"),
        (LAPTOP, "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36 KAKAOTALK", "KakaoTalk on Android"),
        ("curl/8.5.0", "an unknown device"),
        ("", "an unknown device"),
        ("<script>alert(1)</script> Windows", "Windows"),
    ],
)  # fmt: skip
def test_a_device_has_words(agent: str, words: str) -> None:
    assert device(agent) == words
