"""How far an assessment is, told from its beginning to the end of its why."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from mainstay import engine
from mainstay.core.home import Home
from mainstay.engine.home import ASSESSED, STEPS


def test_progress_goes_on_to_the_end_of_why(tmp_path: Path) -> None:
    home = Home(tmp_path)
    file = tmp_path / "orders.csv"
    days = [date(2024, 1, 1) + timedelta(days=7 * n) for n in range(30)]
    file.write_text("Customer,Date,Amount\n" + "".join(f"A,{d},10\nB,{d},20\n" for d in days))
    engine.run_import(home, [file])
    told: list[tuple[int, int]] = []
    engine.assess_home(home, progress=lambda done, total: told.append((done, total)))
    assert {total for _, total in told} == {STEPS}
    done = [n for n, _ in told]
    assert done == sorted(done)
    assert done[-1] == STEPS
    assert sum(n > ASSESSED for n in done) >= 3
