"""Tables of rows with a reason each, on screens of any width and in letters of any width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

PIPED = 160  # cells, where nobody's screen says how many there are
GAP = 3  # between two columns
LEAST_WHY = 30  # of which a Chinese or Korean letter takes two

# A heading and whether its column stands to the right; the last of all is the reason.
Headings = Sequence[tuple[str, bool]]
Rows = Sequence[Sequence[str]]


def print_table(
    title: str, headings: Headings, rows: Rows, stacks: Sequence[Sequence[int]]
) -> None:
    """Print it with a column a heading; on a screen too narrow for that some stand one below the other.

    stacks: the numbers of the cells of each column then, so that none is left out
    """
    from rich.console import Console

    console = Console()
    room = _room(headings, rows)
    if not console.is_terminal:
        console = Console(width=max(console.width, PIPED, room))
    side_by_side = [[n] for n in range(len(headings))]
    columns = side_by_side if room <= console.width else stacks
    console.print(_table(title, headings, rows, columns))


def _room(headings: Headings, rows: Rows) -> int:
    """Cells that all columns need side by side."""
    from rich.cells import cell_len

    *others, _why = zip([heading for heading, _ in headings], *rows, strict=True)
    return sum(max(map(cell_len, column)) + GAP for column in others) + LEAST_WHY + GAP


def _table(title: str, headings: Headings, rows: Rows, columns: Sequence[Sequence[int]]) -> Table:
    """columns: the numbers of the cells that stand in each, from above."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text as Cell

    why = len(headings) - 1
    stacked = len(columns) < len(headings)
    table = Table(title=Cell(title), title_justify="left", box=SIMPLE_HEAD, show_lines=stacked)
    for cells in columns:
        table.add_column(
            Cell("\n".join(headings[n][0] for n in cells)),
            justify="right" if headings[cells[0]][1] else "left",
            # Nothing is cut, however narrow the screen is; side by side only the reason is wrapped.
            no_wrap=not stacked and why not in cells,
            overflow="fold",
        )
    for row in rows:
        texts = [
            Cell(cell, style="dim" if stacked and n == why else "") for n, cell in enumerate(row)
        ]
        table.add_row(*(Cell("\n").join(texts[n] for n in cells) for cells in columns))
    return table
