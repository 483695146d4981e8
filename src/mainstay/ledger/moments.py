"""Times and answers of yes or no, as people write them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

import pyarrow as pa

from mainstay.ledger.parsing import (
    Cell,
    DateForm,
    DateOrder,
    blank,
    parse_date,
)
from mainstay.ledger.readers.types import Raw
from mainstay.ledger.staging import Staging, literal

_NOON, _MORNING = "下午|오후|PM|P\\.M\\.|晚上|中午", "上午|오전|AM|A\\.M\\.|早上|凌晨"
_HALF = rf"(?:{_NOON}|{_MORNING})"
_TIMED = re.compile(
    r"(?P<day>.+?)(?:[T\s,]+|(?<=[日일])|(?=[上下中早晚凌오]))"
    rf"(?P<before>{_HALF})?\s*(?P<hour>\d{{1,2}})\s*[:時时點点시]\s*(?P<minute>\d{{1,2}})\s*[分분]?"
    r"(?:\s*:?\s*(?P<second>\d{1,2})\s*[秒초]?(?:[.,]\d+)?)?"
    rf"\s*(?P<after>{_HALF})?\s*(?P<zone>Z|UTC|GMT|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?",
    re.IGNORECASE,
)
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_EXCEL_START = dt.datetime(1899, 12, 30, tzinfo=dt.UTC)
_SECONDS = 24 * 3600


def parse_moment(text: str, order: DateOrder = "dmy") -> dt.datetime | None:
    """One moment in UTC, or None where it is none: without a time midnight, without a zone UTC."""
    text = unicodedata.normalize("NFKC", text).strip()
    if _SERIAL.fullmatch(text):
        return _EXCEL_START + dt.timedelta(seconds=round(float(text) * _SECONDS))
    match = _TIMED.fullmatch(text)
    day = parse_date(match["day"] if match else text, order)
    if day is None:
        return None
    clock = _clock(match) if match else dt.time()
    if clock is None:
        return None
    found = dt.datetime.combine(day, clock, dt.UTC)
    try:
        return found - _ahead(match["zone"] if match else None)
    except OverflowError:
        return None


def _clock(match: re.Match[str]) -> dt.time | None:
    hour = int(match["hour"])
    if match["before"] and match["after"]:
        return None
    if half := match["before"] or match["after"]:
        late = re.fullmatch(_NOON, half, re.IGNORECASE) is not None
        if hour < 12 and late:
            hour += 12
        elif hour == 12 and not late:
            hour = 0
    try:
        return dt.time(hour, int(match["minute"]), int(match["second"] or 0))
    except ValueError:
        return None


def _ahead(zone: str | None) -> dt.timedelta:
    """How far a zone is ahead of UTC."""
    digits = re.sub(r"\D", "", zone or "")
    if not zone or not digits:
        return dt.timedelta()
    ahead = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return -ahead if zone.startswith("-") else ahead


def moment_cell(staging: Staging, raw: Raw, column: str, form: DateForm) -> Cell:
    """The moment of a raw column, in UTC; each distinct text is parsed once."""
    kind = raw.kind(column)
    empty = blank(column) if raw.is_text(column) else f"({column} IS NULL)"
    if kind.startswith(("DATE", "TIMESTAMP")):
        return Cell(f"CAST({column} AS TIMESTAMP)", empty)
    text = f"CAST({column} AS VARCHAR)"
    words = [w for (w,) in staging.rows(f"SELECT DISTINCT {text} FROM {raw.relation}") if w]
    moments = [parse_moment(word, form.order) for word in words]
    table = staging.name("moments")
    plain = [moment and moment.replace(tzinfo=None) for moment in moments]
    staging.keep(
        table,
        pa.table(
            {
                "word": pa.array(words, pa.string()),
                "moment": pa.array(plain, pa.timestamp("us")),
            }
        ),
    )
    return Cell(f"{table}.moment", empty, f"LEFT JOIN {table} ON {table}.word = ({text})")


_YES = [
    "yes",
    "y",
    "true",
    "t",
    "1",
    "1.0",
    "x",
    "v",
    "✓",
    "✔",
    "☑",
    "√",
    "是",
    "對",
    "对",
    "有",
    "예",
    "네",
    "있음",
    "있다",
    "o",
    "○",
    "◯",
    "〇",
    "●",
]
_NO = [
    "no",
    "n",
    "false",
    "f",
    "0",
    "0.0",
    "×",
    "✗",
    "✘",
    "✕",
    "╳",
    "❌",
    "否",
    "無",
    "无",
    "沒有",
    "没有",
    "不是",
    "아니오",
    "아니요",
    "없음",
    "없다",
]
_RINGS = ["o", "○", "◯", "〇", "●"]  # beside them an x is a no: ○/×


def yes_no_cell(staging: Staging, raw: Raw, column: str) -> Cell:
    """Yes or no of a raw column; where it is empty, neither."""
    if raw.kind(column) == "BOOLEAN":
        return Cell(column, f"({column} IS NULL)")
    text = f"lower(trim(translate(CAST({column} AS VARCHAR), '１０ｘＸｙＹｎＮｏＯｖＶ', '10xxyynnoovv')))"
    empty = blank(f"CAST({column} AS VARCHAR)")
    rings = f"SELECT EXISTS (SELECT 1 FROM {raw.relation} WHERE {text} IN ({_listed(_RINGS)}))"
    crosses = staging.one(rings)[0]
    yes = [word for word in _YES if not (crosses and word == "x")]
    no = [*_NO, "x"] if crosses else _NO
    return Cell(
        f"CASE WHEN {text} IN ({_listed(yes)}) THEN true "
        f"WHEN {text} IN ({_listed(no)}) THEN false END",
        empty,
    )


def _listed(words: list[str]) -> str:
    return ", ".join(literal(word) for word in words)
