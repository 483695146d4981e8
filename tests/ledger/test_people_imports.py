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


def test_figures_of_a_short_scale_may_be_said_in_words(book: Ledger, load: Any, file: Any) -> None:
    load(
        file(
            "聯絡人編號,客戶編號,姓名,態度\nK1,A1,王,支持\nK2,A1,李,中立\nK3,A1,林,非常反對\n"
            "K4,A1,陳,\nK5,A1,高,-1\nK6,A1,吳,古怪\n"
        ),
        table="contacts",
    )
    known = {r["contact_id"]: r["attitude"] for r in book.table("contacts").to_pylist()}
    assert known == {"K1": 1, "K2": 0, "K3": -2, "K4": None, "K5": -1}
    load(
        file(
            "客訴編號,客戶編號,發生時間,產品編號,嚴重度\nX1,A1,2024-01-05 10:00,P1,高\nX2,A1,2024-01-05,P1,2\n"
        ),
        table="complaints",
    )
    assert {r["complaint_id"]: r["severity"] for r in book.table("complaints").to_pylist()} == {
        "X1": 3,
        "X2": 2,
    }


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("visits", "account_id,on,staff_id\nA1,2024-01-05,S1\nA1,2026-01-05,S1\n"),
        ("complaints", "complaint_id,account_id,opened_at\nX1,A1,2024-01-05\nX2,A1,2026-01-05\n"),
        (
            "complaints",
            "complaint_id,account_id,opened_at,solved_at\nX1,A1,2024-01-05,2024-01-06\nX2,A1,2024-01-05,2024-01-04\n",
        ),
    ],
)
def test_what_has_happened_lies_not_far_ahead_nor_ends_before_it_began(
    book: Ledger, load: Any, file: Any, table: str, text: str
) -> None:
    load(file(text), table=table)
    assert book.table(table).num_rows == 1


@pytest.mark.parametrize(
    ("headings", "table"),
    [
        ("客戶編號,拜訪日期,業務員,聯絡人,拜訪方式,目的,內容,心情,徵求意見,下次拜訪", "visits"),
        ("客户编号,拜访日期,业务员,联系人,拜访方式,目的,内容,心情,征求意见,下次拜访", "visits"),
        ("客訴編號,客戶編號,發生時間,類別,嚴重度,內容,產品編號,負責人,解決時間", "complaints"),
    ],
)
def test_headings_as_offices_write_them(headings: str, table: str) -> None:
    assert likely_table(headings.split(",")) == table


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
