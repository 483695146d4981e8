"""Why each account had left when it left, as it was known: what a review confirmed, else an explanation of then.

Of an account that is still away, the newest explanation counts, as in the list of lost accounts; of one that came back,
the first that was made after it had left and that saw its fall begin about then. Without either, nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.causes.families import UNKNOWN
from mainstay.causes.reviewed import ROOT, SECOND
from mainstay.learning.lives import NEVER, YEAR_DAYS
from mainstay.learning.spells import Spells
from mainstay.ledger.confirmations import contradicting
from mainstay.plays.returning import GROUPS, group_of
from mainstay.standing.history import date_of, days_of
from mainstay.standing.known import Known

Floats = npt.NDArray[np.float64]
BEGAN_DAYS = YEAR_DAYS  # a fall that ended in leaving began so long before the last order at most
SEEN_DAYS = 91  # so long after it counted as lost, its fall may still seem to have begun


def causes_of_leaving(
    known: Known, spells: Spells, explained: Sequence[tuple[int, pa.Table, pa.Table]]
) -> Floats:
    """P(group) of each spell, (n, groups); rows sum to 1.

    explained: the day, `falls` and `causes` of explanations that were known by then, oldest first
    """
    share = np.zeros((len(spells), len(GROUPS)))
    passes = [(~spells.came, one) for one in explained[-1:]]
    passes += [(spells.came, one) for one in explained]
    for asked, (at, falls, causes) in passes:
        some = asked & (share.sum(axis=1) == 0) & (at >= spells.lost)
        if some.any():
            _explain(share, spells, np.flatnonzero(some), falls, causes)
    _confirm(share, spells, known)
    share[:, GROUPS.index(UNKNOWN)] += np.maximum(1 - share.sum(axis=1), 0.0)
    return np.asarray(share / share.sum(axis=1, keepdims=True))


def _explain(
    share: Floats, spells: Spells, some: npt.NDArray[np.int64], falls: pa.Table, causes: pa.Table
) -> None:
    """Lay the causes of those falls that began about when these spells' accounts left."""
    ids = spells.people.table["account_id"].combine_chunks().take(pa.array(spells.person[some]))
    place = pc.index_in(ids, value_set=falls["account_id"].combine_chunks())
    began = falls["began_on"].cast(pa.int32()).combine_chunks().take(place)
    left = spells.left[some]
    until = np.where(spells.came[some], spells.back[some], spells.people.as_of)
    until = np.minimum(until, spells.lost[some] + SEEN_DAYS)
    on = np.asarray(pc.fill_null(began, NEVER), np.int64)
    fits = (on >= left - BEGAN_DAYS) & (on < until)
    of = {a: int(i) for a, i, fit in zip(ids.to_pylist(), some, fits, strict=True) if fit}
    rows = causes.filter(pc.is_in(causes["account_id"], pa.array(list(of), pa.string())))
    for row in rows.select(["account_id", "cause", "p"]).to_pylist():
        share[of[row["account_id"]], GROUPS.index(group_of(row["cause"]))] += row["p"]
    for i in of.values():  # told, if only that nobody knows
        share[i, GROUPS.index(UNKNOWN)] += max(1 - share[i].sum(), 1e-9)


def _confirm(share: Floats, spells: Spells, known: Known) -> None:
    """What reviews confirmed takes the place of what was likely; of two of one loss the later, unless they
    contradict each other."""
    rows = known.sql(
        """
        select * from reviews where confirmed_on is not null and confirmed_on < $told_before
            and kind in ('lost', 'slipping') and root_cause is not null
        order by confirmed_on, review_id
        """
    ).to_pylist()
    refused = {row["review_id"] for row in contradicting(rows)}
    place = {account: i for i, account in enumerate(spells.people.words("account_id"))}
    for row in rows:
        who = place.get(row["account_id"])
        if row["review_id"] in refused or who is None:
            continue
        i = _of_loss(spells, who, row)
        if i is not None:
            share[i] = _shares(row["root_cause"], row["second_cause"])


def _of_loss(spells: Spells, who: int, row: dict[str, Any]) -> int | None:
    """The spell that a review is about: the last one that had begun when its fall did, or it was confirmed."""
    first, after = np.searchsorted(spells.person, [who, who + 1])
    on = days_of(row["onset_on"] or row["confirmed_on"])
    slack = BEGAN_DAYS if row["onset_on"] else 0
    for i in reversed(range(first, after)):
        until = spells.back[i] if spells.came[i] else spells.people.as_of + YEAR_DAYS
        if spells.left[i] - slack <= on < until:
            return int(i)
    return None


def _shares(root: str, second: str | None) -> Floats:
    found = np.zeros(len(GROUPS))
    for cause, part in ((root, ROOT), (second, SECOND)):
        if cause:
            found[GROUPS.index(group_of(cause))] += part
    return np.asarray(found / found.sum())


def quarters(days: Iterable[int], most: int) -> list[int]:
    """Of many days, the newest and one a quarter before it, at most so many; rising."""
    chosen: list[int] = []
    for day in sorted(set(days), reverse=True):
        if not chosen or date_of(day) <= date_of(chosen[-1]) - timedelta(days=91):
            chosen.append(day)
    return sorted(chosen[:most])
