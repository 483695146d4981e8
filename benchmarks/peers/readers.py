"""The bare reading of a file into an Arrow table: DuckDB's of CSV, fastexcel's of Excel, pyarrow's of Parquet."""

import duckdb
import fastexcel
import pyarrow.parquet as pq

LIBRARIES = ("duckdb", "fastexcel", "pyarrow")


def reading(read):
    def prepare(path):
        def work():
            return {"rows": read(path).num_rows}

        return work

    return prepare


TASKS = {
    "csv": reading(lambda path: duckdb.connect().sql(f"FROM read_csv('{path}')").to_arrow_table()),
    "xlsx": reading(lambda path: fastexcel.read_excel(path).load_sheet(0).to_arrow()),
    "parquet": reading(pq.read_table),
}
