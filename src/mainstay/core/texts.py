"""Texts that the engine makes and the desk or the command line shows in the reader's language.

The engine knows no reader. It hands over a `Text`: a template in English, which is also the key in
the gettext catalogue, and its data. `gettext_noop` marks templates for collection.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any


def gettext_noop(template: str) -> str:
    """Mark a template for the translators; returns it unchanged."""
    return template


def plain(name: str, value: Any) -> Any:
    """A place's value as it is written where nothing is known of the reader.

    The end of the name says what it is: `…_share` a part of 1, `…_rate`, `…_money`, `…_days`, `…_weeks`.
    """
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "none"
    if not isinstance(value, int | float):
        return value
    if name.endswith("_share"):
        return f"{value:.0%}"
    if name.endswith(("_money", "_days", "_weeks")):
        return f"{value:,.0f}"
    return f"{value:,}"


# What English writes otherwise after a 1; our other languages write it as after any number. A word
# between the number and its noun may be one of _BETWEEN.
_ONE = {
    **{
        f"{word}s": word
        for word in (
            *("day", "week", "quarter", "hour", "time", "visit", "product", "fall", "case"),
            *("account", "order", "review", "play", "change"),
        )
    },
    "discourtesies": "discourtesy",
    "account-years": "account-year",
}
_BETWEEN = ("account", "different", "new", "order", "small")
_COUNTED = re.compile(rf"\{{(\w+)\}}((?: (?:{'|'.join(_BETWEEN)}))* )({'|'.join(_ONE)})\b")


def _of_one(template: str, values: Mapping[str, Any]) -> str:
    """An English template with the nouns of numbers that are shown as 1 in the singular."""

    def noun(found: re.Match[str]) -> str:
        name, between, many = found.groups()
        one = str(values.get(name)) == "1"
        return f"{{{name}}}{between}{_ONE[many] if one else many}"

    return _COUNTED.sub(noun, template) if _counts(template) else template


@lru_cache(maxsize=10_000)  # a page has a thousand sentences of a few dozen templates
def _counts(template: str) -> bool:
    return _COUNTED.search(template) is not None


@dataclass(frozen=True)
class Text:
    """One sentence: an English template with {named} places, and what belongs in them.

    Values are plain: str, int, float, bool, None, or an ISO date as str.
    """

    template: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.render()

    def render(
        self,
        translate: Callable[[str], str] = str,
        show: Callable[[str, Any], Any] = plain,
    ) -> str:
        """The sentence in the reader's language.

        translate: from the English template to the reader's
        show: from a place's name and value to how the reader writes it (dates, numbers, money)
        """
        values = {name: show(name, value) for name, value in self.data.items()}
        return _of_one(translate(self.template), values).format(**values)

    def to_json(self) -> dict[str, Any]:
        return {"template": self.template, "data": dict(self.data)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Text:
        return cls(value["template"], value.get("data", {}))


_ENCODER = json.JSONEncoder(ensure_ascii=False)  # made once: there are reasons for every account


def texts_to_json(texts: Iterable[Text]) -> str:
    return _ENCODER.encode([t.to_json() for t in texts])


def texts_from_json(value: str) -> list[Text]:
    return [Text.from_json(t) for t in json.loads(value or "[]")]
