"""The probability that a category is left, learnt from slices of the past on top of its forecast.

    p = p_fell·Q(r·q) + (1 − p_fell)·L,   moved to the level of the slices

Q is the forecast (`category_forecast`), and whether the share of orders that hold the category has
fallen is the changepoint's word, which few slices could mend. L, of those that have not fallen, is a
regression that begins as Q(q) and leaves it as far as slices tell (`ridge`): of which categories chance
is more than a Beta-binomial, and which losses other categories make up for. How many are left at all goes with the season,
and two years tell no season: forecast and features are read beside those of the same date.

What is learnt counts only where it beat the forecast at earlier dates of the training window, from
labels whose windows had ended by then (rolling origin, purged); else Q stands, at the level
of the slices. With too few outcomes of either kind it stands as it is.

Source: ridge logistic regression, le Cessie & van Houwelingen (1992); rolling origin, Tashman (2000).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from mainstay.defection.category_facts import YEAR_DAYS
from mainstay.defection.category_forecast import UNITS, Law, Shelves
from mainstay.defection.ridge import Ridge, expit
from mainstay.defection.scores import at_level
from mainstay.defection.slices import log_odds

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
SURE = (0.001, 0.999)
LEAST_EVENTS = 20  # of either kind, below which there is nothing to learn
PENALTY = 100.0
FOLDS = 4
LEAST_GAIN = 2.0  # of log-likelihood in the folds, since chance gains a little
BIN = 0.01  # of log-odds
FARTHEST = 20.0


@dataclass(frozen=True)
class Fall:
    """What the changepoint says of each category; float64 (n,) each.

    p_fell: that the share of orders that hold it fell, and went to no other category
    p_left: Q(r·q), where it did
    """

    p_fell: Floats
    p_left: Floats


@dataclass(frozen=True)
class Seen:
    """Account × category at one date, as the learner sees them.

    at: the date, in days since 1970-01-01
    features: (n, 5); p: Q(q); end: int64 (n,), the day after each window
    came: bool (n,), whether the category was left; of dates whose windows have passed
    """

    at: int
    features: Floats
    p: Floats
    end: Longs
    came: npt.NDArray[np.bool_] | None = None

    @classmethod
    def of(
        cls, at: int, shelves: Shelves, p: Floats, law: Law, *, since: Floats, lately: Floats
    ) -> Seen:
        """since: orders of the account since the category's last; lately: its order days of the last
        half year over those of the year"""
        facts = shelves.pace
        share = (facts.order_days + 0.5) / (shelves.orders + 1.0)
        columns = (
            facts.days_known / (YEAR_DAYS - 1),
            np.log1p(facts.order_days),
            np.log1p(since * share),
            np.log(np.maximum(lately, 0.01)),
            np.log(law.mean)[shelves.category],
        )
        # Column by column, as they are read: means and scales take half as long.
        return cls(at, np.stack(columns).T, p, at + facts.window_days.astype(np.int64))

    def take(self, chosen: npt.NDArray[np.bool_]) -> Seen:
        """Some of them, by a mask."""
        came = None if self.came is None else self.came[chosen]
        return replace(
            self,
            features=self.features[chosen],
            p=self.p[chosen],
            end=self.end[chosen],
            came=came,
        )

    @property
    def beside(self) -> tuple[Floats, Floats]:
        """Features and log-odds of the forecast, less their means at the date."""
        odds = log_odds(np.clip(self.p, *SURE))
        return self.features - _mean(self.features), odds - _mean(odds)


def _mean(values: Floats) -> Floats:
    """Of the rows, the same in whatever order they come: whole numbers add up exactly."""
    total = np.rint(values * UNITS).sum(axis=0)
    return np.asarray(total / (UNITS * max(len(values), 1)))


def learn_left(past: Sequence[Seen], now: Seen, fall: Fall, weight: float) -> Floats:
    """The probability that each category of `now` is left; (n,).

    past: slices with what came, in order of time; weight: of a row, below 1 where windows overlap
    Raises: ValueError when a label's window reaches beyond the date that is judged
    """
    if any((one.end > now.at).any() for one in past):
        raise ValueError("a training label reaches beyond the date that is judged")
    enough = _enough(past)
    stays = _said(_fit(past, weight), now) if enough and _gains(past, weight) else now.p
    p = fall.p_fell * fall.p_left + (1.0 - fall.p_fell) * stays
    if not enough or not len(p):
        return p
    came = np.concatenate([one.came for one in past if one.came is not None])
    return _moved_to(p, float(came.mean()))


def _moved_to(p: Floats, share: float) -> Floats:
    """The probabilities moved together in log-odds, so that their mean is `share`."""
    odds = log_odds(np.clip(p, *SURE))
    # Counts of narrow bins, which the order of the rows does not change.
    bins = np.rint(odds / BIN).astype(np.int64)
    least = int(bins.min())
    counts = np.bincount(bins - least).astype(float)
    middle = np.asarray(BIN * (np.arange(len(counts)) + least), np.float64)
    low, high = -FARTHEST, FARTHEST
    for _ in range(50):
        level = 0.5 * (low + high)
        mean = float(counts @ expit(middle + level)) / len(p)
        low, high = (level, high) if mean < share else (low, level)
    return expit(odds + 0.5 * (low + high))


def _enough(past: Sequence[Seen]) -> bool:
    came = sum(int(one.came.sum()) for one in past if one.came is not None)
    rows = sum(len(one.p) for one in past)
    return min(came, rows - came) >= LEAST_EVENTS


def _fit(past: Sequence[Seen], weight: float) -> Ridge:
    features, odds = (
        np.concatenate(parts) for parts in zip(*(s.beside for s in past), strict=True)
    )
    came = np.concatenate([one.came for one in past if one.came is not None]).astype(float)
    return Ridge.fit(features, odds, came, penalty=PENALTY, weight=weight)


def _said(model: Ridge, seen: Seen) -> Floats:
    features, odds = seen.beside
    # Row by row: a product of matrices rounds by a row's place among the others.
    parts = (model.scale.apply(features) * model.slopes).sum(axis=1)
    return expit(model.level + model.trust * odds + parts)


def _gains(past: Sequence[Seen], weight: float) -> bool:
    """Whether what could have been learnt at earlier dates told better than the forecast who left."""
    gain, folds = 0.0, 0
    for one in reversed(past):
        if folds == FOLDS:
            break
        came = one.came
        before = [s.take(s.end <= one.at) for s in past if s.at < one.at]
        before = [s for s in before if len(s.p)]
        if came is None or not 0 < came.sum() < len(came) or not _enough(before):
            continue
        folds += 1
        # At the level that came: how many leave tells nothing of who does.
        learnt, plain = (
            at_level(np.clip(p, *SURE), float(came.mean()))
            for p in (_said(_fit(before, weight), one), one.p)
        )
        gain += float(np.log(np.where(came, learnt, 1.0 - learnt)).sum())
        gain -= float(np.log(np.where(came, plain, 1.0 - plain)).sum())
    return gain > LEAST_GAIN
