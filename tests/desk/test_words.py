"""What the record of events holds as codes has words, and what the environment sets is documented."""

from __future__ import annotations

import ast
import re
from itertools import chain
from pathlib import Path
from string import Formatter

import pytest
from django.utils import translation

import mainstay
from mainstay.core.texts import Text
from mainstay.desk.access.words import verb
from mainstay.desk.accounts.words import AT_THE_DESK, sentence
from mainstay.desk.facts.rows import models_by_table
from mainstay.desk.jobs.kinds import KINDS

VARIABLE = r'"(MAINSTAY_[A-Z_]+|DATABASE_URL|SPARK_MASTER)"'


def verbs_in(source: str) -> set[str]:
    """The second argument of every call of `record`, where it is written out."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record":
            found |= {n.value for n in ast.walk(node.args[1]) if isinstance(n, ast.Constant)}
    return {verb for verb in found if verb != "job."}


def test_every_verb_has_words() -> None:
    root = Path(mainstay.__file__).parent
    files = [file for folder in ("desk", "api") for file in (root / folder).rglob("*.py")]
    used = set().union(*(verbs_in(file.read_text(encoding="utf-8")) for file in files))
    used |= {f"job.{kind}" for kind in KINDS}
    assert len(used) > 15
    used.discard(".")  # a table and what was done to its row, put together
    used |= {
        f"{table}.{did}" for table in models_by_table() for did in ("add", "change", "withdraw")
    }
    assert [code for code in sorted(used) if verb(code) == code] == []


def test_every_variable_of_the_environment_is_documented() -> None:
    sources = Path(mainstay.__file__).parent.rglob("*.py")
    found = (re.findall(VARIABLE, path.read_text(encoding="utf-8")) for path in sources)
    used = set(chain.from_iterable(found)) - {"MAINSTAY_PARENT"}  # between our own processes
    page = Path(__file__).parents[2] / "docs" / "settings.md"
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", page.read_text(encoding="utf-8"), re.M))
    assert len(used) > 8
    assert used == documented


def templates_in(source: str) -> set[str]:
    return {
        node.args[0].value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "gettext_noop"
        if isinstance(node.args[0], ast.Constant)
    }


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans", "ko"])
def test_nobody_at_the_desk_is_told_of_options_of_the_command_line(language: str) -> None:
    root = Path(mainstay.__file__).parent
    folders = ("core", "ledger", "standing", "portfolio", "defection", "engine")
    files = [file for folder in folders for file in (root / folder).rglob("*.py")]
    known = set().union(*(templates_in(file.read_text(encoding="utf-8")) for file in files))
    assert set(AT_THE_DESK) <= known
    assert any("--map" in template for template in known)
    with translation.override(language):
        for template in known:
            places = {name: "x" for _, name, _, _ in Formatter().parse(template) if name}
            assert "--" not in sentence(Text(template, places))
