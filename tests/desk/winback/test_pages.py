"""Lost accounts by when and why to call them; a date of one's own; a case with one tap."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import desk_plan
import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from mainstay import engine
from mainstay.desk.accounts.models import Account, latest_id
from mainstay.desk.cases.models import Approval, Case, PlayRun
from mainstay.desk.designs.models import Design, Draw
from mainstay.desk.facts.services import entry
from mainstay.desk.relations.models import Contact, Tie
from mainstay.desk.winback.models import LostAccount, WinBack
from mainstay.desk.winback.publishing import show_lost

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TODAY = timezone.localdate()
SINCE = TODAY - timedelta(days=40)


def lost(account_id: str, in_days: int, **changes: Any) -> dict[str, Any]:
    on = TODAY + timedelta(days=in_days)
    why = {
        "template": "Its own season begins on {season_on}, as its past years agree: call from {call_on}, "
        "{lead} weeks before.",
        "data": {"season_on": str(on + timedelta(weeks=8)), "call_on": str(on), "lead": 8},
    }
    given = {
        "account_id": account_id,
        "lost_since": SINCE,
        "season_on": on + timedelta(weeks=8),
        "season_of": "own",
        "by_season": on,
        "call_from": on,
        "for_price": False,
        "gone": 88_000.0,
        "share": 0.07,
        "kept": 1_540.0,
        "play": "win_back",
        "cause": "price",
        "p_cause": 0.8,
        "chance": 0.12,
        "chance_low": 0.05,
        "chance_high": 0.2,
        "margin_year": 13_200.0,
        "years": 2.0,
        "value": 3_168.0,
        "why": json.dumps([why]),
    }
    return {**given, **changes}


@pytest.fixture(autouse=True)
def _plan(own_store: None, settings: Any, published: Any) -> None:
    Account.objects.filter(account_id__in=["A100", "A103", "00123"]).update(state="lost")
    rows = [
        lost("A102", -3),
        lost("A100", 20, gone=184_000.0),
        lost("A103", 200),
        lost(
            "00123",
            -1,
            share=None,
            kept=None,
            value=None,
            chance=None,
            cause="unknown",
            season_on=None,
        ),
    ]
    desk_plan.freeze(settings.HOME.store, lost=rows)
    show_lost(settings.HOME.store, desk_plan.NAME)


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def listed(client: Client, query: str = "") -> list[str]:
    found = text(client.get(f"/win-back/{query}"))
    return re.findall(r'<a class="strong" href="/account/([^"]+)/"', found)


def test_they_stand_by_when_to_call_them_with_the_reason(signed_in: Any) -> None:
    dora = signed_in("dora")
    assert listed(dora) == ["A102", "00123"]  # most that may come back first
    assert listed(dora, "?show=soon") == ["A100"]
    assert listed(dora, "?show=later") == ["A103"]
    page = text(dora.get("/win-back/"))
    for said in (
        "Call now",
        "Its own season begins on",
        '12% <small class="muted">5% – 20%</small>',
        "a year for 2 years",
        "The price, very probably",
        "lost since",
        "Nobody of us knows anybody there",
        "no contact is written down",
        "We don&#x27;t know why it left",
    ):
        assert said in page, said
    assert "Call from" in text(dora.get("/win-back/?show=soon"))


def test_a_manager_sees_their_own_and_who_leads_narrows(signed_in: Any) -> None:
    assert listed(signed_in("minsu")) == ["00123"]
    assert listed(signed_in("wei")) == ["A102"]
    dora = signed_in("dora")
    assert listed(dora, "?manager=S2") == ["A102"]
    Account.objects.filter(account_id="A102").update(cause_whose="ours", cause_first="drift")
    assert listed(dora, "?whose=ours") == ["A102"]
    assert listed(dora, "?whose=theirs") == []
    assert "None of them now" in text(dora.get("/win-back/?manager=S1&show=later"))


def test_who_knows_them(signed_in: Any, people: Any) -> None:
    with entry(people["dora"]) as book:
        book.add(Contact(contact_id="C1", account_id="A102", name="周先生"))
        book.add(Contact(contact_id="C2", account_id="A102", name="Gone", left_on=SINCE))
        book.add(Tie(contact_id="C1", staff_id="S1", strength=2))
        book.add(Tie(contact_id="C1", staff_id="S2", strength=3))
        book.add(Tie(contact_id="C2", staff_id="S9", strength=3))
    page = text(signed_in("dora").get("/win-back/"))
    assert "Known to: 陳偉, 김민수" in page


def test_a_date_with_a_reason_takes_the_place_of_the_season(
    signed_in: Any, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    wei, on = signed_in("wei"), TODAY + timedelta(days=50)
    where = "/account/A102/win-back/date/"
    for day, reason, said in (
        (TODAY - timedelta(days=1), "x", "today or a later day"),
        (TODAY + timedelta(days=800), "x", "within two years"),
        (on, "", "This field is required"),
        (on, "y" * 201, "200"),
    ):
        wrong = wei.post(where, {"call_on": day, "reason": reason})
        assert wrong.status_code == 422
        assert said in text(wrong)
    assert not WinBack.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        wei.post(where, {"call_on": on, "reason": "Their <b>contract</b> ends"})
    assert listed(wei) == []
    assert listed(wei, "?show=soon") == ["A102"]
    assert "Their &lt;b&gt;contract&lt;/b&gt; ends" in text(wei.get("/win-back/?show=soon"))
    told = engine.facts_known(settings.HOME, "win_backs").to_pylist()
    assert [(row["account_id"], row["call_on"], row["set_on"]) for row in told] == [
        ("A102", on, TODAY)
    ]
    wei.post(where, {"call_on": TODAY, "reason": "Sooner"})
    assert WinBack.objects.get().reason == "Sooner"
    assert listed(wei) == ["A102"]
    wei.post("/account/A102/win-back/season/")
    assert not WinBack.objects.exists()
    assert LostAccount.objects.get(account_id="A102").call_from == TODAY - timedelta(days=3)
    assert signed_in("minsu").post(where, {"call_on": on, "reason": "x"}).status_code == 404
    assert signed_in("quentin").post(where, {"call_on": on, "reason": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("account", "query"), [("A103", ""), ("A100", "?show=later&manager=S1"), ("A102", "?page=2")]
)
def test_a_date_that_is_refused_is_never_silent(signed_in: Any, account: str, query: str) -> None:
    """Whatever the list shows just then: another part, another page, other people's."""
    dora = signed_in("dora")
    past = {"call_on": TODAY - timedelta(days=1), "reason": "They asked"}
    wrong = dora.post(f"/account/{account}/win-back/date/{query}", past)
    assert wrong.status_code == 422
    page = text(wrong)
    assert f'<a class="strong" href="/account/{account}/"' in page
    assert "today or a later day" in page
    assert "They asked" in page
    if "later" in query:
        assert wrong.context["asked"].show == "later"
    on = {**past, "call_on": TODAY + timedelta(days=3)}
    kept = dora.post(f"/account/{account}/win-back/date/{query}", on)
    assert kept.headers["Location"] == f"/win-back/{query}"


def test_it_is_told_where_a_case_is_open_too(signed_in: Any) -> None:
    wei = signed_in("wei")
    wei.post("/account/A102/win-back/")
    wrong = wei.post("/account/A102/win-back/date/", {"call_on": "9999-12-31", "reason": "x"})
    assert wrong.status_code == 422
    assert "within two years" in text(wrong)
    assert text(wrong).count('name="call_on"') == 1


def test_what_is_not_lost_has_no_day_to_win_it_back(signed_in: Any) -> None:
    minsu, on = signed_in("minsu"), TODAY + timedelta(days=9)
    for said in ({"call_on": on, "reason": "x"}, {"call_on": "1999-01-01", "reason": "x"}):
        answer = minsu.post("/account/A101/win-back/date/", said, follow=True)
        assert answer.redirect_chain[-1][0] == "/account/A101/"
    assert "This account is not lost" in text(
        minsu.post("/account/A101/win-back/date/", {"call_on": on, "reason": "x"}, follow=True)
    )
    assert not WinBack.objects.exists()


def test_a_date_of_an_earlier_loss_does_not_count(
    signed_in: Any, people: Any, settings: Any
) -> None:
    row = {"account_id": "A102", "call_on": TODAY + timedelta(days=60), "reason": "Then"}
    with entry(people["dora"]) as book:
        book.add(WinBack(**row, set_on=SINCE - timedelta(days=1)))
    assert listed(signed_in("wei")) == ["A102"]
    WinBack.objects.update(set_on=SINCE)
    show_lost(settings.HOME.store, desk_plan.NAME)
    assert listed(signed_in("wei"), "?show=soon") == ["A102"]


def test_one_tap_opens_the_case(signed_in: Any) -> None:
    wei = signed_in("wei")
    answer = wei.post("/account/A102/win-back/")
    case, run = Case.objects.get(), PlayRun.objects.get()
    assert answer.headers["Location"] == f"/cases/{case.pk}/"
    assert (case.play, case.owner_id, run.play, run.chosen) == (
        "win_back",
        "S2",
        "win_back",
        "person",
    )
    assert f'href="/cases/{case.pk}/"' in text(wei.get("/win-back/"))
    assert "open already" in text(wei.post("/account/A102/win-back/", follow=True))


def test_whom_a_trial_holds_back_nobody_is_told_to_call(signed_in: Any, people: Any) -> None:
    until = TODAY + timedelta(days=90)
    trial = {"design": "Win back in turn", "play": "win_back", "to_on": until, "on": TODAY}
    drawn = {**trial, "account_id": "A102", "unit": "A102", "arm": "held", "wave": 0}
    with entry(people["dora"], trusted=True) as book:
        design = book.add(Design(**trial, kind="hold_out", begins=TODAY, held=0.5))
        book.add(Draw(**drawn, probability=0.5, draw=0.2, from_on=TODAY))
    wei = signed_in("wei")
    assert listed(wei) == []
    assert listed(wei, "?show=waits") == ["A102"]
    waits = text(wei.get("/win-back/?show=waits"))
    assert "Call now" not in waits
    assert f'in the trial <a href="/learning/designs/{design.pk}/">' in re.sub(
        "</?p.*?>", "", waits
    )
    told = text(wei.post("/account/A102/win-back/", follow=True))
    assert "In a trial, this account is not to be won back for now." in told
    assert not Case.objects.exists()
    with entry(people["dora"], trusted=True) as book:
        book.change(design, {"off_on": TODAY}, seen=design.version)
    assert listed(wei) == ["A102"]
    Design.objects.update(off_on=None)
    wei.post("/account/A102/win-back/", {"anyway": "yes"})
    assert Case.objects.get().play == "win_back"


def test_what_the_plan_proposes_is_begun_as_the_plan_proposed_it(
    signed_in: Any, settings: Any
) -> None:
    import shutil

    shutil.rmtree(settings.HOME.store / "plans")
    rows = [desk_plan.planned("A102", "S2", "win_back", coin=True, p_option=0.5)]
    desk_plan.freeze(settings.HOME.store, rows=rows, lost=[lost("A102", -3)])
    signed_in("wei").post("/account/A102/win-back/")
    assert (PlayRun.objects.get().chosen, PlayRun.objects.get().probability) == ("coin", 0.5)


def test_money_of_it_is_asked_for_in_the_plans_currency(signed_in: Any, settings: Any) -> None:
    import shutil

    shutil.rmtree(settings.HOME.store / "plans")
    gives = {"money": 500.0, "pool": "rebate", "needs_approval": True}
    rows = [desk_plan.planned("A102", "S2", "win_back", **gives)]
    desk_plan.freeze(settings.HOME.store, rows=rows, lost=[lost("A102", -3)])
    signed_in("wei").post("/account/A102/win-back/")
    asked = Approval.objects.get()
    assert (asked.amount, asked.currency, asked.kind) == (500, "EUR", "rebate")
    assert not PlayRun.objects.exists()


def test_without_a_plan_it_says_so(signed_in: Any, settings: Any) -> None:
    assert show_lost(settings.HOME.store, latest_id()) == 4
    LostAccount.objects.all().delete()
    assert "is told with each plan" in text(signed_in("dora").get("/win-back/"))
    assert show_lost(settings.HOME.store, "20990101-000000-none") == 0


def test_it_asks_little_of_the_database(signed_in: Any, django_assert_max_num_queries: Any) -> None:
    for name in ("dora", "wei"):
        client = signed_in(name)
        cache.clear()
        with django_assert_max_num_queries(15):
            assert client.get("/win-back/").status_code == 200


def test_an_address_that_makes_no_sense_shows_the_first_list(signed_in: Any) -> None:
    dora = signed_in("dora")
    assert listed(dora, "?show=never&whose=x&page=99999999999999999999") in ([], ["A102", "00123"])
    assert listed(dora, "?page=2") == []
