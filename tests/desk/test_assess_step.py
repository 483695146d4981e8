"""What the step that assesses says while it is under way."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from mainstay import engine
from mainstay.core.texts import Text
from mainstay.desk.jobs import kinds


@pytest.mark.usefixtures("own_store")
@pytest.mark.django_db
def test_from_the_second_time_on_it_says_how_long_it_will_take(
    tmp_path: Path, settings: Any
) -> None:
    days = [date(2025, 1, 6) + timedelta(weeks=week) for week in range(60)]
    rows = [f"{one},{day},120" for day in days for one in ("A", "B")]
    file = tmp_path / "orders.csv"
    file.write_text("\n".join(["account_id,ordered_on,amount", *rows]))
    engine.run_import(settings.HOME, [file], engine.ImportOptions())

    def said(identity: str) -> set[str]:
        notes: set[str] = set()

        def heard(_done: float, _total: float, note: Text | None = None) -> None:
            notes.add(str(note))

        run = kinds.Run(settings.HOME, {}, {"assessment_id": identity}, "", heard)
        assert kinds.assess(run) == identity
        return notes

    assert said("first") == {"Assessing accounts"}
    assert "less than 10 s left" in said("second")
