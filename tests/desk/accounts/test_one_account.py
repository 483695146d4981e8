"""Two codes that are one account: looked at before, with figures; what people know goes along, and home again."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mainstay import engine
from mainstay.core.home import Home
from mainstay.desk.accounts import answers
from mainstay.desk.care.models import Complaint, Notice, Promise, Visit
from mainstay.desk.facts.models import Moved, Wallet
from mainstay.desk.facts.services import entry, send
from mainstay.desk.relations.models import Contact
from mainstay.desk.team.models import Assignment

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
DAY = date(2026, 2, 1)


@pytest.fixture
def known(people: Any, published: Any, tmp_path: Path, settings: Any) -> Home:
    """A101 has two contacts, a visit, a promise, a notice, a wallet, a deputy; A100 a contact and the same wallet."""
    settings.HOME = Home(tmp_path / "home").prepare()
    with entry(people["dora"]) as book:
        book.add(Contact(contact_id="C1", account_id="A101", name="Lin  Mei"))
        book.add(Contact(contact_id="C2", account_id="A101", name="Somebody"))
        book.add(Contact(contact_id="C3", account_id="A100", name="lin mei"))
        book.add(Visit(visit_id="V1", account_id="A101", on=DAY, staff_id="S1"))
        book.add(Promise(promise_id="P1", account_id="A101", made_on=DAY, due_on=DAY))
        book.add(Notice(account_id="A101", on=DAY, kind="will_leave"))
        book.add(Assignment(account_id="A101", staff_id="S2", role="deputy", from_on=DAY))
        for code in ("A100", "A101"):
            book.add(Wallet(account_id=code, on=DAY, yearly_purchases=9, source="them"))
    return settings.HOME


def plain(answer: Any) -> str:
    return " ".join(re.sub("<[^>]+>", " ", answer.content.decode()).split())


def where(home: Home) -> dict[str, set[str]]:
    """By account, what the store knows of it now."""
    send()
    found: dict[str, set[str]] = {}
    for table in ("contacts", "visits", "promises", "notices", "assignments", "wallets"):
        for row in engine.facts_known(home, table).to_pylist():
            found.setdefault(row["account_id"], set()).add(table)
    return found


def test_both_are_shown_with_figures_before_it_is_said(known: Home, signed_in: Any) -> None:
    client = signed_in("minsu")
    page = plain(client.get("/account/A101/same/?into=A100"))
    assert "林氏五金行 would be part of Harbour Hardware Ltd." in page
    assert "€131k €131,000.00 €184k €184,000.00 €315k €315,000.00" in page
    assert "Contacts 2 1 3" in page
    assert "Visits 1 0 1" in page
    assert "Open promises 1 0 1" in page
    assert "1 contact has the same name at both" in page
    assert not engine.open_ledger(known).joins  # nothing is said yet
    for foreign in ("A103", "nonsense", "A101", "A1\0"):
        assert "would be part of" not in plain(client.get(f"/account/A101/same/?into={foreign}"))


def test_what_people_know_goes_along_and_home_again(known: Home, signed_in: Any) -> None:
    client = signed_in("dora")
    before = where(known)
    client.post("/account/A101/same/", {"into": "A100"})
    assert "Visit" in plain(client.get("/known/visits/?account=A100"))
    assert not Visit.objects.filter(account_id="A101").exists()
    assert where(known)["A101"] == {"wallets"}  # the other has the same row already
    assert signed_in("wei").get("/account/A100/").status_code == 200  # the deputy sees both
    visit = Visit.objects.get()
    typed = {"on": "2026-02-02", "staff_id": "S1", "notes": "Since changed", "seen": visit.version}
    client.post(f"/known/visits/{visit.pk}/", typed)
    client.post("/account/A101/answer/", {"do": "back"})
    visit.refresh_from_db()
    assert (visit.account_id, visit.notes) == ("A101", "Since changed")
    assert where(known) == before
    assert not Moved.objects.exists()
    log = plain(signed_in("ada").get("/people/events/"))
    assert "moved what people know of it to the account that it is part of" in log
    assert "brought home what people know of it" in log


def test_one_after_the_other_and_taken_apart_in_any_order(known: Home, people: Any) -> None:
    dora = people["dora"]
    with entry(dora) as book:
        book.add(Complaint(complaint_id="X", account_id="A103", opened_at="2026-02-01T10:00:00Z"))
    answers.join_codes(dora, [(["A101"], "A100")], "by_hand")
    answers.join_codes(dora, [(["A100"], "A103")], "by_hand")
    assert set(Visit.objects.values_list("account_id", flat=True)) == {"A103"}
    answers.take_apart(dora, ["A101"])
    assert Visit.objects.get().account_id == "A101"
    assert Notice.objects.get().account_id == "A101"
    assert Contact.objects.get(contact_id="C3").account_id == "A103"
    answers.take_apart(dora, ["A100"])
    assert Contact.objects.get(contact_id="C3").account_id == "A100"
    assert Complaint.objects.get().account_id == "A103"
