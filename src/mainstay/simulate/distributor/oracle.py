"""What the recorded facts alone say, by the generator's own equations: for a benchmark's oracle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa

from mainstay.simulate.distributor.columns import take
from mainstay.simulate.distributor.makeup import C, Floats
from mainstay.simulate.distributor.reasons import ALL, FAMILIES, FAMILY_OF, KEPT, NEED
from mainstay.simulate.distributor.temper import cost
from mainstay.simulate.distributor.weeks import Weeks

LATELY = 0.92  # the unrest's own fading: what filled it before a review


def utility_losses(weeks: Weeks, account_ids: Sequence[str], on: date) -> pa.Table:
    """See `Distributor.utility_losses`."""
    who = np.array([weeks.place_of[code] for code in account_ids], np.int64)
    week = (on.toordinal() - weeks.world.company.begin.toordinal()) // 7
    now, filled = _losses(weeks, who, min(week, weeks.world.week), on.toordinal() * 1440)
    reason, account = np.meshgrid(np.arange(len(ALL)), np.arange(len(who)))
    at = (reason.ravel(), account.ravel())
    return pa.table(
        {
            "account_id": take(list(account_ids), account.ravel()),
            "family": take(FAMILIES, FAMILY_OF[reason.ravel()]),
            "reason": take([one.name for one in ALL], reason.ravel()),
            "utility_lost": pa.array(now[at]),
            "filled": pa.array(filled[at]),
        }
    )


def _losses(weeks: Weeks, who: np.ndarray, end: int, known_until: int) -> tuple[Floats, Floats]:
    """(K, accounts) of the utility taken now, and of what filled the unrest; mean over what they buy."""
    world, m = weeks.world, len(who)
    place = np.full(world.n, -1)
    place[who] = np.arange(m)
    felt = np.zeros((len(ALL), m, C))
    filled = np.zeros((len(ALL), m, C))
    impulses = iter([one for one in world.impulses if one.week < end])
    one = next(impulses, None)
    for week in range(end):
        while one is not None and one.week == week:
            here = (place[one.account] >= 0) & (one.known <= known_until)
            i, size, c = place[one.account[here]], one.size[here], one.category[here]
            wide = c < 0
            np.add.at(felt[one.reason], i[wide], size[wide][:, None])
            np.add.at(felt[one.reason], (i[~wide], c[~wide]), size[~wide])
            one = next(impulses, None)
        filled = LATELY * filled + cost(felt)
        felt *= KEPT[:, None, None]
    mix = world.accounts.mix[who]
    now = (cost(felt / KEPT[:, None, None]) * mix).sum(2)
    told = (filled * mix).sum(2)
    _need(weeks, who, end, known_until, now, told)
    return now, told


def _need(
    weeks: Weeks, who: np.ndarray, end: int, known_until: int, now: Floats, told: Floats
) -> None:
    """What took the need itself, where it is on paper: a closing, or volumes that they share."""
    closed = {}
    for at, row in weeks.world.book.rows.get("accounts", []):
        if row.get("closed_on") is not None and at <= known_until:
            closed[row["account_id"]] = row["closed_reason"]
    names = {k: ALL[k].name for k in NEED}
    for m, i in enumerate(who):
        why, since = int(weeks.fortunes.why[i]), int(weeks.fortunes.since[i])
        on_paper = closed.get(weeks.world.accounts.ids[i])
        shares = bool(weeks.background.tells[i]) and why >= 0 and since < end
        for k in NEED:
            said = on_paper is not None and (names[k] == "moved") == (on_paper == "moved away")
            if (said and names[k] != "shrank") or (shares and why == k):
                now[k, m] = told[k, m] = 3.0
