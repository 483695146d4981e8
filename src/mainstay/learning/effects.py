"""What each play did, by cause: how much less (or more) was lost, how sure, and beside it what a naive look says.

Two views. *Intention*: by what was drawn or chosen, done or not. *Treated*: by what was done; where it was not what
was drawn, people chose after all, and it is widened as what they choose is. Both are relative risks: money lost with
the play over what would have been lost without it. A play over all its causes is the mean of log r over its cases.

Effects are told from the outcomes alone, with a belief before that has help and harm alike probable (median 1): harm is found
as readily as help. The beliefs that plans choose by start from the catalogue's medians (`beliefs`), by the same
likelihood and the same cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import numpy as np
import pyarrow as pa
from scipy.special import ndtr

from mainstay.learning.cases import Cases, Floats, Names, is_play, usable
from mainstay.learning.hierarchy import Posterior, columns, posterior
from mainstay.plays.effects import Z80, Belief, priors
from mainstay.plays.play import KEEPS, Play

INTENTION, TREATED = "intention", "treated"
ALL = ""  # of all causes
HELPS, HARMS = "helps", "harms"
FEW = "few"  # too few cases to tell
ALL_TREATED, NONE_TREATED = "all_treated", "none_treated"

SURE = 0.96  # probability of harm, or of help, from which it is named
LEAST = 5  # cases with the play, and as many without; of fewer nothing is named
DRAWN, CHOSEN, MIXED = "drawn", "chosen", "mixed"

EFFECTS = pa.schema(
    [
        ("play", pa.string()),
        ("cause", pa.string()),  # "" = all
        ("view", pa.string()),
        ("with_play", pa.int32()),
        ("without", pa.int32()),  # cases of the same causes
        ("ratio", pa.float64()),  # median of the relative risk, with its 80% interval
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("p_harm", pa.float64()),  # probability that it is above 1
        ("verdict", pa.string()),  # helps, harms, few, all_treated, none_treated
        ("basis", pa.string()),  # drawn, chosen, mixed
        ("naive", pa.float64()),  # loss with it over loss without, nothing adjusted
        ("naive_low", pa.float64()),
        ("naive_high", pa.float64()),
    ]
)


@dataclass(frozen=True)
class Effect:
    """One row of EFFECTS; NaN where there is nothing to say."""

    play: str
    cause: str
    view: str
    with_play: int
    without: int
    ratio: float
    low: float
    high: float
    p_harm: float
    verdict: str
    basis: str
    naive: float
    naive_low: float
    naive_high: float


@dataclass(frozen=True)
class Learnt:
    """Effects of all plays that keep; left_out: how many cases tell nothing, by reason."""

    effects: tuple[Effect, ...]
    left_out: dict[str, int]

    def table(self) -> pa.Table:
        return pa.Table.from_pylist([asdict(one) for one in self.effects], EFFECTS)

    def of(self, play: str, cause: str = ALL, view: str = INTENTION) -> Effect:
        return next(
            one for one in self.effects if (one.play, one.cause, one.view) == (play, cause, view)
        )


def effects(cases: Cases, plays: Mapping[str, Play]) -> Learnt:
    """What the cases say of each play that keeps, by cause and over all, in both views."""
    kept, left_out = usable(_known(cases, plays))
    found: list[Effect] = []
    for view in (INTENTION, TREATED):
        got = kept.drawn if view == INTENTION else kept.done
        found += _of_view(kept, got, view)
    named = {one.play for one in found}
    silent = [name for name, play in plays.items() if _keeps(play) and name not in named]
    found += [_silent(name, view) for name in silent for view in (INTENTION, TREATED)]
    return Learnt(tuple(found), left_out)


def beliefs(cases: Cases, plays: Mapping[str, Play]) -> dict[str, Belief]:
    """What is believed of each play where it suits fully: the catalogue's median, moved by the cases (by intention)."""
    believed = priors(plays)
    kept, _ = usable(_known(cases, plays))
    if not is_play(kept.drawn).any():
        return believed
    before = {name: belief.mean for name, belief in believed.items()}
    made = columns(kept, kept.drawn, kept.chosen.astype(float), before)
    found = posterior(kept, kept.drawn, made)
    for i, name in enumerate(found.plays):
        mean = float(found.weight @ found.play_mean[:, i])
        square = found.play_variance[:, i] + (found.play_mean[:, i] - mean) ** 2
        count = int((kept.drawn == name).sum())
        believed[name] = Belief(mean, float(np.sqrt(found.weight @ square)), count)
    return believed


def _keeps(play: Play) -> bool:
    return play.effect.of == KEEPS and not play.idle


def _known(cases: Cases, plays: Mapping[str, Play]) -> Cases:
    """Cases of plays that keep, and of nothing."""
    names = [name for name, play in plays.items() if _keeps(play)]
    either = [np.isin(got.astype(str), names) | ~is_play(got) for got in (cases.drawn, cases.done)]
    return cases.at(either[0] & either[1])


def _of_view(cases: Cases, got: Names, view: str) -> list[Effect]:
    treated = is_play(got)
    if not treated.any():
        return []
    biased, counted = cases.chosen.astype(float), cases
    if view == TREATED:
        biased = np.maximum(biased, _strayed(cases))
        counted = _as_done(cases, biased)
    made = columns(counted, got, biased, {})
    found = posterior(counted, got, made)
    rows = []
    for play in found.plays:
        cells = [i for i, (name, _) in enumerate(made.cells) if name == play]
        size = np.array([(made.rows == i).sum() for i in cells], float)
        over_all = np.zeros(len(made.cells))
        over_all[cells] = size / size.sum()
        whats = [(ALL, over_all), *((made.cells[i][1], np.eye(len(made.cells))[i]) for i in cells)]
        for cause, share in whats:
            rows.append(_effect(counted, got, biased, found, (play, cause, view), share))
    return rows


def _strayed(cases: Cases) -> Floats:
    """By what was done (n,): the part of such cases for which something else was drawn. These somebody chose."""
    strayed = np.asarray(cases.drawn != cases.done, float)
    if not strayed.any():
        return strayed
    _, drawn = np.unique(cases.drawn.astype(str), return_inverse=True)
    _, done = np.unique(cases.done.astype(str), return_inverse=True)
    part = [np.bincount(of, strayed)[of] / np.bincount(of)[of] for of in (drawn, done)]
    return np.asarray(np.where(is_play(cases.done), np.maximum(*part), part[1]), float)


def _as_done(cases: Cases, biased: Floats) -> Cases:
    """By what was done, the probabilities of draws that were not followed say nothing."""
    return replace(cases, probability=np.where(biased > 0, np.nan, cases.probability))


def _effect(
    cases: Cases,
    got: Names,
    biased: Floats,
    found: Posterior,
    of: tuple[str, str, str],
    share: Floats,
) -> Effect:
    play, cause, view = of
    mean = found.mean @ share
    spread = np.sqrt(np.einsum("gij,i,j->g", found.covariance, share, share))
    low, ratio, high = (
        float(np.exp(_quantile(found.weight, mean, spread, q))) for q in (0.1, 0.5, 0.9)
    )
    p_harm = float(found.weight @ ndtr(mean / np.maximum(spread, 1e-9)))
    mine = got == play
    if cause != ALL:
        mine = mine & (cases.cause == cause)
    without = ~is_play(got) & np.isin(cases.cause.astype(str), cases.cause[mine].astype(str))
    chosen = float(biased[mine].mean())
    return Effect(
        play,
        cause,
        view,
        int(mine.sum()),
        int(without.sum()),
        ratio,
        low,
        high,
        p_harm,
        _verdict(int(mine.sum()), int(without.sum()), p_harm),
        CHOSEN if chosen == 1 else DRAWN if chosen == 0 else MIXED,
        *_naive(cases.lost[mine], cases.lost[without]),
    )


def _verdict(with_play: int, without: int, p_harm: float) -> str:
    if not without:
        return ALL_TREATED
    if min(with_play, without) < LEAST:
        return FEW
    return HARMS if p_harm >= SURE else HELPS if p_harm <= 1 - SURE else FEW


def _quantile(weight: Floats, mean: Floats, spread: Floats, q: float) -> float:
    """Of a mixture of normals, by halving."""
    low, high = float((mean - 8 * spread).min()), float((mean + 8 * spread).max())
    for _ in range(50):
        middle = (low + high) / 2
        if weight @ ndtr((middle - mean) / np.maximum(spread, 1e-9)) < q:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _naive(with_play: Floats, without: Floats) -> tuple[float, float, float]:
    """The ratio of mean losses with its 80% interval (delta method), as if all had been alike.

    None of fewer than LEAST cases on a side, nor where a mean may as well be nothing or a gain: then any ratio fits.
    """
    if min(len(with_play), len(without)) < LEAST:
        return (np.nan, np.nan, np.nan)
    means = np.array([with_play.mean(), without.mean()])
    errors = np.sqrt([one.var(ddof=1) / len(one) for one in (with_play, without)])
    if (means <= Z80 * errors).any():
        return (np.nan, np.nan, np.nan)
    ratio, half = float(means[0] / means[1]), Z80 * float(np.hypot(*(errors / means)))
    return (ratio, float(ratio * np.exp(-half)), float(ratio * np.exp(half)))


def _silent(play: str, view: str) -> Effect:
    no = float("nan")
    return Effect(play, ALL, view, 0, 0, no, no, no, no, NONE_TREATED, "", no, no, no)
