"""Dates, numbers and ids as people write them: decided once a column, then parsed as a whole."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from mainstay.ledger.readers.types import Raw
from mainstay.ledger.staging import Staging, literal

DateOrder = Literal["dmy", "mdy", "ymd"]
NumberForm = Literal["1,234.50", "1.234,50"]

NOTHING = ("null", "(null)", "nan", "none", "nat", "<na>", "n/a", "#n/a")
_NOTHING = ", ".join(literal(word) for word in NOTHING)
EARLIEST, LATEST = dt.date(1970, 1, 1), dt.date(2200, 1, 1)

_YMD = re.compile(r"(\d{4})\s*[-/.年년]\s*(\d{1,2})\s*[-/.月월]\s*(\d{1,2})\s*[日일.]?")
_MINGUO = re.compile(
    r"(?:民國|民国)?\s*(\d{2,3})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
)
_PARTS = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})")
_DIGITS = re.compile(r"\d{5}(\.\d+)?|\d{7}|\d{8}")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_NAMED = re.compile(r"(\d{1,2})[-\s.]*([A-Za-z]{3,9})[-\s.,]*(\d{4}|\d{2})")
_NAMED_FIRST = re.compile(r"([A-Za-z]{3,9})[-\s.]*(\d{1,2})(?:st|nd|rd|th)?[-\s.,]+(\d{4})")
_EXCEL_START = dt.date(1899, 12, 30)
# A time after the date, with what people put before it.
TIME = r"[T\s]*(上午|下午|오전|오후|AM|PM|am|pm)?\s*\d{1,2}:\d{2}.*$"


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _full_year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < 70 else 1900)


def _from_digits(digits: str) -> dt.date | None:
    """20240305, 1130305 (Minguo), 45356 (Excel)."""
    whole = digits.split(".")[0]
    if len(whole) == 8:
        return _date(int(whole[:4]), int(whole[4:6]), int(whole[6:]))
    if len(whole) == 7:
        return _date(int(whole[:3]) + 1911, int(whole[3:5]), int(whole[5:]))
    return _EXCEL_START + dt.timedelta(days=int(whole))


def parse_date(text: str, order: DateOrder = "dmy") -> dt.date | None:
    """One date, or None where it is none. `order` is for 3/5/2024 alone."""
    text = unicodedata.normalize("NFKC", text).strip()
    if match := _YMD.fullmatch(text):
        return _date(*(int(part) for part in match.groups()))
    if _DIGITS.fullmatch(text):
        return _from_digits(text)
    if match := _PARTS.fullmatch(text):
        first, second, year = int(match[1]), int(match[2]), _full_year(match[3])
        if order == "ymd":
            return _date(_full_year(match[1]), second, int(match[3]))
        return _date(year, second, first) if order == "dmy" else _date(year, first, second)
    if match := _MINGUO.fullmatch(text):
        return _date(int(match[1]) + 1911, int(match[2]), int(match[3]))
    if match := _NAMED.fullmatch(text):
        month = _MONTHS.get(match[2][:3].lower())
        return (month and _date(_full_year(match[3]), month, int(match[1]))) or None
    if match := _NAMED_FIRST.fullmatch(text):
        month = _MONTHS.get(match[1][:3].lower())
        return (month and _date(int(match[3]), month, int(match[2]))) or None
    return None


@dataclass(frozen=True)
class DateForm:
    """How a column writes dates.

    order: of 3/5/2024
    ambiguous: nothing in the column told the order
    plain: ISO or typed dates, which need no parser
    """

    order: DateOrder = "dmy"
    ambiguous: bool = False
    plain: bool = False


def blank(column: str) -> str:
    """SQL: whether a text says nothing."""
    return f"({column} IS NULL OR trim({column}) = '' OR lower(trim({column})) IN ({_NOTHING}))"


def is_text(kind: str) -> bool:
    return kind == "VARCHAR"


def date_form(staging: Staging, raw: Raw, column: str, order: DateOrder | None = None) -> DateForm:
    """Decide from the whole column how its dates are written."""
    kind = raw.types[int(column[1:])]
    if not is_text(kind):
        return DateForm(plain=kind.startswith(("DATE", "TIMESTAMP")))
    strange = staging.one(
        f"SELECT count(*) FROM {raw.relation} WHERE NOT {blank(column)} "
        f"AND coalesce(year(TRY_CAST({column} AS DATE)), 0) < 1800"
    )[0]
    if not strange:
        return DateForm(plain=True)
    firsts, seconds = staging.one(
        f"""SELECT max(TRY_CAST(parts[1] AS INTEGER)), max(TRY_CAST(parts[2] AS INTEGER)) FROM (
            SELECT regexp_extract_all({column}, '\\d+') AS parts FROM {raw.relation}
            WHERE regexp_matches({column}, '^\\s*\\d{{1,2}}\\s*[-/. ]\\s*\\d{{1,2}}\\s*[-/. ]\\s*(\\d{{4}}|\\d{{2}})(\\s|$)'))"""
    )
    if firsts is None:
        return DateForm(order=order or "dmy")
    if order:
        return DateForm(order=order)
    if firsts > 31:
        return DateForm(order="ymd")
    if firsts > 12:
        return DateForm(order="dmy")
    if seconds > 12:
        return DateForm(order="mdy")
    return DateForm(order="dmy", ambiguous=True)


@dataclass(frozen=True)
class Cell:
    """How SQL makes a typed value of a raw column.

    sql: the value, null where the raw one says nothing or can't be read
    empty: whether the raw one says nothing
    join: tables that the value needs
    """

    sql: str
    empty: str
    join: str = ""


def date_cell(staging: Staging, raw: Raw, column: str, form: DateForm) -> Cell:
    """The date of a raw column; odd forms are parsed once for each distinct text."""
    kind = raw.types[int(column[1:])]
    empty = blank(column) if is_text(kind) else f"({column} IS NULL)"
    if form.plain:
        return Cell(f"TRY_CAST({column} AS DATE)", empty)
    if is_text(kind):
        text = (
            f"CASE WHEN contains({column}, ':') "
            f"THEN regexp_replace({column}, {literal(TIME)}, '') ELSE {column} END"
        )
    elif kind in ("DOUBLE", "FLOAT"):
        text = f"CAST(TRY_CAST(floor({column}) AS BIGINT) AS VARCHAR)"
    else:
        text = f"CAST({column} AS VARCHAR)"
    words = [w for (w,) in staging.rows(f"SELECT DISTINCT {text} FROM {raw.relation}") if w]
    table = staging.name("dates")
    staging.keep(
        table,
        pa.table(
            {
                "word": pa.array(words, pa.string()),
                "day": pa.array([parse_date(word, form.order) for word in words], pa.date32()),
            }
        ),
    )
    return Cell(f"{table}.day", empty, f"LEFT JOIN {table} ON {table}.word = ({text})")


# What people write around a number; when it is gone, digits and separators must be left.
_WIDE = "０１２３４５６７８９．，－＋（）−–△▲’＇"
_NARROW = "0123456789.,-+()----''"
_AROUND = (
    r"NT\$|US\$|HK\$|A\$|C\$|S\$|R\$|NTD|TWD|USD|EUR|GBP|CNY|RMB|JPY|KRW|HKD|SGD|AUD|CAD|CHF"
    r"|[$€£¥￥₩元円圆圓원\s\x{00A0}\x{202F}\x{3000}]"
)


def number_form(staging: Staging, raw: Raw, column: str) -> tuple[NumberForm, bool]:
    """Which sign is the decimal one, from the whole column; and whether nothing told it."""
    if not is_text(raw.types[int(column[1:])]):
        return "1,234.50", False
    comma_decimal = r"regexp_matches(t, '\..*,') OR regexp_matches(t, '^\D*\d*,(\d{0,2}|\d{4,})$')"
    dot_decimal = r"regexp_matches(t, ',.*\.') OR regexp_matches(t, '^\D*\d*\.(\d{0,2}|\d{4,})$')"
    unsure = r"regexp_matches(t, '^\D*[1-9]\d{0,2}\.\d{3}$')"
    commas, dots, either, all_commas = staging.one(
        f"""SELECT count(*) FILTER ({comma_decimal}), count(*) FILTER ({dot_decimal}),
                count(*) FILTER ({unsure}), count(*) FILTER (contains(t, ','))
            FROM (SELECT rtrim(trim({column}), ')-−') AS t FROM {raw.relation}
                  WHERE contains({column}, ',') OR NOT
                    regexp_matches({column}, '^-?\\d+(\\.\\d{{1,2}})?$'))"""
    )
    if commas > dots:
        return "1.234,50", False
    return "1,234.50", bool(either and not dots and not all_commas)


def number_cell(raw: Raw, column: str, form: NumberForm, target: str) -> Cell:
    """A number of a raw column as `target`, e.g. DECIMAL(18, 4)."""
    kind = raw.types[int(column[1:])]
    if not is_text(kind):
        if kind.startswith(("DATE", "TIME", "BOOL")):
            return Cell(f"CAST(NULL AS {target})", f"({column} IS NULL)")
        empty = f"({column} IS NULL)"
        if kind in ("DOUBLE", "FLOAT"):
            empty = f"({column} IS NULL OR isnan({column}))"
        return Cell(f"TRY_CAST({column} AS {target})", empty)
    narrow = f"translate(trim({column}), {literal(_WIDE)}, {literal(_NARROW)})"
    bare = f"regexp_replace({narrow}, {literal(_AROUND)}, '', 'gi')"
    thousands, decimal = (",", ".") if form == "1,234.50" else (".", ",")
    t, d = re.escape(thousands), re.escape(decimal)
    digits = rf"(\d+|\d{{1,3}}({t}\d{{2,3}})*{t}\d{{3}}|\d{{1,3}}('\d{{3}})+)?({d}\d*)?"
    shape = literal(rf"^([-+]?{digits}|{digits}-|-?\({digits}\))$")
    plain = (
        f"replace(translate({bare}, {literal(thousands + chr(39) + '+-()')}, ''), '{decimal}', '.')"
    )
    slow = (
        f"CASE WHEN regexp_matches({bare}, {shape}) THEN TRY_CAST((CASE WHEN "
        f"regexp_matches({bare}, '[-(]') THEN '-' ELSE '' END) || {plain} AS {target}) END"
    )
    fast = f"TRY_CAST({column} AS {target})"
    return Cell(f"COALESCE({fast}, {slow})" if decimal == "." else slow, blank(column))


def text_cell(staging: Staging, raw: Raw, column: str, *, is_id: bool) -> Cell:
    """A text, trimmed; ids that were once decimals lose their “.0”."""
    kind = raw.types[int(column[1:])]
    if kind in ("DOUBLE", "FLOAT"):
        whole = f"TRY_CAST({column} AS BIGINT)"
        sql = f"CASE WHEN {whole} = {column} THEN CAST({whole} AS VARCHAR) ELSE CAST({column} AS VARCHAR) END"
        return Cell(sql, f"({column} IS NULL OR isnan({column}))")
    if not is_text(kind):
        return Cell(f"CAST({column} AS VARCHAR)", f"({column} IS NULL)")
    sql = f"trim({column})"
    if is_id and _all_end_in_zero(staging, raw, column):
        sql = rf"regexp_replace({sql}, '\.0+$', '')"
    empty = blank(column) if is_id else f"({column} IS NULL OR trim({column}) = '')"
    return Cell(f"CASE WHEN NOT {empty} THEN {sql} END", empty)


def _all_end_in_zero(staging: Staging, raw: Raw, column: str) -> bool:
    """Whether a float column was written as text: 12346.0 in every row."""
    given = f"(SELECT {column} FROM {raw.relation} WHERE NOT {blank(column)}"
    odd = rf"count(*) FILTER (NOT regexp_matches({column}, '^\d+\.0+$'))"
    some, odd_start = staging.one(f"SELECT count(*), {odd} FROM {given} LIMIT 100)")
    return bool(some and not odd_start and not staging.one(f"SELECT {odd} FROM {given})")[0])
