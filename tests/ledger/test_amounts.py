"""Money as kernels get it: exact, in one currency, or not at all."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from mainstay.ledger.amounts import Rates, to_float
from mainstay.ledger.schema import MONEY

money = st.one_of(
    st.none(),
    st.decimals(
        min_value=Decimal("-99999999999999.9999"),
        max_value=Decimal("99999999999999.9999"),
        places=4,
    ),
)


@given(st.lists(money, max_size=20), st.integers(0, 5))
def test_decimals_become_the_nearest_floats(values, skipped):
    array = pa.array(values, MONEY).slice(skipped)
    found = to_float(pa.chunked_array([array, pa.array(values, MONEY)]))
    wanted = [np.nan if v is None else float(v) for v in [*values[skipped:], *values]]
    exact = np.abs(np.array(wanted, float)) < 2**53 / 10_000
    np.testing.assert_array_equal(found[exact], np.array(wanted, float)[exact])
    np.testing.assert_allclose(found, np.array(wanted, float), rtol=1e-15)


def days(*texts):
    return np.array(
        [(dt.date.fromisoformat(t) - dt.date(1970, 1, 1)).days for t in texts], np.int32
    )


TABLE = pa.table(
    {
        "currency": ["USD", "USD", "JPY"],
        "month": [dt.date(2024, 1, 1), dt.date(2024, 3, 1), dt.date(2024, 2, 1)],
        "rate": [0.9, 0.8, 0.006],
    }
)


def test_rates_are_by_month_and_last_until_the_next():
    rates = Rates.of("EUR", TABLE)
    currency = pa.chunked_array([["USD", "USD", "USD", "EUR", None, "JPY"]])
    day = days("2024-01-31", "2024-02-15", "2024-03-01", "2020-01-01", "2024-01-01", "2024-02-01")
    found = rates.factors(currency, day)
    np.testing.assert_allclose(found, [0.9, 0.9, 0.8, 1.0, 1.0, 0.006])


def test_a_rate_that_is_missing_or_a_year_old_is_none():
    rates = Rates.of("EUR", TABLE)
    currency = pa.chunked_array([["USD", "USD", "USD", "GBP"]])
    day = days("2023-12-31", "2025-03-31", "2025-04-01", "2024-01-01")
    np.testing.assert_array_equal(np.isnan(rates.factors(currency, day)), [True, False, True, True])
