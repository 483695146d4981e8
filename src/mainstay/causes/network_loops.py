"""The loops of the network, compiled. What they compute is said in `network.py`."""

from __future__ import annotations

from math import exp

import numpy as np

from mainstay.core.jit import compiled

BEGINS = 0.5  # of the peak, at the day itself
LEAST = 0.02  # of the peak; less is nothing


@compiled
def exposures(
    offsets, channel, strength, since, until, before, delay, fade, pair, match, begins, x
):
    """x[i, c, t]: how exposed account i is through channel c as period t begins, 0..1.

    before, delay, fade: weeks; x: float32 (n_accounts, n_channels, n_periods), 0 at the beginning;
    filled as 1 − Π(1 − strength·K)
    """
    n_periods = len(begins)
    for i in range(len(offsets) - 1):
        for k in range(offsets[i], offsets[i + 1]):
            c = channel[k]
            peak = until[k] + 7.0 * delay[k]
            rising = max(7.0 * delay[k], 1.0)
            for t in range(n_periods):
                day = begins[t]
                if day < since[k] - 7.0 * before[k]:
                    continue
                if day >= peak:
                    size = exp(-(day - peak) / (7.0 * fade[k]))
                    if size < LEAST:
                        break
                else:
                    done = min(max((day - since[k]) / rising, 0.0), 1.0)
                    size = BEGINS + (1.0 - BEGINS) * done
                size *= strength[k]
                if pair[k] >= 0:
                    size = min(size * match[pair[k], t], 1.0)
                x[i, c, t] = 1.0 - (1.0 - x[i, c, t]) * (1.0 - size)


@compiled
def weigh(
    x,
    cause,
    told,
    ratio,
    there,
    rates,
    hidden,
    leak,
    recorded,
    unrecorded,
    exposed,
    watched,
    p_fell,
    by_period,
    pace,
):
    """One look at all accounts with these rates: what of each fall each channel takes, by its share.

    cause: int64 (n_channels,); rates: float64 (n_channels,), a period; hidden: (n_causes,); leak
    told: float64 (n_accounts, n_causes), how far words speak for a cause; 1 = not at all
    recorded: float64 (n_accounts, n_channels), P(it fell, and by this); unrecorded: (n, n_causes)
    exposed: float64 (n_accounts, n_channels), periods at risk times exposure; watched: (n_accounts,)
    p_fell: float64 (n_accounts,); by_period: float64 (n_accounts, n_periods), P(it began then)
    pace: float64 (n_accounts,), the rate at which falls come where this one began
    """
    n_accounts, n_channels, n_periods = x.shape
    n_causes = len(hidden)
    share = np.zeros(n_channels)
    active = np.zeros(n_channels, np.int64)
    for i in range(n_accounts):
        n_active = 0
        for c in range(n_channels):
            for t in range(n_periods):
                if x[i, c, t] > 0.0:
                    active[n_active] = c
                    n_active += 1
                    break
        rest = leak
        for j in range(n_causes):
            rest += hidden[j] * told[i, j]
        stays = 1.0
        whole = 0.0
        of_rest = 0.0
        for t in range(n_periods):
            if not there[i, t]:
                continue
            total = rest
            for k in range(n_active):
                c = active[k]
                share[c] = rates[c] * x[i, c, t] * told[i, cause[c]]
                total += share[c]
            seen = ratio[i, t] * stays
            whole += seen * total
            of_rest += seen
            by_period[i, t] = seen * total
            pace[i] += seen * total * total
            for k in range(n_active):
                recorded[i, active[k]] += seen * share[active[k]]
            stays *= exp(-total)
        whole_and_none = whole + stays
        p_fell[i] = whole / whole_and_none
        pace[i] = pace[i] / whole if whole > 0.0 else 0.0
        for k in range(n_active):
            recorded[i, active[k]] /= whole_and_none
        for j in range(n_causes):
            unrecorded[i, j] = of_rest * hidden[j] * told[i, j] / whole_and_none
        # At risk until it fell, if it did: what comes after is no risk any more.
        stood = 1.0
        for t in range(n_periods):
            if there[i, t]:
                by_period[i, t] /= whole_and_none
                watched[i] += stood
                for k in range(n_active):
                    exposed[i, active[k]] += stood * x[i, active[k], t]
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
