"""The record of events as a file; that it was taken is on record too."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from mainstay.core.errors import MainstayError
from mainstay.core.texts import gettext_noop
from mainstay.desk.access import queries, words
from mainstay.desk.access.models import Event, User
from mainstay.desk.access.services import record
from mainstay.desk.accounts.downloads import as_file

MOST = 100_000
COLUMNS: dict[str, Any] = {
    "at": pgettext_lazy("download", "When"),
    "who": pgettext_lazy("download", "Who"),
    "what": pgettext_lazy("download", "What"),
    "about": pgettext_lazy("download", "About"),
    "code": pgettext_lazy("download", "Code"),
    "before": pgettext_lazy("download", "Before"),
    "after": pgettext_lazy("download", "After"),
}


class TooMany(MainstayError):
    """More was asked for than one file shall hold."""

    code = "too_many"


def events(actor: User, asked: queries.Asked, kind: str) -> HttpResponse:
    """The events that were asked for as csv or xlsx.

    Raises: TooMany, rather than leaving events out
    """
    found = queries.with_words(queries.events(asked), asked.text)
    if found.values("pk")[MOST : MOST + 1].exists():
        raise TooMany(
            gettext_noop("More than {most} events fit; choose fewer days."), most=f"{MOST:,}"
        )
    rows = [_row(event) for event in found.iterator(chunk_size=5000)]
    table = pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.string()) for name in COLUMNS]))
    known = {name: str(value) for name, value in vars(asked).items() if value}
    record(actor, "events.download", after={"rows": len(rows), "kind": kind, "filters": known})
    return as_file(table, f"events-{timezone.localdate()}", kind, COLUMNS)


def _row(event: Event) -> dict[str, str | None]:
    return {
        "at": timezone.localtime(event.at).isoformat(sep=" ", timespec="seconds"),
        "who": event.actor_name,
        "what": words.done(event),
        "about": event.label,
        "code": event.object_id,
        "before": _as_text(event.before),
        "after": _as_text(event.after),
    }


def _as_text(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
