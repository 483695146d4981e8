"""The pages of any table from people, as their users meet them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from mainstay.desk.access.models import User
from mainstay.desk.care.models import Promise, Visit
from mainstay.desk.facts import queries
from mainstay.desk.facts.models import Once
from mainstay.desk.facts.rows import models_by_table
from mainstay.desk.relations.models import Contact

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ADD = "/known/visits/add/?account=A100"


def typed(**values: Any) -> dict[str, Any]:
    given = {"on": "2026-03-01", "staff_id": "S1", "kind": "visit", "once": "one"}
    return {**given, **values}


@pytest.fixture
def minsu(signed_in: Any, published: Any) -> Client:
    return signed_in("minsu")


def test_a_visit_is_written_and_shown(minsu: Client) -> None:
    answer = minsu.post(ADD, typed(notes="They like the new pump", mood="1"))
    assert answer.headers["Location"] == "/account/A100/"
    page = minsu.get("/known/visits/?account=A100").content.decode()
    for text in ("They like the new pump", "We visited them", "김민수"):
        assert text in page
    assert "A103" not in page


@pytest.mark.parametrize(
    ("table", "row", "wrong"),
    [
        ("complaints", {"opened_at": "2026-03-01T10:00", "solved_at": "2026-02-01T10:00"}, "solved_at"),
        ("complaints", {"opened_at": "2026-03-01T10:00", "on_site_at": "2999-02-01T10:00"}, "on_site_at"),
        ("relationship_levels", {"on": "2999-01-01", "level": "2"}, "on"),
        ("wallets", {"on": "2999-01-01", "yearly_purchases": "5", "source": "them"}, "on"),
    ],
)  # fmt: skip
def test_what_can_not_have_happened_is_refused(
    minsu: Client, table: str, row: dict[str, str], wrong: str
) -> None:
    address = f"/known/{table}/add/?account=A100"
    answer = minsu.post(address, {**row, "once": "x"})
    assert list(answer.context["form"].errors) == [wrong]
    assert (
        minsu.post(address, {**row, wrong: "2026-03-01T10:00"[: len(row[wrong])]}).status_code
        == 302
    )


def test_a_form_sent_again_from_a_bad_line_is_kept_once(minsu: Client) -> None:
    for _ in range(2):
        answer = minsu.post(ADD, typed(), headers={"X-Draft": "1"})
        assert answer.headers["X-Draft"] == "clear"
        assert answer.headers["X-Next"] == "/account/A100/"
    assert Visit.objects.count() == 1
    assert Once.objects.count() == 1


def test_a_change_sent_again_from_a_bad_line_is_no_conflict(minsu: Client) -> None:
    minsu.post(ADD, typed())
    made = Visit.objects.get()
    for _ in range(2):
        answer = minsu.post(
            f"/known/visits/{made.pk}/",
            typed(seen=made.version, once="changed", notes="Said otherwise"),
            headers={"X-Draft": "1"},
        )
        assert answer.headers["X-Draft"] == "clear"
    made.refresh_from_db()
    assert (made.notes, made.version) == ("Said otherwise", 2)


def test_accounts_of_others_are_not_there(minsu: Client, people: Any) -> None:
    assert minsu.get("/known/visits/add/?account=A103").status_code == 404
    assert minsu.post("/known/visits/add/?account=A103", typed()).status_code == 404
    made = Visit.objects.create(
        visit_id="V", account_id="A103", on=date(2026, 3, 1), staff_id="S2", key="k",
        notes="secret", recorded_at=timezone.now(), recorded_by=people["wei"],
    )  # fmt: skip
    for place in ("", "withdraw/", "history/"):
        assert minsu.get(f"/known/visits/{made.pk}/{place}").status_code == 404
        assert minsu.post(f"/known/visits/{made.pk}/{place}").status_code in (404, 405)
    assert "secret" not in minsu.get("/known/visits/").content.decode()
    # An account named in the form, not in the address, is no way around.
    minsu.post("/known/visits/add/", typed(account_id="A103", once="two"))
    assert Visit.objects.filter(account_id="A103").count() == 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"on": "1700-01-01"}, "too long ago"),
        ({"on": ""}, "required"),
        ({"on": "soon"}, "Enter a valid date"),
        ({"notes": "x" * 10_000}, "longer than 4000 letters"),
        ({"mood": "7"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(
    minsu: Client, values: dict[str, str], said: str
) -> None:
    answer = minsu.post(ADD, typed(purpose="Autumn range", **values))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "Autumn range" in page
    assert not Visit.objects.exists()


def test_a_visit_of_next_week_is_no_visit_yet(minsu: Client) -> None:
    later = (timezone.now() + timedelta(days=7)).date().isoformat()
    assert "has not happened yet" in minsu.post(ADD, typed(on=later)).content.decode()


def test_a_promise_is_not_due_before_it_was_made(minsu: Client) -> None:
    address = "/known/promises/add/?account=A100"
    page = minsu.post(address, {"made_on": "2026-02-01", "due_on": "2026-01-01", "kind": "rebate"})
    assert "before the day on which it begins" in page.content.decode()
    assert not Promise.objects.exists()


def test_nobody_reports_to_themself_nor_in_a_circle(minsu: Client) -> None:
    address = "/known/contacts/add/?account=A100"
    for name in ("Ann", "Bob"):
        minsu.post(address, {"name": name, "once": name})
    ann, bob = Contact.objects.order_by("name")
    minsu.post(
        f"/known/contacts/{bob.pk}/", {"name": "Bob", "reports_to": ann.contact_id, "seen": 1}
    )
    for above in (ann.contact_id, bob.contact_id):
        page = minsu.post(
            f"/known/contacts/{ann.pk}/", {"name": "Ann", "reports_to": above, "seen": 1}
        )
        assert "circle" in page.content.decode()
    assert Contact.objects.get(pk=bob.pk).reports_to == ann.contact_id


def test_scripts_and_marks_in_notes_are_text(minsu: Client) -> None:
    minsu.post(ADD, typed(notes="<script>alert(1)</script>\u202e\0", purpose='"><b>'))
    page = minsu.get("/known/visits/?account=A100").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page


def test_the_second_of_two_sees_what_the_first_did_and_loses_nothing(
    minsu: Client, signed_in: Any
) -> None:
    minsu.post(ADD, typed(notes="first"))
    made = Visit.objects.get()
    other = signed_in("dora")
    other.post(f"/known/visits/{made.pk}/", typed(notes="by Dora", seen=1))
    answer = minsu.post(f"/known/visits/{made.pk}/", typed(notes="mine", seen=1, once="2"))
    page = answer.content.decode()
    assert answer.status_code == 422
    for text in ("Dora Lin changed this meanwhile", "by Dora", "mine"):
        assert text in page
    assert Visit.objects.get().notes == "by Dora"
    again = minsu.post(f"/known/visits/{made.pk}/", typed(notes="mine", seen=2, once="3"))
    assert again.status_code == 302
    assert Visit.objects.get().notes == "mine"


def test_taking_back_and_its_history(minsu: Client) -> None:
    minsu.post(ADD, typed(notes="wrong"))
    made = Visit.objects.get()
    assert "wrong" in minsu.get(f"/known/visits/{made.pk}/withdraw/").content.decode()
    assert "김민수" in minsu.get(f"/known/visits/{made.pk}/history/").content.decode()
    minsu.post(f"/known/visits/{made.pk}/withdraw/", {"seen": 1})
    assert not Visit.objects.exists()


def test_pages_ask_few_questions(minsu: Client, django_assert_max_num_queries: Any) -> None:
    for n in range(30):
        minsu.post(ADD, typed(once=str(n), notes=f"visit {n}", contacts=""))
    for address in ("/known/visits/", "/known/visits/?account=A100", ADD):
        with django_assert_max_num_queries(15):
            minsu.get(address)


@pytest.mark.parametrize(("table", "name"), [("contacts", "name"), ("visits", "notes")])
def test_pages_far_behind_are_those_that_one_would_come_to(
    table: str, name: str, minsu: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    for n in range(11):
        row = {"once": str(n), "name": f"N{n % 4}", "notes": f"N{n:02}", "contacts": ""}
        minsu.post(f"/known/{table}/add/?account=A100", typed(**row))
    monkeypatch.setattr(queries, "PAGE", 3)

    def pages() -> list[list[int]]:
        user = User.objects.get(username="minsu")
        found = [queries.page(user, table, account_id=None, number=n) for n in range(1, 7)]
        assert [one.further for one in found] == [True, True, True, False, False, False]
        return [[row.pk for row, _cells in one.rows] for one in found]

    monkeypatch.setattr(queries, "FAR", 1_000)
    expected = pages()
    assert [len(rows) for rows in expected] == [3, 3, 3, 2, 0, 0]
    monkeypatch.setattr(queries, "FAR", 1)
    assert pages() == expected


def test_every_table_is_on_the_page_of_all(minsu: Client, signed_in: Any) -> None:
    page = minsu.get("/known/").content.decode()
    for table in models_by_table():
        assert f"/known/{table}/" in page, table
    assert "/known/staff/add/" not in page
    assert "/known/staff/add/" in signed_in("dora").get("/known/").content.decode()


def test_the_tables_of_one_account_lead_to_its_rows(minsu: Client, signed_in: Any) -> None:
    page = minsu.get("/known/?account=A100").content.decode()
    assert "/known/visits/add/?account=A100" in page
    assert "/known/staff/" not in page
    assert "/known/accounts/add/" not in page
    dora = signed_in("dora")
    assert "/known/accounts/add/?account=A100" in dora.get("/known/?account=A100").content.decode()
    known = {"name": "Harbour Hardware", "tier": "B", "once": "x"}
    assert dora.post("/known/accounts/add/?account=A100", known).status_code == 302
    assert minsu.get("/known/?account=A103").status_code == 404


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("contacts", {"name": "Kim", "from_on": "2999-01-01"}),
        ("promises", {"made_on": "2026-01-01", "due_on": "2999-01-01"}),
        ("incentives", {"from_on": "2999-01-01", "owner_id": "S1"}),
    ],
)
def test_days_that_nobody_will_see_are_refused(
    minsu: Client, table: str, values: dict[str, str]
) -> None:
    answer = minsu.post(f"/known/{table}/add/?account=A100", values)
    assert answer.status_code == 422
    assert "too far away to be true" in answer.content.decode()
    assert not models_by_table()[table].objects.exists()


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("complaints", {"opened_at": "1900-01-01T08:00", "kind": "quality"}),
        ("visits", {"on": "1998-03-01", "staff_id": "S1"}),
        ("requests", {"raised_on": "1999-12-31", "text": "A longer hose"}),
        ("promises", {"made_on": "1999-12-31", "due_on": "2026-01-01"}),
        ("notices", {"on": "1999-12-31", "kind": "will_leave"}),
    ],
)
def test_what_is_written_down_today_is_not_of_another_century(
    minsu: Client, table: str, values: dict[str, str]
) -> None:
    answer = minsu.post(f"/known/{table}/add/?account=A100", values)
    assert answer.status_code == 422
    assert "too long ago to be true" in answer.content.decode()
    assert not models_by_table()[table].objects.exists()


@pytest.mark.parametrize(
    ("table", "values", "said"),
    [
        (
            "wallets",
            {
                "on": "2026-01-01",
                "yearly_purchases": "30",
                "low": "50",
                "high": "20",
                "source": "us",
            },
            "lower end lies above the upper end",
        ),
        (
            "notices",
            {"on": "2026-02-01", "kind": "will_leave", "takes_effect_on": "2026-01-01"},
            "before the day on which it begins",
        ),
        ("agreements", {"from_on": "2026-01-01", "currency": "ZZZ"}, "no currency “ZZZ”"),
        (
            "promises",
            {"made_on": "2026-01-01", "due_on": "2026-02-01", "amount": "1" + "0" * 15},
            "amounts lie below 1,000,000,000,000",
        ),
    ],
)
def test_forms_refuse_what_files_have_set_aside(
    minsu: Client, table: str, values: dict[str, str], said: str
) -> None:
    answer = minsu.post(f"/known/{table}/add/?account=A100", values)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not models_by_table()[table].objects.exists()


def test_a_currency_is_kept_in_capitals(minsu: Client) -> None:
    minsu.post("/known/agreements/add/?account=A100", {"from_on": "2026-01-01", "currency": "twd"})
    assert models_by_table()["agreements"].objects.get().currency == "TWD"
