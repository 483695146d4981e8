"""What can be told of a query without its database: one statement, that reads, with parameters that are there."""

from __future__ import annotations

import re

from mainstay.core.texts import gettext_noop
from mainstay.ledger.recipes.written import Written

# Texts, quoted names and remarks: what stands in them is no SQL. A text that is never closed stays.
_PASSIVE = re.compile(
    r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|\[[^\]\n]*\]|--[^\n]*|/\*.*?\*/", re.DOTALL
)
_PARAMETER = re.compile(r"(?<![:\w\\]):([A-Za-z_]\w*)")
_WRITES = re.compile(
    r"\b(insert\s+into|update\s+\w+\s+set|delete\s+from|drop|alter|create|truncate|merge\s+into|grant|exec(ute)?)\b",
    re.IGNORECASE,
)

_EMPTY = gettext_noop("“{file}”, line {line}: the query is empty.")
_NO_QUERY = gettext_noop(
    "“{file}”, line {line}: a query begins with SELECT or WITH and only reads; this begins with “{word}”."
)
_WRITING = gettext_noop("“{file}”, line {line}: a query only reads; this one has “{word}”.")
_SEVERAL = gettext_noop(
    "“{file}”, line {line}: here are several statements; a query is one, without “;” within it."
)
_OPEN = gettext_noop(
    "“{file}”, line {line}: a quotation mark ({word}) of the query is never closed."
)
_BRACKETS = gettext_noop(
    "“{file}”, line {line}: the query has {opened} opening and {closed} closing brackets."
)
_NO_PARAMETER = gettext_noop(
    "“{file}”, line {line}: there is no variable “{name}”; there are {names}. A colon that is none of a variable is written as \\:."
)


def check_statement(given: Written, allowed: set[str]) -> None:
    """Raises: RecipeBroken where the text can be no query, or asks for a parameter that is not there

    allowed: the parameters that are given
    """
    text = given.text
    bare = _PASSIVE.sub(lambda found: _blank(found[0]), text)
    _is_one_that_reads(given, bare)
    for mark in ("'", '"', "`"):
        if mark in bare:
            given.refuse(_OPEN, word=mark)
    if bare.count("(") != bare.count(")"):
        given.refuse(_BRACKETS, opened=bare.count("("), closed=bare.count(")"))
    # SQLAlchemy finds parameters in texts and remarks too.
    for name in _PARAMETER.findall(text):
        if name not in allowed:
            given.refuse(_NO_PARAMETER, name=name, names=", ".join(sorted(allowed)))


def _is_one_that_reads(given: Written, bare: str) -> None:
    words = bare.split()
    if not words:
        given.refuse(_EMPTY)
    if words[0].lower().lstrip("(") not in ("select", "with"):
        given.refuse(_NO_QUERY, word=words[0][:20])
    if ";" in bare.rstrip().rstrip(";"):
        given.refuse(_SEVERAL)
    if found := _WRITES.search(bare):
        given.refuse(_WRITING, word=found[0])


def _blank(text: str) -> str:
    """As many lines, and nothing in them."""
    return " " + "\n" * text.count("\n")
