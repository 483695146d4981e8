"""ERPs by recipe: queries of a database, and what their columns are, in a YAML file that users write themselves."""

from mainstay.ledger.recipes.checking import Checked, check_recipe
from mainstay.ledger.recipes.running import Order, RecipeReport, run_recipe, try_recipe
from mainstay.ledger.recipes.shelf import built_in, find, text_of
from mainstay.ledger.recipes.types import Query, Recipe, Variable

__all__ = [
    "Checked",
    "Order",
    "Query",
    "Recipe",
    "RecipeReport",
    "Variable",
    "built_in",
    "check_recipe",
    "find",
    "run_recipe",
    "text_of",
    "try_recipe",
]
