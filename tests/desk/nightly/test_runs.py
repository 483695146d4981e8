"""Nightly runs: begun once a night, each source by itself, nothing loaded twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from desk_nightly import NIGHT

from mainstay import engine
from mainstay.desk.access.models import Event
from mainstay.desk.jobs.models import Job
from mainstay.desk.nightly import services
from mainstay.desk.nightly.models import Night, Source, SourceFile
from mainstay.desk.nightly.services import Wanted

pytestmark = pytest.mark.django_db


def every_night(**changes: Any) -> None:
    given = {"on": True, "minute": 120, "zone": "UTC", "weekdays": list(range(7))}
    services.set_schedule(None, **(given | changes), now=NIGHT - timedelta(days=1))


def over(night: Night) -> None:
    Job.objects.filter(pk=night.job_id).update(state="done", ended_at=night.begun_at)


def test_there_is_one_run_a_night_however_often_one_looks() -> None:
    every_night()
    night = services.begin_if_due(NIGHT)
    assert night is not None
    assert night.night == "2026-03-02"
    assert services.begin_if_due(NIGHT) is None  # it is under way
    over(night)
    for later in (1, 600, 3600 * 23):
        assert services.begin_if_due(NIGHT + timedelta(seconds=later)) is None
    assert services.begin_if_due(NIGHT - timedelta(hours=5)) is None  # the clock was set back
    assert services.begin_if_due(NIGHT + timedelta(days=1)) is not None
    assert Night.objects.count() == 2


def test_a_machine_that_slept_makes_up_for_one_night(work: Any) -> None:
    every_night()
    over(services.begin_if_due(NIGHT))
    awake = NIGHT + timedelta(days=4, hours=5)
    late = services.begin_if_due(awake)
    assert late.night == "2026-03-06"
    shown = work(late)
    assert shown.late == timedelta(hours=5, minutes=1)
    assert services.begin_if_due(awake + timedelta(minutes=1)) is None


def test_what_is_off_or_set_after_the_hour_does_not_begin() -> None:
    assert services.begin_if_due(NIGHT) is None
    every_night(on=False)
    assert services.begin_if_due(NIGHT) is None
    services.set_schedule(
        None, on=True, minute=120, zone="UTC", weekdays=[0], now=NIGHT + timedelta(minutes=5)
    )
    assert services.begin_if_due(NIGHT + timedelta(minutes=10)) is None
    assert services.begin_if_due(NIGHT + timedelta(days=7)) is not None


def test_one_at_a_time_by_hand_too(people: Any) -> None:
    every_night()
    by_hand = services.run_now(people["ada"], NIGHT - timedelta(minutes=3))
    assert services.begin_if_due(NIGHT) is None
    with pytest.raises(services.UnderWay):
        services.run_now(people["ada"], NIGHT)
    over(by_hand)
    assert services.begin_if_due(NIGHT + timedelta(minutes=30)) is not None
    assert set(Event.objects.values_list("verb", flat=True)) >= {"job.nightly", "settings.nightly"}


def test_each_source_is_imported_and_one_that_fails_stops_no_other(
    orders: Callable[..., Path], work: Any, settings: Any, tmp_path_factory: Any
) -> None:
    first = orders("a-1.csv", 0, 8)
    orders("a-2.csv", 8, 8)
    (first.parent / "a-3.csv").write_text("nothing,of,use\n1,2,3\n", encoding="utf-8")
    erp = tmp_path_factory.mktemp("erp") / "erp.sqlite3"
    with sqlite3.connect(erp) as database:
        database.execute("CREATE TABLE o (order_id, order_date, customer, product, amount)")
        database.execute("INSERT INTO o VALUES ('X1', '2025-02-03', 'C9', 'P1', 5)")
    database.close()
    for name, address, query in (
        ("Away", "postgresql://u:geheim@127.0.0.1:1/none", "SELECT 1"),
        ("Files", f"{first.parent}/a-*.csv", ""),
        ("ERP", f"sqlite:///{erp}", "SELECT * FROM o"),
    ):
        services.save_source(None, Wanted(name, address, query=query), NIGHT)
    shown = work(services.run_now(None, NIGHT))
    away, files, database_of = (shown.outcomes[s.pk] for s in Source.objects.all())
    assert shown.verdict == "in_part"
    assert away["rows_taken"] == 0
    assert away["failures"] == 1
    assert "geheim" not in str(away)
    assert (files["rows_taken"], files["files"]) == (16, 2)
    assert [one["what"] for one in files["failed"]] == ["a-3.csv"]
    assert database_of["rows_taken"] == 1

    orders("a-4.csv", 16, 4)
    again = work(services.run_now(None, NIGHT + timedelta(hours=1)))
    files = again.outcomes[Source.objects.get(name="Files").pk]
    assert (files["rows_taken"], files["files"], files["known"]) == (4, 1, 2)
    assert again.outcomes[Source.objects.get(name="ERP").pk]["rows_taken"] == 0
    assert (
        sum(one.tables["order_lines"] for one in engine.open_ledger(settings.HOME).imports()) == 21
    )


def test_a_step_that_is_done_again_loads_nothing_twice_and_tells_the_same(
    orders: Callable[..., Path], settings: Any
) -> None:
    from mainstay.desk.jobs import running

    path = orders("b-1.csv", 0, 8)
    orders("b-2.csv", 8, 4)
    source = services.save_source(None, Wanted("Files", f"{path.parent}/b-*.csv"), NIGHT)
    job = services.run_now(None, NIGHT).job_id
    code = f"source:{source.pk}"
    before = running.step(job, "imports_before", {})["result"]
    told = running.step(job, code, {"imports_before": before})["result"]
    # Killed before the file was written down, and killed before the step's end was.
    SourceFile.objects.get(path__endswith="b-2.csv").delete()
    again = running.step(job, code, {"imports_before": before})["result"]
    assert again == told
    assert told["rows_taken"] == 12
    assert len(engine.open_ledger(settings.HOME).imports()) == 2


def test_a_query_without_rows_is_no_failure(work: Any, tmp_path_factory: Any) -> None:
    erp = tmp_path_factory.mktemp("erp") / "erp.sqlite3"
    with sqlite3.connect(erp) as database:
        database.execute("CREATE TABLE o (order_id, order_date, customer, product, amount)")
    database.close()
    wanted = Wanted("ERP", f"sqlite:///{erp}", query="SELECT * FROM o")
    services.save_source(None, wanted, NIGHT)
    assert work(services.run_now(None, NIGHT)).verdict == "done"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("orders.csv", "only a part"),
        ("{home}/secret_key", "own folder"),
        ("sqlite:///{home}/desk.sqlite3", "own folder"),
        ("sqlite+pysqlite:///{home}/desk.sqlite3", "own folder"),
        ("duckdb+duckdb_engine:///{home}/desk.sqlite3", "own folder"),
        ("sqlite:///file:{home}/desk.sqlite3?uri=true", "no address"),
        ("sqlite:///file:{home}/desk.sqlite3", "no address"),
        ("{home}/store/../*", "own folder"),
        ("/etc/*.csv", "not in a folder"),
    ],
)
def test_what_nobody_shall_read_through_the_desk_is_refused(
    address: str, said: str, settings: Any, tmp_path: Path
) -> None:
    from mainstay.core.errors import InvalidSetting

    settings.SOURCE_FOLDERS = [tmp_path, Path("/data")]
    place = address.format(home=settings.HOME.folder)
    with pytest.raises(InvalidSetting, match=said):
        services.save_source(None, Wanted("x", place), NIGHT)
    services.save_source(None, Wanted("x", "/data/orders/*.csv"), NIGHT)


def test_a_link_out_of_the_folder_is_not_followed(
    work: Any, settings: Any, tmp_path_factory: Any
) -> None:
    folder = tmp_path_factory.mktemp("in")
    settings.SOURCE_FOLDERS = [folder]
    (folder / "link.csv").symlink_to("/etc/passwd")
    services.save_source(None, Wanted("x", f"{folder}/*.csv"), NIGHT)
    (outcome,) = work(services.run_now(None, NIGHT)).outcomes.values()
    assert outcome["failures"] == 1
    assert outcome["files"] == 0


def test_passwords_are_sealed_and_go_to_no_other_server(monkeypatch: Any) -> None:
    from mainstay.desk.nightly.sealing import secret_of, with_password

    made = services.save_source(
        None, Wanted("ERP", "postgresql://u:p%40ss@db/erp", query="SELECT 1"), NIGHT
    )
    assert made.address == "postgresql://u@db/erp"
    assert "p@ss" not in made.secret
    assert secret_of(made) == "p@ss"
    assert with_password(made.address, "p@ss") == "postgresql://u:p%40ss@db/erp"
    assert "p@ss" not in str(list(Event.objects.values()))
    kept = services.save_source(
        None, Wanted("ERP", "postgresql://u@db/other", query="SELECT 1"), NIGHT, pk=made.pk
    )
    assert secret_of(kept) == "p@ss"
    moved = services.save_source(
        None, Wanted("ERP", "postgresql://u@evil/erp", query="SELECT 1"), NIGHT, pk=made.pk
    )
    assert secret_of(moved) == ""
    monkeypatch.setenv("MAINSTAY_ERP_PASSWORD", "word")
    wanted = Wanted("ERP", "postgresql://u@db/erp", variable="MAINSTAY_ERP_PASSWORD")
    assert secret_of(services.save_source(None, wanted, NIGHT, pk=made.pk)) == "word"


def test_a_password_is_in_clear_nowhere() -> None:
    from mainstay.core.errors import InvalidSetting
    from mainstay.desk.nightly.sealing import secret_of

    for number, address in enumerate(
        ("postgresql://u:pa/ss@db/erp", "mssql://u:pa?/ss@db/erp?a=b@c")
    ):
        wanted = Wanted(f"ERP {number}", address, options={"read": {"word": "pa/ss"}})
        made = services.save_source(None, wanted, NIGHT)
        assert made.address == address.replace(":" + secret_of(made), "")
        assert "ss@" not in made.address
    for option in ("user=u&password=geheim", "odbc_connect=PWD%3Dgeheim", "access_token=geheim"):
        with pytest.raises(InvalidSetting, match="option") as refused:
            services.save_source(None, Wanted("x", f"mssql://db/erp?{option}"), NIGHT)
        assert "geheim" not in str(refused.value)
    assert "/ss" not in str(list(Event.objects.values_list("before", "after")))


def test_a_password_stays_where_the_server_does() -> None:
    from mainstay.core.errors import InvalidSetting
    from mainstay.desk.nightly.sealing import secret_of

    made = services.save_source(None, Wanted("ERP", "postgresql://u:word@db/erp"), NIGHT)
    for option in ("host=evil", "hostaddr=1.2.3.4", "Port=1", "service=x", "unix_socket=/x"):
        wanted = Wanted("ERP", f"postgresql://u@db/erp?{option}")
        with pytest.raises(InvalidSetting, match="option"):
            services.save_source(None, wanted, NIGHT, pk=made.pk)
    moved = Wanted("ERP", "postgresql://u@db/erp?sslmode=disable")
    assert secret_of(services.save_source(None, moved, NIGHT, pk=made.pk)) == ""


def test_a_query_that_writes_is_refused() -> None:
    from mainstay.core.errors import MainstayError

    wanted = Wanted("ERP", "mssql://u@db/erp", query="SELECT * INTO copied FROM orders")
    with pytest.raises(MainstayError, match="only reads"):
        services.save_source(None, wanted, NIGHT)


def test_digests_wait_for_a_run_but_not_for_ever() -> None:
    from mainstay.desk.nightly.queries import holds_digests

    now = datetime(2026, 3, 2, 2, tzinfo=UTC)
    assert not holds_digests(now)
    services.run_now(None, now)
    assert holds_digests(now + timedelta(minutes=30))
    assert not holds_digests(now + timedelta(hours=5))
