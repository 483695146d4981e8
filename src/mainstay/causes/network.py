"""The cause network: which of the recorded facts made an account's purchases fall.

A channel l is one kind of signal that speaks for one cause. Through every channel that account i is
exposed by at time t, by x_il(t) in 0..1, its purchases begin to fall at the rate w_l x_il(t); by cause
j that nobody recorded they do so at the rate h_j, by none that we know at the rate h₀ (the leak). That
is a noisy-OR in time: P(no fall in Δ) = Π exp(−w_l x_il Δ). With R_i(τ) what the orders say of a fall
that begins at τ against none (`declines`),

    P(fell at τ, by l | all) ∝ R_i(τ) · S_i(τ) · w_l x_il(τ) · v_ij,     S_i(τ) = Π_{t<τ} exp(−λ_i(t))

where v_ij is what was said of the cause j of l. So facts that come after the fall explain nothing, and
a fall is likelier where there is a reason. The rates are Gamma(a, b) before looking and are learnt by
expectation and maximisation from all accounts, healthy ones too: w_l = (a + falls by l) / (b + periods
at risk × exposure). What a review confirmed counts as it was confirmed.

Sources: Pearl (1988), ch. 4.3, noisy-OR with a leak; competing hazards as in Prentice et al. (1978).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from mainstay.causes.families import CAUSE_NAMES
from mainstay.causes.purchases import YEAR_PERIODS

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
N = len(CAUSE_NAMES)
ROUNDS = 30
ENOUGH = 1e-3  # of change in the rates
# Of falls a year before looking: at full exposure, and with nothing recorded.
PRIOR_RATE, PRIOR_FALLS = 0.5, 3.0
PRIOR_BACKGROUND, PRIOR_BACKGROUND_FALLS = 0.10, 5.0
# Without reviews, what is recorded of everybody all the time would take the place of what nobody records:
# so many of the falls by causes that records are kept of, and all others, are believed to have no recorded
# cause, with so much weight beside the data's one.
UNEXPLAINED, UNEXPLAINED_WORTH = 0.2, 2.0
LEAST_WEIGHT = 0.05
LEAK_SHARE = 0.3  # of the background: falls without a cause that anybody could name
MISSED = 0.3  # of a cause's falls that leave no record, where its tables are kept
TOGETHER_YEARS = 0.5  # causes that begin within half a year act together


@dataclass(frozen=True)
class Rates:
    """What is learnt, a period (four weeks).

    rate: float array (n_channels,), at full exposure
    hidden: float array (N,), by cause, of what nobody recorded; leak
    falls: float array (n_channels,), how many falls the data count for each; exposed_years likewise
    unexplained: share of the falls that is believed to have no recorded cause
    """

    rate: Floats
    hidden: Floats
    leak: float
    falls: Floats
    exposed_years: Floats
    unexplained: float = UNEXPLAINED

    @property
    def background(self) -> float:
        return float(self.hidden.sum()) + self.leak


@dataclass(frozen=True)
class Confirmed:
    """What reviews confirmed, of accounts by their place.

    fell: share of the fall by each cause, (N,); all 0 = reviewed, and nothing was found
    healthy: places of controls that were reviewed and have not fallen
    onset: when the fall began, where a review says so; period: of PERIODS, where it is one of them
    """

    fell: dict[int, Floats] = field(default_factory=dict)
    healthy: frozenset[int] = frozenset()
    onset: dict[int, date] = field(default_factory=dict)
    period: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Exposed:
    """What the network looks at, of some accounts.

    x: float32 array (n, n_channels, PERIODS), exposure, 0..1
    cause: int array (n_channels,), place in CAUSE_NAMES
    told: float array (n, N), how much likelier words make a cause; 1 = nothing was said
    ratio: float array (n, PERIODS), of `declines`
    there: bool array (n, PERIODS), whether a fall could begin then
    """

    x: npt.NDArray[np.float32]
    cause: Longs
    told: Floats
    ratio: Floats
    there: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Weighed:
    """What the network says of each account; arrays (n, …).

    p_fell: probability that its purchases fell
    by_period: (n, PERIODS), that the fall began then
    recorded: (n, n_channels), that it fell by this
    hidden: (n, N), that it fell by this cause, and nobody recorded it
    exposed: (n, n_channels), periods at risk times exposure; watched: (n,), periods at risk
    pace: (n,), the rate of falls a period where this one began
    """

    p_fell: Floats
    by_period: Floats
    recorded: Floats
    hidden: Floats
    exposed: Floats
    watched: Floats
    pace: Floats


def weigh(data: Exposed, rates: Rates) -> Weighed:
    """What of each account's fall each cause takes."""
    from mainstay.causes import network_loops as loops

    n, channels = data.x.shape[:2]
    recorded, exposed = np.zeros((n, channels)), np.zeros((n, channels))
    hidden, by_period = np.zeros((n, N)), np.zeros_like(data.ratio)
    watched, p_fell, pace = np.zeros(n), np.zeros(n), np.zeros(n)
    loops.weigh(
        data.x,
        data.cause,
        data.told,
        data.ratio,
        data.there,
        rates.rate,
        rates.hidden,
        rates.leak,
        recorded,
        hidden,
        exposed,
        watched,
        p_fell,
        by_period,
        pace,
    )
    return Weighed(p_fell, by_period, recorded, hidden, exposed, watched, pace)


def before_looking(base: Floats, kept: npt.NDArray[np.bool_], weights: Floats) -> Rates:
    """The rates that one begins with.

    base: float array (N,), how common each cause is among falls, sums to 1
    kept: bool array (N,), whether any table is kept that would show the cause
    weights: float array (n_channels,), 0..1, of the links
    """
    background = PRIOR_BACKGROUND / YEAR_PERIODS
    hidden = base * np.where(kept, MISSED, 1.0)
    hidden *= (1 - LEAK_SHARE) / max(hidden.sum(), 1e-9)
    return Rates(
        rate=np.maximum(weights, LEAST_WEIGHT) * PRIOR_RATE / YEAR_PERIODS,
        hidden=background * hidden,
        leak=background * LEAK_SHARE,
        falls=np.zeros(len(weights)),
        exposed_years=np.zeros(len(weights)),
        unexplained=1 - (1 - UNEXPLAINED) * float(base[kept].sum()),
    )


def learn(data: Exposed, first: Rates, confirmed: Confirmed) -> Rates:
    """Rates from all accounts, their falls and their exposures; reviews as they were confirmed."""
    rates = first
    bg_shape, bg_periods = PRIOR_BACKGROUND_FALLS, PRIOR_BACKGROUND_FALLS / first.background
    mix = first.hidden / first.background
    for _ in range(ROUNDS):
        seen = _reviewed(weigh(data, rates), data, rates, confirmed)
        falls, exposed = seen.recorded.sum(axis=0), seen.exposed.sum(axis=0)
        rate = (PRIOR_FALLS + falls) / (PRIOR_FALLS / first.rate + exposed)
        leaked = np.maximum(seen.p_fell - seen.recorded.sum(axis=1), 0.0).sum()
        unexplained = first.unexplained * UNEXPLAINED_WORTH * seen.p_fell.sum()
        background = float(
            (bg_shape + leaked + unexplained)
            / (bg_periods + (1 + UNEXPLAINED_WORTH) * seen.watched.sum())
        )
        hidden = _hidden_mix(mix, seen, confirmed)
        last, rates = (
            rates,
            Rates(
                rate,
                background * hidden,
                background * float(1 - hidden.sum()),
                falls,
                exposed / YEAR_PERIODS,
                first.unexplained,
            ),
        )
        if np.max(np.abs(rates.rate / last.rate - 1), initial=0.0) < ENOUGH:
            break
    return rates


def _hidden_mix(mix: Floats, seen: Weighed, confirmed: Confirmed, worth: float = 10.0) -> Floats:
    """Shares of the background by cause: as believed, and as reviews found it where nothing was recorded."""
    counts = sum((seen.hidden[i] for i in confirmed.fell), np.zeros(N))
    n = sum(
        float(seen.hidden[i].sum()) + (0.0 if confirmed.fell[i].any() else 1.0)
        for i in confirmed.fell
    )
    return np.asarray((worth * mix + counts) / (worth + n))


def _reviewed(seen: Weighed, data: Exposed, rates: Rates, confirmed: Confirmed) -> Weighed:
    """The same, with what reviews confirmed in the place of what one would have guessed."""
    for i, share in confirmed.fell.items():
        at = confirmed_periods(seen.by_period[i], confirmed.period.get(i))
        there = np.clip(data.x[i] @ at, 0.0, 1.0)
        part = there * rates.rate
        of_cause = np.bincount(data.cause, part, N)
        recorded = np.zeros(N)
        np.maximum.at(recorded, data.cause, there)  # how surely it was recorded at all
        with np.errstate(divide="ignore", invalid="ignore"):
            within = np.nan_to_num(part / of_cause[data.cause])
        seen.recorded[i] = (share * recorded)[data.cause] * within
        seen.hidden[i] = share * (1 - recorded)
        seen.p_fell[i] = 1.0
    for i in confirmed.healthy:
        seen.recorded[i] = seen.hidden[i] = seen.p_fell[i] = 0.0
        seen.by_period[i] = 0.0
        seen.exposed[i] = (data.x[i] * data.there[i]).sum(axis=1)
        seen.watched[i] = data.there[i].sum()
    return seen


def confirmed_periods(by_period: Floats, period: int | None) -> Floats:
    """When a fall that was confirmed began: as the review says, else as its orders do; sums to 1."""
    if period is None:
        return np.asarray(by_period / max(by_period.sum(), 1e-12))
    at = np.zeros_like(by_period)
    at[period] = 1.0
    return at


def by_cause(cause: Longs, values: Floats) -> Floats:
    """(n, N): values of channels summed over the channels of each cause."""
    found = np.zeros((len(values), N))
    np.add.at(found.T, cause, values.T)
    return found


def main_causes(seen: Weighed, data: Exposed) -> tuple[Floats, Floats, Floats]:
    """Which cause is the main one of each fall, given that there is one, and which took part.

    Exact over all sets of at most three simultaneous causes. What nobody recorded is unknown, but for
    what somebody said of it.
    Returns: main (n, N) of what is recorded or told, unknown (n,), took_part (n, N)
    """
    from mainstay.causes import network_loops as loops

    named = by_cause(data.cause, seen.recorded) + seen.hidden * (1 - 1 / data.told)
    named /= np.maximum(seen.p_fell, 1e-12)[:, None]
    # The rate at the fall, shared out, gives the probability of each cause alone within that time.
    pace = seen.pace * YEAR_PERIODS * TOGETHER_YEARS
    alone = 1 - np.exp(-named * pace[:, None])
    rest = 1 - np.exp(-np.maximum(1 - named.sum(axis=1), 0.0) * pace)
    took_part, main = np.zeros((len(named), N + 1)), np.zeros((len(named), N + 1))
    loops.subsets(alone, rest, took_part, main)
    main[:, N] = np.where(main.sum(axis=1) > 0, main[:, N], 1.0)  # nothing is known of any fall
    return main[:, :N], main[:, N], took_part[:, :N]
