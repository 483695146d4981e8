"""Who is assigned sees the account everywhere, from the first day to the last."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from mainstay.desk.access.models import User
from mainstay.desk.access.rights import visible_accounts
from mainstay.desk.accounts import words
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight, at_risk
from mainstay.desk.facts.services import entry
from mainstay.desk.team.models import Assignment, Staff

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.usefixtures("own_store"),
]


def assign(
    people: Any, role: str, first: int, last: int | None, staff_id: str = "S1"
) -> Assignment:
    """A103 is Wei's; somebody else looks after it from and until so many days from today."""
    today = timezone.localdate()
    made = Assignment(
        account_id="A103",
        staff_id=staff_id,
        role=role,
        from_on=today + timedelta(days=first),
        to_on=None if last is None else today + timedelta(days=last),
    )
    with entry(people["ada"]) as book:
        book.add(made)
    return made


@pytest.mark.parametrize("role", ["deputy", "service", "manager"])
@pytest.mark.parametrize(
    ("first", "last", "sees"),
    [(-5, None, True), (-5, 0, True), (0, 5, True), (-5, -1, False), (1, None, False)],
)
def test_from_the_first_day_to_the_last(
    people: Any, published: Any, signed_in: Any, role: str, first: int, last: int | None, sees: bool
) -> None:
    assign(people, role, first, last)
    client = signed_in("minsu")
    assert client.get("/account/A103/").status_code == (200 if sees else 404)
    for address in ("/accounts/", "/accounts/?q=한빛", "/find/?q=한빛"):
        assert ("한빛산업" in client.get(address).content.decode()) == sees, address
    assert visible_accounts(people["wei"]).filter(account_id="A103").exists()


def test_sums_that_are_kept_know_of_a_new_assignment(people: Any, published: Any) -> None:
    def accounts() -> int:
        return at_risk(Sight.of(people["minsu"])).of

    assert accounts() == 4
    made = assign(people, "deputy", -9, None)
    assert accounts() == 5
    with entry(people["ada"]) as book:
        book.change(made, {"to_on": timezone.localdate() - timedelta(days=1)}, seen=1)
    assert accounts() == 4


def test_service_sees_what_it_is_assigned_to(people: Any, published: Any, signed_in: Any) -> None:
    user = people["nobody"]
    user.role, user.staff_id = "service", "S9"
    user.save()
    assert not visible_accounts(user).exists()
    assign(people, "service", -1, None, "S9")
    assert [a.account_id for a in visible_accounts(user)] == ["A103"]


def test_the_manager_is_named_as_people_wrote_them_down(
    people: Any, published: Any, signed_in: Any
) -> None:
    client = signed_in("dora")
    assert "陳偉" in client.get("/account/A103/").content.decode()  # as they sign in
    with entry(people["ada"]) as book:
        book.add(Staff(staff_id="S2", name="Wei Chen"))
    page = client.get("/account/A103/").content.decode()
    assert "Wei Chen" in page
    assert "Wei Chen" in client.get("/accounts/").content.decode()


def test_an_accounts_page_names_who_looks_after_it(
    people: Any, published: Any, signed_in: Any
) -> None:
    today = timezone.localdate()
    with entry(people["dora"]) as book:
        for code, name in (
            ("S2", "陳偉"),
            ("S5", "Ida Stand-in"),
            ("S6", "Kim Later"),
            ("S7", "Old Hand"),
        ):
            book.add(Staff(staff_id=code, name=name))
        for code, role, first, last in (
            ("S2", "service", -30, None),
            ("S5", "deputy", -3, 4),
            ("S6", "manager", 10, None),
            ("S7", "deputy", -30, -1),
        ):
            book.add(
                Assignment(
                    account_id="A100",
                    staff_id=code,
                    role=role,
                    from_on=today + timedelta(days=first),
                    to_on=None if last is None else today + timedelta(days=last),
                )
            )
    page = signed_in("minsu").get("/account/A100/").content.decode()
    team = page.split('class="dots carers">')[1].split("</p>")[0]
    first, last = (words.day(today + timedelta(days=n)) for n in (10, 4))
    assert " ".join(re.sub("<[^>]+>", " ", team).split()) == (
        f"Manager 김민수 Manager Kim Later from {first} Service 陳偉 Deputy Ida Stand-in until {last}"
    )


def test_a_code_that_nobody_is_known_by_says_so_wherever_it_stands(
    people: Any, published: Any, signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    """A mistyped code of a file stood there as a manager, without a word."""
    said = "Nobody of ours is known by this code."
    client = signed_in("dora")
    for address in ("/accounts/", "/account/A100/", "/account/A106/"):
        assert said not in client.get(address).content.decode(), address
    assert "Codes that nobody is known by" not in client.get("/team/").content.decode()
    Account.objects.filter(account_id__in=("A100", "A101")).update(manager_id="S1 <x")
    assign(people, "deputy", -9, None, "S11")
    cache.clear()
    for address in ("/accounts/", "/account/A100/"):
        page = client.get(address).content.decode()
        assert f'<span class="faint" title="{said}">S1 &lt;x<' in page, address
    assert f'title="{said}">S11<' in client.get("/account/A103/").content.decode()
    with django_assert_max_num_queries(15):
        page = client.get("/team/").content.decode()
    assert page.count(">S1 &lt;x<") == page.count(">S11<") == 1
    told = " ".join(re.sub("<[^>]+>", " ", page.split('id="unknown"')[1]).split())
    assert told.index("S1 &lt;x 2 accounts") < told.index("S11 1 account ")
    assert 'href="/accounts/?manager=S1%20%3Cx"' in page
    with entry(people["ada"]) as book:
        book.add(Staff(staff_id="S1 <x", name="Ida"))
    User.objects.filter(username="sora").update(staff_id="S11")  # of the service, in no table
    assert said not in client.get("/account/A103/").content.decode()
    page = client.get("/team/").content.decode()
    assert "Codes that nobody is known by" not in page
    assert "Ida" in page


def test_an_account_without_anybody_says_so(people: Any, published: Any, signed_in: Any) -> None:
    page = signed_in("dora").get("/account/A106/").content.decode()
    assert "Nobody looks after this account." in page
