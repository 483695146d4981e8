"""Tables on narrow screens and in wide letters: whatever the width is, nothing of them is cut."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from mainstay.cli.tables import print_table

HEADINGS = [
    ("客戶", False), ("狀態", False), ("最近下單", False), ("風險金額", True), ("80% 區間", True),
    ("原因", False),
]  # fmt: skip
WHY = "已 92 天未下單；平時約 21 天下單一次，很少超過 87 天。"
ROWS = [
    ("Lindner Industriebedarf AG", "主動告知", "2026-11-16", "702,912", "664,821 … 757,198", WHY),
    ("宏图五金股份有限公司", "逾期未下單", "2026-11-10", "137,228", "118,539 … 158,189", WHY),
]


def printed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    print_table("風險金額最高的客戶", HEADINGS, ROWS, ((0, 5), (1, 2), (3, 4)))
    return re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out).splitlines()


@pytest.mark.parametrize("width", [140, 120, 80, 60])
def test_on_a_screen_nothing_is_cut(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(width))
    lines = printed(capsys)
    assert max(map(cell_len, lines)) <= width
    said = "\n".join(lines)
    for row in ROWS:
        assert all(cell in said for cell in row[1:-1])
    assert said.count("天") == len(ROWS) * WHY.count("天")
    side_by_side = any("客戶" in line and "原因" in line for line in lines)
    assert side_by_side == (width >= 120)


def test_where_nobody_looks_a_row_is_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    assert [line for line in printed(capsys) if WHY in line and "137,228" in line]
