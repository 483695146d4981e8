"""What is true of the losses: to what, since when, how much. The engine never reads it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from mainstay.simulate.distributor import names
from mainstay.simulate.distributor.columns import days, take
from mainstay.simulate.distributor.makeup import Floats, Longs
from mainstay.simulate.distributor.reasons import ALL, FAMILIES, FAMILY_OF
from mainstay.simulate.distributor.weeks import Weeks

LEAST = 0.005  # of money, below which a loss is none


def truth(weeks: Weeks, *, by_category: bool = False) -> pa.Table:
    """A row an account (and category) and reason; see `Distributor.truth`."""
    books = weeks.books
    lost = books.lost if by_category else books.lost.sum(2, keepdims=True)
    would = books.would_lately if by_category else books.would_lately.sum(1, keepdims=True)
    lately = books.lost_lately if by_category else books.lost_lately.sum(2, keepdims=True)
    worst = books.worst_of if by_category else books.worst[:, :, None]
    account, category, reason = np.nonzero(np.moveaxis(lost, 0, 2) > LEAST)
    at = (reason, account, category)
    now = lately[at] / np.where(would[account, category] > 0, would[account, category], 1.0)
    since, until = _times(weeks, by_category)
    begin = weeks.world.company.begin.toordinal()
    ends = until[at]
    return pa.table(
        {
            "account_id": take(weeks.world.accounts.ids, account),
            "category": take(names.CATEGORIES, category)
            if by_category
            else pa.nulls(len(account), pa.string()),
            "family": take(FAMILIES, FAMILY_OF[reason]),
            "reason": take([one.name for one in ALL], reason),
            "since": days(begin + 7 * since[at]),
            "until": days(begin + 7 * ends, ends < 0),
            "lost_amount": pa.array(lost[at]),
            "lost_share": pa.array(np.clip(worst[at], 0.0, 1.0)),
            "lost_share_now": pa.array(np.clip(now, 0.0, 1.0)),
            "main": pa.array(_main(lost)[at]),
        }
    )


def _times(weeks: Weeks, by_category: bool) -> tuple[Longs, Longs]:
    """Weeks of onset and end; −1 = not over. Of an account: the first onset, the last end."""
    tempers, books = weeks.world.tempers, weeks.books
    far = 10**6
    onset = np.where(
        tempers.onset >= 0, tempers.onset, np.where(books.first >= 0, books.first, far)
    )
    fell = np.flatnonzero(weeks.fortunes.why >= 0)
    onset[weeks.fortunes.why[fell], fell] = weeks.fortunes.since[fell][:, None]
    over = _over(weeks)
    if by_category:
        return onset, over
    ends = np.where((books.lost > 0) & (over < 0), far, over).max(2, keepdims=True)
    first = np.where(books.lost > 0, onset, far).min(2, keepdims=True)
    return first, np.where(ends >= far, -1, ends)


def _over(weeks: Weeks) -> Longs:
    """When a loss was over: its end by a review, or now where nothing of it is left."""
    tempers, books = weeks.world.tempers, weeks.books
    still = books.lost_lately > 0.02 * np.maximum(books.would_lately, 1e-9)
    ended = np.where(tempers.ends >= 0, tempers.ends, weeks.world.week)
    return np.asarray(np.where(still, -1, ended))


def _main(lost: Floats) -> np.ndarray:
    """The largest reason of the largest family, of each account (and category)."""
    by_family = np.zeros((len(FAMILIES), *lost.shape[1:]))
    np.add.at(by_family, FAMILY_OF, lost)
    best = by_family.argmax(0)
    of_best = np.where(FAMILY_OF[:, None, None] == best[None], lost, -1.0)
    main = np.zeros(lost.shape, bool)
    np.put_along_axis(main, of_best.argmax(0)[None], True, axis=0)
    return np.asarray(main & (lost > LEAST))
