"""DuckDB sees only what it is given."""

from __future__ import annotations

import pyarrow as pa
import pytest

from mainstay.ledger.sql import connect, cursor, file_list, quoted, sql


def test_python_variables_are_no_tables():
    secret = pa.table({"x": [1]})
    assert secret.num_rows == 1
    with pytest.raises(Exception, match="secret does not exist"):
        sql("SELECT * FROM secret")


def test_parameters_are_values_not_text():
    table = pa.table({"name": ["O'Brien", "Adler"]})
    found = sql("SELECT name FROM t WHERE name = $who", t=table, parameters={"who": "O'Brien"})
    assert found["name"].to_pylist() == ["O'Brien"]


def test_texts_become_literals():
    with connect() as con:
        for word in ("O'Brien", "鼎泰", "a''b", "\\", "--"):
            assert con.sql(f"SELECT {quoted(word)}").fetchall() == [(word,)]
            assert con.sql(f"SELECT {file_list([word, 'x'])}").fetchall() == [([word, "x"],)]


def test_cursors_do_not_see_each_others_tables():
    one, other = cursor(), cursor()
    one.register("mine", pa.table({"x": [1]}))
    with pytest.raises(Exception, match="mine does not exist"):
        other.sql("SELECT * FROM mine").fetchall()
