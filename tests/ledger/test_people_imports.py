"""Files of what people know: each table comes in, in one of four languages, and out again as it was told."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest
from people_files import FILES, STAMPS, told

from mainstay.core.errors import MappingNeeded
from mainstay.ledger.fact_records import Recording
from mainstay.ledger.headings import likely_table
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.people_tables import PEOPLE
from mainstay.ledger.schema import TABLES


def test_each_table_of_people_has_a_file_here() -> None:
    assert set(FILES) == {table.name for table in PEOPLE}


@pytest.mark.parametrize("table", FILES)
def test_a_file_comes_out_as_it_was_told(book: Ledger, load: Any, file: Any, table: str) -> None:
    text, expected = FILES[table]
    report = load(file(text), table=table)
    assert report.rows_set_aside == {}
    assert report.rows_taken == len(list(csv.reader(io.StringIO(text)))) - 1
    assert all(not source.unused for source in report.sources)
    first = next(
        row for row in told(book, table) if all(row[name] == v for name, v in expected.items())
    )
    made = {name: value for name, value in first.items() if name not in expected}
    if TABLES[table].made_of:
        assert set(made) == set(TABLES[table].key)
        assert all(len(value) == 16 for value in made.values())
    else:
        assert not made


@pytest.mark.parametrize("table", FILES)
def test_loaded_again_in_other_order_it_adds_nothing_and_can_be_undone(
    book: Ledger, load: Any, file: Any, table: str
) -> None:
    text, _ = FILES[table]
    heading, *rows = text.splitlines()
    first = load(file(text), table=table)
    known = told(book, table)
    again = load(file("\n".join([heading, *reversed(rows)]) + "\n", "again.csv"), table=table)
    assert (again.rows_taken, again.rows_copies) == (0, len(rows))
    assert book.facts.history(table).num_rows == len(known)
    book.undo(first.import_id)
    assert told(book, table) == []


@pytest.mark.parametrize("table", ["visits", "complaints", "agreements", "contacts"])
def test_as_of_a_day_only_what_happened_before_and_was_recorded_before(
    book: Ledger, load: Any, file: Any, table: str
) -> None:
    text, expected = FILES[table]
    report = load(file(text), table=table, assume_recorded=True)
    on = expected[TABLES[table].happened or ""]
    day = on.date() if isinstance(on, dt.datetime) else on
    after = day + dt.timedelta(days=1)

    def there(**when: Any) -> bool:
        rows = told(book, table, **when)
        return any(all(row[name] == v for name, v in expected.items()) for row in rows)

    assert not there(as_of=day)
    assert there(as_of=after)
    book.undo(report.import_id)
    load(file(text), table=table)
    recorded = book.table(table)["recorded_at"][0].as_py().date()
    assert not there(as_of=after, known_until=recorded)
    assert there(as_of=after, known_until=recorded + dt.timedelta(days=1))


@pytest.mark.parametrize("table", ["ties", "visits", "complaints"])
def test_what_a_file_told_can_be_withdrawn(book: Ledger, load: Any, file: Any, table: str) -> None:
    text, _ = FILES[table]
    load(file(text), table=table)
    rows = book.table(table)
    when = rows["recorded_at"][0].as_py() + dt.timedelta(days=1)
    withdrawn = rows.slice(0, 1).select(list(TABLES[table].key))
    book.facts.append_all({table: withdrawn}, Recording("w", when, withdrawn=True))
    assert book.table(table).num_rows == rows.num_rows - 1
    assert book.table(table, known_until=when).num_rows == rows.num_rows
    assert (
        withdrawn.to_pylist()[0]
        not in book.table(table).select(list(TABLES[table].key)).to_pylist()
    )


@pytest.mark.parametrize("table", [t.name for t in PEOPLE if t.made_of])
def test_a_row_has_one_made_id_by_whichever_way_it_comes(
    book: Ledger, load: Any, file: Any, table: str
) -> None:
    text, _ = FILES[table]
    load(file(text), table=table)
    known = book.table(table)
    (key,) = TABLES[table].key
    when = known["recorded_at"][0].as_py() + dt.timedelta(days=1)
    book.facts.append(table, known.drop_columns([key, *STAMPS]), "typed in", when)
    assert sorted(book.table(table)[key].to_pylist()) == sorted(known[key].to_pylist())


@pytest.mark.parametrize("table", FILES)
def test_a_file_loaded_as_another_table_is_told_which_it_is(
    load: Any, file: Any, table: str
) -> None:
    headings = FILES[table][0].splitlines()[0].split(",")
    assert likely_table(headings) == table
    with pytest.raises(MappingNeeded, match=f"--table {table}, or say which heading"):
        load(file(FILES[table][0]), table="exchange_rates")


def test_a_file_that_may_be_any_table_is_taken_for_none() -> None:
    assert likely_table(["Customer", "Foo", "Bar", "Baz"]) is None
    assert likely_table([]) is None
    assert likely_table(["Customer ID", "Invoice Date", "Amount", "SKU"]) == "order_lines"
