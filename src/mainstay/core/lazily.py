"""Names of a package whose modules are loaded when they are first asked for."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any


def names_of(package: str, file: str) -> Callable[[str], Any]:
    """The `__getattr__` of a package.

    package, file: its `__name__` and `__file__`. Its names stand below `if TYPE_CHECKING:`, imported from
        whole names, so that checkers and readers see what they always see. No name may be that of a module
        of the package: whoever imported the module first would find it in the place of the name
    """
    places = {
        name.asname or name.name: (line.module or "", name.name)
        for block in ast.parse(Path(file).read_text(encoding="utf-8")).body
        if isinstance(block, ast.If)
        for line in block.body
        if isinstance(line, ast.ImportFrom)
        for name in line.names
    }

    def load(name: str) -> Any:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module, own = places[name]
        found = getattr(import_module(module), own)
        setattr(sys.modules[package], name, found)  # from now on without a call
        return found

    return load
