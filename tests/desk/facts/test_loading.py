"""Files of people's tables: what they bring is on the pages, what is undone is gone from them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from mainstay import engine
from mainstay.desk import bulk
from mainstay.desk.care.models import Complaint, Visit, VisitDue
from mainstay.desk.facts import derived
from mainstay.desk.facts.loading import catch_up
from mainstay.desk.facts.models import Brought
from mainstay.desk.facts.services import entry
from mainstay.desk.relations.models import Contact

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.usefixtures("own_store"),
]


def brought(table: str, rows: list[dict[str, Any]], import_id: str = "i1") -> None:
    """What an import leaves in the store."""
    schema = engine.fact_table(table).arrow
    facts = engine.open_ledger(settings.HOME).facts
    facts.append(table, pa.Table.from_pylist(rows, schema), import_id, datetime.now(UTC))


VISIT = {"visit_id": "V1", "account_id": "A100", "on": date(2026, 2, 1), "staff_id": "S1"}


def test_rows_of_a_file_are_on_the_pages(signed_in: Any, published: Any) -> None:
    opened = datetime(2026, 2, 3, 14, 30, tzinfo=UTC)
    brought("visits", [{**VISIT, "notes": "from the old system", "mood": -1}])
    brought(
        "complaints",
        [{"complaint_id": "C1", "account_id": "A100", "opened_at": opened, "severity": 2}],
        "i2",
    )
    assert catch_up() == {"visits", "complaints"}
    assert catch_up() == set()
    assert Complaint.objects.get().opened_at == opened
    client: Client = signed_in("minsu")
    page = client.get("/known/visits/?account=A100").content.decode()
    assert "from the old system" in page
    assert "from a file" in page
    assert Visit.objects.get().on == date(2026, 2, 1)


def test_a_later_file_replaces_and_the_last_of_equal_rows_counts(people: Any) -> None:
    brought("visits", [{**VISIT, "mood": 1}, {**VISIT, "mood": 2}])
    catch_up()
    assert Visit.objects.get().mood == 2
    brought("visits", [{**VISIT, "mood": -2}], "i2")
    catch_up()
    found = Visit.objects.get()
    assert (found.mood, found.version) == (-2, 2)


def test_a_table_that_gets_its_pages_later_is_brought_from_imports_seen_before(people: Any) -> None:
    brought("visits", [VISIT])
    catch_up()
    Visit.objects.all().delete()
    Brought.objects.update(tables=[])  # as it was when visits had no pages
    assert catch_up() == {"visits"}
    assert Visit.objects.count() == 1
    assert Brought.objects.get().tables == ["visits"]
    assert catch_up() == set()


def test_an_undone_import_leaves_what_was_there_before(people: Any, published: Any) -> None:
    brought("visits", [VISIT, {**VISIT, "visit_id": "V2"}])
    catch_up()
    with entry(people["minsu"]) as book:
        book.change(Visit.objects.get(visit_id="V1"), {"notes": "by hand"}, seen=1)
        book.add(Visit(**{**VISIT, "visit_id": "V3"}))
    brought("visits", [{**VISIT, "notes": "second file"}], "i2")
    catch_up()
    assert Visit.objects.get(visit_id="V1").notes == "second file"
    engine.open_ledger(settings.HOME).undo("i2")
    assert catch_up() == {"visits"}
    assert Visit.objects.get(visit_id="V1").notes == "by hand"
    engine.open_ledger(settings.HOME).undo("i1")
    catch_up()
    assert sorted(Visit.objects.values_list("visit_id", flat=True)) == ["V1", "V3"]
    assert Visit.objects.get(visit_id="V3").recorded_by == people["minsu"]
    assert not Brought.objects.exists()


def test_what_is_written_after_an_import_and_before_the_desk_saw_it_stays(
    people: Any, published: Any
) -> None:
    brought("visits", [VISIT])
    catch_up()
    brought("visits", [{**VISIT, "mood": -2}], "i2")
    with entry(people["dora"]) as book:
        book.change(Visit.objects.get(), {"notes": "just now"}, seen=1)
    catch_up()
    assert Visit.objects.get().notes == "just now"


def test_what_is_written_while_an_import_is_undone_stays(
    people: Any, published: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought("visits", [VISIT])
    catch_up()
    engine.open_ledger(settings.HOME).undo("i1")
    known = engine.facts_known

    def written_meanwhile(*asked: Any) -> pa.Table:
        found = known(*asked)
        with entry(people["dora"]) as book:
            book.add(Visit(**{**VISIT, "visit_id": "V2"}))
        return found

    monkeypatch.setattr(engine, "facts_known", written_meanwhile)
    catch_up()
    assert list(Visit.objects.values_list("visit_id", flat=True)) == ["V2"]


def test_long_and_odd_texts_come_through(people: Any) -> None:
    name = "名" * 10_000 + '"\n,<script>'
    brought("contacts", [{"contact_id": "K 1", "account_id": "B/108 ?&#", "name": name}])
    catch_up()
    assert Contact.objects.get().name == name


def test_the_command_line_and_the_desk_see_one_store(tmp_path: Path, people: Any) -> None:
    file = tmp_path / "visits.csv"
    file.write_text(
        "visit_id,account_id,on,staff_id,notes\nV9,A100,2026-01-05,S1,Called about the pump\n"
    )
    engine.run_import(settings.HOME, [file], engine.ImportOptions(table="visits"))
    catch_up()
    assert Visit.objects.get().notes == "Called about the pump"


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The accounts for which something is made again, in place of making it."""
    told: list[Any] = []
    monkeypatch.setattr(derived, "_remakes", {})
    derived.derive(("contacts", "ties", "visits", "staff", "service_standards"), told.append)
    return told


def contact(code: str, account: str) -> dict[str, Any]:
    return {"contact_id": code, "account_id": account, "name": code}


def test_a_file_has_what_hangs_on_its_accounts_made_again_alone(
    heard: list[Any], people: Any
) -> None:
    brought("contacts", [contact("K1", "A100"), contact("K2", "A101"), contact("K3", "A102")])
    catch_up()
    assert heard == [{"A100", "A101", "A102"}]
    # A contact that moved: both accounts. One that stays and is not in the file: none.
    brought("contacts", [contact("K1", "A103"), contact("K4", "A104")], "i2")
    catch_up()
    assert heard[1:] == [{"A100", "A103", "A104"}]
    # Rows without an account are about that of their contact, and about those whom somebody of ours knows.
    brought("ties", [{"contact_id": "K2", "staff_id": "S1"}], "i3")
    catch_up()
    brought("staff", [{"staff_id": "S1", "name": "김민수"}], "i4")
    catch_up()
    assert heard[2:] == [{"A101"}, {"A101"}]
    assert catch_up() == set()
    assert len(heard) == 4


def test_an_undone_file_has_the_accounts_made_again_that_it_was_about(
    heard: list[Any], people: Any
) -> None:
    brought("contacts", [contact("K1", "A100"), contact("K2", "A101")])
    catch_up()
    brought("contacts", [contact("K1", "A103"), contact("K5", "A105")], "i2")
    catch_up()
    del heard[:]
    engine.open_ledger(settings.HOME).undo("i2")
    catch_up()
    # K1 is back at A100, K5 is gone; K2 was there before and after.
    assert heard == [{"A100", "A103", "A105"}]


def test_rows_that_are_about_no_account_have_all_made_again(heard: list[Any], people: Any) -> None:
    standard = {"kind": "other", "severity": 1, "answer_within": 1.0, "solve_within": 2.0}
    brought("service_standards", [standard])
    catch_up()
    assert heard == [None]


def test_an_import_that_was_broken_off_is_brought_again(
    heard: list[Any], people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought("contacts", [contact("K1", "A100")])

    def broken(accounts: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(derived, "_remakes", {"contacts": [broken]})
        with pytest.raises(RuntimeError):
            catch_up()
    assert catch_up() == {"contacts"}
    assert heard == [{"A100"}]


def test_many_keys_are_looked_up_in_parts(
    heard: list[Any], people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(derived, "AT_ONCE", 2)
    brought("contacts", [contact(f"K{i}", f"A10{i}") for i in range(5)])
    catch_up()
    assert heard == [{f"A10{i}" for i in range(5)}]


def counted(model: Any) -> int | None:
    """How many rows the database believes a table to have; None where it never counted."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [table])
            found = int(cursor.fetchone()[0])
            return None if found < 0 else found
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")
        if not cursor.fetchone()[0]:
            return None
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = %s", [table])
        # One row an index; one with a condition holds fewer.
        return max((int(stat.split()[0]) for (stat,) in cursor.fetchall()), default=None)


def test_after_many_rows_the_database_counts_what_is_there_now(
    published: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it guesses by what was there before, and reads whole tables."""
    rows = [{**VISIT, "visit_id": f"V{n}"} for n in range(30)]
    brought("visits", rows[:10])
    catch_up()
    assert counted(Visit) != 10
    brought("visits", rows, "i2")
    monkeypatch.setattr(bulk, "MANY", 20)
    catch_up()
    assert counted(Visit) == 30
    # What hangs on as many accounts is counted with it, in whatever table it is.
    accounts = [{**VISIT, "visit_id": f"W{n}", "account_id": f"A10{n}"} for n in range(8)]
    brought("visits", accounts, "i3")
    monkeypatch.setattr(bulk, "MANY", 8)
    catch_up()
    assert counted(VisitDue) == VisitDue.objects.count()
