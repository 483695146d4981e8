"""The quarterly review: figures of the last quarters as they are known at an assessment's date, kept beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from mainstay.core.errors import NotFound
from mainstay.engine.explaining import explanations
from mainstay.engine.quarter.causes import causes
from mainstay.engine.quarter.concentration import hanging
from mainstay.engine.quarter.days import Quarter, chosen, last_before
from mainstay.engine.quarter.fairness import fairness
from mainstay.engine.quarter.losses import forecast, losses
from mainstay.engine.quarter.plays import plays
from mainstay.engine.quarter.promises import promises, table
from mainstay.engine.quarter.reviews import reviews
from mainstay.engine.standing import standings
from mainstay.ledger.frozen import ASSESSMENTS, Frozen, FrozenFolder
from mainstay.standing.known import Known

__all__ = ["QUARTERS", "Quarter", "chosen", "keep_quarters", "last_before", "quarters_of"]

FOLDER, DOCUMENT = "quarters", "quarters"
QUARTERS = 9  # one and the eight before it: beside each of five is the same of the year before


def quarters(store: Path) -> FrozenFolder:
    """Where the figures are kept, by the names of the assessments."""
    return FrozenFolder(store / FOLDER)


def measure_quarters(
    known: Known,
    history: pa.Table,
    *,
    explained: Frozen | None = None,
    standing: Frozen | None = None,
    assessments: FrozenFolder | None = None,
) -> dict[str, Any]:
    """Figures of the quarter that lasts at a date and the eight before it, as plain values.

    history: states at earlier dates (engine.tables.HISTORY); explained, standing: kept beside the assessment
    Returns: as_of; parts by quarter's name: losses, causes, reviews, plays, promises, fairness; concentration,
        forecast: of the date alone
    """
    last = last_before(known.as_of)
    spans = [last.before(n) for n in range(QUARTERS - 1, -1, -1)]
    falls = explained.table("falls", ["account_id", "lost_52"]) if explained else None
    went = losses(known, history, spans, falls)
    lost = {name: one.pop("ids") for name, one in went.items()}
    kept = table(known, standing)
    return {
        "as_of": str(known.as_of),
        "losses": went,
        "causes": causes(explained, known.accounts, spans),
        "reviews": reviews(known, lost, spans),
        "plays": plays(known, spans),
        "promises": promises(kept, known.accounts, spans),
        "fairness": fairness(known, kept, standing, spans),
        "concentration": hanging(known),
        "forecast": forecast(known, assessments) if assessments else None,
    }


def keep_quarters(store: Path, known: Known, history: pa.Table, assessment_id: str) -> None:
    """Measure and freeze; what is there of an interrupted run is made anew."""
    folder = quarters(store)
    if assessment_id in folder.ids():
        folder.delete(assessment_id)
    found = measure_quarters(
        known,
        history,
        explained=_open(explanations(store), assessment_id),
        standing=_open(standings(store), assessment_id),
        assessments=FrozenFolder(store / ASSESSMENTS),
    )
    meta = {"as_of": str(known.as_of), "id": assessment_id}
    folder.save(assessment_id, {}, {"meta": meta, DOCUMENT: found})


def quarters_of(store: Path, assessment_id: str) -> dict[str, Any] | None:
    """The figures kept with an assessment; None of one made before they were."""
    found = _open(quarters(store), assessment_id)
    return dict(found.document(DOCUMENT)) if found else None


def _open(folder: FrozenFolder, identity: str) -> Frozen | None:
    try:
        return folder.open(identity)
    except NotFound:
        return None
