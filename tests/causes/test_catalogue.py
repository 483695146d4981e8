"""What holds of every signal."""

from __future__ import annotations

import json
import re
import string
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa
import pytest
import seen_cast
from seen import AS_OF, Rows, arrow

from mainstay.causes.catalogue import catalogue
from mainstay.causes.families import BY_NAME
from mainstay.causes.instances import MOST_INSTANCES
from mainstay.causes.types import FOUND, MOST_ROWS, Direction, Link, Role, Signal
from mainstay.causes.view import View
from mainstay.core.texts import Text
from mainstay.ledger.fact_records import Recording
from mainstay.ledger.schema import TABLES

# Those whose tables there are.
SIGNALS = [one for one in catalogue().values() if set(one.tables) <= set(TABLES)]
each = pytest.mark.parametrize("one", SIGNALS, ids=[one.name for one in SIGNALS])


def links(one: Signal) -> list[Link]:
    return [*one.links, *(link for some in one.by_data.values() for link in some)]


def places(one: Signal) -> set[str]:
    wordings = [one.wording, *one.wordings.values()]
    return {name for words in wordings for _, name, _, _ in string.Formatter().parse(words) if name}


@each
def test_a_signal_says_what_it_is(one: Signal) -> None:
    assert re.fullmatch(r"R([1-9]|[12]\d|30)", one.rule)
    assert one.direction in get_args(Direction)
    assert one.role in get_args(Role)
    assert all(words.endswith(".") for words in (one.wording, *one.wordings.values()))
    assert bool(one.worded_by) == bool(one.wordings)
    assert (one.find.__doc__ or "").strip()


@each
def test_a_signal_speaks_for_causes_that_there_are(one: Signal) -> None:
    for link in links(one):
        assert link.cause in BY_NAME
        assert 0.0 < link.weight <= 1.0
        assert link.delay_weeks >= 0.0
        assert link.fade_weeks > 0.0
    assert bool(one.by) == bool(one.by_data)
    assert bool(links(one)) == (one.role != "symptom")


@each
def test_a_signal_is_tested_by_its_name(one: Signal) -> None:
    tests = [p for p in Path(__file__).parent.rglob("test_*.py") if p.name != Path(__file__).name]
    assert any(f'"{one.name}"' in path.read_text("utf-8") for path in tests)


@cache
def cast_view() -> View:
    return seen_cast.view(seen_cast.ledger())


@cache
def found(name: str) -> pa.Table:
    return catalogue()[name].find(cast_view())


def test_the_cast_has_rows_in_every_table() -> None:
    rows = seen_cast.cast()
    assert {name for name in TABLES if not rows.get(name)} == set()


@each
def test_the_cast_shows_every_signal(one: Signal) -> None:
    assert found(one.name).num_rows > 0


@each
def test_what_a_signal_finds_can_be_told_and_proved(one: Signal) -> None:
    rows = found(one.name)
    assert rows.schema.equals(FOUND)
    for row in rows.to_pylist():
        assert cast_view().begin <= row["since"] < AS_OF
        assert row["until"] is None or row["since"] <= row["until"] <= AS_OF
        assert 0.0 < row["strength"] <= 1.0
        data = json.loads(row["data"])
        assert places(one) <= set(data)
        assert "{" not in Text(one.wording_of(data), data).render()
        assert all(date.fromisoformat(v) for k, v in data.items() if k.endswith("_on") and v)
        if one.by:
            assert isinstance(data[one.by], str)
        proofs = json.loads(row["rows"])
        assert len(proofs) <= MOST_ROWS
        for table, *keys in proofs:
            assert len(keys) == (3 if table == "order_lines" else len(TABLES[table].key))
            assert all(isinstance(key, str) for key in keys)


@cache
def nothing_known() -> View:
    return seen_cast.view(seen_cast.ledger({"order_lines": []}))


@each
def test_of_facts_nothing_is_seen_in_an_empty_ledger(one: Signal) -> None:
    nothing = one.find(nothing_known())
    assert nothing.schema.equals(FOUND)
    assert not one.tables or nothing.num_rows == 0


@each
def test_a_signal_finds_at_most_so_many_of_an_account(one: Signal) -> None:
    counts = found(one.name)["account_id"].value_counts().field("counts").to_pylist()
    assert max(counts, default=0) <= MOST_INSTANCES


def changed(rows: Rows) -> list[tuple[Any, ...]]:
    return sorted((tuple(str(v) for v in row.values()) for row in rows), key=str)


@cache
def known_later() -> View:
    """The cast, with rows of AS_OF and after it, and all its own taken back and told anew on AS_OF."""
    rows = seen_cast.cast()
    lines = rows["order_lines"]
    later = {
        name: [m for r in some if (m := seen_cast.moved(name, r))] for name, some in rows.items()
    }
    ledger = seen_cast.ledger(rows | {"order_lines": lines + later.pop("order_lines")})
    noon = datetime.combine(AS_OF, time(0), UTC)
    for n, (name, some) in enumerate(rows.items()):
        if name == "order_lines":
            continue
        if new := later[name]:
            told = Recording(f"later-{n}", noon, assumed=TABLES[name].by_machine)
            ledger.facts.append_all({name: arrow(name, new)}, told)
        if not TABLES[name].by_machine:
            back = Recording(f"back-{n}", noon, withdrawn=True)
            ledger.facts.append_all({name: arrow(name, some)}, back)
    join = [{"account_id": "A", "into_id": "B0"}]
    ledger.facts.append_all(
        {"account_joins": arrow("account_joins", join)}, Recording("join", noon)
    )
    return seen_cast.view(ledger.refresh())


@each
def test_what_is_recorded_or_happens_later_changes_nothing(one: Signal) -> None:
    assert changed(one.find(known_later()).to_pylist()) == changed(found(one.name).to_pylist())


# What a row says of a later time, which nobody can have known where it is assumed to be known then.
ENDS = {
    "staff": ("left_on",),
    "contacts": ("left_on",),
    "assignments": ("to",),
    "complaints": ("first_answer_at", "on_site_at", "solved_at"),
    "requests": ("answered_on",),
    "promises": ("kept_on",),
    "accounts": ("closed_on",),
    "products": ("discontinued_on",),
    "deliveries": ("delivered_on", "refused_on"),
    "payments": ("paid_on",),
    "credit_holds": ("to",),
}


@cache
def ended_later() -> View:
    rows = seen_cast.cast()
    for name, columns in ENDS.items():
        for column in columns:
            moment = TABLES[name].column(column).kind == "moment"
            day: date = AS_OF + timedelta(days=2)
            value = datetime.combine(day, time(9), UTC) if moment else day
            rows[name] = [{**row, column: row.get(column) or value} for row in rows[name]]
    return seen_cast.view(seen_cast.ledger(rows))


@each
def test_what_ends_later_has_not_ended(one: Signal) -> None:
    assert changed(one.find(ended_later()).to_pylist()) == changed(found(one.name).to_pylist())
