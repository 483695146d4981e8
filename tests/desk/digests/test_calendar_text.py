"""Events as text: the same bytes as the library icalendar writes."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from icalendar import Event

from mainstay.desk.digests.ics_text import Entry, event

SAID = (
    "Harbour Hardware Ltd: Call them",
    "Müller & Söhne; a,b \\ c^d: " * 7,
    "한빛산업 주식회사: 방문 예정 " * 9,
    "大同五金行" * 40,
    "x" * 66,
    "x" * 67,
    "x" * 65 + "한" + "y" * 80,
    "A\r\nEND:VEVENT\r\nBEGIN:VEVENT\rz\nq;x,y" * 9,
    ("," * 33 + "\\") * 12,
    "🙂" * 50,
    "",
)


def of_the_library(entry: Entry) -> bytes:
    made = Event()
    digest = hashlib.sha256(f"{entry.kind} {entry.of}".encode()).hexdigest()[:32]
    at = entry.changed_at.astimezone(UTC).replace(microsecond=0)
    made.add("uid", f"{entry.kind}-{digest}@mainstay")
    made.add("dtstamp", at)
    made.add("last-modified", at)
    made.add("sequence", max(0, int((at - datetime(2020, 1, 1, tzinfo=UTC)).total_seconds())))
    made.add("dtstart", entry.on)
    made.add("dtend", entry.on + timedelta(days=1))
    made.add("summary", entry.title)
    made.add("description", f"{entry.note}\n{entry.url}".strip())
    made.add("url", entry.url)
    made.add("transp", "TRANSPARENT")
    made.add("class", "PRIVATE")
    text: bytes = made.to_ical()
    return text


@pytest.mark.parametrize("said", SAID, ids=range(len(SAID)))
def test_an_event_is_what_the_library_makes_of_it(said: str) -> None:
    for at in (
        datetime(2026, 3, 2, 8, 1, 2, 345, timezone(timedelta(hours=8))),
        datetime(2019, 5, 6, tzinfo=UTC),
    ):
        entry = Entry(
            "step", f"{said} 1", date(2026, 12, 31), said, f"https://desk.example/account/{'a,b;' * 30}/", at, said
        )  # fmt: skip
        assert event(entry) == of_the_library(entry)
        assert all(len(line) <= 75 for line in event(entry).split(b"\r\n"))
