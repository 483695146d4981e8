"""Per account the causes of its fall, ranked, with what speaks for and against each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.causes.beginnings import Fallen, Stated, began, fallen_of, stated_of
from mainstay.causes.catalogue import catalogue
from mainstay.causes.declines import Declines
from mainstay.causes.families import CAUSE_NAMES, CAUSES, FAMILIES
from mainstay.causes.instances import Instances, linked, signals_of
from mainstay.causes.network import (
    Confirmed,
    Exposed,
    N,
    Rates,
    before_looking,
    confirmed_periods,
    learn,
    main_causes,
    weigh,
)
from mainstay.causes.purchases import PERIODS, Purchases
from mainstay.causes.reviewed import reviews_of
from mainstay.causes.types import Signal
from mainstay.causes.upstream import without_consequences
from mainstay.causes.view import View
from mainstay.standing.history import days_of

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

FAMILY_NAMES = tuple(FAMILIES)
FAMILY_OF = np.array([FAMILY_NAMES.index(cause.family) for cause in CAUSES])
# How common causes are among losses, by family, before looking: too little contact is the commonest.
BASE = {
    "drift": 0.18,
    "courtesy": 0.06,
    "people": 0.10,
    "product": 0.10,
    "service": 0.10,
    "delivery": 0.10,
    "money": 0.12,
    "turmoil": 0.04,
    "competitor": 0.12,
    "own_business": 0.08,
}
MOST_LEARNT_FROM = 20_000  # accounts; more add nothing to the rates
SUREST = 0.999  # a word of weight w makes its cause 1 / (1 − w) times as likely
CONFIRMED = 0.97  # people err as well
# Of the falls for which a cause is named, so many had another: what is written down misleads. A competitor
# who is seen there has often only come because something else had gone wrong before.
MISLED = 0.1
CHUNK = 4096
STEPS = 4


@dataclass(frozen=True)
class Answer:
    """What the network found of all accounts of a view; arrays (n_accounts, …).

    signals: the table SIGNALS
    bought, fallen: what accounts bought, and what that says of falls
    p_fell: (n,); by_period: (n, PERIODS), that the fall began then
    main: (n, N), which cause is the main one given a fall; unknown: (n,); took_part: (n, N)
    fell_on: int (n,), the likeliest first day of the fall, days since 1970-01-01
    stated: what the accounts' states say of falls
    """

    signals: pa.Table
    context: Instances
    words: Instances
    bought: Purchases
    fallen: Declines
    rates: Rates
    confirmed: Confirmed
    p_fell: Floats
    by_period: Floats
    main: Floats
    unknown: Floats
    took_part: Floats
    fell_on: Longs
    stated: Stated

    @cached_property
    def fell(self) -> Fallen:
        """Which accounts fell, and by how much."""
        return fallen_of(self)

    def by_family(self) -> Floats:
        """(n, 10): `main` summed over the causes of each family."""
        found = np.zeros((len(self.main), len(FAMILY_NAMES)))
        np.add.at(found.T, FAMILY_OF, self.main.T)
        return found


def answer(
    view: View,
    signals: Mapping[str, Signal] | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Answer:
    """Why the accounts of a view fell, as far as they did.

    signals: the catalogue, unless given
    progress: called with (done, total)
    """
    step = _Steps(progress)
    known = catalogue() if signals is None else signals
    found = signals_of(view, known)
    step.done()
    ids = view.account_id
    bought, fallen = view.bought, view.fallen
    step.done()
    of_itself = without_consequences(found, known)
    context = linked(of_itself, known, ids, bought, role="context", as_of=view.as_of)
    words = linked(found, known, ids, bought, role="words", as_of=view.as_of)
    confirmed = reviews_of(view)
    first = before_looking(_base(), _kept(view, known), context.weight)
    look = _Look(bought, fallen, context, words)
    step.done()
    who = _drawn(confirmed, len(ids))
    rates = learn(look.at(who, None), first, _placed(confirmed, who))
    answered = _answered(look, rates, found, confirmed, stated_of(view))
    step.done()
    return answered


class _Steps:
    """Tells of a handful of steps."""

    def __init__(self, progress: Callable[[int, int], None] | None) -> None:
        self.progress, self.n = progress, 0

    def done(self) -> None:
        self.n += 1
        if self.progress:
            self.progress(self.n, STEPS)


@dataclass(frozen=True)
class _Look:
    """Makes what the network looks at, for some accounts at a time: all at once would not fit."""

    bought: Purchases
    fallen: Declines
    context: Instances
    words: Instances

    @cached_property
    def can_fall(self) -> npt.NDArray[np.bool_]:
        return self.bought.can_fall

    def at(self, who: Longs, told: Floats | None) -> Exposed:
        """Of the accounts in these places, rising."""
        from mainstay.causes import network_loops as loops

        some, rows = some_of(self.context, who)
        c = self.context
        x = np.zeros((len(who), len(c.channels), PERIODS), np.float32)
        loops.exposures(
            some,
            c.channel[rows],
            c.strength[rows],
            c.since[rows],
            c.until[rows],
            c.before_weeks[rows],
            c.delay_weeks[rows],
            c.fade_weeks[rows],
            c.pair[rows],
            self.fallen.match,
            self.bought.begins.astype(float),
            x,
        )
        said = np.ones((len(who), N)) if told is None else told
        return Exposed(x, c.cause, said, self.fallen.ratio[who], self.can_fall[who])

    def told(self, who: Longs, fell_on: Longs) -> Floats:
        """How much likelier what was said makes each cause, (len(who), N)."""
        some, rows = some_of(self.words, who)
        told = np.ones((len(who), N))
        account = np.repeat(np.arange(len(who)), np.diff(some))
        early = fell_on[account] - self.words.since[rows]  # days before the fall began
        words = self.words
        of_it = (early >= -7 * words.before_weeks[rows]) & (
            early <= 7 * (words.delay_weeks[rows] + words.fade_weeks[rows])
        )
        channel = self.words.channel[rows]
        weight = np.minimum(self.words.weight[channel] * self.words.strength[rows] * of_it, SUREST)
        # The strongest word counts: to say it twice does not make it truer.
        np.maximum.at(told, (account, self.words.cause[channel]), 1 / (1 - weight))
        return told


def doubted(main: Floats) -> Floats:
    """The same with a part MISLED of what is named spread over all families alike.

    main: (n, N), summing to what is named of each fall; the order of families, and of the causes within
    each, stays as it is.
    """
    size = np.bincount(FAMILY_OF, minlength=len(FAMILY_NAMES))
    even = 1 / (len(FAMILY_NAMES) * size[FAMILY_OF])
    return np.asarray((1 - MISLED) * main + MISLED * main.sum(axis=1, keepdims=True) * even)


def some_of(instances: Instances, who: Longs) -> tuple[Longs, Longs]:
    """Offsets and places of the links of some accounts."""
    lengths = np.diff(instances.offsets)[who]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    start = np.repeat(instances.offsets[who] - offsets[:-1], lengths)
    return offsets, np.arange(offsets[-1]) + start


def _base() -> Floats:
    """How common each cause is among falls: of its family, shared evenly."""
    n = np.bincount(FAMILY_OF, minlength=len(FAMILY_NAMES))
    return np.array([BASE[cause.family] / n[FAMILY_NAMES.index(cause.family)] for cause in CAUSES])


def _kept(view: View, known: Mapping[str, Signal]) -> npt.NDArray[np.bool_]:
    """Whether any signal of each cause could be seen: its tables have rows."""
    kept = np.zeros(N, bool)
    filled = {"order_lines": True}  # of accounts that are looked at
    for one in known.values():
        if one.role != "context":  # words give a name to what nobody recorded
            continue
        for name in one.tables:
            if name not in filled:
                filled[name] = view.table(name).num_rows > 0
        if all(filled[name] for name in one.tables):
            links = [*one.links, *(link for some in one.by_data.values() for link in some)]
            for link in links:
                kept[CAUSE_NAMES.index(link.cause)] = True
    return kept


def _drawn(confirmed: Confirmed, n: int) -> Longs:
    """The accounts to learn from: all, or as many as are enough, each as likely as any other."""
    if n <= MOST_LEARNT_FROM:
        return np.arange(n)
    drawn = np.random.default_rng(0).choice(n, MOST_LEARNT_FROM, replace=False)
    reviewed = np.array([*confirmed.fell, *confirmed.healthy], np.int64)
    return np.unique(np.concatenate([drawn, reviewed]))


def _placed(confirmed: Confirmed, who: Longs) -> Confirmed:
    """What was confirmed, by the places in `who`."""
    place = {int(a): i for i, a in enumerate(who)}
    fell = {place[a]: share for a, share in confirmed.fell.items() if a in place}
    healthy = frozenset(place[a] for a in confirmed.healthy if a in place)
    onset = {place[a]: day for a, day in confirmed.onset.items() if a in place}
    period = {place[a]: at for a, at in confirmed.period.items() if a in place}
    return Confirmed(fell, healthy, onset, period)


def _answered(
    look: _Look, rates: Rates, found: pa.Table, confirmed: Confirmed, stated: Stated
) -> Answer:
    n = len(look.bought.amount)
    p_fell, unknown = np.zeros(n), np.zeros(n)
    main, took_part, by_period = np.zeros((n, N)), np.zeros((n, N)), np.zeros((n, PERIODS))
    for start in range(0, n, CHUNK):
        who = np.arange(start, min(start + CHUNK, n))
        before = weigh(data := look.at(who, None), rates)
        fell_on = began(look.bought, look.fallen, before.by_period, stated, who)
        data = replace(data, told=look.told(who, fell_on))
        seen = weigh(data, rates)
        named, unknown[who], took_part[who] = main_causes(seen, data)
        main[who] = doubted(named)
        p_fell[who], by_period[who] = seen.p_fell, seen.by_period
    for a, share in confirmed.fell.items():
        main[a], took_part[a] = CONFIRMED * share, CONFIRMED * (share > 0)
        unknown[a] = 1 - main[a].sum()
        by_period[a], p_fell[a] = confirmed_periods(by_period[a], confirmed.period.get(a)), 1.0
    fell_on = began(look.bought, look.fallen, by_period, stated, np.arange(n))
    for a, day in confirmed.onset.items():
        fell_on[a] = days_of(day)
    return Answer(
        found,
        look.context,
        look.words,
        look.bought,
        look.fallen,
        rates,
        confirmed,
        p_fell,
        by_period,
        main,
        unknown,
        took_part,
        fell_on,
        stated,
    )
