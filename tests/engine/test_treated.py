"""Accounts that something was done about: not learnt from, counted apart, and never before known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from mainstay import Ledger, assess, replay
from mainstay.engine import Replay, summary_of, training, verdicts_of
from mainstay.simulate import Plan, histories
from mainstay.standing.history import days_of
from mainstay.standing.treated import Treatments

WEEKS = 8
PLAN = Plan(accounts=60, weeks=90, orders_a_year=26, regularity=(2.0,), losses_a_year=0.4)
END = PLAN.begin + timedelta(weeks=PLAN.weeks)
ON = END - timedelta(weeks=12)
NAMES = ["S000000", "S000003", "S000004", "S000007"]


@pytest.fixture(scope="module")
def lines() -> pa.Table:
    return histories(PLAN, seed=3).lines


def runs(accounts: list[str], first: date, last: date | None, play: str = "visit") -> pa.Table:
    n = len(accounts)
    return pa.table(
        {
            "account_id": accounts,
            "play": [play] * n,
            "from": pa.array([first] * n, pa.date32()),
            "to": pa.array([last] * n, pa.date32()),
            "probability": [0.5] * n,
        }
    )


def ledger_of(lines: pa.Table, table: pa.Table, recorded: date | None = None) -> Ledger:
    ledger = Ledger.from_tables(order_lines=lines)
    moment = datetime.combine(recorded or date(1970, 1, 1), datetime.min.time(), UTC)
    ledger.facts.append("play_runs", table, "plays", moment, assumed=recorded is None)
    return ledger.refresh()


def test_a_play_touches_the_days_that_it_ran(lines: pa.Table) -> None:
    day = days_of(ON)
    ledger = ledger_of(lines, runs(NAMES[:1], ON, ON + timedelta(days=9)))
    found = Treatments.of(ledger, NAMES)
    assert found.between(day - 7, day + 1).tolist() == [True, False, False, False]
    assert found.between(day + 9, day + 20).any()
    assert not found.between(day - 7, day).any()
    assert not found.between(day + 10, day + 99).any()
    going_on = Treatments.of(ledger_of(lines, runs(NAMES[:1], ON, None)), NAMES)
    assert going_on.between(day + 500, day + 501).any()
    assert not Treatments.of(ledger_of(lines, runs(NAMES, ON, None, "nothing")), NAMES)


def taught(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> dict[date, list[str]]:
    """By slice of the past, whom the learner saw."""
    seen: dict[date, list[str]] = {}
    of = training.labelled

    def spy(past, *args, **more):
        found = of(past, *args, **more)
        for one in found:
            seen[one.examples.on] = [past.account_id[i] for i in one.examples.who]
        return found

    monkeypatch.setattr("mainstay.engine.run.labelled", spy)
    assess(ledger, ON, WEEKS)
    return seen


def test_what_became_of_them_is_not_learnt_from(
    lines: pa.Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = taught(Ledger.from_tables(order_lines=lines), monkeypatch)
    dates = sorted(every)
    slice_, account = dates[-3], every[dates[-3]][0]
    first = slice_ + timedelta(weeks=3)
    some = taught(ledger_of(lines, runs([account], first, first + timedelta(days=2))), monkeypatch)
    for on in dates:
        touched = on <= first + timedelta(days=2) and first < on + timedelta(weeks=WEEKS)
        left_out = set(every[on]) - set(some[on])
        assert left_out == ({account} if touched and account in every[on] else set())
    assert any(set(every[on]) != set(some[on]) for on in dates)


def test_what_is_recorded_later_changes_nothing(
    lines: pa.Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = taught(Ledger.from_tables(order_lines=lines), monkeypatch)
    names = sorted({name for some in every.values() for name in some})
    table = runs(names, ON - timedelta(weeks=40), None)
    assert taught(ledger_of(lines, table, recorded=ON), monkeypatch) == every
    before = taught(ledger_of(lines, table, recorded=ON - timedelta(days=1)), monkeypatch)
    assert not any(before[on] for on in before if on > ON - timedelta(weeks=40))


def test_all_treated_leaves_the_rhythm_model(lines: pa.Table) -> None:
    names = lines["account_id"].unique().to_pylist()
    found = assess(ledger_of(lines, runs(names, PLAN.begin, None)), ON, WEEKS).accounts
    p = found.filter(found["eligible"])["p_complete"].to_pylist()
    assert len(p) > 20
    assert all(0 <= value <= 1 for value in p)


@pytest.fixture(scope="module")
def plain(lines: pa.Table) -> Replay:
    return replay(Ledger.from_tables(order_lines=lines), [ON], WEEKS)


def test_a_replay_counts_them_apart(lines: pa.Table, plain: Replay) -> None:
    warned = sorted(plain.warnings["account_id"].to_pylist())[:2]
    happened = {
        r["account_id"]: r["happened"]
        for r in plain.judged.to_pylist()
        if r["outcome"] == "complete"
    }
    table = runs(warned, ON + timedelta(days=3), ON + timedelta(days=5))
    # Recorded after the date, so that nothing else is learnt.
    found = replay(ledger_of(lines, table, recorded=END), [ON], WEEKS)
    marked = found.judged.filter(found.judged["treated"])
    assert set(marked["account_id"].to_pylist()) == set(warned)
    assert found.warnings.num_rows == plain.warnings.num_rows
    words, before = summary_of(found), summary_of(plain)
    assert (words.warnings, words.treated, before.treated) == (before.warnings, 2, 0)
    (complete,) = [one for one in verdicts_of(found) if one.outcome == "complete"]
    assert complete.treated == 2
    assert complete.treated_happened == sum(happened[a] for a in warned)
    assert complete.judged == len(happened) - 2
    assert found.overall.to_pylist()[0]["n"] == len(happened) - 2
    assert sum(r["n"] for r in found.curve.to_pylist() if r["outcome"] == "complete") == (
        len(happened) - 2
    )
    counted = words.called + sum(
        r["state"] == "slipping" and not r["treated"] for r in found.warnings.to_pylist()
    )
    assert counted == words.warnings - 2
    mine = pc.is_in(found.judged["account_id"], value_set=pa.array(warned))
    assert found.judged.filter(mine)["treated"].to_pylist() == [True] * pc.sum(mine).as_py()
