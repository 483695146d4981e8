"""Dates, numbers and ids as people write them: decided once a column, then parsed as a whole."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import pyarrow as pa

from mainstay.ledger.readers.types import Raw
from mainstay.ledger.staging import Staging, literal

DateOrder = Literal["dmy", "mdy", "ymd", "minguo"]
NumberForm = Literal["1234.50", "1,234.50", "1.234,50"]

NOTHING = ("null", "(null)", "nan", "none", "nat", "<na>", "n/a", "#n/a")
_NOTHING = ", ".join(literal(word) for word in NOTHING)
CONTROL = "[\\x00-\\x1f\\x7f]"
EARLIEST, LATEST = dt.date(1970, 1, 1), dt.date(2200, 1, 1)

_YMD = re.compile(r"(\d{4})\s*[-/.年년]\s*(\d{1,2})\s*[-/.月월]\s*(\d{1,2})\s*[日일.]?")
_MINGUO = re.compile(
    r"(?:民國|民国)?\s*(\d{2,3})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
)
_PARTS = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{1,2})")
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
        if order == "minguo":
            return _date(first + 1911, second, int(match[3]))
        if order == "ymd":
            return _date(_full_year(match[1]), second, int(match[3]))
        if len(match[3]) == 1:
            return None
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


PLAIN_DATE = DateForm(plain=True)
PLAIN_NUMBER: NumberForm = "1234.50"


def blank(column: str) -> str:
    """SQL: whether a text says nothing."""
    return f"({column} IS NULL OR trim({column}) = '' OR lower(trim({column})) IN ({_NOTHING}))"


def _is_float(kind: str) -> bool:
    return kind in ("DOUBLE", "FLOAT")


def _empty(raw: Raw, column: str) -> str:
    if raw.is_text(column):
        return blank(column)
    if _is_float(raw.kind(column)):
        return f"({column} IS NULL OR isnan({column}))"
    return f"({column} IS NULL)"


_SHORT = r"^\s*(\d{1,3})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2}|\d)([\sT]|$)"


def date_form(staging: Staging, raw: Raw, column: str, order: DateOrder | None = None) -> DateForm:
    """Decide from the whole column how its dates are written."""
    if not raw.is_text(column):
        return DateForm(plain=raw.kind(column).startswith(("DATE", "TIMESTAMP")))
    strange = f"coalesce(year(TRY_CAST({column} AS DATE)), 0) < 1800 AND NOT {blank(column)}"
    if not staging.one(f"SELECT EXISTS (SELECT 1 FROM {raw.relation} WHERE {strange})")[0]:
        return PLAIN_DATE
    return _order_told(staging, raw, column) if order is None else DateForm(order=order)


_YEAR_LAST = "(c > 31 OR length(third) = 4)"
# What in three short numbers speaks for one order; "either" for dmy, and for a year in front.
_TELLING_DATES = {
    "minguo": f"a > 99 AND b <= 12 AND NOT {_YEAR_LAST}",
    "ymd": f"a BETWEEN 32 AND 99 AND b <= 12 AND NOT {_YEAR_LAST}",
    "dmy": f"a BETWEEN 13 AND 31 AND b <= 12 AND {_YEAR_LAST}",
    "mdy": "a <= 12 AND b BETWEEN 13 AND 31",
    "either": f"a BETWEEN 13 AND 31 AND b <= 12 AND NOT {_YEAR_LAST}",
}
# Days that are days in either order, and not the same one: what leaves the order open.
_OPEN = f"a BETWEEN 1 AND 12 AND b BETWEEN 1 AND 12 AND (a <> b OR NOT {_YEAR_LAST})"
_LARGE_MAJORITY = 0.9


def _order_told(staging: Staging, raw: Raw, column: str) -> DateForm:
    """The order of day and month that the column's dates speak for.

    A large majority decides, so that single wrong dates, like 45.13.2011, are set aside as what they
    are; without one, a single date that can be read in one order alone does.
    """
    parts = ", ".join(
        f"regexp_extract(given, '{_SHORT}', {n}) AS {name}"
        for n, name in enumerate(("first", "second", "third"), 1)
    )
    tests = (*_TELLING_DATES.values(), _OPEN)
    sums = ", ".join(f"coalesce(sum(n) FILTER ({test}), 0)" for test in tests)
    *found, left_open = staging.one(
        f"""SELECT {sums} FROM (
            SELECT n, third, CAST(first AS INTEGER) AS a, CAST(second AS INTEGER) AS b,
                CAST(third AS INTEGER) AS c
            FROM (SELECT n, {parts} FROM (
                SELECT {column} AS given, count(*) AS n FROM {raw.relation}
                WHERE regexp_matches({column}, '{_SHORT}') GROUP BY 1)))"""
    )
    told = dict(zip(_TELLING_DATES, map(int, found), strict=True))
    if not any(told.values()):
        return DateForm(ambiguous=left_open > 0)
    first_year: DateOrder = "minguo" if told["minguo"] else "ymd"
    year_first = told["minguo"] + told["ymd"]
    # In the order in which they are believed where none has a large majority.
    for_order: dict[DateOrder, int] = {
        first_year: year_first + told["either"] if year_first else 0,
        "dmy": told["dmy"] + told["either"],
        "mdy": told["mdy"],
    }
    leading = max(for_order, key=lambda order: for_order[order])
    if for_order[leading] >= _LARGE_MAJORITY * sum(told.values()):
        return DateForm(order=leading)
    return DateForm(order=next(order for order, n in for_order.items() if n))


@dataclass(frozen=True)
class Cell:
    """How SQL makes a typed value of a raw column.

    sql: the value, null where the raw one says nothing or can't be read
    empty: whether the raw one says nothing
    join: tables that the value needs
    as_double: a number as it is written, however large
    clean: it is known to have no control characters
    """

    sql: str
    empty: str
    join: str = ""
    as_double: str = "NULL"
    clean: bool = False


def date_cell(
    staging: Staging,
    raw: Raw,
    column: str,
    form: DateForm,
    *,
    loosely: Callable[[str], dt.date | None] | None = None,
) -> Cell:
    """The date of a raw column; odd forms are parsed once for each distinct text.

    loosely: reads what is no date in a column that may name months or weeks without a day
    """
    empty = _empty(raw, column)
    if form.plain:
        return Cell(f"TRY_CAST({column} AS DATE)", empty)
    if raw.is_text(column):
        text = (
            f"CASE WHEN contains({column}, ':') "
            f"THEN regexp_replace({column}, {literal(TIME)}, '') ELSE {column} END"
        )
    elif _is_float(raw.kind(column)):
        text = f"CAST(TRY_CAST(floor({column}) AS BIGINT) AS VARCHAR)"
    else:
        text = f"CAST({column} AS VARCHAR)"
    words = [w for (w,) in staging.rows(f"SELECT DISTINCT {text} FROM {raw.relation}") if w]
    days = [parse_date(w, form.order) or (loosely(w) if loosely else None) for w in words]
    table = staging.name("dates")
    staging.keep(
        table,
        pa.table(
            {
                "word": pa.array(words, pa.string()),
                "day": pa.array(days, pa.date32()),
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


_TELLING = 20_000  # numbers with signs in them that tell what the signs mean


def number_form(staging: Staging, raw: Raw, column: str) -> NumberForm:
    """Which sign is the decimal one, from the whole column."""
    if not raw.is_text(column):
        return PLAIN_NUMBER
    unread = f"TRY_CAST({column} AS DOUBLE) IS NULL AND NOT {blank(column)}"
    if not staging.one(f"SELECT EXISTS (SELECT 1 FROM {raw.relation} WHERE {unread})")[0]:
        return PLAIN_NUMBER
    signs = " OR ".join(f"contains({column}, '{sign}')" for sign in ",.，．")
    comma = r"regexp_matches(t, '\..*,') OR regexp_matches(t, '^\D*\d*,(\d{0,2}|\d{4,})$')"
    dot = r"regexp_matches(t, ',.*\.') OR regexp_matches(t, '^\D*\d*\.(\d{0,2}|\d{4,})$')"
    for limit in (f"LIMIT {_TELLING}", ""):
        commas, dots = staging.one(
            f"""SELECT count(*) FILTER ({comma}), count(*) FILTER ({dot})
                FROM (SELECT rtrim(trim(translate({column}, {literal(_WIDE)}, {literal(_NARROW)})),
                        ')-元円원€%％ ') AS t FROM {raw.relation} WHERE {signs} {limit})"""
        )
        if commas != dots:
            break
    return "1.234,50" if commas > dots else "1,234.50"


def unsure_number(staging: Staging, raw: Raw, column: str) -> bool:
    """Whether all dots of a column could divide thousands as well as decimals: 1.234."""
    if not raw.is_text(column):
        return False
    dots = f"SELECT 1 FROM {raw.relation} WHERE contains({column}, '.')"
    clear = f"NOT regexp_matches({column}, '^\\D*[1-9]\\d{{0,2}}(\\.\\d{{3}})+\\D*$')"
    return bool(staging.rows(f"{dots} LIMIT 1") and not staging.rows(f"{dots} AND {clear} LIMIT 1"))


def share_cell(raw: Raw, column: str, form: NumberForm, target: str) -> Cell:
    """A share of a raw column: 0.5, or 50%."""
    cell = number_cell(raw, column, form, target)
    if not raw.is_text(column):
        return cell  # a workbook's 50% is 0.5 beneath
    sign = r"'[%％]\s*$'"
    of_100 = _text_number(f"regexp_replace({column}, {sign}, '')", cell.empty, form, target)
    marked = f"regexp_matches({column}, {sign})"
    return replace(cell, sql=f"CASE WHEN {marked} THEN ({of_100.sql}) / 100 ELSE {cell.sql} END")


def number_cell(raw: Raw, column: str, form: NumberForm, target: str) -> Cell:
    """A number of a raw column as `target`, e.g. DECIMAL(18, 4)."""
    empty = _empty(raw, column)
    if not raw.is_text(column):
        if raw.kind(column).startswith(("DATE", "TIME", "BOOL", "BLOB")):
            return Cell(f"CAST(NULL AS {target})", empty)
        return Cell(
            f"TRY_CAST({column} AS {target})", empty, as_double=f"TRY_CAST({column} AS DOUBLE)"
        )
    return _text_number(column, empty, form, target)


def _text_number(column: str, empty: str, form: NumberForm, target: str) -> Cell:
    """column: SQL of a text"""
    fast = f"TRY_CAST({column} AS %s)"
    if form == PLAIN_NUMBER:
        # Nothing else beside it: DuckDB would work out the rest for every row, needed or not.
        return Cell(fast.replace("%s", target), empty, as_double=fast.replace("%s", "DOUBLE"))
    narrow = f"translate(trim({column}), {literal(_WIDE)}, {literal(_NARROW)})"
    bare = f"regexp_replace({narrow}, {literal(_AROUND)}, '', 'gi')"
    thousands, decimal = (".", ",") if form == "1.234,50" else (",", ".")
    t, d = re.escape(thousands), re.escape(decimal)
    digits = rf"(\d+|\d{{1,3}}({t}\d{{2,3}})*{t}\d{{3}}|\d{{1,3}}('\d{{3}})+)?({d}\d*)?"
    shape = literal(rf"^([-+]?{digits}|{digits}-|-?\({digits}\))$")
    signs = literal(thousands + "'+-()")
    plain = f"replace(translate({bare}, {signs}, ''), '{decimal}', '.')"
    minus = f"CASE WHEN regexp_matches({bare}, '[-(]') THEN '-' ELSE '' END"
    slow = (
        f"CASE WHEN regexp_matches({bare}, {shape}) THEN TRY_CAST(({minus}) || {plain} AS %s) END"
    )
    # First what is commonest and quickest. A CASE, since a COALESCE works out all for every row.
    if decimal == ".":
        usual = literal(r"^\s*-?\d{1,3}(,\d{3})+(\.\d*)?\s*$")
        quick = f"WHEN {fast} IS NOT NULL THEN {fast} "
        quick += f"WHEN regexp_matches({column}, {usual}) THEN TRY_CAST(replace({column}, ',', '') AS %s)"
    else:
        usual = literal(r"^\s*-?(\d+|\d{1,3}(\.\d{3})+)(,\d*)?\s*$")
        bare_usual = f"replace(replace({column}, '.', ''), ',', '.')"
        quick = f"WHEN regexp_matches({column}, {usual}) THEN TRY_CAST({bare_usual} AS %s)"
    both = f"CASE {quick} ELSE {slow} END"
    return Cell(both.replace("%s", target), empty, as_double=both.replace("%s", "DOUBLE"))


def text_cell(staging: Staging, raw: Raw, column: str, *, is_id: bool) -> Cell:
    """A text, trimmed; ids that were once decimals lose their “.0”."""
    kind, empty = raw.kind(column), _empty(raw, column)
    if _is_float(kind):
        whole = f"TRY_CAST({column} AS BIGINT)"
        text = f"CASE WHEN {whole} = {column} THEN CAST({whole} AS VARCHAR) ELSE CAST({column} AS VARCHAR) END"
        return Cell(f"CASE WHEN NOT {empty} THEN {text} END", empty)
    if not raw.is_text(column):
        return Cell(f"CAST({column} AS VARCHAR)", empty)
    odd = _odd_texts(staging, raw, column)
    text = f"nullif(trim({column}), '')" if odd.edges else column
    if not is_id:
        return Cell(text, f"({column} IS NULL OR trim({column}) = '')", clean=not odd.controls)
    if _all_end_in_zero(staging, raw, column):
        text = rf"regexp_replace({text}, '\.0+$', '')"
    if odd.nothing:
        text = f"CASE WHEN NOT {empty} THEN {text} END"
    return Cell(text, empty, clean=not odd.controls)


@dataclass(frozen=True)
class _OddTexts:
    """What any text of a column has: blanks at its edges or nothing else, a word that says nothing,
    control characters."""

    edges: bool
    nothing: bool
    controls: bool


_START = 20_000  # rows that tell whether texts repeat


def _odd_texts(staging: Staging, raw: Raw, column: str) -> _OddTexts:
    texts = f"(SELECT {column} AS t FROM {raw.relation} %s)"
    start = texts.replace("%s", f"LIMIT {_START}")
    if staging.one(f"SELECT 2 * count(DISTINCT t) < count(*) FROM {start}")[0]:
        # To find the distinct texts takes less than to look at the same ones again and again.
        texts = texts.replace("SELECT", "SELECT DISTINCT")
    tests = (
        "trim(t) <> t OR t = ''",
        f"lower(trim(t)) IN ({_NOTHING})",
        f"regexp_matches(t, '{CONTROL}')",
    )
    found = ", ".join(f"coalesce(bool_or({test}), false)" for test in tests)
    return _OddTexts(*staging.one(f"SELECT {found} FROM {texts.replace('%s', '')}"))


def _all_end_in_zero(staging: Staging, raw: Raw, column: str) -> bool:
    """Whether a float column was written as text: 12346.0 in every row."""
    given = f"(SELECT {column} FROM {raw.relation} WHERE NOT {blank(column)}"
    odd = rf"count(*) FILTER (NOT regexp_matches({column}, '^\d+\.0+$'))"
    some, odd_start = staging.one(f"SELECT count(*), {odd} FROM {given} LIMIT 100)")
    return bool(some and not odd_start and not staging.one(f"SELECT {odd} FROM {given})")[0])
