"""Recipes as users write them: what is wrong is said in one sentence, with file and line."""

from __future__ import annotations

import datetime as dt

import pytest

from mainstay.core.errors import MainstayError
from mainstay.ledger.recipes import built_in, find
from mainstay.ledger.recipes.loading import load
from mainstay.ledger.recipes.seen import moment_of

RECIPE = """\
name: books
title: Our books
databases: [sqlite]
version: "1"
source: ours
tested: here
variables:
  company: {about: whose, default: ""}
tables:
  - table: order_lines
    sql: |
      SELECT account_id, ordered_on, amount FROM sales -- since :company
      WHERE changed >= :since
    changed: changed_at
    fee_codes: [POST]
"""


def test_a_recipe_of_ones_own() -> None:
    recipe = load(RECIPE, "books.yaml")
    (query,) = recipe.queries
    assert (query.name, query.line, query.overlap_days) == ("order_lines", 12, 2)
    assert query.fee_codes == ("POST",)


@pytest.mark.parametrize("recipe", built_in(), ids=lambda recipe: recipe.name)
def test_each_of_ours_says_what_it_is_for(recipe) -> None:
    assert recipe.version
    assert recipe.source
    assert recipe.tested
    assert {"accounts", "products", "order_lines", "deliveries"} <= {
        q.table for q in recipe.queries
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("name: books", "name: [books", "line 2, is no YAML"),
        ("title: Our books\n", "", "line 1: “title” is missing"),
        ("version:", "versoin:", "line 4: there is no “versoin” here; there are name, title"),
        ("source: ours", "source: ours\nsource: more", "line 6: “source” is there twice"),
        ("name: books", "name: Our Books", "line 1: “Our Books” can't be a name"),
        ("[sqlite]", "sqlite", "line 3: here a list is wanted"),
        ("[sqlite]", "[]", "line 3: here one value at least is wanted"),
        ("company: {about: whose, default: \"\"}", "since: {about: x}", "line 8: “since” is given by"),
        ("table: order_lines", "table: orders", "line 10: there is no table “orders”"),
        ("SELECT account_id", "DELETE account_id", "line 12: a query begins with SELECT or WITH"),
        ("FROM sales", "FROM sales; DROP TABLE sales", "line 12: here are several statements"),
        ("FROM sales", "INTO x FROM (DELETE FROM y)", "line 12: a query only reads; this one has “INTO”"),
        ("FROM sales", "FROM (DELETE FROM a.y)", "this one has “DELETE FROM”"),
        ("FROM sales", "INTO a.b FROM sales", "this one has “INTO”"),
        ("FROM sales", "FROM sales /*!50000 FOR UPDATE */", "this one has “/[*]!"),
        ("FROM sales", "FROM sales) UPDATE a.b.c SET x = (1", "this one has “UPDATE a.b.c SET”"),
        ("FROM sales", "FROM (sales", "has 1 opening and 0 closing brackets"),
        ("FROM sales", "FROM 'sales", "a quotation mark .'. of the query is never closed"),
        (":since\n", ":sinc\n", "line 12: there is no variable “sinc”; there are company, since, since_day"),
        ("[POST]", "POST", "line 15: here a list is wanted"),
        ("fee_codes: [POST]", "columns: {acount_id: a}", "has no column “acount_id”; it has account_id"),
        ("fee_codes: [POST]", "overlap_days: -1", "“-1” is no number of days from 0 to 366"),
        ("fee_codes: [POST]", "currency: Euro", "“Euro” is no currency"),
        ("fee_codes: [POST]", "negative: [refund]", "there is no kind “refund”; there are sale, return"),
        ("fee_codes: [POST]", "amount_from: [quantity]", "an amount is made from two columns"),
        ("table: order_lines", "table: open_orders", "open_orders is replaced as a whole"),
        ("fee_codes: [POST]", "  - table: order_lines\n    sql: SELECT 1", "line 10, is no YAML|line 1[0-9]"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, message: str) -> None:
    with pytest.raises(MainstayError, match=message):
        load(RECIPE.replace(old, new, 1), "books.yaml")


def test_names_that_are_not_there() -> None:
    with pytest.raises(MainstayError, match=r"no recipe “oddo”; .* digiwin, douzone, erpnext"):
        find("oddo")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-05 10:20:30.123456", dt.datetime(2026, 1, 5, 10, 20, 30)),
        ("20260105", dt.datetime(2026, 1, 5)),
        ("20260105102030123", dt.datetime(2026, 1, 5, 10, 20, 30)),
        ("2026-01-05T10:20", dt.datetime(2026, 1, 5, 10, 20)),
        ("0000-00-00", None),
        ("never", None),
    ],
)
def test_moments_as_databases_write_them(text: str, moment: dt.datetime | None) -> None:
    assert moment_of(text) == moment
