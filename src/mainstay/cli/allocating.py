"""`mainstay allocate`: who gets what of the stock that is short, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from mainstay.cli.assessing import AsOf, day_to_judge
from mainstay.cli.context import OUT, Json, context
from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop

SHOWN = 20
WIDE = 120
# What the reckoning needs and nobody reads; and what else a reader would have to guess.
INNER = ("a", "b", "favour", "here", "price")
NAMED = {"step": "whole_lot", "least": "minimum_lot"}
LEAST_GAP = 0.00005  # below which it is written as 0.00%
_BEST = gettext_noop(
    "No other allocation within the same contracts, floors and lots saves more than this one."
)
_GAP = gettext_noop(
    "At most {gap_share} more could be saved by another allocation within the same contracts, floors and lots."
)
_TITLE = gettext_noop("Short stock as of {as_of} ({currency})")


def register(app: typer.Typer) -> None:
    app.command("allocate")(allocate)


def allocate(
    as_of: AsOf = None,
    floor: Annotated[
        float | None,
        typer.Option(
            "--floor",
            metavar="SHARE",
            help="Of what small accounts ordered of a short product, they get at least this; 0 to 1.",
        ),
    ] = None,
    days: Annotated[
        int | None,
        typer.Option(
            "--days", metavar="DAYS", help="Open orders wanted within so many days compete."
        ),
    ] = None,
    out: Annotated[Path | None, OUT] = None,
    json: Json = False,
) -> None:
    """Share out what is short among open orders, and say why each line gets what it gets."""
    from mainstay import engine

    if floor is not None and not 0 <= floor <= 1:
        raise InvalidSetting(
            gettext_noop("--floor can't be {floor}; it is a share from 0 to 1."), floor=floor
        )
    if days is not None and not 1 <= days <= 366:
        raise InvalidSetting(
            gettext_noop("--days can't be {days}; it is from 1 to 366."), days=days
        )
    made = engine.allocate_home(
        context.home, as_of=day_to_judge(as_of), small_share=floor, days=days
    )
    if out:
        engine.export(_told(made).drop_columns(list(INNER)).rename_columns(NAMED), out)
    if context.json:
        context.put(as_json(made, out))
        return
    print_sheet(made)
    if out:
        context.say(gettext_noop("Written: {file}"), file=str(out))


def _told(made: Any) -> Any:
    """The lines with their reasons in words."""
    import pyarrow as pa

    from mainstay import engine

    words = [
        " ".join(context.tell(text) for text in engine.allocation_reasons(row))
        for row in made.lines.to_pylist()
    ]
    return made.lines.append_column("reason", pa.array(words, pa.string()))


def as_json(made: Any, out: Path | None) -> dict[str, Any]:
    """The sheet for a machine; texts in the reader's language."""
    return {
        **{name: value for name, value in made.meta.items() if name != "said"},
        "out": str(out) if out else None,
        "said": [context.tell(text) for text in made.said],
        "sizes": made.sizes.to_pylist(),
        "products": made.products.to_pylist(),
        "lines": _told(made).to_pylist(),
        "aside": made.aside.select(
            ["account_id", "order_id", "line", "product_id", "why"]
        ).to_pylist(),
    }


def print_sheet(made: Any) -> None:
    """The products whose shortage costs most, and what each rule loses."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console = Console(width=max(console.width, WIDE))
    table = Table(
        title=context.text(_TITLE, as_of=made.meta["as_of"], currency=made.meta["currency"]),
        title_justify="left",
        box=SIMPLE_HEAD,
    )
    for heading, right in (
        (gettext_noop("Product"), False),
        (gettext_noop("There is"), True),
        (gettext_noop("Ordered"), True),
        (gettext_noop("Accounts"), True),
        (gettext_noop("Expected loss"), True),
        (gettext_noop("First come"), True),
        (gettext_noop("Pro rata"), True),
    ):
        table.add_column(context.text(heading), justify="right" if right else "left")
    rows = made.products.sort_by([("lost", "descending"), ("product_id", "ascending")])
    for row in rows.slice(0, SHOWN).to_pylist():
        figures = ("available", "wanted", "accounts", "lost", "lost_first_come", "lost_pro_rata")
        table.add_row(row["name"], *(f"{row[name]:,.0f}" for name in figures))
    console.print(table)
    context.say(
        gettext_noop(
            "{n} products are short, {lines} open lines want them. Expected margin lost: {priority} by "
            "priority, {first_come} first come, {pro_rata} pro rata."
        ),
        n=f"{made.products.num_rows:,}",
        lines=f"{made.lines.num_rows:,}",
        **{rule: f"{money:,.0f}" for rule, money in made.meta["lost"].items()},
    )
    gap = made.meta["gap"]
    context.say(_BEST if gap < LEAST_GAP else _GAP, gap_share=f"{gap:.2%}")
    for text in made.said:
        print(context.tell(text))
