"""DuckDB alone: the summary of order days as SQL, over a table of its own in memory."""

import os

import duckdb
import pyarrow as pa

LIBRARIES = ("duckdb",)
# Days first: a group of account and day each, then of accounts. count(DISTINCT day) takes longer.
SUMMARY = """
SELECT account, count(*) - 1 AS x, max(day) - min(day) AS t_x, {last} - min(day) AS T
FROM (SELECT account, day FROM lines GROUP BY ALL) GROUP BY account
"""


def summary(data):
    connection = duckdb.connect(config={"threads": os.environ["PEER_THREADS"]})
    given = pa.table({"account": data["account"], "day": data["day"]})
    connection.from_arrow(given).create("lines")
    query = SUMMARY.format(last=int(data["as_of"]) - 1)
    connection.sql("SELECT count(DISTINCT account) FROM lines").fetchall()
    return lambda: connection.sql(query).fetchnumpy()


TASKS = {"summary": summary}
