"""Lists of plans as files; each download is on record."""

from __future__ import annotations

import pyarrow as pa
from django.http import HttpResponse

from mainstay.desk.access.services import record
from mainstay.desk.accounts.downloads import as_file
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.strategy import queries, words

MOST = 100_000  # rows of a file


def plans(sight: Sight, asked: queries.Asked, kind: str) -> HttpResponse:
    """The list of the page with all its rows."""
    assert sight.assessment is not None  # noqa: S101  # the view has asked
    listed = list(queries.listed(sight, asked.show, asked.size)[:MOST])
    pairs = queries.with_accounts(sight, listed)
    rows = [{**vars(row), "name": account.name} for row, account in pairs]
    made = pa.table({name: [row[name] for row in rows] for name in words.DOWNLOAD})
    record(
        sight.user,
        "plans.download",
        about=sight.assessment,
        after={"table": asked.show, "rows": made.num_rows, "kind": kind},
    )
    return as_file(made, f"plans-{asked.show}-{sight.assessment.as_of}", kind, dict(words.DOWNLOAD))
