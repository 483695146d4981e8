"""What can be told of a query without its database: one statement, that reads, with parameters that are there."""

from __future__ import annotations

import re

import yaml

from mainstay.core.texts import gettext_noop
from mainstay.ledger.recipes.written import Written

# Texts, quoted names and remarks: what stands in them is no SQL. A text that is never closed stays.
_PASSIVE = re.compile(
    r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|\[[^\]\n]*\]|--[^\n]*|/\*.*?\*/", re.DOTALL
)
_PARAMETER = re.compile(r"(?<![:\w\\]):([A-Za-z_]\w*)")
# Words of SQL, not columns of that name; `insert(` is a function, and a join can be by merging.
_WRITES = re.compile(
    r"/\*M?!"  # MySQL does what stands in such a remark
    r"|(?<![.\w])(into\b|update\b[\s\w.,@#$]*?\bset\b|delete(\s+from)?\b|insert\b(?!\s*\()"
    r"|merge\s+(?!join\b)|(drop|alter|create|truncate|grant|exec(ute)?)\b)",
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
    bare = _PASSIVE.sub(_bare, text)
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


def check_query(text: str, name: str) -> None:
    """The same of a query that stands in no recipe; an empty one is none. name: of what it belongs to

    Raises: RecipeBroken
    """
    if text.strip():
        mark = yaml.Mark(name, 0, 0, 0, None, None)
        given = Written(yaml.ScalarNode("tag:yaml.org,2002:str", text, mark), name)
        _is_one_that_reads(given, _PASSIVE.sub(_bare, text))


def _bare(found: re.Match[str]) -> str:
    return found[0][:4] if _WRITES.match(found[0]) else _blank(found[0])


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
