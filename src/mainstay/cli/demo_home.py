"""The folder that a demo is loaded into: never one with data of one's own."""

from __future__ import annotations

from mainstay.core.errors import InvalidSetting
from mainstay.core.home import Home
from mainstay.core.texts import gettext_noop

MARK = "demo"  # the file in which a demo's folder says which one it holds


def claim(home: Home, what: str, *, own: bool) -> None:
    """Mark the folder as this demo's.

    own: nobody chose it: it is where this demo always goes
    Raises: InvalidSetting where it holds something else; nothing in it is changed
    """
    mark = home.folder / MARK
    held = mark.read_text(encoding="utf-8").strip() if mark.exists() else None
    if held != what and not (own and held is None) and _has_data(home):
        raise InvalidSetting(
            gettext_noop(
                "{folder} holds data already, and not of this demo, which would be mixed into them. "
                "Choose another folder with --home."
            ),
            folder=str(home.folder),
        )
    home.prepare()
    mark.write_text(what + "\n", encoding="utf-8")


def _has_data(home: Home) -> bool:
    from mainstay.engine import imports

    return home.store.exists() and bool(imports.list_imports(home))
