"""What is due is sent: once, in time, to who asked for it, and nothing that they may not see."""

from __future__ import annotations

import logging
import re
import socketserver
import threading
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from digested import MONDAY_9, PUBLIC
from django.utils import translation

from mainstay.desk.accounts.models import Account, Assessment
from mainstay.desk.care.models import Incentive
from mainstay.desk.cases.models import Approval, Case, CaseStep
from mainstay.desk.digests import contents, mail, schedule, sending
from mainstay.desk.digests.links import NotSetUp
from mainstay.desk.digests.messengers import NotDelivered
from mainstay.desk.digests.models import Channel, Delivery, Post, Subscription
from mainstay.desk.facts.services import entry

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def run(now: datetime = MONDAY_9) -> sending.Sent:
    return sending.run(now, pause=lambda seconds: None)


def texts(messenger: Any) -> list[str]:
    return [body["text"] for _path, body in messenger.taken]


@pytest.mark.parametrize(
    ("weekday", "hour", "now", "due"),
    [
        (0, 7, "2026-03-02 07:00", "2026-03-02 07:00"),
        (0, 7, "2026-03-02 06:59", "2026-02-23 07:00"),
        (4, 7, "2026-03-02 09:00", "2026-02-27 07:00"),
        (None, 7, "2026-03-02 06:59", "2026-03-01 07:00"),
        (None, 0, "2026-03-02 00:00", "2026-03-02 00:00"),
    ],
)
def test_when_a_digest_is_due(weekday: int | None, hour: int, now: str, due: str) -> None:
    zone = ZoneInfo("Asia/Taipei")
    moment = datetime.fromisoformat(now).replace(tzinfo=zone)
    found = schedule.due_at(weekday, hour, moment)
    assert found == datetime.fromisoformat(due).replace(tzinfo=zone)


def test_the_hour_is_that_of_the_clock_also_after_the_clocks_were_changed() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    found = schedule.due_at(6, 7, datetime(2026, 3, 29, 9, tzinfo=berlin))
    assert (found.hour, found.utcoffset()) == (7, timedelta(hours=2))


@pytest.mark.parametrize(
    ("weekday", "hour", "now", "due"),
    [
        (0, 7, "2026-03-02 06:59", "2026-03-02 07:00"),
        (0, 7, "2026-03-02 07:00", "2026-03-09 07:00"),
        (4, 7, "2026-03-02 09:00", "2026-03-06 07:00"),
        (None, 7, "2026-03-02 06:59", "2026-03-02 07:00"),
        (None, 7, "2026-03-02 09:00", "2026-03-03 07:00"),
    ],
)
def test_an_hour_that_is_past_counts_from_the_next_time(
    weekday: int | None, hour: int, now: str, due: str
) -> None:
    zone = ZoneInfo("Asia/Taipei")
    moment = datetime.fromisoformat(now).replace(tzinfo=zone)
    found = schedule.next_due(weekday, hour, moment)
    assert found == datetime.fromisoformat(due).replace(tzinfo=zone)


def test_each_gets_what_they_may_see_with_a_way_back(
    plan: Any, subscribe: Any, messenger: Any
) -> None:
    subscribe("minsu")
    assert run() == sending.Sent(sent=1)
    (text,) = texts(messenger)
    assert "as of 2 Mar 2026" in text
    assert "At risk over the next 52 weeks: €186k, in 3 of 4 accounts." in text
    assert "Harbour Hardware Ltd: Senior visit to listen" in text
    assert f"{PUBLIC}/account/A100/visit/?play=listen" in text
    assert "林氏五金行" in text
    assert "한빛산업" not in text  # another manager's
    assert "days old" not in text


def test_each_thing_has_the_sum_that_the_page_shows(
    plan: Any, subscribe: Any, messenger: Any, signed_in: Any
) -> None:
    subscribe("minsu")
    run()
    (told,) = texts(messenger)
    page = re.sub(r"<[^>]*>", "", signed_in("minsu").get("/week/").content.decode())
    said = re.findall(r"(€\S+) (may still be lost|at risk)\.", told)
    assert {what for _sum, what in said} == {"may still be lost", "at risk"}
    for amount, what in said:
        assert re.search(rf"{amount}\S* {what}", page)  # beside it, the exact sum
    assert "€22.7k may still be lost." in told


def test_once_for_each_moment_however_often_it_is_looked(
    plan: Any, subscribe: Any, messenger: Any
) -> None:
    subscribe("minsu")
    for minutes in (0, 1, 600):
        run(MONDAY_9 + timedelta(minutes=minutes))
    assert len(messenger.taken) == 1
    run(MONDAY_9 + timedelta(days=7))
    assert len(messenger.taken) == 2


def test_nothing_is_sent_that_nobody_turned_on(
    plan: Any, subscribe: Any, messenger: Any, people: Any, post: Post
) -> None:
    subscribe("minsu", on=False)
    run()
    Subscription.objects.update(on=True)
    people["minsu"].is_active = False
    people["minsu"].save()
    run()
    people["minsu"].is_active = True
    people["minsu"].save()
    post.on = False
    post.save()
    run()
    post.on, post.public_url = True, ""
    post.save()
    run()
    assert messenger.taken == []
    assert not Delivery.objects.exists()


def test_a_moment_before_it_was_turned_on_or_long_ago_is_no_moment(
    plan: Any, subscribe: Any, messenger: Any
) -> None:
    subscribe("minsu", since=MONDAY_9)
    run(MONDAY_9 + timedelta(hours=1))
    run(MONDAY_9 + timedelta(days=6))  # the machine was off all week
    assert messenger.taken == []


def test_a_crash_while_sending_sends_nothing_twice_and_is_said(
    plan: Any, subscribe: Any, messenger: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe("minsu")

    def killed(*args: Any, **named: Any) -> None:
        raise SystemExit  # no error that anything here catches

    with monkeypatch.context() as patched:
        patched.setattr(sending.messengers, "send", killed)
        with pytest.raises(SystemExit):
            run()
    run(MONDAY_9 + timedelta(minutes=1))
    run(MONDAY_9 + timedelta(hours=5))
    assert messenger.taken == []
    one = Delivery.objects.get()
    assert one.state == "failed"
    assert "may have arrived or not" in one.trouble["template"]


@pytest.mark.parametrize("moment", ["_deliver", "prepare"])
def test_a_crash_before_sending_loses_nothing(
    moment: str, plan: Any, subscribe: Any, messenger: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe("minsu")

    def killed(*args: Any, **named: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(sending, moment, killed)
        with pytest.raises(SystemExit):
            run()
    run(MONDAY_9 + timedelta(minutes=1))
    assert len(messenger.taken) == 1


def test_what_fails_is_tried_again_then_said_to_its_user(
    plan: Any, subscribe: Any, messenger: Any, signed_in: Any
) -> None:
    subscribe("minsu")
    messenger.status = 503
    now = MONDAY_9
    assert run(now) == sending.Sent(waiting=1)
    assert run(now + timedelta(minutes=4)) == sending.Sent()
    for minutes in (6, 60, 600):
        done = run(now + timedelta(minutes=minutes))
    assert done == sending.Sent(failed=1)
    assert len(messenger.taken) == sending.TRIES
    client = signed_in("minsu")
    week = client.get("/week/").content.decode()
    assert "did not reach you by Mattermost (own server) …3dd4" in week
    assert "It was refused (503)" in client.get("/digest/").content.decode()
    assert "did not reach you" not in client.get("/week/").content.decode()


def test_it_arrives_at_a_later_try(plan: Any, subscribe: Any, messenger: Any) -> None:
    subscribe("minsu")
    messenger.status = 503
    run()
    messenger.status = 200
    assert run(MONDAY_9 + timedelta(minutes=6)) == sending.Sent(sent=1)
    assert Delivery.objects.get().trouble is None


def test_what_failed_on_one_way_is_said_on_the_other(
    plan: Any, subscribe: Any, messenger: Any, mail_server: Any, people: Any
) -> None:
    subscribe("minsu", by="mail")
    broken = Channel.objects.create(
        user=people["minsu"], service="slack", hint="…TTTT", added_at=MONDAY_9
    )
    Delivery.objects.create(
        channel=broken, due_at=MONDAY_9, next_at=MONDAY_9, state="failed", trouble=None
    )
    run(MONDAY_9 + timedelta(days=7))
    (mail,) = mail_server.taken
    assert "did not reach you by Slack …TTTT" in mail.get_body(("plain",)).get_content()


def test_a_mail_in_the_readers_language(plan: Any, subscribe: Any, mail_server: Any) -> None:
    subscribe("wei", by="mail", language="ko")
    run()
    (mail,) = mail_server.taken
    assert (mail["To"], mail["From"]) == ("wei@example.com", "desk@example.com")
    assert mail["List-Unsubscribe"] == f"<{PUBLIC}/digest/>"
    with translation.override("ko"):
        subject = contents.make(
            Subscription.objects.get().user, Post.objects.get(), MONDAY_9.date()
        ).subject
    assert mail["Subject"] == subject
    plain, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for said in ("한빛산업 주식회사", f"{PUBLIC}/account/A103/visit/?play=level", "2026"):
        assert said in plain
        assert said in html
    assert '<html lang="ko">' in html
    assert "Harbour" not in plain + html


def test_a_mail_server_that_refuses(plan: Any, subscribe: Any, mail_server: Any) -> None:
    subscribe("wei", by="mail")
    mail_server.refuses = True
    assert run() == sending.Sent(waiting=1)
    assert "refused the recipient" in Delivery.objects.get().trouble["template"]


class _Mute(socketserver.StreamRequestHandler):
    """Greets, knows nothing, and leaves; or leaves at once."""

    def handle(self) -> None:
        server: Any = self.server
        if server.greets:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline():
                self.wfile.write(b"250 yes\r\n" if line[:4] != b"QUIT" else b"221 bye\r\n")


def refused_by(port: int, security: str) -> str:
    """What is said of a mail that was not taken."""
    known = Post(mail_host="127.0.0.1", mail_port=port, mail_security=security)
    known.mail_from = "desk@example.com"
    with pytest.raises(NotDelivered) as refused:
        mail.send(known, "a@example.com", "s", "t", "h", settings_url="https://x")
    told = refused.value.text.render()
    assert f"127.0.0.1:{port}" in told
    return told


@pytest.mark.parametrize(
    ("security", "greets", "said"),
    [
        ("tls", True, "does not speak TLS from the start: choose STARTTLS there, or port 465."),
        ("starttls", True, "knows no STARTTLS: choose TLS from the start with port 465."),
        ("none", False, "did not greet: where the port is 465, choose TLS from the start."),
    ],
)
def test_what_is_wrong_with_the_mail_server_is_said(security: str, greets: bool, said: str) -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), _Mute) as server:
        server.greets = greets  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            assert said in refused_by(server.server_address[1], security)
        finally:
            server.shutdown()
            thread.join()
    assert "Nothing listens at" in refused_by(server.server_address[1], security)


def test_daily_only_where_there_is_news(plan: Any, subscribe: Any, messenger: Any) -> None:
    subscribe("minsu", weekday=None)
    run()
    run(MONDAY_9 + timedelta(days=1))
    assert len(messenger.taken) == 1
    Account.objects.filter(account_id="A101").update(manager_id="S1")
    with entry(Subscription.objects.get().user) as book:
        book.add(Case(case_id="C1", account_id="A100", opened_on=MONDAY_9.date(), state="open"))
        book.add(
            CaseStep(
                step_id="C1-1",
                case_id="C1",
                account_id="A100",
                n=1,
                what="Call them",
                owner_id="S1",
                due_on=(MONDAY_9 + timedelta(days=3)).date(),
            )
        )
    run(MONDAY_9 + timedelta(days=2))
    assert len(messenger.taken) == 2
    step = CaseStep.objects.get()
    case = Case.objects.get()
    said = texts(messenger)[-1]
    assert "Harbour Hardware Ltd: Call them" in said
    assert f"{PUBLIC}/cases/{case.pk}/#step-{step.pk}" in said
    run(MONDAY_9 + timedelta(days=3))
    assert len(messenger.taken) == 2
    run(MONDAY_9 + timedelta(days=4))  # overdue now: that is news
    assert "overdue since 5 Mar 2026" in texts(messenger)[-1]


def test_weekly_also_says_that_there_is_nothing(
    published: Any, subscribe: Any, messenger: Any
) -> None:
    subscribe("minsu")
    run()
    assert "Nothing new this week" in texts(messenger)[0]


def test_an_old_assessment_says_so(plan: Any, subscribe: Any, messenger: Any, post: Post) -> None:
    subscribe("minsu")
    run(MONDAY_9 + timedelta(days=14))
    assert "This is 14 days old" in texts(messenger)[0]
    post.stale_days = 30
    post.save()
    run(MONDAY_9 + timedelta(days=21))
    assert "days old" not in texts(messenger)[1]


def test_without_an_assessment_or_an_address_it_is_refused_in_words(
    people: Any, post: Post
) -> None:
    with pytest.raises(NotSetUp, match="nothing is assessed"):
        contents.make(people["minsu"], post, MONDAY_9.date())
    assert not Assessment.objects.exists()
    with pytest.raises(NotSetUp, match="public address"):
        contents.make(people["minsu"], Post(), MONDAY_9.date())


def test_a_service_that_is_not_allowed_any_more_gets_nothing(
    plan: Any, subscribe: Any, messenger: Any, post: Post
) -> None:
    subscribe("minsu")
    post.own_servers = ""
    post.save()
    run()
    assert messenger.taken == []
    assert "not among the servers" in Delivery.objects.get().trouble["template"]


def test_no_log_says_who_was_told_what(
    plan: Any, subscribe: Any, messenger: Any, caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    caplog.set_level(logging.DEBUG)  # of the root: what names no level of its own says all
    subscribe("minsu")
    messenger.status = 500
    run()
    said = caplog.text + "".join(capfd.readouterr())
    for secret in ("Harbour", "3ccdd113474722377935511fc85d3dd4", "listen"):
        assert secret not in said


def test_what_nobody_approved_is_told_to_who_decides(
    plan: Any, people: Any, subscribe: Any, messenger: Any
) -> None:
    begun = MONDAY_9.date()
    asked = {"asked_on": begun, "asked_by": "S1", "amount": Decimal(5), "state": "asked"}
    with entry(people["dora"], trusted=True) as book:
        book.add(Approval(approval_id="R1", account_id="A103", case_id="C", **asked))
    with entry(people["minsu"]) as book:
        book.add(
            Incentive(
                incentive_id="I1",
                account_id="A100",
                kind="rebate",
                from_on=begun,
                budget=Decimal(500),
                owner_id="S1",
            )
        )
    subscribe("dora")
    run()
    said = texts(messenger)[0]
    assert "Given without approval" in said
    assert "€500.00" in said
    assert "/incentives/?show=unapproved" in said
    subscribe("minsu")
    run()
    assert "Given without approval" not in texts(messenger)[-1]


def test_money_that_waits_for_the_readers_yes_stands_first(
    plan: Any, people: Any, subscribe: Any, messenger: Any
) -> None:
    with entry(people["dora"], trusted=True) as book:
        asked: Any = book.add(
            Approval(
                approval_id="R1",
                account_id="A100",
                case_id="A100 20260302",
                kind="rebate",
                asked_on=date(2026, 3, 2),
                asked_by="S1",
                amount=Decimal(500),
                currency="EUR",
                reason="They buy <b>twice</b> as much",
                state="asked",
            )
        )
    subscribe("dora")
    run()
    said = texts(messenger)[0]
    assert said.index("Waiting for your approval") < said.index("My week")
    assert "€500.00" in said
    assert "twice" in said
    assert f"/incentives/requests/{asked.pk}/" in said
    # Who asked is told nothing of it as theirs to decide.
    subscribe("minsu")
    run()
    assert "Waiting for your approval" not in texts(messenger)[-1]


def test_what_figures_lack_is_said_to_who_sees_the_company(
    plan: Any, subscribe: Any, mail_server: Any, published: Any
) -> None:
    published.meta |= {"missing_rates": {"USD": 7}}
    published.save()
    for username in ("dora", "minsu", "nobody"):
        subscribe(username, by="mail")
    run()
    bodies = {
        mail["To"].split("@")[0]: " ".join(mail.get_body(("plain",)).get_content().split())
        for mail in mail_server.taken
    }
    said = "Order lines in USD are in no figure, since there is no exchange rate: 7."
    assert said in bodies["dora"]
    assert "Accounts that nobody looks after: 1. Import the table assignments" in bodies["dora"]
    assert "exchange rate" not in bodies["minsu"]
    assert "nobody looks after" not in bodies["minsu"]
    assert "No account is yours at the moment." in bodies["nobody"]
