"""Season forecasts and stock plans of an installation: made when somebody asks, kept as they were made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.home import Home
from mainstay.core.settings import Settings
from mainstay.core.texts import Text, gettext_noop, texts_from_json, texts_to_json
from mainstay.engine.home import new_id, open_ledger
from mainstay.engine.kept_season import season_kept
from mainstay.ledger.frozen import Frozen, FrozenFolder
from mainstay.ledger.ledger import Ledger
from mainstay.standing.season import Season, WeeklyTotals
from mainstay.supply.agreed import Followed, followed
from mainstay.supply.forecast import MOST_MONTHS, Forecast, forecast
from mainstay.supply.monthly import Monthly, first_of, first_to_come, month_of
from mainstay.supply.season_orders import NEEDED, season_orders
from mainstay.supply.stock_plan import StockPlan, Terms, stock_plan
from mainstay.supply.supplied import supplied
from mainstay.supply.units import Units

SEASONS = "seasons"


@dataclass(frozen=True)
class SeasonAsked:
    """A season to be foretold and planned; the rest as in `stock_plan.Terms`.

    first, last: any day of the season's first and last month
    opening: their stock before the season by product: quantity and unit (None = the product's own)
    """

    account_id: str
    first: date
    last: date
    service: float = 0.95
    production_days: int = 30
    opening: Mapping[str, tuple[float, str | None]] = field(default_factory=dict)

    @property
    def terms(self) -> Terms:
        return Terms(self.first, self.last, self.service, self.production_days, self.opening)

    def to_json(self) -> dict[str, Any]:
        return {
            "account_id": self.account_id,
            "first": str(self.first),
            "last": str(self.last),
            "service": self.service,
            "production_days": self.production_days,
            "opening": {product: list(told) for product, told in self.opening.items()},
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> SeasonAsked:
        opening = {product: (q, unit) for product, (q, unit) in value.get("opening", {}).items()}
        return cls(
            value["account_id"],
            date.fromisoformat(value["first"]),
            date.fromisoformat(value["last"]),
            value["service"],
            value["production_days"],
            opening,
        )


@dataclass(frozen=True)
class SeasonMade:
    """A kept forecast with its plan.

    lines, months: see `supply.forecast`; plan: see `supply.stock_plan`
    meta: of the forecast; asked: what it was made for; told: in sentences, what they told and did, what is left
        out, and what to know of the plan
    """

    id: str
    lines: pa.Table
    months: pa.Table
    plan: pa.Table
    meta: dict[str, Any]
    asked: SeasonAsked
    told: tuple[Text, ...]


def check_season(home: Home, asked: SeasonAsked, as_of: date | None = None) -> date:
    """The day that a season would be foretold from.

    Raises: InvalidSetting for a season that can't be planned; NotFound where there are no orders
    """
    on = _as_of(open_ledger(home), as_of)
    asked.terms.checked(on, MOST_MONTHS)
    return on


def season_months(as_of: date) -> list[date]:
    """The months that can be foretold on a day, by their first days."""
    return [first_of(m) for m in range(first_to_come(as_of), month_of(as_of) + MOST_MONTHS)]


def make_season(
    home: Home,
    asked: SeasonAsked,
    *,
    as_of: date | None = None,
    identity: str | None = None,
) -> SeasonMade:
    """Forecast a season of an account and plan its stock; kept.

    as_of: given, what was known then; not given, the day after the last order line, and today's facts
    identity: the name of the result; one that is there is loaded instead
    Raises: NotFound, InvalidSetting, InvalidHistory
    """
    folder = seasons(home.store)
    if identity and identity in folder.ids():
        return _loaded(folder.open(identity))
    ledger = open_ledger(home)
    now = datetime.now(UTC)
    on, known_until = _as_of(ledger, as_of), as_of or now
    asked.terms.checked(on, MOST_MONTHS)
    found, plan = plan_season(
        ledger, asked, on, season=_season(home, ledger, on), known_until=known_until
    )
    identity = identity or new_id(now)
    meta = found.meta | {
        "asked": asked.to_json(),
        "made_at": now.isoformat(timespec="seconds"),
        "told": texts_to_json([*found.told, *found.left_out, *plan.told]),
        "id": identity,
    }
    tables = {"lines": found.lines, "months": found.months, "plan": plan.rows}
    return _loaded(folder.save(identity, tables, {"meta": meta}))


def plan_season(
    ledger: Ledger,
    asked: SeasonAsked,
    as_of: date,
    *,
    season: Season | None = None,
    known_until: date | datetime | None = None,
) -> tuple[Forecast, StockPlan]:
    """The same of a ledger at hand, without keeping it."""
    terms = asked.terms.checked(as_of, MOST_MONTHS)
    months = month_of(terms.last) - month_of(as_of) + 1
    account = ledger.joins_at(known_until or as_of).main_of(asked.account_id)
    found = forecast(ledger, account, as_of, months=months, season=season, known_until=known_until)
    if found.meta["measure"] != "quantity":
        why = Text(
            gettext_noop(
                "The orders tell no quantities: what is needed is told in money, and no stock is planned."
            )
        )
        from mainstay.supply.stock_plan import PLAN

        return found, StockPlan(PLAN.empty_table(), (why,))
    products = [p for p in found.lines["product_id"].unique().to_pylist() if p]
    return found, stock_plan(found, terms, supplied(ledger, account, products, as_of, known_until))


def _as_of(ledger: Ledger, as_of: date | None) -> date:
    span = ledger.span_there()
    return as_of or span[1] + timedelta(days=1)


def _season(home: Home, ledger: Ledger, as_of: date) -> Season:
    """The company's season, from the newest assessment of this date or later, else read anew."""
    folder = ledger.assessments
    for kept in folder.all()[:1]:
        if date.fromisoformat(kept.meta["as_of"]) == as_of:
            return season_kept(kept.document("season"), kept.meta)
    kernel = WeeklyTotals(as_of)
    totals = ledger.map_accounts(kernel, columns=kernel.columns, as_of=as_of)
    span = ledger.span()
    return Season.of(totals, as_of, span[0] if span else None, Settings.load(home.folder).calendar)


def seasons(store: Path) -> FrozenFolder:
    return FrozenFolder(store / SEASONS)


def load_season(store: Path, identity: str) -> SeasonMade:
    """A kept forecast of the store in `Home.store`.

    Raises: NotFound
    """
    return _loaded(seasons(store).open(identity))


def _loaded(kept: Frozen) -> SeasonMade:
    meta = kept.meta
    return SeasonMade(
        kept.id,
        kept.table("lines"),
        kept.table("months"),
        kept.table("plan"),
        meta,
        SeasonAsked.from_json(meta["asked"]),
        tuple(texts_from_json(meta["told"])),
    )


def follow_season(
    ledger: Ledger, account_id: str, rows: list[dict[str, Any]], today: date
) -> list[Followed]:
    """What became so far of what was agreed with an account.

    rows: of `season_plans`
    """
    if not rows:
        return []
    kernel = Monthly(today)
    monthly = ledger.map_accounts(
        kernel, columns=kernel.columns, as_of=today, accounts=[account_id]
    )
    units = Units.of(ledger.table("unit_conversions"), monthly)
    codes = pa.array(sorted(ledger.joins.codes_of([account_id]) | {account_id}), pa.string())
    on_order, deliveries = (
        table.filter(pc.is_in(table["account_id"], codes))
        for table in (ledger.table("open_orders"), ledger.table("deliveries"))
    )
    lines = ledger.order_lines([account_id], None, NEEDED)
    lines = ledger.assortment().categorised(season_orders(lines, on_order, deliveries))
    since = min(min(row["agreed_on"] for row in rows), min(row["month"] for row in rows))
    last = pc.max_element_wise(lines["ordered_on"], lines["due_until"])
    lines = lines.filter(pc.greater_equal(last, pa.scalar(since)))
    return followed(rows, lines, deliveries, units, today)
