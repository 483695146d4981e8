"""The quarterly review: figures as known on the day, quarters beside one another, sentences from figures alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from seen import AS_OF, Rows, ledger_of, view_of

from mainstay.core.errors import NotFound
from mainstay.engine import tables
from mainstay.engine.quarter import DOCUMENT, measure_quarters, quarters
from mainstay.engine.quarter.days import Quarter, chosen
from mainstay.engine.quarter.losses import losses
from mainstay.engine.quarter.review import look_back
from mainstay.engine.quarter.told import pages, seen_from

Q2 = Quarter(2026, 2)  # over on AS_OF
IN_Q2, IN_Q1 = date(2026, 5, 11), date(2026, 2, 9)


def day(month: int, on: int = 10) -> date:
    return date(2026, month, on)


def account(name: str, state: str = "steady", size: str = "small", **more: Any) -> dict[str, Any]:
    money = {"amount_52": 100.0, "amount_prev_52": 100.0, "order_days_52": 9}
    return {"account_id": name, "name": f"{name} Ltd", "state": state, "tier": "A",
            "size_class": size, **money, **more}  # fmt: skip


def history(states: Mapping[str, tuple[str, str, str]]) -> pa.Table:
    """By account its states at the beginning of two quarters and at the end."""
    days = (date(2026, 1, 3), date(2026, 4, 3), AS_OF)
    rows = [
        {"account_id": name, "on": on, "state": state}
        for name, three in states.items()
        for on, state in zip(days, three, strict=True)
    ]
    return pa.Table.from_pylist(rows, tables.HISTORY)


def measured(
    rows: Mapping[str, Rows] | None = None,
    accounts: list[dict[str, Any]] | None = None,
    past: pa.Table | None = None,
    **also: Any,
) -> dict[str, Any]:
    view = view_of(ledger_of(rows or {}), accounts or [account("A")], **also)
    return measure_quarters(view, past if past is not None else history({}))


def kept(store: Path, *made: dict[str, Any]) -> list[tuple[str, date]]:
    """Figures kept as if assessed; gives the assessments, which are named a0, a1…"""
    found = []
    for n, one in enumerate(made):
        quarters(store).save(f"a{n}", {}, {"meta": {}, DOCUMENT: one})
        found.append((f"a{n}", date.fromisoformat(one["as_of"])))
    return found


def said(review: Any) -> dict[str, str]:
    return {
        page: " ".join(str(t) for one in told for t in one) for page, told in pages(review).items()
    }


def test_a_quarter_is_looked_back_upon_from_the_first_assessment_after_it() -> None:
    assert Quarter.read("2026-Q2") == Q2
    assert [Quarter.read(name) for name in ("2026-Q5", "Q2", "2026-Q2/..")] == [None] * 3
    assert (Q2.begins, Q2.over, Q2.before(2)) == (day(4, 1), day(7, 1), Quarter(2025, 4))
    made = [("a", day(5)), ("b", day(7, 1)), ("c", day(7, 1)), ("d", day(8)), ("e", day(9))]
    assert chosen(made, Q2) == "c"
    assert chosen(made, Quarter(2026, 3)) == "e"  # it lasts
    assert chosen(made[:1], Q2) == "a"
    assert chosen(made, Quarter(2026, 4)) is None
    assert chosen([], Q2) is None


def test_who_was_lost_slipped_and_came_back(tmp_path: Path) -> None:
    states = {
        "A": ("steady", "late", "lost"),
        "B": ("steady", "lost", "lost"),
        "C": ("lost", "lost", "steady"),
        "D": ("steady", "steady", "slipping"),
        "E": ("steady", "slipping", "closed"),
        "F": ("slipping", "slipping", "slipping"),
    }
    accounts = [account(name, three[-1]) for name, three in states.items()]
    accounts[0] |= {"amount_52": 10.0, "amount_prev_52": 900.0, "size_class": "large"}
    found = measured(None, accounts, history(states))["losses"]
    now, before = found["2026-Q2"], found["2026-Q1"]
    assert {kind: one["n"] for kind, one in now["kinds"].items()} == {
        "lost": 1, "slipping": 1, "returned": 1, "closed": 1,
    }  # fmt: skip
    assert now["kinds"]["lost"]["money"] == 900.0  # of the better year
    assert now["there"]["n"] == 4
    assert [row["lost"]["n"] for row in now["sizes"]] == [1, 0, 0]
    assert [row["name"] for row in now["named"]] == ["A Ltd"]
    assert before["kinds"]["lost"]["n"] == 1
    assert "2025-Q4" not in found  # no state is known so long ago
    review = look_back(tmp_path, kept(tmp_path, measured(None, accounts, history(states))), Q2)
    told = said(review)["losses"]
    assert "We lost 1 account, 25% of the 4 that there were" in told
    assert (
        "they buy 900 a year less than before they fell. The quarter before: 100. The same quarter a year before "
        "is not known." in told
    )
    assert "13 weeks apart" in told


def test_what_went_with_a_lost_account_is_what_it_takes_less_than_before_it_fell() -> None:
    """It fell years ago, so that neither of its last two years knows what it bought."""
    accounts = [account("A", "lost", amount_52=0.0, amount_prev_52=0.0), account("B", "slipping")]
    past = history({"A": ("steady", "late", "lost"), "B": ("steady", "steady", "slipping")})
    falls = pa.table({"account_id": ["A", "B"], "lost_52": [205.0, 30.0]})
    kinds = losses(view_of(ledger_of({}), accounts), past, [Q2], falls)["2026-Q2"]["kinds"]
    assert kinds["lost"] == {"n": 1, "money": 205.0}
    assert kinds["slipping"] == {"n": 1, "money": 100.0}  # what it bought: it is not gone


def test_quarters_of_unlike_length_are_said_to_be(tmp_path: Path) -> None:
    past = history({"A": ("steady", "steady", "lost")})
    on = pa.array(
        [date(2025, 12, 20) if day == date(2026, 1, 3) else day for day in past["on"].to_pylist()]
    )
    past = past.set_column(past.schema.get_field_index("on"), "on", on)
    review = look_back(tmp_path, kept(tmp_path, measured(None, [account("A", "lost")], past)), Q2)
    assert "count by week: that one was 15 weeks long" in said(review)["losses"]


def promise(
    n: int, account_id: str, due: date, kept_on: date | None, **more: Any
) -> dict[str, Any]:
    return {"promise_id": f"{account_id}{n}{due}", "account_id": account_id, "kind": "rebate",
            "made_on": due - timedelta(days=20), "due_on": due, "kept_on": kept_on, **more}  # fmt: skip


def test_promises_kept_and_what_is_recorded_later_changes_nothing() -> None:
    later = AS_OF + timedelta(days=3)
    rows = [
        *(promise(n, "A", IN_Q2, IN_Q2) for n in range(3)),
        promise(4, "A", IN_Q2, IN_Q2 + timedelta(days=1)),
        promise(5, "B", IN_Q2, None),
        promise(6, "B", IN_Q2, IN_Q2, amount=100, kept_amount=50),
        *(promise(n, "B", IN_Q1, IN_Q1) for n in (7, 8, 9, 10, 11)),
    ]
    names = [account("A"), account("B")]
    now = measured({"promises": rows}, names)["promises"]
    assert now["2026-Q2"]["kinds"]["promises"] == {"n": 6, "kept": 3}
    assert now["2026-Q1"]["kept"] == 5
    late = [{**rows[4], "kept_on": IN_Q2, "recorded": later}]
    again = measured({"promises": [*rows, *late]}, names)["promises"]
    assert again == now


def test_all_promises_together_stand_beside_a_quarter_of_the_same_kinds_alone(
    tmp_path: Path,
) -> None:
    found = measured()
    promises = {"n": 30, "kept": 15}
    both = {"promises": promises, "deliveries": {"n": 70, "kept": 35}}
    found["promises"] |= {
        "2025-Q2": {"kinds": {"promises": promises}, "n": 30, "kept": 15, "worst": []},
        "2026-Q2": {"kinds": both, "n": 100, "kept": 50, "worst": []},
    }
    before = "The same quarter a year before: 50%."
    told = said(look_back(tmp_path, kept(tmp_path, found), Q2))["promises"]
    assert told.count(before) == 1  # of promises, not of all
    found["promises"]["2025-Q2"] = found["promises"]["2026-Q2"]
    told = said(look_back(tmp_path / "b", kept(tmp_path / "b", found), Q2))["promises"]
    assert told.count(before) == 3


def test_the_accounts_where_least_was_kept_are_sure_to_be() -> None:
    rows = [promise(n, "A", IN_Q2, None) for n in range(4)]
    rows += [promise(n, "B", IN_Q2, None if n < 5 else IN_Q2) for n in range(6)]
    rows += [promise(n, "C", IN_Q2, None if n < 20 else IN_Q2) for n in range(24)]
    worst = measured({"promises": rows}, [account(name) for name in "ABC"])["promises"]["2026-Q2"][
        "worst"
    ]
    assert [(one["account_id"], one["broken"]) for one in worst] == [("C", 20), ("B", 5)]


def review_row(n: int, due: date | None, changed: date | None, **more: Any) -> dict[str, Any]:
    return {"review_id": f"R{n}", "account_id": "A", "opened_on": IN_Q1, "kind": "lost",
            "change_text": f"Call {n}", "change_owner_id": "S1", "change_due_on": due,
            "changed_on": changed, **more}  # fmt: skip


def test_what_was_promised_in_reviews(tmp_path: Path) -> None:
    rows = [
        review_row(1, IN_Q2, IN_Q2),
        review_row(2, IN_Q2, IN_Q2 + timedelta(days=5)),
        review_row(3, IN_Q2, None),
        review_row(4, date(2026, 3, 1), None),
        review_row(5, IN_Q2, IN_Q2, recorded=AS_OF + timedelta(days=2)),
    ]
    states = history({"A": ("steady", "steady", "lost"), "B": ("steady", "steady", "lost")})
    staff = [{"staff_id": "S1", "name": "Mina"}]
    made = measured({"reviews": rows, "staff": staff}, [account("A"), account("B")], states)
    now = made["reviews"]["2026-Q2"]
    assert (now["due"], now["in_time"], now["late"], now["open"]) == (3, 1, 1, 1)
    assert (now["lost"], now["reviewed"]) == (2, 1)
    assert (now["waiting"], now["oldest"]["text"], now["oldest"]["owner"]) == (2, "Call 4", "Mina")
    told = said(look_back(tmp_path, kept(tmp_path, made), Q2))["reviews"]
    assert "Of 2 accounts lost in the quarter, 1 are reviewed" in told
    assert "were due: 3; done in time 1, late 1, not yet 1." in told


def test_small_beside_large_needs_enough_accounts(tmp_path: Path) -> None:
    def requests(size: str, count: int, late: int) -> Rows:
        return [
            {"request_id": f"{size}{n}", "account_id": f"{size}{n}", "raised_on": IN_Q2, "text": "x",
             "answer_due_on": IN_Q2, "answered_on": IN_Q2 + timedelta(days=int(n < late))}
            for n in range(count)
        ]  # fmt: skip

    def fair(large: int) -> tuple[dict[str, Any], str]:
        rows = requests("small", 60, 40) + requests("large", large, 0)
        accounts = [
            account(row["account_id"], size=row["account_id"].rstrip("0123456789")) for row in rows
        ]
        made = measured({"requests": rows}, accounts)
        folder = tmp_path / str(large)
        told = said(look_back(folder, kept(folder, made), Q2))["fairness"]
        return next(
            r for r in made["fairness"]["2026-Q2"]["measures"] if r["measure"] == "requests"
        ), told

    row, told = fair(30)
    assert row["difference"] == pytest.approx(-2 / 3)
    assert row["low"] < row["difference"] < row["high"] < 0
    assert "small ones get 66.66666666666667 points less" in told
    few, told = fair(4)
    assert (few["difference"], few["lacking"]) == (None, 6)
    assert "Requests answered by the day: too few accounts to tell; 6 more" in told


def test_floors_of_short_stock() -> None:
    rows = [
        {"allocation_id": f"{product}{who}", "sheet_id": "S", "decided_on": IN_Q2, "product_id": product,
         "account_id": who, "wanted": 10, "given": given, "given_by": "rule", "state": "approved"}
        for product, who, given in (("P", "A", 5), ("P", "L", 9), ("R", "A", 2), ("R", "L", 9))
    ]  # fmt: skip
    accounts = [account("A"), account("L", size="large")]
    assert measured({"allocations": rows}, accounts)["fairness"]["2026-Q2"]["floors"] == {
        "n": 2,
        "held": 1,
    }


def test_nothing_known_is_said_to_be_not_known(tmp_path: Path) -> None:
    review = look_back(tmp_path, kept(tmp_path, measured()), Q2)
    told = said(review)
    assert len(pages(review)["first"]) == 5
    assert "is not known: no assessment looked at states" in told["losses"]
    assert "is not known" in told["causes"]
    assert "is not known" in told["reviews"]
    assert "Effects of plays are not measured yet." in told["plays"]
    assert told["promises"] == "Nothing that we promised is written down for this quarter."
    assert not re.search(r"\bnan\b|\bNone(?! of)", " ".join(told.values()))


def test_the_same_quarter_a_year_before_is_as_it_was_known_then(tmp_path: Path) -> None:
    old = measured()
    old["as_of"] = "2025-07-01"
    old["losses"] = {"2025-Q2": {"kinds": {"lost": {"n": 3, "money": 77.0}}}}
    new = measured(None, [account("A", "lost")], history({"A": ("steady", "steady", "lost")}))
    review = look_back(tmp_path, kept(tmp_path, old, new), Q2)
    assert "The same quarter a year before: 77." in said(review)["losses"]


def test_a_quarter_that_lasts_is_told_so_far_and_one_to_come_is_refused(tmp_path: Path) -> None:
    middle = measured(as_of=date(2026, 8, 10))
    made = kept(tmp_path, middle)
    review = look_back(tmp_path, made, Quarter(2026, 3))
    assert review.so_far
    assert "lasts until 2026-09-30" in str(seen_from(review)[0])
    with pytest.raises(NotFound, match="has not begun"):
        look_back(tmp_path, made, Quarter(2026, 4))
    with pytest.raises(NotFound, match="No quarter was measured yet"):
        look_back(tmp_path / "none", [], Q2)
    late = look_back(tmp_path, made, Quarter(2026, 1))
    assert late.late
    assert said(late)["concentration"].endswith("is not known: nobody looked then.")
    with pytest.raises(NotFound, match="Nothing is kept of the quarter 2020-Q1"):
        look_back(tmp_path, made, Quarter(2020, 1))


def test_effects_are_told_with_their_interval_and_harm_first(tmp_path: Path) -> None:
    def effect(play: str, verdict: str, basis: str = "drawn") -> dict[str, Any]:
        return {"play": play, "verdict": verdict, "basis": basis, "ratio": 1.6, "low": 1.2,
                "high": 2.1, "with_play": 60, "without": 240}  # fmt: skip

    review = look_back(tmp_path, kept(tmp_path, measured()), Q2)
    harm = replace(review, effects=[effect("visit", "few"), effect("call", "harms", "chosen")])
    told = said(harm)["plays"]
    assert "call does harm: losses were 160%" in told
    assert "(80% interval 120% to 210%; 60 cases with it, 240 without)" in told
    assert "People chose for whom it was done" in told
    few = replace(review, effects=[effect("visit", "few")])
    assert "too few cases" in said(few)["plays"]
