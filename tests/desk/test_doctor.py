"""What the doctor says of who works: the worker, the nightly run, the telling of other systems."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mainstay.api.webhooks.models import Endpoint
from mainstay.desk.digests.models import Channel, Delivery, Post, Subscription
from mainstay.desk.doctor import figures, work
from mainstay.desk.jobs.models import Job, State
from mainstay.desk.locks import only_one
from mainstay.desk.nightly.models import Night, Schedule

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]


def levels(found: Any) -> list[str]:
    return [one.level for one in found]


def test_a_worker_that_is_silent_is_wrong(settings: Any) -> None:
    home = settings.HOME
    home.cache.mkdir(exist_ok=True)
    alive = home.cache / "worker.alive"
    alive.touch()
    with only_one("serve", home), only_one("worker", home):
        assert levels(work.work(home)) == ["fine"]
        os.utime(alive, (time.time() - 600, time.time() - 600))
        (silent,) = work.work(home)
    assert (silent.level, str(silent.what)) == (
        "wrong",
        "The worker has not been heard of for 10 minutes.",
    )


def test_a_night_that_failed_or_never_began_is_told(settings: Any) -> None:
    assert levels(work.nightly(settings.HOME)) == []
    now = timezone.now()
    asked = {"kind": "nightly", "arguments": {"each": {"source": []}}, "ended_at": now}
    job = Job.objects.create(**asked, state=State.FAILED)
    Night.objects.create(night="by hand", begun_at=now, job=job)
    assert levels(work.nightly(settings.HOME)) == ["wrong"]
    Job.objects.update(state=State.DONE)
    assert levels(work.nightly(settings.HOME)) == ["fine"]
    Schedule.objects.create(pk=1, on=True, minute=0, zone="UTC", since=now - timedelta(days=9))
    (missed,) = work.nightly(settings.HOME)
    assert (missed.level, "has not begun" in str(missed.what)) == ("wrong", True)


def test_an_endpoint_that_fails_is_told(settings: Any) -> None:
    assert levels(work.webhooks(settings.HOME)) == []
    now = timezone.now()
    one = Endpoint.objects.create(name="crm", address="-", shown="-", secret="-", since=now)
    assert levels(work.webhooks(settings.HOME)) == ["fine"]
    one.failing_since = now
    one.save()
    assert levels(work.webhooks(settings.HOME)) == ["look"]
    one.on, one.stopped = False, {"template": "-", "data": {}}
    one.save()
    assert levels(work.webhooks(settings.HOME)) == ["wrong"]


def test_what_figures_lack_is_told(settings: Any, published: Any) -> None:
    (nobody,) = figures.figures(settings.HOME)
    assert str(nobody.what) == "Accounts that nobody looks after: 1."
    assert (nobody.level, nobody.mend) == ("look", "mainstay import FILE --table assignments")
    published.meta |= {"missing_rates": {"USD": 7}}
    published.save()
    lines, _nobody = figures.figures(settings.HOME)
    assert (lines.level, lines.mend) == ("look", "mainstay import FILE --table exchange_rates")
    assert str(lines.what).endswith("since there is no exchange rate: 7.")


def test_what_is_said_of_digests_is_what_became_of_them(settings: Any, people: Any) -> None:
    def said() -> str:
        (found,) = work.digests(settings.HOME)
        return f"{found.level}: {found.what}"

    assert levels(work.digests(settings.HOME)) == []
    post = Post.objects.create(pk=1, on=True, public_url="https://desk.example.com")
    assert said() == "look: There is neither a mail server nor a messenger."
    post.mail_host, post.mail_from = "mail.example.com", "desk@example.com"
    post.save()
    assert said() == "look: Digests are switched on, and nobody has one to come."
    now = timezone.now()
    Subscription.objects.create(user=people["dora"], on=True, language="en", since=now)
    assert said() == "look: Digests are switched on, and nobody has one to come."
    way = Channel.objects.create(user=people["dora"], service="mail", added_at=now)
    assert "fine: Digests are set up; none was sent yet, the next is due on 20" in said()
    sent = {"state": "sent", "due_at": now, "next_at": now, "done_at": now}
    one = Delivery.objects.create(channel=way, **sent)
    assert f"fine: The last digest was sent on {now:%Y-%m-%d %H:%M}, the next is due on" in said()
    one.state = "failed"
    one.save()
    assert said() == "look: Digests that failed within a week: 1."
