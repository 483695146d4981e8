"""The second factor: set up, asked for, guessed at, lost, set back; and asked of whole roles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mainstay.core.errors import InvalidSetting
from mainstay.desk.access import queries, services
from mainstay.desk.access.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

LOGIN = "/accounts/login/"
FACTOR = "/accounts/second-factor/"
ASK = f"{FACTOR}ask/"


@pytest.fixture(autouse=True)
def _no_attempts_of_another_test() -> None:
    cache.clear()


class Clock:
    """The counter that apps derive their codes from; it goes on when a test says so."""

    now = 1000


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    made = Clock()
    around = lambda: [made.now - 1, made.now, made.now + 1]  # noqa: E731
    monkeypatch.setattr(totp, "yield_hotp_counters_from_time", around)
    return made


def code_of(secret: str, counter: int) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def enter(username: str, password: str) -> tuple[Client, Any]:
    client = Client()
    return client, client.post(LOGIN, {"login": username, "password": password})


def set_up(client: Client, clock: Clock) -> str:
    """Set an app up through the pages; gives its secret."""
    secret = client.get(f"{FACTOR}app/").context["form"].secret
    answer = client.post(f"{FACTOR}app/", {"code": code_of(secret, clock.now)})
    assert answer.headers["Location"] == f"{FACTOR}codes/"
    clock.now += 5
    return str(secret)


@pytest.fixture
def with_app(people: Any, cast: Any, clock: Clock) -> str:
    """Dora has an app; gives its secret."""
    client, _ = enter("dora", cast.PASSWORD)
    return set_up(client, clock)


def wrong(client: Client, times: int) -> str:
    for _ in range(times):
        page = client.post(ASK, {"code": "12345"}).content.decode()
    return page


# ── an app ──────────────────────────────────────────────────────────────────


def test_an_app_is_set_up_by_its_picture_and_then_asked_for(
    people: Any, cast: Any, clock: Clock, django_capture_on_commit_callbacks: Any
) -> None:
    client, _ = enter("dora", cast.PASSWORD)
    page = client.get(f"{FACTOR}app/").content.decode()
    assert f'src="{FACTOR}app/qr.svg"' in page
    picture = client.get(f"{FACTOR}app/qr.svg")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert "no-store" in picture.headers["Cache-Control"]
    assert b"<svg" in picture.content
    assert b"style" not in picture.content
    with django_capture_on_commit_callbacks(execute=True):
        secret = set_up(client, clock)

    client, answer = enter("dora", cast.PASSWORD)
    assert answer.headers["Location"] == ASK
    assert client.get("/accounts/").headers["Location"].startswith(LOGIN)
    wide = code_of(secret, clock.now).translate({ord("0") + i: ord("０") + i for i in range(10)})
    answer = client.post(ASK, {"code": f" {wide[:3]} {wide[3:]}"})
    assert answer.headers["Location"] == "/"
    assert client.get(f"{FACTOR}").status_code == 200
    assert Event.objects.filter(verb="mfa.add", actor=people["dora"]).count() == 2  # and the codes


def test_the_picture_is_there_for_nobody_who_sets_nothing_up(signed_in: Any) -> None:
    assert signed_in("dora").get(f"{FACTOR}app/qr.svg").status_code == 404


def test_the_secret_is_not_kept_in_the_clear(with_app: str, people: Any) -> None:
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert with_app not in kept
    codes = Authenticator.objects.get(type="recovery_codes")
    assert all(code not in str(codes.data) for code in codes.wrap().get_unused_codes())


def test_without_the_installations_key_no_code_fits(
    with_app: str, people: Any, cast: Any, clock: Clock, settings: Any
) -> None:
    settings.SECRET_KEY = "another one"
    client, _ = enter("dora", cast.PASSWORD)
    for secret in (with_app, ""):
        page = client.post(ASK, {"code": code_of(secret, clock.now)}).content.decode()
        assert "does not fit" in page


@pytest.mark.parametrize("forget", [False, True])
def test_a_code_is_good_for_one_sign_in(
    with_app: str, people: Any, cast: Any, clock: Clock, forget: bool
) -> None:
    code = code_of(with_app, clock.now)
    client, _ = enter("dora", cast.PASSWORD)
    assert client.post(ASK, {"code": code}).status_code == 302
    if forget:
        cache.clear()  # as in another process, or after half a minute
    client, _ = enter("dora", cast.PASSWORD)
    assert "was used already" in client.post(ASK, {"code": code}).content.decode()
    assert client.post(ASK, {"code": code_of(with_app, clock.now + 1)}).status_code == 302


def test_a_recovery_code_opens_once(with_app: str, people: Any, cast: Any) -> None:
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    client, _ = enter("dora", cast.PASSWORD)
    assert client.post(ASK, {"code": codes[0]}).status_code == 302
    page = client.get(f"{FACTOR}codes/").content.decode()
    assert codes[1] in page
    assert codes[0] not in page
    assert codes[1] in client.get(f"{FACTOR}codes/file/").content.decode()
    client, _ = enter("dora", cast.PASSWORD)
    assert "does not fit" in client.post(ASK, {"code": codes[0]}).content.decode()


def test_the_app_and_new_codes_are_removed_and_made_and_on_record(
    with_app: str, people: Any, cast: Any, clock: Clock, django_capture_on_commit_callbacks: Any
) -> None:
    client, _ = enter("dora", cast.PASSWORD)
    client.post(ASK, {"code": code_of(with_app, clock.now)})
    old = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{FACTOR}codes/new/")
    new = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert not set(old) & set(new)
    assert client.get(f"{FACTOR}app/remove/").status_code == 200
    client.post(f"{FACTOR}app/remove/")
    assert not Authenticator.objects.exists()
    done = set(Event.objects.filter(actor=people["dora"]).values_list("verb", flat=True))
    assert {"mfa.codes", "mfa.remove"} <= done


def test_whoever_signed_in_long_ago_says_once_more_who_they_are(
    signed_in: Any, people: Any, cast: Any
) -> None:
    client = signed_in("dora")
    asked = client.get(f"{FACTOR}app/")
    assert asked.headers["Location"].startswith("/accounts/confirm/")
    page = client.get(asked.headers["Location"]).content.decode()
    assert "Is it you?" in page
    wrong_one = client.post(asked.headers["Location"], {"password": "wrong"}).content.decode()
    assert "This is not your present password." in wrong_one
    answer = client.post(asked.headers["Location"], {"password": cast.PASSWORD})
    assert answer.headers["Location"] == f"{FACTOR}app/"


def test_nobody_guesses_the_password_of_a_session_left_open(signed_in: Any, cast: Any) -> None:
    client = signed_in("dora")
    for _ in range(8):
        answer = client.post("/accounts/confirm/", {"password": "wrong"})
    assert answer.status_code == 429
    answer = client.post("/accounts/confirm/", {"password": cast.PASSWORD})
    assert answer.status_code == 429


# ── guessing ────────────────────────────────────────────────────────────────


def test_guessing_codes_ends_whatever_the_address_and_the_right_one_waits_too(
    with_app: str, people: Any, cast: Any, clock: Clock
) -> None:
    client, _ = enter("dora", cast.PASSWORD)
    assert "does not fit" in wrong(client, 8)
    cache.clear()  # another process knows of it as well
    client, _ = enter("dora", cast.PASSWORD)
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    right = {"code": code_of(with_app, clock.now)}
    page = client.post(ASK, right, **elsewhere).content.decode()
    assert "Too many wrong codes" in page
    assert Event.objects.filter(verb="sign_in.wrong_code", actor=people["dora"]).count() == 8
    assert client.get("/accounts/").headers["Location"].startswith(LOGIN)


def test_guesses_of_long_ago_and_of_others_do_not_count(
    with_app: str, people: Any, cast: Any, clock: Clock, settings: Any
) -> None:
    for _ in range(8):
        services.record_wrong_code(people["minsu"])
    assert queries.codes_are_locked(people["minsu"])
    assert not queries.codes_are_locked(people["dora"])
    settings.AXES_COOLOFF_TIME *= 0
    assert not queries.codes_are_locked(people["minsu"])


def test_an_administrator_sets_back_what_is_lost(
    with_app: str, people: Any, cast: Any, signed_in: Any
) -> None:
    client, _ = enter("dora", cast.PASSWORD)
    wrong(client, 8)
    office, address = signed_in("ada"), f"/people/{people['dora'].pk}/"
    assert "Set back" in office.get(address).content.decode()
    office.post(f"{address}second-factor/")
    assert not Authenticator.objects.exists()
    assert not queries.codes_are_locked(people["dora"])
    assert enter("dora", cast.PASSWORD)[1].headers["Location"] == "/"
    event = Event.objects.get(verb="user.forget_second_factor")
    assert event.before == {"had": ["recovery_codes", "totp"]}
    assert "None is set up" in office.get(address).content.decode()


# ── roles that need one ─────────────────────────────────────────────────────


def test_a_role_that_needs_one_is_led_to_it_at_sign_in(
    people: Any, cast: Any, clock: Clock, settings: Any
) -> None:
    settings.MFA_ROLES = frozenset({"director"})
    client, _ = enter("dora", cast.PASSWORD)
    for page in ("/", "/accounts/", "/accounts/sessions/"):
        assert client.get(page).headers["Location"] == FACTOR
    assert "Your role needs a second factor" in client.get(FACTOR).content.decode()
    secret = set_up(client, clock)
    assert client.get("/accounts/sessions/").status_code == 200
    client, _ = enter("dora", cast.PASSWORD)
    client.post(ASK, {"code": code_of(secret, clock.now)})
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/accounts/sessions/").status_code == 200
    assert not [q["sql"] for q in asked if "mfa_authenticator" in q["sql"]]
    client, _ = enter("minsu", cast.PASSWORD)
    assert client.get("/accounts/sessions/").status_code == 200


def test_the_first_password_is_changed_before(people: Any, settings: Any) -> None:
    settings.MFA_ROLES = frozenset({"director"})
    _, word = services.reset_password(people["ada"], people["dora"].pk)
    client, _ = enter("dora", word)
    assert client.get("/").headers["Location"] == "/accounts/password/change/"
    new = {"oldpassword": word, "password1": "long-enough-now", "password2": "long-enough-now"}
    assert client.post("/accounts/password/change/", new).status_code == 302
    assert client.get("/").headers["Location"] == FACTOR


def test_a_role_that_is_misspelt_stops_the_desk(settings: Any) -> None:
    settings.MFA_ROLES = frozenset({"director", "administrators"})
    with pytest.raises(InvalidSetting, match="“administrators”"):
        apps.get_app_config("access").ready()


# ── pages ───────────────────────────────────────────────────────────────────

PAGES = ["", "app/", "app/remove/", "codes/", "codes/new/", "passkeys/", "passkeys/add/"]


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans", "ko"])
def test_nothing_is_inline_and_nothing_is_left_over(
    language: str, people: Any, cast: Any, clock: Clock
) -> None:
    services.set_language(people["dora"], language)
    client, _ = enter("dora", cast.PASSWORD)
    texts = [client.get(FACTOR + page).content.decode() for page in ("app/", "passkeys/add/")]
    secret = set_up(client, clock)
    texts += [client.get(FACTOR + page, follow=True).content.decode() for page in PAGES]
    client, _ = enter("dora", cast.PASSWORD)
    client.cookies["django_language"] = language
    texts.append(client.get(ASK).content.decode())
    client.post(ASK, {"code": code_of(secret, clock.now)})
    texts += [client.get(page).content.decode() for page in ("/accounts/sessions/",)]
    for text in texts:
        assert "<main" in text
        assert not re.search(
            r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|data:|javascript:", text
        )
        visible = re.sub(r"<[^>]*>", "", text)
        for leftover in ("{{", "{%", "%(", "None"):
            assert leftover not in visible


def test_nonsense_instead_of_a_passkey_is_refused_in_words(people: Any, cast: Any) -> None:
    client, _ = enter("dora", cast.PASSWORD)
    for nonsense in (
        "",
        "5",
        "[]",
        "{}",
        '{"id": "x"}',
        "x" * 10_000,
        '{"id": null, "response": 7}',
    ):
        client.get(f"{FACTOR}passkeys/add/")
        answer = client.post(
            f"{FACTOR}passkeys/add/", {"credential": nonsense, "name": "n" * 10_000}
        )
        assert answer.status_code == 200
        stranger = Client()
        answer = stranger.post(f"{FACTOR}passkeys/sign-in/", {"credential": nonsense})
        assert answer.status_code in (302, 429)
    assert not Authenticator.objects.exists()
