"""Who and what there is at the beginning: accounts and what they are like, products, staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.simulate.distributor import names
from mainstay.simulate.distributor.company import Company, Temper
from mainstay.simulate.distributor.dice import Dice
from mainstay.simulate.distributor.reasons import ALL

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
C = len(names.CATEGORIES)
K = len(ALL)
KEPT_OF_A_CATEGORY = 6  # products that an account buys of a category
WEIGHTS = np.array([0.4, 0.24, 0.15, 0.1, 0.07, 0.04])
TIERS = ("A", "B", "C")
NEVER = -1
YEAR = 52


TOLERANCE = 1.78  # of the middle account


@dataclass
class Traits:
    """What an account is like when it decides; arrays (n,) unless said otherwise.

    cares: (K, n) how much each reason matters to it (median 1); edge: (n, C) our advantage
    tolerance, patience, pace: how much it forgives (median TOLERANCE), how long it waits, how fast it
        moves (median 1)
    """

    cares: Floats
    edge: Floats
    tolerance: Floats
    patience: Floats
    pace: Floats

    @classmethod
    def middle(cls, n: int, edge: float) -> Traits:
        """So many of the middle account."""
        ones = np.ones(n)
        return cls(np.ones((K, n)), np.full((n, C), edge), TOLERANCE * ones, ones, ones)


@dataclass
class Accounts:
    """Arrays (n,) unless said otherwise.

    country, region, segment, tier: places in their lists; region within its country
    chain: number, −1 = none; begins: week of the first purchase, 0 = before the data begin
    need: of a year, from everybody, in the company's currency; growth: of it, a year
    mix, ref: (n, C) parts of the need; our share of it when nothing is wrong
    rate: orders a week; products: (n, C, 6) places in `Products`
    terms_days: to pay; slack_days: that it pays late on average
    """

    ids: list[str]
    names: list[str]
    country: Longs
    region: Longs
    segment: Longs
    tier: Longs
    chain: Longs
    begins: Longs
    since: Longs
    need: Floats
    growth: Floats
    mix: Floats
    ref: Floats
    rate: Floats
    products: Longs
    traits: Traits
    terms_days: Longs
    slack_days: Floats
    discount: Floats

    def __len__(self) -> int:
        return len(self.ids)

    def currency(self, i: int) -> str:
        return names.COUNTRIES[self.country[i]].currency

    def region_name(self, i: int) -> str:
        return names.COUNTRIES[self.country[i]].regions[self.region[i]]


@dataclass
class Products:
    """Arrays (p,): category; price in the company's currency and cost as a share of it; weeks of
    launch and of the end (far ahead = none), successor (−1 = none)."""

    ids: list[str]
    names: list[str]
    category: Longs
    price: Floats
    cost: Floats
    launched: Longs
    ended: Longs
    successor: Longs


@dataclass
class Person:
    """One of our people. attentive: visits over usual; manners, speed: 1 = usual, above = better;
    day of joining and leaving as ordinals."""

    code: str
    name: str
    role: str
    country: int
    reports_to: str | None
    joined: int
    left: int | None = None
    attentive: float = 1.0
    manners: float = 1.0
    speed: float = 1.0


FAR = 10**6
ROLES = ("director", "quality", "supply", "finance")


def make_accounts(company: Company, dice: Dice, products: Products) -> Accounts:
    rng, n = dice("accounts"), company.accounts
    share = np.array([one.share for one in names.COUNTRIES])
    country = rng.choice(len(share), n, p=share)
    chain = _chains(country, rng)
    for number in range(chain.max() + 1):
        country[chain == number] = country[np.flatnonzero(chain == number)[0]]
    need = company.yearly_need * np.exp(1.15 * rng.standard_normal(n))
    rank = np.argsort(np.argsort(-need)) / n
    tier = np.where(rank < 0.15, 0, np.where(rank < 0.45, 1, 2))
    segment = np.where(chain >= 0, 1, rng.choice([0, 2, 3, 4], n))
    begins = np.where(rng.random(n) < 0.12, rng.integers(1, max(company.weeks, 2), n), 0)
    begins = np.where(begins > 0.8 * company.weeks, 0, begins)
    first = company.begin.toordinal()
    since = np.where(begins > 0, first + 7 * begins, first - rng.integers(60, 4300, n))
    weight = rng.gamma(1.0, 1.0, (n, C)) * (rng.random((n, C)) < 0.6)
    weight[np.arange(n), rng.integers(0, C, n)] += 1.0
    mix = weight / weight.sum(1, keepdims=True)
    return Accounts(
        ids=[f"A{i:05}" for i in range(1, n + 1)],
        names=_names(country, rng),
        country=country,
        region=np.array([rng.integers(0, len(names.COUNTRIES[c].regions)) for c in country]),
        segment=segment,
        tier=tier,
        chain=chain,
        begins=begins,
        since=since,
        need=need,
        growth=rng.choice([0.12, 0.0, -0.05], n, p=[0.25, 0.55, 0.2])
        + 0.03 * rng.standard_normal(n),
        mix=mix,
        ref=np.clip(rng.beta(6, 2.4, n)[:, None] + 0.1 * rng.standard_normal((n, C)), 0.2, 0.98),
        rate=np.clip(0.45 * (need / company.yearly_need) ** 0.35 * rng.gamma(5, 0.2, n), 0.08, 1.8),
        products=_assortments(n, products, rng),
        traits=_traits(n, company.temper, rng),
        terms_days=rng.choice([30, 45, 60], n),
        slack_days=rng.gamma(1.3, 4.0, n),
        discount=rng.choice([0.0, 0.03, 0.05, 0.08, 0.12], n) + 0.03 * (tier == 0),
    )


def _traits(n: int, temper: Temper, rng: np.random.Generator) -> Traits:
    return Traits(
        cares=np.exp(0.38 * rng.standard_normal((K, n))),
        edge=np.clip(temper.edge + 0.35 * rng.standard_normal((n, C)), 0.8, 4.0),
        tolerance=TOLERANCE * np.exp(0.3 * rng.standard_normal(n)),
        patience=np.exp(0.4 * rng.standard_normal(n)),
        pace=np.exp(0.4 * rng.standard_normal(n)),
    )


def _chains(country: Longs, rng: np.random.Generator) -> Longs:
    """Chains of three to eight, an eighth of the accounts; by number, −1 = none."""
    chain = np.full(len(country), -1)
    number, place, most = 0, 0, len(country) // 8
    while place + 3 <= most:
        many = min(int(rng.integers(3, 9)), most - place)
        chain[place : place + many] = number
        number, place = number + 1, place + many
    return chain


def _names(country: Longs, rng: np.random.Generator) -> list[str]:
    found = [""] * len(country)
    for c, one in enumerate(names.COUNTRIES):
        here = np.flatnonzero(country == c)
        for i, name in zip(here, names.firms(one.code, len(here), rng), strict=True):
            found[i] = name
    return found


def _assortments(n: int, products: Products, rng: np.random.Generator) -> Longs:
    """Which products each account buys of each category; the known ones are bought by many."""
    found = np.empty((n, C, KEPT_OF_A_CATEGORY), np.int64)
    for c in range(C):
        here = np.flatnonzero((products.category == c) & (products.launched <= 0))
        place = (len(here) * rng.random((n, KEPT_OF_A_CATEGORY)) ** 1.8).astype(np.int64)
        found[:, c] = here[place]
    return found


def make_products(company: Company, dice: Dice) -> Products:
    rng, p = dice("products"), company.products
    category = np.arange(p) % C
    launched = np.where(rng.random(p) < 0.1, rng.integers(1, max(company.weeks, 2), p), -60)
    launched = np.where(launched < 0, -rng.integers(20, 400, p), launched)
    successor = np.full(p, -1)
    ended = np.full(p, FAR)
    # About one in twenty-five a year is discontinued; for most of them something new has come.
    hazard = 1 - 0.96 ** (company.weeks / YEAR)
    goes = (launched < 0) & (rng.random(p) < hazard)
    ended[goes] = rng.integers(8, max(company.weeks, 9), int(goes.sum()))
    for j in np.flatnonzero(goes & (rng.random(p) < 0.6)):
        fits = np.flatnonzero((category == category[j]) & (launched > 0) & (launched <= ended[j]))
        if len(fits):
            successor[j] = fits[-1]
    return Products(
        ids=[f"P{j:05}" for j in range(1, p + 1)],
        names=[names.goods(names.CATEGORIES[j % C], j // C) for j in range(p)],
        category=category,
        price=np.asarray(np.round(np.exp(2.6 + 0.8 * rng.standard_normal(p)), 2), np.float64),
        cost=np.clip(0.7 + 0.06 * rng.standard_normal(p), 0.5, 0.9),
        launched=launched,
        ended=ended,
        successor=successor,
    )


def make_staff(company: Company, dice: Dice) -> list[Person]:
    """Director first; then quality, supply and finance where there are enough; leaders, service,
    managers."""
    rng, n = dice("staff"), company.staff
    few = n < 15
    heads = ROLES[:1] if few else ROLES
    leaders = 1 if few else min(len(names.COUNTRIES), n // 6)
    service = max(1, round(0.18 * n))
    roles = [*heads, *["leader"] * leaders, *["service"] * service]
    roles += ["manager"] * (n - len(roles))
    people: list[Person] = []
    share = np.array([one.share for one in names.COUNTRIES])
    quota = np.cumsum(share)
    counts: dict[str, int] = dict.fromkeys(roles, 0)
    total = {role: roles.count(role) for role in counts}
    for role in roles:
        at = (counts[role] + 0.5) / total[role]
        country = counts[role] % len(share) if role == "leader" else int(np.searchsorted(quota, at))
        counts[role] += 1
        people.append(new_person(people, role, country, company.begin.toordinal(), rng))
    return people


def new_person(
    people: list[Person], role: str, country: int, today: int, rng: np.random.Generator
) -> Person:
    """Somebody more; who were there before have been with us for some years."""
    number, there = len(people) + 1, len(people)
    draws: Any = rng.random(5)
    name = names.people(names.COUNTRIES[country].code, 1, rng)[0]
    return Person(
        code=f"S{number:03}",
        name=name,
        role=role,
        country=country,
        reports_to=_superior(people, role, country),
        joined=today - int(100 + 3000 * draws[0])
        if role in ROLES or there < 1
        else today - int(30 + 2500 * draws[0]),
        attentive=float(np.exp(0.35 * (2 * draws[1] - 1) * 1.7)),
        manners=float(0.6 + 0.8 * draws[2]),
        speed=float(0.6 + 0.9 * draws[3]),
    )


def _superior(people: list[Person], role: str, country: int) -> str | None:
    if not people:
        return None
    leaders = [p for p in people if p.role == "leader" and p.left is None]
    if role in ("manager", "service") and leaders:
        near = [p for p in leaders if p.country == country]
        return (near or leaders)[0].code
    return people[0].code
