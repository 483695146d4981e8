"""Trials: looked at first, switched on by a director alone, obeyed by account, switched off once."""

from __future__ import annotations

import re
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import desk_plan
import fastexcel
import pyarrow as pa
import pytest
from django.test import Client
from django.utils import timezone

from mainstay import engine
from mainstay.desk.access.models import Event
from mainstay.desk.cases.models import PlayRun
from mainstay.desk.designs.models import Design, Draw
from mainstay.desk.designs.services import keep_draws
from mainstay.desk.facts.services import entry
from mainstay.ledger.frozen import FrozenFolder

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TODAY = timezone.localdate()
PAGES = "/learning/designs/"
ASKED = {
    "name": "Visits in turn",
    "play": "visits",
    "kind": "order",
    "begins": str(TODAY + timedelta(days=1)),
    "weeks": "26",
    "waves": "2",
    "weeks_between": "13",
}
OTHERS = ("A102", "A104", "00123", "A106", "A107", "B/108 ?&#", "A109")  # of tier B and C


def option(account_id: str, **changes: Any) -> dict[str, Any]:
    given = {"account_id": account_id, "play": "visits", "kept": 5200.0, "kept_out": "hours"}
    return {**dict.fromkeys(engine.OPTIONS.names), **given, **changes}


@pytest.fixture(autouse=True)
def _plan(own_store: None, settings: Any, published: Any, cast: Any) -> None:
    """Everybody but A101 could have visits; those below tier A are equals."""
    rows = [
        {**row, "state": "slipping", "size_class": "medium", "horizon_baseline": 100.0}
        | {"horizon_loss": 20.0}
        for row in cast.accounts().to_pylist()
    ]
    table = pa.Table.from_pylist(rows, engine.ACCOUNTS)
    store = settings.HOME.store
    FrozenFolder(store / "assessments").save(desk_plan.NAME, {"accounts": table}, {"meta": {}})
    ids = [row["account_id"] for row in rows if row["account_id"] != "A101"]
    desk_plan.freeze(store, options=[option(one) for one in ids])


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def look(client: Client, **changes: str) -> Any:
    return client.post(f"{PAGES}add/", {**ASKED, "do": "look", **changes})


def switch_on(client: Client, **changes: str) -> Design:
    answer = client.post(f"{PAGES}add/", {**ASKED, "do": "on", **changes})
    assert answer.status_code == 302, text(answer)
    return Design.objects.get(pk=int(answer["Location"].split("/")[-2]))


def test_what_it_would_be_is_seen_before_anything_is_written(signed_in: Any) -> None:
    page = text(look(signed_in("dora")))
    for said in (
        "We advise against this trial",
        "of 9 who could have the play",
        "With 7 cases at once and 5 more a quarter",
        "of tier A, or of no tier",
        "Harbour Hardware Ltd",
        "Switch it on all the same",
        "4.55k",  # 7 × 5,200 × 6.5 of 52 weeks
    ):
        assert said in page, said
    assert not Design.objects.exists()
    assert "A director alone switches trials on." in text(look(signed_in("ana")))


def test_a_director_alone_switches_on_and_all_is_on_record(
    signed_in: Any, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    for other in ("ana", "ada"):
        answer = signed_in(other).post(f"{PAGES}add/", {**ASKED, "do": "on"})
        assert "Trials are switched on and off by a director alone." in text(answer)
    assert not Design.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        made = switch_on(signed_in("dora"))
    drawn = {one.account_id: one for one in Draw.objects.all()}
    assert set(drawn) == set(OTHERS)
    assert sorted(one.wave for one in drawn.values()) == [1, 1, 1, 1, 2, 2, 2]
    assert {one.from_on for one in drawn.values() if one.wave == 2} == {
        made.begins + timedelta(weeks=13)
    }
    assert round(sum(one.probability for one in drawn.values()), 6) == round(25 / 7, 6)
    told = engine.facts_known(settings.HOME, "design_draws").to_pylist()
    assert {row["account_id"] for row in told} == set(OTHERS)
    (design,) = engine.facts_known(settings.HOME, "designs").to_pylist()
    assert (design["design"], design["by_id"], design["waves"]) == ("Visits in turn", "dora", 2)
    assert Event.objects.get(verb="design_draws.add").after == {"rows": 7}


def test_everybody_sees_their_own_accounts_alone(signed_in: Any) -> None:
    made = switch_on(signed_in("dora"))
    address = f"{PAGES}{made.pk}/"
    whole, mine = text(signed_in("dora").get(address)), text(signed_in("minsu").get(address))
    assert "Dormant Dairy" in whole
    assert "Dormant Dairy" not in mine
    assert "Müller" in mine
    assert "Switch it off" in whole
    assert "Switch it off" not in mine
    assert signed_in("minsu").post(f"{address}off/", {"reason": "x"}).status_code == 403
    sheet = signed_in("minsu").get(f"{address}download/xlsx/").content
    rows = fastexcel.read_excel(sheet).load_sheet(0).to_arrow()
    assert set(rows[0].to_pylist()) == {"00123", "A107"}
    assert "Visits in turn" in text(signed_in("minsu").get(f"{PAGES}?show=to_come"))
    assert signed_in("nobody").get(address).status_code == 200


def test_the_account_says_what_it_waits_for_and_the_trial_who_has_begun(
    signed_in: Any, people: Any
) -> None:
    dora = signed_in("dora")
    made = switch_on(dora)
    late = Draw.objects.filter(wave=2).exclude(account_id__contains="/").first()
    first = Draw.objects.filter(wave=1).exclude(account_id__contains="/").first()
    assert late is not None and first is not None  # noqa: PT018
    said = text(dora.get(f"/account/{late.account_id}/case/"))
    assert f'in the trial <a href="{PAGES}{made.pk}/">Visits in turn</a>' in said
    with entry(people["dora"]) as book:
        for one, days in ((first, 1), (late, 2)):
            on = TODAY + timedelta(days=days)
            book.add(PlayRun(account_id=one.account_id, play="visits", from_on=on, chosen="person"))
    page = text(dora.get(f"{PAGES}{made.pk}/"))
    assert page.count("before its day") == 1
    assert page.count("not begun") == len(OTHERS) - 2
    held = text(dora.get(f"{PAGES}{made.pk}/?arm=begins&wave=2"))
    assert held.count("not begun") == 2


def test_a_trial_to_come_is_not_running_and_nobody_waits_whose_turn_is_first(
    signed_in: Any,
) -> None:
    dora = signed_in("dora")
    made = switch_on(dora)  # from tomorrow on
    assert "Visits in turn" not in text(dora.get(PAGES))
    listed = text(dora.get(f"{PAGES}?show=to_come"))
    assert "Visits in turn" in listed
    second = Draw.objects.filter(wave=2).count()
    assert f'data-label="Will wait at first">{second}<' in listed
    page = text(dora.get(f"{PAGES}{made.pk}/"))
    assert "To come" in page
    Design.objects.update(begins=TODAY)
    assert "Visits in turn" in text(dora.get(PAGES))
    dora.post(f"{PAGES}{made.pk}/off/", {"seen": made.version, "reason": "Too few"})
    page = text(dora.get(f"{PAGES}{made.pk}/"))
    assert re.search(r"Last day</dt><dd>[^<]+<small>instead of", page)


def test_it_is_switched_off_once_with_a_reason(signed_in: Any) -> None:
    dora, made = signed_in("dora"), switch_on(signed_in("dora"))
    address, seen = f"{PAGES}{made.pk}/off/", {"seen": made.version}
    assert dora.post(address, seen).status_code == 422
    dora.post(address, {**seen, "reason": "Too few"})
    made.refresh_from_db()
    assert (made.off_on, made.off_by, made.reason) == (TODAY, "dora", "Too few")
    again = dora.post(address, {"seen": made.version, "reason": "Again"}, follow=True)
    assert "This trial was switched off already." in text(again)
    made.refresh_from_db()
    assert made.reason == "Too few"
    late = Draw.objects.filter(wave=2).exclude(account_id__contains="/").first()
    assert late is not None
    assert "in the trial" not in text(dora.get(f"/account/{late.account_id}/case/"))
    assert switch_on(dora, name="Another")  # their accounts are free again
    assert dora.get(f"{PAGES}?show=off").status_code == 200


def test_who_draws_again_is_told_of_the_first_draw(signed_in: Any) -> None:
    client = signed_in("dora")
    made = switch_on(client)
    assert "would be drawn again" not in text(look(client, name="Once more"))
    client.post(f"{PAGES}{made.pk}/off/", {"reason": "it did not please", "seen": made.version})
    told = text(look(client, name="Once more"))
    assert "“Visits in turn” of the same play was switched off on" in told
    assert "7 of these accounts would be drawn again" in told


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"play": "complaint"}, "Select a valid choice"),
        ({"play": "season_stock"}, "Select a valid choice"),
        ({"kind": "other"}, "Select a valid choice"),
        ({"play": "listen"}, "No account could have this play"),
        ({"begins": str(TODAY - timedelta(days=1))}, "Choose today or a later day."),
        ({"begins": "31.02.2026"}, "Enter a valid date."),
        ({"weeks": "13"}, "The last wave begins after 13 weeks."),
        ({"waves": ""}, "Say how many."),
        ({"waves": "1"}, "greater than or equal to 2"),
        ({"kind": "hold_out", "held": "51"}, "less than or equal to 50"),
        ({"kind": "managers", "waves": "2", "name": "x" * 90}, "longer than 80"),
    ],
)
def test_what_can_not_be_is_said(signed_in: Any, changes: dict[str, str], said: str) -> None:
    answer = look(signed_in("dora"), **changes)
    assert answer.status_code == 422
    assert said in text(answer)


def test_no_two_trials_share_a_name_or_an_account(signed_in: Any) -> None:
    dora = signed_in("dora")
    switch_on(dora)
    assert "There was a trial of this name already" in text(look(dora, name="VISITS in turn"))
    again = look(dora, name="Other")
    assert again.status_code == 422
    assert "None of the 9 accounts that could have this play can be drawn" in text(again)
    for forged in (f"{PAGES}999/", f"{PAGES}999/download/csv/"):
        assert dora.get(forged).status_code == 404
    assert dora.post(f"{PAGES}999/off/", {"reason": "x"}).status_code == 404


def test_a_share_goes_without_and_managers_in_turn(signed_in: Any) -> None:
    dora = signed_in("dora")
    page = text(look(dora, kind="managers", name="Teams"))
    assert "nobody looks after it" in page  # A106
    switch_on(dora, kind="hold_out", held="40", waves="", weeks_between="")
    assert {one.arm for one in Draw.objects.all()} <= {"begins", "held"}
    assert {one.probability for one in Draw.objects.all()} <= {0.4, 0.6}


def test_who_was_drawn_late_is_written_when_the_plan_is_published(
    signed_in: Any, settings: Any
) -> None:
    made = switch_on(signed_in("dora"))
    Draw.objects.filter(account_id="A107").delete()
    row = {"design": made.design, "kind": "order", "account_id": "A107", "play": "visits"}
    row |= {"unit": "A107", "arm": "begins", "wave": 2, "probability": 0.5, "draw": 0.7}
    row |= {"from": made.begins, "to": made.to_on}
    draws = pa.Table.from_pylist([row, {**row, "design": "unknown"}], engine.DRAWS)
    store, name = settings.HOME.store, "20260309-060000-late"
    old = engine.plan_of(store)
    engine.Plan(old.plan, old.options, old.limits, old.alerts, old.meta, draws=draws).save(
        engine.plans(store), name
    )
    back = SimpleNamespace(id=name, meta={"facts_known_until": None})
    assert keep_draws(store, back) == 0
    published = SimpleNamespace(id=name, meta={"facts_known_until": "2026-03-09T06:00:00+00:00"})
    assert keep_draws(store, published) == 1
    assert keep_draws(store, published) == 0
    assert Draw.objects.get(account_id="A107").on == date(2026, 3, 9)


def test_nothing_is_planned_yet(signed_in: Any, settings: Any) -> None:
    for kept in engine.plans(settings.HOME.store).ids():
        engine.plans(settings.HOME.store).delete(kept)
    assert look(signed_in("dora")).status_code == 422
    assert "There was no trial yet" in text(signed_in("minsu").get(PAGES))


def test_few_queries_and_nothing_inline(signed_in: Any, django_assert_max_num_queries: Any) -> None:
    dora = signed_in("dora")
    made = switch_on(dora)
    for address in (PAGES, f"{PAGES}{made.pk}/", f"{PAGES}{made.pk}/?arm=begins&wave=1"):
        with django_assert_max_num_queries(15):
            page = text(dora.get(address))
        assert not re.search(r"<script(?![^>]*src)|<style| style=| on[a-z]+=", page)
