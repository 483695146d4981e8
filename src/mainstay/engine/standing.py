"""How accounts stand: what they get of us, measured as of an assessment's date, and kept beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from mainstay.core import stages
from mainstay.core.errors import NotFound
from mainstay.engine.comebacks import explained_by
from mainstay.engine.keeping import KEEPING, measure_keeping, used_settings
from mainstay.ledger.frozen import Frozen, FrozenFolder
from mainstay.standing import delivery, needs, quality, service, strategy, value
from mainstay.standing.card import Standing, card_of
from mainstay.standing.known import Known

STANDINGS = "standings"
CARDS = "cards"

# By guarantee. An area's tables are kept under the area's name: delivery, delivery_products…
AREAS: dict[str, Callable[[Known], Standing]] = {
    "quality": quality.measure,
    "delivery": delivery.measure,
    "value": value.measure,
    "service": service.measure,
    "strategy": strategy.measure,
    "needs": needs.measure,
}


def measure_standing(known: Known, progress: stages.Progress | None = None) -> dict[str, pa.Table]:
    """All tables of how accounts stand, and `cards` (standing.card.CARD).

    known: what was known at the assessment's date
    """
    found = {}
    for n, (area, measure) in enumerate(AREAS.items()):
        if progress is not None:
            progress(n, len(AREAS))
        found[area] = measure(known)
    tables = {CARDS: card_of(found)}
    for one in found.values():
        tables |= one.tables
    return tables


def standings(store: Path) -> FrozenFolder:
    """Where it is kept, by the names of the assessments."""
    return FrozenFolder(store / STANDINGS)


def keep_standing(
    store: Path, known: Known, assessment_id: str, progress: stages.Progress | None = None
) -> None:
    """Measure how accounts stand and what keeping them is worth, and freeze; what is there of an interrupted
    run is made anew."""
    folder = standings(store)
    if assessment_id in folder.ids():
        folder.delete(assessment_id)
    meta = {"as_of": str(known.as_of), "id": assessment_id}
    tables = measure_standing(known, progress)
    documents = {"meta": meta, KEEPING: used_settings(known.settings)}
    stages.begin("keeping")
    kept = measure_keeping(known, tables, explained_by(store, known, assessment_id))
    folder.save(assessment_id, tables | kept, documents)


def standing_of(store: Path, assessment_id: str) -> Frozen | None:
    """How accounts stood at an assessment's date; None of one made before this was measured."""
    try:
        return standings(store).open(assessment_id)
    except NotFound:
        return None
