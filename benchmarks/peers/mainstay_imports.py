"""Mainstay's import of a file into an empty store: all of it, or up to typed lines, copies found and the report
added up."""

import datetime as dt
import tempfile

from mainstay.ledger.importing import run_import
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.loading import STORING

LIBRARIES = ("duckdb", "fastexcel", "pyarrow")
NOW = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


class Enough(Exception):
    """Raised where the storing begins."""


def whole(path):
    def work():
        with tempfile.TemporaryDirectory() as folder:
            report = run_import(Ledger.open(folder), [path], now=NOW)
        return {"rows": report.rows_read, "taken": report.rows_taken}

    return work


def only_read(path):
    def stop(what, share):
        if what.template == STORING:
            raise Enough

    def work():
        with tempfile.TemporaryDirectory() as folder:
            try:
                run_import(Ledger.open(folder), [path], now=NOW, progress=stop)
            except Enough:
                return {}
        raise AssertionError("the import was not stopped")

    return work


TASKS = {"import": whole, "read": only_read}
