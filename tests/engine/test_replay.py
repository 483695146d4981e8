"""Replays: what would have been said, and what came of it, on accounts whose stories are known."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from mainstay import Ledger, assess, replay
from mainstay.core.errors import InvalidSetting, NotFound
from mainstay.core.settings import Settings
from mainstay.defection.peers import Said
from mainstay.engine import (
    Limits,
    Replay,
    least_money_for,
    only,
    replay_dates,
    summary_of,
    under,
)
from mainstay.engine.replay_figures import Cut, flagged
from mainstay.engine.replay_judged import Judged
from mainstay.engine.replay_tables import (
    CURVE,
    DIFFERENCES,
    JUDGED,
    LEFT,
    OURS,
    SCORES,
    WARNINGS,
)
from mainstay.engine.replay_warnings import is_news
from mainstay.ledger.frozen import FrozenFolder

END = date(2026, 3, 1)
WEEKS = 8
LAST = END - timedelta(weeks=WEEKS)
DATES = [LAST - timedelta(weeks=4 * step) for step in range(3, -1, -1)]


def accounts_that_leave() -> pa.Table:
    """90 accounts with their own rhythms; every third stops for good some time in the last half year."""
    rng = np.random.default_rng(3)
    begin = END - timedelta(weeks=72)
    rows = []
    for i in range(90):
        every = rng.uniform(7, 28)
        stops = END - timedelta(days=int(rng.integers(30, 200))) if i % 3 == 0 else END
        day = begin + timedelta(days=int(rng.integers(0, 28)))
        while day < stops:
            rows.append((f"A{i:03}", day, round(float(rng.uniform(80, 120)) * (1 + i % 5), 2)))
            day += timedelta(days=1 + int(rng.gamma(2, every / 2)))
    account, ordered, amount = zip(*rows, strict=True)
    return pa.table(
        {
            "account_id": account,
            "ordered_on": ordered,
            "amount": amount,
            "currency": ["EUR"] * len(rows),
        }
    )


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return accounts_that_leave()


@pytest.fixture(scope="module")
def ledger(table) -> Ledger:
    return Ledger.from_tables(order_lines=table)


@pytest.fixture(scope="module")
def found(ledger) -> Replay:
    return replay(ledger, DATES, WEEKS)


def overall(found: Replay, method: str = OURS) -> dict:
    rows = [r for r in found.overall.to_pylist() if r["outcome"] == "complete"]
    (row,) = [r for r in rows if r["method"] == method]
    return row


def at(found: Replay, on: date, outcome: str = "complete") -> pa.Table:
    here = pc.equal(found.judged["as_of"], pa.scalar(on))
    return found.judged.filter(pc.and_(here, pc.equal(found.judged["outcome"], outcome)))


def test_the_tables_have_their_columns(found):
    schemas = {"scores": SCORES, "curve": CURVE, "differences": DIFFERENCES}
    schemas |= {"judged": JUDGED, "warnings": WARNINGS, "left": LEFT}
    for name, schema in schemas.items():
        table = getattr(found, name)
        assert table.schema == schema, name
        assert table.num_rows, name


def test_it_judges_as_an_assessment_of_that_day_and_counts_what_came(found, ledger, table):
    on = DATES[2]
    then = assess(ledger, on, WEEKS).accounts
    eligible = then.filter(then["eligible"])
    rows = at(found, on)
    assert rows["account_id"].to_pylist() == eligible["account_id"].to_pylist()
    assert rows["p"].to_pylist() == eligible["p_complete"].to_pylist()
    later = table.filter(
        pc.and_(
            pc.greater_equal(table["ordered_on"], pa.scalar(on)),
            pc.less(table["ordered_on"], pa.scalar(on + timedelta(weeks=WEEKS))),
        )
    )
    orders = set(later["account_id"].to_pylist())
    for row in rows.to_pylist():
        assert row["happened"] == (row["account_id"] not in orders)


def test_nothing_dated_later_changes_what_was_said(found, table):
    on = DATES[0]
    horizon = on + timedelta(weeks=WEEKS)
    known = table.filter(pc.less(table["ordered_on"], pa.scalar(on)))
    # Everybody orders on the day before the horizon ends: other outcomes, the same words.
    names = known["account_id"].unique()
    after = pa.table(
        {
            "account_id": names,
            "ordered_on": [horizon - timedelta(days=1)] * len(names),
            "amount": [5.0] * len(names),
            "currency": ["EUR"] * len(names),
        }
    )
    other = replay(Ledger.from_tables(order_lines=pa.concat_tables([known, after])), [on], WEEKS)
    mine = at(found, on)
    assert at(other, on)["p"].equals(mine["p"])
    assert not any(at(other, on)["happened"].to_pylist())
    assert any(mine["happened"].to_pylist())
    assert other.warnings["state"].equals(
        found.warnings.filter(pc.equal(found.warnings["as_of"], pa.scalar(on)))["state"]
    )


def test_each_peer_stands_beside_ours(found):
    methods = set(found.overall["method"].to_pylist())
    models = {
        f"{m}_{by}" for m in ("bg_nbd", "mbg_nbd", "pareto_nbd") for by in ("alive", "orders")
    }
    assert methods >= {OURS, "recency", "orders_365", "hiatus", *models}
    assert overall(found, "recency")["brier"] is None
    assert 0 < overall(found)["calibration_error"] < 0.25
    assert overall(found)["auc"] > 0.7
    gain = {
        row["method"]: row
        for row in found.differences.to_pylist()
        if row["as_of"] is None and row["measure"] == "auc" and row["outcome"] == "complete"
    }
    # Orders in a year tell next to nothing of who stopped among those that ordered all along.
    assert gain["orders_365"]["low"] > 0
    assert gain["recency"]["low"] < gain["recency"]["gain"] < gain["recency"]["high"]
    assert sum(row["best"] for row in gain.values()) == 1
    assert min(row["gain"] for row in gain.values()) == next(
        row["gain"] for row in gain.values() if row["best"]
    )


def test_means_are_of_the_dates(found):
    rows = [r for r in found.scores.to_pylist() if r["outcome"] == "complete"]
    single = [r for r in rows if r["method"] == OURS and r["as_of"]]
    assert len(single) == len(DATES)
    assert overall(found)["auc"] == pytest.approx(np.mean([r["auc"] for r in single]))
    assert overall(found)["n"] == sum(r["n"] for r in single)


def test_warnings_say_what_came_of_them(found):
    rows = found.warnings.to_pylist()
    complete = [r for r in rows if r["state"] in ("late", "lost")]
    assert len(complete) > 10
    right = [r["right"] for r in complete]
    assert 0.5 < np.mean(right) <= 1
    for row in complete:
        assert row["right"] == (row["outcome"] == "complete")
    for row in rows:
        if row["state"] == "slipping" and row["right"] is not None:
            assert row["right"] == (row["outcome"] in ("complete", "partial"))


def test_no_account_is_announced_twice_for_one_loss(found):
    stopped = [f"A{i:03}" for i in range(0, 90, 3)]
    for account in stopped:
        mine = [r for r in found.warnings.to_pylist() if r["account_id"] == account]
        assert len([r for r in mine if r["state"] in ("late", "lost") and r["right"]]) <= 1


def test_who_left_for_good_is_counted_once_and_most_are_named(found):
    rows = found.left.to_pylist()
    names = [r["account_id"] for r in rows]
    assert len(names) == len(set(names)) > 3
    # Now and then one of the others is silent for so long.
    assert sum(int(n[1:]) % 3 == 0 for n in names) > 0.9 * len(names)
    named = [r for r in rows if not r["missed"]]
    assert len(named) > len(rows) / 2
    for row in rows:
        assert row["last_order_on"] < row["as_of"]
        assert row["missed"] == (row["named_on"] is None)
    assert found.missed.num_rows == len(rows) - len(named)


def test_it_is_kept_as_it_was_found(found, tmp_path):
    folder = FrozenFolder(tmp_path / "replays")
    kept = found.save(folder, "20260301-one")
    again = Replay.load(folder)
    assert again.id == kept.id == "20260301-one"
    assert again.as_of == DATES
    assert again.scores == found.scores
    with pytest.raises(NotFound):
        Replay.load(FrozenFolder(tmp_path / "nothing"))


def test_dates_end_where_their_horizon_fits():
    begin, end = date(2024, 1, 1), date(2026, 1, 1)
    dates = replay_dates(begin, end, 13)
    assert len(dates) == 13
    assert dates[-1] + timedelta(weeks=13) == end
    assert {(b - a).days for a, b in pairwise(dates)} == {28}
    some = replay_dates(
        begin, end, 26, since=date(2025, 1, 1), until=date(2025, 3, 1), every_weeks=2
    )
    assert some[-1] == date(2025, 3, 1)
    assert some[0] >= date(2025, 1, 1)
    with pytest.raises(InvalidSetting):
        replay_dates(end - timedelta(weeks=30), end, 13)


def test_a_date_whose_horizon_has_not_passed_is_refused(ledger):
    with pytest.raises(InvalidSetting) as refused:
        replay(ledger, [END - timedelta(weeks=5)], WEEKS)
    assert str(ledger.span()[1] + timedelta(days=1) - timedelta(weeks=WEEKS)) in str(refused.value)
    with pytest.raises(InvalidSetting):
        replay(ledger, [date(2001, 1, 1)])


def test_the_budget_is_a_setting(ledger):
    one = replay(ledger, DATES[-1:], WEEKS, settings=Settings(alerts_per_month=3))
    assert one.meta["alerts_per_month"] == 3


@pytest.mark.parametrize(
    ("state", "before", "news"),
    [
        ("late", "steady", True),
        ("late", "slipping", True),
        ("lost", "late", False),
        ("late", "late", False),
        ("slipping", "growing", True),
        ("slipping", "late", False),
        ("steady", "late", False),
        ("noticed", None, True),
    ],
)
def test_only_a_change_that_says_more_is_news(state, before, news):
    assert is_news(state, before) is news


def cut(managers: list[str | None], score: list[float], money: list[float]) -> Cut:
    n = len(managers)
    return Cut(
        outcome="complete",
        as_of=END,
        account_id=np.array([f"A{i}" for i in range(n)], object),
        manager_id=np.array(managers, object),
        happened=np.ones(n, bool),
        money=np.array(money),
        lost=np.array(money),
        report_weeks=np.zeros(n),
        said={"p": Said(np.array(score), np.array(score)), "rank": Said(np.array(score))},
    )


def test_each_manager_has_a_list_as_long_as_the_budget():
    both = cut(["x", "x", "x", "y", "y"], [0.9, 0.8, 0.7, 0.1, 0.2], [1.0, 1.0, 2.0, 9.0, 0.0])
    # 0.9, 0.8 and 1.4 for x; 0.9 and nothing for y.
    assert flagged(both, "p", 2).tolist() == [True, False, True, True, False]
    assert flagged(both, "rank", 1).tolist() == [False, False, True, True, False]


def test_without_managers_the_budget_is_for_each_hundred_accounts():
    many = cut([None] * 200, np.linspace(0, 1, 200).tolist(), [1.0] * 200)
    assert flagged(many, "p", 10).sum() == 20
    assert many.desks == 2.0


def test_intervals_are_held_against_a_year_once_it_has_passed(ledger, found):
    assert found.meta["intervals"] == {"n": 0, "covered": None}
    early = replay(ledger, [END - timedelta(weeks=54)], WEEKS)
    intervals = early.meta["intervals"]
    assert intervals["n"] == at(early, END - timedelta(weeks=54)).num_rows > 50
    assert 0.5 < intervals["covered"] <= 1.0


def test_intervals_within_the_horizon_are_held_against_what_came(ledger, found):
    told = found.meta["intervals_horizon"]
    assert told["n"] == sum(at(found, on).num_rows for on in DATES) > 200
    assert 0.65 < told["covered"] < 0.95  # of 90 accounts at four dates: ± .04 by chance
    on = DATES[0]
    rows = assess(ledger, on, WEEKS).accounts.to_pylist()
    some = {r["account_id"]: r for r in rows if r["eligible"]}
    for row in at(found, on).to_pylist():
        said = some[row["account_id"]]
        assert said["horizon_loss_low"] <= said["horizon_loss"] <= said["horizon_loss_high"]
        # Nothing can be lost beyond what was to come.
        assert said["horizon_loss_high"] <= said["horizon_baseline"] + 0.01
        if row["happened"]:
            assert said["horizon_loss_low"] < said["horizon_baseline"]


def test_who_buys_far_less_left_in_part(table):
    end = END - timedelta(days=1)
    turn = DATES[0] - timedelta(weeks=3)
    rows = []
    for day in range(0, 72 * 7, 7):
        on = END - timedelta(weeks=72) + timedelta(days=day)
        rows.append(("less", on, 1000.0 if on < turn else 100.0))
        rows.append(("same", on, 1000.0))
    account, ordered, amount = zip(*rows, (("same", end, 1.0)), strict=True)
    both = pa.table(
        {
            "account_id": account,
            "ordered_on": ordered,
            "amount": amount,
            "currency": ["EUR"] * len(account),
        }
    )
    looks = replay(
        Ledger.from_tables(order_lines=pa.concat_tables([table, both])), DATES[:2], WEEKS
    )
    mine = [r for r in looks.warnings.to_pylist() if r["account_id"] in ("less", "same")]
    assert [(r["account_id"], r["state"], r["outcome"], r["right"]) for r in mine] == [
        ("less", "slipping", "partial", True)
    ]
    both = replay(
        Ledger.from_tables(order_lines=pa.concat_tables([table, both])), [DATES[0], DATES[3]], WEEKS
    )
    rows = {r["account_id"]: r for r in both.partial_left.to_pylist()}
    assert (rows["less"]["as_of"], rows["less"]["named_on"]) == (DATES[0], DATES[3])
    assert not rows["less"]["missed"]
    assert "same" not in rows
    missed = both.missed_partial["account_id"].to_pylist()
    assert set(missed) == {a for a, row in rows.items() if row["named_on"] is None}


def test_partial_defection_stands_beside_plain_rules(found):
    assert found.meta["outcomes"] == ["complete", "partial"]
    methods = [r["method"] for r in found.overall.to_pylist() if r["outcome"] == "partial"]
    assert methods == [OURS]  # last year's weeks are not in these data
    row = {
        "amount_13": 50.0,
        "amount_13_last_year": 100.0,
        "amount_52": 9.0,
        "amount_prev_52": None,
    }
    rows = [row, {**row, "amount_13_last_year": 25.0}, {**row, "amount_13_last_year": None}]
    judged = Judged(None, rows, {}, None, WEEKS)
    report = judged.fall("report", "amount_13", "amount_13_last_year", np.arange(3))
    assert report["report"].score.tolist() == [-0.5, -2.0, -1.0]
    assert judged.fall("growth", "amount_52", "amount_prev_52", np.arange(3)) == {}
    for on in DATES:
        complete, partial = (
            {r["account_id"]: r["happened"] for r in at(found, on, o).to_pylist()}
            for o in ("complete", "partial")
        )
        assert set(partial) <= set(complete)
        assert not any(happened and complete[a] for a, happened in partial.items())


def test_the_summary_counts_what_the_tables_hold(found):
    words = summary_of(found)
    called = [r for r in found.warnings.to_pylist() if r["state"] != "slipping"]
    assert words.called == len(called)
    assert words.right == sum(r["right"] for r in called)
    assert words.left == found.left.num_rows
    assert words.missed == found.missed.num_rows
    # 90 accounts less those not eligible, four months.
    assert found.meta["months"] == pytest.approx(4 * 28 / 30.44, rel=0.01)
    assert found.meta["desks"] == pytest.approx(0.9, abs=0.05)
    assert words.per_month == pytest.approx(
        words.warnings / found.meta["desks"] / found.meta["months"]
    )


def test_a_budget_sets_the_least_money_and_less_is_announced(found):
    every = summary_of(found)
    least = least_money_for(found, every.per_month / 2)
    few = summary_of(found, Limits(money=least))
    assert least > 0
    assert few.per_month <= every.per_month / 2 + 1e-9
    assert few.per_month > every.per_month / 2 - 1.5
    assert few.named <= every.named
    assert few.missed >= every.missed
    assert few.missed + few.named == every.left
    assert least_money_for(found, 1000) == 0.0


def test_a_least_probability_spares_who_is_not_called_leaving(found):
    kept = under(found.warnings, Limits(probability=0.99)).to_pylist()
    assert {r["state"] for r in kept if (r["p_complete"] or 0) < 0.99} <= {"slipping"}


def test_the_figures_of_some_accounts_alone(found):
    mine = set(found.judged["account_id"].to_pylist()[:30])
    some = only(found, mine)
    assert set(some.warnings["account_id"].to_pylist()) <= mine
    assert some.scores.num_rows == 0
    assert summary_of(some).left <= summary_of(found).left
    assert some.meta["desks"] == pytest.approx(found.meta["desks"] / 3, rel=0.2)
