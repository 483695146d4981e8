"""The same assessment on Spark as on one machine, account by account."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pyarrow as pa
import pytest

from mainstay import Ledger, assess

pytestmark = pytest.mark.spark


def same(here: pa.Table, there: pa.Table) -> None:
    """The same rows in the same order; numbers to 1e-9."""
    assert there.schema.equals(here.schema)
    assert there.num_rows == here.num_rows
    for name in here.schema.names:
        one, other = here[name], there[name]
        if pa.types.is_floating(one.type):
            np.testing.assert_allclose(
                other.to_numpy(), one.to_numpy(), rtol=1e-9, atol=1e-9, err_msg=name
            )
        else:
            assert other.to_pylist() == one.to_pylist(), name


def test_all_tables_of_an_assessment(lines, result, on_spark):
    ledger = Ledger.from_tables(order_lines=lines)
    there = assess(ledger, as_of=result.as_of)
    tables = [f.name for f in fields(result) if isinstance(getattr(result, f.name), pa.Table)]
    assert {"accounts", "categories", "history"} <= set(tables)
    for name in tables:
        same(getattr(result, name), getattr(there, name))
    assert there.season == result.season
    assert there.portfolio == result.portfolio
    assert there.meta["learnt"] == result.meta["learnt"]
