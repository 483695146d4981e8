"""Signals from notices and from agreements that end."""

from __future__ import annotations

import pytest
from seen import ago, seen


def notice(kind: str, text: str | None = None, days: int = 20) -> dict[str, object]:
    return {"account_id": "A", "on": ago(days), "kind": kind, "text": text}


def abouts(text: str | None, kind: str = "dissatisfied") -> list[str]:
    return [row["data"]["about"] for row in seen("notice_given", notices=[notice(kind, text)])]


def test_notice_given_says_when_and_how_strongly() -> None:
    told = [notice("will_leave"), notice("dissatisfied", days=50)]
    weak, strong = seen("notice_given", notices=told)
    assert (strong["since"], strong["strength"]) == (ago(20), 1.0)
    assert (weak["since"], weak["strength"]) == (ago(50), 0.6)
    assert strong["rows"] == [["notices", "A", str(ago(20)), "will_leave"]]


def test_a_notice_speaks_only_for_what_its_words_name() -> None:
    assert abouts(None) == abouts("He was not happy.") == ["nothing"]
    assert abouts("Your prices again, and the deliveries come late") == ["delivery", "price"]
    assert abouts("报价太贵，交期又长") == ["delivery", "price"]
    assert abouts("담당자가 바뀐 뒤로 연락이 없다") == ["people"]
    assert abouts("公司要歇業了") == ["closing"]
    assert abouts("A question of principle, priceless") == ["nothing"]


def test_who_asked_a_rivals_price_thinks_of_price_whatever_the_words() -> None:
    assert abouts("because of the service", "asked_rival_price") == ["rival_price"]


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("A new owner looks at suppliers", ["owner"]),
        ("Their own sales fell", ["business"]),
        ("訂單減少，要關掉一條線", ["business"]),
        ("总部统一采购", ["chain"]),
        ("본사에서 통합구매로 바꾼다고 합니다", ["chain"]),
        ("매출이 줄어서 폐업을 생각한다", ["business", "closing"]),
        ("He wants better prices", []),
        ("They headed for the office", []),
        (None, []),
    ],
)
def test_change_told_is_what_happened_to_them(text: str | None, about: list[str]) -> None:
    found = seen("change_told", notices=[notice("dissatisfied", text)])
    assert [row["data"]["about"] for row in found] == about
    for row in found:
        assert (row["since"], row["strength"], row["data"]["text"]) == (ago(20), 1.0, text)
        assert row["rows"] == [["notices", "A", str(ago(20)), "dissatisfied"]]


def agreement(days: int, **more: object) -> dict[str, object]:
    return {"agreement_id": "G", "account_id": "A", "from": ago(400), "to": ago(days), **more}


@pytest.mark.parametrize(("ends_in", "strength"), [(91, 0.0), (45, 0.505), (0, 1.0), (-30, 1.0)])
def test_contract_ending_grows_over_its_last_quarter(ends_in: int, strength: float) -> None:
    found = seen("contract_ending", agreements=[agreement(-ends_in)])
    assert len(found) == (strength > 0)
    for row in found:
        assert row["strength"] == pytest.approx(strength, abs=0.001)
        assert row["since"] == ago(91 - ends_in)


def test_contract_ending_is_silent_where_another_follows() -> None:
    follows = agreement(0, **{"agreement_id": "H", "from": ago(20), "to": None})
    gap = agreement(-300, **{"agreement_id": "H", "from": ago(18)})
    assert seen("contract_ending", agreements=[agreement(50), follows]) == []
    assert len(seen("contract_ending", agreements=[agreement(50), gap])) == 1
    assert seen("contract_ending", agreements=[agreement(50, account_id=None, segment="x")]) == []
