"""New accounts (R12): where they come from, how fast they grow into core accounts, early signs of those that won't stay.

New is who gave its first order within the last three years, and not within the data's first quarter, unless master data
say that it began then. Growing into a core account competes with leaving (Aalen & Johansen 1978):

    share(t) = Σ over t_i ≤ t of S(t_i −) c_i / n_i     c_i: became as large as a core account; S: neither that nor gone

Early signs compare, of those that were still there after 13 weeks, who was there after a year with who was not, by what
both did in their first 13 weeks. They tell what went with staying, never what made them stay. An account is *like those
that went* in each sign that tells both apart (its interval has no 0 in it) and in which it is nearer to their mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from mainstay.learning.imputation import (
    DRAWS,
    Z80,
    Bools,
    Exits,
    Floats,
    Ints,
    rubin,
    share_interval,
)
from mainstay.learning.lives import EARLY_DAYS, NEVER, Population, grouped
from mainstay.learning.retention import LEAST_WATCHED, MONTH_DAYS
from mainstay.learning.worth import costs_to_win
from mainstay.standing.history import date_of
from mainstay.standing.known import Known
from mainstay.standing.survival import survival

NEW_DAYS = 3 * 364
YEAR_DAYS = 364
MONTHS = 36
ORIGINS = ("former_supplier", "referred_by", "left_because")
UNKNOWN = "unknown"
SIGNS = ("early_orders", "early_categories", "early_sales")
LEAST_SIDE = 5  # accounts that stayed, and that did not, for a comparison

NEWCOMERS = pa.schema(
    [
        ("account_id", pa.string()),
        ("first_on", pa.date32()),
        ("former_supplier", pa.string()),
        ("referred_by", pa.string()),
        ("acquired_by", pa.string()),
        (
            "left_because",
            pa.string(),
        ),  # of its former supplier, as a review found; null = not known
        ("cost", pa.float64()),  # to win it; null = not known
        ("margin", pa.float64()),  # since its first order
        ("core_on", pa.date32()),  # as large as a core account since; null = not yet
        ("p_gone", pa.float64()),
        ("early_until", pa.date32()),  # the day on which its first 13 weeks end
        *((sign, pa.float64()) for sign in SIGNS),  # of these weeks, as far as they are over
        (
            "like_gone",
            pa.int32(),
        ),  # signs in which it is like those that went; null = its weeks are not over
    ]
)
SOURCES = pa.schema(
    [
        ("by", pa.string()),  # all, former_supplier, referred_by, left_because
        ("name", pa.string()),  # "" = nothing is told
        ("accounts", pa.int64()),
        ("cost", pa.float64()),  # to win one, the mean of those that are known; null = none
        ("costs_known", pa.int64()),
        ("first_year", pa.float64()),  # margin of the first 52 weeks, the mean of those a year old
        ("year_old", pa.int64()),
        ("kept_12", pa.float64()),
        ("kept_12_low", pa.float64()),
        ("kept_12_high", pa.float64()),
        ("core_24", pa.float64()),  # as large as a core account within 24 months
        ("core_24_low", pa.float64()),
        ("core_24_high", pa.float64()),
    ]
)
GROWTH = pa.schema(
    [("month", pa.int32())]
    + [(name, pa.float64()) for name in ("core", "low", "high", "left", "watched")]
)  # left: gone without having become one
SIGNS_TABLE = pa.schema(
    [
        ("sign", pa.string()),
        ("stayed", pa.float64()),  # the mean of those that stayed a year
        ("went", pa.float64()),
        ("difference", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("n_stayed", pa.float64()),  # accounts, expected
        ("n_went", pa.float64()),
    ]
)


@dataclass(frozen=True)
class New:
    """The new accounts: their places among all, and what draws make of them; arrays (n,).

    since: day of the first order; core: day on which each was as large as a core account, NEVER
    until, done: (M, n): until when each was there in each draw, and whether it went then
    """

    place: Ints
    since: Ints
    core: Ints
    as_of: int
    until: Floats
    done: Bools

    @classmethod
    def of(cls, people: Population, exits: Exits, seed: int = 0) -> New:
        new = (people.born == people.first) & (people.as_of - people.first <= NEW_DAYS)
        place = np.flatnonzero(new & (people.born != NEVER))
        rng = np.random.default_rng(seed)
        drawn = [exits.draw(rng) for _ in range(DRAWS)]
        core = np.asarray(people.table["core_day"], np.int64)[place]
        until, done = (np.array([one[k][place] for one in drawn]) for k in (0, 1))
        return cls(place, people.first[place], core, people.as_of, until, done.astype(bool))

    def incidence(self, some: Bools, times: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Shares that became core accounts, and that went without, by each time, over all draws; their
        variance (by draws and, for sampling, as of a share of those that were watched); and how many are."""
        shares, gone = [], []
        spreads = []
        n = int(some.sum())
        for until, done in zip(self.until, self.done, strict=True):
            core, left = _incidence(self._times(until, done, some), times)
            shares.append(core)
            gone.append(left)
            spreads.append(core * (1 - core) / max(n, 1))
        watched = np.array([(self.as_of - self.since[some] >= t).sum() for t in times], float)
        effective = np.maximum(watched, 1) / max(n, 1)
        pooled = rubin(np.array(shares), np.array(spreads) / effective)
        return pooled.value, np.mean(gone, axis=0), pooled.variance, watched

    def _times(self, until: Floats, done: Bools, some: Bools) -> tuple[Floats, Ints]:
        """Time of the first of both events, and which: 1 core, 2 gone, 0 neither yet."""
        since, core = self.since[some], self.core[some]
        end = until[some] - since
        grew = core != NEVER
        at = np.where(grew, np.minimum(core - since, end), end)
        kind = np.where(grew, 1, np.where(done[some], 2, 0))
        return np.maximum(at, 0.5), kind


def _incidence(events: tuple[Floats, Ints], times: Floats) -> tuple[Floats, Floats]:
    at, kind = events
    if not len(at):
        return np.zeros(len(times)), np.zeros(len(times))
    # In the order of `survival`: by time, what happened before what is open.
    order = np.lexsort((kind == 0, at))
    curve = survival(np.zeros(len(at), np.int64), at, kind > 0, 1)
    before = np.concatenate([[1.0], curve.left[:-1]])
    steps = np.where(kind[order] > 0, before / curve.at_risk, 0.0)
    place = np.searchsorted(at[order], times, side="right")

    def summed(which: int) -> Floats:
        sums = np.cumsum(np.where(kind[order] == which, steps, 0.0))
        return np.asarray(np.concatenate([[0.0], sums])[place])

    return summed(1), summed(2)


def newcomers(known: Known, people: Population, exits: Exits) -> dict[str, pa.Table]:
    """The tables `newcomers`, `newcomer_sources`, `newcomer_growth`, `newcomer_signs`."""
    new = New.of(people, exits)
    told = signs(people, new)
    rows = _rows(known, people, exits, new, told)
    return {
        "newcomers": rows,
        "newcomer_sources": _sources(rows, people, new),
        "newcomer_growth": growth(new),
        "newcomer_signs": told,
    }


def _rows(known: Known, people: Population, exits: Exits, new: New, told: pa.Table) -> pa.Table:
    some = people.table.take(pa.array(new.place))
    over = new.as_of - new.since >= EARLY_DAYS
    table = pa.table(
        {
            "account_id": some["account_id"],
            "first_on": [date_of(int(day)) for day in new.since],
            "margin": pa.array([float(np.sum(m)) for m in some["margins"].to_pylist()], pa.float64()),
            "core_on": pa.array([date_of(int(d)) if d != NEVER else None for d in new.core], pa.date32()),
            "p_gone": exits.p_gone[new.place],
            "early_until": [date_of(int(day) + EARLY_DAYS) for day in new.since],
            **{sign: some[sign].cast(pa.float64()) for sign in SIGNS},
            "like_gone": pa.array(like_gone(people, new, told), pa.int32(), mask=~over),
        }
    )  # fmt: skip
    asked = ", ".join(
        f"n.{c}" for c in ("margin", "core_on", "p_gone", "early_until", *SIGNS, "like_gone")
    )
    return known.sql(
        f"""
        with found as (
            select account_id, former_supplier_reason as left_because from reviews
            where former_supplier_reason is not null and former_supplier_reason <> '{UNKNOWN}'
            qualify row_number() over (
                partition by account_id order by coalesce(interviewed_on, opened_on) desc, review_id) = 1
        )
        select n.account_id, n.first_on, nullif(trim(a.former_supplier), '') as former_supplier,
            nullif(trim(a.referred_by), '') as referred_by,
            nullif(trim(a.acquired_by), '') as acquired_by, f.left_because,
            w.money::double as cost, {asked}
        from newly n left join accounts a using (account_id) left join won w using (account_id)
            left join found f using (account_id)
        order by account_id
        """,
        newly=table,
        won=costs_to_win(known),
    ).cast(NEWCOMERS)


def like_gone(people: Population, new: New, told: pa.Table) -> Ints:
    """In how many of the signs that tell (`told`: SIGNS_TABLE) each new account is like those that went; (n,)."""
    found = np.zeros(len(new.place), np.int64)
    for sign in told.to_pylist():
        if sign["low"] <= 0 <= sign["high"]:
            continue
        values = people.floats(sign["sign"])[new.place]
        middle = (sign["stayed"] + sign["went"]) / 2
        found += (values < middle) if sign["difference"] > 0 else (values > middle)
    return found


def _sources(rows: pa.Table, people: Population, new: New) -> pa.Table:
    """By whom they bought of before, who sent them, and why they left whom they bought of."""
    found = [_source("all", "", np.ones(len(new.place), bool), rows, people, new)]
    for by in ORIGINS:
        words, code = grouped(rows[by].to_pylist())
        for place, name in enumerate(words):
            found.append(_source(by, name, code == place, rows, people, new))
        if words and (code < 0).any():
            found.append(_source(by, "", code < 0, rows, people, new))
    return pa.Table.from_pylist([one for one in found if one["accounts"]], SOURCES)


def _source(
    by: str, name: str, some: Bools, rows: pa.Table, people: Population, new: New
) -> dict[str, object]:
    cost = np.asarray(rows["cost"].fill_null(np.nan), float)[some]
    cost = cost[~np.isnan(cost)]
    old = some & (new.as_of - new.since >= YEAR_DAYS)
    margins = people.table["margins"].take(pa.array(new.place[old])).to_pylist()
    first = [one[0] for one in margins]
    core, _, variance, watched = new.incidence(some, np.array([24 * MONTH_DAYS], float))
    kept = _kept(new, some)
    told = watched[0] >= LEAST_WATCHED
    low, high = share_interval(core, variance, watched)
    return {
        "by": by,
        "name": name,
        "accounts": int(some.sum()),
        "cost": float(cost.mean()) if len(cost) else None,
        "costs_known": len(cost),
        "first_year": float(np.mean(first)) if first else None,
        "year_old": len(first),
        "kept_12": kept[0],
        "kept_12_low": kept[1],
        "kept_12_high": kept[2],
        "core_24": float(core[0]) if told else None,
        "core_24_low": float(low[0]) if told else None,
        "core_24_high": float(high[0]) if told else None,
    }


def _kept(new: New, some: Bools) -> tuple[float | None, float | None, float | None]:
    """The share that was there after 12 months, with its interval; None where too few are as old."""
    month = np.array([12 * MONTH_DAYS])
    n = int((new.as_of - new.since[some] >= month[0]).sum())
    if n < LEAST_WATCHED:
        return None, None, None
    none = np.zeros(int(some.sum()), np.int64)
    found = []
    for until, done in zip(new.until, new.done, strict=True):
        time = np.maximum(until[some] - new.since[some], 0.5)
        found.append([part[0, 0] for part in survival(none, time, done[some], 1).at(month, 1)[:2]])
    pooled = rubin(*np.array(found).T)
    low, high = share_interval(pooled.value, pooled.variance, np.asarray(float(n)))
    return float(pooled.value), float(low), float(high)


def growth(new: New) -> pa.Table:
    """How fast they grow into core accounts: see GROWTH; as far as LEAST_WATCHED were there to be seen."""
    times: Floats = MONTH_DAYS * np.arange(MONTHS + 1, dtype=float)
    core, left, variance, watched = new.incidence(np.ones(len(new.place), bool), times)
    low, high = share_interval(core, variance, watched)
    columns = [np.arange(MONTHS + 1), core, low, high, left, watched]
    table = pa.table([pa.array(one) for one in columns], names=GROWTH.names).cast(GROWTH)
    return table.filter(pa.array(watched >= LEAST_WATCHED))


def signs(people: Population, new: New) -> pa.Table:
    """What those that stayed did in their first 13 weeks, beside those that did not: see SIGNS_TABLE."""
    old = new.as_of - new.since >= YEAR_DAYS
    rows = []
    for sign in SIGNS:
        values = people.floats(sign)[new.place]
        found = [_difference(values, *_sides(new, old, m)) for m in range(len(new.until))]
        good = [one for one in found if one is not None]
        if len(good) < len(found) or not good:
            continue  # in some draw too few went, or none
        told = np.array(good)
        pooled = rubin(told[:, 2], told[:, 3])
        half = Z80 * float(np.sqrt(pooled.variance))
        value = float(pooled.value)
        stayed, went, n_stayed, n_went = told[:, [0, 1, 4, 5]].mean(axis=0).tolist()
        rows.append([sign, stayed, went, value, value - half, value + half, n_stayed, n_went])
    named = [dict(zip(SIGNS_TABLE.names, row, strict=True)) for row in rows]
    return pa.Table.from_pylist(named, SIGNS_TABLE)


def _sides(new: New, old: Bools, draw: int) -> tuple[Bools, Bools]:
    """Who stayed a year and who went within it, of those there after 13 weeks."""
    lasted = new.until[draw] - new.since
    went = new.done[draw] & (lasted < YEAR_DAYS)
    there = old & ~(went & (lasted < EARLY_DAYS))
    return there & ~went, there & went


def _difference(values: Floats, stayed: Bools, went: Bools) -> tuple[float, ...] | None:
    """Means of both, their difference and its variance (Welch), and how many."""
    a, b = values[stayed], values[went]
    if min(len(a), len(b)) < LEAST_SIDE:
        return None
    variance = a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b)
    return (
        float(a.mean()),
        float(b.mean()),
        float(a.mean() - b.mean()),
        float(variance),
        len(a),
        len(b),
    )
