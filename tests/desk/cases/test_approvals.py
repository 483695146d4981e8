"""Money of a case, from the plan that proposes it to yes or no, as its users meet it."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from desk_plan import AS_OF, planned
from django.test import Client
from django.utils import timezone

from mainstay import engine
from mainstay.desk.access.models import Event, User
from mainstay.desk.care.models import Incentive
from mainstay.desk.cases.models import Approval, Case, CaseStep, OwnPlay, PlayRun
from mainstay.desk.facts.services import entry

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

MONEY = {"money": 2760.4, "pool": "rebate", "needs_approval": True, "hours": 4.5}
ENDS = AS_OF + timedelta(days=91)
ROWS = (
    planned("A100", "S1", "rebate_return", **MONEY, stops_on=ENDS, coin=True, p_option=0.5),
    planned("A101", "S1", "price_review", **{**MONEY, "pool": "discount"}, stops_on=ENDS),
    planned("A107", "S1", "visits", net=100.0),
    planned("A103", "S2", "contest", money=500.0, pool="sales_contest", stops_on=ENDS),
)


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def minsu(signed_in: Any, plan: Any, staff: None) -> Client:
    plan(rows=ROWS, alerts=())
    return signed_in("minsu")


@pytest.fixture
def dora(signed_in: Any, minsu: Client) -> Client:
    return signed_in("dora")


def asked(client: Client, account: str = "A100", **said: str) -> Any:
    client.post(f"/account/{account}/take/", said)
    found: Any = Approval.objects.order_by("-pk").first()
    return found


def decide(client: Client, row: Any, how: str, **said: Any) -> Any:
    return client.post(f"/incentives/requests/{row.pk}/{how}/", {"seen": row.version, **said})


def test_taking_what_costs_money_asks_for_it_and_begins_nothing(minsu: Client) -> None:
    page = text(minsu.get("/week/"))
    assert "It asks for" in page
    assert "needs approval" in page
    today = timezone.localdate()
    row = asked(minsu, in_return_for="Two more ranges", reason="A rival offers 2%")
    case = Case.objects.get()
    assert (row.account_id, row.case_id, row.play, row.kind) == (
        "A100",
        case.case_id,
        "rebate_return",
        "rebate",
    )
    assert (row.amount, row.currency, row.state, row.asked_by) == (
        Decimal(2760),
        "EUR",
        "asked",
        "S1",
    )
    assert (row.in_return_for, row.reason) == ("Two more ranges", "A rival offers 2%")
    assert (row.asked_on, row.stops_on) == (today, today + timedelta(days=91))
    assert not PlayRun.objects.exists()
    assert not CaseStep.objects.exists()  # all of it waits, since the first step gives
    assert not Incentive.objects.exists()
    page = text(minsu.get(f"/cases/{case.pk}/"))
    for said in (
        "Waits for approval",
        "These steps wait for the approval",
        "Agree what is given and what comes back",
        "In return:</span> Two more ranges",
        "Take the request back",
    ):
        assert said in page, said
    assert "Waits for approval" in text(minsu.get("/week/"))


def test_what_prepares_may_be_done_while_the_money_waits(minsu: Client) -> None:
    row = asked(minsu, "A101")
    steps = [step.what for step in CaseStep.objects.filter(case_id=row.case_id)]
    play = engine.play_catalogue()["price_review"]
    assert steps == [step.wording for step in play.steps[:2]]
    assert "Tell them the new price" in text(minsu.get(f"/cases/{Case.objects.get().pk}/"))


def test_what_costs_nothing_begins_at_once(minsu: Client) -> None:
    minsu.post("/account/A107/take/")
    assert PlayRun.objects.get().play == "visits"
    assert not Approval.objects.exists()


def test_money_is_asked_for_even_where_the_play_itself_asks_for_nothing(
    signed_in: Any, minsu: Client
) -> None:
    assert asked(signed_in("wei"), "A103").kind == "sales_contest"
    assert not PlayRun.objects.exists()


def test_a_director_approves_less_and_the_play_begins(minsu: Client, dora: Client) -> None:
    today = timezone.localdate()
    row = asked(minsu, in_return_for="Two more ranges")
    case = Case.objects.get()
    assert "1 request for money waits for your decision" in text(dora.get("/week/"))
    listed = text(dora.get("/incentives/"))
    assert "Waits for your decision" in listed
    assert "asked by 김민수" in listed
    for amount, said in (("2761", "At most"), ("0", "refuse it"), ("", "required"), ("-5", "0")):
        wrong = decide(dora, row, "approve", amount=amount)
        assert wrong.status_code == 422, amount
        assert said in text(wrong)
    assert decide(dora, row, "approve", amount="2000", answer="From May on").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.approved_amount, row.decided_by, row.decided_on) == (
        "approved",
        Decimal(2000),
        "dora",
        today,
    )
    given = Incentive.objects.get()
    assert given.incentive_id == row.incentive_id
    assert (given.account_id, given.kind, given.budget, given.spent) == (
        "A100",
        "rebate",
        Decimal(2000),
        None,
    )
    assert (given.in_return_for, given.owner_id, given.from_on, given.to_on) == (
        "Two more ranges",
        "S1",
        today,
        today + timedelta(days=91),
    )
    run = PlayRun.objects.get()
    assert (run.play, run.from_on, run.chosen, run.probability) == (
        "rebate_return",
        today,
        "coin",
        0.5,
    )
    play = engine.play_catalogue()["rebate_return"]
    steps = list(CaseStep.objects.filter(case_id=case.case_id))
    assert [s.due_on for s in steps] == [today + timedelta(days=s.day) for s in play.steps]
    assert {s.owner_id for s in steps} >= {"S1"}
    page = text(minsu.get(f"/cases/{case.pk}/"))
    assert "Approved by Dora Lin" in page
    assert "From May on" in page
    assert "wait for the approval" not in page
    assert "Approved by Dora Lin" in text(minsu.get("/week/"))
    again = decide(dora, row, "approve", amount="2000")
    assert again.status_code == 422 or again.status_code == 403
    assert Incentive.objects.count() == 1


def test_a_refused_request_never_becomes_a_run_and_says_why(minsu: Client, dora: Client) -> None:
    row = asked(minsu)
    case = Case.objects.get()
    assert decide(dora, row, "refuse", answer=" ").status_code == 422
    decide(dora, row, "refuse", answer="Ask for <b>volume</b> first")
    row.refresh_from_db()
    assert (row.state, row.answer) == ("refused", "Ask for <b>volume</b> first")
    case.refresh_from_db()
    assert case.state == "open"
    assert not PlayRun.objects.exists()
    assert not Incentive.objects.exists()
    for where in ("/week/", f"/cases/{case.pk}/"):
        page = text(minsu.get(where))
        assert "Ask for &lt;b&gt;volume&lt;/b&gt; first" in page
        assert "Refused by Dora Lin" in page
    assert "Not begun, since the money is not approved" in text(minsu.get(f"/cases/{case.pk}/"))
    assert Event.objects.filter(verb="approvals.change").count() == 1


def test_asked_again_after_a_refusal_with_a_new_reason(minsu: Client, dora: Client) -> None:
    first = asked(minsu, reason="They ask for it")
    decide(dora, first, "refuse", answer="No return")
    case = Case.objects.get()
    where = f"/cases/{case.pk}/money/"
    assert "No return" in text(minsu.get(where))
    form = {
        "amount": "1500",
        "kind": "rebate",
        "stops_on": timezone.localdate() + timedelta(days=60),
    }
    for reason, said in (("", "required"), ("They ask for  it", "what is new?")):
        wrong = minsu.post(where, {**form, "reason": reason})
        assert wrong.status_code == 422
        assert said in text(wrong)
    minsu.post(where, {**form, "reason": "They buy two more ranges", "in_return_for": "Ranges"})
    second = asked_last()
    assert (second.state, second.amount, second.play) == ("asked", Decimal(1500), "rebate_return")
    decide(dora, second, "approve", amount="1500")
    assert PlayRun.objects.count() == 1
    assert [a.state for a in Approval.objects.order_by("pk")] == ["refused", "approved"]


def asked_last() -> Any:
    return Approval.objects.order_by("-pk").first()


def test_nobody_approves_their_own_request(signed_in: Any, minsu: Client, people: Any) -> None:
    dora, ada, sora = signed_in("dora"), signed_in("ada"), signed_in("sora")
    row = asked(dora, "A101")
    assert row.asked_by == "dora"
    assert decide(dora, row, "approve", amount="1").status_code == 403
    assert "nobody approves what they asked for" in text(
        dora.get(f"/incentives/requests/{row.pk}/")
    )
    assert decide(minsu, row, "approve", amount="1").status_code == 403
    assert decide(ada, row, "approve", amount="1").status_code == 302
    mine = asked(minsu, "A100")
    assert decide(sora, mine, "refuse", answer="No").status_code == 403  # shares the asker's code
    foreign = signed_in("wei")
    assert foreign.get(f"/incentives/requests/{mine.pk}/").status_code == 404
    assert decide(foreign, mine, "approve", amount="1").status_code == 404
    for name in ("quentin", "fatima", "ana"):
        assert decide(signed_in(name), mine, "approve", amount="1").status_code == 403, name


def test_who_is_above_the_asker_decides(signed_in: Any, minsu: Client, people: Any) -> None:
    row = asked(minsu)
    lead = people["fatima"]
    lead.staff_id = "S9"  # to whom S1 reports
    lead.save()
    assert decide(signed_in("fatima"), row, "approve", amount="10").status_code == 302
    row.refresh_from_db()
    assert row.decided_by == "S9"


def test_a_request_is_changed_and_taken_back_while_it_waits(minsu: Client, dora: Client) -> None:
    row = asked(minsu)
    case = Case.objects.get()
    where = f"/cases/{case.pk}/money/"
    assert 'value="2760"' in text(minsu.get(where))
    today = timezone.localdate()
    form = {"amount": "900", "kind": "goods", "stops_on": today + timedelta(days=9), "seen": 1}
    for change in ({"stops_on": today}, {"stops_on": "2999-01-01"}, {"kind": "gold"}):
        assert minsu.post(where, {**form, **change}).status_code == 422
    minsu.post(where, form)
    assert Approval.objects.count() == 1
    stale = decide(dora, row, "approve", amount="900")  # opened before the change
    assert stale.status_code == 422
    row.refresh_from_db()
    assert (row.amount, row.kind, row.version) == (Decimal(900), "goods", 2)
    minsu.post(f"/incentives/requests/{row.pk}/take-back/", {"seen": 2})
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert decide(dora, row, "refuse", answer="No").status_code == 422


def test_money_is_asked_for_in_a_currency_of_the_account(minsu: Client, people: Any) -> None:
    minsu.post("/account/A107/take/")
    where = f"/cases/{Case.objects.get().pk}/money/"
    page = text(minsu.get(where))
    assert '<option value="EUR" selected>EUR</option>' in page
    assert "KRW" not in page
    with entry(people["dora"]) as book:
        given = {"kind": "rebate", "from_on": timezone.localdate(), "currency": "KRW"}
        book.add(Incentive(incentive_id="I1", account_id="A107", owner_id="S1", **given))
    assert '<option value="KRW">KRW</option>' in text(minsu.get(where))
    stops = timezone.localdate() + timedelta(days=30)
    form = {"amount": "300000", "kind": "goods", "stops_on": stops}
    assert minsu.post(where, {**form, "currency": "USD"}).status_code == 422
    minsu.post(where, {**form, "currency": "KRW"})
    assert (asked_last().amount, asked_last().currency) == (Decimal(300_000), "KRW")
    assert '<option value="KRW" selected>KRW</option>' in text(minsu.get(where))


def test_nothing_can_not_be_asked_for(minsu: Client) -> None:
    minsu.post("/account/A107/take/")
    stops = timezone.localdate() + timedelta(days=30)
    for amount in ("0", "0.00"):
        form = {"amount": amount, "kind": "goods", "stops_on": stops}
        wrong = minsu.post(f"/cases/{Case.objects.get().pk}/money/", form)
        assert wrong.status_code == 422
        assert "say how much" in text(wrong)
    assert not Approval.objects.exists()


def test_who_approves_more_than_is_left_is_told_before_and_after(
    minsu: Client, dora: Client, settings: Any
) -> None:
    toml = settings.HOME.folder / "mainstay.toml"
    toml.write_text('incentive_budgets = "rebate 2000"\n')
    row = asked(minsu)  # 2760
    assert "It asks for €760.00 more than is left" in text(
        dora.get(f"/incentives/requests/{row.pk}/")
    )
    answer = dora.post(
        f"/incentives/requests/{row.pk}/approve/", {"amount": "2760", "seen": 1}, follow=True
    )
    assert "Rebate: €760.00 more is given this year than the budget has." in text(answer)


def test_a_case_that_ends_takes_its_request_back(minsu: Client, dora: Client) -> None:
    row = asked(minsu)
    case = Case.objects.get()
    minsu.post(f"/cases/{case.pk}/close/", {"seen": 1, "outcome": "lost"})
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert minsu.post(f"/cases/{case.pk}/money/", {"amount": "5"}).status_code == 422
    minsu.post(f"/cases/{case.pk}/reopen/", {"seen": 2})
    assert "Ask for money" in text(minsu.get(f"/cases/{case.pk}/"))


def test_any_case_may_ask_for_money_and_its_play_goes_on(minsu: Client, dora: Client) -> None:
    minsu.post("/account/A107/take/")
    case = Case.objects.get()
    stops = timezone.localdate() + timedelta(days=30)
    minsu.post(
        f"/cases/{case.pk}/money/",
        {"amount": "300", "kind": "goods", "stops_on": stops, "reason": "Samples"},
    )
    row = asked_last()
    assert row.play is None
    decide(dora, row, "approve", amount="300")
    assert PlayRun.objects.count() == 1
    assert Incentive.objects.get().kind == "goods"


def test_what_a_play_of_ones_own_gives_waits_whole_where_no_step_says_so(
    minsu: Client, people: Any
) -> None:
    import json

    play = engine.play_catalogue()["price_review"].to_json()
    for step in play["steps"]:
        del step["gives"]
    with entry(people["ada"]) as book:
        book.add(OwnPlay(play="price_review", definition=json.dumps(play), in_service=True))
    asked(minsu, "A101")
    assert not CaseStep.objects.exists()


def test_requests_can_not_be_typed_into_the_tables(dora: Client, minsu: Client) -> None:
    row = asked(minsu)
    for client in (dora, minsu):
        assert client.get("/known/approvals/add/").status_code == 403
        forged = {
            "account_id": row.account_id,
            "case_id": row.case_id,
            "asked_on": row.asked_on,
            "amount": "9",
            "state": "approved",
            "seen": 1,
        }
        said = text(client.post(f"/known/approvals/{row.pk}/", forged))
        assert "Your role may not write this down" in said
    assert client.get("/known/approvals/").status_code == 200
    row.refresh_from_db()
    assert row.state == "asked"


def test_it_reaches_the_store_for_the_next_plan(
    minsu: Client, dora: Client, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        decide(dora, asked(minsu), "approve", amount="2000")
    (row,) = engine.facts_known(settings.HOME, "approvals").to_pylist()
    assert (row["state"], row["approved_amount"], row["kind"]) == (
        "approved",
        Decimal(2000),
        "rebate",
    )
    (given,) = engine.facts_known(settings.HOME, "incentives").to_pylist()
    assert given["incentive_id"] == row["incentive_id"]


def test_pages_ask_little_of_the_database(
    minsu: Client, dora: Client, django_assert_max_num_queries: Any
) -> None:
    rows = [asked(minsu), asked(minsu, "A101")]
    decide(dora, rows[1], "refuse", answer="No")
    case = Case.objects.first()
    pages = ("/week/", "/incentives/", f"/cases/{case.pk}/", f"/cases/{case.pk}/money/")
    for client in (minsu, dora):
        for page in (*pages, f"/incentives/requests/{rows[0].pk}/"):
            client.get(page)
            with django_assert_max_num_queries(15):
                assert client.get(page).status_code == 200, page


def test_who_is_switched_off_waits_for_nothing(minsu: Client, people: Any) -> None:
    from mainstay.desk.accounts.queries import Sight
    from mainstay.desk.cases.asked import waiting_for

    asked(minsu)
    User.objects.filter(username="dora").update(is_active=False)
    assert waiting_for(Sight.of(User.objects.get(username="dora"))) == []
