"""Trials in a company: what plans obey, what was known when, and what a trial can tell beforehand."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from mainstay.core.errors import InvalidSetting
from mainstay.engine import OPTIONS, play_catalogue
from mainstay.engine.design_outlook import Basis, outlook
from mainstay.engine.designs import candidates_of, design_of, drawn_late, trials_known
from mainstay.engine.tables import ACCOUNTS
from mainstay.learning.designs import DRAWS, LEFT_OUT
from mainstay.learning.needed import Usual
from mainstay.learning.power import Numbers, cases_needed
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.schema import TABLES

TODAY = date(2026, 3, 2)
PLAYS = play_catalogue()
ROW = {
    "design": "Visits",
    "kind": "order",
    "play": "visits",
    "begins": TODAY,
    "to": TODAY + timedelta(weeks=26),
    "waves": 2,
    "weeks_between": 13,
    "on": TODAY - timedelta(days=7),
}


def told(ledger: Ledger, table: str, days_ago: int, *rows: dict[str, Any]) -> None:
    at = datetime.combine(TODAY - timedelta(days=days_ago), datetime.min.time(), UTC)
    found = pa.Table.from_pylist(list(rows), TABLES[table].arrow)
    ledger.facts.append(table, found, "desk", at, assumed=False)
    ledger.refresh()


def drawn(account: str, **changes: Any) -> dict[str, Any]:
    given = {"design": "Visits", "account_id": account, "play": "visits", "unit": account}
    given |= {"arm": "begins", "wave": 1, "probability": 0.5, "draw": 0.3}
    given |= {"from": TODAY, "to": ROW["to"], "on": ROW["on"]}
    return {**given, **changes}


@pytest.fixture
def ledger() -> Ledger:
    line = {"account_id": "A1", "ordered_on": TODAY - timedelta(days=40), "amount": 10.0}
    return Ledger.from_tables(order_lines=pa.Table.from_pylist([line]))


def test_who_waits_and_who_begins_is_what_was_recorded_by_the_day(ledger: Ledger) -> None:
    told(ledger, "designs", 7, ROW)
    later = {"wave": 2, "from": TODAY + timedelta(weeks=13)}
    held = {"arm": "held", "wave": 0}
    told(ledger, "design_draws", 7, drawn("A1"), drawn("A2", **later), drawn("A3", **held))
    told(ledger, "design_draws", -1, drawn("A4", **held))  # drawn tomorrow
    run = {"account_id": "A5", "play": "visits", "from": TODAY + timedelta(days=1)}
    told(ledger, "design_draws", 7, drawn("A5"))
    told(ledger, "play_runs", -2, run)
    known = trials_known(ledger, TODAY)
    assert known.trials.waits == {
        "A2": ("visits", later["from"]),
        "A3": ("visits", ROW["to"] + timedelta(days=1)),
    }
    assert known.trials.begins == {"A1": "visits", "A5": "visits"}
    after = trials_known(ledger, TODAY + timedelta(days=3)).trials
    assert after.begins == {"A1": "visits"}  # A5 has begun
    assert "A4" in after.waits
    assert not trials_known(ledger, TODAY - timedelta(days=8)).designs
    assert not trials_known(ledger, ROW["to"] + timedelta(days=1)).trials.waits


def test_nobody_waits_once_it_is_switched_off(ledger: Ledger) -> None:
    told(ledger, "designs", 7, ROW)
    told(ledger, "design_draws", 7, drawn("A3", arm="held", wave=0))
    told(ledger, "designs", 2, {**ROW, "off_on": TODAY - timedelta(days=2), "reason": "Enough"})
    assert trials_known(ledger, TODAY - timedelta(days=3)).trials.waits
    assert not trials_known(ledger, TODAY).trials.waits


def test_order_lines_may_end_before_the_day_on_which_a_plan_is_made(ledger: Ledger) -> None:
    told(ledger, "designs", 0, {**ROW, "on": TODAY})
    told(ledger, "design_draws", 0, drawn("A1"), drawn("A2", arm="held", wave=0))
    noon = datetime.combine(TODAY, datetime.min.time(), UTC) + timedelta(hours=12)
    known = trials_known(ledger, TODAY - timedelta(days=3), noon)
    assert known.trials.begins == {"A1": "visits"}
    assert set(known.trials.waits) == {"A2"}
    assert not trials_known(ledger, TODAY - timedelta(days=3)).designs


def table(n: int, **changes: Any) -> pa.Table:
    rows = [
        {"account_id": f"A{i:03}", "tier": "BC"[i % 2], "manager_id": f"M{i % 3}"}
        | {"size_class": "medium", "state": "slipping", "state_since": TODAY - timedelta(days=300)}
        | {"horizon_baseline": 100.0, "horizon_loss": 5.0 + 40 * (i % 2)}
        | changes
        for i in range(n)
    ]
    return pa.Table.from_pylist(rows, ACCOUNTS)


def options(n: int, play: str = "visits", **changes: Any) -> pa.Table:
    rows = [
        {"account_id": f"A{i:03}", "play": play, "kept": 520.0, "kept_out": "hours"} | changes
        for i in range(n)
    ]
    return pa.Table.from_pylist(rows, OPTIONS)


def test_candidates_could_have_the_play_but_for_hours_and_money() -> None:
    some = pa.concat_tables([options(4), options(9, kept_out="restraint"), options(9, "listen")])
    found = candidates_of(some, table(9), "visits").to_pylist()
    assert [row["account_id"] for row in found] == ["A000", "A001", "A002", "A003"]
    assert {row["equals"] for row in found} == {"medium slipping"}
    assert {row["kept"] for row in found} == {520.0}


def test_who_comes_while_it_runs_is_drawn_before_anything_is_proposed(ledger: Ledger) -> None:
    begins = {**ROW, "begins": TODAY + timedelta(days=3)}
    told(ledger, "designs", 7, begins)
    told(ledger, "design_draws", 7, drawn("A000", **{"from": begins["begins"]}))
    known = trials_known(ledger, TODAY)
    late = drawn_late(known, options(8), table(8), PLAYS)
    assert sorted(late["account_id"].to_pylist()) == [f"A{i:03}" for i in range(1, 8)]
    trials = known.with_(late).trials
    assert set(trials.waits) == {f"A{i:03}" for i in range(8)}
    assert drawn_late(known.with_(late), options(8), table(8), PLAYS).num_rows == 0


def basis(n: int, **changes: Any) -> Basis:
    return Basis(TODAY, 13, options(n), table(n), PLAYS, **changes)


def look(of: Basis, play: str = "visits", standing: pa.Table | None = None, **changes: Any) -> Any:
    none = DRAWS.empty_table() if standing is None else standing
    return outlook(design_of({**ROW, "held": None, **changes}), play, of, none, TODAY)


def test_what_a_trial_would_cost_and_could_tell() -> None:
    few, many = look(basis(40)), look(basis(4000))
    assert few.tells is False
    assert many.tells is True
    assert few.now == few.drawn.draws.num_rows == 40
    assert few.waiting_weeks == 6.5  # half of them wait for 13 weeks
    assert few.cost == pytest.approx(40 * 520 * 6.5 / 52)
    assert "With 40 cases at once and 0 more a quarter, an effect of 30% can't be told" in str(
        few.said[0]
    )
    assert few.expected[1].quarters > many.expected[1].quarters
    assert "20% of the money lost without the play. That is assumed" in str(few.said[-1])
    held = look(basis(40), kind="hold_out", held=0.25)
    assert held.cost == pytest.approx(40 * 520 * 0.25 * (26 + 1 / 7) / 52)


def test_the_longer_a_trial_lasts_the_sooner_it_tells() -> None:
    some = basis(400, before=options(360), days=91)
    held = [
        look(some, kind="hold_out", held=0.5, to=TODAY + timedelta(weeks=weeks))
        .expected[1]
        .quarters
        for weeks in (6, 13, 26, 52)
    ]
    assert held[0] > held[1] == held[2] == held[3]  # from the horizon on, all of an effect shows


def test_it_takes_as_many_cases_as_learning_says() -> None:
    usual = Usual(loss=0.35, explained=0.2, scatter=0.6, told_by=57)
    found = look(basis(40, usual=usual), kind="hold_out", held=0.5)
    cases = cases_needed(Numbers(1.0, 0.35, 0.7, explained=0.2, scatter=0.6))
    assert f"it takes about {math.ceil(cases):,} cases" in str(found.said[0])
    assert "35% of the money lost without the play, as at 57 cases" in str(found.said[-1])


def test_plays_of_one_family_are_pooled() -> None:
    both = replace(basis(600), options=pa.concat_tables([options(600), options(600, "listen")]))
    both = replace(both, accounts=table(600, state_since=TODAY - timedelta(days=20)))
    found = look(both)
    assert found.expected[1].family_quarters < found.expected[1].quarters / 1.5
    assert "Pooled over plays of one family" in str(found.said[1])


def test_how_many_come_in_a_quarter() -> None:
    assert look(basis(40)).later == 0  # all states are older than a quarter
    fresh = replace(basis(40), accounts=table(40, state_since=TODAY - timedelta(days=20)))
    assert look(fresh).later == 40
    assert look(basis(40, before=options(30), days=91)).later == 10


@pytest.mark.parametrize(
    ("of", "changes", "said"),
    [
        (basis(8), {"play": "complaint"}, "We owe accounts"),
        (basis(8), {"play": "season_stock"}, "Goods are supplied"),
        (basis(8), {"play": "leave_in_peace"}, "Nothing is done"),
        (basis(8), {"play": "no such"}, "There is no such play"),
        (basis(8), {"begins": TODAY - timedelta(days=1)}, "before today"),
        (basis(0), {}, "No account could have this play"),
        (replace(basis(8), accounts=table(8, tier="A")), {}, "of tier A, where nobody waits"),
        (basis(1), {}, "can be drawn"),
        (basis(8), {"to": TODAY - timedelta(days=1)}, "can't be used"),
        (basis(8), {"kind": "hold_out", "held": 0.6}, "can't be used"),
        (basis(1), {"kind": "hold_out", "held": 0.5}, "nobody to compare with"),
    ],
)
def test_what_can_be_no_trial_is_said_in_one_sentence(
    of: Basis, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidSetting, match=said):
        look(of, **changes)


def test_an_account_is_in_one_trial_at_a_time() -> None:
    first = look(basis(8)).drawn.draws
    second = look(basis(10), standing=first, design="Again")
    assert second.drawn.draws["account_id"].to_pylist() == ["A008", "A009"]
    assert second.drawn.left_out.schema == LEFT_OUT
    assert set(second.drawn.left_out["why"].to_pylist()) == {"in_design"}


def test_win_backs_are_drawn_without_a_promise_to_tell() -> None:
    lost = replace(basis(8), options=options(8, "win_back"), accounts=table(8, state="lost"))
    found = look(lost, play="win_back")
    assert found.tells is None
    assert found.drawn.draws.num_rows == 8
    told = replace(lost, back={f"A{i:03}": 0.05 for i in range(8)})
    held = {"play": "win_back", "kind": "hold_out", "held": 0.5, "to": TODAY + timedelta(weeks=1)}
    short = look(told, **held)
    assert short.tells is False
    said = " ".join(map(str, short.said))
    assert "5% are expected to come back within a year" in said
    assert "this can't tell. Better call them all." in said
    assert "an outcome takes 52 weeks" in said
