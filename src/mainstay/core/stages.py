"""Where the time of a run goes: its stages, one after the other, and how long those to come will take.

Whoever runs something enters a `Stages`; the work says `begin` and `share` where it is, and need not know
whether anybody listens.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from contextvars import ContextVar, Token
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from mainstay.core.texts import Text, gettext_noop

Progress = Callable[[int, int], None]

MOST_UNLIKE = (
    4.0  # times more or less rows than last time: then its seconds say nothing of this run
)
OVERDUE = 2.0  # times what a stage was to take: then nobody knows how long it still takes
SHORT_SECONDS, LONG_SECONDS = 10, 90  # below is told in seconds, above in minutes
_PROC = Path("/proc/self")


@dataclass
class Stage:
    """One stage: seconds by the clock and of all cores, what it went through, most memory held in it.

    n_rows: order lines, accounts or whatever it goes through; None where that is nothing to count
    peak_bytes: resident; where the system can't tell it of a stage alone, of the process so far
    """

    name: str
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    n_rows: int | None = None
    peak_bytes: int = 0


@dataclass
class Stages:
    """The stages of a run, and what the last run of its kind took.

    file: where that is kept between runs; None keeps nothing
    n_rows: what the run's time grows with, known once it has begun
    """

    file: Path | None = None
    done: list[Stage] = field(default_factory=list)
    n_rows: int = 0
    clock: Callable[[], float] = time.monotonic
    _before: tuple[int, list[Stage]] | None = None
    _now: Stage | None = None
    _began: tuple[float, float] = (0.0, 0.0)
    _share: float | None = None
    _token: Token[Stages | None] | None = None

    def __enter__(self) -> Stages:
        self._before = _read(self.file)
        self._token = _listening.set(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()
        if self._token is not None:
            _listening.reset(self._token)

    def begin(self, name: str, n_rows: int | None = None) -> None:
        """End the stage before, and begin this one."""
        self._end()
        _forget_peak()
        self._now = Stage(name, n_rows=n_rows)
        self._began, self._share = (self.clock(), time.process_time()), None

    def _end(self) -> None:
        if self._now is None:
            return
        self._now.wall_seconds = self.clock() - self._began[0]
        self._now.cpu_seconds = time.process_time() - self._began[1]
        self._now.peak_bytes = _peak()
        self.done.append(self._now)
        self._now = None

    def keep(self) -> None:
        """Keep how long each stage took, for the next run."""
        self._end()
        if self.file is None:
            return
        said = {"rows": self.n_rows, "stages": [asdict(stage) for stage in self.done]}
        part = self.file.with_name(f"{self.file.name}.{os.getpid()}")
        with suppress(OSError):  # a run is none the worse for it
            part.write_text(json.dumps(said))
            part.replace(self.file)

    def seconds_left(self) -> float | None:
        """How long the run will still take, by what its stages took last time; None where that is not known.

        As many rows more or less, as many seconds; and as much quicker or slower as this run's stages
        were so far.
        """
        now = self._now
        if self._before is None or now is None or not self.n_rows:
            return None
        n_before, stages = self._before
        names = [stage.name for stage in stages]
        grown = self.n_rows / max(n_before, 1)
        if now.name not in names or not 1 / MOST_UNLIKE <= grown <= MOST_UNLIKE:
            return None
        place = names.index(now.name)
        expected = [stage.wall_seconds * grown for stage in stages]
        elapsed = self.clock() - self._began[0]
        share = self._share
        if share is None:
            if elapsed > OVERDUE * expected[place] + 1.0:
                return None
            share = min(elapsed / expected[place], 1.0) if expected[place] else 1.0
        passed = sum(expected[:place]) + share * expected[place]
        took = sum(stage.wall_seconds for stage in self.done) + elapsed
        # Of the first moments alone nothing follows; last time's pace counts as a tenth of the run.
        much = sum(expected) / 10
        pace = (took + much) / (passed + much) if passed + much else 1.0
        return pace * ((1 - share) * expected[place] + sum(expected[place + 1 :]))


def time_left(seconds: float | None) -> Text | None:
    """How long something still takes, no finer than one can know it; None where that is unknown."""
    if seconds is None:
        return None
    if seconds < SHORT_SECONDS:
        return Text(gettext_noop("less than {n} s left"), {"n": SHORT_SECONDS})
    if seconds < LONG_SECONDS:
        return Text(gettext_noop("about {n} s left"), {"n": 10 * round(seconds / 10)})
    return Text(gettext_noop("about {n} min left"), {"n": round(seconds / 60)})


def heard(otherwise: Stages) -> AbstractContextManager[Stages]:
    """Whoever listens already, else this one for as long as it is entered."""
    run = _listening.get()
    return otherwise if run is None else nullcontext(run)


def begin(name: str, n_rows: int | None = None) -> None:
    """Say that a stage begins, to whoever listens."""
    if (run := _listening.get()) is not None:
        run.begin(name, n_rows)


def sharing(progress: Progress | None) -> Progress | None:
    """Progress of the stage under way that also tells its share to whoever listens."""
    run = _listening.get()
    if run is None:
        return progress

    def told(done: int, total: int) -> None:
        run._share = done / max(total, 1)
        if progress is not None:
            progress(done, total)

    return told


_listening: ContextVar[Stages | None] = ContextVar("stages", default=None)


def _read(file: Path | None) -> tuple[int, list[Stage]] | None:
    """What is kept of the last run; None where nothing is, or nothing that can be read."""
    if file is None:
        return None
    try:
        said: dict[str, Any] = json.loads(file.read_text())
        return int(said["rows"]), [Stage(**stage) for stage in said["stages"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _forget_peak() -> None:
    """Let the system count most memory from now on, where it can (Linux)."""
    with suppress(OSError):
        (_PROC / "clear_refs").write_text("5")


def _peak() -> int:
    """Most resident memory since it was last forgotten, bytes."""
    with suppress(OSError):
        for line in (_PROC / "status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    if sys.platform == "win32":
        return 0
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
