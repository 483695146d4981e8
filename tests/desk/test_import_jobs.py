"""Jobs that import and assess: from a file to the pages, and safe to repeat."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from mainstay import engine
from mainstay.core.errors import UnreadableFile
from mainstay.core.home import Home
from mainstay.desk.accounts.models import Account, latest_id
from mainstay.desk.jobs import kinds, running, services
from mainstay.desk.jobs.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Home:
    settings.HOME = Home(tmp_path / "home").prepare()
    return settings.HOME


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """Two years of orders of twelve accounts, one of which has stopped."""
    dice = random.Random(5)
    lines = ["Customer ID,Invoice,Date,Amount"]
    for account in range(12):
        day = date(2023, 1, 2) + timedelta(days=account)
        while day < date(2024, 3 if account == 0 else 12, 20):
            lines.append(f"K{account:03d},I{len(lines)},{day},{dice.randint(50, 500)}.50")
            day += timedelta(days=dice.randint(10, 24))
    file = tmp_path / "orders.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def run(
    home: Home, kind: str, arguments: dict[str, Any], results: dict[str, Any] | None = None
) -> dict[str, Any]:
    """All steps of a kind, one after the other, as the worker does them."""
    results = dict(results or {})
    for code, step in kinds.KINDS[kind].items():
        if code not in results:
            results[code] = step(kinds.Run(home, arguments, results))
    return results


def test_an_import_reaches_the_pages_and_goes_again(home: Home, orders: Path) -> None:
    done = run(home, "import", {"files": [str(orders)]})
    assert done["load"]["rows_read"] == done["load"]["rows_taken"] > 300
    assert done["publish"] == done["assess"] == latest_id()
    assert Account.objects.count() == 12
    run(home, "undo", {"import_id": done["load"]["import_id"]})
    assert engine.open_ledger(home).imports() == []


def test_run_again_after_its_commit_an_import_gives_its_own_report(
    home: Home, orders: Path
) -> None:
    arguments = {"files": [str(orders)]}
    before: dict[str, Any] = {"imports_before": []}
    first = kinds.load(kinds.Run(home, arguments, before))
    again = kinds.load(kinds.Run(home, arguments, before))
    assert again == first
    assert len(engine.open_ledger(home).imports()) == 1
    later = kinds.load(kinds.Run(home, arguments, {"imports_before": [first["import_id"]]}))
    assert (later["rows_taken"], later["rows_copies"]) == (0, first["rows_taken"])


def test_nothing_new_is_not_assessed_again(home: Home, orders: Path) -> None:
    run(home, "import", {"files": [str(orders)]})
    assert run(home, "import", {"files": [str(orders)]})["assess"] is None


def test_people_alone_are_no_reason_to_assess(home: Home, tmp_path: Path) -> None:
    staff = tmp_path / "staff.csv"
    staff.write_text("staff_id,name\nS1,Kim\n", encoding="utf-8")
    done = run(home, "import", {"files": [str(staff)], "options": {"table": "staff"}})
    assert done["load"]["rows_taken"] == 1
    assert done["publish"] is None


def test_an_unreadable_file_fails_in_words(home: Home, tmp_path: Path) -> None:
    picture = tmp_path / "orders.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200))
    with pytest.raises(UnreadableFile):
        run(home, "import", {"files": [str(picture)]})
    job = services.ask(None, "import", {"files": [str(picture)], "secrets": {"password": "x"}})
    outcome = running.step(job.pk, "load", {"imports_before": []})
    running.end(job.pk, outcome)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "orders.csv" in str(job.error)
    assert "secrets" not in job.arguments


def test_options_come_through_as_json(orders: Path) -> None:
    options = kinds.import_options(
        {
            "options": {"table": "order_lines", "fee_codes": ["POST"], "read": {"delimiter": ";"}},
            "secrets": {"password": "x"},
        }
    )
    assert options.fee_codes == ("POST",)
    assert (options.read.delimiter, options.read.password) == (";", "x")
    mapping = {"table": "order_lines", "columns": {"account_id": "Kunde"}}
    options = kinds.import_options({"options": {"mappings": {"a.csv": mapping}}})
    assert options.mappings["a.csv"].columns == {"account_id": "Kunde"}


def test_an_assessment_of_the_past_does_not_take_todays_place(home: Home, orders: Path) -> None:
    today = run(home, "import", {"files": [str(orders)]})["publish"]
    engine.assess_home(home, as_of=date(2024, 6, 3))
    assert running.publish_latest(home) == today
    newer = engine.assess_home(home, identity="99991231-000000-next")
    watch = running.AssessmentWatch(home)
    watch.look()
    assert latest_id() == newer.id
    Job.objects.all().delete()
