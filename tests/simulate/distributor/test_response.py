"""Accounts respond to plays by mechanisms: what is put right helps, what is clumsy harms, nothing else changes."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mainstay.core.errors import InvalidSetting, NotFound
from mainstay.simulate import Company, Distributor
from mainstay.simulate.distributor import actions as act
from mainstay.simulate.distributor import response
from mainstay.simulate.distributor.company import Conduct
from mainstay.simulate.distributor.courses import COURSES
from mainstay.simulate.distributor.deeds import (
    AGE,
    CHAIN,
    FIT,
    LATE,
    LEFT,
    QUALITY,
    RIVALS,
    SERVICE_SLOW,
    UNSOLVED,
)
from mainstay.simulate.distributor.deeds_of_money import HARSH
from mainstay.simulate.distributor.response import RESCUED
from mainstay.simulate.distributor.temper import FADES

SMALL = Company(accounts=60, staff=15, weeks=90, products=240)
HERE = Path(__file__).parents[3]
# Of the company as it was before anything could be done about accounts, but for what its common goals are
# measured by; floats to 6 digits.
FROZEN = {
    "usual": "5d3a9600da8c69e9",
    "careless": "072ddf883b45ec49",
    "contested": "f92255df364f091c",
    "restless": "a04645321747e33d",
}


def company(name: str) -> Company:
    if name == "restless":
        return replace(SMALL, conduct=Conduct(turnover=6, shortage=2, faults=2, hardness=2))
    made: Company = getattr(Company, name)()
    return replace(made, accounts=60, staff=15, weeks=90, products=240)


# Columns that tables have got since: what happens in the company is the same.
SINCE = {
    "accounts": ("language",),
    "goals": ("ledger_measure", "measure_of", "benefit_ours", "benefit_theirs", "owner_id"),
    "agreements": ("otif_promised", "fill_rate_promised"),
    "deliveries": ("unit", "unit_delivered"),
    "payments": ("currency",),
}
# Tables that there are since.
NEW = {"opinions", "corrective_actions"}


def digest(world: Distributor) -> str:
    tables = world.tables() | {"truth": world.truth(by_category=True), "balance": world.balance()}
    found = hashlib.sha256()
    for name in sorted(tables.keys() - NEW):
        found.update(name.encode())
        old = [c for c in tables[name].column_names if c not in SINCE.get(name, ())]
        for row in tables[name].select(old).to_pylist():
            plain = [f"{v:.6g}" if isinstance(v, float) else str(v) for v in row.values()]
            found.update("|".join(plain).encode())
    return found.hexdigest()[:16]


@pytest.mark.parametrize(("name", "seed"), [*zip(FROZEN, (11, 12, 13, 14), strict=True)])
def test_where_nothing_is_done_the_company_is_what_it_was(name: str, seed: int) -> None:
    assert digest(Distributor(company(name), seed=seed).run()) == FROZEN[name]


@pytest.fixture(scope="module")
def grown() -> Distributor:
    world = Distributor(company("restless"), seed=3)
    for _ in range(60):
        world.step()
    return world


def inner(world: Distributor) -> Any:
    return world._weeks


def account_with(world: Distributor, felt: np.ndarray) -> tuple[int, str]:
    """The account that feels most of something, and its code."""
    weeks = inner(world)
    i = int(np.where(weeks.world.active, felt, -1).argmax())
    return i, weeks.world.accounts.ids[i]


def felt_after(world: Distributor, reason: int, i: int, done: list[act.Action]) -> tuple[Any, Any]:
    """What is felt of a reason a week later: where nothing is done, and with it."""
    one, other = world.fork(), world.fork()
    one.step()
    other.step(done)
    return tuple(inner(w).world.tempers.felt[reason, i].sum() for w in (one, other))


@pytest.mark.parametrize(
    ("reason", "kind", "factor"),
    [
        (QUALITY, act.ReportQuality, response.REPORTED),
        (LATE, act.RecoverDelivery, response.REDELIVERED),
        (SERVICE_SLOW, act.HelpOnSite, response.HELPED),
        (HARSH, act.SoftenTerms, response.TERMS_EASED),
        (CHAIN, act.PlanJointly, response.JOINED),
    ],
)
def test_what_is_put_right_is_felt_less(
    grown: Distributor, reason: int, kind: Any, factor: float
) -> None:
    world = grown.fork()
    tempers = inner(world).world.tempers
    i, code = account_with(world, np.ones(SMALL.accounts))
    tempers.felt[:, i] = 0.0
    tempers.felt[reason, i] = 0.5
    as_it_is, better = felt_after(world, reason, i, [kind(code)])
    assert better == pytest.approx(factor * as_it_is, rel=0.35)
    assert better < 0.9 * as_it_is


def test_an_apology_helps_only_when_the_matter_is_settled(grown: Distributor) -> None:
    weeks = inner(grown)
    waiting = next(one for one in weeks.care.complaints if weeks.world.active[one.account])
    code = weeks.world.accounts.ids[waiting.account]
    settled, empty = grown.fork(), grown.fork()
    settled.step([act.SettleAll(code, "complaints"), act.Apologise(code, "complaints")])
    empty.step([act.Apologise(code, "complaints")])
    of = [inner(w).world.tempers for w in (settled, empty)]
    i = waiting.account
    courtesy = [t.felt[1, i].sum() for t in of]
    assert courtesy[1] > courtesy[0]
    assert of[0].felt[UNSOLVED, i].sum() <= of[1].felt[UNSOLVED, i].sum()
    assert not [one for one in inner(settled).care.complaints if one is waiting]


def test_a_visit_that_leaves_what_is_overdue_annoys_once(grown: Distributor) -> None:
    weeks = inner(grown)
    today = weeks.world.monday
    late = next(p for p in weeks.money.promises if p.due < today and weeks.world.active[p.account])
    i, code = late.account, weeks.world.accounts.ids[late.account]
    alone, kept, twice = grown.fork(), grown.fork(), grown.fork()
    alone.step([act.Visit(code)])
    all_of_it = ("complaints", "requests", "promises")
    kept.step([act.Visit(code), *(act.SettleAll(code, what) for what in all_of_it)])
    twice.step([act.Visit(code)])
    felt = [inner(w).world.tempers.felt[1, i].sum() for w in (alone, kept)]
    assert felt[0] > felt[1]
    before = inner(twice).world.arranged.annoyed_on[i]
    twice.step([act.Visit(code)])
    assert inner(twice).world.arranged.annoyed_on[i] == before
    paid = [w.earned()["given"][i].as_py() for w in (alone, kept)]
    assert paid[1] > paid[0]  # what was promised costs money


def test_only_somebody_senior_explains_and_not_every_week(grown: Distributor) -> None:
    i, code = account_with(grown, inner(grown).world.tempers.unrest.sum(1))
    staff = inner(grown).world.staff
    leader = next(p.code for p in staff if p.role == "leader" and p.left is None)
    worlds = [grown.fork() for _ in range(3)]
    worlds[0].step([act.Listen(code)])
    worlds[1].step([act.Listen(code, leader)])
    worlds[2].step([act.Listen(code, leader), act.Listen(code, leader)])
    unrest = [inner(w).world.tempers.unrest[i].sum() for w in worlds]
    assert unrest[1] < unrest[0]
    assert unrest[2] == unrest[1]
    rows = worlds[1].tables()["visits"].to_pylist()
    assert any(r["account_id"] == code and r["staff_id"] == leader for r in rows)


def test_a_rival_pulls_less_while_it_is_arranged_and_no_longer(grown: Distributor) -> None:
    world = grown.fork()
    arranged, i = inner(world).world.arranged, 4
    arranged.soften((RIVALS[1],), i, 0.5, world.week, 2)
    arranged.soften((RIVALS[1],), i, 0.8, world.week, 1)  # the stronger counts
    who, size = np.array([i, 5]), np.array([1.0, 1.0])
    assert arranged.felt(RIVALS[1], who, size, world.week).tolist() == [0.5, 1.0]
    assert arranged.felt(RIVALS[1], who, size, world.week + 2).tolist() == [1.0, 1.0]
    assert arranged.felt(AGE, who, size, world.week).tolist() == [1.0, 1.0]


def test_a_price_that_is_lowered_for_a_time_goes_back_and_costs_margin(grown: Distributor) -> None:
    i, code = account_with(grown, inner(grown).world.accounts.need)
    as_it_is, cheaper = grown.fork(), grown.fork()
    cheaper.step([act.LowerPrice(code, 0.1, weeks=3)])
    as_it_is.step()
    for world in (as_it_is, cheaper):
        for _ in range(9):
            world.step()
    assert inner(cheaper).world.conceded[i].max() == 0
    margin, sales = (
        [w.earned()[column][i].as_py() for w in (as_it_is, cheaper)]
        for column in ("margin", "sales")
    )
    assert margin[1] / sales[1] < margin[0] / sales[0]


def test_money_that_nobody_asked_for_makes_them_compare(grown: Distributor) -> None:
    world = grown.fork()
    tempers = inner(world).world.tempers
    i, code = account_with(world, np.ones(SMALL.accounts))
    tempers.felt[:, i] = 0.0
    tempers.felt[UNSOLVED, i] = 6.0
    tempers.lost[:, i] = 0.0
    tempers.rest[i] = 0.0
    taken = tempers.losses_of(i).sum(0)
    bears = tempers.temper.patience * tempers.traits.patience[i]
    # A week later it is at seven tenths of what it bears: nothing happens by itself.
    tempers.unrest[i] = (0.7 * bears - taken + tempers.temper.tolerance) / FADES
    quiet, stirred = world.fork(), world.fork()
    quiet.step()
    stirred.step([act.Promote(code, 10.0, in_return=False)])
    lost = [inner(w).world.tempers.lost[:, i].sum() for w in (quiet, stirred)]
    assert lost[0] == 0
    assert lost[1] > 0


def test_another_look_brings_back_what_no_longer_has_a_reason(grown: Distributor) -> None:
    world = grown.fork()
    tempers, week = inner(world).world.tempers, world.week
    tempers.felt[:, 7] = 0.0
    tempers.lost[:, 7] = 0.0
    tempers.lost[UNSOLVED, 7] = 0.8
    tempers.look_again(week, 7, np.full(8, RESCUED))
    assert tempers.lost[UNSOLVED, 7] == pytest.approx(0.8 * (1 - RESCUED))
    tempers.felt[UNSOLVED, 7] = 50.0  # the reason is still there
    before = tempers.lost[:, 7].copy()
    tempers.look_again(week, 7, np.full(8, RESCUED))
    assert (tempers.lost[:, 7] == before).all()


def test_some_are_open_to_another_look_and_most_are_not(grown: Distributor) -> None:
    world = grown.fork()
    tempers = inner(world).world.tempers
    tempers.felt[:] = 0.0
    tempers.lost[:] = 0.0
    tempers.lost[UNSOLVED] = 1.0
    codes = inner(world).world.accounts.ids
    world.step([act.AskBack(code) for code in codes])
    came = inner(world).world.tempers.lost[UNSOLVED].max(1) < 0.9
    assert 0.1 < came.mean() < 0.5
    moving = world.fork()
    inner(moving).world.tempers.lost[UNSOLVED] = 1.0
    moving.step([act.AskBack(code, moving=True) for code in codes])
    # Nobody decided lately of whom it is asked.
    assert (inner(moving).world.tempers.reviewed < world.week - response.RESCUE_WEEKS).all(1).any()


def test_what_they_asked_for_is_made_or_honestly_refused(grown: Distributor) -> None:
    world = grown.fork()
    weeks = inner(world)
    weeks.goods.outgrown_until[3:5, 0] = world.week + 30
    weeks.world.tempers.felt[FIT, 3:5, 0] = 2.0
    weeks.world.arranged.can_make[3], weeks.world.arranged.can_make[4] = True, False
    codes = weeks.world.accounts.ids
    world.step([act.DecideCustom(codes[3]), act.DecideCustom(codes[4])])
    felt = weeks.world.tempers.felt[FIT, 3:5, 0]
    assert felt[0] < 0.5 * felt[1]
    assert weeks.goods.outgrown_until[3, 0] < 0 < weeks.goods.outgrown_until[4, 0]


def test_known_by_more_of_ours_they_mind_less_who_goes(grown: Distributor) -> None:
    world = grown.fork()
    code = inner(world).world.accounts.ids[2]
    n = len(inner(world).contacts.of[2])
    world.step([act.WidenContacts(code)])
    assert len(inner(world).contacts.of[2]) >= n
    assert inner(world).world.arranged.factor[LEFT, 2] == response.WOVEN


@pytest.mark.parametrize("play", sorted(COURSES))
def test_a_play_changes_nothing_for_others(grown: Distributor, play: str) -> None:
    as_it_is, with_it = grown.fork(), grown.fork()
    i, code = account_with(grown, inner(grown).world.accounts.need)
    leader = next(p.code for p in inner(grown).world.staff if p.role == "leader" and not p.left)
    with_it.begin(play, code, leader)
    for world in (as_it_is, with_it):
        for _ in range(16):
            world.step()
    others = np.arange(SMALL.accounts) != i
    for column in ("sales", "margin", "given"):
        one, other = (w.earned()[column].to_numpy()[others] for w in (as_it_is, with_it))
        assert (one == other).all(), column
    felt = [inner(w).world.tempers.felt[:, others] for w in (as_it_is, with_it)]
    assert (felt[0] == felt[1]).all()
    assert with_it.under_way == []


def test_of_a_play_that_is_broken_off_the_rest_stays_undone(grown: Distributor) -> None:
    whole, part = grown.fork(), grown.fork()
    code = grown.earned()["account_id"][0].as_py()
    for world, lasts in ((whole, None), (part, 1)):
        world.begin("visits", code, lasts=lasts)
        world.step()
    assert [one.play for one in whole.under_way] == ["visits"]
    assert part.under_way == []


def test_a_handover_changes_nobody_elses_manager() -> None:
    worlds = [Distributor(company("restless"), seed=14) for _ in range(2)]
    for week in range(80):
        for place, world in enumerate(worlds):
            staff = inner(world).world.staff
            managers = [p.code for p in staff if p.role == "manager" and p.left is None]
            moves = [act.HandOver(f"A{1 + week % 9:05}", managers[week % len(managers)])]
            world.step(moves if place and week % 5 == 0 else [])
    one, other = (inner(w).team for w in worlds)
    assert (one.by_rule == other.by_rule).all()
    assert (one.manager[9:] == other.manager[9:]).all()
    assert (one.manager[:9] != other.manager[:9]).any()


def test_a_fork_goes_the_same_way_or_another_and_leaves_the_first_alone(
    grown: Distributor,
) -> None:
    before = grown.week, grown.earned()
    same, again, other = grown.fork(), grown.fork(), grown.fork(seed=5)
    for world in (same, again, other):
        for _ in range(6):
            world.step()
    assert same.earned() == again.earned()
    assert same.earned() != other.earned()
    assert (grown.week, grown.earned()) == before


def test_what_they_earned_is_what_the_order_lines_say() -> None:
    world = Distributor(replace(SMALL, weeks=30), seed=2).run()
    lines = world.ledger().in_reporting_currency(world.tables()["order_lines"])
    sold = [r for r in lines.to_pylist() if r["kind"] == "sale"]
    sales = sum(float(r["amount"]) for r in sold)
    assert sum(world.earned()["sales"].to_pylist()) == pytest.approx(sales, rel=0.02)
    margin = sum(world.earned()["margin"].to_pylist())
    assert 0.1 * sales < margin < 0.5 * sales


def test_what_there_is_not_is_refused_for_plays(grown: Distributor) -> None:
    world = grown.fork()
    for arguments in (("dance", "A00001"), ("call", "nobody"), ("call", "A00001", "nobody")):
        with pytest.raises(NotFound, match="There is no"):
            world.begin(*arguments)
    with pytest.raises(InvalidSetting, match="complaints, requests or promises"):
        world.step([act.SettleAll("A00001", "dreams")])


def test_every_constant_of_the_response_stands_in_its_page() -> None:
    page = (HERE / "docs" / "simulator.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| ([0-9.]+) \|", page, re.MULTILINE))
    values = {name: v for name, v in vars(response).items() if name.isupper()}
    assert {name: float(value) for name, value in rows.items() if name in values} == {
        name: float(value) for name, value in values.items()
    }


def flat(value: Any) -> list[float]:
    if isinstance(value, dict):
        value = value.values()
    elif np.isscalar(value):
        return [float(value)]
    return [number for one in value for number in flat(one)]


def test_the_page_has_every_other_value_as_it_is() -> None:
    page = (HERE / "docs" / "simulator.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z]+)\.([A-Z_]+)` \| ([^|]+) \|", page, re.MULTILINE)
    assert len(rows) > 80
    for module, name, value in rows:
        true = getattr(import_module(f"mainstay.simulate.distributor.{module}"), name)
        said = [float(number) for number in re.findall(r"(?<![a-z_])[0-9.]+", value)]
        assert said == pytest.approx(flat(true), rel=1e-5), (module, name)


def test_every_play_stands_in_the_page_with_what_it_does() -> None:
    page = (HERE / "docs" / "simulator.md").read_text(encoding="utf-8")
    assert set(COURSES) <= set(re.findall(r"^\| `([a-z_]+)` \|", page, re.MULTILINE))
