"""How many cases it would take to tell what a play does, by what is known of a company's own cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from mainstay.learning.cases import Cases, Floats, is_play, usable
from mainstay.learning.effects import FEW, INTENTION, NONE_TREATED, Learnt
from mainstay.learning.power import Numbers, cases_needed
from mainstay.plays.play import Play

NEEDED = pa.schema(
    [
        ("play", pa.string()),
        (
            "ratio",
            pa.float64(),
        ),  # the relative risk that is taken to be its effect: the catalogue's median
        (
            "loss",
            pa.float64(),
        ),  # share lost without it; with the next two, of all cases without a play
        ("explained", pa.float64()),  # of its variance by the forecast, R²
        ("scatter", pa.float64()),  # of its variance over that of all or nothing
        ("told_by", pa.int64()),  # cases without a play that tell these three; 0 = assumed
        ("cases", pa.float64()),  # that it would take, half of them without the play; power .8
        ("had", pa.int64()),  # so far: as many as tell as much, half of them without it
        ("a_quarter", pa.float64()),  # twice the cases with the play of the last year, by quarter
        ("may_wait", pa.bool_()),  # a design may have it wait
    ]
)
USUAL_LOSS = 0.2  # where no case tells
LEAST_TOLD = 20  # cases, to tell how much they scatter and what the forecast explains
QUARTERS, YEAR_DAYS = 4, 364


@dataclass(frozen=True)
class Usual:
    """Of cases without a play: share lost, R² of the forecast, and scatter over all or nothing.

    told_by: how many cases; 0 = assumed
    """

    loss: float = USUAL_LOSS
    explained: float = 0.0
    scatter: float = 1.0
    told_by: int = 0


def needed(cases: Cases, plays: Mapping[str, Play], learnt: Learnt) -> pa.Table:
    """A row of NEEDED each play that keeps and of which too little is known."""
    kept, _ = usable(cases)
    usual = _usual(kept)
    last = int(kept.first.max()) if len(kept) else 0
    found = []
    for one in learnt.effects:
        if one.view != INTENTION or one.cause or one.verdict not in (FEW, NONE_TREATED):
            continue
        play = plays[one.play]
        ratio = play.effect.median
        numbers = Numbers(1.0, usual.loss, ratio, explained=usual.explained, scatter=usual.scatter)
        recent = (kept.drawn == one.play) & (kept.first > last - YEAR_DAYS)
        found.append(
            {
                "play": one.play,
                "ratio": ratio,
                **vars(usual),
                "cases": cases_needed(numbers),
                "had": _halves(one.with_play, one.without),
                "a_quarter": 2 * int(recent.sum()) / QUARTERS,
                "may_wait": play.extra,
            }
        )
    return pa.Table.from_pylist(found, NEEDED)


def _halves(with_play: int, without: int) -> int:
    """Cases, half of them with the play, that tell as much as these: 1/n₁ + 1/n₀ decides.

    Three cases with a play tell little, with however many without they are compared.
    """
    return 4 * with_play * without // max(with_play + without, 1)


def usual_of(table: pa.Table) -> Usual:
    """What rows of NEEDED rest on; as assumed, where there is none, or of a version that did not say."""
    names = [name for name in vars(Usual()) if name in table.schema.names]
    if not table.num_rows or len(names) < len(vars(Usual())):
        return Usual()
    return Usual(**table.select(names).slice(0, 1).to_pylist()[0])


def _usual(kept: Cases) -> Usual:
    without = ~is_play(kept.drawn)
    lost, expected = kept.lost[without], kept.expected[without]
    if len(lost) < LEAST_TOLD:
        return Usual(_inside(float(kept.expected.mean()))) if len(kept) else Usual()
    loss = _inside(float(lost.mean()))
    scatter = max(float(lost.var(ddof=1)) / (loss * (1 - loss)), 0.1)
    return Usual(loss, _explained(expected, lost), scatter, len(lost))


def _explained(expected: Floats, lost: Floats) -> float:
    if expected.std() == 0 or lost.std() == 0:
        return 0.0
    return min(float(np.corrcoef(expected, lost)[0, 1]) ** 2, 0.9)


def _inside(share: float) -> float:
    return float(np.clip(share, 0.02, 0.9))
