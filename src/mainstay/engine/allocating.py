"""Short stock: who gets what, by the newest assessment of the day on which it is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.errors import NotFound
from mainstay.core.home import Home
from mainstay.core.settings import Settings
from mainstay.core.texts import gettext_noop
from mainstay.engine.assessment import Assessment
from mainstay.engine.explaining import explanations
from mainstay.engine.home import open_ledger
from mainstay.ledger.frozen import Frozen
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.sql import sql
from mainstay.standing.known import Known
from mainstay.supply.accounts_of import LIKELY
from mainstay.supply.sheet import Sheet, sheet
from mainstay.supply.types import Rules

DELIVERY = "delivery"
MOST_AHEAD_DAYS = 1


def rules_of(settings: Settings, margin_share: float | None = None) -> Rules:
    """The rules that an installation set.

    margin_share: of sales, as its lines with costs show; None = as it is set
    """
    share = settings.margin_share if margin_share is None else margin_share
    return Rules(settings.small_floor, settings.allocation_days, share)


def allocation(
    ledger: Ledger,
    assessment: Assessment,
    explanation: Any = None,
    *,
    as_of: date | None = None,
    settings: Settings | None = None,
    rules: Rules | None = None,
    known_until: date | datetime | None = None,
) -> Sheet:
    """Who gets what of all short products.

    explanation: of that assessment, an Explanation or Frozen; None = no cause is known
    as_of: rows dated on or after it are not looked at; the assessment's date unless given
    known_until: facts recorded at or after it do not count; None = as_of
    Raises: NotFound where there are no open orders, or no stock is known
    """
    day = as_of or assessment.as_of
    known = Known(ledger, day, assessment.accounts, assessment.categories, known_until)
    until = known_until if known_until is not None else day
    for table, template in (
        ("open_orders", _NO_ORDERS),
        ("stock", _NO_STOCK),
    ):
        if not ledger.table(table, as_of=day, known_until=until).num_rows:
            raise NotFound(template)
    if rules is None:
        known_costs = ledger.cost_coverage(day) > 0
        share = min(max(ledger.margin_share(day), 0.0), 1.0) if known_costs else None
        rules = rules_of(settings or Settings(), share)
    made = sheet(
        known,
        rules,
        amount_is_margin=assessment.meta.get("amount") == "margin",
        likely=likely_of(explanation, assessment),
    )
    meta = {
        "assessment": assessment.id,
        "currency": assessment.meta.get("currency") or "",
        "margin_share": rules.margin_share,
    }
    return replace(made, meta=made.meta | meta)


_NO_ORDERS = gettext_noop(
    "No open orders are known, so nothing can be allocated; import the table open_orders."
)
_NO_STOCK = gettext_noop("No stock is known, so nothing can be allocated; import the table stock.")


def likely_of(explanation: Any, assessment: Assessment) -> pa.Table | None:
    """Of each account, how probably our deliveries took part in its fall, and how likely it is to fall within a
    year beside the mean of all (supply.accounts_of.LIKELY); None where nothing is explained."""
    if explanation is None:
        return None
    frozen = isinstance(explanation, Frozen)
    causes = explanation.table("causes") if frozen else explanation.causes
    outlook = explanation.table("outlook") if frozen else explanation.outlook
    ours = causes.filter(pc.equal(causes["family"], DELIVERY))
    return sql(_LIKELY, ours=ours, outlook=outlook, judged=assessment.accounts).cast(LIKELY)


_LIKELY = """
    with hazard as (
        select account_id, 1 - exp(sum(ln(1 - least(p, 0.999)))) as h from outlook group by account_id
    ),
    every as (
        select j.account_id, coalesce(h, 0.0) as h from judged j left join hazard using (account_id)
    ),
    usual as (select avg(h) as h from every)
    select e.account_id, coalesce(o.p_took_part, 0.0) as p,
        case when u.h > 0 then e.h / u.h else 1.0 end as risk
    from every e cross join usual u left join ours o using (account_id) order by e.account_id
"""


def day_to_allocate(ledger: Ledger, assessment: Assessment, today: date) -> date:
    """The day after the newest open order or count of stock; never later than tomorrow, nor earlier than the
    assessment looks from."""
    days = [assessment.as_of]
    for table, column in (("open_orders", "ordered_on"), ("stock", "on")):
        rows = ledger.table(table, as_of=today + timedelta(days=MOST_AHEAD_DAYS), known_until=None)
        newest = pc.max(rows[column]).as_py() if rows.num_rows else None
        if newest is not None:
            days.append(newest + timedelta(days=1))
    return min(max(days), max(today + timedelta(days=MOST_AHEAD_DAYS), assessment.as_of))


def allocate_home(
    home: Home,
    *,
    as_of: date | None = None,
    small_share: float | None = None,
    days: int | None = None,
    now: datetime | None = None,
) -> Sheet:
    """Allocate an installation's short stock by its newest assessment.

    as_of: given, the past is seen as it was known then; else what is known now counts
    small_share, days: instead of what is set
    Raises: NotFound where nothing is assessed yet, or open orders or stock are not known
    """
    ledger = open_ledger(home)
    if not ledger.assessments.ids():
        raise NotFound(
            gettext_noop("Nothing is assessed yet; import order lines, or run “mainstay assess”.")
        )
    assessment = Assessment.load(ledger.assessments)
    now = now or datetime.now(UTC)
    settings = Settings.load(home.folder)
    if small_share is not None:
        settings = replace(settings, small_floor=small_share)
    if days is not None:
        settings = replace(settings, allocation_days=days)
    day = as_of or day_to_allocate(ledger, assessment, now.date())
    return allocation(
        ledger,
        assessment,
        _explanation(home.store, assessment.id),
        as_of=day,
        settings=settings,
        known_until=None if as_of else now,
    )


def _explanation(store: Path, identity: str) -> Frozen | None:
    kept = explanations(store)
    return kept.open(identity) if identity in kept.ids() else None
