"""An ERP's database with a dozen rows, and a ledger that its recipe is run into."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mainstay.ledger import recipes
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.recipes import Order, Recipe, RecipeReport
from mainstay.ledger.totals import query

SKETCHES = Path(__file__).parent / "sketches"
NOW = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)


@dataclass
class Erp:
    """A database and its recipe; each run is recorded an hour after the last."""

    recipe: Recipe
    url: str
    ledger: Ledger
    now: dt.datetime = NOW
    seen: list[RecipeReport] = field(default_factory=list)

    def do(self, *statements: str) -> None:
        engine = sa.create_engine(self.url)
        with engine.begin() as con:
            for one in statements:
                con.exec_driver_sql(one)
        engine.dispose()

    def run(self, **said: Any) -> RecipeReport:
        self.now += dt.timedelta(hours=1)
        order = Order(self.url, **said)
        self.seen.append(recipes.run_recipe(self.ledger, self.recipe, order, now=self.now))
        return self.seen[-1]

    def rows(self, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
        """Order lines in the ledger, sorted."""
        self.ledger.refresh()
        found = query(
            self.ledger.store.snapshot(), f"SELECT {columns} FROM lines WHERE {where} ORDER BY ALL"
        )
        return [tuple(row.values()) for row in found.to_pylist()]

    def facts(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        self.ledger.refresh()
        rows = self.ledger.facts.known(table).select(list(columns)).to_pylist()
        return sorted((tuple(row.values()) for row in rows), key=str)


@pytest.fixture
def erp(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Erp]:
    """Make one: `erp("odoo", "postgresql")`."""

    def make(name: str, backend: str) -> Erp:
        if backend == "sqlite":
            url = f"sqlite:///{tmp_path / name}.sqlite"
        else:
            url = request.getfixturevalue("postgres").new_database()
        # The recipe's own queries, unchanged, on the database that this machine has.
        recipe = replace(recipes.find(name), databases=(backend,))
        made = Erp(recipe, url, Ledger.open(tmp_path / "ledger"))
        text = (SKETCHES / f"{name}.sql").read_text(encoding="utf-8")
        lines = (line for line in text.splitlines() if not line.startswith("--"))
        made.do(*(one for one in "\n".join(lines).split(";\n") if one.strip()))
        return made

    return make
