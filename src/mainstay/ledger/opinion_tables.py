"""The table of what accounts think of how a complaint was solved: asked, answered by them alone, or not."""

from __future__ import annotations

from mainstay.ledger.table_types import TOMORROW, TWENTY_YEARS, Table
from mainstay.ledger.table_types import noted as _table

# The four answers, 1 (no, not at all) to 5 (yes, entirely).
ANSWERS = ("was_solved", "was_quick", "was_treated_well", "would_stay")

OPINIONS: tuple[Table, ...] = (
    _table(
        "opinions",
        "opinion_id* account_id* complaint_id asked_on:date* asked_by_id contact_id answered_on:date "
        f"{' '.join(f'{name}:1..5' for name in ANSWERS)} text language",
        "opinion_id",
        happened="asked_on",
        ahead_days=TOMORROW,
        back_days=TWENTY_YEARS,
        past=("answered_on",),
        in_order=(("asked_on", "answered_on"),),
        told_on=(("answered_on", *ANSWERS, "text", "language"),),
    ),
)
