"""What is to be told is sent: signed, again where it fails, never by two at a time."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from mainstay.api.webhooks import sending, services, wire
from mainstay.api.webhooks.models import Delivery, Endpoint
from mainstay.desk.access.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

DOCS = Path(__file__).parents[3] / "docs" / "webhooks.md"


@pytest.fixture
def check() -> Any:
    """The receiver of the documentation, as it stands there."""
    (example,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(example, str(DOCS), "exec"), names)
    return names["events"]


def send(endpoint: Endpoint, at: datetime | None = None) -> str | None:
    return sending.send_next(endpoint.pk, lambda: at or timezone.now())


def sent_test(endpoint: Endpoint) -> Delivery:
    return services.test(None, endpoint.pk, timezone.now())


def test_the_receiver_of_the_documentation_takes_it_once_and_knows_forgeries(
    add: Any, receiver: Any, check: Any
) -> None:
    endpoint, secret = add()
    made = sent_test(endpoint)
    assert send(endpoint) == "sent"
    ((path, headers, body),) = receiver.taken
    assert path == "/hooks/secret-part"
    assert headers["webhook-id"] == made.message_id
    assert headers["Content-Type"].startswith("application/json")
    (event,) = check(secret, headers, body)
    assert event["type"] == "webhook.test"
    assert check(secret, headers, body) == []  # a repeat
    at = int(headers["webhook-timestamp"])
    for late in (at + 301, at - 301):
        with pytest.raises(ValueError, match="too old"):
            check(secret, headers, body, now=late)
    fresh = {**headers, "webhook-timestamp": str(at + 200)}
    for changed in ((secret, headers, body + b" "), (secret, fresh, body)):
        with pytest.raises(ValueError, match="not signed"):
            check(*changed, now=at)


def test_for_a_day_both_secrets_are_valid(add: Any, receiver: Any, check: Any) -> None:
    endpoint, old = add()
    now = timezone.now()
    _, new = services.new_secret_of(None, endpoint.pk, now)
    for hours in (0, 25):
        sent_test(endpoint)
        assert send(endpoint, now + timedelta(hours=hours, seconds=1)) == "sent"
    (_, both, first), (_, alone, second) = receiver.taken
    at = float(both["webhook-timestamp"])
    assert check(new, both, first, now=at)
    assert check(old, {**both, "webhook-id": both["webhook-id"]}, first, now=at) == []
    later = float(alone["webhook-timestamp"])
    assert check(new, alone, second, now=later)
    with pytest.raises(ValueError, match="not signed"):
        check(old, alone, second, now=later)


def test_it_is_tried_again_under_the_same_id_then_given_up_and_sent_again_by_hand(
    add: Any, receiver: Any
) -> None:
    endpoint, _ = add()
    made = sent_test(endpoint)
    receiver.status = 503
    now = timezone.now()
    for n in range(1, 9):
        assert send(endpoint, now) == ("waiting" if n < 8 else "dead")
        made.refresh_from_db()
        assert made.tries == n
        pause = (made.next_at - now).total_seconds()
        if n < 8:
            base = sending.AGAIN_AFTER[n - 1].total_seconds()
            assert 0.8 * base <= pause <= 1.2 * base
            assert send(endpoint, now) is None  # not before
        now = made.next_at
    assert made.status == 503
    assert made.said == "because"
    receiver.status = 200
    assert services.replay_dead(None, now) == 1
    assert send(endpoint, now) == "sent"
    assert {headers["webhook-id"] for _, headers, _ in receiver.taken} == {made.message_id}
    assert len(receiver.taken) == 9
    services.replay(None, made.message_id, now)
    assert send(endpoint, now) == "sent"


def test_a_receiver_may_ask_to_be_left_alone(add: Any, receiver: Any) -> None:
    endpoint, _ = add()
    made = sent_test(endpoint)
    receiver.status, receiver.headers = 429, {"Retry-After": "1800"}
    now = timezone.now()
    send(endpoint, now)
    made.refresh_from_db()
    assert made.next_at - now == timedelta(minutes=30)


def test_two_workers_do_not_send_it_twice(
    add: Any, receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint, _ = add()
    sent_test(endpoint)
    others: list[str | None] = []
    post = wire.post

    def slowly(*args: Any) -> wire.Answer:
        others.append(send(endpoint))  # another one comes while it is being sent
        return post(*args)

    monkeypatch.setattr(wire, "post", slowly)
    assert send(endpoint) == "sent"
    assert others == [None]
    assert len(receiver.taken) == 1


def test_who_wakes_up_late_does_not_write_over_what_came_since(
    add: Any, receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint, _ = add()
    made = sent_test(endpoint)
    now, post = timezone.now(), wire.post

    def asleep(*args: Any) -> wire.Answer:
        monkeypatch.setattr(wire, "post", post)
        assert send(endpoint, now + timedelta(minutes=5)) == "sent"
        return wire.Answer(None, sending._INTERRUPTED)

    monkeypatch.setattr(wire, "post", asleep)
    send(endpoint, now)
    made.refresh_from_db()
    assert (made.state, made.tries) == ("sent", 2)


def test_an_endpoint_that_fails_for_days_is_switched_off_and_said(
    add: Any, receiver: Any, signed_in: Any
) -> None:
    endpoint, _ = add()
    receiver.status = 500
    now = timezone.now()
    for days in (0, 2, 4):
        sent_test(endpoint)
        Delivery.objects.filter(tries=0).update(next_at=now + timedelta(days=days))
        Delivery.objects.filter(tries__gt=0).update(next_at=now + timedelta(days=99))
        send(endpoint, now + timedelta(days=days))
    endpoint.refresh_from_db()
    assert not endpoint.on
    assert set(Delivery.objects.values_list("state", flat=True)) == {"dead"}
    assert Event.objects.filter(verb="webhook.stop").count() == 1
    ada = signed_in("ada")
    assert (
        "was switched off by itself: It was refused (500)."
        in ada.get("/webhooks/").content.decode()
    )
    assert ">1<" in ada.get("/webhooks/badge/").content.decode()
    ada.post(f"/webhooks/{endpoint.pk}/switch/", {"on": "yes"})
    assert ada.get("/webhooks/badge/").content.decode().strip() == ""


def test_one_that_is_gone_is_switched_off_at_once(add: Any, receiver: Any) -> None:
    endpoint, _ = add()
    sent_test(endpoint)
    receiver.status = 410
    assert send(endpoint) == "dead"
    endpoint.refresh_from_db()
    assert not endpoint.on


def test_a_redirect_is_not_followed_and_a_long_answer_not_read(add: Any, receiver: Any) -> None:
    endpoint, _ = add()
    made = sent_test(endpoint)
    receiver.status, receiver.headers = 302, {"Location": receiver.url}
    receiver.long = 100_000
    assert send(endpoint) == "waiting"
    made.refresh_from_db()
    assert "which is not followed" in made.trouble["template"]
    assert len(made.said) == 300
    assert len(receiver.taken) == 1


def test_one_that_answers_a_byte_at_a_time_is_cut_off(
    add: Any, receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "SECONDS", 0.3)
    endpoint, _ = add()
    made = sent_test(endpoint)
    receiver.answering.clear()
    assert send(endpoint) == "waiting"
    made.refresh_from_db()
    assert made.status is None
    assert "No answer within" in made.trouble["template"]


def test_rights_that_have_changed_since_count(
    published: Any, people: Any, add: Any, receiver: Any
) -> None:
    from mainstay.api.webhooks import posting
    from mainstay.api.webhooks.models import Happening

    endpoint, _ = add(scope=people["wei"])
    now = timezone.now()
    Happening.objects.create(
        kind="notice.given", account_id="A103", at=now, as_of=now.date(), data={}
    )
    posting.post(now)
    people["wei"].is_active = False
    people["wei"].save()
    assert send(endpoint) == "dropped"
    assert receiver.taken == []


def test_who_died_over_it_each_time_has_it_given_up(add: Any, receiver: Any) -> None:
    endpoint, _ = add()
    made = sent_test(endpoint)
    Delivery.objects.update(state="sending", tries=8, next_at=timezone.now())
    assert send(endpoint) == "dead"
    made.refresh_from_db()
    assert "interrupted" in made.trouble["template"]
    assert receiver.taken == []
