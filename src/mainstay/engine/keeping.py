"""What keeping accounts is worth, measured as of an assessment's date, and kept beside how accounts stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from mainstay.core.settings import Settings
from mainstay.engine.comebacks import Explained, measure_comebacks
from mainstay.learning.imputation import exits, rhythm_model
from mainstay.learning.lives import population
from mainstay.learning.newcomers import newcomers
from mainstay.learning.retention import retention
from mainstay.learning.spells import spells
from mainstay.learning.worth import ages, worth
from mainstay.standing.known import Known

KEEPING = "keeping"  # the document beside the tables: the settings that they were measured by
USED = ("worth_years", "discount_share", "size_large_share", "size_medium_share")


def used_settings(settings: Settings) -> dict[str, float]:
    """The settings on which figures of what keeping is worth rest."""
    return {name: getattr(settings, name) for name in USED}


def measure_keeping(
    known: Known, standing: Mapping[str, pa.Table], explained: Sequence[Explained] = ()
) -> dict[str, pa.Table]:
    """All tables of what keeping is worth; none without an order before the date.

    standing: the tables of how accounts stand, of which `value` and `value_costs` are read
    explained: why accounts left, as it was known (engine.comebacks.explained_by)
    Returns: retention, retention_groups; worth, worth_ages; newcomers, newcomer_sources, newcomer_growth,
        newcomer_signs; returns, return_causes, second_curves, second_lives; each as its module says
    """
    people = population(known)
    if people is None:
        return {}
    rhythm = rhythm_model(people)
    gone = exits(people, rhythm)
    curves, groups = retention(people, gone, known.settings)
    left = spells(known, people, rhythm)
    return (
        {
            "retention": curves,
            "retention_groups": groups,
            "worth": worth(known, people, gone, standing["value"], standing["value_costs"]),
            "worth_ages": ages(people, gone),
        }
        | newcomers(known, people, gone)
        | measure_comebacks(known, left, gone, explained)
    )
