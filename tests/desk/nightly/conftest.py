"""Orders as files of some nights, and a way to do a run without a worker's process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _own_store(own_store: None, settings: Any) -> None:
    settings.SOURCE_FOLDERS = []
    settings.HOME.cache.mkdir(exist_ok=True)


def write_orders(path: Path, first: int, n: int) -> Path:
    """A file of n order lines, their numbers from `first` on."""
    rows = ["order_id,order_date,customer,product,quantity,amount"]
    for k in range(first, first + n):
        day = date(2025, 1, 6) + timedelta(days=7 * (k // 4) % 400)
        rows.append(f"O{k},{day},C{k % 4},P{k % 3},1,{10 + k % 7}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def orders(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, int, int], Path]:
    folder = tmp_path_factory.mktemp("orders")
    return lambda name, first, n: write_orders(folder / name, first, n)


@pytest.fixture
def work(monkeypatch: Any) -> Callable[..., Any]:
    """Do a run's steps as the worker does them; those of `but` are left out. Gives the run as shown."""
    from mainstay.desk.jobs import running
    from mainstay.desk.nightly import queries

    # The worker lets old connections go between its steps; the test's transaction lives on one.
    monkeypatch.setattr(running, "close_old_connections", lambda: None)

    def done(night: Any, *, but: tuple[str, ...] = ("assess", "publish")) -> Any:
        results: dict[str, Any] = {}
        outcome: dict[str, Any] = {"state": "done"}
        for code in running.begin(night.job_id) or []:
            if code in but:
                continue
            one = running.step(night.job_id, code, results)
            if one["state"] != "running":
                outcome = one
                break
            results[code] = one["result"]
        running.end(night.job_id, outcome)
        return queries.one_night(night.pk)

    return done
