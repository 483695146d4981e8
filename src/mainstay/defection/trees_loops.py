"""What each feature adds to what trees of few leaves say of an account, compiled.

Such a tree asks few questions, so there are few ways to answer them all: the Shapley values of each way
are worked out once, and an account only looks its own up.
"""

from __future__ import annotations

from math import isnan
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mainstay.core.jit import compiled

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NAN_IS_ZERO, NAN_LEFT, NAN_RIGHT = 0, 1, 2


class Questions(NamedTuple):
    """What each tree asks; arrays (n_trees, most), a question is answered yes where x ≤ threshold.

    n: (n_trees,), how many questions; feature, threshold; unknown: NAN_…, how NaN is answered
    children: (n_trees, most, 2), where no and yes lead: a question, or −1 − leaf
    reached: (n_trees, most), rows that came to each question; of_leaf: (n_trees, most + 1)
    value: (n_trees, most + 1), of the leaves
    """

    n: Ints
    feature: Ints
    threshold: Floats
    unknown: Ints
    children: Ints
    reached: Floats
    of_leaf: Floats
    value: Floats


@compiled
def _expected(tree: Questions, t: int, way: int, known: int, slot: Ints) -> float:
    """What tree t says of who answers as in the bits of `way`, where only features in the bits of
    `known` are: at a question of another, its rows' shares are followed both ways.

    slot: the bit of each question's feature
    """
    waiting, weight = np.empty(len(slot) + 2, np.int64), np.empty(len(slot) + 2)
    waiting[0], weight[0], left, total = 0, 1.0, 1, 0.0
    while left:
        left -= 1
        node, w = waiting[left], weight[left]
        if node < 0:
            total += w * tree.value[t, -1 - node]
            continue
        for yes in range(2):
            to = tree.children[t, node, yes]
            if known >> slot[node] & 1:
                if way >> node & 1 != yes:
                    continue
                part = w
            else:
                came = tree.of_leaf[t, -1 - to] if to < 0 else tree.reached[t, to]
                part = w * came / tree.reached[t, node]
            waiting[left], weight[left] = to, part
            left += 1
    return total


@compiled
def work_out(tree: Questions, features: Ints, parts: Floats) -> None:
    """Fill in, of each tree and way to answer, the Shapley values of its features.

    features: (n_trees, most), filled with its features, −1 after the last
    parts: (n_trees, 2^most, most), filled with what each of these adds
    """
    most = features.shape[1]
    said, slot = np.empty(1 << most), np.empty(most, np.int64)
    for t in range(len(tree.n)):
        features[t] = -1
        count = 0
        for s in range(tree.n[t]):
            slot[s] = 0
            while slot[s] < count and features[t, slot[s]] != tree.feature[t, s]:
                slot[s] += 1
            if slot[s] == count:
                features[t, count] = tree.feature[t, s]
                count += 1
        for way in range(1 << tree.n[t]):
            for known in range(1 << count):
                said[known] = _expected(tree, t, way, known, slot) if count else 0.0
            parts[t, way] = 0.0
            for known in range((1 << count) - 1):
                size, weight = 0, 1.0 / count
                for f in range(count):
                    size += known >> f & 1
                for k in range(size):  # size! (count − size − 1)! / count!
                    weight *= (k + 1.0) / (count - 1.0 - k)
                for f in range(count):
                    if not known >> f & 1:
                        parts[t, way, f] += weight * (said[known | 1 << f] - said[known])


@compiled
def _way(tree: Questions, t: int, x: Floats) -> int:
    """How one account answers tree t's questions, as bits."""
    way = 0
    for s in range(tree.n[t]):
        value = x[tree.feature[t, s]]
        if isnan(value):
            if tree.unknown[t, s] != NAN_IS_ZERO:
                way |= (tree.unknown[t, s] == NAN_LEFT) << s
                continue
            value = 0.0
        way |= (value <= tree.threshold[t, s]) << s
    return way


@compiled
def add_up(tree: Questions, features: Ints, parts: Floats, x: Floats, out: Floats) -> None:
    """Fill what each feature adds for each account; x, out: (n, n_features)"""
    out[:] = 0.0
    for i in range(len(x)):
        for t in range(len(tree.n)):
            way = _way(tree, t, x[i])
            for f in range(features.shape[1]):
                if features[t, f] < 0:
                    break
                out[i, features[t, f]] += parts[t, way, f]
