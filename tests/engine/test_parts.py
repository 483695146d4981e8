"""The table of categories: features and changes beside each other, and counts of names."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from mainstay.engine.panel import Slice
from mainstay.engine.parts import Changed, categories_table, counted

AS_OF = date(2024, 1, 1)
LONG_AGO, LATELY = date(2022, 5, 1), date(2023, 12, 1)


def changed(*, ended: pa.Table | None = None) -> Changed:
    features = pa.table(
        {
            "account_id": ["b", "a", "b", "a"],
            "category": pa.array(["rope", "rope", "paint", "paint"]).dictionary_encode(),
            "first_day": [LONG_AGO] * 4,
            "last_day": [LATELY, LATELY, LONG_AGO, LATELY],
            "order_days": pa.array([4, 3, 2, 1], pa.int32()),
            "amount_52": [40.0, 30.0, 0.0, np.nan],
            "amount_prev_52": [np.nan, 10.0, 20.0, 30.0],
        }
    )
    changes = pa.table(
        {
            "account_id": ["nobody", "b", "a"],
            "category": ["rope", "paint", "rope"],
            "p_fell": [1.0, 0.9, 0.1],
            "moved": [0.0, 0.0, 0.0],
            "since": pa.array([-1, 19_000, -1], pa.int32()),
            "rate_before": [9.0, 2.0, 1.0],
            "rate_now": [9.0, 0.5, 1.0],
            "p_left": pa.array([0.5, None, 0.25]),
        }
    )
    nobody = Slice(AS_OF, np.empty(0, np.int64), {})
    return Changed((), {}, changes, features, nobody, ended)


def test_each_category_stands_beside_its_own_change() -> None:
    table = categories_table(changed(), AS_OF, 0.5)
    names = zip(table["account_id"].to_pylist(), table["category"].to_pylist(), strict=True)
    assert list(names) == [("a", "paint"), ("a", "rope"), ("b", "paint"), ("b", "rope")]
    assert table["state"].to_pylist() == ["kept", "kept", "dropped", "kept"]
    assert table["p_fell"].to_pylist() == [None, 0.1, 0.9, None]
    assert table["p_defection"].to_pylist() == [None, 0.25, None, None]
    assert table["order_days"].to_pylist() == [1, 3, 2, 4]
    assert table["year_money"].to_pylist() == [0.0, 52.0, 104.0, 40.0]
    assert table["ended_money"].to_pylist() == [0.0] * 4


def test_what_we_discontinued_is_told_of_its_own_category_alone() -> None:
    ended = pa.table({"account_id": ["b"], "category": ["paint"], "share": [0.8]})
    table = categories_table(changed(ended=ended), AS_OF, 0.5)
    assert table["state"].to_pylist() == ["kept", "kept", "discontinued", "kept"]
    assert table["ended_money"].to_pylist() == [0.0, 0.0, 0.8 * 104.0, 0.0]


def test_names_are_counted() -> None:
    found = counted(pa.chunked_array([["a", "b"], ["a"]]))
    assert (found["a"], found["b"], found["c"]) == (2, 1, 0)
