"""What is written down year by year without anything having happened: master data, wallets, volumes,
levels, goals, criteria, hours and holidays."""

from __future__ import annotations

from datetime import date

import numpy as np

from mainstay.simulate.distributor import names
from mainstay.simulate.distributor.book import Fact
from mainstay.simulate.distributor.fortunes import Fortunes
from mainstay.simulate.distributor.makeup import FAR, TIERS, YEAR, Floats
from mainstay.simulate.distributor.team import Team
from mainstay.simulate.distributor.world import World

# Common goals, by what they are measured, and the target: only sales follow themselves.
GOALS = (
    ("A further category", "Sales", "+10%"),
    ("Joint stock", "Weeks of stock", "4"),
    ("Two trainings", "Trainings held", "2"),
)
CRITERIA = ("Price", "Delivery in two days", "Advice on site", "Range", "Payment terms")
STANDARD_HOURS = {1: (8, 80), 2: (4, 40), 3: (2, 72)}
TELLS_VOLUMES = np.array([0.5, 0.3, 0.15])  # of their own, by tier
DECLARED = np.array([0.9, 0.6, 0.25])
LEVELS = np.array([1.0, 1.6])  # ties from which a relationship is of level 2, and 3


class Background:
    def __init__(self, world: World, team: Team, fortunes: Fortunes) -> None:
        self.world, self.team, self.fortunes = world, team, fortunes
        rng, tier = world.dice("background"), world.accounts.tier
        self.tells = rng.random(world.n) < TELLS_VOLUMES[tier]
        self.declares = rng.random(world.n) < DECLARED[tier]
        self.needs: list[Floats] = []
        self.sales: list[Floats] = []
        self.targets: list[tuple[str | None, str | None, str, float]] = []  # …, year, amount
        self.on_products: dict[int, Fact] = {}
        for i in np.flatnonzero(world.here):
            self.enter(int(i))
        self._standards()
        for j in np.flatnonzero(world.products.launched <= 0):
            self._product(int(j), world.monday)

    def enter(self, i: int) -> None:
        """An account's own row."""
        world, a = self.world, self.world.accounts
        row = {
            "account_id": a.ids[i],
            "name": a.names[i],
            "segment": names.SEGMENTS[a.segment[i]],
            "region": a.region_name(i),
            "country": names.COUNTRIES[a.country[i]].code,
            "parent_id": f"CH{a.chain[i]:03}" if a.chain[i] >= 0 else None,
            "tier": TIERS[a.tier[i]],
            "since": int(a.since[i]),
            "currency": a.currency(i),
            "former_supplier": names.RIVALS[i % len(names.RIVALS)] if a.begins[i] > 0 else None,
            "closed_on": None,
            "closed_reason": None,
        }
        self.fortunes.on_paper[i] = world.book.surely("accounts", row, world.monday)

    def needed(self, need: Floats, bought: Floats) -> None:
        """Keep what all accounts needed, and bought of us, this week; (n,)."""
        self.needs.append(need)
        self.sales.append(bought)

    def _standards(self) -> None:
        for kind in ("question", "quality", "delivery", "service", "invoice", "conduct", "other"):
            for severity, (answer, solve) in STANDARD_HOURS.items():
                row = {
                    "kind": kind,
                    "severity": severity,
                    "answer_within": float(answer),
                    "solve_within": float(solve),
                    "calendar": "always" if severity == 3 else "hours",
                }
                self.world.book.surely("service_standards", row, self.world.monday)

    def _product(self, j: int, on: int) -> None:
        world, products = self.world, self.world.products
        row = {
            "product_id": products.ids[j],
            "name": products.names[j],
            "category": names.CATEGORIES[products.category[j]],
            "brand": ("Anker", "Kestrel", "Toro")[j % 3],
            "launched_on": world.company.begin.toordinal() + 7 * int(products.launched[j]),
            "discontinued_on": None,
            "replaced_by": None,
        }
        self.on_products[j] = world.book.surely("products", row, on)
        if j % 4 == 0:
            unit = {"product_id": products.ids[j], "unit": "box", "factor": float(6 + j % 5 * 6)}
            world.book.surely("unit_conversions", unit | {"pack": 6.0, "pallet": 480.0}, on)

    def step(self) -> None:
        self._products()
        self._staff()
        monday = date.fromordinal(self.world.monday)
        if self.world.week == 0 or (monday.month == 1 and monday.day <= 7):
            self._yearly()

    def _products(self) -> None:
        world, products = self.world, self.world.products
        for j in np.flatnonzero((products.launched == world.week) & (world.week > 0)):
            self._product(int(j), world.monday)
        soon = (products.ended < FAR) & (np.maximum(products.ended - 6, 0) == world.week)
        for j in np.flatnonzero(soon):
            new = int(products.successor[j])
            fact = self.on_products[int(j)]
            ends = world.company.begin.toordinal() + 7 * int(products.ended[j])
            code = products.ids[new] if new >= 0 else None
            world.book.again(fact, world.monday, discontinued_on=ends, replaced_by=code)

    def _staff(self) -> None:
        """Holidays and sick leave, and the hours that a manager has."""
        world, rng = self.world, self.world.rng("absences")
        draw = rng.random((4 * world.company.staff + 40, 2))
        for j, person in enumerate(world.staff):
            if person.left is not None:
                continue
            if person.role == "manager" and (world.week == 0 or person.joined == world.monday):
                row = {"staff_id": person.code, "from": world.monday, "weekly_hours": 30.0}
                world.book.surely("hours", row, world.monday)
            if draw[j, 0] < 3 / YEAR:
                first = world.monday + 14
                row = {"staff_id": person.code, "from": first}
                row["to"] = first + 4 + int(10 * draw[j, 1])
                world.book.surely("absences", row, world.monday)

    def _yearly(self) -> None:
        world, rng = self.world, self.world.rng("yearly")
        a, draw, draws = world.accounts, rng.random((world.n, 6)), world.draws(rng)
        self._targets(str(date.fromordinal(world.monday).year))
        for i in np.flatnonzero(world.active):
            if self.declares[i]:
                self._wallet(int(i), draw[i], draws[i])
            if a.tier[i] < 2 or draw[i, 2] < 0.3:
                level = 1 + int(np.searchsorted(LEVELS, self.team.tie[i]))
                row = {"on": world.monday, "level": level}
                world.note("relationship_levels", int(i), row, world.monday, draws[i])
            if a.tier[i] == 0:
                self._goal(int(i))
            if draw[i, 3] < (0.8, 0.4, 0.1)[a.tier[i]]:
                self._criteria(int(i), draw[i], draws[i])

    def _targets(self, year: str) -> None:
        """A twentieth more than is to be expected, of managers and large accounts."""
        world, a = self.world, self.world.accounts
        yearly = 1.05 * (a.need[:, None] * a.mix * a.ref).sum(1) * world.active
        large = np.flatnonzero((a.tier == 0) & world.active)
        self.targets += [(a.ids[i], None, year, float(yearly[i])) for i in large]
        of_staff = np.bincount(self.team.manager, yearly, minlength=len(world.staff))
        self.targets += [
            (None, world.staff[j].code, year, float(of_staff[j])) for j in np.flatnonzero(of_staff)
        ]

    def _wallet(self, i: int, draw: Floats, draws: Floats) -> None:
        world = self.world
        years = world.week / YEAR
        need = world.accounts.need[i] * (1 + world.accounts.growth[i] * years)
        told = max(float(need * self.fortunes.left[i] * (0.8 + 0.4 * draw[0])), 1.0)
        row = {
            "on": world.monday,
            "yearly_purchases": round(told, -2) or 100.0,
            "low": round(0.8 * told, -2),
            "high": round(1.25 * told, -2) + 100.0,
            "source": "their buyer",
        }
        world.note("wallets", i, row, world.monday, draws)

    def _goal(self, i: int) -> None:
        world = self.world
        year = date.fromordinal(world.monday).year
        row = {
            "goal_id": f"L{year}-{i + 1}",
            "account_id": world.accounts.ids[i],
            "period": str(year),
            "their_strategy": ("Open branches", "Own brand", "Service for industry")[i % 3],
            **dict(zip(("common_goal", "measure", "target"), GOALS[i % 3], strict=True)),
        }
        world.book.surely("goals", row, world.monday)

    def _criteria(self, i: int, draw: Floats, draws: Floats) -> None:
        """What they buy by; a criterion is missed where something is felt."""
        world = self.world
        taken = world.tempers.losses()[:, i].mean(1)
        groups = ((19, 20, 22), (12, 13, 14), (0, 3, 5, 10, 11), (7, 8, 9), (17, 18, 19))
        for n, criterion in enumerate(CRITERIA):
            if (draw[4] + 0.37 * n) % 1 < 0.5:
                continue
            missed = float(taken[list(groups[n])].sum())
            row = {
                "criterion": criterion,
                "weight": float(1 + (i + n) % 3),
                "we_meet": bool(missed < 0.25 + 0.4 * draw[5]),
                "competitor": names.RIVALS[(i + n) % len(names.RIVALS)],
                "competitor_meets": bool((draw[5] * 7 + n) % 1 < 0.45),
                "assessed_on": world.monday,
                "source": "visit",
            }
            world.note("criteria", i, row, world.monday, draws)
