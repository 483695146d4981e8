"""The cards of how accounts stand, put together from what areas found."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from mainstay.standing.card import CARD, Standing, card_of


def rows(guarantee: str, **urgency: float) -> Standing:
    told: list[dict[str, Any]] = [
        {"account_id": account, "guarantee": guarantee, "standing": "watch", "urgency": value}
        for account, value in urgency.items()
    ]
    return Standing(card=pa.Table.from_pylist(told, CARD))


def test_what_is_most_urgent_of_an_account_comes_first() -> None:
    found = {
        "service": rows("service", A=0.5, B=0.1),
        "delivery": rows("delivery", A=0.9, B=0.1),
        "quality": Standing(),
    }
    card = card_of(found).select(["account_id", "guarantee"]).to_pylist()
    assert [tuple(row.values()) for row in card] == [
        ("A", "delivery"),
        ("A", "service"),
        ("B", "delivery"),
        ("B", "service"),
    ]
    assert card_of({}).schema == CARD


def test_an_area_speaks_of_an_account_once_and_of_itself() -> None:
    with pytest.raises(ValueError, match="another guarantee"):
        card_of({"service": rows("delivery", A=0.5)})
    twice = pa.concat_tables([rows("needs", A=0.5).card, rows("needs", A=0.1).card])
    with pytest.raises(ValueError, match="more than one row"):
        card_of({"needs": Standing(card=twice)})
