"""What machines that watch are told: whether the desk is well, its figures, its log."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mainstay.desk import logs
from mainstay.desk.health import checks
from mainstay.desk.jobs import heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_store(own_store: None) -> None:
    """The worker's sign of life is a file there."""


def test_live_and_ready_need_no_sign_in_and_no_known_host(settings: Any) -> None:
    heartbeat.beat(settings.HOME)
    for path in ("/health/live", "/health/ready", "/health/ready/"):
        answer = Client().get(path, headers={"host": "10.1.2.3"})
        assert answer.status_code == 200
        assert answer.json()["status"] == "ok"
        assert answer.headers["Cache-Control"] == "no-store"
    assert Client().post("/health/live").status_code in (302, 403, 404)


def test_a_worker_that_is_not_heard_of_is_told(settings: Any) -> None:
    found = Client().get("/health/ready")
    assert found.status_code == 503
    assert found.json()["checks"]["worker"] == {"ok": False, "silent_seconds": None}
    assert found.json()["checks"]["database"]["ok"]


@pytest.mark.parametrize(("starting_seconds", "level"), [(60.0, "INFO"), (0.0, "ERROR")])
def test_not_being_ready_is_an_error_once_the_desk_has_started(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    starting_seconds: float,
    level: str,
) -> None:
    monkeypatch.setattr(checks, "STARTING_SECONDS", starting_seconds)
    monkeypatch.setattr(checks, "_BEGUN", time.monotonic())
    with caplog.at_level("INFO", "mainstay.health"), caplog.at_level("INFO", "django.request"):
        assert Client().get("/health/ready").status_code == 503
    told = [one for one in caplog.records if one.name != "mainstay.access"]
    assert [(one.name, one.levelname, one.getMessage()) for one in told] == [
        ("mainstay.health", level, "Not ready: worker")
    ]


def test_a_database_that_is_away_is_told_without_its_words(settings: Any, monkeypatch: Any) -> None:
    def away() -> Any:
        raise OSError("password=geheim at /srv/x")

    monkeypatch.setitem(checks.CHECKS, "database", away)
    answer = Client().get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == {"ok": False, "error": "OSError"}


def test_a_nightly_run_that_failed_degrades_and_stops_nobody(settings: Any) -> None:
    from mainstay.desk.nightly import services

    heartbeat.beat(settings.HOME)
    night = services.run_now(None, timezone.now())
    night.job.state, night.job.ended_at = "failed", timezone.now()
    night.job.save()
    answer = Client().get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")


def value(figures: str, line: str) -> float:
    found = [one for one in figures.splitlines() if one.startswith(line + " ")]
    assert found, line
    return float(found[0].rsplit(" ", 1)[1])


def test_figures_are_for_this_machine_or_for_who_has_the_token(settings: Any) -> None:
    here = Client(HTTP_HOST="127.0.0.1:8000")
    assert here.get("/metrics").status_code == 200
    assert here.get("/metrics", headers={"x-forwarded-for": "1.2.3.4"}).status_code == 403
    elsewhere = Client(HTTP_HOST="127.0.0.1:8000", REMOTE_ADDR="10.0.0.9")
    assert elsewhere.get("/metrics").status_code == 403
    settings.METRICS_TOKEN = "seven-lanterns"
    assert here.get("/metrics").status_code == 403
    for given, status in (("seven-lanterns", 200), ("seven", 403), ("", 403)):
        bearer = {"authorization": f"Bearer {given}"}
        assert Client(REMOTE_ADDR="10.0.0.9").get("/metrics", headers=bearer).status_code == status


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("[::1]:8000", 200),
        ("desk.example.com", 403),
        ("localhost.example.com", 403),
        ("127.0.0.1@example.com", 403),
    ],
)
def test_figures_without_a_token_are_asked_by_this_machines_name(host: str, status: int) -> None:
    assert Client(HTTP_HOST=host).get("/metrics").status_code == status


def test_figures_behind_a_proxy_need_the_token(settings: Any) -> None:
    settings.PROXIES = 1
    assert Client(HTTP_HOST="localhost").get("/metrics").status_code == 403


def test_figures_are_what_the_database_holds(published: Any, signed_in: Any, settings: Any) -> None:
    from mainstay.desk.accounts.models import Account
    from mainstay.desk.nightly import services

    night = services.run_now(None, timezone.now())
    job = night.job
    job.state, job.ended_at = "done", timezone.now()
    job.started_at = job.ended_at - timedelta(seconds=90)
    job.save()
    client = signed_in("ada")
    before = client.get("/metrics", headers={"host": "localhost"}).content.decode()
    client.get("/accounts/")
    figures = client.get("/metrics", headers={"host": "localhost"}).content.decode()
    assert value(figures, 'mainstay_jobs{kind="nightly",state="done"}') == 1
    assert value(figures, "mainstay_nightly_seconds") == 90
    assert value(figures, "mainstay_nightly_success") == 1
    states = [line for line in figures.splitlines() if line.startswith("mainstay_accounts{")]
    assert sum(float(line.rsplit(" ", 1)[1]) for line in states) == Account.objects.count()
    asked = 'mainstay_requests_total{method="GET",page="accounts:list",status="200"}'
    earlier = value(before, asked) if asked in before else 0
    assert value(figures, asked) == earlier + 1
    assert "A100" not in figures


@pytest.fixture
def written() -> Iterator[list[str]]:
    """Lines as JSON of what is logged about requests."""
    lines: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(logs.JsonFormatter().format(record))

    log, handler = logging.getLogger("mainstay.access"), Handler()
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield lines
    log.removeHandler(handler)
    log.setLevel(level)


def test_a_request_is_one_line_with_its_number_and_nobodys_name(
    published: Any, signed_in: Any, written: list[str]
) -> None:
    client = signed_in("ada")
    answer = client.get(reverse("accounts:account", args=["A100"]), {"q": "한빛산업"})
    (line,) = [json.loads(line) for line in written if "accounts:account" in line]
    assert line["request"] == answer.headers["X-Request-ID"]
    assert (line["status"], line["method"]) == (200, "GET")
    assert line["milliseconds"] > 0
    assert "A100" not in str(line)
    assert "한빛" not in "".join(written)


def test_a_proxys_number_is_kept_where_there_is_one(settings: Any) -> None:
    given = {"x-request-id": "abc-12345678"}
    assert Client().get("/health/live", headers=given).headers["X-Request-ID"] != "abc-12345678"
    settings.PROXIES = 1
    assert Client().get("/health/live", headers=given).headers["X-Request-ID"] == "abc-12345678"
    wrong = {"x-request-id": "a b\tc"}
    assert Client().get("/health/live", headers=wrong).headers["X-Request-ID"] != "a b\tc"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("postgresql://u:geheim@db/erp is away", "postgresql://u:***@db/erp is away"),
        ("PGPASSWORD=geheim, host=db", "PGPASSWORD=***, host=db"),
        ('{"mail_password": "geheim"}', '{"mail_password": ***}'),
        ("Authorization: Bearer geheimgeheim", "Authorization: Bearer ***"),
    ],
)
def test_secrets_are_in_no_line(said: str, kept: str) -> None:
    assert logs.redacted(said) == kept


def test_an_error_is_one_line_too() -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError:
        import sys

        record = logging.LogRecord(
            "mainstay", logging.ERROR, "", 0, "it %s", ("failed",), sys.exc_info()
        )
    line = logs.JsonFormatter().format(record)
    assert "\n" not in line
    told = json.loads(line)
    assert (told["message"], told["error"], told["level"]) == ("it failed", "ValueError", "error")


def test_what_the_environment_says_of_logs_is_checked(monkeypatch: Any) -> None:
    from mainstay.core.errors import InvalidSetting

    monkeypatch.setenv("MAINSTAY_LOG", "yaml")
    with pytest.raises(InvalidSetting, match="MAINSTAY_LOG"):
        logs.configuration()
