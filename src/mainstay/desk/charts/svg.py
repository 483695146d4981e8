"""Markup of SVG: elements with escaped attributes, and how wide a text will be."""

from __future__ import annotations

import math
import re
import unicodedata
from functools import cache, lru_cache
from xml.sax.saxutils import escape, quoteattr

_FORBIDDEN = {"style", "onclick", "onload"}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def number(value: float) -> str:
    """A coordinate: two digits at most. Raises: ValueError for what is not finite."""
    if not math.isfinite(value):
        raise ValueError("a coordinate must be finite")
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _clean(text: str) -> str:
    # Control characters and halves of characters are not allowed in XML; names come from anybody's files.
    return _CONTROL.sub("", text)


@cache
def _attribute(name: str) -> str:
    name = "class" if name == "cls" else name.rstrip("_").replace("_", "-")
    if name in _FORBIDDEN:
        raise ValueError(f"{name} is refused by the content policy")
    return name


@lru_cache(maxsize=2_000)  # classes and heights of thousands of marks are few
def _written(name: str, value: str) -> str:
    return f"{_attribute(name)}={quoteattr(_clean(value))}"


def el(tag: str, *inside: str, **attributes: object) -> str:
    """One element. `cls` is class, underscores are dashes, None is left out; `inside` is markup.

    Raises: ValueError for an attribute that the content policy would refuse
    """
    parts = [tag]
    for name, value in attributes.items():
        if value is None:
            continue
        if isinstance(value, float):
            parts.append(f'{_attribute(name)}="{number(value)}"')
        else:
            parts.append(_written(name, str(value)))
    body = "".join(inside)
    return f"<{' '.join(parts)}>{body}</{tag}>" if body else f"<{' '.join(parts)}/>"


def text(words: object) -> str:
    """Text as markup."""
    return escape(_clean(str(words)))


def title(words: str) -> str:
    return el("title", text(words))


def label(words: object, x: float, y: float, **attributes: object) -> str:
    """A text at a place; `anchor` is start, middle or end."""
    anchor = attributes.pop("anchor", None)
    return el("text", text(words), x=x, y=y, text_anchor=anchor, **attributes)


def path(points: list[tuple[float, float]], close: bool = False) -> str:
    """The `d` of a line through points."""
    d = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return d + "Z" if close else d


def width_of(words: str, size: float) -> float:
    """About how wide a text is drawn, in pixels, without knowing the font: rather more than less."""
    return sum(_letter(c) for c in words) * size


def _letter(c: str) -> float:
    """How wide a letter is, for a size of 1."""
    if unicodedata.east_asian_width(c) in "WF":
        return 1.0
    if unicodedata.combining(c):
        return 0.0
    if c in " .,:;'|!il[]":
        return 0.36
    if c in "WM%@":
        return 0.95
    return 0.76 if c.isupper() or c in "mw&" else 0.62


def shorten(words: str, width: float, size: float) -> str:
    """The text, cut with … to fit a width in pixels."""
    room, end, used = width / size, 0, 0.0
    for i, c in enumerate(words):
        used += _letter(c)
        if used + _letter("…") <= room:
            end = i + 1
        if used > room:
            return words[:end].rstrip() + "…"
    return words
