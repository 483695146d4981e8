"""Which company events concerned an account."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from mainstay import Ledger, engine

ON = date(2026, 1, 15)
NORTH = engine.Judged("none kept", "A", "North", "schools")


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return Ledger.from_tables(
        order_lines=pa.table(
            {
                "account_id": ["A", "A", "B"],
                "ordered_on": [date(2025, 6, 1), date(2023, 6, 1), date(2025, 6, 1)],
                "amount": [10.0, 10.0, 10.0],
                "product_id": ["P1", "P2", "P3"],
                "category": ["Bolts", "水泵", "Tape"],
            }
        ),
        accounts=pa.table(
            {
                "account_id": ["A", "B"],
                "name": ["A", "B"],
                "region": ["North", "南區"],
                "segment": ["schools", "builders"],
            }
        ),
        products=pa.table(
            {"product_id": ["P1", "P2", "P3"], "category": ["Bolts", "水泵", "Tape"]}
        ),
    )


@pytest.mark.parametrize(
    ("scope", "here"),
    [
        (None, True),
        ("", True),
        ("region: North", True),
        ("north", True),
        ("region: 南區", False),
        ("region: 南區, North", True),
        ("region: North; segment: builders", False),
        ("category: Bolts", True),
        ("category: 水泵", False),  # bought last more than two years before
        ("product: P3", False),
        ("product: P1, P3", True),
        ("region: North; category: Tape", False),
        ("somewhere nobody knows", True),
    ],
)
def test_a_scope_says_whom_an_event_concerned(
    ledger: Ledger, scope: str | None, here: bool
) -> None:
    assert engine.concerned(ledger, NORTH, [(ON, scope)]) == [here]


def test_what_an_assessment_knows_counts_too(ledger: Ledger) -> None:
    """Regions may stand with a joined code, categories with lines alone."""
    lines = ledger.order_lines(None)
    alone = Ledger.from_tables(order_lines=lines)
    (before,) = engine.concerned(alone, NORTH, [(ON, "category: Tape")])
    engine.assess(alone, as_of=date(2026, 2, 1)).save(alone.assessments, "kept")
    kept = engine.Judged("kept", "A", "North", "schools")
    assert (before, *engine.concerned(alone, kept, [(ON, "category: Tape")])) == (True, False)
