"""The row of headings: there, not too wide, none twice."""

from __future__ import annotations

from collections.abc import Sequence

from mainstay.core.errors import UnreadableFile
from mainstay.core.texts import gettext_noop

MOST_COLUMNS = 2_000


def checked_headings(source: str, headings: Sequence[str | None]) -> tuple[str, ...]:
    """The headings, trimmed; a column without one is called after its place.

    Raises: UnreadableFile where there are too many, or one is there twice
    """
    if len(headings) > MOST_COLUMNS:
        raise UnreadableFile(
            gettext_noop(
                "“{file}” has {columns} columns, and no table has more than {most}: check the delimiter, or whether rows and columns are exchanged."
            ),
            file=source,
            columns=len(headings),
            most=MOST_COLUMNS,
        )
    seen: dict[str, int] = {}
    named: list[str] = []
    for place, heading in enumerate(headings, start=1):
        text = " ".join((heading or "").replace("\ufeff", "").split()) or f"({place})"
        if text.casefold() in seen:
            raise UnreadableFile(
                gettext_noop(
                    "“{file}” has the heading “{heading}” twice, in columns {first} and {second}: rename one of them and load the file again."
                ),
                file=source,
                heading=text,
                first=seen[text.casefold()],
                second=place,
            )
        seen[text.casefold()] = place
        named.append(text)
    return tuple(named)
