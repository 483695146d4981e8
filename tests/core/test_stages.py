"""Where the time of a run goes, and what may be said of the time that it still takes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from mainstay.core import stages as told
from mainstay.core.stages import Stages, time_left


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now

    def run(self, stages: Stages, *took: tuple[str, float]) -> None:
        for name, seconds in took:
            stages.begin(name)
            self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file(tmp_path: Path, clock: Clock) -> Path:
    """What a run of 100 rows left: 10 s of reading, 20 s of fitting, 70 s of explaining."""
    made = tmp_path / "stages.json"
    with Stages(made, n_rows=100, clock=clock) as run:
        clock.run(run, ("read", 10), ("fit", 20), ("explain", 70))
        run.keep()
    return made


def test_stages_are_told_with_rows_time_and_memory() -> None:
    with Stages() as run:
        told.begin("read", 1_000_000)
        held = bytearray(60_000_000)
        held[::4096] = b"x" * len(held[::4096])
        del held
        told.begin("fit")
    read, fit = run.done
    assert (read.name, read.n_rows, fit.name, fit.n_rows) == ("read", 1_000_000, "fit", None)
    assert read.peak_bytes >= 60_000_000
    assert 0 <= read.cpu_seconds <= 10 * read.wall_seconds


def test_nobody_has_to_listen() -> None:
    told.begin("read")
    assert told.sharing(None) is None


def test_the_first_run_says_nothing_of_what_is_left(tmp_path: Path, clock: Clock) -> None:
    with Stages(tmp_path / "stages.json", n_rows=100, clock=clock) as run:
        clock.run(run, ("read", 10))
        assert run.seconds_left() is None


def test_the_next_run_takes_as_long_for_as_many_rows(file: Path, clock: Clock) -> None:
    with Stages(file, n_rows=200, clock=clock) as run:
        clock.run(run, ("read", 20), ("fit", 0))
        progress = told.sharing(None)
        assert progress
        progress(1, 2)
        clock.now += 20
        assert run.seconds_left() == pytest.approx(20 + 140)


def test_a_machine_that_is_slower_today_is_seen_to_be(file: Path, clock: Clock) -> None:
    with Stages(file, n_rows=100, clock=clock) as run:
        clock.run(run, ("read", 30), ("fit", 60), ("explain", 0))
        left = run.seconds_left()
        assert left is not None
        assert 140 < left <= 210  # three times as slow, believed by the length that was seen


@pytest.mark.parametrize(
    ("n_rows", "stage", "seconds"),
    [
        (1000, "read", 1),  # another size altogether
        (0, "read", 1),
        (100, "other", 1),  # a stage that there was not
        (100, "read", 60),  # overdue: nobody knows
    ],
)
def test_what_can_not_be_known_is_not_said(
    file: Path, clock: Clock, n_rows: int, stage: str, seconds: float
) -> None:
    with Stages(file, n_rows=n_rows, clock=clock) as run:
        clock.run(run, (stage, seconds))
        assert run.seconds_left() is None


@pytest.mark.parametrize("kept", ["", "[]", '{"rows": 1}', '{"rows": 1, "stages": [{"x": 1}]}'])
def test_what_was_kept_by_another_version_is_as_nothing(
    tmp_path: Path, clock: Clock, kept: str
) -> None:
    file = tmp_path / "stages.json"
    file.write_text(kept)
    with Stages(file, n_rows=100, clock=clock) as run:
        clock.run(run, ("read", 1))
        assert run.seconds_left() is None


def test_what_is_left_is_told_no_finer_than_it_is_known() -> None:
    told = [time_left(seconds) for seconds in (None, 4.2, 38, 200)]
    said = [one and str(one) for one in told]
    assert said == [None, "less than 10 s left", "about 40 s left", "about 3 min left"]
