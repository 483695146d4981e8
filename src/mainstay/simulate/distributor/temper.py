"""How accounts decide: disappointments that fade, what they cost in utility, unrest, review, habit.

    x_k = cares_k · D_k / (tolerance · b)              D_k: what is felt of reason k, fading by halves
    l_k = x_k³ / (1 + x_k²)                             small things cost next to nothing
    U   = edge − Σ l_k                                  our advantage over others, by category
    Q  ← max(0, .92 Q + Σ l_k − θ)                      unrest; θ: what is borne in silence
    Q > patience:  share ← ref · s(U / τ) / s(edge / τ)   the account reviews its suppliers

with s the logistic function and b what the relationship lets it forgive (R23). Between reviews the
share stays, whatever happens: habit. Orders move to the new share over weeks; below an eighth of what
we had, all of it goes. Long after all is well, a part comes back.

What was lost is attributed at the review, by what each reason took from the utility while the
unrest was filling: the Aumann–Shapley value of a function of Σ l_k, which is the share of each l_k
in the sum, and adds up. It is no hazard and no probability of causes; nothing here is drawn.
"""

from __future__ import annotations

import numpy as np

from mainstay.simulate.distributor.company import Temper
from mainstay.simulate.distributor.makeup import NEVER, C, Floats, K, Longs, Traits
from mainstay.simulate.distributor.reasons import KEPT

FADES = 0.92  # of unrest, and of what filled it, a week later
NOTICED = 0.12  # what is felt from there on: the onset of a reason
STAYS = 0.12  # less of our share than this is not worth an order
BARELY = 0.03  # a review that would change less changes nothing
CALM_WEEKS = 16
COMES_BACK = 0.6  # of what a return to calm would win


def cost(x: Floats) -> Floats:
    """What a disappointment takes from the utility: forgiven while small, in proportion when large."""
    return np.asarray(x * x * x / (1 + x * x))


def kept_share(taken: Floats, edge: Floats, sharpness: float) -> Floats:
    """What is left of our share when so much utility is taken; 1 where none is, 0 below STAYS."""
    left = (1 + np.exp(-edge / sharpness)) / (1 + np.exp(-(edge - taken) / sharpness))
    return np.where(left < STAYS, 0.0, left)


class Tempers:
    """The state of all accounts; arrays (K, n, C) or (n, C)."""

    def __init__(self, traits: Traits, temper: Temper) -> None:
        n = len(traits.pace)
        self.traits, self.temper = traits, temper
        self.felt = np.zeros((K, n, C))
        self.filled = np.zeros((K, n, C))
        self.unrest = np.zeros((n, C))
        self.lost = np.zeros((K, n, C))  # of our share, decided
        self.moved = np.zeros((K, n, C))  # of our share, moved already
        self.rest = np.zeros((n, C))
        self.calm = np.zeros((n, C))
        self.began: Longs = np.full((K, n, C), NEVER)
        self.onset: Longs = np.full((K, n, C), NEVER)
        self.ends: Longs = np.full((K, n, C), NEVER)
        self.buffer = np.ones(n)
        self.stirred = np.ones(n)  # of their patience, this week
        self.reviewed: Longs = np.full((n, C), NEVER)  # when a review last took orders from us

    def feel(self, k: int, account: Longs, size: Floats, category: Longs | None = None) -> None:
        """Disappoint accounts, in one category each or in all."""
        if category is None:
            np.add.at(self.felt[k], account, np.asarray(size)[:, None])
        else:
            np.add.at(self.felt[k], (account, category), size)

    def losses(self) -> Floats:
        """What each reason takes from the utility now; (K, n, C)."""
        return cost(self._x(self.felt))

    def losses_of(self, i: int) -> Floats:
        """The same of one account; (K, C)."""
        forgives = self.traits.tolerance[i] * self.buffer[i]
        return cost(self.felt[:, i] * (self.traits.cares[:, i] / forgives)[:, None])

    def stir(self, i: int, patience: float) -> None:
        """Something makes an account compare this week, with so much of its patience left."""
        self.stirred[i] = min(self.stirred[i], patience)

    def look_again(self, week: int, i: int, opening: Floats) -> None:
        """An account looks at us once more: of what it would give us now, a part comes back.

        opening: (C,) which part
        """
        gone = self.lost[:, i].sum(0)
        left = kept_share(self.losses_of(i).sum(0), self.traits.edge[i], self.temper.sharpness)
        after = gone - opening * np.maximum(gone - (1 - left), 0.0)
        self.lost[:, i] *= np.where(gone > BARELY, after / np.maximum(gone, BARELY), 1.0)
        self._ended(week, np.full(C, i), np.arange(C), after)

    def _x(self, felt: Floats) -> Floats:
        forgives = self.traits.tolerance * self.buffer
        return felt * (self.traits.cares / forgives)[:, :, None]

    def step(self, week: int) -> tuple[Longs, Longs, Floats]:
        """A week goes by.

        Returns: of reviews that took orders from us the account, the category, and how much of our
            share was lost in it
        """
        found = self._review(week)
        pace = np.minimum(self.traits.pace / self.temper.adjust_weeks, 1.0)
        self.moved += (self.lost - self.moved) * pace[None, :, None]
        self.felt *= KEPT[:, None, None]
        return found

    def _review(self, week: int) -> tuple[Longs, Longs, Floats]:
        losses = self.losses()
        taken = losses.sum(0)
        here = self.felt > NOTICED
        self.began = np.where(here, np.where(self.began == NEVER, week, self.began), NEVER)
        self.filled = FADES * self.filled + losses
        self.unrest = np.maximum(0.0, FADES * self.unrest + taken - self.temper.tolerance)
        self.calm = np.where(self.unrest > 0, 0.0, self.calm + 1)
        self.rest -= 1
        gone = self.lost.sum(0)
        left = kept_share(taken, self.traits.edge, self.temper.sharpness)
        patience = self.temper.patience * self.traits.patience[:, None] * self.stirred[:, None]
        self.stirred[:] = 1.0
        worse = (self.unrest > patience) & (self.rest <= 0) & (1 - left > gone + BARELY)
        account, category = np.nonzero(worse)
        more = (1 - left - gone)[account, category]
        self._take(week, account, category, more)
        better = (self.calm > CALM_WEEKS) & (gone > BARELY) & (gone < 1 - STAYS) & (1 - left < gone)
        self._give_back(week, better, gone, left)
        return account, category, more

    def _take(self, week: int, account: Longs, category: Longs, more: Floats) -> None:
        filled = self.filled[:, account, category]
        weight = filled / np.maximum(filled.sum(0), 1e-12)
        self.lost[:, account, category] += weight * more
        counts = weight > 0.02
        began = self.began[:, account, category]
        onset = self.onset[:, account, category]
        first = np.where(began == NEVER, week, began)
        self.onset[:, account, category] = np.where(counts & (onset == NEVER), first, onset)
        ends = self.ends[:, account, category]
        self.ends[:, account, category] = np.where(counts, NEVER, ends)
        self.rest[account, category] = self.temper.rest_weeks
        self.reviewed[account, category] = week
        self.unrest[account, category] = 0.0

    def _give_back(self, week: int, better: np.ndarray, gone: Floats, left: Floats) -> None:
        account, category = np.nonzero(better)
        before = gone[account, category]
        after = before - COMES_BACK * (before - (1 - left[account, category]))
        self.lost[:, account, category] *= after / before
        self.calm[account, category] = 0.0
        self._ended(week, account, category, after)

    def _ended(self, week: int, account: Longs, category: Longs, after: Floats) -> None:
        """Where next to nothing is lost any more, the loss is over."""
        over = (self.onset[:, account, category] != NEVER) & (after < BARELY * 2)
        ends = self.ends[:, account, category]
        self.ends[:, account, category] = np.where(over & (ends == NEVER), week, ends)
