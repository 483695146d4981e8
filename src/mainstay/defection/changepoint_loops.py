"""The changepoint posterior of order days, compiled."""

from __future__ import annotations

from math import ceil, exp, log

import numpy as np
import numpy.typing as npt

from mainstay.core.jit import contracted

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

RECENT = 52.0  # weeks in which a change is news
APART = 0.45  # weeks between two candidates: more say the same again
OLD_APART = 8.0  # weeks, of what changed before, and of what is cut off at least
LEAST_GAPS = 2  # before a change, and in what is left when an older change is cut off
ENORMOUS = 1e6
LN_2 = 0.6931471805599453
ROOT_HALF = 0x3FE6A09E667F3BCD  # the bits of √½
MOST_REGULAR, LEAST_REGULAR = 16.0, 0.5


@contracted
def rising(time: Floats, offsets: Longs, end: Floats) -> bool:
    """Whether the times of each series are numbers that rise, and none after its end."""
    for i in range(len(offsets) - 1):
        before = -np.inf
        for d in range(offsets[i], offsets[i + 1]):
            if not before <= time[d] < np.inf:
                return False
            before = time[d]
        if offsets[i] < offsets[i + 1] and not end[i] >= before:
            return False
    return True


@contracted
def _exp_small(x: float) -> float:
    """exp(x) for x ≤ 0 to 1e-11, 0 below −38; without a branch, so that a loop of it is vectorised.

    exp(x) = exp(x/64)^64, exp(x/64) by its series.
    """
    u = max(x, -38.0) * (1 / 64)
    p = 1 / 40320 + u * (1 / 362880)
    p = 1 / 5040 + u * p
    p = 1 / 720 + u * p
    p = 1 / 120 + u * p
    p = 1 / 24 + u * p
    p = 1 / 6 + u * p
    p = 1 / 2 + u * p
    p = 1.0 + u * p
    p = 1.0 + u * p
    p *= p
    p *= p
    p *= p
    p *= p
    p *= p
    p *= p
    return p


@contracted
def _log_and_inverse(x: float) -> tuple[float, float]:
    """log(x) to 1e-11 for an ordinary x > 0, without a branch too; and 1 / x.

    x = 2^e·m with √½ ≤ m < √2; log m by its series in (m − 1) / (m + 1). Both quotients by one
    division, which is what takes longest.
    """
    bits = np.float64(x).view(np.int64)
    power = (bits - ROOT_HALF) >> 52
    m = np.int64(bits - (power << 52)).view(np.float64)
    both = 1.0 / (x * (m + 1.0))
    z = (m - 1.0) * (x * both)
    y = z * z
    series = 2.0 + y * (2 / 3 + y * (2 / 5 + y * (2 / 7 + y * (2 / 9 + y * (2 / 11)))))
    return power * LN_2 + z * series, (m + 1.0) * both


@contracted
def _choose(time: Floats, end: float, kept: Longs, after: Floats) -> tuple[int, int]:
    """Choose the candidates: order days after which the rate may have changed.

    kept: filled with their places; after: (8, n), of which it fills the gaps after each (row 0) and
    their length (row 1)
    Returns: how many are old, how many there are
    """
    n, last = len(time), -1e300
    count, n_old = 0, 0
    for j in range(LEAST_GAPS, n):
        recent = time[j] >= end - RECENT
        if not recent and n - 1 - j < LEAST_GAPS:
            continue
        if time[j] - last < (APART if recent else OLD_APART):
            continue
        last = time[j]
        kept[count] = j
        after[0, count] = n - 1 - j
        after[1, count] = time[n - 1] - time[j]
        count += 1
        if not recent:
            n_old = count
    return n_old, count


@contracted
def _before_looking(
    time: Floats, end: float, model: Floats, kept: Longs, bounds: tuple[int, int], after: Floats
) -> float:
    """Fill the probability, before looking, of each candidate (row 2); that of none is returned."""
    n_old, count = bounds
    recent, chance, halves = 0.0, model[2], LN_2 / model[3]
    ago = end - time[-1]
    for c in range(n_old, count):
        after[2, c] = _exp_small(-halves * (ago + after[1, c]))
    for c in range(n_old, count):
        recent += after[2, c]
    chosen = chance / recent
    for c in range(n_old, count):
        after[2, c] *= chosen
    # What lies further back may have changed once more, as likely in each year.
    old_years = max(end - time[0] - RECENT, 0.0) / RECENT
    old = 1.0 - (1.0 - chance) ** old_years
    for c in range(n_old):
        after[2, c] = (1.0 - chance) * old / n_old
    return (1.0 - chance) * (1.0 - old if n_old else 1.0)


@contracted
def _lay_out(
    spans: tuple[float, float], k: float, count: int, ratios: Floats, after: Floats, cells: Floats
) -> None:
    """Fill, of each ratio and candidate, (B + ρu) / (D + u) in row 0, k·m₂·log ρ in row 1, and in row 2
    its probability before looking.

    Ratio after ratio, its candidates together: the loops over cells then know neither, and are long
    enough to be vectorised.
    """
    whole, still = spans
    steady = 1.0 / (whole + still)
    for a in range(ratios.shape[1]):
        less, per_event, first = 1.0 - ratios[0, a], k * ratios[1, a], a * count
        both = whole + ratios[0, a] * still
        for c in range(count):
            cells[0, first + c] = (both - less * after[1, c]) * steady
            cells[1, first + c] = per_event * after[0, c]
            cells[2, first + c] = ratios[2, a] * after[2, c]


@contracted
def _log_evidence(events: float, n: int, cells: Floats) -> None:
    """Leave the log evidence of every cell in row 1, but for the silence; the inverse of row 0 in 0.

    k·m₂·log ρ − events · log q
    """
    quotient, logs = cells[0], cells[1]
    for i in range(n):
        log_q, inverse = _log_and_inverse(quotient[i])
        logs[i] -= events * log_q
        quotient[i] = inverse


@contracted
def _silence(k: float, events: float, n: int, share: Floats, out: Floats) -> None:
    """P(the open gap lasts so long) / (1 − q)^events: Σ_{i<k} (events)_i / i! · qⁱ, by Horner.

    A shape between two whole ones takes its part of the last term. share: q, of n cells
    """
    terms = ceil(k)
    last = k - (terms - 1) if terms > 1 else 1.0
    for i in range(n):
        out[i] = last
    for term in range(terms - 1, 0, -1):
        step = (events + term - 1.0) / term
        for i in range(n):
            out[i] = 1.0 + step * share[i] * out[i]


@contracted
def _largest(values: Floats, n: int, least: float) -> float:
    """The largest of the first n, or `least`: four at a time, since each waits for the one before."""
    a = b = c = d = least
    whole = n - n % 4
    for i in range(0, whole, 4):
        a, b = max(a, values[i]), max(b, values[i + 1])
        c, d = max(c, values[i + 2]), max(d, values[i + 3])
    for i in range(whole, n):
        a = max(a, values[i])
    return max(max(a, b), max(c, d))


@contracted
def _weigh(
    k: float,
    events: float,
    spans: tuple[float, float],
    count: int,
    ratios: Floats,
    after: Floats,
    cells: Floats,
) -> float:
    """Leave the weight of each ratio and candidate in row 2 of `cells`, relative to the largest.

    spans: prior and gaps together, the open gap; ratios: (3, n), ratio, its logarithm, its weight
    cells: (5, at least n · count); row 0 is left with (D + u) / (B + ρu)
    Returns: the evidence of no change, relative to the largest too
    """
    n = ratios.shape[1] * count
    inverse, logs, weight, share, lasts = cells[0], cells[1], cells[2], cells[3], cells[4]
    open_share = spans[1] / (spans[0] + spans[1])
    share[0] = open_share
    _silence(k, events, 1, share, lasts)
    log_steady = log(lasts[0])
    _lay_out(spans, k, count, ratios, after, cells)
    _log_evidence(events, n, cells)
    largest = max(log_steady, _largest(logs, n, -1e300))
    if k > 1.0:
        for a in range(ratios.shape[1]):
            ratio = ratios[0, a] * open_share
            for i in range(a * count, (a + 1) * count):
                share[i] = ratio * inverse[i]
        _silence(k, events, n, share, lasts)
        if _largest(lasts, n, 1.0) > ENORMOUS:
            # A regular account, silent for many gaps: what is negligible by one factor is not by both.
            for i in range(n):
                logs[i] += log(lasts[i])
            largest = max(log_steady, _largest(logs, n, -1e300))
        else:
            for i in range(n):
                weight[i] *= lasts[i]
    for i in range(n):
        weight[i] *= _exp_small(logs[i] - largest)
    return exp(max(log_steady - largest, -700.0))


@contracted
def _sum_up(
    bounds: tuple[int, int], limits: Floats, ratios: Floats, cells: Floats, sums: Floats
) -> tuple[float, float]:
    """Sum the weights of each candidate over the ratios; return those of falls and of rises.

    limits: the ratios from which on one speaks of a fall, a rise; both of recent candidates alone
    sums: (5, count), filled with weights; with weights over rates before; and over rates now, both
        in units of the account's rate without a change; with weights of falls, and of rises
    """
    n_old, count = bounds
    inverse, weight = cells[0], cells[2]
    sums[:, :count] = 0.0
    for a in range(ratios.shape[1]):
        ratio, first = ratios[0, a], a * count
        falls, rises = 1.0 if ratio <= limits[0] else 0.0, 1.0 if ratio >= limits[1] else 0.0
        for c in range(count):
            here = weight[first + c]
            rate = here * inverse[first + c]
            sums[0, c] += here
            sums[1, c] += rate
            sums[2, c] += rate * ratio
            sums[3, c] += falls * here
            sums[4, c] += rises * here
    fell = rose = 0.0
    for c in range(n_old, count):
        fell += sums[3, c]
        rose += sums[4, c]
    return fell, rose


@contracted
def _one_run(
    time: Floats,
    end: float,
    k: float,
    model: Floats,
    ratios: Floats,
    kept: Longs,
    after: Floats,
    cells: Floats,
    out: Floats,
) -> tuple[int, int]:
    """Fill out (6,) for the order days of one series.

    model: prior shape and rate, and the rule of `posterior`
    Returns: the place of the likeliest recent candidate, −1 where a recent change is less likely
        than not; and that of the likeliest old one, −1 where an old change is
    """
    n = len(time)
    events = model[0] + k * (n - 1)
    whole, still = model[1] / k + time[n - 1] - time[0], end - time[n - 1]
    mean = events / (k * (whole + still))
    out[0], out[1], out[2], out[3], out[4], out[5] = 0.0, 0.0, 0.0, mean, mean, events
    n_old, count = _choose(time, end, kept, after)
    if count == 0:
        return -1, -1
    none = _before_looking(time, end, model, kept, (n_old, count), after)
    none *= _weigh(k, events, (whole, still), count, ratios, after, cells)
    fell, rose = _sum_up((n_old, count), model[4:], ratios, cells, after[3:])
    old, recent, before, now, known = 0.0, 0.0, 0.0, 0.0, 0.0
    best_old, best, heaviest_old, heaviest = -1, -1, 0.0, 0.0
    for c in range(count):
        here = after[3, c]
        now += after[5, c]
        # What changed long ago is no change any more: it was as it is.
        before += after[5, c] if c < n_old else after[4, c]
        known += here * after[0, c]
        if c < n_old:
            old += here
            if here > heaviest_old:
                best_old, heaviest_old = kept[c], here
        else:
            recent += here
            if here > heaviest:
                best, heaviest = kept[c], here
    all_ = none + old + recent
    none /= all_
    out[0], out[1], out[2] = recent / all_, fell / all_, rose / all_
    out[3] = mean * (before / all_ + none)
    out[4] = mean * (now / all_ + none)
    out[5] = model[0] + k * (known / all_ + none * (n - 1))
    return best if out[0] >= 0.5 else -1, best_old if old >= 0.5 * all_ else -1


@contracted
def regularities(time: Floats, offsets: Longs, about: Floats, out: Floats) -> None:
    """Each series' Gamma shape of its gaps, from the differences of neighbouring ones.

    ((g − g′) / (g + g′))² has mean 1 / (2k + 1) when both gaps are Gamma(k, ·) of one rate; what
    the rate was does not matter, nor that it changed between other gaps. Gaps cannot be shorter than
    a day, which makes short ones look regular; (1 + 4R / (g + g′)) with R half of it takes that back.
    about: (3, n_series): that mean in the population, how many pairs it counts like, the least gap
    Source: Shinomoto, Shima & Tanji (2003), the local variation Lv = 3 × this mean; Shinomoto et al.
    (2009), its revision LvR for a least gap R
    """
    for i in range(len(offsets) - 1):
        total, pairs, twice = about[0, i] * about[1, i], about[1, i], 2.0 * about[2, i]
        for d in range(offsets[i] + 2, offsets[i + 1]):
            both = time[d] - time[d - 2]
            if both > 0.0:
                per_both = 1.0 / both
                odd = (time[d] - 2.0 * time[d - 1] + time[d - 2]) * per_both
                total += odd * odd * (1.0 + twice * per_both)
                pairs += 1.0
        spread = max(total / pairs, 1e-6)
        out[i] = min(max((1.0 / spread - 1.0) / 2.0, LEAST_REGULAR), MOST_REGULAR)


@contracted
def posterior(
    time: Floats,
    offsets: Longs,
    end: Floats,
    regularity: Floats,
    prior: Floats,
    rule: Floats,
    ratios: Floats,
    out: Floats,
    since: npt.NDArray[np.int32],
) -> None:
    """Fill out (n_series, 6): p_changed, p_fell, p_rose, rate_before, rate_now, events; and since.

    prior: (2, n_series), shape and rate of each
    rule: chance of a change within a year, the half-life of what makes it news in weeks, the ratios
        from which on one speaks of a fall, a rise
    ratios: (3, n): ratios of the rates, their logarithms, their probabilities before looking
    """
    longest = 1
    for i in range(len(offsets) - 1):
        longest = max(longest, offsets[i + 1] - offsets[i])
    kept, after = np.empty(longest, np.int64), np.empty((8, longest))
    cells = np.empty((5, ratios.shape[1] * longest))
    model = np.empty(6)
    model[2:] = rule
    for i in range(len(offsets) - 1):
        first, last = offsets[i], offsets[i + 1]
        model[0], model[1] = prior[0, i], prior[1, i]
        since[i] = -1
        if first == last:
            out[i, 0], out[i, 1], out[i, 2] = 0.0, 0.0, 0.0
            out[i, 3], out[i, 4], out[i, 5] = model[0] / model[1], model[0] / model[1], model[0]
            continue
        while True:
            place, old = _one_run(
                time[first:last], end[i], regularity[i], model, ratios, kept, after, cells, out[i]
            )
            if old < 0:
                break
            # How it bought before an older change says nothing of today: look again without it. Long
            # ago some weeks are cut off at least: of who orders nearly daily the next two gaps may
            # look odd again and again, which would be hundreds of looks.
            begin = min(time[first], end[i] - RECENT - 2.0 * OLD_APART)
            first += old
            while first + LEAST_GAPS + 1 < last and time[first] < begin + OLD_APART:
                first += 1
        since[i] = first - offsets[i] + place if place >= 0 else -1
