"""Mainstay and its peers on the same task: in turns, each run in a process of its own.

In every round each of them runs once, so that what else the machine does in a while meets all of them;
ratios are of the runs of one round, and the middle one of the rounds counts, as for seconds and memory.
"""

from __future__ import annotations

import statistics
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from environments import Peer
from results import Table

HEAD = ["", "CPU s", "of the rounds", "wall s", "peak MB"]


@dataclass(frozen=True)
class Entrant:
    """One row of the table.

    data: .npz with the task's input, or a file that is itself the input
    settings: of the process's environment, such as how many threads
    """

    name: str
    peer: Peer
    task: str
    data: Path
    settings: dict[str, str] = field(default_factory=dict)


@dataclass
class Runs:
    """All rounds of one entrant, and the arrays that the last one gave."""

    entrant: Entrant
    told: list[dict[str, Any]] = field(default_factory=list)
    arrays: dict[str, np.ndarray] = field(default_factory=dict)

    def values(self, name: str) -> list[float]:
        return [one[name] for one in self.told]

    def middle(self, name: str) -> float:
        return statistics.median(self.values(name))


def hold(entrants: list[Entrant], rounds: int, folder: Path) -> list[Runs]:
    """Run all of them, round by round; the others are measured against the first one."""
    runs = [Runs(entrant) for entrant in entrants]
    for number in range(rounds):
        for one in runs:
            asked, out = one.entrant, folder / "out.npz"
            one.told.append(asked.peer.run(asked.task, asked.data, out, **asked.settings))
            print(
                f"{number + 1}/{rounds} {asked.name}: {one.told[-1]['cpu']:.3f} s", file=sys.stderr
            )
            with np.load(out) as arrays:
                one.arrays = dict(arrays)
    return runs


def table(runs: list[Runs], *, beside: str = "Mainstay's", **more: list[Any]) -> Table:
    """Medians with their range, and ratios by pairs of a round.

    beside: whose CPU the first one's is
    more: further columns, a cell for each entrant
    """
    ours = runs[0].values("cpu")
    rows = []
    for number, one in enumerate(runs):
        cpu = one.values("cpu")
        ratios = [theirs / mine for theirs, mine in zip(cpu, ours, strict=True)]
        row = [one.entrant.name, one.middle("cpu"), span(cpu), one.middle("wall")]
        row += [round(one.middle("peak_mb"))]
        row += [statistics.median(ratios), span(ratios)] if number else [None, None]
        rows.append([*row, *(column[number] for column in more.values())])
    head = [*HEAD, f"times {beside} CPU", "of the rounds"]
    return Table([*head, *(name.replace("_", " ") for name in more)], rows)


def span(values: list[float]) -> str:
    return f"{min(values):.3g} to {max(values):.3g}"


def versions(runs: list[Runs]) -> dict[str, str]:
    """Of Mainstay's libraries and each peer's own."""
    found: dict[str, str] = {}
    for one in runs:
        for name, version in one.told[-1]["versions"].items():
            found.setdefault(name, version)
    return found


def raw(runs: list[Runs]) -> dict[str, list[dict[str, Any]]]:
    """What each entrant's runs told, without what is said once of all."""
    return {
        one.entrant.name: [{k: v for k, v in run.items() if k != "versions"} for run in one.told]
        for one in runs
    }
