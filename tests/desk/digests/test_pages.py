"""One's own digest, and what administrators set, as their users meet these pages."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from digested import MONDAY_9, PUBLIC
from django.test import Client

from mainstay.desk.access.models import Event, User
from mainstay.desk.digests.models import Channel, Feed, Post, Subscription
from mainstay.desk.digests.sealing import opened, sealed

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

WISH = {"on": "on", "weekday": "daily", "hour": "6", "language": "ko"}


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(response.content.decode()))


@pytest.fixture
def minsu(signed_in: Any, plan: Any, post: Post) -> Client:
    return signed_in("minsu")


def test_when_and_in_which_language_is_ones_own_choice(minsu: Client) -> None:
    assert minsu.post("/digest/", WISH).status_code == 302
    one = Subscription.objects.get()
    assert (one.user.username, one.on, one.weekday, one.hour, one.language) == (
        "minsu",
        True,
        None,
        6,
        "ko",
    )
    assert "Add a way below" in text(minsu.get("/digest/"))
    for wrong in ({"hour": "24"}, {"weekday": "9"}, {"language": "xx"}):
        assert minsu.post("/digest/", WISH | wrong).status_code == 422
    minsu.post("/digest/", {**WISH, "on": ""})
    assert not Subscription.objects.get().on
    assert Event.objects.filter(verb="digest.set").count() == 2


def test_when_the_next_one_comes_is_said(minsu: Client, subscribe: Any, post: Post) -> None:
    assert "The next one is due" not in text(minsu.get("/digest/"))
    one = subscribe("minsu", weekday=None)
    page = text(minsu.get("/digest/"))
    assert re.search(r"The next one is due on .*7:00.* \(UTC\)\. Without news none is sent\.", page)
    one.weekday = 0
    one.save()
    assert "Without news" not in text(minsu.get("/digest/"))
    post.on = False
    post.save()
    assert "The next one is due" not in text(minsu.get("/digest/"))


def test_a_messenger_is_added_kept_encrypted_and_never_shown_again(
    minsu: Client, messenger: Any
) -> None:
    minsu.post("/digest/ways/", {"url": f" {messenger.url} "})
    one = Channel.objects.get()
    assert one.service == "mattermost"
    assert "3ccdd" not in one.address
    assert opened(one.address) == messenger.url
    page = text(minsu.get("/digest/"))
    assert "Mattermost (own server) …3dd4" in page
    assert "3ccdd" not in page
    assert "3ccdd" not in str(list(Event.objects.values()))
    assert "there already" in text(minsu.post("/digest/ways/", {"url": messenger.url}))
    assert minsu.post(f"/digest/ways/{one.pk}/remove/").status_code == 302
    assert not Channel.objects.exists()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("file:///etc/passwd", "no address of a messenger"),
        ("mmosts://10.0.0.1/3ccdd113474722377935511fc85d3dd4", "not among the servers"),
        ("line://TOKEN/USER", "LINE is not switched on here"),
        ("slack://A/B/C/?template=/etc/passwd", "Leave “template” out"),
        ("", "Paste the address"),
        ("x" * 1_001, "1000"),
    ],
)
def test_what_is_no_address_stays_to_be_mended(minsu: Client, url: str, said: str) -> None:
    answer = minsu.post("/digest/ways/", {"url": url})
    assert answer.status_code == 422
    assert said in text(answer)
    assert not Channel.objects.exists()


def test_nobody_has_more_than_a_few_ways(minsu: Client, people: Any, messenger: Any) -> None:
    for _ in range(4):
        Channel.objects.create(user=people["minsu"], service="slack", added_at=MONDAY_9)
    assert "4 ways already" in text(minsu.post("/digest/ways/", {"url": messenger.url}))


def test_mail_goes_to_the_address_that_administrators_entered_alone(
    minsu: Client, people: Any, mail_server: Any
) -> None:
    assert "enters your address under People" in text(minsu.get("/digest/"))
    refused = minsu.post("/digest/ways/", {"way": "mail"}, follow=True)
    assert "enters your address" in text(refused)
    people["minsu"].email = "minsu@example.com"
    people["minsu"].save()
    assert "By mail to minsu@example.com" in text(minsu.get("/digest/"))
    minsu.post("/digest/ways/", {"way": "mail", "url": "mailto://x@evil.example"})
    sent = minsu.post(f"/digest/ways/{Channel.objects.get().pk}/test/", follow=True)
    assert "Mail: it was taken" in text(sent)
    (mail,) = mail_server.taken
    assert mail["To"] == "minsu@example.com"


def test_send_me_one_now_says_what_came_of_it(minsu: Client, messenger: Any, post: Post) -> None:
    minsu.post("/digest/ways/", {"url": messenger.url})
    where = f"/digest/ways/{Channel.objects.get().pk}/test/"
    assert "it was taken" in text(minsu.post(where, follow=True))
    assert "Harbour Hardware Ltd" in messenger.taken[0][1]["text"]
    messenger.status = 404
    assert "Its address is gone (404)" in text(minsu.post(where, follow=True))
    post.on = False
    post.save()
    assert "switched off" in text(minsu.post(where, follow=True))
    post.on, post.public_url = True, ""
    post.save()
    assert "public address is not set" in text(minsu.post(where, follow=True))
    for _ in range(7):
        last = minsu.post(where, follow=True)
    assert "tried 10 times within an hour" in text(last)
    assert len(messenger.taken) == 2


def test_anothers_way_is_not_there(minsu: Client, signed_in: Any, messenger: Any) -> None:
    minsu.post("/digest/ways/", {"url": messenger.url})
    pk, wei = Channel.objects.get().pk, signed_in("wei")
    for what in ("remove", "test"):
        assert wei.post(f"/digest/ways/{pk}/{what}/").status_code == 404
    assert messenger.taken == []


def test_what_would_be_sent_is_shown_without_sending(minsu: Client, messenger: Any) -> None:
    page = text(minsu.get("/digest/preview/"))
    assert f'href="{PUBLIC}/account/A100/visit/?play=listen"' in page
    assert "한빛산업" not in page
    assert messenger.taken == []
    Subscription.objects.update_or_create(
        user=User.objects.get(username="minsu"), defaults={"language": "ko", "since": MONDAY_9}
    )
    mixed = text(minsu.get("/digest/preview/"))
    assert "What would be sent now" in mixed  # the page is in English
    preview = mixed.split('<section class="panel" lang="ko"')[1].split("</section>")[0]
    assert "Mainstay, as of" not in preview
    Post.objects.all().delete()
    assert "public address is not set" in text(minsu.get("/digest/preview/", follow=True))


def post_form(**changes: Any) -> dict[str, Any]:
    given = {
        "on": "on",
        "public_url": "https://desk.example.com/",
        "stale_days": "7",
        "mail_host": "mail.example.com",
        "mail_port": "465",
        "mail_security": "tls",
        "mail_user": "desk",
        "mail_from": "desk@example.com",
        "new_password": "s3cret-of-the-server",
        "services": ["line", "wecom"],
        "own_servers": "chat.example.com\nhttp://10.0.0.7:8065",
    }
    return given | changes


def test_an_administrator_says_how_digests_are_sent(signed_in: Any) -> None:
    ada = signed_in("ada")
    assert "Nobody has asked" in text(ada.get("/digest/everybody/"))
    assert ada.post("/digest/everybody/", post_form()).status_code == 302
    known = Post.objects.get()
    assert known.on
    assert known.public_url == PUBLIC
    assert known.services == ["line", "wecom"]
    assert opened(known.mail_password) == "s3cret-of-the-server"
    assert "s3cret" not in known.mail_password
    assert "s3cret" not in text(ada.get("/digest/everybody/"))
    assert "s3cret" not in str(list(Event.objects.values()))
    ada.post("/digest/everybody/", post_form(new_password="", stale_days="20"))
    known.refresh_from_db()
    assert (opened(known.mail_password), known.stale_days) == ("s3cret-of-the-server", 20)
    ada.post("/digest/everybody/", post_form(new_password="", forget_password="on"))
    known.refresh_from_db()
    assert known.mail_password == ""


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"public_url": ""}, "Set the public address"),
        ({"public_url": "desk.example.com"}, "can't be the desk's address"),
        ({"public_url": "javascript:alert(1)"}, "can't be the desk's address"),
        ({"public_url": "https://desk.example.com/path?x=1"}, "can't be the desk's address"),
        ({"public_url": "https://user:pw@desk.example.com"}, "can't be the desk's address"),
        ({"public_url": "https://[::1"}, "can't be the desk's address"),
        ({"own_servers": "file:///etc"}, "is no host"),
        ({"services": ["json"]}, "json"),
        ({"mail_port": "70000"}, "65535"),
        ({"stale_days": "0"}, "1"),
        ({"mail_from": "nobody"}, "email"),
    ],
)
def test_what_an_administrator_mistypes_changes_nothing(
    signed_in: Any, changes: dict[str, Any], said: str
) -> None:
    answer = signed_in("ada").post("/digest/everybody/", post_form(**changes))
    assert answer.status_code == 422
    assert said in text(answer)
    assert not Post.objects.exists()


@pytest.mark.parametrize(
    ("security", "port", "usual"),
    [
        ("tls", 465, None),
        ("tls", 587, 465),
        ("tls", 25, 465),
        ("tls", 2465, None),
        ("starttls", 587, None),
        ("starttls", 465, 587),
        ("none", 25, None),
        ("none", 465, 25),
    ],
)
def test_a_port_that_hardly_fits_the_encryption_is_said(
    signed_in: Any, security: str, port: int, usual: int | None
) -> None:
    given = post_form(mail_security=security, mail_port=str(port))
    page = text(signed_in("ada").post("/digest/everybody/", given, follow=True))
    assert Post.objects.get().mail_port == port
    assert ("hardly fits" in page) == (usual is not None)
    assert usual is None or f"usual is {usual}." in page


def test_an_administrator_sees_who_gets_what_and_ends_it(
    signed_in: Any, subscribe: Any, people: Any
) -> None:
    subscribe("minsu", weekday=2)
    Feed.objects.create(user=people["minsu"], token="x", language="en", made_at=MONDAY_9)
    ada = signed_in("ada")
    page = text(ada.get("/digest/everybody/"))
    assert "김민수" in page
    assert "Wednesday from 7:00 on" in page
    assert re.search(r"next on \S+ .*7:00", page)
    assert "Mattermost (own server) …3dd4" in page
    assert "calendar since 2 Mar 2026" in page
    assert "3ccdd" not in page
    assert ada.post(f"/digest/everybody/{people['minsu'].pk}/stop/").status_code == 302
    assert not Subscription.objects.get().on
    assert not Feed.objects.exists()
    assert ada.post("/digest/everybody/999999/stop/").status_code == 404
    assert signed_in("dora").post(f"/digest/everybody/{people['wei'].pk}/stop/").status_code == 403


def test_with_another_key_a_secret_is_none(settings: Any) -> None:
    kept = sealed("slack://secret")
    assert opened(kept) == "slack://secret"
    settings.SECRET_KEY = "another"
    assert opened(kept) == ""


def test_pages_ask_little_of_the_database(
    minsu: Client, subscribe: Any, django_assert_max_num_queries: Any, signed_in: Any
) -> None:
    subscribe("minsu")
    for client, pages in (
        (minsu, ("/digest/", "/digest/preview/", "/calendar/", "/week/")),
        (signed_in("ada"), ("/digest/everybody/",)),
    ):
        for page in pages:
            client.get(page)
            with django_assert_max_num_queries(15):
                assert client.get(page).status_code == 200
