"""Money by cause, counted by hand."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from mainstay.causes.explanation import CAUSES, FALLS
from mainstay.causes.figures import NAMES, figures, first_causes
from mainstay.engine.tables import ACCOUNTS

# account, began, p_fell, lost, first, p_first; then its causes with their categories
FELL: list[tuple[Any, ...]] = [
    ("A", date(2025, 2, 10), 1.0, 100.0, "delivery", 0.7),
    ("B", date(2025, 2, 28), 1.0, 1000.0, "competitor", 0.5),
    ("C", date(2025, 8, 1), 0.8, 50.0, "unknown", 0.6),
    ("D", date(2025, 8, 1), 0.4, 7000.0, "delivery", 0.4),  # hardly fell
]
BY: list[tuple[Any, ...]] = [
    ("A", 1, "delivery", 0.7, "Bolts"),
    ("A", 2, "money", 0.2, None),
    ("B", 1, "competitor", 0.5, None),
    ("B", 2, "delivery", 0.3, "Nuts"),
    ("C", 1, "own_business", 0.2, None),
    ("D", 1, "delivery", 0.4, "Bolts"),
]
KNOWN: list[dict[str, Any]] = [
    {"account_id": "A", "state": "slipping", "money_at_risk": 40.0, "region": "north", "segment": "x"},
    {"account_id": "B", "state": "lost", "money_at_risk": 900.0, "region": "south", "segment": "x"},
    {"account_id": "C", "state": "late", "money_at_risk": -5.0, "region": None, "segment": "y"},
    {"account_id": "D", "state": "steady", "money_at_risk": 1.0, "region": "north", "segment": "y"},
]  # fmt: skip


def falls(rows: list[tuple[Any, ...]] = FELL) -> pa.Table:
    names = ("account_id", "began_on", "p_fell", "lost_52", "first", "p_first")
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], FALLS)


def causes(rows: list[tuple[Any, ...]] = BY) -> pa.Table:
    names = ("account_id", "rank", "family", "p", "category")
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], CAUSES)


def accounts(*ids: str) -> pa.Table:
    rows = [row for row in KNOWN if not ids or row["account_id"] in ids]
    return pa.Table.from_pylist(rows, ACCOUNTS)


def by(rows: list[dict[str, Any]], key: str) -> dict[str, dict[str, Any]]:
    return {row[key]: row for row in rows}


def test_money_is_shared_out_by_probability() -> None:
    found = figures(falls(), causes(), accounts())
    assert (found["accounts"], found["lost"], found["at_risk"]) == (3, 1150.0, 40.0)
    rows = by(found["by_cause"], "family")
    assert set(rows) == set(NAMES)
    # A: .7 of 100, B: .3 of 1000; what B's and C's causes leave is unknown
    assert rows["delivery"] == pytest.approx(
        {"family": "delivery", "accounts": 1, "falls": 1.0, "lost": 370.0, "at_risk": 28.0}
    )
    assert rows["competitor"]["lost"] == pytest.approx(500.0)
    assert rows["unknown"]["lost"] == pytest.approx(0.1 * 100 + 0.2 * 1000 + 0.75 * 50)
    assert rows["unknown"]["accounts"] == 1
    lost = [row["lost"] for row in found["by_cause"]]
    assert lost == sorted(lost, reverse=True)


def test_ours_theirs_nobodys_and_unknown_are_the_whole() -> None:
    found = figures(falls(), causes(), accounts())
    rows = by(found["by_whose"], "whose")
    assert rows["ours"]["lost"] == pytest.approx(370.0 + 20.0)
    assert rows["theirs"]["lost"] == pytest.approx(500.0)
    # C fell with 80%: it counts whole, .2 of .8 by its own business
    assert rows["nobodys"]["lost"] == pytest.approx(0.25 * 50)
    assert rows["unknown"]["lost"] == pytest.approx(210.0 + 0.75 * 50)
    assert [row["accounts"] for row in rows.values()] == [1, 1, 0, 1]


@pytest.mark.parametrize(
    "parts", ["by_cause", "by_whose", "by_quarter", "by_region", "by_segment", "by_category"]
)
@pytest.mark.parametrize("column", ["lost", "at_risk"])
def test_every_division_adds_up_to_the_whole(parts: str, column: str) -> None:
    found = figures(falls(), causes(), accounts())
    assert sum(row[column] for row in found[parts]) == pytest.approx(found[column])
    assert sum(row["falls"] for row in found[parts]) == pytest.approx(found["accounts"])


def test_what_does_not_count_as_fallen_is_in_no_figure_and_no_list() -> None:
    rows = falls().drop_columns(["counts"])
    counts = rows.append_column("counts", pa.array([False, True, True, False]))
    assert figures(counts, causes(), accounts())["accounts"] == 2
    assert first_causes(counts, causes())["account_id"].to_pylist() == ["B", "C"]
    # Explanations of before told the probability alone.
    assert first_causes(rows, causes())["account_id"].to_pylist() == ["A", "B", "C"]


def test_by_quarter_without_gaps() -> None:
    rows = figures(falls(), causes(), accounts())["by_quarter"]
    assert [row["name"] for row in rows] == ["2025-Q1", "2025-Q2", "2025-Q3"]
    assert [row["lost"] for row in rows] == pytest.approx([1100.0, 0.0, 50.0])
    assert rows[0]["falls"] == pytest.approx(2.0)
    assert rows[0]["families"] == pytest.approx(
        {"delivery": 370.0, "money": 20.0, "competitor": 500.0, "unknown": 210.0}
    )


def test_by_region_and_segment() -> None:
    found = figures(falls(), causes(), accounts())
    regions, segments = by(found["by_region"], "name"), by(found["by_segment"], "name")
    assert {name: row["lost"] for name, row in regions.items()} == pytest.approx(
        {"north": 100.0, "south": 1000.0, "": 50.0}
    )
    assert regions["north"]["at_risk"] == pytest.approx(40.0)
    assert {name: row["lost"] for name, row in segments.items()} == pytest.approx(
        {"x": 1100.0, "y": 50.0}
    )
    assert segments["x"]["families"]["delivery"] == pytest.approx(370.0)


def test_by_the_category_that_the_evidence_names() -> None:
    rows = by(figures(falls(), causes(), accounts())["by_category"], "name")
    assert {name: row["lost"] for name, row in rows.items()} == pytest.approx(
        {"Bolts": 70.0, "Nuts": 300.0, "": 1150.0 - 370.0}
    )
    assert rows["Nuts"]["families"] == pytest.approx({"delivery": 300.0})


def test_parts_tell_how_many_accounts_a_list_of_them_shows() -> None:
    found = figures(falls(), causes(), accounts())
    listed = first_causes(falls(), causes()).to_pylist()
    shown = Counter((row["cause_category"] or "", row["cause_first"]) for row in listed)
    told = {
        (row["name"], family): n
        for row in found["by_category"]
        for family, n in row["firsts"].items()
    }
    assert told == shown
    by_cause = {row["family"]: row["accounts"] for row in found["by_cause"] if row["accounts"]}
    for part in ("by_region", "by_segment", "by_quarter"):
        assert sum((Counter(row["firsts"]) for row in found[part]), Counter()) == by_cause


def test_only_the_accounts_that_are_given_count() -> None:
    found = figures(falls(), causes(), accounts("A", "D"))
    assert (found["accounts"], found["lost"]) == (1, 100.0)
    assert [row["name"] for row in found["by_region"]] == ["north"]
    assert [row["name"] for row in found["by_quarter"]] == ["2025-Q1"]
    none = figures(falls(), causes(), accounts("nobody"))
    assert none["accounts"] == none["lost"] == 0
    assert none["by_quarter"] == none["by_region"] == []


def test_only_falls_since_a_day() -> None:
    found = figures(falls(), causes(), accounts(), since=date(2025, 8, 1))
    assert (found["accounts"], found["lost"]) == (1, 50.0)


def test_nothing_fell() -> None:
    found = figures(FALLS.empty_table(), CAUSES.empty_table(), accounts())
    assert found["accounts"] == 0
    assert all(row["lost"] == 0 for row in found["by_cause"])


def test_the_first_cause_for_lists() -> None:
    rows = by(first_causes(falls(), causes()).to_pylist(), "account_id")
    assert set(rows) == {"A", "B", "C"}
    assert rows["A"] == {
        "account_id": "A",
        "fell_on": date(2025, 2, 10),
        "lost_52": 100.0,
        "cause_first": "delivery",
        "cause_p": 0.7,
        "cause_whose": "ours",
        "cause_category": "Bolts",
    }
    assert (rows["B"]["cause_whose"], rows["B"]["cause_category"]) == ("theirs", None)
    assert (rows["C"]["cause_first"], rows["C"]["cause_whose"]) == ("unknown", "unknown")
    assert first_causes(FALLS.empty_table(), CAUSES.empty_table()).num_rows == 0
