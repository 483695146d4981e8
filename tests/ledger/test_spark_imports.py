"""Tables of Spark, and folders of Parquet, come into the ledger as one file of the same rows does."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from mainstay.core.errors import UnreadableFile
from mainstay.ledger import spark_session
from mainstay.ledger.importing import ImportOptions, plan_import, run_import
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.readers import ReadOptions

NOW = datetime(2024, 6, 1, tzinfo=UTC)
COLUMNS = ["account_id", "order_id", "ordered_on", "product_id", "quantity", "amount", "kind"]


@pytest.fixture
def folder(slice_file, tmp_path):
    """The rows of the sample in files as Spark writes them."""
    rows = pq.read_table(slice_file)
    place = tmp_path / "orders"
    place.mkdir()
    for n, start in enumerate(range(0, rows.num_rows, 700)):
        pq.write_table(rows.slice(start, 700), place / f"part-{n:05}-c000.snappy.parquet")
    (place / "_SUCCESS").touch()
    return place


def lines(ledger):
    table = ledger.refresh().order_lines(None).select(COLUMNS)
    return sorted((tuple(row.values()) for row in table.to_pylist()), key=repr)


@pytest.fixture
def wanted(tmp_path, slice_file):
    """What the one file gives."""
    ledger = Ledger.open(tmp_path / "one")
    report = run_import(ledger, [slice_file], now=NOW)
    return report, lines(ledger)


def test_a_folder_of_parquet_is_as_one_file(book, folder, wanted):
    report = run_import(book, [folder], now=NOW)
    assert lines(book) == wanted[1]
    assert report.rows_taken == wanted[0].rows_taken
    assert report.money_taken == wanted[0].money_taken
    assert [s.source for s in report.sources] == ["orders"]
    again = run_import(book, [folder], now=NOW)
    assert again.already_loaded == report.import_id


@pytest.mark.spark
def test_a_table_of_spark_is_as_one_file(book, folder, wanted, on_spark):
    spark = spark_session.session()
    spark.read.parquet(str(folder)).createOrReplaceTempView("old_orders")
    plan = plan_import(book, ["spark://old_orders"])
    assert plan.ready
    assert plan.sources[0].start_only
    report = run_import(book, ["spark://old_orders"], now=NOW)
    assert lines(book) == wanted[1]
    assert report.rows_taken == wanted[0].rows_taken
    assert [s.source for s in report.sources] == ["old_orders"]
    assert not list((book.folder / "spool").iterdir())


@pytest.mark.spark
def test_a_query_and_what_is_in_no_column_of_ours(book, on_spark):
    query = (
        "SELECT id AS `Customer no`, date'2024-01-02' AS `Order date`, 10.5 AS Amount, "
        "array(1, 2) AS tags FROM range(0, 50, 1, 4)"
    )
    options = ImportOptions(
        read=ReadOptions(sql=query),
        columns={"Customer no": "account_id"},
        currency="EUR",
    )
    report = run_import(book, ["spark://"], options, now=NOW)
    assert report.rows_taken == 50
    held = book.refresh().order_lines(None)
    assert set(held["account_id"].to_pylist()) == {str(n) for n in range(50)}
    assert pc.sum(held["amount"].cast(pa.float64())).as_py() == 525.0


@pytest.mark.spark
def test_no_such_table_is_said_in_one_sentence_and_leaves_nothing(book, on_spark):
    with pytest.raises(UnreadableFile, match="Spark gave no rows of “nowhere”: ") as error:
        run_import(book, ["spark://nowhere"], now=NOW)
    assert "\n" not in str(error.value)
    assert not list((book.folder / "spool").iterdir())
    assert book.imports() == []


def test_neither_table_nor_query(book):
    with pytest.raises(UnreadableFile, match="names no table"):
        run_import(book, ["spark://"], now=NOW)
