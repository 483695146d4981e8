"""The cards of an assessment for the lists, and its tables of how accounts stand for the pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
from django.conf import settings

from mainstay import engine
from mainstay.desk import bulk
from mainstay.desk.accounts.models import Account
from mainstay.desk.guarantees.models import CardRow


def kept(assessment_id: str) -> Any:
    """The frozen tables of how accounts stand; None of an assessment made before there were any."""
    return engine.standing_of(settings.HOME.store, assessment_id)


def show_cards(store: Path, assessment_id: str) -> int:
    """Load the cards of a published assessment for the lists; gives how many rows.

    Safe to repeat: what is there of this assessment is loaded anew.
    """
    standing = engine.standing_of(store, assessment_id)
    cards = engine.CARD.empty_table() if standing is None else standing.table(engine.CARDS)
    CardRow.objects.filter(assessment_id=assessment_id).delete()
    if cards.num_rows:
        for _ in bulk.insert(CardRow, _rows(cards, assessment_id)):
            pass
    CardRow.objects.exclude(assessment_id=assessment_id).delete()
    return int(cards.num_rows)


def _rows(cards: pa.Table, assessment_id: str) -> pa.Table:
    name = pa.array([assessment_id] * cards.num_rows, pa.string())
    sizes = sizes_of(assessment_id, cards["account_id"].to_pylist())
    return cards.append_column("size_class", sizes).append_column("assessment_id", name)


def sizes_of(assessment_id: str, account_ids: list[str]) -> pa.Array:
    """The size classes of accounts of an assessment; "" = not known."""
    accounts = Account.objects.filter(assessment_id=assessment_id).order_by()
    sizes = dict(accounts.values_list("account_id", "size_class"))
    return pa.array([sizes.get(one) or "" for one in account_ids], pa.string())
