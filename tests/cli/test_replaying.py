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
    assert f"2 dates from {LATEST - timedelta(weeks=4)} to {LATEST}" in done.stdout
    assert "per 100 accounts and month" in done.stdout
    assert "complete" in out.read_text()
    told = loaded("replay", "--as-of", LATEST, "--json").json()
    assert told["as_of"] == [str(LATEST)]
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
        (("--as-of", "soon"), "is no date"),
        (("--from", "2024-06-01"), f"The latest is {LATEST}"),
        (("--to", "2023-06-01"), "it takes 26 weeks of data before it"),
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
    assert "There are no order lines yet" in failed.stderr
