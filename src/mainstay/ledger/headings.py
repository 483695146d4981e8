"""Which column a heading means, in English, Traditional and Simplified Chinese and Korean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from mainstay.ledger.heading_words import WORDS
from mainstay.ledger.schema import TABLES

# Where a heading of order lines may go beside the table's own columns.
BESIDE = (
    "unit_price",
    "accounts.name",
    "accounts.country",
    "accounts.region",
    "accounts.segment",
    "accounts.tax_ids",
)
# What a file of set-aside rows says of where its rows came from.
COMPLETION = ("_import", "_source", "_row", "_reason", "_line")

EXACT, WITHOUT_UNIT, PART, NAME_ALONE = 1.0, 0.95, 0.6, 0.6
SURE = 0.5  # less than this is no proposal
LIKELY = 0.8  # a file's headings that a table must know, to be taken for that table's
_IN_BRACKETS = re.compile(r"[(\[【（].*?[)\]】）]")
_LATER_WORD = 0.002  # each word further down the list is that much less likely
_WHOSE_NAME = ("name", "名稱", "名称", "이름")
_LOOKED_AT = 40  # rows among which the headings must be


@dataclass(frozen=True)
class Recognised:
    """A heading and the column that it is taken for.

    confidence: 0 to 1
    word: the known word that it is like
    """

    heading: str
    column: str
    confidence: float
    word: str


def plain(heading: str) -> str:
    """A heading without case, width, spaces and signs."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    return re.sub(r"[\W_]+", "", text)


@cache
def _index(table: str) -> dict[str, list[tuple[str, int]]]:
    """For each plain word the columns that it may mean, and how far down their lists it stands."""
    columns = [c.name for c in TABLES[table].columns]
    if table in ("order_lines", "open_orders"):
        columns += BESIDE
    index: dict[str, dict[str, int]] = {}
    for column in columns:
        key = f"{table}.{column}" if f"{table}.{column}" in WORDS else column
        if key not in WORDS and "." in column:
            key = column.split(".")[1]
        lists = [(column.split(".")[-1],), *(text.split(";") for text in WORDS.get(key, ()))]
        for words in lists:
            for place, word in enumerate(words):
                of_word = index.setdefault(plain(word), {})
                of_word[column] = min(place, of_word.get(column, place))
    for word in _WHOSE_NAME:  # says whose name it is only in the table of accounts
        index.get(word, {}).pop("accounts.name", None)
    return {word: list(columns.items()) for word, columns in index.items()}


def usual_heading(column: str, table: str) -> str:
    """A column with what people head it: ordered_on (order date, 訂單日期, 订单日期, 주문일자).

    column: or several of which one is enough: account_id / staff_id
    """
    return " / ".join(_with_words(name, table) for name in column.split(" / "))


def _with_words(column: str, table: str) -> str:
    lists = WORDS.get(f"{table}.{column}") or WORDS.get(column) or ()
    others = (
        [w for w in words.split(";") if plain(w) not in ("", plain(column))] for words in lists
    )
    likeliest = dict.fromkeys(words[0] for words in others if words)
    return f"{column} ({', '.join(likeliest)})" if likeliest else column


def candidates(heading: str, table: str) -> list[Recognised]:
    """The columns of a table that a heading may mean, the likeliest first."""
    best: dict[str, Recognised] = {}

    def offer(column: str, confidence: float, word: str) -> None:
        if column not in best or confidence > best[column].confidence:
            best[column] = Recognised(heading, column, round(confidence, 3), word)

    for text, base in ((heading, EXACT), (_IN_BRACKETS.sub("", heading), WITHOUT_UNIT)):
        for column, place in _index(table).get(plain(text), ()):
            offer(column, base - _LATER_WORD * place, plain(text))
    if not best:
        whole = plain(heading)
        for word, columns in _index(table).items():
            if _is_part(word, whole):
                for column, place in columns:
                    share = len(word) / len(whole)
                    offer(column, PART * share**0.5 - _LATER_WORD * place, word)
    return sorted(best.values(), key=lambda r: -r.confidence)


def _is_part(word: str, whole: str) -> bool:
    """Whether a known word is within a longer heading, and long enough to mean something."""
    enough = 2 if ord(word[0]) > 0x2E80 else 4
    return len(word) >= enough and len(word) * 3 >= len(whole) and word in whole


def recognise(headings: Sequence[str], table: str) -> list[Recognised]:
    """The likeliest column for each heading, no column twice; headings that say nothing lack."""
    offers = sorted(
        (offer for heading in headings for offer in candidates(heading, table)),
        key=lambda r: -r.confidence,
    )
    taken: dict[str, Recognised] = {}
    columns: set[str] = set()
    for offer in offers:
        if offer.confidence < SURE or offer.heading in taken or offer.column in columns:
            continue
        taken[offer.heading] = offer
        columns.add(offer.column)
    for column in TABLES[table].required:
        if column in columns:
            continue
        # Better a heading for what is needed than for what is welcome: a tax number as account_id.
        for offer in offers:
            now = taken.get(offer.heading)
            if (
                offer.column == column
                and offer.confidence >= SURE
                and (now is None or now.column not in TABLES[table].required)
            ):
                taken[offer.heading] = offer
                break
    named = _whose_name(headings, table, {r.column for r in taken.values()})
    taken |= {r.heading: r for r in named if r.heading not in taken}
    return [taken[heading] for heading in headings if heading in taken]


def likely_table(headings: Sequence[str]) -> str | None:
    """The table whose columns the headings are, if nearly all of them are and none that it needs lacks."""
    headings = [heading for heading in headings if heading not in COMPLETION]
    best, most = None, LIKELY
    for table in TABLES.values():
        found = recognise(headings, table.name)
        have = {one.column for one in found}
        if set(table.required) <= have and (not table.one_of or have & set(table.one_of)):
            share = sum(one.confidence for one in found) / len(headings)
            if share > most:
                best, most = table.name, share
    return best


def _whose_name(headings: Sequence[str], table: str, taken: set[str]) -> list[Recognised]:
    """“Name” alone among order lines: the account's, unless it may as well be the product's."""
    if table not in ("order_lines", "open_orders") or "accounts.name" in taken:
        return []
    if "product_id" in taken and "product_name" not in taken:
        return []
    names = [heading for heading in headings if plain(heading) in _WHOSE_NAME]
    return [Recognised(h, "accounts.name", NAME_ALONE, plain(h)) for h in names[:1]]


@cache
def _known_words() -> frozenset[str]:
    words = {
        plain(w) for of_column in WORDS.values() for text in of_column for w in text.split(";")
    }
    return frozenset(words | {plain(word) for word in COMPLETION} | {plain(key) for key in WORDS})


def heading_place(rows: Sequence[Sequence[str]]) -> int | None:
    """Which of the first rows has the headings: the one with most words that we know.

    Where no row has two of them, the first row that is not empty; None where all are empty.
    """
    best, most, first = None, 1, None
    for place, row in enumerate(rows[:_LOOKED_AT]):
        if not any(cell and cell.strip() for cell in row):
            continue
        first = place if first is None else first
        known = sum(
            plain(cell) in _known_words() or plain(_IN_BRACKETS.sub("", cell)) in _known_words()
            for cell in row
            if cell
        )
        if known > most:
            best, most = place, known
    return first if best is None else best
