"""Order lines made by hand, as the ledger hands them to a kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import strategies as st

from mainstay.ledger.lines import KINDS, Lines

FIRST_DAY = 18_000  # days since 1970-01-01: 2019-04-14
N_DAYS = 900


class Line(NamedTuple):
    account: str
    day: int
    amount: float
    category: str | None = "tea"
    kind: str | None = "sale"


def lines_of(rows: Iterable[Line]) -> Lines:
    rows = sorted(rows, key=lambda r: (r.account, r.day))
    accounts = sorted({r.account for r in rows})
    categories = sorted({r.category for r in rows if r.category is not None})
    counts = [sum(r.account == a for r in rows) for a in accounts]
    return Lines(
        account_ids=pa.array(accounts, pa.string()),
        offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        day=np.array([r.day for r in rows], np.int32),
        amount=np.array([r.amount for r in rows], np.float64),
        codes={
            "category": np.array(
                [-1 if r.category is None else categories.index(r.category) for r in rows], np.int32
            ),
            "kind": np.array(
                [-1 if r.kind is None else KINDS.index(r.kind) for r in rows], np.int32
            ),
        },
        names={
            "category": pa.array(categories, pa.string()),
            "kind": pa.array(KINDS, pa.string()),
        },
        values={},
    )


def _line(account: str, day: int, cents: int, category: str | None, kind: str | None) -> Line:
    # No -0.0 and no fee that is negative by chance alone: any sign may come with any kind.
    return Line(account, FIRST_DAY + day, cents / 100, category, kind)


@pytest.fixture(scope="session")
def make_lines() -> Callable[[Iterable[Line]], Lines]:
    return lines_of


@pytest.fixture(scope="session")
def line() -> type[Line]:
    return Line


@pytest.fixture(scope="session")
def histories() -> st.SearchStrategy[list[Line]]:
    """Lines of up to three accounts, with days crowded enough for sums that cancel."""
    day = st.one_of(st.integers(0, N_DAYS), st.integers(0, 40).map(lambda i: i * 22))
    return st.lists(
        st.builds(
            _line,
            st.sampled_from(["a", "b", "c"]),
            day,
            st.one_of(st.integers(-500, 2000), st.sampled_from([-100, 0, 10, 20, -30, 100])),
            st.sampled_from(["tea", "rice", "oil", None]),
            st.sampled_from(["sale"] * 6 + ["return", "credit", "fee", None]),
        ),
        max_size=120,
    )


@pytest.fixture(scope="session")
def as_of_dates() -> st.SearchStrategy[tuple[date, ...]]:
    """Ascending dates, from before the first day to after the last, days before epoch aside."""
    day = st.integers(FIRST_DAY - 10, FIRST_DAY + N_DAYS + 800).map(
        lambda d: date.fromordinal(date(1970, 1, 1).toordinal() + d)
    )
    return st.sets(day, min_size=1, max_size=8).map(lambda days: tuple(sorted(days)))
