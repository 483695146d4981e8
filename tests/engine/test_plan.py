"""A plan of a ledger: kept beside its assessment, the same each time, and never ahead of its day."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from mainstay import Ledger, assess
from mainstay.core.errors import NotFound
from mainstay.core.home import Home
from mainstay.core.settings import Settings
from mainstay.engine import (
    ALERTS,
    LIMITS,
    LOST,
    OPTIONS,
    PLAN,
    Assessment,
    Belief,
    Wishes,
    assess_home,
    coins,
    coins_for_nothing,
    explain,
    explanations,
    plan,
    plan_home,
    plan_of,
    plans,
    play_catalogue,
)
from mainstay.engine.planning import plan_kept
from mainstay.simulate import Plan as Histories
from mainstay.simulate import histories

CALL_ON = date(2026, 3, 2)
MADE = Histories(accounts=60, weeks=110, orders_a_year=26, regularity=(2.0,), losses_a_year=0.4)
END = MADE.begin + timedelta(weeks=MADE.weeks)
RICH = Settings(hour_cost=1.0, margin_share=1.0, weekly_hours=8.0)


def staff() -> pa.Table:
    return pa.table(
        {
            "staff_id": ["D", "M1", "M2", "GONE"],
            "name": ["Dora", "Maria", "鄭俊傑", "Gone"],
            "role": ["director", "manager", "manager", "manager"],
            "reports_to": [None, "D", "D", "D"],
            "left_on": pa.array([None, None, None, MADE.begin], pa.date32()),
        }
    )


def assignments(accounts: list[str]) -> pa.Table:
    return pa.table(
        {
            "account_id": accounts,
            "staff_id": [f"M{1 + i % 2}" for i in range(len(accounts))],
            "role": ["manager"] * len(accounts),
            "from": pa.array([MADE.begin] * len(accounts), pa.date32()),
        }
    )


@pytest.fixture(scope="module")
def lines() -> pa.Table:
    return histories(MADE, seed=4).lines


@pytest.fixture(scope="module")
def ledger(lines: pa.Table) -> Ledger:
    accounts = sorted(set(lines["account_id"].to_pylist()))
    return Ledger.from_tables(order_lines=lines, staff=staff(), assignments=assignments(accounts))


@pytest.fixture(scope="module")
def assessed(ledger: Ledger) -> Assessment:
    return assess(ledger, END)


def test_a_plan_has_its_tables_and_keeps_to_everybodys_hours(
    ledger: Ledger, assessed: Assessment
) -> None:
    made = plan(ledger, assessed, explain(ledger, assessed), settings=RICH)
    assert made.plan.schema == PLAN
    assert made.options.schema == OPTIONS
    assert made.limits.schema == LIMITS
    assert made.plan.num_rows > 0
    people = {row["id"]: row for row in made.limits.to_pylist() if row["kind"] == "hours"}
    assert set(people) == {"D", "M1", "M2"}
    assert all(row["planned"] <= row["there_is"] == 8.0 for row in people.values())
    accounts = made.plan["account_id"].to_pylist()
    assert len(set(accounts)) == len(accounts)
    assert made.meta["gap"] < 0.01
    assert plan(ledger, assessed, explain(ledger, assessed), settings=RICH).plan.equals(made.plan)


def test_without_an_explanation_only_plays_that_need_no_sign_are_offered(
    ledger: Ledger, assessed: Assessment
) -> None:
    made = plan(ledger, assessed, settings=RICH)
    needs = {name for name, play in play_catalogue().items() if play.needs}
    assert made.plan.num_rows > 0
    assert not needs & set(made.plan["play"].to_pylist())


def test_wishes_change_the_plan(ledger: Ledger, assessed: Assessment) -> None:
    usual = plan(ledger, assessed, settings=RICH)
    assert plan(ledger, assessed, settings=RICH, wishes=Wishes(hours=0)).plan.num_rows == 0
    more = plan(ledger, assessed, settings=RICH, wishes=Wishes(hours={"M1": 20.0, "D": 30.0}))
    assert more.meta["value"] > usual.meta["value"]
    first = usual.plan["account_id"][0].as_py()
    put_off = Wishes(snoozed={first: END + timedelta(days=30)})
    assert (
        first
        not in plan(ledger, assessed, settings=RICH, wishes=put_off).plan["account_id"].to_pylist()
    )
    useless = {name: Belief(0.0, 0.0) for name in play_catalogue() if name != "win_back"}
    nothing = plan(ledger, assessed, settings=RICH, wishes=Wishes(beliefs=useless)).plan
    assert set(nothing["play"].to_pylist()) <= {"win_back"}


def test_what_is_recorded_later_changes_nothing(lines: pa.Table, assessed: Assessment) -> None:
    accounts = sorted(set(lines["account_id"].to_pylist()))
    before = Ledger.from_tables(order_lines=lines, staff=staff(), assignments=assignments(accounts))
    first = plan(before, assessed, settings=RICH)
    later = datetime.combine(END, datetime.min.time(), UTC)
    here = first.plan["account_id"].to_pylist()
    run = {"account_id": here, "play": ["visits"] * len(here)}
    run["from"] = pa.array([END - timedelta(days=5)] * len(here), pa.date32())
    before.facts.append("play_runs", pa.table(run), "desk", later, assumed=False)
    absent = {"staff_id": ["D", "M1", "M2"], "from": pa.array([END] * 3, pa.date32())}
    before.facts.append("absences", pa.table(absent), "desk", later, assumed=False)
    before.refresh()
    assert plan(before, assessed, settings=RICH).plan.equals(first.plan)
    known = plan(before, assessed, settings=RICH, facts_known_until=later + timedelta(days=1))
    assert not set(here) & set(known.plan["account_id"].to_pylist())


def test_nobody_known_is_said(lines: pa.Table, assessed: Assessment) -> None:
    with pytest.raises(NotFound, match="import the tables staff"):
        plan(Ledger.from_tables(order_lines=lines), assessed)


def test_a_home_keeps_one_plan_with_each_assessment(lines: pa.Table, tmp_path: Path) -> None:
    home = Home(tmp_path / "home").prepare()
    first = lines.filter(pa.compute.less(lines["ordered_on"], pa.scalar(END)))
    ledger = Ledger.open(home.store)
    from mainstay.ledger import given

    accounts = sorted(set(lines["account_id"].to_pylist()))
    tables = {"order_lines": first, "staff": staff(), "assignments": assignments(accounts)}
    given.load(ledger, tables, None, now=datetime(2030, 1, 1, tzinfo=UTC))
    result = assess_home(home, as_of=END)
    assert plans(home.store).ids() == [result.id]
    kept = plan_of(home.store)
    assert kept.as_of == END
    nets = kept.plan["net"].to_pylist()
    assert nets == sorted(nets, reverse=True)
    again = plan_home(home)
    assert again.plan.equals(kept.plan)
    assert again.id == result.id
    assert plan_home(home, hours=0).plan.num_rows == 0
    assert plans(home.store).ids() == [result.id]
    earlier = plan_home(home, as_of=date(END.year, END.month, 1) - timedelta(days=60))
    assert earlier.as_of < END
    assert len(plans(home.store).ids()) == 2


def test_a_plan_of_before_tells_when_to_call_lost_accounts_and_not_for_how_much(
    tmp_path: Path,
) -> None:
    tables = {
        "plan": PLAN.empty_table(),
        "options": OPTIONS.empty_table(),
        "limits": LIMITS.empty_table(),
        "alerts": ALERTS.empty_table(),
        "lost": pa.table(
            {"account_id": ["A1"], "call_from": [CALL_ON], "year_amount": [9e5], "share": [0.1]}
        ),
    }
    folder = plans(tmp_path)
    folder.save("20260302-060000-old", tables, {"meta": {"as_of": str(CALL_ON)}})
    lost = plan_of(tmp_path).lost
    assert lost.schema == LOST
    (row,) = lost.to_pylist()
    assert (row["call_from"], row["share"], row["gone"], row["kept"]) == (CALL_ON, 0.1, None, None)


def test_where_everybody_has_left_an_assessment_has_no_plan(
    lines: pa.Table, assessed: Assessment, tmp_path: Path
) -> None:
    gone = staff().set_column(4, "left_on", pa.array([MADE.begin] * 4, pa.date32()))
    nobody = Ledger.from_tables(order_lines=lines, staff=gone)
    assert plan_kept(nobody, tmp_path, replace(assessed, id="past"), RICH) is None
    assert plans(tmp_path).ids() == []


def test_a_store_without_a_plan_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="mainstay plan"):
        plan_of(tmp_path)


def test_a_coin_is_thrown_once_an_account_and_horizon(
    lines: pa.Table, tmp_path: Path, assessed: Assessment
) -> None:
    from mainstay.engine.planning import planned
    from mainstay.ledger.schema import TABLES

    accounts = sorted(set(lines["account_id"].to_pylist()))
    ledger = Ledger.from_tables(order_lines=lines, staff=staff(), assignments=assignments(accounts))
    judged = replace(assessed, id="thrown")
    explain(ledger, judged).save(explanations(tmp_path), judged.id)
    place = judged.accounts.schema.get_field_index("tier")
    field, n = judged.accounts.schema.field(place), judged.accounts.num_rows
    common = judged.accounts.set_column(place, field, pa.array(["B"] * n, field.type))
    judged = replace(judged, accounts=common)  # among tier A no coin is thrown
    best = planned(ledger, tmp_path, judged, RICH).plan["play"][0].as_py()
    twin = {**play_catalogue()[best].to_json(), "name": "twin"}
    at = datetime.combine(END - timedelta(days=19), datetime.min.time(), UTC)

    def tell(table: str, *rows: dict[str, object]) -> None:
        told = pa.Table.from_pylist(list(rows), TABLES[table].arrow)
        ledger.facts.append(table, told, "desk", at, assumed=False)
        ledger.refresh()

    tell("plays", {"play": "twin", "definition": json.dumps(twin), "in_service": True})
    before = planned(ledger, tmp_path, judged, RICH)
    thrown = coins(before)
    assert thrown
    assert {row["on"] for row in thrown} == {END}
    old = [{**row, "on": END - timedelta(weeks=13)} for row in thrown]
    tell("coins", *old)  # a horizon ago
    assert planned(ledger, tmp_path, judged, RICH).meta["coins"] == before.meta["coins"]
    tell("coins", *({**row, "on": END - timedelta(days=20)} for row in thrown))
    again = {row["account_id"] for row in coins(planned(ledger, tmp_path, judged, RICH))}
    assert not again & {row["account_id"] for row in thrown}


def test_what_people_put_off_dismissed_and_edited_is_heeded_once_it_is_known(
    lines: pa.Table, assessed: Assessment, tmp_path: Path
) -> None:
    from mainstay.engine.planning import planned
    from mainstay.ledger.schema import TABLES

    def said(ledger: Ledger, table: str, at: datetime, *rows: dict[str, object]) -> None:
        ledger.facts.append(
            table, pa.Table.from_pylist(list(rows), TABLES[table].arrow), "desk", at, assumed=False
        )
        ledger.refresh()

    accounts = sorted(set(lines["account_id"].to_pylist()))
    ledger = Ledger.from_tables(order_lines=lines, staff=staff(), assignments=assignments(accounts))
    judged = replace(assessed, id="decided")
    explain(ledger, judged).save(explanations(tmp_path), judged.id)
    before = planned(ledger, tmp_path, judged, RICH)
    first, second, third = before.plan["account_id"].to_pylist()[:3]
    later = datetime.combine(END, datetime.min.time(), UTC)
    known = later - timedelta(days=3)
    on = END - timedelta(days=3)
    until = END + timedelta(days=30)
    off = {"until": until, "on": on, "kind": "snooze"}
    said(ledger, "snoozes", later, {**off, "account_id": first})
    said(ledger, "plays", later, {"play": "listen", "in_service": False})
    assert planned(ledger, tmp_path, judged, RICH).plan.equals(before.plan)  # told too late
    said(
        ledger,
        "snoozes",
        known,
        {**off, "account_id": first},
        {**off, "account_id": second, "until": END},  # over by then
        {**off, "account_id": third, "kind": "dismiss"},
    )
    after = planned(ledger, tmp_path, judged, RICH)
    here = after.plan["account_id"].to_pylist()
    assert first not in here
    assert second in here
    assert third not in here
    changed = judged.accounts["state_since"].to_pylist()
    changed[judged.accounts["account_id"].to_pylist().index(third)] = END - timedelta(days=1)
    place = judged.accounts.schema.get_field_index("state_since")
    since = pa.array(changed, judged.accounts.schema.field(place).type)
    again = replace(judged, accounts=judged.accounts.set_column(place, "state_since", since))
    assert third in planned(ledger, tmp_path, again, RICH).plan["account_id"].to_pylist()
    play = after.plan["play"][0].as_py()
    said(
        ledger,
        "plays",
        known,
        {"play": play, "in_service": False},
        {"play": "broken", "definition": "no JSON"},
    )
    edited = planned(ledger, tmp_path, judged, RICH)
    assert play not in edited.plan["play"].to_pylist()
    assert any("“broken”" in str(text) for text in edited.said)


def test_a_coin_that_chose_nothing_keeps_the_account_in_peace_within_the_horizon(
    lines: pa.Table, assessed: Assessment
) -> None:
    accounts = sorted(set(lines["account_id"].to_pylist()))
    ledger = Ledger.from_tables(order_lines=lines, staff=staff(), assignments=assignments(accounts))
    usual = plan(ledger, assessed, settings=RICH)
    chosen = usual.plan["account_id"][0].as_py()
    options = [
        {"account_id": chosen, "play": "nothing", "chosen": True, "coin": True, "p_option": 0.5},
        {"account_id": chosen, "play": "listen", "chosen": False, "coin": True, "p_option": 0.5},
    ]
    made = replace(usual, options=pa.Table.from_pylist(options, OPTIONS))
    rows = coins_for_nothing(made)
    assert [(row["account_id"], row["play"], row["probability"]) for row in rows] == [
        (chosen, "nothing", 0.5)
    ]
    assert {row["to"] - row["from"] for row in rows} == {timedelta(weeks=13)}
    from mainstay.ledger.schema import TABLES

    at = datetime.combine(END, datetime.min.time(), UTC)
    runs = pa.Table.from_pylist(rows, TABLES["play_runs"].arrow)
    ledger.facts.append("play_runs", runs, "desk", at, assumed=False)
    ledger.refresh()
    next_day = plan(
        ledger,
        assessed,
        settings=RICH,
        facts_known_until=at + timedelta(days=1),
        wishes=Wishes(seed="x"),
    )
    assert chosen not in next_day.plan["account_id"].to_pylist()
    out = [row for row in next_day.options.to_pylist() if row["account_id"] == chosen]
    assert {row["kept_out"] for row in out} == {"under_way"}
