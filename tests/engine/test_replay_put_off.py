"""What was put off or dismissed, and whether it fell after all: as known then, each saying once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from mainstay import Ledger, replay
from mainstay.engine import Replay, only, put_off_of
from mainstay.ledger.frozen import FrozenFolder
from mainstay.ledger.schema import TABLES
from mainstay.simulate import Plan, histories

WEEKS = 8
PLAN = Plan(accounts=30, weeks=66, orders_a_year=26, regularity=(2.0,), losses_a_year=0.4)
END = PLAN.begin + timedelta(weeks=PLAN.weeks)
DATES = [END - timedelta(weeks=WEEKS + 1 + 4 * n) for n in (1, 0)]
FIRST, SECOND = DATES


@pytest.fixture(scope="module")
def lines() -> pa.Table:
    return histories(PLAN, seed=3).lines


def said(account: str, on: date, kind: str = "dismiss") -> dict[str, Any]:
    until = on + timedelta(days=5 if kind == "snooze" else 182)
    return {"account_id": account, "on": on, "until": until, "kind": kind, "reason": "Natural"}


def told(
    lines: pa.Table, *rows: tuple[date, dict[str, Any]], runs: pa.Table | None = None
) -> Replay:
    """The replay of what was recorded on these days."""
    ledger = Ledger.from_tables(order_lines=lines)
    for at, row in rows:
        made = pa.Table.from_pylist([row], TABLES["snoozes"].arrow)
        moment = datetime.combine(at, datetime.min.time(), UTC)
        ledger.facts.append("snoozes", made, "desk", moment, assumed=False)
    if runs is not None:
        ledger.facts.append(
            "play_runs", runs, "desk", datetime(1970, 1, 1, tzinfo=UTC), assumed=True
        )
    return replay(ledger.refresh(), DATES, WEEKS)


@pytest.fixture(scope="module")
def fates(lines: pa.Table) -> dict[str, list[str]]:
    """Accounts at the second date, by whether they left wholly or were kept."""
    found = told(lines)
    rows = [
        row
        for row in found.judged.to_pylist()
        if row["as_of"] == SECOND and row["outcome"] in ("complete", "partial")
    ]
    left = {row["account_id"] for row in rows if row["outcome"] == "complete" and row["happened"]}
    partly = {row["account_id"] for row in rows if row["outcome"] == "partial" and row["happened"]}
    every = {row["account_id"] for row in rows if row["outcome"] == "complete"}
    return {"left": sorted(left), "kept": sorted(every - left - partly)}


def test_of_what_was_dismissed_it_says_how_much_fell(
    lines: pa.Table, fates: dict[str, list[str]]
) -> None:
    on = SECOND - timedelta(days=10)
    left, kept = fates["left"][0], fates["kept"][0]
    found = told(
        lines,
        (on, said(left, on)),
        (on, said(kept, on)),
        (on, said(fates["kept"][1], on, "snooze")),
        (on, said("NOBODY", on, "snooze")),
    )
    dismissed, snoozed = put_off_of(found)
    lost = next(
        row["lost"]
        for row in found.judged.to_pylist()
        if row["as_of"] == SECOND and row["account_id"] == left and row["outcome"] == "complete"
    )
    assert (dismissed.kind, dismissed.n, dismissed.judged, dismissed.fell, dismissed.complete) == (
        "dismiss",
        2,
        2,
        1,
        1,
    )
    assert dismissed.lost == pytest.approx(lost)
    assert lost > 0
    # Put off for five days: it counts though its time was over by the date. Who is no account, is not told.
    assert (snoozed.kind, snoozed.n, snoozed.judged, snoozed.fell) == ("snooze", 2, 1, 0)


def test_each_saying_counts_once_and_only_from_when_it_was_known(
    lines: pa.Table, fates: dict[str, list[str]]
) -> None:
    one, two, three = fates["kept"][:3]
    early, late = FIRST - timedelta(days=5), SECOND - timedelta(days=3)
    found = told(
        lines,
        (early, said(one, early)),  # before the first date, and known at the second too
        (late, said(two, early)),  # said before the first, known after it
        (SECOND, said(three, late)),  # known too late
        (SECOND + timedelta(days=9), said(one, early, "snooze")),  # changed later: as known then
    )
    rows = [(row["as_of"], row["account_id"], row["kind"]) for row in found.put_off.to_pylist()]
    assert (FIRST, one, "dismiss") in rows
    assert [account for _, account, _ in rows].count(one) == 1
    assert three not in [account for _, account, _ in rows]
    assert (FIRST, two, "dismiss") not in rows


def test_what_is_recorded_later_changes_nothing(
    lines: pa.Table, fates: dict[str, list[str]]
) -> None:
    on = SECOND - timedelta(days=10)
    row = said(fates["left"][0], on)
    before = told(lines, (on, row))
    later = SECOND + timedelta(days=1)
    after = told(
        lines, (on, row), (later, said(fates["kept"][0], on)), (later, {**row, "kind": "snooze"})
    )
    assert after.put_off.equals(before.put_off)
    assert after.judged.equals(before.judged)


def test_who_was_treated_all_the_same_is_counted_apart(
    lines: pa.Table, fates: dict[str, list[str]]
) -> None:
    on, account = SECOND - timedelta(days=10), fates["left"][0]
    runs = pa.table(
        {
            "account_id": [account],
            "play": ["visits"],
            "from": pa.array([SECOND + timedelta(days=3)], pa.date32()),
        }
    )
    (found,) = put_off_of(told(lines, (on, said(account, on)), runs=runs))
    assert (found.n, found.treated, found.judged, found.fell, found.lost) == (1, 1, 0, 0, 0)


def test_it_is_kept_with_the_replay_and_each_sees_their_own(
    lines: pa.Table, fates: dict[str, list[str]], tmp_path: Any
) -> None:
    on = SECOND - timedelta(days=10)
    one, two = fates["kept"][:2]
    found = told(lines, (on, said(one, on)), (on, said(two, on)))
    folder = FrozenFolder(tmp_path)
    found.save(folder, "kept")
    assert Replay.load(folder, "kept").put_off.equals(found.put_off)
    (mine,) = put_off_of(only(found, {one}))
    assert mine.n == 1
    assert put_off_of(only(found, set())) == []
