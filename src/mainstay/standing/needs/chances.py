"""What peers buy that an account doesn't: which of it is likely theirs too, and what it would bring.

Which: a ridge regression of what accounts buy on all else that they buy, each product's own weight held at 0 ("EASE",
Steck 2019, Embarrassingly Shallow Autoencoders for Sparse Data, eq. 8): P = (BᵀB + λI)⁻¹, W_ij = −P_ij / P_jj,
W_jj = 0, score = B W, with B = 1 where an account bought the product within two years. On real orders it finds
nearly twice as many beginnings as what is popular (docs/benchmarks.md).

How likely: the same half a year ago, and which of it began since, by the isotonic regression on the score (Barlow &
Brunk 1972). What it brings: of accounts of the same segment and size that do buy it, its money beside that of all
else that they buy in a year is near log-normal; mean and variance of the logarithm are drawn to those of all who buy
it and of all products, where few do (a normal prior that weighs as much as PRIOR buyers).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.linalg.lapack import dpotrf, dpotri
from scipy.optimize import isotonic_regression

from mainstay.core.arrays import distinct_of_each, summed
from mainstay.standing.needs.bought import Bought, Floats, Ints, Named

RIDGE = 500.0
MOST_ITEMS = 2_000  # those that most accounts buy; the inverse of more costs minutes
LEAST_BUYERS = 5
CANDIDATES = 20  # of an account, the likeliest
KEPT = 8  # of those, the most money at its lower end
LEARN_FROM = 4_000  # accounts on which the likelihood is learnt
CHUNK = 4_000  # accounts at once: their scores of all items must fit into memory
MOST_SHARE = 0.9
PRIOR = 5.0
Z90 = 1.2816  # of ten, one lies below −Z90 and one above


@dataclass(frozen=True)
class Matrix:
    """Accounts × items: what was bought in a span of quarters, in money.

    items: their codes; money: CSR (n_accounts, n_items)
    """

    items: Ints
    money: sparse.csr_matrix

    @property
    def has(self) -> sparse.csr_matrix:
        one = self.money.copy()
        one.data = np.ones_like(one.data, np.float32)
        return one.astype(np.float32)


def matrix(bought: Bought, item: Named, quarters: tuple[int, int], items: Ints) -> Matrix:
    place = np.full(len(item.words) + 1, -1)
    place[items] = np.arange(len(items))
    at = place[item.code]
    rows = bought.in_quarters(*quarters) & (at >= 0)
    shape = (bought.n, len(items))
    found = sparse.csr_matrix((bought.money[rows], (bought.account[rows], at[rows])), shape)
    found.sum_duplicates()
    return Matrix(items, found)


def offered(bought: Bought, item: Named, since: int, gone: Ints) -> Ints:
    """Items that enough accounts bought in the half year up to a quarter, and that we still sell."""
    rows = bought.in_quarters(since, since + 1) & (item.code >= 0)
    buyers = distinct_of_each(item.code[rows], bought.account[rows], len(item.words))
    buyers[gone] = 0
    enough = np.flatnonzero(buyers >= LEAST_BUYERS)
    return np.sort(enough[np.argsort(-buyers[enough], kind="stable")][:MOST_ITEMS])


def weights(has: sparse.csr_matrix, ridge: float = RIDGE) -> Floats:
    """W of EASE, (n_items, n_items), float32."""
    gram = (has.T @ has).toarray().astype(np.float64)
    gram[np.diag_indices_from(gram)] += ridge
    # By Cholesky, of a symmetric matrix: a third of the work of any other inverse.
    upper, _ = dpotri(dpotrf(gram, overwrite_a=True)[0], overwrite_c=True)
    inverse = np.triu(upper) + np.triu(upper, 1).T
    found = -inverse / np.diag(inverse)
    np.fill_diagonal(found, 0.0)
    return found.astype(np.float32)


def ranked(has: sparse.csr_matrix, w: Floats, who: Ints, most: int) -> tuple[Ints, Floats]:
    """Of some accounts the items with the highest scores that they don't have; (n_who, most) each.

    Scores of what there is none left of are −inf.
    """
    most = min(most, has.shape[1])
    places, scores = [], []
    for first in range(0, len(who), CHUNK):
        part = has[who[first : first + CHUNK]]
        score = np.asarray(part @ w)
        score[part.nonzero()] = -np.inf
        top = np.argpartition(-score, most - 1, axis=1)[:, :most]
        places.append(top.copy())  # a view would keep the places of all items
        scores.append(np.take_along_axis(score, top, axis=1))
    if not places:
        return np.zeros((0, most), np.int64), np.zeros((0, most))
    return np.concatenate(places).astype(np.int64), np.concatenate(scores).astype(np.float64)


@dataclass(frozen=True)
class Likely:
    """How often what scored so was begun within half a year: a rising step function; empty = not known."""

    score: Floats
    began: Floats

    def __call__(self, score: Floats) -> Floats:
        if not len(self.score):
            return np.full(score.shape, np.nan)
        return np.interp(score, self.score, self.began)


def learnt(bought: Bought, item: Named) -> Likely:
    """From what was ranked half a year ago, and what the accounts that ordered since began to buy of it."""
    items = offered(bought, item, 2, np.zeros(0, np.int64))
    if len(items) < 2 or bought.quarter.max(initial=0) < 5:
        return Likely(np.zeros(0), np.zeros(0))
    then, since = matrix(bought, item, (2, 9), items), matrix(bought, item, (0, 1), items)
    who = np.flatnonzero((then.money.getnnz(axis=1) > 0) & (since.money.getnnz(axis=1) > 0))
    who = who[:: max(1, -(-len(who) // LEARN_FROM))]
    has = then.has
    top, score = ranked(has, weights(has), who, CANDIDATES)
    began = np.take_along_axis(np.asarray(since.has[who].todense()), top, axis=1)
    real = np.isfinite(score)
    return isotonic(score[real], began[real].astype(np.float64))


def isotonic(x: Floats, y: Floats) -> Likely:
    """The rising step function nearest to y, straight between its steps."""
    order = np.argsort(x, kind="stable")
    if not len(order):
        return Likely(np.zeros(0), np.zeros(0))
    level = isotonic_regression(y[order]).x
    ends = np.flatnonzero(np.diff(level, prepend=-1.0) + np.diff(level, append=2.0))
    return Likely(x[order][ends], level[ends])


@dataclass(frozen=True)
class Spend:
    """Of each group of peers × item: who buys it, and the logarithm of its money beside all else of their year.

    share: of the peers that bought within 52 weeks, how many bought it; (n_groups, n_items)
    mean, sd: of the logarithm, sd of one more account; (n_groups, n_items)
    """

    share: Floats
    buyers: Ints
    mean: Floats
    sd: Floats

    @classmethod
    def of(cls, bought: Bought, year: Matrix) -> Spend:
        found = year.money.tocoo()
        group = bought.peers.code[found.row]
        # Who buys hardly anything else tells nothing of how much others would buy beside what they do.
        share = np.minimum(found.data / bought.year[found.row], MOST_SHARE)
        log = np.log(share / (1 - share))
        shape = (len(bought.peers.n), year.money.shape[1])
        item = found.col.astype(np.int64)
        at = group * shape[1] + item
        n_item = summed(item, None, shape[1])
        whole = log.mean() if len(log) else 0.0
        # Items are drawn to all items, groups to their item.
        of_item = (summed(item, log, shape[1]) + PRIOR * whole) / (n_item + PRIOR)
        n = summed(at, None, shape[0] * shape[1]).reshape(shape)
        total = summed(at, log, shape[0] * shape[1]).reshape(shape)
        mean = (total + PRIOR * of_item) / (n + PRIOR)
        left = (log - mean[group, item]) ** 2
        pooled = left.mean() if len(left) else 1.0
        variance = (summed(item, left, shape[1]) + PRIOR * pooled) / (n_item + PRIOR)
        sd = np.sqrt(variance * (1 + 1 / (n + PRIOR)))
        with np.errstate(invalid="ignore", divide="ignore"):
            bought_by = n / bought.peers.n[:, None]
        return cls(bought_by, n.astype(np.int64), mean, sd)


COLUMNS = (
    "account",
    "item",
    "likely",
    "peers_share",
    "peers_buyers",
    "money",
    "low",
    "high",
    "because",
)


def chances(bought: Bought, gone: Ints) -> dict[str, Floats | Ints] | None:
    """Of each account that bought within 52 weeks at most KEPT items that it did not buy within two years.

    gone: codes of items that we no longer sell
    Returns: arrays of COLUMNS; item, because: codes of `bought.item`; because: what it buys that says so
        most, −1 = nothing; likely: that it begins within half a year, NaN = not known; money: a year's, if
        it bought as those of its peers do that buy it, of ten accounts one buys less than `low` and one
        more than `high`. None where neither products nor categories are told
    """
    item = bought.item
    if item is None:
        return None
    items = offered(bought, item, 0, gone)
    who = np.flatnonzero(bought.year > 0)
    if len(items) < 2 or not len(who):
        return None
    has = matrix(bought, item, (0, 7), items).has
    w = weights(has)
    top, score = ranked(has, w, who, CANDIDATES)
    spend = Spend.of(bought, matrix(bought, item, (0, 3), items))
    group = bought.peers.code[who][:, None]
    mean, sd = spend.mean[group, top], spend.sd[group, top]
    low = np.exp(mean - Z90 * sd) * bought.year[who][:, None]
    # None of its peers buys it, or nothing that it buys speaks for it: no chance that one can tell.
    fits = np.isfinite(score) & (score > 0) & (spend.buyers[group, top] >= 1)
    order = np.argsort(np.where(fits, -low, np.inf), axis=1, kind="stable")[:, :KEPT]
    row, column = np.nonzero(np.take_along_axis(fits, order, axis=1))
    column = order[row, column]
    place, account = top[row, column], who[row]
    size = bought.year[account]
    mean, sd = mean[row, column], sd[row, column]
    return {
        "account": account,
        "item": items[place],
        "likely": learnt(bought, item)(score[row, column]),
        "peers_share": spend.share[group[row, 0], place],
        "peers_buyers": spend.buyers[group[row, 0], place],
        "money": np.exp(mean + sd**2 / 2) * size,
        "low": low[row, column],
        "high": np.exp(mean + Z90 * sd) * size,
        "because": _because(has, w, account, place, items),
    }


def _because(has: sparse.csr_matrix, w: Floats, account: Ints, place: Ints, items: Ints) -> Ints:
    """What an account buys that speaks most for an item; −1 where nothing speaks for it."""
    found = np.full(len(account), -1, np.int64)
    for first in range(0, len(account), CHUNK):
        part = slice(first, first + CHUNK)
        theirs = has[account[part]]
        length = np.diff(theirs.indptr)
        speaks = w[theirs.indices, np.repeat(place[part], length)]
        # Of each row the last where they rise within rows: what speaks most.
        order = np.lexsort((speaks, np.repeat(np.arange(len(length)), length)))
        some = np.flatnonzero(length)
        most = order[theirs.indptr[1:][some] - 1]
        best = np.where(speaks[most] > 0, items[theirs.indices[most]], -1)
        found[first + some] = best
    return found
