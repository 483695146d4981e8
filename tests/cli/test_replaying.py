"""`mainstay replay`: its table, its words, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Run = Callable[..., Any]
LAST = date(2024, 6, 20)
LATEST = LAST + timedelta(days=1) - timedelta(weeks=13)


@pytest.fixture
def loaded(run: Run, tmp_path: Path) -> Run:
    rng = np.random.default_rng(2)
    path = tmp_path / "orders.csv"
    rows = ["Customer,Date,Amount"]
    for i in range(24):
        day = LAST - timedelta(weeks=60)
        stops = LAST - timedelta(weeks=int(rng.integers(12, 26))) if i % 3 == 0 else LAST
        while day <= stops:
            rows.append(f"A{i:02},{day},{100 + i}")
            day += timedelta(days=1 + int(rng.gamma(2, 8)))
    rows.append(f"A01,{LAST},100")
    path.write_text("\n".join(rows) + "\n")
    assert run("import", path).returncode == 0
    return run


def test_it_prints_each_method_and_what_the_figures_mean(loaded: Run, tmp_path: Path) -> None:
    out = tmp_path / "scores.csv"
    done = loaded("replay", "--as-of", LATEST - timedelta(weeks=4), "--as-of", LATEST, "--out", out)
    assert done.returncode == 0, done.stderr
    for words in ("Gone: no order within 13 weeks", "Mainstay", "Days since the last order"):
        assert words in done.stdout
    assert f"Judged at 2 dates from {LATEST - timedelta(weeks=4)} to {LATEST}" in done.stdout
    assert "too early" not in done.stdout.lower()
    assert "per 100 accounts and month" in done.stdout
    assert "complete" in out.read_text()
    assert "-asked. The desk does not show it" in done.stdout
    told = loaded("replay", "--as-of", LATEST, "--json").json()
    assert told["as_of"] == [str(LATEST)]
    assert told["shown_in_desk"] is False
    assert {"mainstay", "recency"} <= {row["method"] for row in told["scores"]}
    assert told["summary"]["called"] == told["summary"]["right"] + told["summary"]["wrong"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ("--as-of", str(LATEST + timedelta(days=1))),
            f"The latest date that can be replayed is {LATEST}",
        ),
        (("--as-of", str(LATEST), "--from", "2024-01-01"), "not both"),
        (("--as-of", str(LATEST), "--every", "2"), "not both"),
        (("--as-of", "soon"), "is no date"),
        (("--out", "/proc/nobody/scores.csv"), "can't be written"),
        (("--out", "/proc/scores.csv"), "can't be written"),
        (("--from", "2024-06-01"), f"The latest is {LATEST}"),
        (("--to", "2023-06-01"), "it takes 26 weeks of data before it"),
        (
            ("--horizon", "x"),
            "--horizon x can't be used; write a whole number of weeks, from 1 to 104",
        ),
        (("--horizon", "105"), "from 1 to 104"),
        (("--horizon", "-1"), "--horizon -1 can't be used"),
        (("--every", "0"), "--every 0 can't be used; write a whole number of weeks, from 1 to 520"),
        (("--horizon", "52"), "leave no date to replay"),
    ],
)
def test_what_can_not_be_replayed_is_refused_in_one_sentence(
    loaded: Run, words: tuple[str, ...], says: str
) -> None:
    failed = loaded("replay", *words)
    assert failed.returncode == 1
    assert says in failed.stderr
    assert failed.stderr.count("\n") == 1


def test_without_order_lines_there_is_nothing_to_replay(run: Run) -> None:
    failed = run("replay")
    assert failed.returncode == 1
    assert "there are no order lines yet" in failed.stderr


def test_where_too_few_left_it_says_so_instead_of_empty_cells(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    rows = ["Customer,Date,Amount"]
    rows += [
        f"A{i},{LAST - timedelta(days=14 * d + i)},{100 + i}" for d in range(40) for i in range(3)
    ]
    path.write_text("\n".join(rows) + "\n")
    assert run("import", path).returncode == 0
    done = run("replay", "--as-of", LAST - timedelta(weeks=60), "--horizon", "1")
    assert done.returncode == 0, done.stderr
    early = LAST - timedelta(weeks=60)
    assert f"Judged at {early};" in done.stdout
    assert "Too early to be fair: at 1 of 1 dates there were fewer than 26 weeks" in done.stdout
    assert "no order within 1 week" in done.stdout
    assert "1 weeks" not in done.stdout
    assert "Losses over 1 week: 3, too few to tell" in done.stdout
    usual = run("replay")
    assert (
        "Gone: no order within 13 weeks: too few to tell. Of 30 judgements 0 came" in usual.stdout
    )
    assert "Method" not in usual.stdout
    assert "does not show it" not in usual.stdout


def test_a_file_that_can_be_written_is_left_as_it_was(loaded: Run, tmp_path: Path) -> None:
    out = tmp_path / "scores.csv"
    failed = loaded("replay", "--from", "2024-06-01", "--out", out)
    assert failed.returncode == 1
    assert not out.exists()
    out.write_text("mine")
    assert loaded("replay", "--from", "2024-06-01", "--out", out).returncode == 1
    assert out.read_text() == "mine"
