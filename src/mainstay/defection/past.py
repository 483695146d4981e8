"""Slices of the past to learn from: the measures at earlier dates, and when each account next ordered."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger.lines import Kernel, Lines
from mainstay.standing.features import AccountFeatures
from mainstay.standing.history import collapse, dates_to_days, days_of, kind_codes

STEP_DAYS = 28
MOST_SLICES = 24
LEAST_KNOWN_DAYS = 91  # of data before a slice, for its measures to say something
MOST_ACCOUNTS = 6_000  # to learn from; more cost time and teach little
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
class OfSample:
    """A kernel that does another's work on a sample of the accounts.

    share: of all accounts, drawn by a hash of their names, so that the same ones come every day
    """

    kernel: Kernel
    share: float

    def __call__(self, lines: Lines) -> pa.Table:
        if self.share >= 1.0:
            return self.kernel(lines)
        return self.kernel(lines.of(drawn(lines.account_ids, self.share)))


def drawn(account_ids: pa.StringArray, share: float) -> npt.NDArray[np.int64]:
    """The places of the accounts that are in a sample of this share."""
    limit = int(share * 2**32)
    return np.flatnonzero([zlib.crc32(a.encode()) < limit for a in account_ids.to_pylist()])


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
