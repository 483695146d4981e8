"""The pages of nightly runs, as administrators meet them."""

from __future__ import annotations

import html
import re
import socket
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from desk_nightly import NIGHT
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mainstay import engine
from mainstay.desk.jobs.models import Job
from mainstay.desk.nightly import services, trying
from mainstay.desk.nightly.models import Night, Schedule, Source
from mainstay.desk.nightly.services import Wanted
from mainstay.desk.nightly.words import for_digest

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

EVERY = {"on": "on", "at": "02:30", "zone": "Asia/Taipei", "weekdays": ["0", "4"]}
ERP = {"name": "ERP", "address": "postgresql://u@db/erp", "table": "order_lines", "on": "on"}


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(response.content.decode()))


@pytest.fixture
def ada(signed_in: Any) -> Client:
    return signed_in("ada")


def test_the_schedule_is_set_with_its_zone_and_days(ada: Client) -> None:
    assert "nothing begins by itself" in text(ada.get("/nightly/"))
    assert ada.post("/nightly/", EVERY).status_code == 302
    known = Schedule.objects.get()
    assert (known.on, known.minute, known.zone, known.weekdays) == (
        True,
        150,
        "Asia/Taipei",
        [0, 4],
    )
    page = text(ada.get("/nightly/"))
    assert page.count("(Asia/Taipei)") == 2
    assert re.search(r"At the desk \(UTC\) it is [^<]*18:30 then\.", page)
    assert "An hour that is already past counts from the next time." in page
    for wrong in ({"at": "25:00"}, {"zone": "Moon/Crater"}, {"weekdays": ["9"]}, {"weekdays": []}):
        assert ada.post("/nightly/", EVERY | wrong).status_code == 422


def test_a_source_is_added_changed_and_removed_and_its_password_never_shown(ada: Client) -> None:
    given = {**ERP, "address": "postgresql://u:geheim@db/erp", "query": "SELECT 1"}
    assert ada.post("/nightly/sources/add/", given).status_code == 302
    made = Source.objects.get()
    page = text(ada.get(f"/nightly/sources/{made.pk}/"))
    assert "postgresql://u@db/erp" in page
    assert "Forget the password" in page
    assert "geheim" not in page + text(ada.get("/nightly/")) + text(ada.get("/people/events/"))
    ada.post(f"/nightly/sources/{made.pk}/", {**ERP, "forget_secret": "on"})
    assert Source.objects.get().secret == ""
    for wrong in (
        {"address": "orders.csv"},
        {"variable": "DATABASE_URL"},
        {"table": "moons"},
        {"name": ""},
    ):
        assert ada.post(f"/nightly/sources/{made.pk}/", ERP | wrong).status_code == 422
    assert "of this name already" in text(ada.post("/nightly/sources/add/", ERP))
    assert ada.post(f"/nightly/sources/{made.pk}/remove/").status_code == 302
    assert not Source.objects.exists()


def saved(ada: Client, **given: str) -> str:
    """What the page says after a source was saved."""
    Source.objects.all().delete()
    answer = ada.post("/nightly/sources/add/", {**ERP, **given}, follow=True)
    assert Source.objects.count() == 1
    assert Source.objects.get().seen_at is None
    assert not Job.objects.exists()
    return text(answer)


def test_a_source_that_is_saved_is_tried_and_nothing_imported(
    ada: Client, orders: Callable[..., Path]
) -> None:
    path = orders("c-1.csv", 0, 8)
    assert "“ERP” was tried. Files that are there: 1." in saved(ada, address=str(path))
    away = path.with_name("away.sqlite")
    for address in (str(path.with_name("*.xlsx")), f"sqlite:///{away}"):
        assert "could not be reached. There is no file at" in saved(ada, address=address)
    assert not away.exists()
    said = saved(ada, address="postgresql://u:geh3im@127.0.0.1:1/erp")
    assert "The database “postgresql:erp” can't be reached" in said
    assert "Check host, port, name, user and password." in said
    assert "geh3im" not in said
    said = saved(ada, address="tryton://u:geh3im@127.0.0.1:1/erp")
    assert "There is no answer from Tryton at http://127.0.0.1:1: connection refused." in said
    assert "geh3im" not in said
    assert "Saved, but" in saved(ada, recipe="none-of-ours")


def test_a_server_that_never_answers_keeps_nobody_waiting(ada: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(trying, "SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        begun = time.monotonic()
        said = saved(ada, address=f"postgresql://u:geh3im@127.0.0.1:{port}/erp")
    assert time.monotonic() - begun < 10
    assert "“ERP” could not be reached." in said
    assert "geh3im" not in said


def test_a_recipes_variables_are_written_one_a_line(ada: Client) -> None:
    recipe = {**ERP, "recipe": "odoo", "variables": "company = 2\n\nplace=a=b\n"}
    assert ada.post("/nightly/sources/add/", recipe).status_code == 302
    made = Source.objects.get()
    assert made.options == {"variables": {"company": "2", "place": "a=b"}}
    here = f"/nightly/sources/{made.pk}/"
    assert "company=2 place=a=b</textarea>" in text(ada.get(here))
    for wrong in ("company", "=2"):
        refused = ada.post(here, recipe | {"variables": wrong})
        assert refused.status_code == 422
        assert f"“{wrong}” is no variable" in text(refused)
    ada.post(here, recipe | {"variables": ""})
    assert Source.objects.get().options == {}


def test_the_currency_of_rows_that_name_none_is_kept_with_the_source(
    ada: Client, orders: Callable[..., Path], work: Any, settings: Any
) -> None:
    source = {**ERP, "address": str(orders("c-1.csv", 0, 8)), "recipe": ""}
    refused = ada.post("/nightly/sources/add/", source | {"currency": "eurs"})
    assert refused.status_code == 422
    assert "There is no currency “EURS”" in text(refused)
    ada.post("/nightly/sources/add/", source | {"currency": "eur"})
    made = Source.objects.get()
    assert made.options == {"currency": "EUR"}
    here = f"/nightly/sources/{made.pk}/"
    assert 'value="EUR"' in text(ada.get(here))
    work(services.run_now(None, NIGHT))
    lines = engine.open_ledger(settings.HOME).order_lines(None)
    assert lines["currency"].unique().to_pylist() == ["EUR"]
    ada.post(here, source | {"currency": ""})
    assert Source.objects.get().options == {}


def test_what_failed_is_told_until_an_administrator_has_looked(
    ada: Client, work: Any, orders: Callable[..., Path], people: Any
) -> None:
    assert "badge" not in text(ada.get("/nightly/badge/"))
    path = orders("c-1.csv", 0, 8)
    services.save_source(None, Wanted("Orders of the day", str(path)), NIGHT)
    services.save_source(None, Wanted("Away", "/nowhere/x.csv"), NIGHT)
    services.set_schedule(
        None, on=True, minute=120, zone="UTC", weekdays=[0], now=NIGHT - timedelta(days=1)
    )
    night = work(services.begin_if_due(NIGHT + timedelta(hours=3))).night
    assert "badge" in text(ada.get("/nightly/badge/"))
    (told,) = for_digest(people["ada"])
    assert "not all sources" in told
    assert for_digest(people["dora"]) == []
    page = text(ada.get("/nightly/"))
    assert "Begun 3 hours late" in page
    assert "Away could not be imported in full" in page
    assert "8 rows taken" in page
    told = text(ada.get(f"/nightly/{night.pk}/"))
    assert "done, but not all sources" in told
    assert "Orders of the day" in told
    assert "badge" not in text(ada.get("/nightly/badge/"))
    assert for_digest(people["ada"]) == []


def test_a_run_is_begun_and_called_off_by_hand(ada: Client) -> None:
    begun = ada.post("/nightly/run/")
    night = Night.objects.get()
    assert begun.headers["Location"] == f"/nightly/{night.pk}/"
    assert "under way already" in text(ada.post("/nightly/run/", follow=True))
    assert "hx-get" in text(ada.get(f"/nightly/{night.pk}/"))
    ada.post(f"/nightly/{night.pk}/cancel/")
    assert "called off" in text(ada.get(f"/nightly/{night.pk}/"))
    assert ada.get("/nightly/99/").status_code == 404


def test_the_page_asks_little(ada: Client, people: Any) -> None:
    for n in range(20):
        night = services.run_now(people["ada"], NIGHT + timedelta(days=n))
        night.job.state, night.job.ended_at = "done", NIGHT
        night.job.save()
    with CaptureQueriesContext(connection) as asked:
        page = text(ada.get("/nightly/"))
    assert len(asked) <= 15
    assert "?page=2" in page
