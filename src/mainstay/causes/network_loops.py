"""The loops of the network, compiled. What they compute is said in `network.py`."""

from __future__ import annotations

from math import exp

import numpy as np

from mainstay.standing.jit import compiled

BEFORE_DAYS = 21.0  # a fall may be seen to begin so much before what caused it: periods are coarse
BEGINS = 0.5  # of the peak, at the day itself


@compiled
def exposures(offsets, cause, weight, since, until, delay, fade, pair, match, begins, x):
    """x[i, j, t]: how exposed account i is to cause j as period t begins, 0..1.

    x: float32 (n_accounts, n_causes, n_periods), 0 at the beginning; filled as 1 − Π(1 − weight·K)
    """
    n_periods = len(begins)
    for i in range(len(offsets) - 1):
        for k in range(offsets[i], offsets[i + 1]):
            j = cause[k]
            peak = until[k] + 7.0 * delay[k]
            rising = max(7.0 * delay[k], 1.0)
            for t in range(n_periods):
                day = begins[t]
                if day < since[k] - BEFORE_DAYS:
                    continue
                if day >= peak:
                    size = exp(-(day - peak) / (7.0 * fade[k]))
                    if size < 0.02:
                        break
                else:
                    done = min(max((day - since[k]) / rising, 0.0), 1.0)
                    size = BEGINS + (1.0 - BEGINS) * done
                size *= weight[k]
                if pair[k] >= 0:
                    size = min(size * match[pair[k], t], 1.0)
                x[i, j, t] = 1.0 - (1.0 - x[i, j, t]) * (1.0 - size)


@compiled
def weigh(
    x,
    told,
    ratio,
    there,
    rates,
    hidden,
    leak,
    taken,
    background,
    exposed,
    watched,
    p_fell,
    by_period,
    pace,
):
    """One look at all accounts with these rates: what of each fall each cause takes, by its share.

    rates, hidden: float64 (n_causes,), a period; leak: a period
    told: float64 (n_accounts, n_causes), how far words speak for a cause; 1 = not at all
    taken: float64 (n_accounts, n_causes), P(it fell, and by this cause, recorded or told)
    background: float64 (n_accounts, n_causes), the same of what nobody recorded
    exposed: float64 (n_accounts, n_causes), periods at risk times exposure; watched: (n_accounts,)
    p_fell: float64 (n_accounts,); by_period: float64 (n_accounts, n_periods), P(it began then)
    pace: float64 (n_accounts,), the rate at which falls come where this one began
    """
    n_accounts, n_causes, n_periods = x.shape
    share = np.zeros(n_causes)
    for i in range(n_accounts):
        stays = 1.0
        whole = 0.0
        for t in range(n_periods):
            if not there[i, t]:
                continue
            total = leak
            for j in range(n_causes):
                share[j] = rates[j] * x[i, j, t] * told[i, j]
                total += share[j] + hidden[j] * told[i, j]
            seen = ratio[i, t] * stays
            whole += seen * total
            by_period[i, t] = seen * total
            pace[i] += seen * total * total
            for j in range(n_causes):
                taken[i, j] += seen * share[j]
                background[i, j] += seen * hidden[j] * told[i, j]
            stays *= exp(-total)
        whole_and_none = whole + stays
        p_fell[i] = whole / whole_and_none
        pace[i] = pace[i] / whole if whole > 0.0 else 0.0
        for j in range(n_causes):
            taken[i, j] /= whole_and_none
            background[i, j] /= whole_and_none
        # At risk until it fell, if it did: what comes after is no risk any more.
        stood = 1.0
        for t in range(n_periods):
            if there[i, t]:
                by_period[i, t] /= whole_and_none
                watched[i] += stood
                for j in range(n_causes):
                    exposed[i, j] += stood * x[i, j, t]
                stood -= by_period[i, t]


@compiled
def subsets(strength, leak, took_part, main):
    """Exact noisy-OR over all sets of at most three causes and the leak, given that it fell.

    strength: float64 (n_accounts, n_nodes), P(cause alone makes it fall); leak: (n_accounts,)
    took_part, main: float64 (n_accounts, n_nodes + 1), the last of the leak
    """
    n_accounts, m = strength.shape
    for i in range(n_accounts):
        none = 1.0
        for j in range(m):
            none *= 1.0 - strength[i, j]
        none *= 1.0 - leak[i]
        total = 0.0
        odds = np.empty(m + 1)
        size = np.empty(m + 1)
        for j in range(m + 1):
            q = strength[i, j] if j < m else leak[i]
            q = min(max(q, 0.0), 0.999)
            odds[j] = q / (1.0 - q)
            size[j] = -np.log(1.0 - q)
        for a in range(m + 1):
            if odds[a] == 0.0:
                continue
            one = none * odds[a]
            total += one
            took_part[i, a] += one
            main[i, a] += one
            for b in range(a + 1, m + 1):
                if odds[b] == 0.0:
                    continue
                two = one * odds[b]
                total += two
                took_part[i, a] += two
                took_part[i, b] += two
                main[i, a] += two * size[a] / (size[a] + size[b])
                main[i, b] += two * size[b] / (size[a] + size[b])
                for c in range(b + 1, m + 1):
                    if odds[c] == 0.0:
                        continue
                    three = two * odds[c]
                    total += three
                    whole = size[a] + size[b] + size[c]
                    took_part[i, a] += three
                    took_part[i, b] += three
                    took_part[i, c] += three
                    main[i, a] += three * size[a] / whole
                    main[i, b] += three * size[b] / whole
                    main[i, c] += three * size[c] / whole
        if total > 0.0:
            for j in range(m + 1):
                took_part[i, j] /= total
                main[i, j] /= total
