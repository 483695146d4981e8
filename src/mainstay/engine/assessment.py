"""An assessment: what was found at a date, kept as it was found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.errors import NotFound
from mainstay.core.texts import gettext_noop
from mainstay.engine.tables import LEAVING
from mainstay.ledger.frozen import FrozenFolder

TABLES = ("accounts", "categories", "history")


@dataclass(frozen=True)
class Assessment:
    """The result of one run, as of one date.

    accounts, categories, history: Arrow tables, see engine.tables
    portfolio: who matters, as plain values
    season: the company's order days per week, from which the season is read
    meta: as_of, horizon_weeks, currency, amount (net or margin), store_version, settings, models,
        facts_known_until (ISO; None = as_of), data_begin, data_end, excluded
    """

    accounts: pa.Table
    categories: pa.Table
    history: pa.Table
    portfolio: dict[str, Any]
    meta: dict[str, Any]
    season: dict[str, Any]
    id: str = ""

    @property
    def as_of(self) -> date:
        return date.fromisoformat(self.meta["as_of"])

    @property
    def facts_known_until(self) -> datetime | None:
        """The moment until which facts were known to it; None = its date."""
        known = self.meta["facts_known_until"]
        return datetime.fromisoformat(known) if known else None

    def at_risk(self, n: int) -> pa.Table:
        """The n accounts with most money at risk among those that leave or have just left."""
        states = pa.array([*LEAVING, "lost"])
        known = self.accounts.filter(
            pc.field("eligible") & pc.is_in(pc.field("state"), value_set=states)
        )
        return known.sort_by([("money_at_risk", "descending"), ("account_id", "ascending")])[:n]

    def summary(self) -> dict[str, Any]:
        """A handful of figures for the command line.

        money_at_risk: of the accounts in LEAVING, none below 0
        """

        leaving = self.accounts.filter(pc.is_in(pc.field("state"), value_set=pa.array(LEAVING)))
        risk = pc.sum(pc.max_element_wise(leaving["money_at_risk"], 0.0)).as_py()
        return {
            "id": self.id,
            "as_of": self.meta["as_of"],
            "horizon_weeks": self.meta["horizon_weeks"],
            "currency": self.meta["currency"],
            "n_accounts": self.accounts.num_rows,
            "states": dict(Counter(self.accounts["state"].to_pylist())),
            "money_at_risk": float(risk or 0.0),
        }

    def save(self, folder: FrozenFolder, identity: str) -> Assessment:
        """Freeze it; all of it or nothing."""
        tables = {name: getattr(self, name) for name in TABLES}
        meta = {**self.meta, "id": identity}
        documents = {"portfolio": self.portfolio, "season": self.season, "meta": meta}
        folder.save(identity, tables, documents)
        return replace(self, id=identity, meta=meta)

    @classmethod
    def load(cls, folder: FrozenFolder, identity: str | None = None) -> Assessment:
        """A frozen assessment; the newest unless named.

        Raises: NotFound
        """
        if identity is None and not folder.ids():
            raise NotFound(
                gettext_noop("Nothing has been assessed yet; run `mainstay assess` first.")
            )
        kept = folder.open(identity) if identity else folder.open()
        tables = {name: kept.table(name) for name in TABLES}
        return cls(
            **tables,
            portfolio=kept.document("portfolio"),
            season=kept.document("season"),
            meta=kept.meta,
            id=kept.id,
        )
