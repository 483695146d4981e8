"""Groups and distinct values, against NumPy's and plain sets."""

from __future__ import annotations

import numpy as np
import pytest

from mainstay.core.arrays import distinct, distinct_of_each, groups


@pytest.mark.parametrize("n", [0, 1, 500])
def test_values_and_groups_are_those_that_there_are(n: int) -> None:
    rng = np.random.default_rng(n)
    account, code = rng.integers(0, 20, n), rng.integers(-1, 7, n).astype(np.int32)
    day = rng.integers(-300, 300, n).astype(np.int32)
    assert np.array_equal(distinct(day), np.unique(day))
    first, place = groups(account, code, day)
    rows = list(zip(account.tolist(), code.tolist(), day.tolist(), strict=True))
    there = sorted(set(rows))
    assert [rows[row] for row in first] == there
    assert [there[group] for group in place] == rows
    assert first.tolist() == [rows.index(row) for row in there]
    of_each = [len({d for a, _, d in rows if a == one}) for one in range(25)]
    assert distinct_of_each(account, day, 25).tolist() == of_each
