"""Products with successors, accounts merged or moved: what counts as what, and since when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest

from mainstay import Ledger

AS_OF = date(2025, 6, 1)
COLUMNS = ("account_id", "category")


def line(account: str, day: int, product: str | None, category: str | None = None) -> dict:
    return {
        "account_id": account,
        "ordered_on": date(2025, 1, 1) + timedelta(days=day),
        "amount": 10.0,
        "product_id": product,
        "category": category,
        "kind": "sale",
        "currency": "EUR",
    }


def product(product_id: str, **known: object) -> dict:
    empty = {"name": product_id, "category": None, "discontinued_on": None, "replaced_by": None}
    return {"product_id": product_id, **empty, **known}


def table(rows: list[dict], *dates: str) -> pa.Table:
    """Rows as a table; columns that hold nothing get their type."""
    found = pa.Table.from_pylist(rows)
    for i, field in enumerate(found.schema):
        if pa.types.is_null(field.type):
            kind = pa.date32() if field.name in dates else pa.string()
            found = found.set_column(i, field.name, found[field.name].cast(kind))
    return found


def ledger(lines: list[dict], recorded_at: datetime | None = None, **tables: list[dict]) -> Ledger:
    given = {name: table(rows, "discontinued_on", "closed_on") for name, rows in tables.items()}
    return Ledger.from_tables(order_lines=table(lines), recorded_at=recorded_at, **given)


def categories(of: Ledger, as_of: date = AS_OF) -> list[tuple[str, str | None]]:
    """Account and category of each line, as kernels see them."""

    def kernel(lines):
        names = lines.names["category"].to_pylist()
        owner = [
            account
            for i, account in enumerate(lines.account_ids.to_pylist())
            for _ in range(lines.offsets[i + 1] - lines.offsets[i])
        ]
        codes = lines.codes["category"]
        words = [None if code < 0 else names[code] for code in codes]
        return pa.table({"account_id": owner, "category": pa.array(words, pa.string())})

    found = of.map_accounts(kernel, columns=("category", "kind"), as_of=as_of)
    return sorted(
        zip(found["account_id"].to_pylist(), found["category"].to_pylist(), strict=True), key=str
    )


def test_an_old_product_counts_in_the_category_of_what_took_its_place() -> None:
    lines = [line("a", 0, "old", "valves"), line("a", 9, "new", "smart valves")]
    chain = [
        product("old", replaced_by="between"),
        product("between", replaced_by="new"),
        product("new", category="smart valves"),
    ]
    assert categories(ledger(lines)) == [("a", "smart valves"), ("a", "valves")]
    assert categories(ledger(lines, products=chain)) == [("a", "smart valves")] * 2


def test_the_successors_category_may_stand_in_the_lines_alone() -> None:
    lines = [
        line("a", 0, "old", "valves"),
        line("b", 5, "new", "tubes"),
        line("b", 9, "new", "smart valves"),
        line("b", 300, "new", "next year's"),
    ]
    found = categories(ledger(lines, products=[product("old", replaced_by="new")]))
    assert found == [("a", "smart valves"), ("b", "smart valves"), ("b", "tubes")]


def test_a_successor_of_which_nothing_is_known_and_a_ring_change_nothing() -> None:
    lines = [line("a", 0, "old", "valves"), line("a", 1, None, None), line("a", 2, "p", None)]
    odd = [
        product("old", replaced_by="never seen"),
        product("old2", replaced_by="old2"),
        product("x", replaced_by="y"),
        product("y", replaced_by="x"),
        product("p", category="paint"),
    ]
    expected = [("a", "paint"), ("a", "valves"), ("a", None)]
    assert sorted(categories(ledger(lines, products=odd)), key=str) == expected


def test_a_table_shows_the_same_categories_as_kernels() -> None:
    lines = [line("a", 0, "old", "valves"), line("a", 9, "p", None), line("a", 10, None, "own")]
    known = [product("old", replaced_by="p"), product("p", category="paint")]
    of = ledger(lines, products=known)
    shown = of.assortment(AS_OF).categorised(of.order_lines(["a"]))
    assert sorted(shown["category"].to_pylist()) == ["own", "paint", "paint"]
    assert categories(of) == [("a", "own"), ("a", "paint"), ("a", "paint")]
    bare = ledger(lines)
    assert bare.assortment(AS_OF).categorised(bare.order_lines(["a"])).num_rows == 3


def test_a_succession_counts_from_when_it_was_known() -> None:
    lines = [line("a", 0, "old", "valves"), line("a", 9, "new", "smart")]
    told = [product("old", replaced_by="new")]
    of = ledger(lines, datetime(2025, 3, 5, 8, tzinfo=UTC), products=told)
    assert categories(of, date(2025, 3, 5)) == [("a", "smart"), ("a", "valves")]
    assert categories(of, date(2025, 3, 6)) == [("a", "smart")] * 2
    # Where the time of recording is only assumed, from when the old one ended.
    ended = [product("old", replaced_by="new", discontinued_on=date(2025, 4, 1))]
    of = ledger(lines, products=ended)
    assert categories(of, date(2025, 4, 1)) == [("a", "smart"), ("a", "valves")]
    assert categories(of, date(2025, 4, 2)) == [("a", "smart")] * 2


def test_discontinued_is_what_ended_before_and_has_no_successor() -> None:
    known = [
        product("gone", discontinued_on=date(2025, 2, 1)),
        product("goes", discontinued_on=date(2025, 6, 1)),
        product("followed", discontinued_on=date(2025, 2, 1), replaced_by="new"),
        product("new"),
    ]
    of = ledger([line("a", 0, "gone")], products=known)
    assert of.assortment(AS_OF).discontinued == {"gone": date(2025, 2, 1)}
    assert of.assortment(date(2025, 2, 1)).discontinued == {}


def account(account_id: str, **known: object) -> dict:
    return {
        "account_id": account_id,
        "name": account_id,
        "replaced_by": None,
        "closed_on": None,
    } | known


def test_a_merged_account_is_the_one_that_took_it_in_from_the_day_it_is_known() -> None:
    lines = [line("old", 0, None, "x"), line("new", 9, None, "x"), line("c", 3, None, "x")]
    merged = [account("old", replaced_by="new", closed_on=date(2025, 3, 1)), account("new")]
    recorded = datetime(2025, 3, 5, 8, tzinfo=UTC)
    of = ledger(lines, recorded, accounts=merged)
    assert [a for a, _ in categories(of, date(2025, 3, 5))] == ["c", "new", "old"]
    assert [a for a, _ in categories(of, date(2025, 3, 6))] == ["c", "new", "new"]
    assumed = ledger(lines, accounts=merged)
    assert assumed.joins_at(date(2025, 3, 1)).main_of("old") == "old"
    assert assumed.joins_at(date(2025, 3, 2)).main_of("old") == "new"
    assert assumed.joins.codes_of(["new"]) == {"old", "new"}


def test_what_users_said_of_a_code_comes_first() -> None:
    lines = [line("old", 0, None, "x")]
    merged = [account("old", replaced_by="new")]
    apart = [{"account_id": "old", "into_id": None}]
    other = [{"account_id": "old", "into_id": "third"}]
    assert ledger(lines, accounts=merged).joins.main_of("old") == "new"
    assert ledger(lines, accounts=merged, account_joins=apart).joins.main_of("old") == "old"
    assert ledger(lines, accounts=merged, account_joins=other).joins.main_of("old") == "third"


@pytest.mark.parametrize("first", ["old", "new"])
def test_the_end_of_a_merged_code_is_not_the_end_of_the_account(first: str) -> None:
    from mainstay.standing.facts import facts_at, told_at

    lines = [line("old", 0, None, "x"), line("new", 9, None, "x")]
    rows = [account("old", replaced_by="new", closed_on=date(2025, 3, 1)), account("new")]
    rows.sort(key=lambda row: row["account_id"] != first)
    of = ledger(lines, accounts=rows)
    assert told_at(of, {"new": 0}, as_of=AS_OF).closed.tolist() == [False]
    facts = facts_at(of, ["new"], as_of=AS_OF)
    assert facts.attribute("closed_on") == [None]
    assert facts.attribute("name") == ["new"]
