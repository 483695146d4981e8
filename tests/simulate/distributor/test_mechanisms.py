"""What the company does comes back: served badly they leave, and what is done about it helps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow.compute as pc
import pytest

from mainstay.core.errors import InvalidSetting, NotFound
from mainstay.simulate import Company, Distributor
from mainstay.simulate.distributor import (
    AnswerRequest,
    GiveStock,
    HandOver,
    KeepPromise,
    LowerPrice,
    PayRebate,
    SolveComplaint,
    Visit,
)

SMALL = Company(accounts=80, staff=15, weeks=65, products=240)


def lost_to(world: Distributor, family: str) -> float:
    truth = world.truth()
    return float(
        pc.sum(truth.filter(pc.equal(truth["family"], family))["lost_amount"]).as_py() or 0
    )


@pytest.mark.parametrize(
    ("part", "family", "little", "much"),
    [
        ("neglect", "drift", 0.0, 8.0),
        ("rudeness", "courtesy", 0.2, 6.0),
        ("turnover", "people", 0.0, 6.0),
        ("faults", "product", 0.2, 4.0),
        ("slowness", "service", 0.3, 5.0),
        ("shortage", "delivery", 0.0, 5.0),
        ("hardness", "money", 0.0, 4.0),
        ("turmoil", "turmoil", 0.0, 6.0),
    ],
)
def test_served_badly_they_buy_less(part: str, family: str, little: float, much: float) -> None:
    well, badly = (
        Distributor(replace(SMALL, conduct=replace(SMALL.conduct, **{part: how})), seed=3).run()
        for how in (little, much)
    )
    assert lost_to(badly, family) > 1.5 * lost_to(well, family) + 1000


def test_without_rivals_nothing_is_lost_to_them() -> None:
    rivals = replace(SMALL.rivals, attacks=0.0, wars=0.0)
    assert lost_to(Distributor(replace(SMALL, rivals=rivals), seed=3).run(), "competitor") == 0
    rivals = replace(SMALL.rivals, attacks=1.5)
    assert lost_to(Distributor(replace(SMALL, rivals=rivals), seed=3).run(), "competitor") > 1000


def test_visits_lower_what_is_lost_to_drift() -> None:
    neglected = replace(SMALL, conduct=replace(SMALL.conduct, neglect=10.0))
    alone, visited = Distributor(neglected, seed=2).run(), Distributor(neglected, seed=2)
    codes = alone.balance()["account_id"].to_pylist()
    for week in range(SMALL.weeks):
        visited.step([Visit(code) for code in codes] if week % 3 == 0 else [])
    assert lost_to(visited, "drift") < 0.2 * lost_to(alone, "drift")
    assert pc.sum(visited.balance()["bought"]).as_py() > pc.sum(alone.balance()["bought"]).as_py()


def test_an_action_changes_nothing_for_others() -> None:
    as_it_is, with_it = Distributor(SMALL, seed=7), Distributor(SMALL, seed=7)
    for week in range(40):
        as_it_is.step()
        actions = [Visit("A00003"), LowerPrice("A00003", 0.1), PayRebate("A00003", 500.0)]
        with_it.step([*actions, GiveStock("A00003")] if week % 2 else [])
    for name in ("order_lines", "complaints", "promises", "competitor_sightings"):
        one, other = as_it_is.tables()[name], with_it.tables()[name]
        for table in (one, other):
            assert table.num_rows
        others = [t.filter(pc.not_equal(t["account_id"], "A00003")) for t in (one, other)]
        assert others[0] == others[1], name
    lines = with_it.tables()["order_lines"]
    mine = lines.filter(pc.equal(lines["account_id"], "A00003"))
    assert pc.sum(mine["amount"]) != pc.sum(
        as_it_is.tables()["order_lines"].filter(
            pc.equal(as_it_is.tables()["order_lines"]["account_id"], "A00003")
        )["amount"]
    )


def latest(world: Distributor, table: str, key: str, empty: str) -> list[dict[str, Any]]:
    """Rows whose last version has nothing in a column; strays of other accounts left out."""
    rows = {row[key]: row for row in world.tables()[table].to_pylist()}
    return [row for code, row in rows.items() if row[empty] is None and not code.endswith("-2")]


def test_open_matters_are_settled_and_it_is_written_down() -> None:
    world = Distributor(replace(SMALL, conduct=replace(SMALL.conduct, slowness=5.0)), seed=1)
    for _ in range(30):
        world.step()
    complaint = latest(world, "complaints", "complaint_id", "solved_at")[0]
    request = latest(world, "requests", "request_id", "answered_on")[0]
    promise = latest(world, "promises", "promise_id", "kept_on")[0]
    world.step(
        [
            SolveComplaint(complaint["complaint_id"]),
            AnswerRequest(request["request_id"]),
            KeepPromise(promise["promise_id"]),
        ]
    )
    for _ in range(30):  # some are written down late
        world.step()
    rows = world.tables()
    solved = {row["complaint_id"]: row for row in rows["complaints"].to_pylist()}
    assert solved[complaint["complaint_id"]]["accepted_by_customer"] is True
    answered = {row["request_id"]: row for row in rows["requests"].to_pylist()}
    assert answered[request["request_id"]]["outcome"] == "Offered"
    kept = {row["promise_id"]: row for row in rows["promises"].to_pylist()}
    assert kept[promise["promise_id"]]["kept_amount"] == promise["amount"]


def test_a_handover_ends_one_assignment_and_begins_another() -> None:
    world = Distributor(SMALL, seed=1)
    world.step()
    staff = world.tables()["staff"].to_pylist()
    to = [one["staff_id"] for one in staff if one["role"] == "manager"][-1]
    world.step([HandOver("A00001", to)])
    rows = [r for r in world.tables()["assignments"].to_pylist() if r["account_id"] == "A00001"]
    mine = [row for row in rows if row["role"] == "manager"]
    assert [row["to"] is None for row in mine] == [True, False, True]
    assert mine[-1]["staff_id"] == to
    assert mine[-1]["from"] > mine[-2]["to"]


@pytest.mark.parametrize(
    "action",
    [
        Visit("nobody"),
        SolveComplaint("nothing"),
        AnswerRequest("nothing"),
        KeepPromise("nothing"),
        HandOver("A00001", "nobody"),
        LowerPrice("A00001", 0.1, "nothing"),
    ],
)
def test_what_there_is_not_is_refused(action: Any) -> None:
    with pytest.raises(NotFound, match="There is no"):
        Distributor(SMALL, seed=1).step([action])


def test_a_price_can_not_be_lowered_without_end() -> None:
    with pytest.raises(InvalidSetting, match="by 0 to 0"):
        Distributor(SMALL, seed=1).step([LowerPrice("A00001", 0.9)])
