"""When a lost account is called, and why then: before its own season, the company's, or as somebody set it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import planned
import pyarrow as pa
import pytest
from planned import MONDAY, One

from mainstay import Ledger
from mainstay.ledger.schema import TABLES
from mainstay.plays.catalogue import PLAYS, catalogue
from mainstay.plays.comebacks import LEAD_WEEKS, PRICE_LEAD_WEEKS, comebacks, lost_table
from mainstay.plays.effects import priors
from mainstay.plays.gains import Rates, worth

WIN = PLAYS["win_back"]


def orders(begins: date, years: int = 4) -> list[date]:
    """Six fortnights of each year from a day on."""
    first = [begins - timedelta(weeks=52 * y) for y in range(years)]
    return sorted(day + timedelta(days=14 * n) for day in first for n in range(6))


def ledger(days: list[date], *set_by_hand: dict[str, Any]) -> Ledger:
    lines = pa.table(
        {
            "account_id": ["A000"] * len(days),
            "ordered_on": pa.array(days, pa.date32()),
            "amount": [100.0] * len(days),
        }
    )
    made = Ledger.from_tables(order_lines=lines)
    for row in set_by_hand:
        at = datetime.combine(row["set_on"], datetime.min.time(), UTC)
        told = pa.Table.from_pylist([row], TABLES["win_backs"].arrow)
        made.facts.append("win_backs", told, "desk", at, assumed=False)
    return made.refresh()


def season(busy_from: int | None = None) -> Any:
    index = np.ones(52)
    if busy_from is not None:
        index[(busy_from + np.arange(13)) % 52] = 1.5
    return SimpleNamespace(coming=lambda _: index / index.mean())


def lost(**changes: Any) -> One:
    since = MONDAY - timedelta(days=60)
    return One(
        state="lost",
        since=since,
        **{"baseline": 0.0, "causes": {"drift.no_contact": 1.0}, **changes},
    )


def one(
    days: list[date], account: One, *by_hand: dict[str, Any], busy_from: int | None = None
) -> Any:
    seen = planned.situation([account])
    return comebacks(ledger(days, *by_hand), seen, season(busy_from))[0]


BEGINS = MONDAY + timedelta(weeks=20)
LAST = BEGINS - timedelta(weeks=52)


def test_it_is_called_some_weeks_before_its_own_season() -> None:
    found = one(orders(LAST), lost(), busy_from=3)
    assert found.season_of == "own"
    assert abs((found.season_on - BEGINS).days) <= 7
    assert found.call_from == found.season_on - timedelta(weeks=LEAD_WEEKS)
    assert "Its own season begins" in found.why[0].render()


def test_without_one_the_companys_counts_and_without_that_any_day() -> None:
    steady = [MONDAY - timedelta(days=100 + 14 * n) for n in range(60)]
    found = one(steady, lost(), busy_from=30)
    assert (found.season_of, found.season_on) == ("company", MONDAY + timedelta(weeks=30))
    found = one(steady, lost())
    assert (found.season_of, found.season_on, found.call_from) == (None, None, MONDAY)
    assert "any day is as good" in found.why[0].render()


def test_who_left_for_the_price_is_called_sooner() -> None:
    found = one(orders(LAST), lost(causes={"competitor.price": 0.4, "money.price_rise": 0.3}))
    assert found.for_price
    assert found.call_from == found.season_on - timedelta(weeks=PRICE_LEAD_WEEKS)
    assert "called sooner" in found.why[1].render()


def test_a_season_that_has_just_begun_is_still_the_next_one() -> None:
    begun = MONDAY - timedelta(weeks=2)
    found = one(orders(begun - timedelta(weeks=52)), lost())
    assert abs((found.season_on - begun).days) <= 7
    missed = MONDAY - timedelta(weeks=8)
    found = one(orders(missed - timedelta(weeks=52)), lost())
    assert found.season_on > MONDAY + timedelta(weeks=40)


def test_a_date_that_somebody_set_counts_from_the_day_on_which_it_was_known() -> None:
    on = MONDAY + timedelta(days=12)
    row = {
        "account_id": "A000",
        "call_on": on,
        "reason": "Their contract {ends} then",
        "set_on": MONDAY - timedelta(days=5),
    }
    found = one(orders(LAST), lost(), row)
    assert found.call_from == on < found.by_season
    assert "Their contract {ends} then" in found.told[0].render()
    assert found.told[1:] == found.why
    of_another_loss = {**row, "set_on": MONDAY - timedelta(days=70)}
    assert one(orders(LAST), lost(), of_another_loss).given is None
    later = {**row, "set_on": MONDAY + timedelta(days=1)}
    assert one(orders(LAST), lost(), later).given is None


def test_orders_of_later_days_change_nothing() -> None:
    later = [*orders(LAST), *orders(MONDAY + timedelta(days=1), 1)]
    assert one(orders(LAST), lost()) == one(later, lost())


@pytest.mark.parametrize(("weeks", "offered"), [(LEAD_WEEKS - 1, True), (LEAD_WEEKS + 3, False)])
def test_the_plan_offers_it_in_time_and_says_why_now(weeks: int, offered: bool) -> None:
    account = lost(gone=200_000.0)
    begins = MONDAY + timedelta(weeks=weeks)
    found = {0: one(orders(begins - timedelta(weeks=52)), account)}
    made = planned.plan(
        [account],
        only=("win_back",),
        call_from={i: c.call_from for i, c in found.items()},
        season_told={i: c.why for i, c in found.items()},
    )
    rows = planned.of(made)
    assert (rows.get("A000", {}).get("play") == "win_back") is offered
    if offered:
        assert "Its own season begins" in rows["A000"]["why"]
    else:
        assert planned.kept_out(made, "A000")["win_back"] == ("restraint", "before_season")


def test_its_table_says_what_part_may_come_back() -> None:
    account = lost(gone=900.0)
    seen = planned.situation([account])
    found = comebacks(ledger(orders(LAST)), seen, season())
    plays, rates = catalogue(), Rates(0.25, 1.0, 30.0)
    row = lost_table(seen, found, plays, priors(plays), rates).to_pylist()[0]
    assert row["lost_since"] == account.since
    assert row["share"] == pytest.approx(priors(plays)["win_back"].expected * WIN.fits["drift"])
    assert row["gone"] == pytest.approx(900.0)
    assert row["kept"] == pytest.approx(900.0 * row["share"] * 0.25)
    without = {name: play for name, play in plays.items() if name != "win_back"}
    row = lost_table(seen, found, without, priors(plays), rates).to_pylist()[0]
    assert (row["share"], row["kept"]) == (None, None)


@pytest.mark.parametrize("sales", [1.0, 4.0])
def test_its_money_is_what_the_plan_counts_with(sales: float) -> None:
    """What it keeps is margin; what has gone is told in net sales, whatever amounts are."""
    seen = planned.situation([lost(gone=200_000.0), lost(gone=0.0)])
    found = {i: comebacks(ledger(orders(LAST)), seen, season())[i] for i in (0, 1)}
    plays, rates = catalogue(), Rates(0.3, sales, 30.0)
    rows = lost_table(seen, found, plays, priors(plays), rates).to_pylist()
    valued = worth(seen, tuple(plays.values()), priors(plays), rates)
    j = [play.name for play in valued.plays].index("win_back")
    assert [row["kept"] for row in rows] == pytest.approx(valued.kept[:, j].tolist())
    assert [row["gone"] for row in rows] == [200_000.0, 0.0]
    assert rows[0]["kept"] > 0
