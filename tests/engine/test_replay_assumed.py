"""Facts that are only assumed to have been known: a replay says what it is worth without them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from mainstay import Ledger, replay
from mainstay.engine import only
from mainstay.engine.replay_tables import ASSUMED
from mainstay.simulate import Plan, histories

WEEKS = 8
PLAN = Plan(accounts=60, weeks=90, orders_a_year=26, regularity=(2.0,), losses_a_year=0.5)
END = PLAN.begin + timedelta(weeks=PLAN.weeks)
DATES = [END - timedelta(weeks=w) for w in (16, 12)]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def lines() -> pa.Table:
    return histories(PLAN, seed=3).lines


def notices_of(lines: pa.Table) -> pa.Table:
    """Whoever ordered no more from the first date on had said so the day before: nobody knew."""
    last = lines.group_by("account_id").aggregate([("ordered_on", "max")])
    gone = last.filter(
        pc.and_(
            pc.less(last["ordered_on_max"], pa.scalar(DATES[0])),
            pc.greater(last["ordered_on_max"], pa.scalar(DATES[0] - timedelta(weeks=40))),
        )
    )
    assert gone.num_rows > 5
    return pa.table(
        {
            "account_id": gone["account_id"],
            "on": pa.array([DATES[0] - timedelta(days=1)] * gone.num_rows, pa.date32()),
            "kind": ["will_leave"] * gone.num_rows,
        }
    )


def ledger_of(lines: pa.Table, *, assumed: bool = True) -> Ledger:
    ledger = Ledger.from_tables(order_lines=lines)
    notices = notices_of(lines)
    ledger.facts.append("notices", notices, "typed", NOW, assumed=assumed)
    return ledger.refresh()


def figures(rows: list[dict], *, assumed: bool) -> dict:
    (row,) = [r for r in rows if r["outcome"] == "complete" and r["assumed"] is assumed]
    return row


def test_figures_are_given_with_them_and_without(lines: pa.Table) -> None:
    found = replay(ledger_of(lines), DATES, WEEKS)
    assert found.assumed.schema == ASSUMED
    assert found.meta["assumed"] == {"notices": notices_of(lines).num_rows}
    rows = found.assumed.to_pylist()
    counted, left_out = (figures(rows, assumed=used) for used in (True, False))
    assert counted["auc"] > left_out["auc"]
    ours = next(
        r
        for r in found.overall.to_pylist()
        if r["method"] == "mainstay" and r["outcome"] == "complete"
    )
    assert counted["auc"] == ours["auc"]
    # Without them it is as if they had never been typed in.
    never = replay(Ledger.from_tables(order_lines=lines), DATES, WEEKS)
    assert never.overall.to_pylist()[0]["auc"] == left_out["auc"]
    assert never.warnings.num_rows == sum(
        r["warnings"] for r in rows if not r["assumed"] and r["outcome"] != "category"
    )
    assert only(found, {"S000001"}).assumed.num_rows == 0


def test_nothing_more_is_computed_where_there_are_none(
    lines: pa.Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mainstay.engine import replay_run

    runs = []
    of = replay_run.assess
    monkeypatch.setattr(
        replay_run, "assess", lambda *args, **more: runs.append(1) or of(*args, **more)
    )
    recorded = replay(ledger_of(lines, assumed=False), DATES, WEEKS)
    assert len(runs) == len(DATES)
    assert recorded.assumed.num_rows == 0
    assert recorded.meta["assumed"] == {}
    names = pa.table({"account_id": ["S000001"], "name": ["One"], "segment": ["shops"]})
    replay(Ledger.from_tables(order_lines=lines, accounts=names), DATES, WEEKS)
    assert len(runs) == 2 * len(DATES)


def test_what_happened_later_is_no_reason_to_look_twice(lines: pa.Table) -> None:
    ledger = Ledger.from_tables(order_lines=lines)
    one = notices_of(lines).slice(0, 1)
    late = one.set_column(1, "on", pa.array([DATES[-1]], pa.date32()))
    ledger.facts.append("notices", late, "typed", NOW, assumed=True)
    assert ledger.refresh().assumed_facts(DATES[-1]) == {}
    assert ledger.assumed_facts(DATES[-1] + timedelta(days=1)) == {"notices": 1}


def test_names_stay_and_what_happened_goes() -> None:
    accounts = pa.table(
        {
            "account_id": ["A", "B"],
            "name": ["Alpha", "Beta"],
            "parent_id": ["P", None],
            "closed_on": pa.array([date(2024, 3, 1), None], pa.date32()),
        }
    )
    lines = pa.table(
        {
            "account_id": ["A"],
            "ordered_on": [date(2024, 1, 1)],
            "amount": [1.0],
            "currency": ["EUR"],
        }
    )
    ledger = Ledger.from_tables(order_lines=lines, accounts=accounts)
    assert ledger.assumed_facts(date(2025, 1, 1)) == {"accounts": 1}
    sure = ledger.without_assumed()
    rows = {r["account_id"]: r for r in sure.table("accounts").to_pylist()}
    assert [rows["A"][c] for c in ("name", "parent_id", "closed_on")] == ["Alpha", None, None]
    assert ledger.table("accounts").to_pylist()[0]["parent_id"] == "P"
    assert sure.refresh().table("accounts").to_pylist() == list(rows.values())
