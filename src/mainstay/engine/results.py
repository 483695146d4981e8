"""Everything that an assessment found, by the names of its tables, wherever it is kept."""

from __future__ import annotations

from pathlib import Path

from mainstay.engine.explaining import explanations
from mainstay.engine.learnt import learnt_folder
from mainstay.engine.planning import plans
from mainstay.engine.standing import standings
from mainstay.ledger.frozen import ASSESSMENTS, Frozen, FrozenFolder


def results_of(store: Path, assessment_id: str) -> dict[str, Frozen]:
    """The frozen result that holds a table, by the table's name: accounts and categories, why, how accounts
    stand, the plan, what was learnt; those that there are.

    Raises: NotFound where there is no such assessment
    """
    found = [FrozenFolder(store / ASSESSMENTS).open(assessment_id)]
    for folder in (explanations(store), standings(store), plans(store), learnt_folder(store)):
        if assessment_id in folder.ids():
            found.append(folder.open(assessment_id))
    return {name: one for one in found for name in one.tables}
