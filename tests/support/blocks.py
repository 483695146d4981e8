"""Fenced blocks of the documentation, run as a newcomer would: `console` line by line, `python` whole."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
ANYTHING = "…"  # in what is printed: whatever stands there


@dataclass(frozen=True)
class Command:
    """A command as typed, and the lines that the page says it prints."""

    words: tuple[str, ...]
    told: tuple[str, ...]


def blocks(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def commands(page: str) -> Iterator[Command]:
    """Those of a page in their order; each line that begins with “$ mainstay” is one."""
    for block in blocks(page, "console"):
        for part in re.split(r"^\$ mainstay ", block, flags=re.MULTILINE)[1:]:
            typed, *told = part.strip().splitlines()
            yield Command(tuple(shlex.split(typed)), tuple(told))


def is_said(line: str, printed: str) -> bool:
    """Whether a line stands among what was printed, by its words; “…” stands for anything."""
    parts = [re.escape(_words(part)) for part in line.split(ANYTHING)]
    pattern = ".*".join(parts) if len(parts) > 1 else parts[0]
    return any(re.search(pattern, _words(one)) for one in printed.splitlines())


def _words(text: str) -> str:
    return " ".join(re.sub(r"[│┃|]", " ", text).split())
