"""YAML as it is written: every value is text, and knows the line where it stands.

YAML's own reading would make `on:` a truth, 00123 a number and 1:30 a count of seconds; `on` and
`from` are columns of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

import yaml

from mainstay.core.texts import gettext_noop
from mainstay.ledger.errors import RecipeBroken

_NO_YAML = gettext_noop("“{file}”, line {line}, is no YAML: {why}.")
_EMPTY = gettext_noop("“{file}” is empty: a recipe has a name, databases and tables.")
_NO_TEXT = gettext_noop("“{file}”, line {line}: here a text is wanted, not a list or names.")
_NO_NAMES = gettext_noop(
    "“{file}”, line {line}: here names with values are wanted, as “name: value”."
)
_NO_LIST = gettext_noop(
    "“{file}”, line {line}: here a list is wanted, its lines beginning with “- ”."
)
_TWICE = gettext_noop("“{file}”, line {line}: “{name}” is there twice; keep one of them.")
_UNKNOWN = gettext_noop("“{file}”, line {line}: there is no “{name}” here; there are {names}.")
_MISSING = gettext_noop("“{file}”, line {line}: “{name}” is missing.")


class Written:
    """One value of a YAML file, and where it stands."""

    def __init__(self, node: yaml.Node, file: str) -> None:
        self._node, self._file = node, file

    @property
    def line(self) -> int:
        """Where it begins; of a text of several lines, its first."""
        block = isinstance(self._node, yaml.ScalarNode) and self._node.style in ("|", ">")
        return int(self._node.start_mark.line) + (2 if block else 1)

    def refuse(self, template: str, **data: Any) -> NoReturn:
        """Raises: RecipeBroken, with file and line"""
        raise RecipeBroken(template, file=self._file, line=self.line, **data)

    @property
    def text(self) -> str:
        if not isinstance(self._node, yaml.ScalarNode):
            self.refuse(_NO_TEXT)
        return str(self._node.value).strip()

    @property
    def names(self) -> dict[str, Written]:
        """The values by name, in the order in which they stand."""
        if not isinstance(self._node, yaml.MappingNode):
            self.refuse(_NO_NAMES)
        found: dict[str, Written] = {}
        for key, value in self._node.value:
            name = Written(key, self._file)
            if name.text in found:
                name.refuse(_TWICE, name=name.text)
            found[name.text] = Written(value, self._file)
        return found

    @property
    def members(self) -> list[Written]:
        if not isinstance(self._node, yaml.SequenceNode):
            self.refuse(_NO_LIST)
        return [Written(node, self._file) for node in self._node.value]

    def only(self, needed: Sequence[str], others: Sequence[str] = ()) -> dict[str, Written]:
        """The values by name, where they are those that can be here.

        Raises: RecipeBroken for a name that is not known, or is missing
        """
        found = self.names
        for name in found:
            if name not in (*needed, *others):
                found[name].refuse(_UNKNOWN, name=name, names=", ".join((*needed, *others)))
        for name in needed:
            if name not in found:
                self.refuse(_MISSING, name=name)
        return found


def read(text: str, file: str) -> Written:
    """The whole of a file.

    Raises: RecipeBroken where it is no YAML
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise RecipeBroken(
            _NO_YAML, file=file, line=mark.line + 1 if mark else 1, why=error.problem or "?"
        ) from error
    except yaml.YAMLError as error:
        raise RecipeBroken(_NO_YAML, file=file, line=1, why=str(error).splitlines()[0]) from error
    if node is None:
        raise RecipeBroken(_EMPTY, file=file)
    return Written(node, file)
