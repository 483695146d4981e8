"""Declines put into histories that are there: real orders, of which some are taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.errors import InvalidSetting, NotFound
from mainstay.core.texts import gettext_noop as _


@dataclass(frozen=True)
class Cut:
    """An account that keeps only a share of its orders from a day on.

    factor: share of its order days that stay, 0 … 1; the others go with all their lines
    category: only lines of this category go, on so many of the days that have any
    """

    account_id: str
    since: date
    factor: float
    category: str | None = None


def inject(lines: pa.Table, cuts: Sequence[Cut], rng: np.random.Generator) -> pa.Table:
    """The order lines without those that the cuts take away, in the same order.

    lines: account_id, ordered_on, and category where a cut names one
    Raises: NotFound for an account that has no lines, InvalidSetting for a factor beyond 0 … 1
    """
    accounts = lines["account_id"].combine_chunks().dictionary_encode()
    place = {name: i for i, name in enumerate(accounts.dictionary.to_pylist())}
    code = accounts.indices.to_numpy()
    day = lines["ordered_on"].cast(pa.int32()).to_numpy()
    order = np.argsort(code, kind="stable")
    starts = np.searchsorted(code[order], np.arange(len(place) + 1))
    stays = np.ones(len(code), bool)
    for cut in cuts:
        if cut.account_id not in place:
            raise NotFound(_("There is no account “{account}”."), account=cut.account_id)
        if not 0 <= cut.factor <= 1:
            raise InvalidSetting(_("The share of the orders that stay must be between 0 and 1."))
        i = place[cut.account_id]
        rows = order[starts[i] : starts[i + 1]]
        rows = rows[day[rows] >= (cut.since - date(1970, 1, 1)).days]
        if cut.category is not None:
            own = lines["category"].take(pa.array(rows))
            rows = rows[pc.equal(own, cut.category).fill_null(False).to_numpy()]
        days, which = np.unique(day[rows], return_inverse=True)
        stays[rows] &= (rng.random(len(days)) < cut.factor)[which]
    return lines.filter(pa.array(stays))
