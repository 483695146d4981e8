"""One event of a calendar as text (RFC 5545), as the library icalendar writes it, at a tenth of its time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
DOMAIN = "mainstay"
LINE = 75  # octets, with the line's end


@dataclass(frozen=True)
class Entry:
    """One event: what it is of, which names it for good; on which day; what it says; where it leads."""

    kind: str
    of: str
    on: date
    title: str
    url: str
    changed_at: datetime
    note: str = ""


def event(entry: Entry) -> bytes:
    """An event of a whole day."""
    digest = hashlib.sha256(f"{entry.kind} {entry.of}".encode()).hexdigest()[:32]
    changed_at = entry.changed_at.astimezone(UTC).replace(microsecond=0)
    stamp = f"{changed_at:%Y%m%dT%H%M%SZ}"
    said = f"{entry.note}\n{entry.url}".strip()
    lines = (
        "BEGIN:VEVENT",
        f"SUMMARY:{_escaped(entry.title)}",
        f"DTSTART;VALUE=DATE:{_day(entry.on)}",
        *_end(entry.on),
        f"DTSTAMP:{stamp}",
        f"UID:{entry.kind}-{digest}@{DOMAIN}",
        f"SEQUENCE:{max(0, int((changed_at - EPOCH).total_seconds()))}",
        "CLASS:PRIVATE",
        f"DESCRIPTION:{_escaped(said)}",
        f"LAST-MODIFIED:{stamp}",
        "TRANSP:TRANSPARENT",
        f"URL:{entry.url}",
        "END:VEVENT",
    )
    return b"".join(_folded(line) + b"\r\n" for line in lines)


def _end(day: date) -> tuple[str, ...]:
    """Without an end it is of one day as well (RFC 5545, 3.6.1): the last of all days has none after it."""
    return (f"DTEND;VALUE=DATE:{_day(day + timedelta(days=1))}",) if day < date.max else ()


def _day(day: date) -> str:
    return day.isoformat().replace("-", "")


def _escaped(text: str) -> str:
    """A text as a value; whatever ends a line is written as such, and ends none."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _folded(line: str) -> bytes:
    """A line in parts that are short enough, cut neither within a letter nor behind an escaping sign."""
    rest, parts = line.encode(), []
    while len(rest) >= LINE:
        end = LINE - 1
        while rest[end] & 0xC0 == 0x80:
            end -= 1
        if rest[end - 1] in b"\\^":
            end -= 1
        parts.append(rest[:end])
        rest = rest[end:]
    return b"\r\n ".join([*parts, rest])
