"""Accounts for which nothing was chosen, to stand beside those for which somebody chose a play."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.engine.draws import Known, Meant
from mainstay.engine.then import Then
from mainstay.plays.coin import uniform
from mainstay.plays.play import KEPT
from mainstay.plays.situation import NOTHING

EACH, MOST = 10, 20_000  # for one that was chosen; in all
LEAST_RISK = (
    10  # percentile of what was expected to be lost at the chosen: others are hardly like them
)

Begun = Mapping[
    str, Sequence[tuple[date, date | None, str]]
]  # by account: first and last day, play


def begun_of(known: Known) -> Begun:
    """What was really done about whom."""
    found: dict[str, list[tuple[date, date | None, str]]] = {}
    for row in known.rows("play_runs"):
        if row["play"] != NOTHING:
            found.setdefault(row["account_id"], []).append((row["from"], row["to"], row["play"]))
    return found


def by_week(
    chosen: Iterable[tuple[str, Meant, float]], dates: Mapping[str, date]
) -> Iterator[tuple[str, list[tuple[Meant, float]]]]:
    """What was chosen (with the share that was expected to be lost) by weeks, each with its first assessment."""
    weeks: dict[tuple[int, int], list[tuple[str, Meant, float]]] = {}
    for one in chosen:
        weeks.setdefault(dates[one[0]].isocalendar()[:2], []).append(one)
    for _, mine in sorted(weeks.items()):
        first = min({name for name, _, _ in mine}, key=lambda name: (dates[name], name))
        yield first, [(meant, risk) for _, meant, risk in mine]


class Alone:
    """Draws them, each once a horizon, and not too many.

    What was begun there later within the time does not keep them out: it was not known then, and who was worse off
    by then got it.
    """

    def __init__(self, begun: Begun, spans: Iterable[tuple[str, date, date]], as_of: date) -> None:
        """spans: account, first and last day for which something was drawn"""
        self._begun, self._as_of, self._left = begun, as_of, MOST
        self._drawn: dict[str, list[tuple[date, date]]] = {}
        for account, first, last in spans:
            self._drawn.setdefault(account, []).append((first, last))
        self._until: dict[str, date] = {}

    def beside(self, judged: Then, chosen: Sequence[tuple[Meant, float]]) -> list[Meant]:
        """In the order of a draw by their codes: accounts that still buy and are about as much at risk."""
        over_on = judged.as_of + timedelta(weeks=judged.weeks)
        risks = np.array([risk for _, risk in chosen])
        if over_on > self._as_of or not np.isfinite(risks).any():
            return []
        least = np.nanpercentile(risks, LEAST_RISK)
        buys = pc.is_in(judged.accounts["state"], value_set=pa.array(KEPT)).to_numpy()
        ids = judged.ids.take(np.flatnonzero(buys & (judged.risk >= least))).to_pylist()
        ids.sort(key=lambda account: uniform(str(judged.as_of), account))
        most = min(EACH * len(chosen), self._left)
        theirs = {meant.account for meant, _ in chosen}
        found: list[Meant] = []
        for account in ids:
            if len(found) >= most:
                break
            if account not in theirs and not self._is_busy(account, judged.as_of, over_on):
                self._until[account] = over_on
                found.append(Meant(account, NOTHING, judged.as_of))
        self._left -= len(found)
        return found

    def _is_busy(self, account: str, begins: date, over_on: date) -> bool:
        """Whether something is under way there, drawn for that time, or it stands beside others already."""
        runs = self._begun.get(account, ())
        drawn = self._drawn.get(account, ())
        return (
            self._until.get(account, begins) > begins
            or any(first <= begins <= (last or date.max) for first, last, _ in runs)
            or any(first < over_on and last >= begins for first, last in drawn)
        )
