"""Tables as files for people: moments by the clock of the company, figures to the digits that people read."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime

import pyarrow as pa

from mainstay.engine.files import as_bytes

TABLE = pa.table(
    {
        "at": pa.array([datetime(2026, 3, 1, 22, 30, 0, 123456, UTC), None], pa.timestamp("us", "UTC")),
        "on": [date(2026, 3, 1), None],
        "money": [849939.0138674591, None],
        "share": [0.95 * 3 / 3 + 1e-13, float("nan")],
    }
)  # fmt: skip


def test_moments_are_those_of_the_companys_clock_and_figures_are_short() -> None:
    lines = as_bytes(TABLE, "csv", {}, "Asia/Seoul").decode("utf-8-sig").splitlines()
    assert lines[1:] == ["2026-03-02 07:30:00,2026-03-01,849939.01,0.95", ",,,"]


def test_a_workbook_takes_moments_with_a_zone() -> None:
    made = as_bytes(TABLE, "xlsx", {"at": "At"}, "Asia/Seoul")
    with zipfile.ZipFile(io.BytesIO(made)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>46083.3125</v>" in sheet  # 2 March 2026, 07:30
    assert "<v>849939.01</v>" in sheet
