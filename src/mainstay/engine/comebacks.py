"""Returns of lost accounts, measured with each assessment and kept beside it; and what a plan reads of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.settings import Settings
from mainstay.engine.explaining import explanations
from mainstay.learning.imputation import Exits
from mainstay.learning.left_for import causes_of_leaving, quarters
from mainstay.learning.returns import assumed, returns
from mainstay.learning.second_lives import back_again, curves
from mainstay.learning.spells import Spells
from mainstay.ledger.frozen import Frozen
from mainstay.plays.returning import Chance, Returning, by_group
from mainstay.standing.history import days_of
from mainstay.standing.known import Known

COUNTED = ("returns", "return_causes")  # the tables that a plan reads
MOST_EXPLANATIONS = 20  # one a quarter: five years
Floats = npt.NDArray[np.float64]
Explained = tuple[int, pa.Table, pa.Table]  # day, falls, causes


def measure_comebacks(
    known: Known, found: Spells, exits: Exits, explained: Sequence[Explained]
) -> dict[str, pa.Table]:
    """returns, return_causes, second_curves, second_lives; each as its module says.

    explained: see `explained_by`
    """
    share = causes_of_leaving(known, found, explained)
    return returns(found, share, exits, known.settings) | {
        "second_curves": curves(found, share, exits),
        "second_lives": back_again(known, found, share, exits),
    }


def explained_by(store: Path, known: Known, assessment_id: str) -> list[Explained]:
    """The explanation of an assessment, and one a quarter of those before it that knew nothing which it did not
    know; oldest first."""
    folder, kept = explanations(store), known.ledger.assessments
    until = _moment(known.known_until or known.as_of)
    names: dict[int, str] = {}
    for name in sorted(kept.ids()):
        meta = kept.open(name).meta
        as_of, knew = meta.get("as_of"), meta.get("facts_known_until")
        if as_of is None or date.fromisoformat(as_of) >= known.as_of:
            continue
        if _moment(datetime.fromisoformat(knew) if knew else date.fromisoformat(as_of)) <= until:
            names[days_of(date.fromisoformat(as_of))] = name
    names[days_of(known.as_of)] = assessment_id
    there = set(folder.ids())
    found: list[Explained] = []
    for day in quarters([day for day, name in names.items() if name in there], MOST_EXPLANATIONS):
        one = folder.open(names[day])
        found.append(
            (
                day,
                one.table("falls", ["account_id", "began_on"]),
                one.table("causes", ["account_id", "cause", "p"]),
            )
        )
    return found


def _moment(known: date | datetime) -> datetime:
    if not isinstance(known, datetime):
        known = datetime.combine(known, time())
    return known if known.tzinfo else known.replace(tzinfo=UTC)


def returning_of(frozen: Frozen | None, settings: Settings) -> Returning:
    """What a plan counts returns by: as measured with its assessment; where it was not, as assumed."""
    measured = returning_measured(frozen)
    if measured is not None:
        return measured
    tables = assumed(settings)
    return Returning.of(*(tables[name] for name in COUNTED))


def returning_measured(frozen: Frozen | None) -> Returning | None:
    """As measured with an assessment; None where it was not."""
    if frozen is None or not set(COUNTED) <= set(frozen.tables):
        return None
    return Returning.of(*(frozen.table(name) for name in COUNTED))


def chances(accounts: pa.Table, causes: Floats, returning: Returning) -> Chance:
    """How likely accounts come back if they are lost, by why they left and for how long they have been silent.

    accounts: with days_silent; causes: P(cause) of each, the unknown one last
    """
    silent = pc.fill_null(accounts["days_silent"].cast(pa.float64()), 0.0).to_numpy()
    return returning.of_accounts(by_group(causes), silent / 7)
