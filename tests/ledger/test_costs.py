"""What lines cost us, summed file by file, against all lines at once."""

from __future__ import annotations

import random
from decimal import Decimal

import pyarrow as pa
import pytest

from mainstay.ledger import costs
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.store import Import


def with_costs(lines: pa.Table, part: float, seed: int) -> pa.Table:
    """Lines of which a part has a cost, of 60% of their amount."""
    some = random.Random(seed)
    known = [
        (Decimal(amount) * Decimal("0.6")).quantize(Decimal("0.0001"))
        if some.random() < part
        else None
        for amount in lines["amount"].to_pylist()
    ]
    place = lines.schema.get_field_index("cost")
    return lines.set_column(place, "cost", pa.array(known, lines.schema.field("cost").type))


def of_all(ledger: Ledger) -> tuple[float, float]:
    """The figures by a plain sum over all lines."""
    lines = [row for row in ledger.order_lines(None).to_pylist() if row["kind"] != "fee"]
    known = [row for row in lines if row["cost"] is not None]
    sales = sum(row["amount"] for row in lines if row["kind"] == "sale")
    of_known = sum(row["amount"] for row in known if row["kind"] == "sale")
    share = 1 - sum(row["cost"] for row in known) / sum(row["amount"] for row in known)
    return float(of_known / sales), float(share)


def test_figures_follow_imports_and_what_is_undone(tmp_path, lines_of, monkeypatch):
    ledger = Ledger.open(tmp_path / "store", reporting_currency="EUR")
    assert (ledger.cost_coverage(), ledger.margin_share()) == (0.0, 1.0)
    read: list[int] = []
    real = costs._sums_by_file

    def counted(snapshot, paths):
        read.append(len(paths))
        return real(snapshot, paths)

    monkeypatch.setattr(costs, "_sums_by_file", counted)
    seen = []
    for n, part in enumerate((0.5, 0.9, 0.0), start=1):
        lines = with_costs(lines_of(f"i{n}", seed=n), part, n)
        ledger.store.commit_import(Import(f"i{n}", f"print-{n}", lines))
        ledger.refresh()
        found = (ledger.cost_coverage(), ledger.margin_share())
        assert found == pytest.approx(of_all(ledger))
        seen.append(found)
    files = len(ledger.snapshot.files)
    assert sum(read) == files  # each once
    ledger.undo("i3")
    assert (ledger.cost_coverage(), ledger.margin_share()) == seen[1]
    assert sum(read) == files
    ledger.compact(whole=True)
    ledger.refresh()
    assert (ledger.cost_coverage(), ledger.margin_share()) == pytest.approx(seen[1])
