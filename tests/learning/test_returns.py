"""Who comes back, for how long and with how much: reckoned by hand where it can be, and by a small simulation."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from kept import judged, orders
from seen import AS_OF, ago, ledger_of, view_of

from mainstay.core.settings import Settings
from mainstay.engine.comebacks import measure_comebacks
from mainstay.learning.imputation import exits, rhythm_model
from mainstay.learning.left_for import causes_of_leaving, quarters
from mainstay.learning.lives import population
from mainstay.learning.returns import (
    OF_RETURNS,
    PRICE_AGAIN,
    PRICE_SOONER,
    Watched,
    assumed,
    hazard,
)
from mainstay.learning.spells import spells
from mainstay.plays.returning import GROUPS, PRICE, SINCE_WEEKS, Returning, by_group
from mainstay.standing.history import date_of, days_of

STAY = [line for n in range(12) for line in orders(f"S{n:02}", 1000 - n, 1)]
# Left 700 days ago, back 500 days ago with half as much, there still.
BACK = [*orders("BACK", 1100, 700), *orders("BACK", 500, 2, amount=50.0)]
GONE = orders("GONE", 1000, 400)


def company(*more: list[dict[str, Any]], tables: Any = None, **also: Any) -> Any:
    lines = [*STAY, *BACK, *GONE, *(line for some in more for line in some)]
    codes = sorted({line["account_id"] for line in lines})
    states = {"GONE": "lost", **also.pop("states", {})}
    accounts = [
        judged(code, 0.02 if states.get(code) == "lost" else 0.98, amount_52=1300.0)
        | {"state": states.get(code, "steady")}
        for code in codes
    ]
    ledger = also.pop("ledger", None) or ledger_of({"order_lines": lines, **(tables or {})})
    return view_of(ledger, accounts, **also)


def left(view: Any) -> Any:
    people = population(view)
    model = rhythm_model(people)
    return spells(view, people, model), exits(people, model)


def measured(view: Any, explained: Any = ()) -> dict[str, pa.Table]:
    return measure_comebacks(view, *left(view), explained)


def row_of(table: pa.Table, **keys: Any) -> dict[str, Any]:
    (row,) = [r for r in table.to_pylist() if all(r[k] == v for k, v in keys.items())]
    return row


def explanation(day: int, *rows: tuple[str, str, float]) -> tuple[int, pa.Table, pa.Table]:
    """One explanation: account, cause, p; its fall began a little before the day of each."""
    ids = sorted({account for account, *_ in rows})
    began = pa.array([date_of(day - 30)] * len(ids), pa.date32())
    falls = pa.table({"account_id": pa.array(ids, pa.string()), "began_on": began})
    names = ("account_id", "cause", "p")
    return day, falls, pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))


def test_a_silence_counts_from_when_it_was_lost_and_ends_with_an_order() -> None:
    found, _ = left(company())
    ids = found.people.words("account_id")
    told = {ids[p]: i for i, p in enumerate(found.person)}
    assert set(told) == {"BACK", "GONE"}
    back, gone = told["BACK"], told["GONE"]
    assert date_of(found.back[back]) == ago(500 - 28)  # its third order makes a tenth of before
    assert found.back[gone] == -1
    for i in (back, gone):
        assert 91 <= found.lost[i] - found.left[i] <= 366
        assert 0.5 < found.sure[i] <= 1
    assert found.before[back] == pytest.approx(26 * 100)
    assert found.after_52[back] == pytest.approx(26 * 50)
    assert found.nth.tolist() == [0, 0]


def test_stray_orders_of_who_has_gone_are_no_return() -> None:
    strays = [
        {"account_id": "GONE", "ordered_on": ago(day), "amount": 40.0, "category": "tea"}
        for day in (250, 120)
    ]
    view = company(strays)
    found, _ = left(view)
    ids = found.people.words("account_id")
    (gone,) = [i for i, p in enumerate(found.person) if ids[p] == "GONE"]
    assert found.back[gone] == -1
    assert date_of(found.left[gone]) > ago(420)
    lives = measured(view)["second_lives"]["account_id"].to_pylist()
    assert lives == ["BACK"]
    more = {"account_id": "GONE", "ordered_on": ago(60), "amount": 100.0, "category": "tea"}
    found, _ = left(company([*strays, more]))
    assert date_of(found.back[found.person == found.person[gone]][0]) == ago(60)


def test_who_is_back_stands_with_what_it_buys_beside_before_and_what_was_under_way() -> None:
    runs = [
        {"account_id": "BACK", "play": play, "from": ago(begins), "to": ago(ends), "staff_id": "S1"}
        for play, begins, ends in (
            ("win_back", 560, 520),
            ("nothing", 540, 520),
            ("visits", 60, 50),
        )
    ]
    found = measured(company(tables={"play_runs": runs}))
    (row,) = found["second_lives"].to_pylist()
    assert row["account_id"] == "BACK"
    assert (row["back_on"], row["play"], row["by_id"]) == (ago(472), "win_back", "S1")
    assert row["before"] == pytest.approx(2600)
    assert row["now"] == pytest.approx(1300)
    assert row["cause"] == "unknown"
    leaving = measured(company(states={"BACK": "lost"}))
    assert leaving["second_lives"].num_rows == 0


def test_a_return_after_the_date_is_not_known() -> None:
    now = measured(company())
    later = [*orders("GONE", -1, -40, every=3), *orders("BACK", -1, -40, every=3)]
    after = measured(company(later))
    for name in now:
        assert now[name].equals(after[name]), name
    review = {
        "review_id": "R1",
        "account_id": "BACK",
        "kind": "lost",
        "opened_on": ago(600),
        "confirmed_on": ago(580),
        "root_cause": "competitor.price",
    }
    found, _ = left(company(tables={"reviews": [review]}))
    share = causes_of_leaving(company(tables={"reviews": [review]}), found, ())
    assert share[0, GROUPS.index(PRICE)] == 1
    told_later = company(tables={"reviews": [review | {"recorded": AS_OF + timedelta(days=3)}]})
    assert causes_of_leaving(told_later, found, ())[0, GROUPS.index("unknown")] == 1


def test_why_it_left_is_told_by_what_was_known_then() -> None:
    view = company()
    found, _ = left(view)
    at = days_of(AS_OF)
    then = explanation(
        at - 560, ("BACK", "competitor.price", 0.7), ("BACK", "drift.no_contact", 0.2)
    )
    before = explanation(at - 690, ("BACK", "service.service_slow", 1.0))  # it did not count yet
    newest = explanation(at, ("GONE", "money.price_rise", 0.6), ("BACK", "delivery.late", 1.0))
    share = causes_of_leaving(view, found, [before, then, newest])
    assert share[0, GROUPS.index(PRICE)] == pytest.approx(0.7)
    assert share[0, GROUPS.index("unknown")] == pytest.approx(0.1)
    # The fall that the newest sees of the account that is away began long after it had left: of something else.
    assert share[1, GROUPS.index("unknown")] == 1
    assert share.sum(axis=1) == pytest.approx(1)
    assert quarters([at, at - 7, at - 91, at - 100, at - 200], 2) == [at - 91, at]


@pytest.mark.parametrize(
    "lines", [STAY, [], GONE, BACK], ids=["nobody left", "none", "gone", "back"]
)
def test_one_case_or_none_tells_what_is_assumed(lines: list[dict[str, Any]]) -> None:
    if not lines:
        found = assumed(Settings())
    else:
        codes = sorted({line["account_id"] for line in lines})
        found = measured(
            view_of(ledger_of({"order_lines": lines}), [judged(c, 0.5) for c in codes])
        )
    causes, price = found["return_causes"], row_of(found["return_causes"], cause=PRICE)
    assert not any(row["told"] for row in causes.to_pylist())
    assert price["sooner"] == pytest.approx(PRICE_SOONER, rel=0.25)
    assert price["again"] == pytest.approx(PRICE_AGAIN, rel=0.25)
    assert causes.num_rows == len(GROUPS) + 1
    for row in found["returns"].to_pylist():
        assert 0 <= row["low_52"] <= row["within_52"] <= row["high_52"] <= 1
    returning = Returning.of(found["returns"], causes)
    chance = returning.of_accounts(np.eye(len(GROUPS)), np.full(len(GROUPS), 20.0))
    assert chance.p[GROUPS.index(PRICE)] > chance.p[GROUPS.index("drift")]
    assert chance.years[GROUPS.index(PRICE)] < chance.years[GROUPS.index("drift")]


def test_the_longer_it_is_gone_the_less_likely_it_comes_back() -> None:
    found = assumed(Settings())
    returning = Returning.of(found["returns"], found["return_causes"])
    weeks = np.array([*SINCE_WEEKS, 900.0])
    groups = np.tile(np.eye(len(GROUPS))[-1], (len(weeks), 1))
    p = returning.of_accounts(groups, weeks).p
    assert (np.diff(p) < 0.02).all()
    assert p[-1] == p[-2] < p[0] / 2
    causes = np.zeros((1, 32))
    causes[0, -1] = 1
    assert by_group(causes)[0, GROUPS.index("unknown")] == 1


def test_facts_outweigh_what_is_assumed_and_intervals_hold() -> None:
    """Of 40 made-up companies, 80% intervals hold the true chance in most."""
    rng = np.random.default_rng(7)
    true = {PRICE: 0.15, "drift": 0.45}  # the assumption has it the other way round
    held = []
    for _ in range(40):
        share = np.zeros((240, len(GROUPS)))
        rate = np.empty(240)
        for n, (name, r) in enumerate(true.items()):
            share[n * 120 : (n + 1) * 120, GROUPS.index(name)] = 1
            rate[n * 120 : (n + 1) * 120] = r
        entry = np.full(240, 91.0)
        back = entry + rng.exponential(364 / rate)
        until = np.minimum(back, entry + rng.uniform(100, 800, 240))
        watched = Watched(entry, until, (back <= until).astype(float), np.ones(240), share)
        found = hazard(watched, OF_RETURNS, rng, 400)
        for name, r in true.items():
            p = found.within(0.25, 1.0, GROUPS.index(name))
            low, high = np.quantile(p, [0.1, 0.9])
            held.append(low <= 1 - np.exp(-r) <= high)
    assert 0.65 <= np.mean(held) <= 0.95
    assert found.theta[:, GROUPS.index(PRICE)].mean() < found.theta[:, GROUPS.index("drift")].mean()
    assert json.dumps(found.done.tolist())
