"""What plays did, told from made-up outcomes whose truth is known: do the intervals cover, is harm named, is chance not?

    .venv/bin/python benchmarks/effects.py                    # 40 seeds, about a minute
    .venv/bin/python benchmarks/effects.py --seeds 5 --first-seed 1001 --modes drawn

The generator shares no equation with the estimator. Accounts differ lastingly (gamma), the predicted loss sees half of that,
the loss follows a wave through the year and drifts from quarter to quarter; a play shifts the log odds of what is lost, by
cause and with each account's own response; what is lost is beta with most weight near all and nothing, and wavers.
Accounts come back as cases. Six plays, two of which do nothing and one of which harms.

drawn: each case by a coin of its tier (a half or a third gets a play), and one play in eight is left undone, more often
with who is worse off. staggered: fifteen managers begin in five waves in random order, all with an account each
quarter until its play begins. chosen: managers choose by the predicted loss and by what they alone see, which no
model knows.

Small: 60 cases with one play and 240 without it, drawn; the play harms (relative risk 1.5) or does nothing.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.learning.cases import NEVER, Cases
from mainstay.learning.effects import ALL, FEW, HARMS, HELPS, INTENTION, TREATED, Effect, effects
from mainstay.plays.catalogue import PLAYS
from mainstay.plays.situation import NOTHING

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

MODES = ("drawn", "staggered", "chosen")
# Relative risk of each play, on average over accounts.
TRUE = {
    "listen": 0.6,
    "level": 0.75,
    "training": 0.9,
    "visits": 1.0,
    "criteria": 1.0,
    "contest": 1.5,
}
CAUSES = ("drift", "service", "competitor", "people")
BY_CAUSE = 0.15  # of the log odds, either way, of plays that do something
RESPONSE = 0.3  # standard deviation of an account's own, of the log odds
ACCOUNTS, MANAGERS, WAVES, QUARTERS, DAYS = 600, 15, 5, 6, 91
DENSE = 1.2  # of the beta: below 2, most is lost or nothing
WAVERS = 0.12
UNSEEN = 0.4  # of the log odds of loss, by what managers alone see


@dataclass(frozen=True)
class World:
    """Accounts by quarters: odds (q, n) log odds of losing without a play, expected (q, n) as predicted;
    unseen (q, n): what managers alone see, standard deviation 1; shift (plays, causes), response (n,)"""

    odds: Floats
    expected: Floats
    unseen: Floats
    cause: Longs
    manager: Longs
    play: Longs  # that suits each account
    shift: Floats
    response: Floats

    def share(self, quarter: Longs, account: Longs, play: Longs) -> Floats:
        """What is lost on average with a play, −1 = none."""
        shift = self.shift[play, self.cause[account]] + self.response[account]
        odds = self.odds[quarter, account] + np.where(play >= 0, shift, 0.0)
        return np.asarray(1 / (1 + np.exp(-odds)), float)


def world(rng: np.random.Generator, true: Sequence[float], accounts: int = ACCOUNTS) -> World:
    known, hidden = (np.log(rng.gamma(1.5, 1 / 1.5, accounts)) * 0.6 for _ in range(2))
    quarter = np.arange(QUARTERS)
    wave = 0.25 * np.sin(2 * np.pi * (quarter + rng.random()) / 4) + rng.normal(0, 0.1, QUARTERS)
    cause = rng.integers(0, len(CAUSES), accounts)
    level = rng.normal(0, 0.15, len(CAUSES))
    unseen = rng.normal(0, 1, (QUARTERS, accounts))
    lasting = -0.5 + known + 0.5 * hidden + level[cause]
    odds = lasting + wave[:, None] + UNSEEN * unseen
    seen = -0.45 + known + rng.normal(0, 0.2, (QUARTERS, accounts))
    response = rng.normal(0, RESPONSE, accounts)
    shift = np.array([_shift(odds, response, r) for r in true])[:, None]
    by_cause = rng.uniform(-BY_CAUSE, BY_CAUSE, (len(true), len(CAUSES)))
    none = np.array([r == 1.0 for r in true])
    return World(
        odds,
        1 / (1 + np.exp(-seen)),
        unseen,
        cause,
        rng.integers(0, MANAGERS, accounts),
        rng.integers(0, len(true), accounts),
        shift + np.where(none[:, None], 0.0, by_cause),
        response,
    )


def _shift(odds: Floats, response: Floats, r: float) -> float:
    """Of the log odds, so that r times as much is lost on average."""
    low, high = -4.0, 4.0
    without = (1 / (1 + np.exp(-odds))).mean()
    for _ in range(40):
        middle = (low + high) / 2
        with_play = (1 / (1 + np.exp(-(odds + response + middle)))).mean()
        low, high = (middle, high) if with_play < r * without else (low, middle)
    return (low + high) / 2


@dataclass(frozen=True)
class Rows:
    """Cases before their outcome: quarter, account, drawn and done (play, −1 = none), chance (NaN = chosen)."""

    quarter: Longs
    account: Longs
    drawn: Longs
    done: Longs
    chance: Floats
    by_manager: bool = False


def drawn(made: World, rng: np.random.Generator) -> Rows:
    quarter, account = np.nonzero(rng.random(made.odds.shape) < 0.5)
    e = np.where(account % 2, 0.5, 1 / 3)
    gets = rng.random(len(account)) < e
    play = np.where(gets, made.play[account], -1)
    worse = made.unseen[quarter, account] > 0
    undone = rng.random(len(account)) < np.where(worse, 0.18, 0.07)
    return Rows(quarter, account, play, np.where(undone, -1, play), np.where(gets, e, 1 - e))


def staggered(made: World, rng: np.random.Generator) -> Rows:
    wave = np.empty(MANAGERS, np.int64)
    wave[rng.permutation(MANAGERS)] = np.arange(MANAGERS) % WAVES + 1
    begins = wave[made.manager]
    quarter, account = np.nonzero(np.arange(QUARTERS)[:, None] <= begins)
    gets = begins[account] == quarter
    left = np.clip(WAVES + 1 - quarter, 1, WAVES)
    e = np.where(quarter == 0, 0.0, 1 / left)
    play = np.where(gets, made.play[account], -1)
    return Rows(quarter, account, play, play, np.where(gets, e, 1 - e), by_manager=True)


def chosen(made: World, rng: np.random.Generator) -> Rows:
    quarter, account = np.nonzero(rng.random(made.odds.shape) < 0.5)
    p = made.expected[quarter, account]
    odds = -0.2 + 1.2 * np.log(p / (1 - p)) + 0.6 * made.unseen[quarter, account]
    gets = rng.random(len(account)) < 1 / (1 + np.exp(-odds))
    play = np.where(gets, made.play[account], -1)
    return Rows(quarter, account, play, play, np.full(len(account), np.nan))


def cases(made: World, rows: Rows, names: Sequence[str], rng: np.random.Generator) -> Cases:
    """With what became of them."""
    mu = made.share(rows.quarter, rows.account, rows.done)
    lost = rng.beta(DENSE * mu, DENSE * (1 - mu)) + rng.normal(0, WAVERS, len(mu))
    first = 738000 + rows.quarter * DAYS
    play = np.array([*names, NOTHING], object)
    n = len(mu)
    account = np.array([f"A{i:04}" for i in rows.account], object)
    manager = np.array([f"M{i:02}" for i in made.manager[rows.account]], object)
    return Cases(
        account_id=account,
        unit=manager if rows.by_manager else account,
        drawn=play[rows.drawn],
        done=play[rows.done],
        cause=np.array(CAUSES, object)[made.cause[rows.account]],
        fit=np.ones(n),
        expected=made.expected[rows.quarter, rows.account],
        lost=np.minimum(lost, 1.0),
        probability=rows.chance,
        design=np.where(np.isfinite(rows.chance), "made", "").astype(object),
        first=first,
        last=first + DAYS - 1,
        began=np.where(rows.done >= 0, first, NEVER),
        traits=np.zeros((n, 0)),
    )


def truths(
    made: World, rows: Rows, names: Sequence[str], view: str
) -> dict[tuple[str, str], float]:
    """Relative risk of each play and cause, and over all as the mean of the logarithms over its cases.

    Of intention, by what was done where it was drawn; else of all accounts.
    """
    found: dict[tuple[str, str], float] = {}
    for p, name in enumerate(names):
        logs, sizes = [], []
        for c, cause in enumerate(CAUSES):
            got = (rows.drawn if view == INTENTION else rows.done) == p
            size = int((got & (made.cause[rows.account] == c)).sum())
            if not size:
                continue
            which = np.flatnonzero(made.cause == c)
            q, a = (one.ravel() for one in np.meshgrid(np.arange(QUARTERS), which))
            with_play = made.share(q, a, np.full(len(q), p))
            without = made.share(q, a, np.full(len(q), -1))
            if view == INTENTION and (rows.drawn != rows.done).any():
                undone = np.where(made.unseen[q, a] > 0, 0.18, 0.07)
                with_play = (1 - undone) * with_play + undone * without
            found[name, cause] = float(with_play.mean() / without.mean())
            logs.append(np.log(found[name, cause]))
            sizes.append(size)
        if sizes:
            found[name, ALL] = float(np.exp(np.average(logs, weights=sizes)))
    return found


@dataclass
class Counted:
    """How often over seeds; pairs (times, of)."""

    by_cause: list[bool]
    over_all: list[bool]
    naive: list[bool]
    treated: list[bool]
    harm: list[bool]
    false: list[bool]
    widths: list[float]


def large(mode: str, seeds: range) -> dict[str, Any]:
    """Six plays in a company of 600 accounts."""
    counted = Counted([], [], [], [], [], [], [])
    names = list(TRUE)
    for seed in seeds:
        rng = np.random.default_rng([seed, MODES.index(mode)])
        made = world(rng, list(TRUE.values()))
        rows = {"drawn": drawn, "staggered": staggered, "chosen": chosen}[mode](made, rng)
        learnt = effects(cases(made, rows, names, rng), {name: PLAYS[name] for name in names})
        for view in (INTENTION, TREATED):
            true = truths(made, rows, names, view)
            for one in learnt.effects:
                if one.view == view and (one.play, one.cause) in true:
                    _count(counted, one, true[one.play, one.cause])
    return {
        "companies": len(seeds),
        "cover_by_cause": _part(counted.by_cause),
        "cover_of_plays": _part(counted.over_all),
        "cover_of_plays_as_treated": _part(counted.treated),
        "cover_bar": [0.75, 0.85],
        "naive_cover_of_plays": _part(counted.naive),
        "harm_named": _part(counted.harm),
        "called_an_effect_without_any": _part(counted.false),
        "called_bar": 0.1,
        "width_of_log_80": round(float(np.mean(counted.widths)), 3),
    }


def _count(counted: Counted, one: Effect, true: float) -> None:
    covers = one.low <= true <= one.high
    if one.view == TREATED:
        if one.cause == ALL:
            counted.treated.append(covers)
        return
    if one.cause != ALL:
        counted.by_cause.append(covers)
        return
    counted.over_all.append(covers)
    counted.widths.append(float(np.log(one.high / one.low)))
    counted.naive.append(one.naive_low <= true <= one.naive_high)
    if TRUE[one.play] == 1.0:
        counted.false.append(one.verdict != FEW)
    if TRUE[one.play] >= 1.5:
        counted.harm.append(one.verdict == HARMS)


def small(r: float, seeds: range, treated: int = 60, without: int = 240) -> dict[str, Any]:
    """One play, 300 cases of 240 accounts."""
    verdicts = []
    for seed in seeds:
        rng = np.random.default_rng([seed, int(100 * r)])
        made = world(rng, [r], accounts=240)
        n = treated + without
        at = rng.permutation(QUARTERS * 240)[:n]
        gets = rng.permutation(n) < treated
        play = np.where(gets, 0, -1)
        e = treated / n
        rows = Rows(at // 240, at % 240, play, play, np.where(gets, e, 1 - e))
        learnt = effects(cases(made, rows, ["contest"], rng), {"contest": PLAYS["contest"]})
        verdicts.append(learnt.of("contest").verdict)
    return {
        "companies": len(seeds),
        "harms": _part([one == HARMS for one in verdicts]),
        "helps": _part([one == HELPS for one in verdicts]),
    }


def _part(which: list[bool]) -> float | None:
    return round(float(np.mean(which)), 3) if which else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--modes", nargs="*", default=list(MODES), choices=MODES)
    args = parser.parse_args()
    seeds = range(args.first_seed, args.first_seed + args.seeds)
    began = time.process_time()
    out: dict[str, Any] = {mode: large(mode, seeds) for mode in args.modes}
    out["small, relative risk 1.5"] = small(1.5, seeds) | {"harms_bar": 0.8}
    out["small, no effect"] = small(1.0, seeds) | {"called_bar": 0.1}
    out["cpu_seconds"] = round(time.process_time() - began, 1)
    print(json.dumps(out, indent=2))


if __name__ == "__main__":
    main()
