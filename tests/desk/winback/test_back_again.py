"""Accounts in their second life: since when, with how much, what was under way; and who comes back by cause."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import Any

import desk_plan
import pyarrow as pa
import pytest
from django.utils import timezone

from mainstay.core.settings import Settings
from mainstay.desk.access.models import Event
from mainstay.desk.accounts.models import Account
from mainstay.desk.facts.checks import troubles
from mainstay.desk.winback.models import SecondLife, WinBack
from mainstay.desk.winback.publishing import show_lost
from mainstay.engine.standing import standings
from mainstay.learning.returns import RETURN_CAUSES, assumed
from mainstay.learning.second_lives import SECOND_CURVES, SECOND_LIVES

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def life(account_id: str, **changes: Any) -> dict[str, Any]:
    given = {
        "account_id": account_id,
        "left_on": date(2025, 1, 7),
        "back_on": date(2025, 9, 2),
        "weeks_away": 34,
        "times": 1,
        "cause": "price",
        "p_cause": 0.75,
        "before": 200_000.0,
        "now": 50_000.0,
        "p_gone": 0.2,
        "play": "win_back",
        "play_from": date(2025, 8, 1),
        "by_id": "S2",
    }
    return {**given, **changes}


def curve(name: str, kept: float, months: int) -> list[dict[str, Any]]:
    at = {"low": kept - 0.1, "high": min(kept + 0.1, 1.0), "watched": 20.0, "cases": 30}
    return [{"curve": name, "month": month, "kept": kept, **at} for month in range(months)]


@pytest.fixture(autouse=True)
def _measured(own_store: None, settings: Any, published: Any) -> None:
    tables = assumed(Settings())
    rows = tables["return_causes"].to_pylist()
    for row in rows:
        row["exits"] = 2.0
        if row["cause"] in ("all", "price"):
            row |= {"exits": 40.0, "returned": 9.0, "told": True, "lives": 9.0, "lives_told": True}
    tables["return_causes"] = pa.Table.from_pylist(rows, RETURN_CAUSES)
    found = [*curve("second", 0.6, 20), *curve("first", 0.9, 40)]
    tables["second_curves"] = pa.Table.from_pylist(found, SECOND_CURVES)
    lives = [
        life("A102"),
        life("A100", back_on=date(2026, 1, 5), play=None, play_from=None, by_id=None, now=None),
        life("A103", cause="unknown", times=2),
    ]
    tables["second_lives"] = pa.Table.from_pylist(lives, SECOND_LIVES)
    folder = standings(settings.HOME.store)
    if desk_plan.NAME in folder.ids():
        folder.delete(desk_plan.NAME)
    folder.save(desk_plan.NAME, tables, {})
    Account.objects.filter(account_id="A102").update(state="slipping")
    Account.objects.filter(account_id__in=["A100", "A103"]).update(state="steady")
    show_lost(settings.HOME.store, desk_plan.NAME)


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def listed(client: Any, query: str = "") -> list[str]:
    found = text(client.get(f"/win-back/back/{query}"))
    return re.findall(r'<a class="strong" href="/account/([^"]+)/"', found)


def test_they_stand_by_since_when_they_are_back(signed_in: Any) -> None:
    dora = signed_in("dora")
    assert listed(dora)[0] == "A100"
    assert set(listed(dora)) == {"A100", "A102", "A103"}
    assert listed(dora, "?show=leaving") == ["A102"]
    assert listed(dora, "?cause=unknown") == ["A103"]
    assert listed(dora, "?manager=S1") == ["A100"]
    page = text(dora.get("/win-back/back/"))
    for said in (
        "The price, very probably",
        "We don&#x27;t know why it left",
        "25%",
        "after 34 weeks",
        "2 times back",
        "back for too short",
        "Win back, with a date and a reason",
        "nothing that is written down",
        "50% – 70%",
        "First lives, after 12 months",
    ):
        assert said in page, said


def test_who_came_back_is_counted_also_where_they_are_too_few_for_a_curve(
    signed_in: Any, settings: Any
) -> None:
    folder = standings(settings.HOME.store)
    kept = folder.open(desk_plan.NAME)
    tables = {name: kept.table(name) for name in kept.tables}
    tables["second_curves"] = pa.Table.from_pylist(curve("first", 0.9, 40), SECOND_CURVES)
    folder.delete(desk_plan.NAME)
    folder.save(desk_plan.NAME, tables, {})
    page = re.sub(r"<[^>]*>", " ", text(signed_in("dora").get("/win-back/back/")))
    assert re.search(r"Came back\s+9\s+of 40 that left", page)


def test_sums_over_all_accounts_are_for_those_who_see_all(signed_in: Any) -> None:
    wei = signed_in("wei")
    assert set(listed(wei)) == {"A102", "A103"}
    for where in ("/win-back/back/", "/win-back/"):
        page = text(wei.get(where))
        assert "still there after 12 months" not in page
        assert "Who comes back, by why they left" not in page
    page = text(signed_in("dora").get("/win-back/"))
    assert "Who comes back, by why they left" in page
    assert "told by cases" in page
    assert "too few to tell" in page


def test_it_comes_as_a_file_and_that_is_on_record(signed_in: Any) -> None:
    got = signed_in("wei").get("/win-back/back/download.csv")
    rows = list(csv.DictReader(io.StringIO(got.content.decode("utf-8-sig"))))
    assert {row["Account"]: row["Why it had left"] for row in rows}["A102"] == "The price"
    assert "A100" not in {row["Account"] for row in rows}
    assert Event.objects.filter(verb="winback.download").count() == 1
    assert signed_in("dora").get("/win-back/back/download.xlsx").status_code == 200
    assert signed_in("dora").get("/win-back/other/download.csv").status_code == 404


def test_nothing_measured_says_so_and_asks_little_of_the_database(
    signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    dora = signed_in("dora")
    with django_assert_max_num_queries(15):
        assert dora.get("/win-back/back/").status_code == 200
    SecondLife.objects.all().delete()
    assert "No account is in a second life" in text(dora.get("/win-back/back/"))
    assert "None is like that" in text(dora.get("/win-back/back/?cause=price"))


def test_the_form_of_the_table_takes_no_account_that_is_not_lost(signed_in: Any) -> None:
    today = timezone.localdate()
    said = {"account_id": "A102", "call_on": today, "reason": "x", "set_on": today}
    assert "not lost" in troubles(WinBack, said, None)["call_on"]
    Account.objects.filter(account_id="A102").update(state="lost")
    assert "call_on" not in troubles(WinBack, said, None)
    answer = signed_in("dora").post("/known/win_backs/add/?account=A100", said)
    assert "This account is not lost" in text(answer)
    assert not WinBack.objects.exists()
