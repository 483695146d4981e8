"""Who gets in, what they see, and that it is all on record."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import DatabaseError, OperationalError, connection, transaction
from django.test import Client

from mainstay.core.errors import InvalidSetting
from mainstay.desk.access import services
from mainstay.desk.access.models import Event, User
from mainstay.desk.access.rights import visible_accounts
from mainstay.desk.access.services import NotAllowed

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

LOGIN = "/accounts/login/"
PASSWORD_PAGE = "/accounts/password/change/"


def verbs() -> list[str]:
    return list(Event.objects.order_by("id").values_list("verb", flat=True))


def enter(username: str, password: str, **extra: Any) -> tuple[Client, Any]:
    client = Client()
    return client, client.post(LOGIN, {"login": username, "password": password}, **extra)


@pytest.fixture(autouse=True)
def _no_attempts_of_another_test() -> None:
    """allauth counts the sign-ins a minute from one address in the cache."""
    cache.clear()


def one_time_password_on(page: str) -> str:
    return next(
        w
        for w in page.replace("<", " ").replace(">", " ").split()
        if w.count("-") == 2 and len(w) == 14
    )


# ── accounts ────────────────────────────────────────────────────────────────


def test_managers_see_their_own_accounts_alone(people: Any, published: Any) -> None:
    seen = {
        name: set(visible_accounts(user).values_list("account_id", flat=True))
        for name, user in people.items()
    }
    assert seen["minsu"] == {"A100", "A101", "00123", "A107"}
    assert seen["wei"] == {"A102", "A103", "A104", "B/108 ?&#", "A109"}
    assert seen["nobody"] == set()  # and not those without a manager
    assert seen["sora"] == seen["minsu"]
    for name in ("dora", "quentin", "suyin", "fatima", "ana", "ada"):
        assert len(seen[name]) == 10


def test_nobody_else_sees_any(people: Any, published: Any) -> None:
    assert not visible_accounts(AnonymousUser()).exists()
    people["dora"].is_active = False
    assert not visible_accounts(people["dora"]).exists()


def test_accounts_of_a_load_under_way_are_not_seen(people: Any, published: Any, cast: Any) -> None:
    from mainstay.desk.accounts.models import Account, Assessment

    other = Assessment.objects.create(
        id="loading", as_of=cast.AS_OF, made_at="2026-03-09T00:00:00Z", horizon_weeks=13
    )
    Account.objects.create(assessment=other, account_id="A999", name="New", search_name="new")
    assert not visible_accounts(people["dora"]).filter(account_id="A999").exists()


# ── the record ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_record_only_grows(people: Any, change: str) -> None:
    event = services.record(people["ada"], "test")
    rows = Event.objects.filter(pk=event.pk)
    do = rows.delete if change == "delete" else lambda: rows.update(verb="other")
    with pytest.raises(DatabaseError, match="can only grow"), transaction.atomic():
        do()
    assert Event.objects.get(pk=event.pk).verb == "test"


def test_the_record_can_not_be_emptied_as_a_whole(db: None) -> None:
    services.record(None, "test")
    connection.check_constraints()  # PostgreSQL refuses by itself while checks are pending
    statement = (
        "TRUNCATE access_event" if connection.vendor == "postgresql" else "DELETE FROM access_event"
    )
    with pytest.raises(DatabaseError, match="can only grow"), transaction.atomic():
        connection.cursor().execute(statement)


def test_sign_in_and_out_are_on_record(people: Any, cast: Any) -> None:
    client, answer = enter("DORA", cast.PASSWORD)
    assert answer.status_code == 302
    client.post("/accounts/logout/")
    enter("dora", "wrong")
    assert verbs() == ["sign_in", "sign_out", "sign_in.refused"]
    assert Event.objects.get(verb="sign_in").actor == people["dora"]
    assert Event.objects.get(verb="sign_in.refused").actor_name == "dora"


# ── signing in ──────────────────────────────────────────────────────────────


def test_wrong_passwords_lock_the_name_out(people: Any, cast: Any) -> None:
    for _ in range(8):
        _, answer = enter("dora", "wrong")
    assert answer.status_code == 429
    for name in ("dora", " DORA", "ｄora"):
        _, answer = enter(name, cast.PASSWORD)
        assert answer.status_code == 429
    assert "quarter of an hour" in answer.content.decode()
    _, answer = enter("minsu", cast.PASSWORD)
    assert answer.status_code == 302
    assert "sign_in.locked_out" in verbs()


def test_a_new_password_ends_the_lock(people: Any, cast: Any) -> None:
    for name in ("dora", "minsu"):
        for _ in range(8):
            _, answer = enter(name, "wrong")
        assert answer.status_code == 429
    _, password = services.reset_password(people["ada"], people["dora"].pk)
    assert enter("dora", password)[1].status_code == 302
    assert enter("minsu", cast.PASSWORD)[1].status_code == 429  # nobody asked for him


def test_whoever_is_switched_off_is_out_at_once(people: Any, signed_in: Any, cast: Any) -> None:
    client = signed_in("ana")
    services.switch_user(people["ada"], people["ana"].pk, on=False)
    assert client.get("/").headers["Location"].startswith(LOGIN)
    _, answer = enter("ana", cast.PASSWORD)
    assert answer.status_code == 200  # the form again


def test_nobody_signs_up_by_themselves(db: None) -> None:
    assert Client().get("/accounts/signup/").status_code == 404


def test_only_here_does_one_go_after_signing_in(people: Any, cast: Any) -> None:
    form = {"login": "dora", "password": cast.PASSWORD, "next": "https://elsewhere.example/"}
    answer = Client().post(LOGIN, form)
    assert answer.headers["Location"] == "/"


def test_one_time_passwords_open_the_password_page_alone(people: Any) -> None:
    _, password = services.reset_password(people["ada"], people["minsu"].pk)
    client, _ = enter("minsu", password)
    for path in ("/", "/people/", "/nowhere/"):
        answer = client.get(path)
        assert answer.status_code in (302, 404)
        if answer.status_code == 302:
            assert answer.headers["Location"] == PASSWORD_PAGE
    under_htmx = client.get("/people/", headers={"HX-Request": "true"})
    assert under_htmx.status_code == 204
    assert under_htmx.headers["HX-Redirect"] == PASSWORD_PAGE
    new = {"oldpassword": password, "password1": "long-enough-now", "password2": "long-enough-now"}
    weak = {**new, "password1": "12345", "password2": "12345"}
    assert client.post(PASSWORD_PAGE, weak).status_code == 200
    done = client.post(PASSWORD_PAGE, new, follow=True)
    assert done.redirect_chain == [("/", 302)]
    assert "Your password is changed" in done.content.decode()
    assert client.get("/people/").status_code == 403  # open, but not for managers
    assert not User.objects.get(username="minsu").must_change_password


def test_under_htmx_an_ended_session_leads_back_to_the_page(db: None) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/people/?page=2"}
    answer = Client().get("/people/events/", headers=headers)
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == f"{LOGIN}?next=%2Fpeople%2F%3Fpage%3D2"


# ── people ──────────────────────────────────────────────────────────────────


def test_the_first_administrator_is_made_once(db: None) -> None:
    made = services.first_administrator()
    assert made is not None
    user, password = made
    assert (user.username, user.role, user.must_change_password) == ("admin", "administrator", True)
    assert user.check_password(password)
    assert services.first_administrator() is None
    assert services.waiting_administrator() == user


def test_the_first_administrator_is_made_beside_others(db: None) -> None:
    services.add_user(None, "minsu", services.Person("Minsu", "manager"))
    made = services.first_administrator()
    assert made is not None
    assert made[0].username == "admin"


@pytest.mark.parametrize(("name", "role"), [("anna", "administrator"), ("admin", "analyst")])
def test_no_first_administrator_beside_one_or_in_place_of_another(
    db: None, name: str, role: str
) -> None:
    services.add_user(None, name, services.Person(name, role))
    assert services.first_administrator() is None


def test_an_administrator_adds_and_changes_people(people: Any, signed_in: Any) -> None:
    client = signed_in("ada")
    form = {"username": "Ｎｅｗ", "name": "Neu", "role": "manager", "staff_id": "S3"}
    page = client.post("/people/add/", form, follow=True).content.decode()
    added = User.objects.get(username="new")
    assert added.check_password(one_time_password_on(page))
    client.post(f"/people/{added.pk}/", {"name": "Neu", "role": "director", "staff_id": ""})
    added.refresh_from_db()
    assert added.role == "director"
    event = Event.objects.get(verb="user.change")
    assert (event.before["role"], event.after["role"]) == ("manager", "director")
    assert "already" in client.post("/people/add/", form).content.decode()


def test_a_manager_without_a_staff_code_is_warned_of(people: Any, signed_in: Any) -> None:
    client, warning = signed_in("ada"), "without a staff code sees no accounts"
    form = {"username": "bob", "name": "Bob", "role": "manager", "staff_id": ""}
    assert warning in client.post("/people/add/", form, follow=True).content.decode()
    change = f"/people/{User.objects.get(username='bob').pk}/"
    assert warning in client.post(change, form, follow=True).content.decode()
    for right in ({**form, "staff_id": "S3"}, {**form, "role": "director"}):
        assert warning not in client.post(change, right, follow=True).content.decode()


def test_a_page_with_a_one_time_password_is_loaded_anew_without_harm(
    people: Any, signed_in: Any
) -> None:
    client, address = signed_in("ada"), f"/people/{people['minsu'].pk}/password/"
    answer = client.post(address)
    assert answer.status_code == 302
    shown = client.get(answer.headers["Location"])
    assert "no-store" in shown.headers["Cache-Control"]
    word = one_time_password_on(shown.content.decode())
    again = client.get(answer.headers["Location"], follow=True).content.decode()
    assert "shown only once" in again
    assert word not in again
    people["minsu"].refresh_from_db()
    assert people["minsu"].check_password(word)
    assert word not in str(dict(client.session))


def test_the_last_administrator_stays(people: Any) -> None:
    ada = people["ada"]
    with pytest.raises(InvalidSetting):
        services.switch_user(ada, ada.pk, on=False)
    with pytest.raises(InvalidSetting):
        services.change_user(ada, ada.pk, services.Person("Ada", "analyst"))
    assert User.objects.get(username="ada").is_active


def test_services_refuse_whoever_is_no_administrator(people: Any) -> None:
    with pytest.raises(NotAllowed):
        services.add_user(people["dora"], "x", services.Person("x", "administrator"))
    with pytest.raises(NotAllowed):
        services.reset_password(people["minsu"], people["ada"].pk)


# ── languages and headers ───────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("wish", "language"),
    [("zh", "zh-hant"), ("zh-TW", "zh-hant"), ("zh-CN", "zh-hans"), ("ko-KR", "ko"), ("fr", "en")],
)
def test_the_browser_chooses_until_the_user_does(people: Any, wish: str, language: str) -> None:
    answer = Client().get(LOGIN, headers={"Accept-Language": wish})
    assert answer.headers["Content-Language"] == language


def test_the_users_own_language_comes_first(people: Any, cast: Any) -> None:
    client, _ = enter("dora", cast.PASSWORD)
    client.post("/language/", {"language": "ko", "next": "/people/"})
    client.cookies["django_language"] = "zh-hans"
    page = client.get("/accounts/logout/", headers={"Accept-Language": "en"})
    assert page.headers["Content-Language"] == "ko"
    stranger = Client()
    answer = stranger.post("/language/", {"language": "zh-hans", "next": "//elsewhere.example"})
    assert answer.headers["Location"] == "/"
    assert stranger.get(LOGIN).headers["Content-Language"] == "zh-hans"


def test_pages_carry_the_strict_policy(db: None) -> None:
    headers = Client().get(LOGIN).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_errors_are_pages_without_a_traceback(
    people: Any, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mainstay.desk.access import views

    client = signed_in("ada")
    assert "nothing at this address" in client.get("/nowhere/").content.decode()
    assert signed_in("dora").get("/people/").status_code == 403

    def broken(*args: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(views, "render", broken)
    client.raise_request_exception = False
    answer = client.get("/people/")
    assert answer.status_code == 500
    assert "secret detail" not in answer.content.decode()
    assert "written to the log" in answer.content.decode()

    def away(*args: Any) -> None:
        raise OperationalError("connection to server at 10.0.0.1 failed")

    monkeypatch.setattr(views, "render", away)
    answer = client.get("/people/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "The database does not answer." in answer.content.decode()
    assert "10.0.0.1" not in answer.content.decode()
    checked = Client(enforce_csrf_checks=True)
    assert checked.post(LOGIN, {"login": "a"}).status_code == 403
    assert Client().get(LOGIN, headers={"Host": "evil.example"}).status_code == 400


def test_under_https_cookies_are_secure_and_browsers_told_to_stay(
    python_environment: dict[str, str], tmp_path: Path
) -> None:
    script = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'mainstay.desk.settings'\n"
        "from django.conf import settings as s\n"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS, s.DEBUG, s.ALLOWED_HOSTS)"
    )
    extra = {
        "MAINSTAY_HOME": str(tmp_path),
        "MAINSTAY_HTTPS": "1",
        "MAINSTAY_HSTS_SECONDS": "3600",
        "MAINSTAY_HOSTS": "desk.example, other.example",
    }
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**python_environment, **extra},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "True True 3600 False ['desk.example', 'other.example']"


def test_administrators_see_the_addresses_of_all_people(people: Any, signed_in: Any) -> None:
    people["dora"].email = "dora@example.com"
    people["dora"].save()
    page = signed_in("ada").get("/people/").content.decode()
    assert "E-mail address" in page
    assert "dora@example.com" in page
    assert signed_in("minsu").get("/people/").status_code == 403


def test_signed_out_one_is_led_back_unless_the_address_is_too_long(
    db: None, caplog: pytest.LogCaptureFixture
) -> None:
    for letters, back in ((20, f"{LOGIN}?next=/accounts/%3Fq%3D{'x' * 20}"), (20_000, LOGIN)):
        answer = Client().get(f"/accounts/?q={'x' * letters}")
        assert (answer.status_code, answer.headers["Location"]) == (302, back)
    assert not caplog.records
