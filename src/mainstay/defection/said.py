"""Sentences said of many accounts at once, and written down account by account."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.core.texts import plain

_WORD = json.JSONEncoder(ensure_ascii=False).encode  # made once: there are words for every account


@dataclass(frozen=True)
class Said:
    """One sentence and the accounts of which it is said: what a `Text` is for one of them.

    who: int64 (n,), places of the accounts
    template: in English, with {named} places
    data: what belongs in these, each (n,): numbers, words or datetime64[D]; masked or NaN = not known
    """

    who: npt.NDArray[np.int64]
    template: str
    data: Mapping[str, npt.NDArray[Any]]

    def to_json(self) -> list[str]:
        """Each account's sentence, written as `Text.to_json` gives it."""
        places = ", ".join(f"{_WORD(name)}: %s" for name in self.data)
        form = f'{{"template": {_WORD(self.template).replace("%", "%%")}, "data": {{{places}}}}}'
        if not self.data:
            return [form % ()] * len(self.who)
        return [form % row for row in zip(*map(_written, self.data.values()), strict=True)]

    def plainly(self) -> list[str]:
        """Each account's sentence as it is where nothing is known of the reader."""
        places = [name for name in self.data if f"{{{name}}}" in self.template]
        if not places:
            return [self.template.format()] * len(self.who)
        columns = [[plain(name, value) for value in _values(self.data[name])] for name in places]
        rows = zip(*columns, strict=True)
        return [self.template.format(**dict(zip(places, row, strict=True))) for row in rows]


def told(first: Iterable[Said], more: Iterable[Said], accounts: int) -> tuple[list[str], list[str]]:
    """Per account its first sentence in plain words, and all of them as `texts_to_json` writes them.

    first: one of them for each account; more: the weightiest first. What an account was told first it
        is not told again
    """
    plainly, begun = [""] * accounts, [""] * accounts
    for said in first:
        for i, words, written in zip(
            said.who.tolist(), said.plainly(), said.to_json(), strict=True
        ):
            plainly[i], begun[i] = words, written
    found = [[written] for written in begun]
    for said in more:
        for i, written in zip(said.who.tolist(), said.to_json(), strict=True):
            if written != begun[i]:
                found[i].append(written)
    return plainly, [f"[{', '.join(sentences)}]" for sentences in found]


def _values(column: npt.NDArray[Any]) -> list[Any]:
    """Plain ones: int, float, str, days as in 2011-09-09; None = not known."""
    if column.dtype.kind == "M":
        return [None if day == "NaT" else day for day in np.datetime_as_string(column).tolist()]
    if column.dtype.kind == "f":
        return [value if value == value else None for value in column.tolist()]
    listed: list[Any] = column.tolist()
    return listed


def _written(column: npt.NDArray[Any]) -> list[str]:
    write = repr if column.dtype.kind in "if" else _WORD
    return ["null" if value is None else write(value) for value in _values(column)]
