"""If somebody leaves: what hangs on them, and handing it over so that history stays true."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from mainstay.desk.access.models import Event, User
from mainstay.desk.accounts.models import Account
from mainstay.desk.care.models import Promise, Request
from mainstay.desk.facts.services import entry
from mainstay.desk.relations.models import Contact, Tie
from mainstay.desk.team.exposure import reports_of, roles_of
from mainstay.desk.team.handover import selling, suggest
from mainstay.desk.team.models import Assignment, Handover, Staff, Step
from mainstay.desk.team.queries import MOST
from mainstay.desk.team.watch import unusual

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.usefixtures("own_store"),
]
LAST_DAY = timezone.now().date() + timedelta(days=30)


@pytest.fixture
def team(people: Any, published: Any) -> Any:
    """Minsu (S1) and Wei (S2) report to Lin; Wei knows somebody at Minsu's A100."""
    with entry(people["ada"]) as book:
        book.add(Staff(staff_id="S0", name="Lin", role="director"))
        book.add(Staff(staff_id="S1", name="김민수", reports_to="S0"))
        book.add(Staff(staff_id="S2", name="陳偉", reports_to="S0"))
        book.add(Staff(staff_id="S3", name="New Hire", reports_to="S0"))
        for account_id in ("A100", "A101"):
            book.add(
                Assignment(
                    account_id=account_id, staff_id="S1", role="manager", from_on=date(2025, 1, 1)
                )
            )
        book.add(Contact(contact_id="K1", account_id="A100", name="Ms Kim"))
        book.add(Contact(contact_id="K2", account_id="A101", name="Mr Lee"))
        book.add(Tie(contact_id="K1", staff_id="S1", strength=3))
        book.add(Tie(contact_id="K1", staff_id="S2", strength=2))
        book.add(Tie(contact_id="K2", staff_id="S1", strength=1))
        book.add(
            Promise(promise_id="P1", account_id="A100", by_id="S1", made_on=date(2026, 1, 1), due_on=date(2026, 6, 1), text="Rebate of June")
        )  # fmt: skip
    return people


@pytest.fixture
def dora(team: Any, signed_in: Any) -> Client:
    return signed_in("dora")


def planned(client: Client) -> Handover:
    client.post("/team/person/S1/leaves/", {"leaves_on": LAST_DAY.isoformat()})
    return Handover.objects.get()


def test_who_will_leave_is_named_and_chosen_until_then(dora: Client) -> None:
    with entry(User.objects.get(username="ada")) as book:
        book.add(
            Request(
                request_id="R1",
                account_id="A100",
                raised_on=date(2026, 3, 1),
                text="A pump",
                owner_id="S1",
            )
        )
    handover = planned(dora)
    for address in ("/promises/", "/requests/", "/known/promises/?account=A100"):
        assert "김민수" in dora.get(address).content.decode(), address
    chosen = 'value="S1"'
    for address in ("/account/A100/visit/", "/known/requests/add/?account=A100"):
        assert chosen in dora.get(address).content.decode(), address
    assert chosen not in dora.get(f"/team/handover/{handover.pk}/").content.decode()


def test_who_has_left_is_named_and_not_chosen(dora: Client) -> None:
    with entry(User.objects.get(username="ada")) as book:
        gone = Staff.objects.get(staff_id="S1")
        book.change(gone, {"left_on": timezone.localdate() - timedelta(days=1)}, seen=1)
        him = Contact.objects.get(contact_id="K1")
        book.change(him, {"left_on": timezone.localdate() + timedelta(days=9)}, seen=1)
    assert "김민수" in dora.get("/promises/").content.decode()
    page = dora.get("/account/A100/visit/").content.decode()
    assert 'value="S1"' not in page
    assert "Ms Kim" in page  # still there for some days


def test_who_takes_one_account_does_not_learn_of_the_others(dora: Client, signed_in: Any) -> None:
    handover = planned(dora)
    Step.objects.filter(account_id="A100").update(to_staff_id="S2")
    Step.objects.filter(account_id="A101").update(to_staff_id="S3")
    address = f"/team/handover/{handover.pk}/"
    page = signed_in("wei").get(address).content.decode()
    assert "A100" in page
    assert "A101" not in page
    leaver = signed_in("minsu").get(address).content.decode()
    for text in ("Harbour Hardware Ltd", "林氏五金行"):
        assert text in leaver


def test_what_hangs_on_a_person(dora: Client) -> None:
    page = dora.get("/team/person/S1/").content.decode()
    for text in ("Harbour Hardware Ltd", "林氏五金行", "Mr Lee", "Rebate of June"):
        assert text in page
    assert "Ms Kim" not in page  # somebody else knows her too
    leader = dora.get("/team/person/S0/").content.decode()
    assert "김민수" in leader
    assert "陳偉" in leader


def test_of_much_that_is_open_the_first_are_shown_and_that_there_is_more(
    dora: Client, team: Any
) -> None:
    with entry(team["ada"]) as book:
        for n in range(MOST):
            book.add(
                Promise(promise_id=f"Q{n}", account_id="A101", by_id="S1", made_on=date(2026, 1, 2), due_on=date(2026, 7, 1))
            )  # fmt: skip
    page = dora.get("/team/person/S1/").content.decode()
    assert f"· {MOST}+</summary>" in page
    assert page.count("/known/promises/") == MOST


def test_the_page_of_our_people(dora: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(15):
        page = dora.get("/team/").content.decode()
    assert page.index("Lin") < page.index("김민수")  # all who report to Lin hang on her
    with django_assert_max_num_queries(15):
        dora.get("/team/person/S1/")


def test_the_page_of_a_person_asks_few_questions_with_a_cold_cache(
    dora: Client, people: Any, django_assert_max_num_queries: Any
) -> None:
    """Also of somebody who has left, and whose accounts were handed over."""
    planned(dora)
    with entry(people["ada"]) as book:
        book.add(Staff(staff_id="S9", name="Gone", left_on=date(2025, 1, 31)))
    dora.get("/team/")  # what was said of the plan is read, and forgotten
    for code in ("S1", "S9"):
        cache.clear()
        with django_assert_max_num_queries(15):
            assert dora.get(f"/team/person/{code}/").status_code == 200


def test_an_account_is_theirs_once_however_it_became_so(team: Any) -> None:
    """A100 is S1's by the assessment and by an assignment; S2's own are no other's."""
    roles = roles_of(team["dora"], "S1", timezone.localdate())
    named = dict(Account.objects.filter(pk__in=roles).values_list("account_id", "manager_id"))
    assert {"A100", "A101"} <= set(named)
    managed = Account.objects.filter(manager_id="S1").values_list("account_id", flat=True)
    assert set(named) == {"A101", *managed}
    assert set(roles.values()) == {"manager"}
    amounts = [Account.objects.get(pk=pk).amount_52 or 0.0 for pk in roles]
    assert amounts == sorted(amounts, reverse=True)


def test_a_plan_gives_accounts_to_those_who_are_known_there(dora: Client) -> None:
    made = planned(dora)
    takers = dict(made.steps.values_list("account_id", "to_staff_id"))
    assert takers["A100"] == "S2"  # Wei knows Ms Kim
    assert set(takers) == set(
        Account.objects.filter(manager_id="S1").values_list("account_id", flat=True)
    )
    assert "S1" not in takers.values()
    assert all(step.due_on <= LAST_DAY for step in made.steps.all())
    assert Staff.objects.get(staff_id="S1").left_on == LAST_DAY
    assert "0 of" in dora.get(f"/team/handover/{made.pk}/").content.decode()


def test_handing_over_dates_the_old_and_the_new_assignment(dora: Client, signed_in: Any) -> None:
    made = planned(dora)
    step = made.steps.get(account_id="A100")
    signed_in("wei").post(f"/team/handover/step/{step.pk}/", {"do": "introduced"})
    step.refresh_from_db()
    assert step.introduced_on is not None
    dora.post(f"/team/handover/step/{step.pk}/", {"do": "done"})
    today = timezone.localdate()
    old, new = Assignment.objects.filter(account_id="A100").order_by("from_on")
    assert (old.staff_id, old.to_on) == ("S1", today - timedelta(days=1))
    assert (new.staff_id, new.from_on, new.to_on) == ("S2", today, None)
    assert signed_in("wei").get("/account/A100/").status_code == 200
    assert signed_in("minsu").get("/account/A100/").status_code == 404


@pytest.mark.parametrize("ahead", [90, None])
def test_a_deputy_until_a_day_hands_over_no_more_than_that(dora: Client, ahead: int | None) -> None:
    today = timezone.localdate()
    until = today + timedelta(days=ahead) if ahead else None
    with entry(User.objects.get(username="ada")) as book:
        book.add(
            Assignment(
                account_id="A102",
                staff_id="S1",
                role="deputy",
                from_on=date(2026, 1, 1),
                to_on=until,
            )
        )
    step = planned(dora).steps.get(account_id="A102")
    step.to_staff_id = "S3"
    step.save()
    dora.post(f"/team/handover/step/{step.pk}/", {"do": "done"})
    new = Assignment.objects.get(account_id="A102", staff_id="S3")
    assert (new.role, new.from_on, new.to_on) == (step.role, today, until)


def test_a_plan_proposes_who_sells_and_who_is_known_to_those_still_there(dora: Client) -> None:
    """Wei is known to Ms Kim, who leaves in some weeks; the service desk is known to her better."""
    with entry(User.objects.get(username="ada")) as book:
        kim = Contact.objects.get(contact_id="K1")
        book.change(kim, {"left_on": timezone.localdate() + timedelta(days=40)}, seen=1)
        for code, role in (("S2", "Key account manager"), ("S3", "Sales")):
            book.change(Staff.objects.get(staff_id=code), {"role": role}, seen=1)
        book.add(Staff(staff_id="S4", name="Service desk", role="Service"))
        book.add(Staff(staff_id="S5", name="Nobody knows"))
        book.add(Tie(contact_id="K1", staff_id="S4", strength=3))
    takers = dict(planned(dora).steps.values_list("account_id", "to_staff_id"))
    assert takers["A100"] == "S2"
    assert set(takers.values()) <= {"S2", "S3"}


def test_who_sells_is_proposed_before_others() -> None:
    roles = {"D": "Sales director", "S": "客服", "N": None, "K": "業務經理", "M": "거래처 담당"}
    assert selling(roles, {}) == ["K", "M"]
    assert selling(roles, {"N": 4}) == ["N", "K", "M"]
    assert selling({"D": "director", "N": ""}, {}) == ["N"]
    assert selling({"D": "director"}, {"D": 3}) == ["D"]


def test_somebody_else_takes_it_and_by_another_day(dora: Client) -> None:
    step = planned(dora).steps.get(account_id="A101")
    changed = {"do": "change", "to_staff_id": "S3", "due_on": LAST_DAY.isoformat()}
    dora.post(f"/team/handover/step/{step.pk}/", changed)
    step.refresh_from_db()
    assert (step.to_staff_id, step.due_on) == ("S3", LAST_DAY)
    dora.post(f"/team/handover/step/{step.pk}/", {**changed, "to_staff_id": "S1"})
    step.refresh_from_db()
    assert step.to_staff_id == "S3"


def test_managers_see_handovers_that_they_take_part_in_and_change_none(
    dora: Client, signed_in: Any
) -> None:
    made = planned(dora)
    step = made.steps.get(account_id="A100")
    wei = signed_in("wei")
    assert wei.get(f"/team/handover/{made.pk}/").status_code == 200
    wei.post(f"/team/handover/step/{step.pk}/", {"do": "done"})
    assert Step.objects.get(pk=step.pk).done_on is None
    assert signed_in("nobody").get(f"/team/handover/{made.pk}/").status_code == 404
    assert wei.get("/team/").status_code == 403


def test_a_day_that_has_passed_is_refused(dora: Client) -> None:
    dora.post("/team/person/S1/leaves/", {"leaves_on": "2020-01-01"})
    assert not Handover.objects.exists()
    assert Staff.objects.get(staff_id="S1").left_on is None


def test_a_last_day_that_nobody_will_see_is_refused(dora: Client) -> None:
    dora.post("/team/person/S1/leaves/", {"leaves_on": "2999-01-01"})
    assert not Handover.objects.exists()
    assert "too far away" in dora.get("/team/person/S1/").content.decode()


def test_who_leaves_downloads_no_lists(dora: Client, signed_in: Any) -> None:
    minsu = signed_in("minsu")
    assert minsu.get("/accounts/download.csv").status_code == 200
    planned(dora)
    refused = minsu.get("/accounts/download.csv")
    assert refused.status_code == 302
    assert "leaving date" in minsu.get("/accounts/").content.decode()
    assert dora.get("/accounts/download.csv").status_code == 200


def test_unusual_downloads_are_told(dora: Client, team: Any) -> None:
    now = timezone.now()
    for _ in range(6):
        Event.objects.create(actor=team["minsu"], actor_name="김민수", verb="accounts.download")
    assert unusual(["S1"], now)["S1"].lately == 6
    planned(dora)
    assert "more than usual" in dora.get("/team/").content.decode()
    for days in range(40, 200):
        Event.objects.create(
            actor=team["minsu"],
            actor_name="x",
            verb="lines.download",
            at=now - timedelta(days=days),
        )
    assert unusual(["S1"], now) == {}


def test_suggestions_weigh_ties_before_load() -> None:
    found = suggest({"S2": 2, "S3": 1}, {"S2": 90, "S3": 1}, ["S2", "S3", "S4"])
    assert found is not None
    assert found.staff_id == "S2"
    found = suggest({}, {"S2": 90, "S3": 1}, ["S2", "S3"])
    assert found is not None
    assert found.staff_id == "S3"
    assert suggest({}, {}, []) is None


def test_a_circle_of_reports_ends() -> None:
    assert reports_of("a", {"a": ["b"], "b": ["c", "a"], "c": ["b"]}) == ["b", "c"]
