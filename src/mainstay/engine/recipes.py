"""ERPs by recipe, for an installation: list, check, try, import; what command line and desk call."""

from __future__ import annotations

from datetime import UTC, datetime

from mainstay.core.home import Home
from mainstay.engine.home import open_ledger
from mainstay.ledger.loading import Progress, silent
from mainstay.ledger.proposing import Proposal
from mainstay.ledger.recipes import (
    Checked,
    Order,
    Query,
    Recipe,
    RecipeReport,
    Variable,
    built_in,
    find,
    run_recipe,
    text_of,
)
from mainstay.ledger.recipes import check_recipe as _check
from mainstay.ledger.recipes import try_recipe as _try
from mainstay.ledger.recipes.statements import check_query

__all__ = [
    "Checked",
    "Order",
    "Proposal",
    "Query",
    "Recipe",
    "RecipeReport",
    "Variable",
    "built_in",
    "check_query",
    "check_recipe",
    "find",
    "import_recipe",
    "text_of",
    "try_recipe",
]


def import_recipe(
    home: Home, name: str, order: Order, *, progress: Progress | None = None
) -> RecipeReport:
    """Import what changed in an ERP since the last run; recorded now.

    name: of a recipe of ours, or the path of a file
    Raises: NotFound, RecipeBroken, UnreadableFile, InvalidSetting, NothingToTake
    """
    recipe, ledger = find(name), open_ledger(home)
    return run_recipe(ledger, recipe, order, now=datetime.now(UTC), progress=progress or silent)


def try_recipe(home: Home, name: str, order: Order) -> list[Proposal]:
    """The first rows of each query, and how they would be read; nothing is stored.

    Raises: as `import_recipe`
    """
    return _try(open_ledger(home), find(name), order, now=datetime.now(UTC))


def check_recipe(name: str, order: Order) -> list[Checked]:
    """What each query fills, as the database understands it.

    Raises: as `import_recipe`
    """
    return _check(find(name), order, now=datetime.now(UTC))
