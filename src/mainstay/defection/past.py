"""Slices of the past to learn from: the measures at earlier dates, and when each account next ordered."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger.lines import Lines
from mainstay.standing.features import AccountFeatures
from mainstay.standing.history import collapse, dates_to_days, days_of, kind_codes

STEP_DAYS = 28
MOST_SLICES = 24
LEAST_KNOWN_DAYS = 91  # of data before a slice, for its measures to say something
MOST_ACCOUNTS = 6_000  # to learn from; more cost time and teach little
WHOLE_CHAIN = 300  # accounts; of larger chains, so many say how many left, within 3 points
NONE = np.int32(2**31 - 1)


def past_dates(as_of: date, begin: date, horizon_days: int) -> tuple[date, ...]:
    """Dates whose horizon has passed at as_of, four weeks apart, in order of time.

    begin: first day of the data
    """
    newest = as_of - timedelta(days=horizon_days)
    dates = [newest - timedelta(days=STEP_DAYS * step) for step in range(MOST_SLICES)]
    return tuple(on for on in reversed(dates) if (on - begin).days >= LEAST_KNOWN_DAYS)


@dataclass(frozen=True)
class PastSlices:
    """A kernel: the columns of `AccountFeatures` at past dates, and `next_order_day` (int32, days
    since 1970-01-01; the first order day on or after the date and before as_of, else 2³¹ − 1).
    """

    dates: tuple[date, ...]
    as_of: date
    begin: date

    columns: ClassVar[tuple[str, ...]] = AccountFeatures.columns

    def __call__(self, lines: Lines) -> pa.Table:
        table = AccountFeatures(self.dates, self.begin)(lines)
        days = collapse(lines, days_of(self.as_of), kind_codes(lines))
        account = np.repeat(np.arange(lines.n_accounts), np.diff(days.offsets))[days.order]
        place = pc.index_in(table["account_id"], value_set=lines.account_ids).to_numpy()
        at = dates_to_days(self.dates)[table["date_index"].to_numpy()]
        following = _following(account, days.day[days.order], place, at)
        return table.append_column("next_order_day", pa.array(following, pa.int32()))


@dataclass(frozen=True)
class Draw:
    """Who is in a sample, drawn by a hash of the names, so that the same ones come every day.

    share: of all accounts; each is as likely to come as any other
    chains: the name of the chain of each account that has sisters. A chain comes whole, so that what
        became of an account's sisters can be told from the sample; of one of more than WHOLE_CHAIN
        accounts come so many at least
    """

    share: float
    chains: Mapping[str, str] = field(default_factory=dict)

    def of(self, lines: Lines) -> Lines:
        """The lines of those that are in it."""
        return lines if self.share >= 1.0 else lines.of(self.places(lines.account_ids))

    def places(self, account_ids: pa.StringArray) -> npt.NDArray[np.int64]:
        """The places of those that are in it."""
        share, chains = self.share, self.chains
        comes = [
            self._comes(a, chains[a]) if a in chains else _hashed(a) < share
            for a in account_ids.to_pylist()
        ]
        return np.flatnonzero(comes)

    def _comes(self, account: str, name: str) -> bool:
        """Whether an account of a chain of that name is in it."""
        of_chain, of_own = self._within[name]
        return _hashed(name) < of_chain and (of_own >= 1.0 or _hashed(account) < of_own)

    @cached_property
    def _within(self) -> dict[str, tuple[float, float]]:
        """For each chain how likely it is drawn, and each of its accounts where it is."""
        found = {}
        for name, size in Counter(self.chains.values()).items():
            of_chain = min(1.0, self.share * max(size / WHOLE_CHAIN, 1.0))
            found[name] = (of_chain, self.share / of_chain if size > WHOLE_CHAIN else 1.0)
        return found


def _hashed(name: str) -> float:
    """A name's own number in [0, 1), always the same."""
    return zlib.crc32(name.encode()) / 2**32


def _following(
    account: npt.NDArray[np.int64],
    day: npt.NDArray[np.int32],
    of: npt.NDArray[np.integer],
    at: npt.NDArray[np.int32],
) -> npt.NDArray[np.int32]:
    """For each (of, at) the first day of that account on or after it; NONE where there is none.

    account, day: order days, sorted by both
    """
    far = np.int64(2**32)  # more than any day, so that accounts do not mix
    shift = np.int64(2**31)
    keys = account * far + day + shift
    place = np.searchsorted(keys, of.astype(np.int64) * far + at + shift)
    found = np.minimum(place, max(len(keys) - 1, 0))
    if not len(keys):
        return np.full(len(of), NONE)
    there = (place < len(keys)) & (account[found] == of)
    return np.where(there, day[found], NONE).astype(np.int32)
