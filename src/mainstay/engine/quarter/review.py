"""One quarter looked back upon: its figures as they were known, beside those of the quarters before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from mainstay.core.errors import NotFound
from mainstay.core.texts import gettext_noop
from mainstay.engine.quarter import QUARTERS, quarters, quarters_of
from mainstay.engine.quarter.days import Quarter, chosen, last_before
from mainstay.learning.effects import ALL, INTENTION
from mainstay.ledger.frozen import FrozenFolder

PARTS = ("losses", "causes", "reviews", "plays", "promises", "fairness")
EFFECTS = "effects"  # the folder and its table
UNLIKE = 0.1  # of what was promised in a quarter, of kinds that another one does not have
SHOWN, YEAR = 5, 4  # quarters in a chart; quarters of a year
Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Review:
    """A quarter and what is known of it.

    as_of: the date of the assessment that looks back; so_far: the quarter is not over at it
    parts: by part, figures of the five quarters up to this one, the newest last; None = not known
    effects: rows of learning.effects.EFFECTS by intention over all causes; None = not measured
    """

    quarter: Quarter
    assessment_id: str
    as_of: date
    so_far: bool
    parts: Mapping[str, Sequence[Figures | None]]
    concentration: Figures
    forecast: Figures | None
    effects: list[dict[str, Any]] | None = field(default=None)

    @property
    def names(self) -> list[str]:
        return [self.quarter.before(n).name for n in range(SHOWN - 1, -1, -1)]

    def now(self, part: str) -> Figures | None:
        return self.parts[part][-1]

    def before(self, part: str) -> Figures | None:
        return self.parts[part][-2]

    def last_year(self, part: str) -> Figures | None:
        return self.parts[part][-1 - YEAR]

    def alike(self, promises: Figures | None) -> Figures | None:
        """What was promised in another quarter, where it is of the same kinds as in this one, but for a tenth of
        either; else None: their shares of all that was promised say nothing of one another."""
        now = self.now("promises")
        if now is None or promises is None:
            return promises
        both = now["kinds"].keys() & promises["kinds"].keys()
        fits = all(
            sum(quarter["kinds"][kind]["n"] for kind in both) >= (1 - UNLIKE) * quarter["n"]
            for quarter in (now, promises)
        )
        return promises if fits else None

    @property
    def late(self) -> bool:
        """Whether it is looked back upon from more than a quarter later, where nobody looked before."""
        return self.as_of >= self.quarter.before(-2).begins


def known_quarters(store: Path, assessments: Sequence[tuple[str, date]]) -> list[Quarter]:
    """The quarters that can be looked back upon, the newest first."""
    kept = _kept(store, assessments)
    if not kept:
        return []
    days = [day for _name, day in kept]
    newest, oldest = last_before(max(days)), last_before(min(days)).before(YEAR - 1)
    found = [newest]
    while found[-1] > oldest:
        found.append(found[-1].before())
    return found


def look_back(store: Path, assessments: Sequence[tuple[str, date]], quarter: Quarter) -> Review:
    """A quarter, from the first assessment after it; while it lasts, from the last one.

    assessments: all there are, by name and date
    Raises: NotFound, where there is none, or the quarter has not begun
    """
    kept = _kept(store, assessments)
    name = chosen(kept, quarter)
    if name is None:
        raise NotFound(_why(kept, quarter), quarter=quarter.name)
    found = quarters_of(store, name) or {}
    as_of = dict(kept)[name]
    if quarter < last_before(as_of).before(QUARTERS - 1):
        raise NotFound(_why(kept, quarter), quarter=quarter.name)
    spans = [quarter.before(n) for n in range(SHOWN - 1, -1, -1)]
    others: dict[str, dict[str, Any]] = {}

    def figures(part: str, span: Quarter) -> Figures | None:
        """As this assessment knows them, else as they were known after that quarter."""
        mine = found.get(part, {}).get(span.name)
        other = chosen(kept, span)
        if mine is not None or other in (None, name):
            return mine
        if other not in others:
            others[str(other)] = quarters_of(store, str(other)) or {}
        theirs: Figures | None = others[str(other)].get(part, {}).get(span.name)
        return theirs

    made = Review(
        quarter=quarter,
        assessment_id=name,
        as_of=as_of,
        so_far=as_of < quarter.over,
        parts={part: [figures(part, span) for span in spans] for part in PARTS},
        concentration=found.get("concentration") or {},
        forecast=found.get("forecast"),
        effects=_effects(store, name),
    )
    # How much hangs on how few is of the assessment's date, which is far from that quarter.
    return replace(made, concentration={}) if made.late else made


def _kept(store: Path, assessments: Sequence[tuple[str, date]]) -> list[tuple[str, date]]:
    there = set(quarters(store).ids())
    return [one for one in assessments if one[0] in there]


def _why(kept: Sequence[tuple[str, date]], quarter: Quarter) -> str:
    if not kept:
        return gettext_noop("No quarter was measured yet; run “mainstay assess” first.")
    if quarter > last_before(max(day for _name, day in kept)):
        return gettext_noop("The quarter {quarter} has not begun, or nothing was assessed in it.")
    return gettext_noop("Nothing is kept of the quarter {quarter}.")


def _effects(store: Path, assessment_id: str) -> list[dict[str, Any]] | None:
    """Effects of plays, as they were frozen beside the plan; do without where they were not."""
    try:
        rows = FrozenFolder(store / EFFECTS).open(assessment_id).table(EFFECTS).to_pylist()
    except NotFound:
        return None
    return [row for row in rows if row["cause"] == ALL and row["view"] == INTENTION]
