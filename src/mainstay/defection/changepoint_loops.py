"""The changepoint posterior, compiled."""

from __future__ import annotations

from math import exp, lgamma, log, log1p

import numpy as np
import numpy.typing as npt

from mainstay.standing.jit import compiled

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

_TABLE = 4096  # counts below this have their log Γ in a table


@compiled
def _exp_small(x: float) -> float:
    """exp(x) for x ≤ 0 to 1e-11, 0 below −38; without a branch, so that a loop of it is vectorised.

    exp(x) = exp(x/64)^64, exp(x/64) by its series.
    """
    u = max(x, -38.0) * (1 / 64)
    p = 1.0 + u * (1 / 12)  # divisions by constants are made before, once
    p = 1.0 + u * (1 / 11) * p
    p = 1.0 + u * (1 / 10) * p
    p = 1.0 + u * (1 / 9) * p
    p = 1.0 + u * (1 / 8) * p
    p = 1.0 + u * (1 / 7) * p
    p = 1.0 + u * (1 / 6) * p
    p = 1.0 + u * (1 / 5) * p
    p = 1.0 + u * (1 / 4) * p
    p = 1.0 + u * (1 / 3) * p
    p = 1.0 + u * (1 / 2) * p
    p = 1.0 + u * p
    p *= p
    p *= p
    p *= p
    p *= p
    p *= p
    p *= p
    return p


@compiled
def _beta_fraction(p: float, q: float, z: float) -> float:
    """The continued fraction of the incomplete beta to 1e-6, two steps and one division at a time.

    Source: Abramowitz & Stegun (1964), 26.5.8
    """
    a_last, b_last, a = 1.0, 1.0, 1.0
    b = 1.0 - (p + q) * z / (p + 1.0)
    i = 1.0
    while True:
        even = i * (q - i) * z / ((p + 2.0 * i - 1.0) * (p + 2.0 * i))
        odd = -(p + i) * (p + q + i) * z / ((p + 2.0 * i) * (p + 2.0 * i + 1.0))
        a_even, b_even = a + even * a_last, b + even * b_last
        scale = 1.0 / (b_even + odd * b)
        a_odd = (a_even + odd * a) * scale
        if abs(a_odd - a) < 1e-6 * abs(a_odd) or i > 5000.0:
            return a_odd
        a_last, b_last = a_even * scale, b_even * scale
        a, b = a_odd, 1.0
        i += 1.0


@compiled
def _p_ratio_below(log_q: float, now: float, before: float, log_b: float) -> float:
    """P(λ₂/λ₁ ≤ limit), λ₁ ~ Gamma(before, weeks_before) and λ₂ ~ Gamma(now, weeks_now).

    With G = weeks · λ, G₂/(G₁+G₂) ~ Beta(now, before): the incomplete beta at q/(1+q), or one
    minus its mirror image.
    log_q: log(limit · weeks_now / weeks_before); log_b: log B(now, before)
    """
    q = exp(log_q)
    z = q / (1.0 + q)
    front = exp(now * log_q - (now + before) * log1p(q) - log_b)
    if z < (now + 1.0) / (now + before + 2.0):
        return min(1.0, front * _beta_fraction(now, before, z) / now)
    return max(0.0, 1.0 - front * _beta_fraction(before, now, 1.0 / (1.0 + q)) / before)


@compiled
def _log_gammas(shape: float) -> Floats:
    """log Γ(shape + count) for counts below _TABLE."""
    table = np.empty(_TABLE)
    for count in range(_TABLE):
        table[count] = lgamma(shape + count)
    return table


@compiled
def _log_gamma(table: Floats, shape: float, count: int) -> float:
    """log Γ(shape + count)."""
    return table[count] if count < len(table) else lgamma(shape + count)


@compiled
def _lay_out_weeks(exposure: Floats, rate: float, length: int, weeks: Floats) -> None:
    """Prior + exposure before (row 0) and from (row 1) each week, their logs (2, 3) and 1/… (4, 5)."""
    weeks[0, 0] = rate
    for c in range(length):
        weeks[0, c + 1] = weeks[0, c] + exposure[c]
    for c in range(length + 1):
        weeks[1, c] = weeks[0, length] - weeks[0, c] + rate
        weeks[2, c], weeks[3, c] = log(weeks[0, c]), log(weeks[1, c])
        weeks[4, c], weeks[5, c] = 1.0 / weeks[0, c], 1.0 / weeks[1, c]


@compiled
def _weigh(
    counts: npt.NDArray[np.int32],
    total: int,
    shape: float,
    table: Floats,
    weeks: Floats,
    gained: Floats,
    weight: Floats,
    steady: float,
) -> float:
    """weight: evidence of a change in each week, relative to the largest of all; its log returned.

    gained: shape + counts before each week, filled; steady: log evidence of no change
    """
    length = len(counts)
    both = 2.0 * shape + total
    so_far = 0
    tabled = total < len(table)
    for c in range(1, length):
        so_far += counts[c - 1]
        gained[c] = shape + so_far
        if tabled:
            weight[c] = table[so_far] + table[total - so_far]
        else:
            weight[c] = _log_gamma(table, shape, so_far) + _log_gamma(table, shape, total - so_far)
    for c in range(1, length):
        weight[c] -= gained[c] * weeks[2, c] + (both - gained[c]) * weeks[3, c]
    largest = steady
    for c in range(1, length):
        if weight[c] > largest:
            largest = weight[c]
    for c in range(1, length):
        weight[c] = _exp_small(weight[c] - largest)
    return largest


@compiled
def _fell_and_rose(
    limits: tuple[float, float, float],
    log_both: float,
    total: int,
    shape: float,
    table: Floats,
    weeks: Floats,
    gained: Floats,
    probability: Floats,
    length: int,
) -> tuple[float, float]:
    """P(changed, and ratio ≤ fall), P(changed, and ratio ≥ rise).

    limits: fall, rise, and the share of the posterior up to which weeks share one evaluation
    """
    log_fall, log_rise, block = log(limits[0]), log(limits[1]), limits[2]
    negligible = 0.05 * block
    both = 2.0 * shape + total
    p_fell, p_rose, in_block, moment = 0.0, 0.0, 0.0, 0.0
    for c in range(1, length):
        in_block += probability[c]
        moment += probability[c] * c
        if c + 1 < length and in_block + probability[c + 1] <= block:
            continue
        if in_block <= 0.0:
            continue
        h = int(moment / in_block + 0.5)  # the middle of the block
        before, now = gained[h], both - gained[h]
        log_weeks = weeks[3, h] - weeks[2, h]
        so_far = int(before - shape + 0.5)
        log_b = (
            _log_gamma(table, shape, so_far) + _log_gamma(table, shape, total - so_far) - log_both
        )
        # The likelier side first; the other only where it can still add anything.
        if now * weeks[0, h] < before * weeks[1, h]:
            fell = _p_ratio_below(log_fall + log_weeks, now, before, log_b)
            p_fell += in_block * fell
            if 1.0 - fell > negligible:
                below = _p_ratio_below(log_rise + log_weeks, now, before, log_b)
                p_rose += in_block * (1.0 - below)
        else:
            below = _p_ratio_below(log_rise + log_weeks, now, before, log_b)
            p_rose += in_block * (1.0 - below)
            if below > negligible:
                fell = _p_ratio_below(log_fall + log_weeks, now, before, log_b)
                p_fell += in_block * fell
        in_block, moment = 0.0, 0.0
    return p_fell, p_rose


@compiled
def _heaviest(weight: Floats, length: int) -> int:
    best = 1
    for c in range(2, length):
        if weight[c] > weight[best]:
            best = c
    return best


@compiled
def _one_series(
    counts: npt.NDArray[np.int32],
    model: Floats,
    limits: tuple[float, float, float],
    table: Floats,
    weeks: Floats,
    gained: Floats,
    weight: Floats,
    out: Floats,
) -> int:
    """Fill out (5,) for one series whose weeks are laid out; returns `since`."""
    shape, p_change, length = model[0], model[2], len(counts)
    total = 0
    for c in range(length):
        total += counts[c]
    mean = (shape + total) * weeks[4, length]
    out[0], out[1], out[2], out[3], out[4] = 0.0, 0.0, 0.0, mean, mean
    if length < 2:
        return -1
    one_rate = (
        _log_gamma(table, shape, total)
        - (shape + total) * weeks[2, length]
        + table[0]
        - shape * weeks[2, 0]
    )
    largest = _weigh(counts, total, shape, table, weeks, gained, weight, one_rate)
    both = 2.0 * shape + total
    evidence, before, now = 0.0, 0.0, 0.0
    for c in range(1, length):
        evidence += weight[c]
        before += weight[c] * gained[c] * weeks[4, c]
        now += weight[c] * (both - gained[c]) * weeks[5, c]
    scale = p_change / (length - 1)
    scale /= scale * evidence + (1.0 - p_change) * exp(one_rate - largest)
    changed = scale * evidence
    since = _heaviest(weight, length) if changed >= 0.5 else -1
    for c in range(1, length):
        weight[c] *= scale
    # Where it will be read, four times as fine.
    block = limits[2] / 4.0 if changed >= 0.5 else limits[2]
    log_both = lgamma(both)
    fell, rose = _fell_and_rose(
        (limits[0], limits[1], block), log_both, total, shape, table, weeks, gained, weight, length
    )
    out[0], out[1], out[2] = changed, min(fell, changed), min(rose, changed)
    out[3] = scale * before + (1.0 - changed) * mean
    out[4] = scale * now + (1.0 - changed) * mean
    return since


@compiled
def posterior(
    counts: npt.NDArray[np.int32],
    offsets: Longs,
    exposure: Floats,
    shared: bool,
    model: Floats,
    limits: tuple[float, float, float],
    out: Floats,
    since: npt.NDArray[np.int32],
) -> None:
    """Fill out (n_series, 5): p_changed, p_fell, p_rose, rate_before, rate_now; and since.

    exposure: one value a count, or, if shared, one a week, and every series ends in the last week
    model: prior shape, prior rate, prior probability of a change
    limits: as in `_fell_and_rose`
    """
    table = _log_gammas(model[0])
    longest = 0
    for i in range(len(offsets) - 1):
        longest = max(longest, offsets[i + 1] - offsets[i])
    weight, gained = np.empty(longest + 1), np.empty(longest + 1)
    weeks = np.empty((6, longest + 1))
    last_length = -1
    for i in range(len(offsets) - 1):
        start, length = offsets[i], offsets[i + 1] - offsets[i]
        if not shared or length != last_length:
            first = len(exposure) - length if shared else start
            _lay_out_weeks(exposure[first : first + length], model[1], length, weeks)
            last_length = length
        own = counts[start : start + length]
        since[i] = _one_series(own, model, limits, table, weeks, gained, weight, out[i])
