"""Who comes back, how soon, for how long and with how much, by why they left.

    h_i(t) = θ_g · h(t)        of an account that left for g, t years since its last order; h even within a quarter
    h(t) ~ Gamma around L · r(t), L ~ Gamma: r the assumed rates, L how far off they are altogether
    θ_g ~ Gamma(κ m_g, κ), κ over a grid: how far causes differ is learnt

An account is watched from the day on which it counts as lost (late entry), each spell by how sure it was gone; it
counts for each cause by its probability. The second life's hazard of leaving again has the same form, over draws of
who is gone (`imputation`). With conjugate Gammas a draw of the posterior is a draw of Gammas: no chains.

m_g is 1 but for the price, PRICE_SOONER and PRICE_AGAIN: who left for the price is said to return sooner and to leave
again sooner. That, and the baselines' means, are assumptions worth a few cases; `told` says where facts outweigh them.
Sources: Kumar, Bhagwat & Zhang (2015), Journal of Marketing 79 (second lives by the reason of leaving); Thomas,
Blattberg & Fox (2004), Journal of Marketing Research 41 (price and second lives); Griffin & Lowenstein (2001)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.special import gammaln

from mainstay.core.settings import Settings
from mainstay.learning.imputation import DRAWS, Exits
from mainstay.learning.lives import NEVER, YEAR_DAYS
from mainstay.learning.spells import HALF_DAYS, Spells
from mainstay.plays.returning import ALL, GROUPS, PRICE, SINCE_WEEKS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
LOW, HIGH = 0.1, 0.9
SAMPLES = 25  # of the posterior, in each draw of who is gone
KAPPAS = np.array([2.0, 6.0, 20.0, 60.0])  # how alike causes are
LEAST_RETURNS, LEAST_LIVES = 5.0, 5.0  # cases of a cause from which on it is told apart
PRICE_SOONER = PRICE_AGAIN = 1.5
# Returns a year of those still away, in the first years after the last order, and of the second lives those that end:
# both assumptions. Their level is worth two cases, their course half a case a quarter.
RETURN_RATES, LEAVE_RATES = (0.15, 0.10, 0.05, 0.03), (0.35, 0.25, 0.2, 0.2)
LEVEL_CASES, SHAPE_CASES = 2.0, 0.5
RATIO, RATIO_SPREAD, RATIOS_DIFFER, RATIO_WAVERS, MOST_RATIO = 0.6, 0.3, 0.15, 0.5, 3.0

# A row a cause (also "all") and time since the last order: P(back within so many weeks | not back until then).
RETURNS = pa.schema(
    [
        ("cause", pa.string()),
        ("since_weeks", pa.int32()),
        *((f"{what}_{weeks}", pa.float64()) for weeks in (26, 52) for what in ("within", "low", "high")),
    ]
)  # fmt: skip
# A row a cause, also "all".
RETURN_CAUSES = pa.schema(
    [
        ("cause", pa.string()),
        ("exits", pa.float64()),  # accounts that left for it, expected
        ("returned", pa.float64()),  # of them, back
        ("sooner", pa.float64()),  # θ: how many times more often back than all
        ("sooner_low", pa.float64()),
        ("sooner_high", pa.float64()),
        ("told", pa.bool_()),  # returns by enough cases; else the assumptions weigh more
        ("lives", pa.float64()),  # second lives
        ("ended", pa.float64()),  # of them, expected to be over
        ("again", pa.float64()),  # how many times more often they end than all
        ("again_low", pa.float64()),
        ("again_high", pa.float64()),
        ("stays_12", pa.float64()),  # there 12 months after they came back
        ("stays_low", pa.float64()),
        ("stays_high", pa.float64()),
        ("years", pa.float64()),  # in the next `worth_years`, discounted
        ("ratio", pa.float64()),  # sales a year beside the year before they left
        ("ratio_low", pa.float64()),
        ("ratio_high", pa.float64()),
        ("ratios", pa.float64()),  # second lives that tell it
        ("lives_told", pa.bool_()),  # as `told`
    ]
)


@dataclass(frozen=True)
class Watched:
    """Time until something happens: arrays (n,), days since it could; and how it counts.

    entry, until: watched between them; done: whether, or how likely, it happened at `until`
    weight: how much it counts; share: P(group), (n, groups)
    """

    entry: Floats
    until: Floats
    done: Floats
    weight: Floats
    share: Floats


@dataclass(frozen=True)
class Prior:
    """Rates a year, year by year; price: m of those who left for the price."""

    rates: tuple[float, ...]
    price: float


OF_RETURNS = Prior(RETURN_RATES, PRICE_SOONER)
OF_EXITS = Prior(LEAVE_RATES, PRICE_AGAIN)
QUARTERS = len(SINCE_WEEKS)  # pieces of the hazard; the last has no end
_YEARS = 0.25 * np.arange(QUARTERS)


@dataclass(frozen=True)
class Hazard:
    """Draws of the posterior: h a year by quarter, (draws, quarters); θ, (draws, groups); done: expected, (groups,)."""

    h: Floats
    theta: Floats
    done: Floats
    cases: Floats

    def within(self, begin: float, years: float, group: int | None) -> Floats:
        """P(it happens within so many years | not until `begin`), by draw; group: None = of all."""
        ends = np.append(_YEARS[1:], np.inf)
        part = np.clip(np.minimum(ends, begin + years) - np.maximum(_YEARS, begin), 0.0, None)
        theta = 1.0 if group is None else self.theta[:, group]
        return np.asarray(1 - np.exp(-theta * (self.h @ part)))


def hazard(watched: Watched, prior: Prior, rng: np.random.Generator, draws: int) -> Hazard:
    """Draws of θ and h, given who was watched."""
    edges = YEAR_DAYS * np.append(_YEARS, np.inf)
    low, high = (
        np.maximum(watched.entry[:, None], edges[:-1]),
        np.minimum(watched.until[:, None], edges[1:]),
    )
    time = np.clip(high - low, 0.0, None) / YEAR_DAYS * watched.weight[:, None]
    done = watched.done * watched.weight
    piece = np.clip(np.searchsorted(edges, watched.until, side="left") - 1, 0, QUARTERS - 1)
    by_piece: Floats = np.bincount(piece, done, QUARTERS).astype(float)
    rate = np.array([prior.rates[min(q // 4, len(prior.rates) - 1)] for q in range(QUARTERS)])
    level = _level(by_piece, time.sum(axis=0), rate, rng, draws)
    a, b = SHAPE_CASES + by_piece, SHAPE_CASES / (level[:, None] * rate) + time.sum(axis=0)
    expected = watched.share.T @ (time @ (a / b).mean(axis=0))
    happened = watched.share.T @ done
    m = np.where(np.array(GROUPS) == PRICE, prior.price, 1.0)
    kappa = KAPPAS[:, None]
    evidence = (
        gammaln(kappa * m + happened)
        - gammaln(kappa * m)
        + kappa * m * np.log(kappa)
        - (kappa * m + happened) * np.log(kappa + expected)
    ).sum(axis=1)
    p = np.exp(evidence - evidence.max())
    drawn = rng.choice(KAPPAS, draws, p=p / p.sum())[:, None]
    theta = rng.gamma(drawn * m + happened, 1.0) / (drawn + expected)
    h = rng.gamma(a, 1.0, (draws, QUARTERS)) / b
    return Hazard(h, theta, happened, watched.share.T @ watched.weight)


def _level(
    happened: Floats, time: Floats, rate: Floats, rng: np.random.Generator, draws: int
) -> Floats:
    """Draws of how many times the assumed rates all rates are: what is seen in one year tells of the others too."""
    return rng.gamma(LEVEL_CASES + happened.sum(), 1.0, draws) / (LEVEL_CASES + float(rate @ time))


def coming_back(spells: Spells, share: Floats) -> Watched:
    """Of each spell, from the day on which it counted as lost until it ended, or the date."""
    until = np.where(spells.came, spells.back, spells.people.as_of) - spells.left
    entry = (spells.lost - spells.left).astype(float)
    return Watched(entry, until.astype(float), spells.came.astype(float), spells.sure, share)


def leaving_again(
    spells: Spells, share: Floats, drawn: tuple[Floats, npt.NDArray[np.bool_]]
) -> Watched:
    """Of each second life, from its first order until it ended or the date, in one draw of who is gone."""
    until, done = drawn
    some = spells.came
    person, back, ended = spells.person[some], spells.back[some], spells.next_left[some]
    over = np.where(ended == NEVER, until[person], ended + 1.0)
    gone = np.where(ended == NEVER, done[person], True)
    lasted = np.maximum(over - back, 1.0)
    return Watched(np.zeros(len(back)), lasted, gone.astype(float), spells.sure[some], share[some])


def returns(
    spells: Spells | None, share: Floats, exits: Exits | None, settings: Settings, seed: int = 0
) -> dict[str, pa.Table]:
    """The tables `returns` (RETURNS) and `return_causes` (RETURN_CAUSES).

    spells, exits: None = nothing is known, and only what is assumed is told
    share: P(group) of each spell, (n, groups)
    """
    rng = np.random.default_rng(seed)
    none = np.zeros(0)
    nobody = Watched(none, none, none, none, np.zeros((0, len(GROUPS))))
    back = coming_back(spells, share) if spells is not None else nobody
    returning = hazard(back, OF_RETURNS, rng, DRAWS * SAMPLES)
    again = []
    for _ in range(DRAWS):
        some = (
            leaving_again(spells, share, exits.draw(rng))
            if spells is not None and exits is not None
            else nobody
        )
        again.append(hazard(some, OF_EXITS, rng, SAMPLES))
    leaving = Hazard(
        np.concatenate([one.h for one in again]),
        np.concatenate([one.theta for one in again]),
        np.mean([one.done for one in again], axis=0),
        np.mean([one.cases for one in again], axis=0),
    )
    bring = ratios(spells, share, rng)
    rows = [
        {"cause": name, "since_weeks": weeks} | _chances(returning, weeks, group)
        for group, name in _named()
        for weeks in SINCE_WEEKS
    ]
    heads = [
        {"cause": name} | _head(returning, leaving, group, settings) | bring[name]
        for group, name in _named()
    ]
    return {
        "returns": pa.Table.from_pylist(rows, RETURNS),
        "return_causes": pa.Table.from_pylist(heads, RETURN_CAUSES),
    }


def _named() -> list[tuple[int | None, str]]:
    return [(None, ALL), *enumerate(GROUPS)]


def _chances(found: Hazard, weeks: int, group: int | None) -> dict[str, float]:
    row: dict[str, float] = {}
    for within in (26, 52):
        p = found.within(weeks / 52, within / 52, group)
        low, high = np.quantile(p, [LOW, HIGH])
        row |= {
            f"within_{within}": float(p.mean()),
            f"low_{within}": float(low),
            f"high_{within}": float(high),
        }
    return row


def _head(
    returning: Hazard, leaving: Hazard, group: int | None, settings: Settings
) -> dict[str, object]:
    def of(cases: Floats) -> float:
        return float(cases.sum() if group is None else cases[group])

    stays = 1 - leaving.within(0.0, 1.0, group)
    row: dict[str, object] = {
        "exits": of(returning.cases),
        "returned": of(returning.done),
        "told": of(returning.done) >= LEAST_RETURNS,
        "lives": of(leaving.cases),
        "ended": of(leaving.done),
        "lives_told": of(leaving.cases) >= LEAST_LIVES,
        "years": _years(leaving, group, settings),
    }
    for name, draws in (
        ("sooner", returning.theta[:, group] if group is not None else np.ones(1)),
        ("again", leaving.theta[:, group] if group is not None else np.ones(1)),
        ("stays", stays),
    ):
        low, high = np.quantile(draws, [LOW, HIGH])
        row |= {f"{name}_low": float(low), f"{name}_high": float(high)}
        row["stays_12" if name == "stays" else name] = float(draws.mean())
    return row


def _years(leaving: Hazard, group: int | None, settings: Settings) -> float:
    """∫ S(t) / (1 + d)^t dt over the next `worth_years`, by quarters: E[years that a second life lasts]."""
    middle = np.arange(0.125, settings.worth_years, 0.25)
    there = [1 - leaving.within(0.0, float(t), group).mean() for t in middle]
    return float((np.array(there) / (1 + settings.discount_share) ** middle).sum() / 4)


def ratios(
    spells: Spells | None, share: Floats, rng: np.random.Generator
) -> dict[str, dict[str, float]]:
    """Sales a year of second lives beside the fuller of the two years before they left; of each cause drawn to all.

    Of a life that lasted a year, its first year; else twice its first half year; shorter ones tell nothing. Normal
    means with known spreads: y_i ~ N(r_g, RATIO_WAVERS²), r_g ~ N(r, RATIOS_DIFFER²), r ~ N(RATIO, RATIO_SPREAD²).
    """
    if spells is None:
        y, pi = np.zeros(0), np.zeros((0, len(GROUPS)))
    else:
        y = _beside_before(spells)
        good = np.isfinite(y)
        y, pi = np.minimum(y[good], MOST_RATIO), (share * spells.sure[:, None])[good]
    n = pi.sum(axis=0)
    mean = np.divide(pi.T @ y, n, out=np.zeros(len(GROUPS)), where=n > 0)
    around = np.where(n > 0, RATIO_WAVERS**2 / np.maximum(n, 1e-9) + RATIOS_DIFFER**2, np.inf)
    precision = 1 / RATIO_SPREAD**2 + (1 / around).sum()
    middle = (RATIO / RATIO_SPREAD**2 + (mean / around).sum()) / precision
    r = rng.normal(middle, precision**-0.5, DRAWS * SAMPLES)
    tight = 1 / RATIOS_DIFFER**2 + n / RATIO_WAVERS**2
    centre = (r[:, None] / RATIOS_DIFFER**2 + n * mean / RATIO_WAVERS**2) / tight
    by_group = rng.normal(centre, tight**-0.5)
    return {
        name: _ratio(
            r if group is None else by_group[:, group], n.sum() if group is None else n[group]
        )
        for group, name in _named()
    }


def _beside_before(spells: Spells) -> Floats:
    lasted = (
        np.where(spells.next_left == NEVER, spells.people.as_of, spells.next_left) - spells.back
    )
    sold = np.where(lasted >= YEAR_DAYS, spells.after_52, np.nan)
    sold = np.where(np.isnan(sold) & (lasted >= HALF_DAYS), 2 * spells.after_26, sold)
    some = spells.came & (spells.before > 0)
    return np.where(some, np.maximum(sold, 0) / np.where(some, spells.before, 1.0), np.nan)


def _ratio(draws: Floats, n: float) -> dict[str, float]:
    draws = np.clip(draws, 0.0, MOST_RATIO)
    low, high = np.quantile(draws, [LOW, HIGH])
    return {
        "ratio": float(draws.mean()),
        "ratio_low": float(low),
        "ratio_high": float(high),
        "ratios": float(n),
    }


def assumed(settings: Settings) -> dict[str, pa.Table]:
    """What is assumed where nothing is known: the same tables without a case."""
    return returns(None, np.zeros((0, len(GROUPS))), None, settings)
