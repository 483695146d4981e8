"""What the recorded facts alone say, by the generator's own equations: for a benchmark's oracle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa

from mainstay.simulate.distributor.book import NEVER
from mainstay.simulate.distributor.columns import take
from mainstay.simulate.distributor.makeup import Floats, Longs, Traits
from mainstay.simulate.distributor.reasons import ALL, FAMILIES, FAMILY_OF, NEED, place
from mainstay.simulate.distributor.temper import Tempers
from mainstay.simulate.distributor.weeks import Weeks

FORGIVES = 1.05  # what a usual relationship lets an account forgive
SHARES = place("own_business", "shrank")


def utility_losses(weeks: Weeks, account_ids: Sequence[str], on: date) -> pa.Table:
    """See `Distributor.utility_losses`."""
    who = np.array([weeks.place_of[code] for code in account_ids], np.int64)
    week = (on.toordinal() - weeks.world.company.begin.toordinal()) // 7
    now, most, lost = _losses(weeks, who, min(week, weeks.world.week), on.toordinal() * 1440)
    reason, account = np.meshgrid(np.arange(len(ALL)), np.arange(len(who)))
    at = (reason.ravel(), account.ravel())
    return pa.table(
        {
            "account_id": take(list(account_ids), account.ravel()),
            "family": take(FAMILIES, FAMILY_OF[reason.ravel()]),
            "reason": take([one.name for one in ALL], reason.ravel()),
            "utility_lost": pa.array(now[at]),
            "utility_most": pa.array(most[at]),
            "share_lost": pa.array(lost[at]),
        }
    )


def _losses(
    weeks: Weeks, who: np.ndarray, end: int, known_until: int
) -> tuple[Floats, Floats, Floats]:
    """(K, accounts) of the utility taken now, the most of it at any time, and the most of our share
    that was lost; means over what they buy."""
    world, m = weeks.world, len(who)
    at = np.full(world.n, -1)
    at[who] = np.arange(m)
    tempers = Tempers(Traits.middle(m, world.company.temper.edge), world.company.temper)
    tempers.buffer[:] = FORGIVES
    mix = world.accounts.mix[who]
    sources = np.array([*world.sources, NEVER], np.int64)
    impulses = iter([one for one in world.impulses if one.week < end])
    one = next(impulses, None)
    lost = np.zeros((len(ALL), m))
    now, most = np.zeros((len(ALL), m)), np.zeros((len(ALL), m))
    for week in range(end):
        while one is not None and one.week == week:
            here = (at[one.account] >= 0) & (_moments(one.known, sources) <= known_until)
            i, size, c = at[one.account[here]], one.size[here], one.category[here]
            wide = c < 0
            tempers.feel(one.reason, i[wide], size[wide])
            tempers.feel(one.reason, i[~wide], size[~wide], c[~wide])
            one = next(impulses, None)
        now = (tempers.losses() * mix).sum(2)
        most = np.maximum(most, now)
        tempers.step(week)
        lost = np.maximum(lost, (tempers.lost * mix).sum(2))
    _need(weeks, who, end, known_until, most, lost)
    return now, most, lost


def _moments(known: Longs, sources: Longs) -> Longs:
    """When it was recorded, of `Impulse.known`."""
    return np.where(known < 0, sources[np.maximum(-1 - known, 0)], known)


def _need(
    weeks: Weeks, who: np.ndarray, end: int, known_until: int, most: Floats, lost: Floats
) -> None:
    """What took the need itself, where it is on paper: a closing, or volumes that they share."""
    closed = {}
    for at, row in weeks.world.book.rows.get("accounts", []):
        if row.get("closed_on") is not None and at <= known_until:
            closed[row["account_id"]] = row["closed_reason"]
    for m, i in enumerate(who):
        why, since = int(weeks.fortunes.why[i]), int(weeks.fortunes.since[i])
        on_paper = closed.get(weeks.world.accounts.ids[i])
        told = bool(weeks.background.tells[i]) and 0 <= since < end
        for k in NEED:
            said = on_paper is not None and k == why and k != SHARES
            if said or (told and why == k):
                most[k, m] = 9.0
                lost[k, m] = 1 - weeks.fortunes.aim[i]
