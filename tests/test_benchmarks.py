"""What benchmarks keep, and the tables that the page shows of it."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def module(monkeypatch):
    """A module of the folder, which is no package: its scripts are run one by one."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if str(BENCHMARKS) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


@pytest.fixture
def results(module):
    return module("results")


@pytest.fixture
def made(results):
    table = results.Table(
        ["", "CPU s", "lines"], [["Mainstay", 0.03312, 13_000_000], ["B", 2.0, None]]
    )
    return results.Result("x", "run.py x", {"x": table}, {}, {"numpy": "2.4.6"})


def test_the_page_shows_what_was_kept(results):
    page = results.PAGE.read_text()
    assert results.PLACE.search(page)
    assert results.with_tables(page, results.all_results()) == page


def test_a_result_is_read_as_it_was_kept(results, made, tmp_path, monkeypatch):
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    made.save()
    assert results.all_results() == [made]


def test_tables_are_filled_in_and_what_is_written_by_hand_stays(results, made):
    page = "Before.\n<!-- table: x -->\nold\n<!-- end -->\nAfter.\n"
    filled = results.with_tables(page, [made])
    assert "| Mainstay | 0.0331 | 13,000,000 |\n| B | 2 |  |" in filled
    assert filled.startswith("Before.\n<!-- table: x -->\n`run.py x`, ")
    assert filled.endswith("<!-- end -->\nAfter.\n")
    assert results.with_tables(filled, [made]) == filled


def test_what_was_not_measured_is_said_not_to_be(results, made):
    page = "<!-- table: y -->\n<!-- end -->"
    assert "Not measured yet" in results.with_tables(page, [made])


def test_ratios_are_of_the_runs_of_one_round(module):
    contest, peer = module("contest"), module("environments").OURS

    def runs(name: str, seconds: list[float]):
        told = [{"cpu": cpu, "wall": cpu, "peak_mb": 100, "versions": {}} for cpu in seconds]
        return contest.Runs(contest.Entrant(name, peer, "x", Path("x")), told)

    table = contest.table([runs("ours", [1.0, 2.0, 4.0]), runs("theirs", [3.0, 4.0, 40.0])])
    assert table.rows[0][:3] == ["ours", 2.0, "1 to 4"]
    assert table.rows[1][5:] == [3.0, "2 to 10"]


def test_the_exponent_of_growth(module):
    growth = module("growth")
    lines = [10**6, 10**7, 10**8]
    assert growth.exponent(lines, [3e-6 * n**1.05 for n in lines]) == pytest.approx(1.05)
