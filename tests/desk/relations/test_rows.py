"""The small row of each account: always as what it is made from; and the list made of these rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from django.conf import settings
from django.utils import timezone

from mainstay import engine
from mainstay.desk.facts import derived
from mainstay.desk.facts.loading import catch_up
from mainstay.desk.facts.services import entry
from mainstay.desk.relations import listing
from mainstay.desk.relations.models import Contact, Relationship, RelationshipLevel, Tie
from mainstay.desk.relations.remaking import remake, remake_due
from mainstay.desk.team.models import Staff

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def row(account_id: str = "A100") -> Relationship:
    return Relationship.objects.get(account_id=account_id)


def test_a_row_follows_each_entry(harbour: Any, people: Any, write: Any) -> None:
    one = row()
    assert (one.contacts, one.ties, one.ours, one.theirs) == (3, 2, 1, 2)
    assert (one.worst, one.level) == ("one_of_ours", None)
    assert [f["code"] for f in one.findings][:2] == ["one_of_ours", "decider_unknown"]
    (tie,) = write(Tie(contact_id="C1", staff_id="S2", strength=2))
    assert (row().ties, row().ours, row().worst) == (3, 2, "")
    write(RelationshipLevel(account_id="A100", on=date(2026, 1, 1), level=2))
    write(RelationshipLevel(account_id="A100", on=date(2025, 1, 1), level=1))
    assert (row().level, row().level_on) == (2, date(2026, 1, 1))
    with entry(people["dora"]) as book:
        book.withdraw(tie, seen=1)
    assert row().ties == 2


def test_what_is_undone_leaves_the_row_alone(harbour: Any, people: Any) -> None:
    def write_and_fail() -> None:
        with entry(people["dora"]) as book:
            book.add(Contact(contact_id="C9", account_id="A100", name="Nobody"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert row().contacts == 3


def test_somebody_of_ours_leaves_and_the_accounts_they_know_are_made_again(
    harbour: Any, people: Any
) -> None:
    staff = Staff.objects.get(staff_id="S1")
    with entry(people["dora"]) as book:
        book.change(staff, {"left_on": date(2026, 1, 1)}, seen=1)
    assert (row().worst, row().ties) == ("lost_with_ours", 0)


def test_a_day_of_leaving_that_was_written_down_ahead_counts_when_it_comes(
    harbour: Any, people: Any
) -> None:
    ahead = timezone.localdate() + timedelta(days=3)
    with entry(people["dora"]) as book:
        book.change(harbour["C2"], {"left_on": ahead}, seen=1)
        book.change(Staff.objects.get(staff_id="S2"), {"left_on": ahead}, seen=1)
    assert row().contacts == 3
    assert remake_due(timezone.now()) == 0
    assert remake_due(timezone.now() + timedelta(days=4)) == 1
    assert row().contacts == 2


def test_a_contact_moved_to_another_account_counts_there(harbour: Any, people: Any) -> None:
    with entry(people["dora"]) as book:
        book.change(harbour["C2"], {"account_id": "A103"}, seen=1)
    assert (row().contacts, row("A103").contacts) == (2, 1)


def test_remade_rows_are_those_that_entries_made(harbour: Any, write: Any) -> None:
    write(
        Contact(contact_id="D1", account_id="A103", name="Mr Lee", power="decides"),
        RelationshipLevel(account_id="A101", on=date(2026, 1, 1), level=3),
    )
    columns = ("account_id", "contacts", "ties", "ours", "theirs", "level", "worst", "findings")
    before = list(Relationship.objects.order_by("account_id").values(*columns))
    Relationship.objects.all().delete()
    stale = Relationship.objects.create(account_id="A109", contacts=4, made_at=timezone.now())
    assert remake() == 3
    assert list(Relationship.objects.order_by("account_id").values(*columns)) == before
    assert not Relationship.objects.filter(pk=stale.pk).exists()
    assert remake({"A103", "A109"}) == 1


def test_files_of_contacts_and_ties_make_rows(people: Any, published: Any) -> None:
    contact = {"contact_id": "F1", "account_id": "A103", "name": "Mr Lee", "power": "decides"}
    rows = {"contacts": [contact], "ties": [{"contact_id": "F1", "staff_id": "S2", "strength": 3}]}
    facts = engine.open_ledger(settings.HOME).facts
    for table, given in rows.items():
        schema = engine.fact_table(table).arrow
        facts.append(table, pa.Table.from_pylist(given, schema), f"i {table}", datetime.now(UTC))
    assert catch_up() == {"contacts", "ties"}
    assert (row("A103").contacts, row("A103").ties, row("A103").worst) == (1, 1, "one_of_ours")


def test_functions_are_called_once_with_all_accounts(
    people: Any, published: Any, monkeypatch: Any
) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(derived, "_remakes", {})
    derived.derive(("contacts", "ties"), heard.append)
    derived.derive(("contacts",), heard.append)
    with entry(people["dora"]) as book:
        book.add(Contact(contact_id="E1", account_id="A100", name="One"))
        book.add(Contact(contact_id="E2", account_id="A101", name="Two"))
        book.add(Tie(contact_id="E2", staff_id="S1"))
        book.add(Staff(staff_id="S1", name="One of ours"))
    assert heard == [{"A100", "A101"}]
    derived.remake_all(["contacts", "visits", "ties"])
    assert heard[1:] == [None]


@pytest.fixture
def hanging(write: Any) -> None:
    """A100 and A103 hang on one of ours; nobody at A101 is known; A102 hangs on nobody."""
    write(
        *(Staff(staff_id=f"S{i}", name=f"Staff {i}") for i in (1, 2)),
        *(Contact(contact_id=a, account_id=a, name=f"K {a}", power="decides", department="user")
          for a in ("A100", "A101", "A102", "A103", "00123")),
        *(Contact(contact_id=f"{a}b", account_id=a, name=f"L {a}", department="user")
          for a in ("A100", "A102", "A103", "00123")),
        *(Tie(contact_id=f"{a}{b}", staff_id="S1", strength=2)
          for a in ("A100", "A103", "A102") for b in ("", "b")),
        *(Tie(contact_id=f"A102{b}", staff_id="S2", strength=2) for b in ("", "b")),
        *(Tie(contact_id="00123", staff_id=f"S{i}", strength=2) for i in (1, 2)),
    )  # fmt: skip


@pytest.mark.parametrize("few", [0, 1000])
def test_the_list_has_most_money_first(
    few: int, hanging: None, signed_in: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(listing, "FEW", few)
    page = signed_in("dora").get("/relations/").content.decode()
    places = [page.index(name) for name in ("한빛산업", "Harbour Hardware", "Müller")]
    assert places == sorted(places)
    assert "All 2 ties run through Staff 1." in page
    assert "All 2 ties end at K 00123." in page
    assert "3 accounts" in page
    assert "林氏五金行" not in page
    assert "华东机电" not in page


def test_a_manager_sees_their_own(hanging: None, signed_in: Any) -> None:
    page = signed_in("minsu").get("/relations/").content.decode()
    assert "Harbour Hardware" in page
    assert "한빛산업" not in page
    assert "2 accounts" in page


@pytest.mark.parametrize(
    ("kind", "there", "absent"),
    [
        ("ours", "Harbour Hardware", "Müller"),
        ("theirs", "Müller", "Harbour Hardware"),
        ("nobody_known", "林氏五金行", "Harbour Hardware"),
        ("deciders", "No such account.", "Harbour Hardware"),
        ("%00", "Harbour Hardware", "林氏五金行"),
    ],
)
def test_the_list_by_what_it_hangs_on(
    kind: str, there: str, absent: str, hanging: None, signed_in: Any
) -> None:
    page = signed_in("dora").get(f"/relations/?kind={kind}&page=x").content.decode()
    assert there in page
    assert absent not in page


def test_pages_of_the_list(hanging: None, signed_in: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(listing, "PAGE", 1)
    client = signed_in("dora")
    assert "Harbour" in client.get("/relations/?page=2").content.decode()
    assert client.get("/relations/?page=99999999").status_code == 200


def test_a_change_is_in_the_sum_at_once(hanging: None, signed_in: Any, write: Any) -> None:
    client = signed_in("dora")
    assert "3 accounts" in client.get("/relations/").content.decode()
    write(Tie(contact_id="A100", staff_id="S2", strength=3))
    assert "2 accounts" in client.get("/relations/").content.decode()


def test_an_accounts_page_says_the_two_worst(harbour: Any, signed_in: Any) -> None:
    page = signed_in("minsu").get("/account/A100/").content.decode()
    part = page[page.index('id="relationship"') :]
    assert "All 2 ties run through 김민수." in part
    assert "Nobody knows who decides: Ms Kim." in part
    assert 'href="/account/A100/people/"' in part
    assert (
        "Nobody of theirs is written down yet."
        in signed_in("minsu").get("/account/A101/").content.decode()
    )
