"""Sister accounts: who belongs together, as known at a date, and how many of the others have left."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay import Ledger
from mainstay.standing.sisters import Chains, Silences, sisters, units

ON = date(2025, 6, 1)


def test_a_chain_is_one_and_a_circle_does_not_hang() -> None:
    ids = ["shop1", "shop2", "head", "x", "y", "lone", "member"]
    parent = ["head", "shop1", None, "y", "x", None, "head"]
    group = [None, None, None, None, None, None, "ring"]
    assert units(ids, parent, group) == ["head", "head", "head", "x", "x", "lone", "ring"]


def ledger(*rows: dict, recorded_at: datetime | None = None, **tables: list[dict]) -> Ledger:
    lines = [{"account_id": "a", "ordered_on": date(2024, 1, 1), "amount": 1.0}]
    accounts = [{"name": r["account_id"], "parent_id": None, "group_id": None, **r} for r in rows]
    given_ = {name: pa.Table.from_pylist(some) for name, some in tables.items()}
    return Ledger.from_tables(
        order_lines=pa.Table.from_pylist(lines),
        accounts=pa.Table.from_pylist(accounts),
        recorded_at=recorded_at,
        **given_,
    )


def test_sisters_are_those_of_the_same_group_or_of_the_same_head() -> None:
    rows = [
        {"account_id": "shop 1", "parent_id": "head"},
        {"account_id": "shop 2", "parent_id": "head"},
        {"account_id": "lone"},
        {"account_id": "only member", "group_id": "ring of one"},
        {"account_id": "p", "group_id": "ring"},
        {"account_id": "q", "group_id": "ring"},
    ]
    names = ["head", "lone", "only member", "p", "q", "shop 1", "shop 2"]
    code = Chains(ledger(*rows)).codes(names, ON)
    assert code[1] == code[2] == -1
    assert code[0] == code[5] == code[6]
    assert code[3] == code[4] != code[0]
    assert Chains(ledger(*rows)).at(ON)["shop 1"] == "head"


def test_a_chain_counts_from_when_it_was_known() -> None:
    rows = [{"account_id": a, "group_id": "ring"} for a in "pq"]
    told = Chains(ledger(*rows, recorded_at=datetime(2025, 3, 5, 9, tzinfo=UTC)))
    assert told.at(date(2025, 3, 5)) == {}
    assert told.at(date(2025, 3, 6)) == {"p": "ring", "q": "ring"}
    assert (told.codes(["p", "q"], date(2025, 3, 5)) == -1).all()


def test_two_codes_of_one_account_are_no_sisters() -> None:
    rows = [{"account_id": a, "group_id": "ring"} for a in "pq"]
    joined = ledger(*rows, account_joins=[{"account_id": "q", "into_id": "p"}])
    assert Chains(joined).at(ON) == {}


histories = st.lists(
    st.tuples(
        st.integers(-1, 3),  # chain
        st.integers(0, 500),  # days silent
        st.sampled_from([np.nan, 30.0, 90.0]),
        st.booleans(),
        st.sampled_from([0.0, 1.0, 250.0, 80_000.0]),
    ),
    min_size=1,
    max_size=15,
)


def silences(rows: list[tuple]) -> tuple[np.ndarray, Silences]:
    code, days, late, excused, money = (np.array(column) for column in zip(*rows, strict=True))
    return code, Silences(days, late.astype(float), excused, money.astype(float))


@given(histories)
def test_each_account_is_told_what_became_of_the_others(rows: list[tuple]) -> None:
    code, seen = silences(rows)
    found = sisters(code, seen)
    for i, chain in enumerate(code):
        others = [
            j for j in range(len(rows)) if j != i and code[j] == chain >= 0 and seen.money[j] > 0
        ]
        if not others:
            assert np.isnan([found.count[i], found.gone[i], found.gone_share[i]]).all()
            continue
        gone = [
            j
            for j in others
            if seen.days[j] > 365
            or (seen.days[j] > seen.late_after_days[j] and not seen.excused[j])
        ]
        assert (found.count[i], found.gone[i]) == (len(others), len(gone))
        share = seen.money[gone].sum() / seen.money[others].sum()
        assert found.gone_share[i] == pytest.approx(share, abs=1e-9)


def test_nobody_has_sisters() -> None:
    code, seen = silences([(-1, 400, 30.0, False, 10.0)] * 3)
    assert np.isnan(sisters(code, seen).gone_share).all()
    empty = np.empty(0)
    none = sisters(empty.astype(np.int64), Silences(empty, empty, empty.astype(bool), empty))
    assert none.gone_share.shape == (0,)
