"""The run, from lines to states and money, through the library's door."""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from mainstay import Ledger, assess
from mainstay.core.errors import InvalidSetting, NotFound
from mainstay.core.texts import texts_from_json
from mainstay.engine import ACCOUNTS, CATEGORIES, HISTORY, STATES, Assessment

AS_OF = date(2026, 3, 1)


def one(result, account_id):
    (found,) = [r for r in result.accounts.to_pylist() if r["account_id"] == account_id]
    return found


def same(a: Assessment, b: Assessment) -> bool:
    return a.accounts == b.accounts and a.categories == b.categories and a.history == b.history


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("安平五金", "steady"),
        ("late", "late"),
        ("lost", "lost"),
        ("slipping", "slipping"),
        ("growing", "growing"),
        ("new", "new"),
        ("back", "won_back"),
        ("returns only", "new"),
    ],
)
def test_each_of_the_cast_is_in_its_state(account, name, state):
    assert account(name)["state"] == state


def test_the_tables_have_their_columns(result):
    assert result.accounts.schema == ACCOUNTS
    assert result.categories.schema == CATEGORIES
    assert result.history.schema == HISTORY
    assert set(result.accounts["state"].to_pylist()) <= set(STATES)
    assert result.accounts["account_id"].to_pylist() == sorted(
        result.accounts["account_id"].to_pylist()
    )


def test_silence_and_its_limit_are_in_the_reason(account):
    late = account("late")
    (why, *_) = texts_from_json(late["reasons"])
    assert why.data["silent_days"] == late["days_silent"]
    assert late["days_silent"] > late["late_after_days"] > late["rhythm_days"]
    assert str(why) == late["why"]


def test_a_state_is_as_old_as_its_change(result, account):
    """Who was seen in another state a week ago has been in this one for no longer than that."""
    late = account("late")
    beyond = timedelta(days=int(late["late_after_days"]) + 1)
    assert late["state_since"] == late["last_order_on"] + beyond
    history = result.history.to_pylist()
    *_, week_ago, last = sorted({row["on"] for row in history})
    seen = {(row["account_id"], row["on"]): row["state"] for row in history}
    for row in result.accounts.to_pylist():
        before = seen.get((row["account_id"], week_ago))
        if before not in (None, row["state"]):
            assert week_ago <= row["state_since"] < last, row["account_id"]


def test_what_is_older_than_the_first_look_has_no_day_of_it(result, account):
    """Who was steady all the year that is looked at has not become so on its first day."""
    history = result.history.to_pylist()
    first = min(row["on"] for row in history)
    assert result.meta["states_from"] == str(first)
    assert {r["state"] for r in history if r["account_id"] == "安平五金"} == {"steady"}
    assert account("安平五金")["state_since"] is None
    assert account("lost")["state_since"] is not None  # its silence names a day
    assert first not in result.accounts["state_since"].to_pylist()


def test_money_at_risk_is_what_would_be_missing(account):
    late, steady = account("late"), account("安平五金")
    assert late["money_at_risk"] == pytest.approx(late["baseline_52"] - late["expected_52"])
    assert late["money_at_risk"] > 5 * max(steady["money_at_risk"], 1)
    # Two orders a month of about 500: what a year brings when nothing changes.
    assert late["baseline_52"] == pytest.approx(26 * 500, rel=0.25)
    assert late["money_at_risk_low"] <= late["money_at_risk"] <= late["money_at_risk_high"]
    assert account("slipping")["money_at_risk"] > 0.3 * account("slipping")["baseline_52"]
    assert account("growing")["money_at_risk"] < 0


def test_too_few_orders_give_a_sentence_and_no_figure(account):
    for name, days in (("new", 2), ("returns only", 0)):
        found = account(name)
        assert found["order_days"] == days
        assert not found["eligible"]
        assert found["p_complete"] is None
        assert found["money_at_risk"] is None
        assert (str(days) if days else "No order yet") in found["why"]


def test_a_dropped_category_is_seen_and_its_money_is_part_of_the_accounts(result, account):
    rows = [r for r in result.categories.to_pylist() if r["account_id"] == "dropper"]
    tools = next(r for r in rows if r["category"] == "工具")
    steel = next(r for r in rows if r["category"] == "鋼材")
    assert tools["state"] == "dropped"
    assert abs((tools["since"] - (AS_OF - timedelta(weeks=32))).days) <= 35
    assert steel["state"] == "kept"
    whole = account("dropper")["money_at_risk"]
    assert tools["money_at_risk"] > 0.8 * whole
    assert sum(r["money_at_risk"] for r in rows) == pytest.approx(whole)
    assert any("工具" in str(t) for t in texts_from_json(account("dropper")["reasons"]))


def test_nothing_dated_or_recorded_later_changes_anything(lines, result):
    later = pa.Table.from_pylist(
        [
            {
                "account_id": name,
                "ordered_on": AS_OF + timedelta(days=d),
                "amount": 9_999.0,
                "category": "新",
                "kind": "sale",
                "currency": "TWD",
            }
            for name in ("late", "安平五金", "nobody yet")
            for d in (0, 1, 30)
        ]
    )
    told = pa.table({"account_id": ["late"], "on": [AS_OF - timedelta(3)], "kind": ["will_leave"]})
    ledger = Ledger.from_tables(order_lines=pa.concat_tables([lines, later]))
    ledger.facts.append("notices", told, "later", datetime(2026, 3, 1, tzinfo=UTC))
    closed = pa.table({"account_id": ["lost"], "name": ["Lost"], "closed_on": [date(2025, 6, 1)]})
    ledger.facts.append("accounts", closed, "later too", datetime(2026, 5, 1, tzinfo=UTC))
    assert same(assess(ledger, as_of=AS_OF), result)
    # The same facts count from the day after they were recorded.
    assert one(assess(ledger, as_of=AS_OF + timedelta(days=1)), "late")["state"] == "noticed"


def test_what_people_say_comes_before_the_figures(lines):
    ledger = Ledger.from_tables(
        order_lines=lines,
        accounts=pa.table(
            {"account_id": ["lost"], "name": ["Lost Ltd"], "closed_on": [date(2025, 6, 1)]}
        ),
        notices=pa.table(
            {"account_id": ["安平五金"], "on": [date(2026, 2, 20)], "kind": ["will_reduce"]}
        ),
        account_answers=pa.table(
            {
                "account_id": ["late", "other-05"],
                "answer": ["seasonal", "not_ours"],
                "back_on": [date(2026, 5, 1), None],
            }
        ),
    )
    result = assess(ledger, as_of=AS_OF)
    assert one(result, "lost")["state"] == "closed"
    assert one(result, "lost")["name"] == "Lost Ltd"
    assert one(result, "安平五金")["state"] == "noticed"
    assert "2026-02-20" in one(result, "安平五金")["why"]
    before = one(assess(Ledger.from_tables(order_lines=lines), as_of=AS_OF), "安平五金")
    told = one(result, "安平五金")
    assert told["expected_52"] == pytest.approx(before["expected_52"] / 2, rel=0.05)
    assert told["p_complete"] == pytest.approx(before["p_complete"], abs=0.01)
    assert one(result, "late")["state"] == "quiet"
    assert "other-05" not in result.accounts["account_id"].to_pylist()
    assert "other-05" not in result.history["account_id"].to_pylist()


def test_who_says_that_they_leave_is_expected_to(lines, result):
    said = pa.table(
        {"account_id": ["other-00"], "on": [AS_OF - timedelta(3)], "kind": ["will_leave"]}
    )
    before = one(result, "other-00")
    told = assess(Ledger.from_tables(order_lines=lines, notices=said), as_of=AS_OF)
    after = one(told, "other-00")
    assert after["state"] == "noticed"
    assert after["expected_52"] < 0.2 * before["expected_52"]
    assert after["money_at_risk"] > 0.5 * before["amount_52"]
    assert after["p_complete"] > 0.8 > before["p_complete"]


def test_an_open_order_suspends_late(lines, result):
    on_order = pa.table(
        {
            "account_id": ["late"],
            "ordered_on": [AS_OF - timedelta(days=5)],
            "amount": [700.0],
        }
    )
    told = assess(Ledger.from_tables(order_lines=lines, open_orders=on_order), as_of=AS_OF)
    late = one(told, "late")
    assert late["state"] == "steady"
    assert late["why"].startswith("700 is on order, after ")
    assert late["open_orders"] == 700
    # It is alive, so more of its money is expected.
    assert late["p_alive"] > 0.9 > one(result, "late")["p_alive"]
    assert late["p_complete"] < one(result, "late")["p_complete"]
    assert late["expected_52"] > one(result, "late")["expected_52"]


def test_an_open_order_brings_a_lost_account_back(lines, result):
    on_order = pa.table(
        {"account_id": ["lost"], "ordered_on": [AS_OF - timedelta(days=5)], "amount": [700.0]}
    )
    back = assess(Ledger.from_tables(order_lines=lines, open_orders=on_order), as_of=AS_OF)
    assert one(result, "lost")["state"] == "lost"
    assert one(back, "lost")["state"] == "won_back"
    assert "700 is on order" in one(back, "lost")["why"]


def test_joined_codes_are_one_account(lines):
    joins = pa.table({"account_id": ["late"], "into_id": ["安平五金"]})
    result = assess(Ledger.from_tables(order_lines=lines, account_joins=joins), as_of=AS_OF)
    ids = result.accounts["account_id"].to_pylist()
    assert "late" not in ids
    together = one(result, "安平五金")
    apart = assess(Ledger.from_tables(order_lines=lines), as_of=AS_OF)
    assert together["amount_total"] == pytest.approx(
        one(apart, "late")["amount_total"] + one(apart, "安平五金")["amount_total"]
    )


def test_fees_change_no_figure(lines, result):
    fees = lines.slice(0, 40).set_column(
        lines.schema.get_field_index("kind"), "kind", pa.array(["fee"] * 40)
    )
    with_fees = assess(Ledger.from_tables(order_lines=pa.concat_tables([lines, fees])), as_of=AS_OF)
    assert with_fees.accounts == result.accounts


def test_history_tells_the_states_in_order(result):
    mine = result.history.filter(pc.equal(result.history["account_id"], "lost"))
    states = [r["state"] for r in sorted(mine.to_pylist(), key=lambda r: r["on"])]
    assert states[-1] == "lost"
    assert states[0] in ("steady", "late")
    assert result.history["on"].to_pylist() == [
        d for d in result.history["on"].to_pylist() if d <= AS_OF
    ]


def test_a_result_is_kept_as_it_was_found(result, tmp_path):
    from mainstay.ledger.frozen import FrozenFolder

    kept = result.save(FrozenFolder(tmp_path), "20260301-000000-aaaa")
    again = Assessment.load(FrozenFolder(tmp_path))
    assert same(kept, again)
    assert again.portfolio == kept.portfolio
    assert (again.id, again.as_of) == ("20260301-000000-aaaa", AS_OF)


def test_the_same_input_gives_the_same_result(lines, result):
    shuffled = lines.take(pa.array(list(range(lines.num_rows))[::-1]))
    assert same(assess(Ledger.from_tables(order_lines=shuffled), as_of=AS_OF), result)


def test_an_empty_ledger_says_what_to_do():
    with pytest.raises(NotFound, match="import"):
        assess(Ledger.from_tables())


def test_a_date_before_the_data_is_refused(lines):
    with pytest.raises(InvalidSetting, match="The data begin on"):
        assess(Ledger.from_tables(order_lines=lines), as_of=date(2000, 1, 1))


def test_one_account_with_one_order_is_an_assessment_too():
    line = {"account_id": "甲", "ordered_on": date(2026, 1, 5), "amount": 10.0, "kind": "sale"}
    result = assess(Ledger.from_tables(order_lines=pa.Table.from_pylist([line])))
    assert result.as_of == date(2026, 1, 6)
    assert one(result, "甲")["state"] == "new"


def test_the_portfolio_adds_up(result):
    portfolio = result.portfolio
    positive = [a for a in result.accounts["amount_52"].to_pylist() if a and a > 0]
    assert portfolio["total_52"] == pytest.approx(sum(positive))
    for part in ("size_classes", "tiers", "core"):
        assert sum(r["amount"] for r in portfolio[part]) == pytest.approx(sum(positive), rel=1e-6)
    assert portfolio["loss_of_largest"]["share"] == pytest.approx(max(positive) / sum(positive))


def test_with_costs_amounts_are_margins_and_margin_rates_are_evidence(lines):
    poor = pc.equal(lines["account_id"], "slipping")
    cost = pc.multiply(lines["amount"], pc.if_else(poor, 0.9, 0.6))
    result = assess(Ledger.from_tables(order_lines=lines.append_column("cost", cost)), as_of=AS_OF)
    plain = assess(Ledger.from_tables(order_lines=lines), as_of=AS_OF)
    assert (result.meta["amount"], plain.meta["amount"]) == ("margin", "net")
    assert one(result, "安平五金")["amount_52"] == pytest.approx(
        0.4 * one(plain, "安平五金")["amount_52"], rel=1e-3
    )
    assert one(result, "slipping")["worth_more_to_us"] == "no"
    assert one(result, "安平五金")["worth_more_to_us"] == "yes"
    assert one(plain, "安平五金")["worth_more_to_us"] == "not_known"
    # Order days are told by net sales: selling below cost is selling.
    assert one(result, "slipping")["order_days"] == one(plain, "slipping")["order_days"]
