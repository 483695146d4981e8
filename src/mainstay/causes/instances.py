"""All that was found of some accounts, brought together for the network."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.causes.families import CAUSE_NAMES
from mainstay.causes.purchases import Purchases
from mainstay.causes.types import SIGNALS, Link, Signal
from mainstay.causes.view import View
from mainstay.standing.history import days_of

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
MOST_INSTANCES = 20  # the latest of one signal and account
# Little things happen to everybody and harm nobody: of half strength, a fact is a quarter as dangerous.
DOSE = 2


def signals_of(view: View, catalogue: Mapping[str, Signal]) -> pa.Table:
    """What every signal found, as the table SIGNALS, by account, signal and day."""
    tables = []
    for name, one in catalogue.items():
        if one.tables and not any(view.table(table).num_rows for table in one.tables):
            continue  # nothing to see, and its query may sum all order lines to see that
        found = one.find(view)
        column = pa.repeat(pa.scalar(name), found.num_rows)
        tables.append(found.add_column(1, "signal", column).cast(SIGNALS))
    if not tables:
        return SIGNALS.empty_table()
    rows = pa.concat_tables(tables)
    # A signal of a later day would know the future; one without a day can cause nothing.
    begun = pc.and_(pc.is_valid(rows["since"]), pc.less(rows["since"], pa.scalar(view.as_of)))
    ours = pc.is_in(rows["account_id"], value_set=view.account_id)
    rows = rows.filter(pc.and_(begun, ours))
    order = [(name, "ascending") for name in ("account_id", "signal", "since")]
    return _latest(rows.sort_by(order))


def _latest(rows: pa.Table) -> pa.Table:
    """At most MOST_INSTANCES of each account and signal."""
    if not rows.num_rows:
        return rows
    keys = [
        np.asarray(rows[c].combine_chunks().dictionary_encode().indices)
        for c in ("account_id", "signal")
    ]
    new = np.ones(rows.num_rows, bool)
    new[1:] = (keys[0][1:] != keys[0][:-1]) | (keys[1][1:] != keys[1][:-1])
    group = np.cumsum(new) - 1
    end = np.append(np.flatnonzero(new)[1:], rows.num_rows)[group]
    return rows.filter(pa.array(end - np.arange(rows.num_rows) <= MOST_INSTANCES))


@dataclass(frozen=True)
class Channel:
    """One kind of signal that speaks for one cause.

    weight: 0..1, of the link
    of: what it is of, where each such thing has a rate of its own
    """

    signal: str
    cause: str
    weight: float
    of: str = ""
    fade_weeks: float = 13.0


@dataclass(frozen=True)
class Instances:
    """What stands for causes, one element a link of an instance, by account; arrays (n_links,).

    offsets: int (n_accounts + 1,)
    row: of the table of signals
    channel: place in `channels`, one a signal and cause
    strength: of the instance, 0..1; of context, to the power DOSE
    since, until: days since 1970-01-01; until = since for what is a moment
    before_weeks, delay_weeks, fade_weeks: of the link
    pair: place in Purchases of the category it concerns; −1 = concerns all, or one not worth looking at
    """

    offsets: Longs
    row: Longs
    channel: Longs
    strength: Floats
    since: Floats
    until: Floats
    before_weeks: Floats
    delay_weeks: Floats
    fade_weeks: Floats
    pair: Longs
    channels: tuple[Channel, ...]

    @property
    def cause(self) -> Longs:
        """Place in CAUSE_NAMES of each channel."""
        return np.array([CAUSE_NAMES.index(c.cause) for c in self.channels], np.int64)

    @property
    def weight(self) -> Floats:
        """Of each channel's link."""
        return np.array([c.weight for c in self.channels], float)


def linked(
    signals: pa.Table,
    catalogue: Mapping[str, Signal],
    account_id: pa.Array,
    bought: Purchases,
    *,
    role: str,
    as_of: date,
) -> Instances:
    """The links of all instances of one role.

    bought: what they bought, category by category
    """
    account = np.asarray(pc.index_in(signals["account_id"], value_set=account_id), np.int64)
    names = signals["signal"].combine_chunks().dictionary_encode()
    kind, words = np.asarray(names.indices), names.dictionary.to_pylist()
    parts: list[tuple[Longs, str, Link]] = []
    for code, name in enumerate(words):
        one = catalogue[name]
        if one.role != role:
            continue
        here = np.flatnonzero(kind == code)
        if one.by:
            depends = _by_data(signals, one, here)
            parts += [(some, name, link) for some, link in depends]
            here = np.setdiff1d(here, np.concatenate([some for some, _ in depends] or [here[:0]]))
        parts += [(here, name, link) for link in one.links]
    if role == "context":
        parts = [(here, name, pace) for here, name, link in parts for pace in _paces(link)]
    rows = np.concatenate([here for here, _, _ in parts] or [np.zeros(0, np.int64)])
    made: dict[Channel, int] = {}
    channel = np.concatenate(
        [_channels(signals, here, catalogue[name], link, made) for here, name, link in parts]
        or [np.zeros(0, np.int64)]
    )

    def each(value: Callable[[Link], float]) -> Floats:
        filled = [np.full(len(here), float(value(link))) for here, _, link in parts]
        return np.concatenate(filled or [np.zeros(0)])[order]

    order = np.argsort(account[rows], kind="stable")
    rows = rows[order]
    since = _days(signals["since"])[rows]
    until = _days(signals["until"])[rows]
    lasts = np.array([catalogue[name].lasting for name in words] or [False])[kind[rows]]
    goes_on = np.isnan(until) & lasts
    until = np.where(
        goes_on, days_of(as_of), np.fmax(np.where(np.isnan(until), since, until), since)
    )
    category = signals["category"].take(pa.array(rows)).combine_chunks()
    return Instances(
        offsets=np.searchsorted(account[rows], np.arange(len(account_id) + 1)),
        row=rows,
        channel=channel[order],
        strength=np.clip(signals["strength"].to_numpy()[rows], 0.0, 1.0)
        ** (DOSE if role == "context" else 1),
        since=since,
        until=until,
        before_weeks=each(lambda link: link.before_weeks),
        delay_weeks=each(lambda link: link.delay_weeks),
        fade_weeks=np.maximum(each(lambda link: link.fade_weeks), 0.5),
        pair=bought.place_of(account[rows], category),
        channels=tuple(made),
    )


def _paces(link: Link) -> tuple[Link, Link]:
    """The link as it is, and three times as fast: which it is, the accounts teach."""
    fast = replace(link, delay_weeks=link.delay_weeks / 3, fade_weeks=link.fade_weeks / 3)
    return link, fast


def _channels(
    signals: pa.Table, here: Longs, one: Signal, link: Link, made: dict[Channel, int]
) -> Longs:
    """The channel of each instance through one link; new ones are added to those made."""
    if not one.each:
        channel = Channel(one.name, link.cause, link.weight, fade_weeks=link.fade_weeks)
        return np.full(len(here), made.setdefault(channel, len(made)))
    told = signals["data"].take(pa.array(here)).to_pylist()
    values = [str(json.loads(data).get(one.each)) for data in told]
    found = [Channel(one.name, link.cause, link.weight, value, link.fade_weeks) for value in values]
    return np.array([made.setdefault(channel, len(made)) for channel in found], np.int64)


def _by_data(signals: pa.Table, one: Signal, here: Longs) -> list[tuple[Longs, Link]]:
    told = [
        json.loads(data).get(one.by) for data in signals["data"].take(pa.array(here)).to_pylist()
    ]
    found = []
    for value, links in one.by_data.items():
        some = here[np.array([t == value for t in told], bool)] if len(here) else here
        found += [(some, link) for link in links]
    return found


def _days(column: pa.ChunkedArray) -> Floats:
    days = pc.cast(column, pa.int32())
    return np.asarray(pc.cast(days, pa.float64()).to_numpy(zero_copy_only=False), float)
