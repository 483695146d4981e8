"""Overlapping exports: the same order in two places is one order, line for line.

A *stretch* is an order's lines as they stand together in one place: a run of consecutive rows (or
runs close to each other) in a file whose orders are not scattered, else the whole source. Of each identical line as many are kept
as the stretch with most of them has; the rest are copies. So true repeated lines of an order stay,
and a file or sheet that repeats orders of another adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.ledger.staging import Staging

# A file's orders are scattered when this share of the rows that could have stood beside their
# order stand elsewhere: 0 = every order in one run, 1 = every row a run of its own.
SCATTERED = 0.4
# Runs of an order with fewer rows between them belong together: orders typed in at the same time
# interleave. In Online Retail II such gaps reach 327 rows; those between copies are some 22,000.
NEAR = 500
_FAR = 1 << 40  # more rows than a source has

IDENTITY = (
    "account_id",
    "ordered_on",
    "amount",
    "order_id",
    "line",
    "product_id",
    "product_name",
    "category",
    "quantity",
    "unit",
    "list_amount",
    "cost",
    "currency",
    "salesperson_id",
)


@dataclass(frozen=True)
class Runs:
    """Runs of consecutive rows with the same order, in the order of the rows.

    order: uint64, hash of the order_id
    source: int32, number of the source; start, end: int64, first and last row
    """

    order: npt.NDArray[np.uint64]
    source: npt.NDArray[np.int32]
    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]


def runs_of(batches: Iterable[pa.RecordBatch]) -> Runs:
    """Runs from batches with the columns s, row, h (hash of the order_id), in any order.

    DuckDB streams a large result in pieces whose order is not that of the rows.
    """
    pieces: list[tuple[npt.NDArray[np.generic], ...]] = []
    for batch in batches:
        s, row, h = (batch.column(i).to_numpy(zero_copy_only=False) for i in range(3))
        if not len(s):
            continue
        breaks = (h[1:] != h[:-1]) | (s[1:] != s[:-1]) | (row[1:] != row[:-1] + 1)
        first = np.flatnonzero(np.r_[True, breaks])
        last = np.r_[first[1:], len(s)] - 1
        pieces.append((h[first], s[first], row[first], row[last]))
    if not pieces:
        nothing = np.array([], np.int64)
        return Runs(nothing.astype(np.uint64), nothing.astype(np.int32), nothing, nothing)
    h, s, start, end = (np.concatenate([p[i] for p in pieces]) for i in range(4))
    by_place = np.lexsort((start, s))
    h, s, start, end = h[by_place], s[by_place], start[by_place], end[by_place]
    # What stood in two pieces, or around rows without an order, is one run.
    new = np.r_[True, (h[1:] != h[:-1]) | (s[1:] != s[:-1])]
    return Runs(h[new], s[new].astype(np.int32), start[new], end[np.r_[new[1:], True]])


def _several(runs: Runs, rows_of_source: Mapping[int, int]) -> Runs:
    """The runs of orders that stand in more than one place; scattered sources are one place."""
    start, end = runs.start.copy(), runs.end.copy()
    keep = np.ones(len(start), bool)
    for source, rows in rows_of_source.items():
        mine = np.flatnonzero(runs.source == source)
        orders, first = np.unique(runs.order[mine], return_index=True)
        if len(mine) - len(orders) > SCATTERED * max(rows - len(orders), 1):
            keep[mine] = False
            keep[mine[first]] = True
            start[mine], end[mine] = 0, np.iinfo(np.int64).max
    order, counts = np.unique(runs.order[keep], return_counts=True)
    places = np.flatnonzero(keep)
    places = places[np.isin(runs.order[places], order[counts > 1])]
    by_order = places[np.lexsort((places, runs.order[places]))]
    return Runs(runs.order[by_order], runs.source[by_order], start[by_order], end[by_order])


def _neighbours(runs: Runs, some: Runs) -> npt.NDArray[np.bool_]:
    """Whether the order before or after a run is the one before or after the order's last run."""
    where = runs.source.astype(np.int64) * _FAR + runs.start
    place = np.searchsorted(where, some.source.astype(np.int64) * _FAR + some.start)
    padded = np.r_[np.uint64(0), runs.order, np.uint64(0)]
    before, after = padded[place], padded[np.minimum(place + 2, len(padded) - 1)]
    same = (before[1:] == before[:-1]) | (after[1:] == after[:-1])
    return np.r_[False, same]


def _stretches(
    some: Runs,
    repeats: npt.NDArray[np.bool_],
    lines: npt.NDArray[np.int64],
    beside: npt.NDArray[np.bool_],
) -> npt.NDArray[np.int64]:
    """The stretch of each run: runs of an order that stand close together, as when two orders are
    typed in at once, are one stretch, unless the later one repeats what was there before."""
    if not len(some.order):
        return np.array([], np.int64)
    new_order = np.r_[True, some.order[1:] != some.order[:-1]]
    elsewhere = np.r_[True, some.source[1:] != some.source[:-1]]
    far = np.r_[True, some.start[1:] - some.end[:-1] > NEAR]
    again = repeats & ((lines > 1) | beside)
    return np.cumsum(new_order | elsewhere | far | again)


def mark_copies(staging: Staging, lines: str, rows_of_source: Mapping[int, int]) -> str:
    """Find copies among the staged lines; returns a table `s, row` of the copies.

    lines: a relation with s, row, the columns of IDENTITY and _why
    """
    copies, several = staging.name("copies"), staging.name("several")
    reader = staging.batches(
        f"SELECT s, row, hash(order_id) AS h FROM {lines} WHERE order_id IS NOT NULL"
    )
    runs = runs_of(reader)
    some = _several(runs, rows_of_source)
    if not len(some.order):
        staging.run(f"CREATE TABLE {copies} (s INTEGER, row BIGINT)")
        return copies
    number = np.arange(len(some.order))
    staging.keep(
        several,
        pa.table(
            {
                "h": some.order,
                "s": some.source,
                "first": some.start,
                "last": some.end,
                "run": number,
            }
        ),
    )
    placed = _placed(staging, lines, several)
    stretch = _stretches(some, *_content(staging, placed, len(number)), _neighbours(runs, some))
    staging.keep(f"{several}_of", pa.table({"run": number, "stretch": stretch}))
    staging.run(
        f"""CREATE TABLE {copies} AS
        WITH found AS (SELECT * FROM {placed} JOIN {several}_of USING (run)),
        counted AS (SELECT line, stretch, count(*) AS lines FROM found GROUP BY ALL),
        best AS (SELECT line, arg_max(stretch, (lines, -stretch)) AS kept FROM counted GROUP BY line)
        SELECT found.s, found.row FROM found JOIN best USING (line) WHERE stretch <> kept"""
    )
    return copies


def _placed(staging: Staging, lines: str, several: str) -> str:
    """The lines of orders that stand in several places: s, row, line (a hash of it), run."""
    placed = staging.name("placed")
    same = ", ".join(f'"{name}"' for name in IDENTITY)
    staging.run(
        f"""CREATE TABLE {placed} AS
        WITH picked AS (
            SELECT s, row, hash(order_id) AS h, hash({same}) AS line FROM {lines}
            WHERE hash(order_id) IN (SELECT h FROM {several})
        )
        SELECT picked.s, picked.row, picked.line, t.run FROM picked
        JOIN {several} t ON t.h = picked.h AND t.s = picked.s
            AND picked.row BETWEEN t.first AND t.last"""
    )
    return placed


def _content(
    staging: Staging, placed: str, runs: int
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """For each run: whether all its lines were in earlier runs of its order, and how many it has."""
    found = staging.arrow(
        f"""WITH counted AS (SELECT line, run, count(*) AS lines FROM {placed} GROUP BY ALL),
        before AS (
            SELECT run, lines, coalesce(sum(lines) OVER (
                PARTITION BY line ORDER BY run ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ), 0) AS earlier FROM counted
        )
        SELECT run, bool_and(lines <= earlier) AS repeats, sum(lines)::BIGINT AS lines
        FROM before GROUP BY run"""
    )
    repeats, lines = np.zeros(runs, bool), np.zeros(runs, np.int64)
    run = found["run"].to_numpy()
    repeats[run], lines[run] = found["repeats"].to_numpy(), found["lines"].to_numpy()
    return repeats, lines
