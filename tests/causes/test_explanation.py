"""From a ledger to an explanation: who fell, when, why, with what speaks for and against."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from mainstay.causes.answers import FAMILY_OF, MISLED, answer, doubted
from mainstay.causes.effect import effect
from mainstay.causes.families import FAMILIES, UNKNOWN
from mainstay.causes.network import N
from mainstay.causes.view import View
from mainstay.engine.explaining import Explanation, explain
from mainstay.engine.run import assess
from mainstay.ledger.fact_records import Recording
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.schema import TABLES

FAMILY_BEGINS = np.flatnonzero(np.diff(FAMILY_OF, prepend=-1))
AS_OF = date(2026, 1, 5)
FELL = date(2025, 4, 7)
WEEKS = 120


def _lines() -> pa.Table:
    """Thirty accounts that buy each week or so; the first six fall to a fifth from FELL on."""
    rng = np.random.default_rng(2)
    rows: dict[str, list[Any]] = {"account_id": [], "ordered_on": [], "amount": [], "category": []}
    for n in range(30):
        for week in range(WEEKS):
            day = AS_OF - timedelta(weeks=WEEKS - week) + timedelta(days=int(rng.integers(0, 6)))
            if n < 6 and day >= FELL and rng.random() < 0.8:
                continue
            rows["account_id"].append(f"A{n:02}")
            rows["ordered_on"].append(day)
            rows["amount"].append(round(float(rng.gamma(6, 50)), 2))
            rows["category"].append("paint" if rng.random() < 0.5 else "tools")
    return pa.table(rows)


def _complaints(accounts: list[str], opened: date, recorded: date) -> tuple[pa.Table, Recording]:
    rows = [
        {
            "complaint_id": f"{a}-1",
            "account_id": a,
            "opened_at": datetime.combine(opened, time(9), UTC),
            "kind": "quality",
            "severity": 3,
        }
        for a in accounts
    ]
    table = pa.Table.from_pylist(rows, TABLES["complaints"].arrow)
    return table, Recording("facts", datetime.combine(recorded, time(12), UTC))


@pytest.fixture(scope="module")
def lines() -> pa.Table:
    return _lines()


def explained(lines: pa.Table, *complaints: tuple[pa.Table, Recording]) -> Explanation:
    ledger = Ledger.from_tables(order_lines=lines, reporting_currency="EUR")
    for table, recording in complaints:
        ledger.facts.append_all({"complaints": table}, recording)
    ledger.refresh()
    return explain(ledger, assess(ledger, AS_OF))


def rows_of(made: Explanation, account: str) -> list[dict[str, Any]]:
    return [row for row in made.causes.to_pylist() if row["account_id"] == account]


def test_orders_alone_say_who_fell_and_when_but_not_why(lines: pa.Table) -> None:
    made = explained(lines)
    falls = {row["account_id"]: row for row in made.falls.to_pylist()}
    assert {f"A0{n}" for n in range(6)} <= set(falls)
    for n in range(6):
        fall = falls[f"A0{n}"]
        assert abs((fall["began_on"] - FELL).days) <= 84
        assert fall["first"] == UNKNOWN
        assert fall["lost_52"] > 0.5 * 300 * 52 * 0.5
    shares = np.array(
        [[f["p_ours"], f["p_theirs"], f["p_nobodys"], f["p_unknown"]] for f in falls.values()]
    )
    assert shares.sum(axis=1) == pytest.approx([f["p_fell"] for f in falls.values()])


def test_a_complaint_left_open_before_the_fall_is_named_with_its_row(lines: pa.Table) -> None:
    some = _complaints(["A00", "A01", "A02", "A03"], FELL - timedelta(weeks=6), FELL)
    made = explained(lines, some)
    (first, *_) = rows_of(made, "A00")
    assert first["family"] in ("service", "product")
    assert first["rank"] == 1
    assert FAMILIES[first["family"]].whose == "ours"
    speaks = json.loads(first["speaks_for"])
    assert ["complaints", "A00-1"] in [row for one in speaks for row in one["rows"]]
    assert all(one["weeks_before"] >= -3 for one in speaks)  # as fine as four weeks tell
    # The same fall without the record stays unknown.
    fall = next(f for f in made.falls.to_pylist() if f["account_id"] == "A05")
    assert fall["first"] == UNKNOWN


def test_a_complaint_after_the_fall_speaks_against(lines: pa.Table) -> None:
    before = _complaints(["A00", "A01", "A02", "A03"], FELL - timedelta(weeks=6), FELL)
    after = _complaints(["A04"], FELL + timedelta(weeks=20), FELL + timedelta(weeks=21))
    made = explained(lines, before, (after[0], Recording("more", after[1].recorded_at)))
    fall = next(f for f in made.falls.to_pylist() if f["account_id"] == "A04")
    assert fall["first"] == UNKNOWN
    for row in rows_of(made, "A04"):
        assert json.loads(row["speaks_for"]) == []
        assert {one["kind"] for one in json.loads(row["against"])} <= {"too_late", "harmless"}


def test_nothing_is_surer_than_records_can_make_it() -> None:
    """What is doubted changes no order, and neither how much is named nor how much is unknown."""
    main = np.random.default_rng(3).dirichlet(np.full(N, 0.1), 50) * 0.8
    main[0] = 0.0
    main[0, 4] = 1.0
    found = doubted(main)
    assert found.sum(axis=1) == pytest.approx(main.sum(axis=1))
    assert found[0].max() < 1 - 0.9 * MISLED
    before, after = (np.add.reduceat(x, FAMILY_BEGINS, axis=1) for x in (main, found))
    assert (before.argsort(axis=1, kind="stable") == after.argsort(axis=1, kind="stable"))[1:].all()
    assert (doubted(np.zeros((1, N))) == 0).all()


def test_what_was_recorded_later_explains_nothing_yet(lines: pa.Table) -> None:
    some = _complaints(["A00"], FELL - timedelta(weeks=6), AS_OF)
    made, without = explained(lines, some), explained(lines)
    assert made.falls.equals(without.falls)
    assert made.causes.equals(without.causes)
    assert made.signals.num_rows == without.signals.num_rows


def test_complaints_of_healthy_accounts_make_them_no_case(lines: pa.Table) -> None:
    healthy = [f"A{n:02}" for n in range(6, 30)]
    made = explained(lines, _complaints(healthy, FELL - timedelta(weeks=6), FELL))
    named = {r["account_id"] for r in made.causes.to_pylist() if r["p"] > 0.5}
    assert not named & set(healthy)


def test_ten_thousand_complaints_and_contradictions_are_borne(lines: pa.Table) -> None:
    table, recording = _complaints(["A00"] * 10_000, FELL - timedelta(weeks=6), FELL)
    ids = pa.array([f"C{n}" for n in range(10_000)])
    solved = pa.array([datetime.combine(FELL - timedelta(weeks=60), time(9), UTC)] * 10_000)
    solved = solved.cast(table["solved_at"].type)
    table = table.set_column(0, "complaint_id", ids)
    table = table.set_column(table.schema.get_field_index("solved_at"), "solved_at", solved)
    strangers = _complaints(["nobody"], FELL - timedelta(weeks=6), FELL)[0]
    made = explained(lines, (pa.concat_tables([table, strangers]), recording))
    assert "A00" in made.falls["account_id"].to_pylist()
    assert "nobody" not in made.signals["account_id"].to_pylist()
    per_signal = made.signals.group_by(["account_id", "signal"]).aggregate([("since", "count")])
    assert max(per_signal["since_count"].to_pylist(), default=0) <= 20


def test_the_effect_in_words_is_that_of_the_loops(lines: pa.Table) -> None:
    """Slow Python against the compiled exposures: of single links without a category."""
    from mainstay.causes import network_loops as loops

    ledger = Ledger.from_tables(order_lines=lines, reporting_currency="EUR")
    table, recording = _complaints(["A00", "A07"], FELL - timedelta(weeks=6), FELL)
    ledger.facts.append_all({"complaints": table}, recording)
    ledger.refresh()
    judged = assess(ledger, AS_OF)
    found = answer(View(ledger, AS_OF, judged.accounts, judged.categories))
    context = found.context
    begins = np.array([(d - date(1970, 1, 1)).days for d in found.bought.begins_on], float)
    for link in np.flatnonzero(context.pair < 0)[:12]:
        x = np.zeros((1, len(context.channels), len(begins)), np.float32)
        one = slice(link, link + 1)
        loops.exposures(
            np.array([0, 1]),
            context.channel[one],
            context.strength[one],
            context.since[one],
            context.until[one],
            context.before_weeks[one],
            context.delay_weeks[one],
            context.fade_weeks[one],
            context.pair[one],
            np.zeros((0, len(begins))),
            begins,
            x,
        )
        slow = effect(context, np.full(len(begins), link), begins) * context.strength[link]
        assert x[0, context.channel[link]] == pytest.approx(slow, abs=1e-6)


def test_what_hardly_acted_any_more_when_it_fell_does_not_speak_for_it(lines: pa.Table) -> None:
    recent = _complaints(["A00", "A01", "A02", "A03"], FELL - timedelta(weeks=6), FELL)[0]
    opened = FELL - timedelta(weeks=76)
    old = _complaints(["A00", "A04"], opened, FELL)[0]
    solved = pa.array([datetime.combine(opened + timedelta(weeks=22), time(9), UTC)] * 2)
    for name, values in (
        ("complaint_id", pa.array(["A00-old", "A04-old"])),
        ("solved_at", solved.cast(old["solved_at"].type)),
    ):
        old = old.set_column(old.schema.get_field_index(name), name, values)
    recording = Recording("facts", datetime.combine(FELL, time(12), UTC))
    made = explained(lines, (pa.concat_tables([recent, old]), recording))
    said = [one for row in rows_of(made, "A00") for one in json.loads(row["speaks_for"])]
    rows = {tuple(row) for one in said for row in one["rows"]}
    assert ("complaints", "A00-1") in rows
    assert ("complaints", "A00-old") not in rows
    for row in rows_of(made, "A00"):
        parts = [one["part"] for one in json.loads(row["speaks_for"]) if one["kind"] == "fact"]
        assert parts == sorted(parts, reverse=True)
        assert all(0.01 <= part <= 1 for part in parts)


def outlook_of(made: Explanation, account: str) -> dict[str, dict[str, Any]]:
    return {r["cause"]: r for r in made.outlook.to_pylist() if r["account_id"] == account}


@pytest.fixture(scope="module")
def open_lately(lines: pa.Table) -> Explanation:
    """Complaints went before four falls; two accounts that stand well have one now, and one had."""
    before = _complaints(["A00", "A01", "A02", "A03"], FELL - timedelta(weeks=6), FELL)
    now = AS_OF - timedelta(weeks=3)
    lately = _complaints(["A10", "A11"], now, now)
    once = _complaints(["A12"], AS_OF - timedelta(weeks=60), AS_OF - timedelta(weeks=59))
    solved = once[0].set_column(
        once[0].column_names.index("solved_at"),
        "solved_at",
        pa.array([datetime.combine(AS_OF - timedelta(weeks=59), time(9), UTC)], pa.timestamp("us", "UTC")),
    )  # fmt: skip
    return explained(lines, before, lately, (solved, once[1]))


def test_what_acts_now_looms_over_an_account_that_stands_well(open_lately: Explanation) -> None:
    with_it, without = outlook_of(open_lately, "A10"), outlook_of(open_lately, "A20")
    ours = [row["loss"] for cause, row in with_it.items() if cause != UNKNOWN]
    assert sum(ours) > 3 * sum(r["loss"] for c, r in without.items() if c != UNKNOWN)
    assert sum(ours) > 0.02
    # What nobody recorded may come to anybody, and to who falls by something else a little less.
    assert 0 < with_it[UNKNOWN]["p"] < without[UNKNOWN]["p"] < 1


def test_what_is_long_over_looms_no_more(open_lately: Explanation) -> None:
    over, never = outlook_of(open_lately, "A12"), outlook_of(open_lately, "A20")
    assert over[UNKNOWN]["p"] == pytest.approx(never[UNKNOWN]["p"], rel=0.05)


def test_no_more_than_half_of_a_year_is_lost_to_a_fall_that_may_come(
    open_lately: Explanation,
) -> None:
    whole: dict[str, float] = {}
    for row in open_lately.outlook.to_pylist():
        assert 0 <= row["loss"] <= 0.5 * row["p"] + 1e-12
        whole[row["account_id"]] = whole.get(row["account_id"], 0.0) + row["p"]
    assert len(whole) == 30
    assert all(0 < p <= 1 for p in whole.values())


def test_what_is_recorded_later_does_not_loom_yet(lines: pa.Table) -> None:
    some = _complaints(["A10"], AS_OF - timedelta(weeks=3), AS_OF)
    assert explained(lines, some).outlook.equals(explained(lines).outlook)
