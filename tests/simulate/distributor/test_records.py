"""What reaches the ledger: late, in part or wrongly, as the parameters say; and the ledger takes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mainstay.core.home import Home
from mainstay.ledger.importing import ImportOptions
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.schema import TABLES
from mainstay.simulate import Company, Distributor
from mainstay.simulate.distributor.company import Records

SMALL = Company(accounts=60, staff=15, weeks=60, products=240)
# What DATA.md has and is no part of a made-up company: the application writes it.
OURS = {"play_runs", "account_joins", "account_answers", "reviews"}
OURS |= {
    "cases",
    "case_steps",
    "case_comments",
    "snoozes",
    "plays",
    "coins",
    "designs",
    "design_draws",
    "held_effects",
    "win_backs",
    "approvals",
    "allocations",
    "season_plans",
    "confirmations",
    "corrective_actions",
    "plan_reviews",
}


@pytest.fixture(scope="module")
def world() -> Distributor:
    return Distributor(SMALL, seed=9).run()


def recorded(how: Records) -> Distributor:
    return Distributor(replace(SMALL, records=how), seed=9).run()


def delays(world: Distributor) -> np.ndarray:
    """Days from a visit to its record."""
    rows = world.tables()["visits"].to_pylist()
    return np.array([(row["recorded_at"].date() - row["on"]).days for row in rows])


def test_so_much_is_missing_as_is_said() -> None:
    none, much = recorded(Records(missing=0.0)), recorded(Records(missing=0.4))
    visits = [one.tables()["visits"].num_rows for one in (none, much)]
    assert none.records()["missing"] == 0
    assert visits[1] / visits[0] == pytest.approx(0.6, abs=0.06)
    found = much.records()
    assert found["missing"] / found["happened"] == pytest.approx(0.4, abs=0.03)
    # The truth is another matter than what is known of it.
    assert none.truth() == much.truth()


def test_so_much_is_late_as_is_said() -> None:
    at_once = delays(recorded(Records(late=0.0, wrong=0.0)))
    late = delays(recorded(Records(late=0.5, late_days=10.0, wrong=0.0)))
    assert at_once.max() <= 1
    assert np.mean(late > 1) == pytest.approx(0.48, abs=0.07)
    assert late[late > 1].mean() == pytest.approx(10, abs=3)


def test_so_much_is_wrong_as_is_said() -> None:
    def told(how: Records) -> dict[str, tuple[str, str]]:
        rows = recorded(how).tables()["complaints"].to_pylist()
        return {row["complaint_id"]: (row["account_id"], row["kind"]) for row in rows}

    right = told(Records(missing=0, late=0, wrong=0))
    wrong = told(Records(missing=0, late=0, wrong=0.2))
    assert np.mean([wrong[code] != right[code] for code in right]) == pytest.approx(0.2, abs=0.08)
    strays = set(wrong) - set(right)
    assert len(strays) / len(right) == pytest.approx(0.2, abs=0.08)
    assert all(wrong[code][0] != right[code.removesuffix("-2")][0] for code in strays)


def test_all_tables_are_there_with_their_columns(world: Distributor) -> None:
    tables = world.tables()
    assert set(TABLES) - OURS <= set(tables)
    assert {"deliveries", "stock", "credit_holds", "market"} <= set(tables)
    for name, rows in tables.items():
        assert rows.num_rows, name
        if name in TABLES:
            names = set(rows.column_names) - {"recorded_at"}
            assert names <= {column.name for column in TABLES[name].columns}, name


def test_the_ledger_takes_every_row_from_files(tmp_path: Path) -> None:
    world = Distributor(replace(SMALL, accounts=40, weeks=30), seed=3).run()
    ledger = Ledger.open(tmp_path / "store")
    now = datetime.combine(world.today, datetime.min.time(), UTC)
    for name, rows in world.tables().items():
        if name not in TABLES or not rows.num_rows:
            continue
        path = tmp_path / f"{name}.parquet"
        pq.write_table(
            rows.drop_columns([c for c in ("recorded_at",) if c in rows.column_names]), path
        )
        fees = () if name in ("order_lines", "open_orders") else None
        report = ledger.import_files([path], ImportOptions(table=name, fee_codes=fees), now=now)
        assert report.rows_set_aside == {}, name
        assert report.rows_taken, name


def test_a_ledger_knows_what_was_known_then(world: Distributor, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    world.write(home)
    ledger = Ledger.open(home.store, reporting_currency="EUR")
    day = date(2023, 9, 4)
    for name in ("complaints", "promises", "visits", "assignments", "contacts"):
        history = world.tables()[name].to_pylist()
        key = TABLES[name].key
        midnight = datetime.combine(day, datetime.min.time(), UTC)
        known = {
            tuple(row[k] for k in key): row for row in history if row["recorded_at"] < midnight
        }
        found = ledger.table(name, known_until=day).to_pylist()
        assert {tuple(row[k] for k in key) for row in found} == set(known), name
        for row in found:
            wanted = known[tuple(row[k] for k in key)]
            assert {k: row[k] for k in wanted} == wanted
            assert not row["assumed"]
    assert ledger.table("order_lines").num_rows == world.tables()["order_lines"].num_rows
    assert pq.read_table(home.folder / "truth.parquet") == world.truth()
    assert ledger.missing_rates().num_rows == 0
    assert (home.folder / "mainstay.toml").read_text() == 'currency = "EUR"\namount = "net"\n'


def test_a_company_that_goes_on_is_loaded_as_if_at_once(tmp_path: Path) -> None:
    world = Distributor(replace(SMALL, weeks=26), seed=3)
    parts, whole = Home(tmp_path / "parts"), Home(tmp_path / "whole")
    for weeks in (20, 24, 26):
        world.run(until=weeks)
        world.write(parts)
        ledger = Ledger.open(parts.store, reporting_currency="EUR")
        assert ledger.table("open_orders", known_until=world.today).num_rows
    world.write(whole)
    again, once = (Ledger.open(home.store, reporting_currency="EUR") for home in (parts, whole))
    said = {"import_id", "row"}
    for name, rows in world.tables().items():
        if name not in TABLES or not rows.num_rows:
            continue
        one, other = (of.table(name) for of in (again, once))
        columns = [c for c in one.column_names if c not in said]
        order = [(c, "ascending") for c in TABLES[name].key] or [(c, "ascending") for c in columns]
        assert one.select(columns).sort_by(order) == other.select(columns).sort_by(order), name


def test_what_is_written_down_is_known_from_then_on(world: Distributor) -> None:
    other = world.fork()
    account = world.earned()["account_id"][0].as_py()
    on = other.today + timedelta(days=1)
    row = {"account_id": account, "on": on, "until": on + timedelta(days=9), "kind": "snooze"}
    other.write_down("snoozes", row, datetime.combine(on, time(9, 30)))
    assert other.tables()["snoozes"].num_rows == 0
    other.step()
    (known,) = other.tables()["snoozes"].to_pylist()
    assert {name: known[name] for name in row} == row
    assert known["recorded_at"] == datetime.combine(on, time(9, 30), UTC)


def test_a_promise_is_open_and_later_kept(world: Distributor) -> None:
    versions: dict[str, list[dict[str, object]]] = {}
    for row in world.tables()["promises"].to_pylist():
        versions.setdefault(row["promise_id"], []).append(row)
    kept = [rows for rows in versions.values() if rows[-1]["kept_on"]]
    assert kept
    assert all(rows[0]["kept_on"] is None and len(rows) == 2 for rows in kept)


def test_what_was_not_written_down_takes_nothing_in_the_oracles_eyes(world: Distributor) -> None:
    codes = world.balance()["account_id"].to_pylist()
    silent = recorded(Records(missing=1.0)).utility_losses(codes, world.today).to_pylist()
    seen = world.utility_losses(codes, world.today).to_pylist()
    for family in ("service", "courtesy"):
        assert sum(row["utility_most"] for row in silent if row["family"] == family) == 0
        assert sum(row["utility_most"] for row in seen if row["family"] == family) > 0
    assert len(seen) == len(codes) * len({(row["family"], row["reason"]) for row in seen})
    early = world.utility_losses(codes, world.today - timedelta(weeks=40)).to_pylist()
    assert sum(row["utility_most"] for row in early) < sum(row["utility_most"] for row in seen)


def test_types_are_those_of_the_ledger(world: Distributor) -> None:
    for name, rows in world.tables().items():
        if name in TABLES:
            for column in TABLES[name].columns:
                if column.name in rows.column_names:
                    assert rows.schema.field(column.name).type == column.field.type, name
        if "recorded_at" in rows.column_names:
            assert rows.schema.field("recorded_at").type == pa.timestamp("us", "UTC")


def test_what_stands_on_the_wrong_page_misleads_the_oracle_and_changes_no_truth() -> None:
    right = recorded(Records(missing=0, late=0, wrong=0))
    wrong = recorded(Records(missing=0, late=0, wrong=0.3))
    assert right.truth() == wrong.truth()
    codes = right.balance()["account_id"].to_pylist()
    told, misled = (one.utility_losses(codes, one.today).to_pylist() for one in (right, wrong))
    more = [a["utility_most"] > b["utility_most"] for a, b in zip(misled, told, strict=True)]
    less = [a["utility_most"] < b["utility_most"] for a, b in zip(misled, told, strict=True)]
    assert any(more)
    assert any(less)


def test_common_goals_are_measured_by_what_they_are_called(world: Distributor) -> None:
    said = {(row["common_goal"], row["measure"]) for row in world.tables()["goals"].to_pylist()}
    assert said
    assert said <= {
        ("A further category", "Sales"),
        ("Joint stock", "Weeks of stock"),
        ("Two trainings", "Trainings held"),
    }
