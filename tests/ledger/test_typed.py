"""Typed rows stay beside the texts that were left where they are."""

import datetime as dt

import pytest

from mainstay.ledger.checks import Rules
from mainstay.ledger.mapping import Mapping
from mainstay.ledger.readers import ReadOptions, read_source
from mainstay.ledger.staging import Staging
from mainstay.ledger.typed import read_typed

ROWS = 300_000
RULES = Rules(dt.date(1970, 1, 1), dt.date(2027, 1, 1))
COLUMNS = {"account_id": "Customer", "ordered_on": "Date", "amount": "Net", "order_id": "Order"}


@pytest.mark.parametrize("text", ["A{0}", " A{0}"])
def test_each_text_stays_with_its_numbers(tmp_path, text):
    """With rows that are looked at again, one that can't be read, and many row groups."""
    lines = [
        f"SO{n // 7},{text.format(n)},{'1900-01-01' if n % 50_000 == 9 else '2024-03-05'},{n}.25"
        for n in range(ROWS)
    ]
    lines[1000] += ",one cell too many"
    path = tmp_path / "orders.csv"
    path.write_text("\n".join(["Order,Customer,Date,Net", *lines]) + "\n", encoding="utf-8")
    with Staging() as staging:
        (raw,) = read_source(staging, path, ReadOptions())
        typed = read_typed(staging, raw, Mapping("order_lines", COLUMNS), RULES)
        together = staging.one(
            f"SELECT count(*), count(*) FILTER (account_id <> 'A' || floor(amount)::INTEGER "
            f"OR order_id <> 'SO' || floor(amount)::INTEGER // 7 OR row <> floor(amount) + 2), "
            f"count(*) FILTER (_why = 'date_out_of_range') FROM {typed.relation}"
        )
        own = {name for name, *_ in staging.rows(f"DESCRIBE {typed.table}")}
    assert together == (ROWS - 1, 0, ROWS // 50_000)
    assert ("account_id" in own) is text.startswith(" ")
    assert "order_id" not in own
