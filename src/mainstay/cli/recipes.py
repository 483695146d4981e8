"""`mainstay recipes list`, `show` and `check`, and `mainstay import --recipe`: ERPs by recipe."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from mainstay.cli.context import Json, context
from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import Text, gettext_noop

if TYPE_CHECKING:
    from mainstay.engine.recipes import Order, Proposal

Name = Annotated[
    str, typer.Argument(metavar="RECIPE", help="The name of one of ours, or a file of your own.")
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A variable of the recipe. May be repeated."),
]
_OF_RECIPES = gettext_noop("{option} is for databases that are read by a recipe; add --recipe.")
_ONE_PLACE = gettext_noop(
    "With --recipe one address of a database is wanted, as postgresql://user@host/name."
)
_BY_ITSELF = gettext_noop("{option} goes not with --recipe, which says it itself.")


def register(app: typer.Typer) -> None:
    commands = typer.Typer(no_args_is_help=True, help="Recipes by which ERPs are read.")
    commands.command("list")(list_)
    commands.command("show")(show)
    commands.command("check")(check)
    app.add_typer(commands, name="recipes")


def list_(json: Json = False) -> None:
    """List the recipes that come with Mainstay."""
    from mainstay.engine import recipes as engine

    found = engine.built_in()
    if json:
        context.put(
            [
                {"name": r.name, "title": r.title, "version": r.version, "tested": r.tested}
                for r in found
            ]
        )
        return
    width = max(len(recipe.name) for recipe in found)
    for recipe in found:
        print(f"{recipe.name:{width}}  {recipe.title}")


def show(recipe: Name) -> None:
    """Print a recipe, to read it or to make one of your own from it."""
    from mainstay.engine import recipes as engine

    print(engine.text_of(recipe), end="")


def check(
    recipe: Name,
    database: Annotated[
        str | None,
        typer.Option("--database", metavar="ADDRESS", help="Ask its database a row of each query."),
    ] = None,
    set_: Set = None,
    json: Json = False,
) -> None:
    """Say what is wrong with a recipe, with file and line; with --database, also what it says."""
    from mainstay.engine import recipes as engine

    found = engine.find(recipe)
    if database is None:
        filled = [(query.name, query.table, tuple(query.columns)) for query in found.queries]
    else:
        order = engine.Order(database, variables(set_), secret())
        checked = engine.check_recipe(recipe, order)
        filled = [(one.query, one.table, one.columns) for one in checked]
    if json:
        context.put(
            {
                "recipe": found.name,
                "queries": [
                    {"query": query, "table": table, "columns": list(columns)}
                    for query, table, columns in filled
                ],
            }
        )
        return
    for query, table, columns in filled:
        print(f"{query} → {table}" + (f": {', '.join(columns)}" if columns else ""))
    context.say(
        gettext_noop("“{file}” is in order: {queries} queries."),
        file=found.file,
        queries=len(filled),
    )
    if database is None:
        context.say(
            gettext_noop("Whether its database understands them, --database ADDRESS tells.")
        )


def secret() -> str | None:
    """The password of the ERP's database, where its address has none."""
    return os.environ.get("MAINSTAY_ERP_PASSWORD")


def variables(given: Sequence[str] | None) -> dict[str, str]:
    """Raises: InvalidSetting for what is no NAME=VALUE"""
    found = {}
    for word in given or ():
        name, sign, value = word.partition("=")
        if not sign or not name.strip():
            raise InvalidSetting(
                gettext_noop("--set {value} can't be read; write --set company=Name."), value=word
            )
        found[name.strip()] = value.strip()
    return found


def refuse_without(options: dict[str, bool]) -> None:
    """Raises: InvalidSetting for options that only a recipe understands"""
    for option, said in options.items():
        if said:
            raise InvalidSetting(_OF_RECIPES, option=option)


def refuse_beside(places: Sequence[str], options: dict[str, bool]) -> None:
    """Raises: InvalidSetting where a recipe is not all that is said

    options: those that go not with it, and whether they were said
    """
    for option, said in options.items():
        if said:
            raise InvalidSetting(_BY_ITSELF, option=option)
    if len(places) != 1 or "://" not in places[0]:
        raise InvalidSetting(_ONE_PLACE)


def order(
    address: str,
    said: list[str] | None,
    only: list[str] | None,
    *,
    whole: bool,
    assume_recorded: bool,
) -> Order:
    """What is to be read, of what was said on the command line."""
    from mainstay.engine.recipes import Order

    return Order(
        address,
        variables(said),
        secret(),
        whole=whole,
        only=tuple(only or ()),
        assume_recorded=assume_recorded,
    )


def plans(name: str, order: Order) -> list[Proposal]:
    """The first rows of each query, and how they would be read."""
    from mainstay.engine.recipes import try_recipe

    found = try_recipe(context.home, name, order)
    if not context.json:
        return found
    context.put([proposal.to_json() for proposal in found])
    return []


def load(name: str, order: Order) -> None:
    """`mainstay import --recipe`."""
    from mainstay.engine import recipes as engine

    with context.progress(gettext_noop("Loading")) as progress:

        def shown(what: Text, share: float) -> None:
            progress(share, 1.0)

        report = engine.import_recipe(context.home, name, order, progress=shown)
    if context.json:
        context.put(report.to_json())
        return
    for part in report.parts:
        print(f"{part.query} → {part.table}")
        for line in part.lines():
            print(f"  {context.tell(line)}")
