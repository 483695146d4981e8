"""Where recipes lie: those that come with Mainstay, and users' own files."""

from __future__ import annotations

from pathlib import Path

from mainstay.core.errors import NotFound
from mainstay.core.texts import gettext_noop
from mainstay.ledger.errors import RecipeBroken
from mainstay.ledger.recipes.loading import load
from mainstay.ledger.recipes.types import Recipe

FOLDER = Path(__file__).parent


def built_in() -> list[Recipe]:
    """The recipes that come with Mainstay, by name."""
    return [find(path.stem) for path in sorted(FOLDER.glob("*.yaml"))]


def find(name: str) -> Recipe:
    """A recipe by the name of one of ours, or by the path of a file.

    Raises: NotFound; RecipeBroken
    """
    return load(text_of(name), Path(name).name if _is_path(name) else f"{name}.yaml")


def text_of(name: str) -> str:
    """A recipe as it is written, to be read or copied.

    Raises: NotFound; RecipeBroken
    """
    path = Path(name) if _is_path(name) else FOLDER / f"{name}.yaml"
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, IsADirectoryError) as error:
        raise NotFound(
            gettext_noop(
                "There is no recipe “{name}”; those that come with Mainstay are {names}, and one of your own is named by its file, as ./erp.yaml."
            ),
            name=name,
            names=", ".join(sorted(path.stem for path in FOLDER.glob("*.yaml"))),
        ) from error
    except UnicodeDecodeError as error:
        raise RecipeBroken(
            gettext_noop("“{file}” is not written in UTF-8: save it again in that encoding."),
            file=path.name,
        ) from error


def _is_path(name: str) -> bool:
    return "/" in name or "\\" in name or name.endswith((".yaml", ".yml"))
