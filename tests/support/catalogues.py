"""The texts that the sources hold and those that the catalogues hold, without the gettext tools.

Run as a program (`make messages` does so after collecting) it forgets msgmerge's guesses, which are
wrong more often than not, and compiles the catalogues.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib

SOURCES = Path(__file__).parents[2] / "src" / "mainstay"
LOCALE = SOURCES / "locale"
LANGUAGES = ("ko", "zh_Hans", "zh_Hant")

# What marks a text → where its context, singular and plural stand among the arguments.
MARKS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
_LITERAL = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_IN_TEMPLATE = re.compile(
    rf"\b(_|n?p?gettext)\(\s*({_LITERAL}(?:\s*,\s*{_LITERAL})*)\s*(?:,\s*count\s*)?\)"
)


@dataclass(frozen=True)
class Key:
    """What a text is found by: its context (None = none), its singular, its plural ("" = none)."""

    context: str | None
    singular: str
    plural: str = ""


@dataclass
class Collected:
    """texts: each with a file that has it; unwritten: file → arguments that are no plain text"""

    texts: dict[Key, str] = field(default_factory=dict)
    unwritten: dict[str, list[str]] = field(default_factory=dict)


def _written(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _key(mark: str, texts: list[str]) -> Key:
    context, singular, plural = MARKS[mark]
    return Key(
        None if context is None else texts[context],
        texts[singular],
        "" if plural is None else texts[plural],
    )


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call, with the last part of the name that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
            if name:
                yield name, node


def _from_python(path: Path, found: Collected) -> None:
    where = path.relative_to(SOURCES).as_posix()
    for name, call in calls(ast.parse(path.read_text(encoding="utf-8"))):
        if name not in MARKS:
            continue
        places = [place for place in MARKS[name] if place is not None]
        texts = [_written(argument) for argument in call.args[: max(places) + 1]]
        if len(texts) <= max(places) or None in texts:
            found.unwritten.setdefault(where, []).append(ast.unparse(call))
        else:
            found.texts.setdefault(_key(name, [t for t in texts if t is not None]), where)


def _from_template(path: Path, found: Collected) -> None:
    from django.utils.translation.template import templatize

    where = path.relative_to(SOURCES).as_posix()
    for mark, literals in _IN_TEMPLATE.findall(templatize(path.read_text(encoding="utf-8"))):
        texts = [ast.literal_eval(one) for one in re.findall(_LITERAL, literals)]
        found.texts.setdefault(_key(mark, texts), where)


def collected() -> Collected:
    """All texts of the Python files and templates."""
    found = Collected()
    for path in sorted(SOURCES.rglob("*.py")):
        _from_python(path, found)
    for path in sorted(SOURCES.rglob("*.html")) + sorted(SOURCES.rglob("*.txt")):
        _from_template(path, found)
    return found


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "django.po"), wrapwidth=0)


def key_of(entry: polib.POEntry) -> Key:
    return Key(entry.msgctxt, entry.msgid, entry.msgid_plural or "")


def _forget_guesses(entry: polib.POEntry) -> None:
    entry.previous_msgid = entry.previous_msgctxt = entry.previous_msgid_plural = None
    if entry.fuzzy:
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
        entry.msgstr = ""
        entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, "")


def main() -> None:
    for language in LANGUAGES:
        found = catalogue(language)
        for entry in found:
            _forget_guesses(entry)
        found.save()
        found.save_as_mofile(str(Path(found.fpath).with_suffix(".mo")))
        without = found.untranslated_entries()
        print(f"{language}: {len(found)} texts, {len(without)} without a translation")
        for entry in without:
            print(f"    {entry.msgid}")


if __name__ == "__main__":
    main()
