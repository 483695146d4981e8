"""What is learnt from a company's own records: cases, what is kept of them, and what plans go by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from mainstay import Ledger, assess
from mainstay.core.home import Home
from mainstay.core.settings import Settings
from mainstay.engine import Assessment, cases_of, explain, explanations, learnt_of, play_catalogue
from mainstay.engine.learnt import keep_learnt
from mainstay.engine.outcomes import outcomes_of
from mainstay.engine.planning import planned
from mainstay.learning.moves import used
from mainstay.ledger import given
from mainstay.ledger.schema import TABLES
from mainstay.plays.effects import priors
from mainstay.simulate import Plan as Histories
from mainstay.simulate import histories

MADE = Histories(accounts=60, weeks=110, orders_a_year=26, regularity=(2.0,), losses_a_year=0.4)
END = MADE.begin + timedelta(weeks=MADE.weeks)
BEGAN = END - timedelta(weeks=14)
EARLY = datetime.combine(BEGAN + timedelta(days=6), datetime.min.time(), UTC)
PLAYS = play_catalogue()


@dataclass
class Shop:
    """A store with two assessments, and what is told it."""

    home: Home
    ledger: Ledger
    past: Assessment
    now: Assessment
    lines: pa.Table

    def tell(self, table: str, *rows: dict[str, Any], at: datetime = EARLY) -> None:
        told = pa.Table.from_pylist(list(rows), TABLES[table].arrow)
        self.ledger.facts.append(table, told, "desk", at, assumed=False)
        self.ledger.refresh()

    def accounts(self) -> list[str]:
        rows = self.past.accounts.filter(pc.greater(self.past.accounts["horizon_baseline"], 0))
        found: list[str] = rows["account_id"].to_pylist()
        return found

    def cases(self, **more: Any) -> Any:
        return cases_of(self.ledger, self.home.store, PLAYS, **{"as_of": END, **more})


@pytest.fixture(scope="module")
def lines() -> pa.Table:
    return histories(MADE, seed=4).lines


@pytest.fixture(scope="module")
def judged(lines: pa.Table) -> tuple[Assessment, Assessment, Any]:
    ledger = Ledger.from_tables(order_lines=lines)
    past, now = assess(ledger, BEGAN), assess(ledger, END)
    return past, now, explain(ledger, past)


@pytest.fixture
def shop(lines: pa.Table, judged: tuple[Assessment, Assessment, Any], tmp_path: Path) -> Shop:
    home = Home(tmp_path / "home").prepare()
    ledger = Ledger.open(home.store)
    given.load(ledger, {"order_lines": lines}, None, now=datetime(2030, 1, 1, tzinfo=UTC))
    past, now, why = judged
    why.save(explanations(home.store), "past")
    kept = [one.save(ledger.assessments, name) for one, name in ((past, "past"), (now, "q-now"))]
    return Shop(home, ledger.refresh(), kept[0], kept[1], lines)


def run(account: str, play: str, begins: date, chosen: str = "rule") -> dict[str, Any]:
    ends = begins + timedelta(days=60)
    return {"account_id": account, "play": play, "from": begins, "to": ends, "chosen": chosen}


def coin(account: str, play: str, on: date = BEGAN) -> dict[str, Any]:
    return {"account_id": account, "on": on, "play": play, "probability": 0.5}


def design(name: str, kind: str = "order", **more: Any) -> dict[str, Any]:
    rows = {"begins": BEGAN, "to": END, "waves": 2, "weeks_between": 5, "held": 0.2, "on": BEGAN}
    return {"design": name, "kind": kind, "play": "listen", **rows, **more}


def draw(account: str, name: str, begins: date, arm: str = "begins", p: float = 0.5) -> Any:
    return {
        "design": name,
        "account_id": account,
        "play": "listen",
        "unit": account,
        "arm": arm,
        "wave": 1,
        "probability": p,
        "draw": 0.3,
        "from": begins,
        "to": END,
        "on": BEGAN - timedelta(days=1),
    }


def told(cases: Any) -> list[tuple[str, str, str]]:
    return sorted(zip(cases.account_id, cases.drawn, cases.done, strict=True))


def test_what_a_coin_drew_is_a_case_taken_or_not(shop: Shop) -> None:
    taken, left, nothing, late, old = shop.accounts()[:5]
    shop.tell("coins", coin(taken, "listen"), coin(left, "listen"), coin(nothing, "nothing"))
    shop.tell("coins", coin(left, "nothing", BEGAN + timedelta(days=5)))  # the first one stands
    shop.tell(
        "play_runs",
        run(taken, "listen", BEGAN + timedelta(days=3), "coin"),
        run(nothing, "visits", BEGAN + timedelta(days=2)),  # against the coin
        run(late, "listen", END - timedelta(weeks=2)),  # its horizon is not over
        run(old, "listen", BEGAN - timedelta(days=3)),  # no assessment before it
    )
    found = shop.cases()
    assert told(found) == sorted(
        [(taken, "listen", "listen"), (left, "listen", "nothing"), (nothing, "nothing", "visits")]
    )
    assert list(found.probability) == [0.5] * 3
    mine = int(np.flatnonzero(found.account_id == taken)[0])
    row = next(r for r in shop.past.accounts.to_pylist() if r["account_id"] == taken)
    within = pc.and_(
        pc.greater_equal(shop.lines["ordered_on"], pa.scalar(BEGAN)),
        pc.less(shop.lines["ordered_on"], pa.scalar(BEGAN + timedelta(weeks=13))),
    )
    ours = shop.lines.filter(pc.and_(within, pc.equal(shop.lines["account_id"], taken)))
    came = float(pc.sum(ours["amount"]).as_py() or 0)
    assert found.lost[mine] == pytest.approx(1 - came / row["horizon_baseline"])
    assert found.expected[mine] == pytest.approx(
        max(row["horizon_loss"] / row["horizon_baseline"], 0.01)
    )
    assert found.began[mine] == (BEGAN + timedelta(days=3)).toordinal()
    assert len(shop.cases(as_of=END - timedelta(weeks=3))) == 0


def test_beside_what_people_chose_stand_accounts_that_were_left_alone(shop: Shop) -> None:
    accounts = shop.accounts()
    shop.tell("play_runs", *(run(one, "listen", BEGAN) for one in accounts[:3]))
    shop.tell("play_runs", run(accounts[3], "visits", BEGAN - timedelta(days=20)))  # under way
    found = shop.cases()
    alone = found.at(found.drawn == "nothing")
    assert 0 < len(alone) <= 30
    assert not set(alone.account_id) & set(accounts[:4])
    assert found.chosen.all()
    assert set(found.cause) <= {"unknown", *(c for c in found.cause if "." not in c)}
    assert told(found) == told(shop.cases())


def test_a_design_tells_by_who_began_and_who_still_waited(shop: Shop) -> None:
    a, b, c, d = shop.accounts()[:4]
    second = BEGAN + timedelta(weeks=5)
    shop.tell("designs", design("in turn"))
    shop.tell("design_draws", draw(a, "in turn", BEGAN, p=1 / 3), draw(b, "in turn", second))
    shop.tell("design_draws", draw(c, "in turn", second))
    shop.tell("play_runs", run(a, "listen", BEGAN), run(d, "listen", BEGAN))
    found = shop.cases()
    drawn = found.at(found.design == "in turn")
    assert told(drawn) == [
        (a, "listen", "listen"),
        (b, "nothing", "nothing"),
        (c, "nothing", "nothing"),
    ]
    chance = dict(zip(drawn.account_id, drawn.probability, strict=True))
    assert chance == pytest.approx({a: 1 / 3, b: 2 / 3, c: 2 / 3})
    assert set(drawn.last - drawn.first + 1) == {35}  # until others begin
    whole = (shop.cases().expected[found.account_id == d])[0]
    assert 0 < whole <= 1
    assert a not in found.at(found.design == "").account_id  # its run is part of the draw


def test_what_would_have_begun_after_a_design_was_switched_off_was_not_drawn(shop: Shop) -> None:
    a, b = shop.accounts()[:2]
    off = BEGAN + timedelta(weeks=3)
    shop.tell("designs", design("in turn", off_on=off))
    shop.tell(
        "design_draws", draw(a, "in turn", BEGAN), draw(b, "in turn", BEGAN + timedelta(weeks=5))
    )
    assert len(shop.cases()) == 0


def test_who_is_held_out_waits_for_the_whole_horizon(shop: Shop) -> None:
    a, b, c = shop.accounts()[:3]
    came = BEGAN + timedelta(days=4)
    shop.tell("designs", design("held", "hold_out", waves=None, weeks_between=None))
    shop.tell("design_draws", draw(a, "held", BEGAN, p=0.8), draw(b, "held", BEGAN, "held", 0.2))
    shop.tell("design_draws", {**draw(c, "held", came, p=0.8), "on": came})
    found = shop.cases()
    assert told(found) == sorted(
        [(a, "listen", "nothing"), (b, "nothing", "nothing"), (c, "listen", "nothing")]
    )
    assert sorted(found.probability) == [0.2, 0.8, 0.8]
    assert set(found.first[found.account_id == c]) == {came.toordinal()}
    assert set(found.last - found.first + 1) == {91}


def test_what_is_recorded_later_is_not_known(shop: Shop) -> None:
    a, b = shop.accounts()[:2]
    shop.tell("coins", coin(a, "listen"))
    late = datetime.combine(END - timedelta(days=1), datetime.min.time(), UTC)
    shop.tell("coins", coin(b, "listen"), at=late)
    before = END - timedelta(days=2)
    assert told(shop.cases(known_until=before)) == [(a, "listen", "nothing")]
    assert len(shop.cases()) == 2


def test_plays_that_win_back_tell_no_case_but_an_outcome(shop: Shop) -> None:
    fell = shop.past.accounts.filter(pc.equal(shop.past.accounts["state"], "lost"))
    account = fell["account_id"][0].as_py()
    shop.tell("play_runs", run(account, "win_back", BEGAN))
    assert not (shop.cases().drawn == "win_back").any()
    found = outcomes_of(shop.ledger, shop.home.store, PLAYS, as_of=END)
    assert [one.play for one in found] == ["win_back"]


def test_without_a_case_all_is_kept_and_says_that_none_is_there(shop: Shop) -> None:
    kept = keep_learnt(shop.ledger, shop.home.store, shop.now)
    assert kept.meta["cases"] == 0
    assert set(kept.table("effects")["verdict"].to_pylist()) == {"none_treated"}
    assert used(kept.table("moves")) == priors(PLAYS)
    assert kept.table("cases").num_rows == 0
    assert kept.table("needed").num_rows > 5
    both = kept.table("forecasts").to_pylist()
    assert [row["alone"] for row in both] == [False, True]
    assert all(0.5 * row["accounts"] < row["inside"] <= row["accounts"] for row in both)
    assert keep_learnt(shop.ledger, shop.home.store, shop.now).id == kept.id
    assert learnt_of(shop.home.store, "none") is None


def harm(shop: Shop) -> None:
    """Coins by which all that lost much had the play."""
    cases_like = [coin(one, "nothing") for one in shop.accounts()]
    shop.tell("coins", *cases_like)
    seen = shop.cases()
    bad = set(seen.account_id[seen.lost > np.median(seen.lost)])
    shop.tell(
        "coins", *({**row, "play": "listen"} for row in cases_like if row["account_id"] in bad)
    )


@pytest.fixture
def with_staff(shop: Shop) -> Callable[[], Any]:
    shop.tell("staff", {"staff_id": "M1", "name": "Maria", "role": "manager"})
    ones = [
        {"account_id": a, "staff_id": "M1", "role": "manager", "from": MADE.begin}
        for a in shop.past.accounts["account_id"].to_pylist()
    ]
    shop.tell("assignments", *ones)
    explain(shop.ledger, shop.now).save(explanations(shop.home.store), shop.now.id)
    return lambda: planned(shop.ledger, shop.home.store, shop.now, Settings())


def test_cases_move_plans_and_what_is_held_back_does_not(
    shop: Shop, with_staff: Callable[[], Any]
) -> None:
    shop.past.save(shop.ledger.assessments, "p-looked")
    looked = keep_learnt(shop.ledger, shop.home.store, shop.past)
    first = used(looked.table("moves"))["listen"]
    assert first == priors(PLAYS)["listen"]
    harm(shop)
    moved = with_staff().meta["beliefs"]["listen"]
    assert moved["mean"] > first.mean + 0.02
    assert moved["cases"] > 5
    shop.tell(
        "held_effects", {"play": "listen", "on": END, "held": True, "reason": "Counted twice"}
    )
    made = with_staff()
    assert made.meta["beliefs"]["listen"]["mean"] == pytest.approx(first.mean)
    assert made.meta["beliefs"]["visits"] != {}
    assert any("Counted twice" in str(text) for text in made.meta["said"])
    row = next(
        r
        for r in keep_learnt(shop.ledger, shop.home.store, shop.now).table("moves").to_pylist()
        if r["play"] == "listen"
    )
    assert row["held"]
    assert row["mean"] == pytest.approx(moved["mean"])
    assert row["new_cases"] == moved["cases"]
    again = keep_learnt(shop.ledger, shop.home.store, shop.now)
    assert again.meta["before"] == str(BEGAN)


def test_what_was_put_off_is_judged_by_what_came(shop: Shop) -> None:
    a, b = shop.accounts()[:2]
    until = BEGAN + timedelta(days=30)
    shop.tell(
        "snoozes",
        {"account_id": a, "on": BEGAN, "until": until, "kind": "dismiss", "reason": "On holiday"},
        {"account_id": b, "on": END - timedelta(days=3), "until": END, "kind": "snooze"},
    )
    kept = keep_learnt(shop.ledger, shop.home.store, shop.now)
    (row,) = kept.table("put_off").to_pylist()
    assert (row["account_id"], row["reason"]) == (a, "On holiday")
    assert row["fell"] == (row["lost"] >= 0.3 * row["baseline"])


def test_confirmed_causes_stand_beside_the_first_guess(shop: Shop) -> None:
    told = explanations(shop.home.store).open("past").table("falls")
    fell = told.filter(told["counts"])["account_id"][0].as_py()
    shop.tell(
        "reviews",
        {
            "review_id": "R1",
            "account_id": fell,
            "opened_on": BEGAN + timedelta(days=2),
            "kind": "lost",
            "salesperson_reason": "competitor.price",
            "root_cause": "delivery.late",
            "confirmed_on": BEGAN + timedelta(days=5),
        },
    )
    (row,) = keep_learnt(shop.ledger, shop.home.store, shop.now).table("guesses").to_pylist()
    assert (row["said"], row["confirmed"]) == ("competitor", "delivery")
    assert row["guessed"]
