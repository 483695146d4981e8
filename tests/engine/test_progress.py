"""How far an assessment is, told from its beginning to the end of its why."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from mainstay import engine
from mainstay.core.home import Home
from mainstay.engine.home import BEGINS, STEPS


def test_progress_goes_on_and_reaches_all_of_it_at_the_end_alone(tmp_path: Path) -> None:
    home = Home(tmp_path)
    file = tmp_path / "orders.csv"
    days = [date(2024, 1, 1) + timedelta(days=7 * n) for n in range(30)]
    file.write_text("Customer,Date,Amount\n" + "".join(f"A,{d},10\nB,{d},20\n" for d in days))
    engine.run_import(home, [file])
    told: list[tuple[int, int]] = []
    with engine.stages_of(home) as stages:

        def progress(done: int, total: int) -> None:
            told.append((done, total))
            if done == total:
                assert [stage.name for stage in stages.done][-1] == "plan"

        engine.assess_home(home, progress=progress)
    assert {total for _, total in told} == {STEPS}
    done = [n for n, _ in told]
    assert done == sorted(done)
    assert [n for n in done if n == STEPS] == [STEPS]
    assert sum(n > BEGINS["explanation"] for n in done) >= 3
    assert set(BEGINS.values()) <= set(done)
