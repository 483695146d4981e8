"""The measures of all accounts at all dates, cut into one set of arrays a date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class Slice:
    """The accounts with an order day before one date.

    who: int64 (n,), places in the panel's `account_id`, rising
    columns: arrays (n,), by name; days as days since 1970-01-01
    """

    on: date
    who: npt.NDArray[np.int64]
    columns: Mapping[str, npt.NDArray[Any]]

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return self.columns[name]


@dataclass(frozen=True)
class Panel:
    """Accounts by name, in order, and a slice for each date."""

    account_id: list[str]
    slices: tuple[Slice, ...]

    @cached_property
    def place(self) -> dict[str, int]:
        """Of each account in `account_id`."""
        return {account: i for i, account in enumerate(self.account_id)}


def panel(features: pa.Table, account_id: pa.Array, dates: tuple[date, ...]) -> Panel:
    """Cut a table of features into slices.

    features: columns account_id, date_index, and numbers or dates
    account_id: every account with an order line, sorted, also those without an order day
    """
    from mainstay.standing.history_loops import order_by

    names = account_id
    code = pc.index_in(features["account_id"], value_set=names).to_numpy()
    at = features["date_index"].to_numpy().astype(np.int64)
    starts, order = order_by(at * len(names) + code, len(dates) * len(names))
    bounds = starts[np.arange(len(dates) + 1) * len(names)]
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    who = code[order].astype(np.int64)
    columns = {
        name: _placed(features[name], place)
        for name in features.column_names
        if name not in ("account_id", "date_index")
    }
    slices = []
    for j, on in enumerate(dates):
        rows = slice(bounds[j], bounds[j + 1])
        slices.append(Slice(on, who[rows], {n: v[rows] for n, v in columns.items()}))
    return Panel(names.to_pylist(), tuple(slices))


def sorted_ids(arrays: list[pa.Array]) -> pa.Array:
    """All of these accounts, in order."""
    known = (
        pa.concat_arrays([a.cast(pa.string()) for a in arrays])
        if arrays
        else pa.array([], pa.string())
    )
    return known.take(pc.sort_indices(known))


def aligned(table: pa.Table, cut: Slice, account_id: pa.Array) -> dict[str, npt.NDArray[Any]]:
    """The columns of a table with a row an account, in the order of a slice.

    Raises: KeyError when an account of the slice has no row
    """
    place = pc.index_in(
        account_id.take(pa.array(cut.who)), value_set=table["account_id"].combine_chunks()
    )
    if place.null_count:
        raise KeyError("an account of the slice has no row")
    rows = table.take(place)
    return {n: _plain(rows[n]) for n in rows.column_names if n not in ("account_id", "date_index")}


def _placed(column: pa.ChunkedArray, place: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    """The values of a column, each at its place: chunk by chunk, without a copy in between."""
    found = np.empty(len(place), _plain(column.slice(0, 0)).dtype)
    first = 0
    for chunk in column.chunks:
        values = chunk.view(pa.int32()) if pa.types.is_date32(chunk.type) else chunk
        found[place[first : first + len(chunk)]] = values.to_numpy(zero_copy_only=False)
        first += len(chunk)
    return found


def _plain(column: pa.ChunkedArray) -> npt.NDArray[Any]:
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    values: npt.NDArray[Any] = column.to_numpy()
    return values
