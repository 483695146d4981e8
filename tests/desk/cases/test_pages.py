"""A manager's week: from what the plan proposes to a case and its end, as its users meet it."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import desk_plan
import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from mainstay import engine
from mainstay.desk.access.models import Event
from mainstay.desk.cases.models import Case, CaseStep, OwnPlay, PlayRun, Snooze
from mainstay.desk.cases.publishing import keep_coins

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def things(client: Client) -> list[str]:
    """The accounts of my week, in their order."""
    return re.findall(r'<h2><a href="/account/([^/"]+)/"', text(client.get("/week/")))


@pytest.fixture
def minsu(signed_in: Any, plan: Any, staff: None) -> Client:
    plan()
    return signed_in("minsu")


def test_my_week_says_who_why_and_what_to_do(minsu: Client) -> None:
    page = text(minsu.get("/week/"))
    assert things(minsu) == ["A107", "A100", "A101"]  # who told us first, then most worth
    for said in (
        "Senior visit to listen",
        "No order for 74 days",
        "It keeps €9k for 5 hours.",
        "Nothing else there is worth what it costs.",
        "of margin</b>",
        'href="/account/A100/signals/"',
    ):
        assert said in page, said
    assert "한빛산업" not in page  # another manager's
    assert "The plan proposes no play here" in page  # A107 changed, and no play is proposed


def why(risk: float) -> str:
    data = {"risk_money": risk, "kept_money": 9000, "hours": 5, "cost_money": 200}
    told = "{risk_money} of the next 52 weeks may still be lost here; {kept_money}, {hours}, {cost_money}"
    return json.dumps([{"template": told, "data": data}])


def test_a_card_says_one_sum_of_what_may_be_lost(
    signed_in: Any, settings: Any, published: Any, staff: None
) -> None:
    from mainstay.desk.accounts.models import Account

    Account.objects.filter(account_id="A101").update(money_at_risk=-48_600, state="steady")
    rows = [
        desk_plan.planned("A100", "S1", "listen", why=why(22_700.0)),
        desk_plan.planned("A101", "S1", "listen", why=why(33_300.0)),
        desk_plan.planned("00123", "S1", "take_back", why=why(44_400.0)),
    ]
    Account.objects.filter(account_id="00123").update(money_at_risk=5_000, state="slipping")
    desk_plan.freeze(settings.HOME.store, rows=rows, alerts=[])
    page = text(signed_in("minsu").get("/week/"))
    cards = {
        account: re.sub(r"<details.*?</details>|<[^>]*>", "", card)
        for card in page.split('<article class="panel thing">')[1:]
        for account in re.findall(r'href="/account/([^/"]+)/"', card)[:1]
    }
    assert "€22.7k" in cards["A100"]
    assert "may still be lost" in cards["A100"]
    assert "at risk" not in cards["A100"]  # 96k by the assessment, of which part has gone
    assert "at risk" not in cards["A101"]
    assert cards["A101"].count("33,300") + cards["A101"].count("33.3k") >= 1
    assert "€5k" in cards["00123"]
    assert "at risk" in cards["00123"]


def test_no_more_things_than_the_plan_allows(signed_in: Any, plan: Any, staff: None) -> None:
    plan(things=2)
    client = signed_in("minsu")
    assert things(client) == ["A107", "A100"]
    client.post("/account/A107/put-off/", {"kind": "dismiss", "reason": "Known"})
    assert things(client) == ["A100"]  # none moves up: the week has two


def test_taking_a_thing_opens_a_case_with_its_steps_and_begins_the_play(minsu: Client) -> None:
    today = timezone.localdate()
    answer = minsu.post("/account/A100/take/")
    case = Case.objects.get()
    assert answer.headers["Location"] == f"/cases/{case.pk}/"
    assert (case.account_id, case.play, case.state, case.owner_id) == (
        "A100",
        "listen",
        "open",
        "S1",
    )
    steps = list(CaseStep.objects.filter(case_id=case.case_id))
    days = [step.day for step in engine.play_catalogue()["listen"].steps]
    assert [step.due_on for step in steps] == [today + timedelta(days=day) for day in days]
    assert [step.owner_id for step in steps] == ["S1", "S9", "S1"]
    run = PlayRun.objects.get()
    assert (run.play, run.from_on, run.chosen, run.probability) == ("listen", today, "coin", 0.5)
    assert run.to_on == today + timedelta(days=12)
    assert things(minsu) == ["A107", "A101"]
    again = minsu.post("/account/A100/take/", follow=True)
    assert "open already" in text(again)
    assert Case.objects.count() == 1
    assert Event.objects.filter(verb="cases.add").count() == 1


def test_steps_are_due_from_today_on_however_old_the_plan_is(minsu: Client) -> None:
    shown = text(minsu.get("/week/"))
    minsu.post("/account/A100/take/")
    steps = CaseStep.objects.filter(account_id="A100").order_by("n")
    assert steps
    for step in steps:
        assert f"by {step.due_on.day} {step.due_on:%b}" in shown


def test_who_takes_what_another_leads_is_told_who_leads_it(
    minsu: Client, signed_in: Any, people: Any
) -> None:
    for who, taken, said in (
        ("minsu", "A100", "Yours now"),
        ("dora", "A101", "The case is open, with its steps; 김민수 leads it."),
    ):
        page = text(signed_in(who).post(f"/account/{taken}/take/", follow=True))
        assert said in page
        assert ("Yours now" in page) == (who == "minsu")


def test_a_change_of_state_without_a_play_is_taken_by_hand(minsu: Client) -> None:
    assert "Open a case" in text(minsu.get("/account/A107/"))
    assert 'href="/account/A107/case/"' in text(minsu.get("/account/A107/"))
    minsu.post("/account/A107/case/", {"play": "", "text": ""})
    case = Case.objects.get()
    there = text(minsu.get("/account/A107/"))
    assert f'href="/cases/{case.pk}/"' in there
    assert "Open a case" not in there
    assert case.play is None
    assert not PlayRun.objects.exists()
    minsu.post(f"/cases/{case.pk}/step/", {"what": "Call <b>them</b>", "owner_id": "S1"})
    page = text(minsu.get(f"/cases/{case.pk}/"))
    assert "Call &lt;b&gt;them&lt;/b&gt;" in page


def test_put_off_until_a_day_with_a_reason_and_it_comes_back(minsu: Client) -> None:
    today = timezone.localdate()
    where = "/account/A101/put-off/"
    for until, said in ((today, "after today"), (today + timedelta(days=400), "within a year")):
        wrong = minsu.post(where, {"kind": "snooze", "until": until, "reason": "They are away"})
        assert wrong.status_code == 422
        assert said in text(wrong)
        assert "They are away" in text(wrong)
    assert (
        minsu.post(where, {"kind": "snooze", "until": today + timedelta(days=9)}).status_code == 422
    )
    long = minsu.post(where, {"kind": "dismiss", "reason": "x" * 201})
    assert "200" in text(long)
    assert not Snooze.objects.exists()
    minsu.post(where, {"kind": "snooze", "until": today + timedelta(days=9), "reason": "Away"})
    assert "A101" not in things(minsu)
    Snooze.objects.update(until=today)
    assert "A101" in things(minsu)


def test_what_was_dismissed_comes_back_when_the_state_changes(
    minsu: Client, published: Any
) -> None:
    from mainstay.desk.accounts.models import Account

    minsu.post("/account/A101/put-off/", {"kind": "dismiss", "reason": "Natural"})
    assert "A101" not in things(minsu)
    tomorrow = timezone.localdate() + timedelta(days=1)
    Account.objects.filter(account_id="A101").update(state_since=tomorrow)
    assert "A101" in things(minsu)


def test_steps_are_done_noted_and_overdue(minsu: Client, signed_in: Any) -> None:
    today = timezone.localdate()
    minsu.post("/account/A100/take/")
    case, step = Case.objects.get(), CaseStep.objects.get(n=1)
    CaseStep.objects.update(due_on=today - timedelta(days=1))
    assert "overdue since" in text(minsu.get(f"/cases/{case.pk}/"))
    listed = text(minsu.get("/cases/?show=overdue"))
    assert "Harbour Hardware" in listed
    where = f"/cases/{case.pk}/step/{step.pk}/"
    late = {"seen": 1, "done_on": today + timedelta(days=2), "note": "He was kind"}
    refused = minsu.post(where, late)
    assert refused.status_code == 422
    assert "He was kind" in text(refused)
    minsu.post(where, {**late, "done_on": today})
    step.refresh_from_db()
    assert (step.done_on, step.note) == (today, "He was kind")
    assert "You changed this meanwhile" in text(minsu.post(where, {"seen": 1, "note": "Other"}))
    foreign = signed_in("wei")
    assert foreign.post(where, {"seen": 2}).status_code == 404
    assert foreign.get(f"/cases/{case.pk}/").status_code == 404


def test_closing_says_how_it_ended_and_ends_the_run(minsu: Client) -> None:
    today = timezone.localdate()
    minsu.post("/account/A100/take/")
    case = Case.objects.get()
    where = f"/cases/{case.pk}/"
    for outcome in ("rich", ""):
        assert minsu.post(f"{where}close/", {"seen": 1, "outcome": outcome}).status_code == 422
    row = {"seen": 1, "account_id": "A100", "opened_on": today, "state": "closed"}
    assert "Say how it ended" in text(minsu.post(f"/known/cases/{case.pk}/", row))
    minsu.post(f"{where}close/", {"seen": 1, "outcome": "kept", "reason": "They stay"})
    case.refresh_from_db()
    assert (case.state, case.outcome, case.closed_on) == ("closed", "kept", today)
    run = PlayRun.objects.get()
    assert (run.to_on, run.result) == (today, "kept")
    page = text(minsu.get(where))
    assert "measured from what the account orders" in page
    assert "Harbour Hardware" in text(minsu.get("/cases/?show=closed"))
    assert "Harbour Hardware" not in text(minsu.get("/cases/"))
    minsu.post(f"{where}reopen/", {"seen": 2})
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("open", None)


def test_who_may_not_write_reads(signed_in: Any, minsu: Client) -> None:
    minsu.post("/account/A100/take/")
    case = Case.objects.get()
    quentin = signed_in("quentin")
    page = text(quentin.get(f"/cases/{case.pk}/"))
    assert "Close the case" not in page
    assert quentin.post(f"/cases/{case.pk}/close/", {"seen": 1}).status_code == 403
    assert "Take it" not in text(quentin.get("/week/"))


def test_a_step_in_somebodys_hands_is_theirs_to_finish(
    minsu: Client, signed_in: Any, people: Any
) -> None:
    people["quentin"].staff_id = "S9"
    people["quentin"].save()
    minsu.post("/account/A100/take/")
    step = CaseStep.objects.get(owner_id="S9")
    quentin = signed_in("quentin")
    assert "Listen" in text(quentin.get("/week/")) or step.what in text(quentin.get("/week/"))
    case = Case.objects.get()
    done = {"seen": 1, "done_on": timezone.localdate()}
    assert quentin.post(f"/cases/{case.pk}/step/{step.pk}/", done).status_code == 302
    step.refresh_from_db()
    assert step.done_on == timezone.localdate()


def test_the_director_sees_the_whole_companys_things(signed_in: Any, minsu: Client) -> None:
    assert things(signed_in("dora")) == ["A107", "A103", "A100", "A101", "A102"]


def test_without_a_plan_it_says_so(signed_in: Any, published: Any) -> None:
    assert "Nothing is planned yet" in text(signed_in("minsu").get("/week/"))


def test_a_coin_that_chose_nothing_is_written_down_once(
    minsu: Client, settings: Any, cast: Any
) -> None:
    today = {"facts_known_until": "2026-03-02T06:00:00+00:00"}
    store, name = settings.HOME.store, "20260302-060000-cast"
    looking_back = SimpleNamespace(id=name, meta={"facts_known_until": None})
    assert keep_coins(store, looking_back) == 0
    assert keep_coins(store, SimpleNamespace(id=name, meta=today)) == 2  # the run, and the coin
    assert keep_coins(store, SimpleNamespace(id=name, meta=today)) == 0
    run = PlayRun.objects.get()
    assert (run.account_id, run.play, run.chosen, run.probability) == (
        "A106",
        "nothing",
        "coin",
        0.5,
    )
    assert run.to_on == run.from_on + timedelta(weeks=13)
    assert keep_coins(store, SimpleNamespace(id="none", meta=today)) == 0


def test_pages_ask_little_of_the_database(
    minsu: Client, django_assert_max_num_queries: Any
) -> None:
    minsu.post("/account/A100/take/")
    case = Case.objects.get()
    for page in ("/week/", "/cases/", f"/cases/{case.pk}/", "/account/A101/case/"):
        minsu.get(page)
        cache.clear()
        with django_assert_max_num_queries(15):
            assert minsu.get(page).status_code == 200


def test_what_was_kept_is_measured_and_never_typed(
    minsu: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    minsu.post("/account/A100/take/")
    where = f"/cases/{Case.objects.get().pk}/"
    assert "It can't be measured" in text(minsu.get(where))
    over_on = timezone.localdate() + timedelta(weeks=13)
    for lost, said in ((None, "once its orders until"), (1000.0, "one account alone tells little")):
        cache.clear()
        found = engine.Measured(over_on, 4000.0, lost)
        monkeypatch.setattr(engine, "measured", lambda *_args, found=found, **_named: found)
        assert said in text(minsu.get(where))
    assert "€3k" in text(minsu.get(where))
    assert 'name="money' not in text(minsu.get(where))


def test_what_is_done_reaches_the_store_for_the_next_plan(
    minsu: Client, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        minsu.post("/account/A100/take/")
        minsu.post("/account/A101/put-off/", {"kind": "dismiss", "reason": "Natural"})
    kept = {
        table: engine.facts_known(settings.HOME, table).to_pylist()
        for table in ("cases", "case_steps", "play_runs", "snoozes")
    }
    assert [len(rows) for rows in kept.values()] == [1, 3, 1, 1]
    (run,), (snooze,) = kept["play_runs"], kept["snoozes"]
    assert (run["account_id"], run["play"], run["probability"]) == ("A100", "listen", 0.5)
    assert (snooze["account_id"], snooze["kind"], snooze["reason"]) == (
        "A101",
        "dismiss",
        "Natural",
    )


def test_a_play_of_ones_own_must_be_one(signed_in: Any, minsu: Client) -> None:
    dora = signed_in("dora")
    wrong = dora.post("/known/plays/add/", {"play": "ours", "definition": "{no"})
    assert wrong.status_code == 422
    assert "can’t be used" in text(wrong) or "can&#x27;t be used" in text(wrong)
    dora.post("/known/plays/add/", {"play": "listen", "in_service": "False"})
    assert OwnPlay.objects.get().in_service is False
    assert "Senior visit to listen" in text(minsu.get("/week/"))  # what was planned stays readable
    assert signed_in("wei").get("/known/plays/add/").status_code == 403


def test_why_a_week_is_empty_is_said(signed_in: Any, plan: Any, staff: None) -> None:
    plan()
    assert "Accounts that nobody looks after: 1." in text(signed_in("dora").get("/week/"))
    empty = text(signed_in("nobody").get("/week/"))
    assert "No account is yours at the moment." in empty
    assert "nobody looks after" not in empty
