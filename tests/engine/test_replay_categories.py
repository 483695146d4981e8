"""Categories in a replay: judged apart from their accounts, and by what was known alone."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from mainstay import Ledger, assess, replay
from mainstay.engine import Replay, category_summary_of, only, summary_of
from mainstay.engine.replay_tables import (
    BY_ACCOUNT,
    CATEGORY_LEFT,
    CATEGORY_SAYS,
    CATEGORY_WARNINGS,
    JUDGED,
    NAMED,
    OURS,
    TABLES,
    WARNINGS,
    fitted,
)
from mainstay.engine.replay_warnings import OF_CATEGORIES, is_news
from mainstay.ledger.frozen import FrozenFolder
from mainstay.simulate import Decline, Plan, histories

WEEKS = 8
PLAN = Plan(
    accounts=80,
    weeks=110,
    orders_a_year=52,
    regularity=(2.0, 4.0),
    decline=Decline(0.5, (80, 100), (0.0,), category="fixings"),
    losses_a_year=0.2,
)
END = PLAN.begin + timedelta(weeks=PLAN.weeks)
DATES = [END - timedelta(weeks=w) for w in (24, 20, 16, 12)]


@pytest.fixture(scope="module")
def lines() -> pa.Table:
    return histories(PLAN, seed=2).lines


@pytest.fixture(scope="module")
def found(lines: pa.Table) -> Replay:
    return replay(Ledger.from_tables(order_lines=lines), DATES, WEEKS)


def of(found: Replay, outcome: str) -> list[dict]:
    return found.judged.filter(pc.equal(found.judged["outcome"], outcome)).to_pylist()


def test_it_says_what_an_assessment_of_that_day_says(found: Replay, lines: pa.Table) -> None:
    on = DATES[1]
    said = {
        (r["account_id"], r["category"]): r["p_defection"]
        for r in assess(Ledger.from_tables(order_lines=lines), on, WEEKS).categories.to_pylist()
    }
    mine = [r for r in of(found, "category") if r["as_of"] == on]
    assert len(mine) > 100
    for row in mine:
        assert row["p"] == said[row["account_id"], row["category"]]


def test_who_left_altogether_left_no_category(found: Replay) -> None:
    gone = {(r["as_of"], r["account_id"]) for r in of(found, "complete") if r["happened"]}
    rows = of(found, "category")
    assert gone
    assert not [r for r in rows if (r["as_of"], r["account_id"]) in gone]
    assert all(r["category"] is None for r in of(found, "complete"))


def test_the_categories_that_fell_are_told_from_the_others(found: Replay) -> None:
    (ours,) = [
        r for r in found.overall.to_pylist() if r["outcome"] == "category" and r["method"] == OURS
    ]
    # Some fall after the date alone, which nobody could have told.
    assert ours["auc"] > 0.65
    assert ours["average_precision"] > 2 * ours["happened"] / ours["n"]
    assert ours["happened"] > 20
    methods = {r["method"] for r in found.overall.to_pylist() if r["outcome"] == "category"}
    assert methods >= {OURS, "recency", "orders_365", "hiatus"}
    assert any(r["outcome"] == "category" for r in found.curve.to_pylist())
    assert any(r["outcome"] == "category" for r in found.differences.to_pylist())
    rows = found.category_warnings.to_pylist()
    assert sum(r["category"] == "fixings" for r in rows) > 0.7 * len(rows) > 5
    right = [r["right"] for r in rows if r["right"] is not None]
    assert sum(right) > 0.6 * len(right)


def test_no_category_is_announced_where_its_account_is(found: Replay, lines: pa.Table) -> None:
    ledger = Ledger.from_tables(order_lines=lines)
    for on in DATES[1:3]:
        states = assess(ledger, on, WEEKS).accounts.select(["account_id", "state"]).to_pylist()
        named = {r["account_id"] for r in states if r["state"] in NAMED}
        warned = [r for r in found.category_warnings.to_pylist() if r["as_of"] == on]
        assert warned
        assert not {r["account_id"] for r in warned} & named


@pytest.mark.parametrize(
    ("state", "before", "news"),
    [
        ("slipping", None, True),
        ("dropped", "slipping", True),
        ("slipping", "dropped", False),
        ("dropped", BY_ACCOUNT, True),
        (BY_ACCOUNT, None, False),
    ],
)
def test_a_category_is_announced_when_more_is_said_of_it(
    state: str, before: str | None, news: bool
) -> None:
    assert is_news(state, before, OF_CATEGORIES.says) is news


def test_nothing_is_counted_twice(found: Replay) -> None:
    by_account, by_category = summary_of(found), category_summary_of(found)
    assert by_account.warnings == found.warnings.num_rows
    assert by_category.warnings == found.category_warnings.num_rows > 0
    assert by_category.left == found.category_left.num_rows > 0
    assert by_category.missed == found.missed_categories.num_rows
    told = [r for r in found.category_warnings.to_pylist() if r["right"] is not None]
    assert by_category.called == len(told)
    assert {r["state"] for r in found.category_warnings.to_pylist()} <= set(CATEGORY_SAYS)


def test_nothing_dated_later_changes_what_was_said(found: Replay, lines: pa.Table) -> None:
    on = DATES[0]
    known = lines.filter(pc.less(lines["ordered_on"], pa.scalar(on)))
    names = known["account_id"].unique()
    # Everybody orders each day from then on: other outcomes, the same words.
    days = [on + timedelta(days=d) for d in range(7 * WEEKS)]
    n = len(names) * len(days)
    after = pa.table(
        {
            "account_id": [a for a in names.to_pylist() for _ in days],
            "ordered_on": days * len(names),
            "amount": [5.0] * n,
            "category": ["tools"] * n,
            "currency": ["EUR"] * n,
        }
    )
    known = known.select(after.column_names)
    known = known.set_column(2, "amount", known["amount"].cast(pa.float64()))
    other = replay(Ledger.from_tables(order_lines=pa.concat_tables([known, after])), [on], WEEKS)
    then = {
        (r["account_id"], r["category"]): r["p"] for r in of(found, "category") if r["as_of"] == on
    }
    both = [r for r in of(other, "category") if (r["account_id"], r["category"]) in then]
    assert len(both) > 50
    for row in both:
        assert row["p"] == then[row["account_id"], row["category"]]


def test_the_categories_of_some_accounts_alone(found: Replay) -> None:
    mine = set(found.category_warnings["account_id"].to_pylist()[:3])
    some = only(found, mine)
    assert set(some.category_warnings["account_id"].to_pylist()) == mine
    assert set(some.category_left["account_id"].to_pylist()) <= mine


def test_it_is_kept_and_an_older_one_without_categories_is_read(found: Replay, tmp_path) -> None:
    folder = FrozenFolder(tmp_path / "replays")
    kept = Replay.load(folder, found.save(folder, "20260301-one").id)
    assert kept.category_warnings.num_rows == found.category_warnings.num_rows
    older = {name: getattr(found, name) for name in TABLES if not name.startswith("category")} | {
        "judged": found.judged.drop_columns(["category"])
    }
    folder.save("20260301-old", older, {"meta": found.meta})
    again = Replay.load(folder, "20260301-old")
    assert again.category_warnings.schema == CATEGORY_WARNINGS
    assert again.category_left.schema == CATEGORY_LEFT
    assert category_summary_of(again).warnings == 0
    assert fitted(found.warnings.drop_columns(["since"]), WARNINGS)["since"].null_count > 0
    assert again.judged.schema == JUDGED
