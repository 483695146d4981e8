"""What may come: how much of the next 52 weeks each cause is expected to take, if nobody does anything.

The rates of the network, carried on beyond the date. What has happened goes on acting as it fades; what lasts
goes on lasting. A fall begins in a period t of the year to come by the cause j

    P(t, j) = S(t) · (1 − exp(−λ(t))) · λ_j(t) / λ(t),     S(t) = Π_{s<t} exp(−λ(s))

and takes DEPTH of the rest of the year. Known as of the date alone: nothing that is to come is looked at.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.causes.answers import CHUNK, Answer, some_of
from mainstay.causes.families import CAUSE_NAMES, UNKNOWN
from mainstay.causes.network import N
from mainstay.causes.purchases import PERIOD_DAYS, YEAR_PERIODS
from mainstay.causes.view import View
from mainstay.standing.history import days_of

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

# One row an account × cause that acts there, and one of what nobody recorded.
OUTLOOK = pa.schema(
    [
        ("account_id", pa.string()),
        ("cause", pa.string()),  # family.reason, or unknown
        ("p", pa.float64()),  # that a fall begins by it within 52 weeks
        ("loss", pa.float64()),  # share of the money of 52 weeks that it is expected to take
    ]
)
DEPTH = 0.5  # of what was bought before a fall, which is 30% and more
LEAST_P = 0.005  # of a row
YEAR_DAYS = YEAR_PERIODS * PERIOD_DAYS


def outlook(view: View, answer: Answer) -> pa.Table:
    """OUTLOOK of all accounts of a view."""
    n = view.account_id.__len__()
    parts = []
    for start in range(0, n, CHUNK):
        who = np.arange(start, min(start + CHUNK, n))
        p, loss = _ahead(answer, who, days_of(view.as_of))
        account, cause = np.nonzero((p >= LEAST_P) | (np.arange(N + 1) == N))
        names = pa.array([*CAUSE_NAMES, UNKNOWN])
        columns = [
            view.account_id.take(pa.array(who[account])).cast(pa.string()),
            names.take(pa.array(cause)),
            pa.array(p[account, cause]),
            pa.array(loss[account, cause]),
        ]
        parts.append(pa.table(columns, schema=OUTLOOK))
    return pa.concat_tables(parts) if parts else OUTLOOK.empty_table()


def _ahead(answer: Answer, who: Longs, today: int) -> tuple[Floats, Floats]:
    """Probability and loss by cause, (len(who), N + 1), the last of what nobody recorded."""
    rates = answer.rates
    acts = _exposed(answer, who, today)
    by_cause = np.zeros((acts.shape[1], N))
    by_cause[np.arange(len(answer.context.cause)), answer.context.cause] = rates.rate
    pace = np.concatenate(
        [
            acts.transpose(0, 2, 1) @ by_cause,
            np.full((len(who), YEAR_PERIODS, 1), rates.background),
        ],
        axis=2,
    )
    whole = pace.sum(axis=2)
    stays = np.exp(-np.cumsum(whole, axis=1))
    before = np.concatenate([np.ones((len(who), 1)), stays[:, :-1]], axis=1)
    begins = ((before - stays) / np.maximum(whole, 1e-12))[:, :, None] * pace
    rest = 1 - (np.arange(YEAR_PERIODS) + 0.5) / YEAR_PERIODS
    return begins.sum(axis=1), DEPTH * np.einsum("itj,t->ij", begins, rest)


def _exposed(answer: Answer, who: Longs, today: int) -> npt.NDArray[np.float32]:
    """How exposed each account is through each channel in the periods to come, 0..1."""
    from mainstay.causes import network_loops as loops

    c = answer.context
    some, rows = some_of(c, who)
    lasts = c.until[rows] >= today
    x = np.zeros((len(who), len(c.channels), YEAR_PERIODS), np.float32)
    loops.exposures(
        some,
        c.channel[rows],
        c.strength[rows],
        c.since[rows],
        np.where(lasts, today + YEAR_DAYS, c.until[rows]).astype(float),
        c.before_weeks[rows],
        c.delay_weeks[rows],
        c.fade_weeks[rows],
        np.full(len(rows), -1, np.int64),  # where they buy next year, nobody knows
        answer.fallen.match,
        today + PERIOD_DAYS * np.arange(YEAR_PERIODS, dtype=float),
        x,
    )
    return x
