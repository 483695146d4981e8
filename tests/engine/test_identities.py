"""Joins, refusals and answers: kept as facts, undone by facts, and used by the next assessment."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from mainstay import engine
from mainstay.core.errors import InvalidSetting
from mainstay.core.home import Home

NAMES = {
    "D1": "大同五金股份有限公司",
    "D2": "大同五金（股）公司 台北店",
    "H1": "Harbour Hardware Ltd",
    "H2": "HARBOUR HARDWARE LIMITED",
    "X": "Something Else",
}


@pytest.fixture
def small_home(tmp_path: Path) -> Home:
    """Five codes with an order each fortnight, H1's until a year ago and H2's from then on."""
    home = Home(tmp_path / "home").prepare()
    rows = ["account_id,account name,date,amount,order no"]
    begin = date(2024, 1, 1)
    for code, name in NAMES.items():
        for n in range(52):
            on = begin + timedelta(days=14 * n)
            if (code == "H1" and n >= 26) or (code == "H2" and n < 26):
                continue
            rows.append(f"{code},{name},{on},100.50,{code}-{n}")
    file = tmp_path / "orders.csv"
    file.write_text("\n".join(rows), encoding="utf-8")
    engine.run_import(home, [file])
    return home


def suggested(home: Home) -> list[tuple[str, set[str]]]:
    found = engine.identities(home).suggestions
    return [(s.kind, {c.account_id for c in s.codes}) for s in found]


def test_suggestions_show_what_the_joined_account_would_be(small_home: Home) -> None:
    known = engine.identities(small_home)
    assert suggested(small_home) == [("name", {"H1", "H2"}), ("branch", {"D1", "D2"})]
    branch = known.suggestions[1]
    assert branch.main_id == "D1"
    assert branch.orders == 104
    assert branch.amount == Decimal("104") * Decimal("100.50")
    assert known.codes == 5


def test_joined_codes_are_one_and_taken_apart_are_two(small_home: Home) -> None:
    engine.join(small_home, ["H1", "H2"], "H1", by="ana", reason="name")
    assert suggested(small_home) == [("branch", {"D1", "D2"})]
    (joined,) = engine.identities(small_home).joined
    assert (joined.main.account_id, joined.main.orders) == ("H1", 52)
    accounts = engine.assess_home(small_home).accounts["account_id"].to_pylist()
    assert "H2" not in accounts
    engine.take_apart(small_home, ["H2"], by="ana")
    assert ("name", {"H1", "H2"}) in suggested(small_home)
    assert "H2" in engine.assess_home(small_home).accounts["account_id"].to_pylist()


def test_what_was_refused_is_not_suggested_again(small_home: Home) -> None:
    engine.keep_apart(small_home, ["D1", "D2"], "D1", by="ana")
    assert suggested(small_home) == [("name", {"H1", "H2"})]
    assert [(c.account_id, other) for c, other in engine.identities(small_home).refused] == [
        ("D2", "D1")
    ]
    engine.take_apart(small_home, ["D2"], by="ana")
    assert ("branch", {"D1", "D2"}) in suggested(small_home)


def test_joins_bring_along_what_is_joined_already(small_home: Home) -> None:
    engine.join(small_home, ["H2"], "H1", by="ana")
    engine.join(small_home, ["H2", "X"], "X", by="ana")
    (joined,) = engine.identities(small_home).joined
    assert joined.main.account_id == "X"
    assert {c.account_id for c in joined.codes} == {"H1", "H2"}
    with pytest.raises(InvalidSetting, match="at least two"):
        engine.join(small_home, ["H1", "H2"], "X", by="ana")


def test_answers_are_used_by_the_next_assessment_and_can_be_taken_back(small_home: Home) -> None:
    engine.answer(small_home, ["X"], "not_ours", by="ana")
    assert engine.answers(small_home)["X"].answer == "not_ours"
    assert "X" not in engine.assess_home(small_home).accounts["account_id"].to_pylist()
    engine.answer(small_home, ["X"], "none", by="ana")
    assert engine.answers(small_home) == {}
    assert "X" in engine.assess_home(small_home).accounts["account_id"].to_pylist()


def test_a_seasonal_account_is_quiet_until_it_is_due(small_home: Home) -> None:
    def state() -> str:
        rows = engine.assess_home(small_home).accounts.to_pylist()
        return next(row["state"] for row in rows if row["account_id"] == "H1")

    assert state() in ("lost", "late")
    engine.answer(small_home, ["H1"], "seasonal", by="ana", back_on=date(2026, 6, 30))
    assert state() == "quiet"
    with pytest.raises(InvalidSetting, match="which month"):
        engine.answer(small_home, ["H1"], "seasonal", by="ana")


def test_a_buying_group_keeps_what_else_is_known(small_home: Home) -> None:
    engine.set_group(small_home, ["D1", "H1"], "Ring")
    rows = {
        r["account_id"]: r for r in engine.open_ledger(small_home).table("accounts").to_pylist()
    }
    assert rows["D1"]["group_id"] == rows["H1"]["group_id"] == "Ring"
    assert rows["D1"]["name"] == NAMES["D1"]


def test_answers_are_no_imports(small_home: Home) -> None:
    engine.answer(small_home, ["X"], "not_ours", by="ana")
    engine.join(small_home, ["H2"], "H1", by="ana")
    engine.set_group(small_home, ["D1"], "Ring")
    assert [one["tables"].get("order_lines", 0) > 0 for one in engine.import_list(small_home)] == [
        True
    ]


def test_codes_are_found_in_any_script(small_home: Home) -> None:
    assert [c.account_id for c in engine.find_codes(small_home, "大同 台北")] == ["D2"]
    assert {c.account_id for c in engine.find_codes(small_home, "HARBOUR")} == {"H1", "H2"}
    assert engine.find_codes(small_home, "") == []
