"""The row of headings: there, not too wide, none twice."""

from __future__ import annotations

from collections.abc import Sequence

from mainstay.core.errors import UnreadableFile
from mainstay.core.texts import gettext_noop

MOST_COLUMNS = 1_000


def refuse_width(source: str, columns: int) -> None:
    """Raises: UnreadableFile where no table is that wide"""
    if columns > MOST_COLUMNS:
        raise UnreadableFile(
            gettext_noop(
                "“{file}” has {columns} columns, and no table has more than {most}: check the delimiter, or whether rows and columns are exchanged."
            ),
            file=source,
            columns=columns,
            most=MOST_COLUMNS,
        )


def checked_headings(
    source: str, headings: Sequence[str | None], *, places: Sequence[int] | None = None
) -> tuple[str, ...]:
    """The headings, trimmed; a column without one is called after its place.

    places: of the columns, where some were left out
    Raises: UnreadableFile where there are too many, or one is there twice
    """
    refuse_width(source, len(headings))
    seen: dict[str, int] = {}
    named: list[str] = []
    for place, heading in zip(places or range(1, len(headings) + 1), headings, strict=True):
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
