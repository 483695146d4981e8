"""`mainstay forecast`: what an account will need each month of a season, and the stock to agree with it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mainstay.cli.assessing import AsOf, day_to_judge
from mainstay.cli.context import OUT, Json, context
from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop

if TYPE_CHECKING:
    from mainstay.engine import SeasonMade

FORETELLING = gettext_noop("Looking ahead")
_TITLE = gettext_noop(
    "What {account} will need from {first} on ({currency}; 80% of such months lie between)"
)
_BETTER = gettext_noop(
    "At earlier dates it was off by {ours_share} of what came, the same month of the year before by {naive_share}."
)
_WRITTEN = gettext_noop("Written: {file}")


def register(app: typer.Typer) -> None:
    app.command("forecast")(forecast)


def forecast(
    account: Annotated[str, typer.Option("--account", metavar="CODE", help="The account's code.")],
    as_of: AsOf = None,
    first: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="MONTH",
            help="The season's first month, e.g. 2026-03; the first that has not begun unless said.",
        ),
    ] = None,
    months: Annotated[
        int, typer.Option("--months", metavar="N", help="How many months the season has.")
    ] = 3,
    service: Annotated[
        float,
        typer.Option(
            "--service", metavar="SHARE", help="In what share of months nothing may be missing."
        ),
    ] = 0.95,
    out: Annotated[Path | None, OUT] = None,
    json: Json = False,
) -> None:
    """Foretell what an account will need, month by month, and plan the stock of a season."""
    from mainstay import engine

    on = day_to_judge(as_of)
    begin = _month(first) or _next(on)
    if not 1 <= months <= 12:
        raise InvalidSetting(
            gettext_noop("--months can't be {months}; a season has from 1 to 12 of them."),
            months=months,
        )
    asked = engine.SeasonAsked(account, begin, _later(begin, months - 1), service)
    with context.progress(FORETELLING):
        made = engine.make_season(context.home, asked, as_of=on)
    if out:
        engine.export(made.plan if made.plan.num_rows else made.lines, out)
    if context.json:
        context.put(as_json(made, out))
        return
    print_season(made)
    if out:
        context.say(_WRITTEN, file=str(out))


def _month(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        year, month = text.split("-")[:2]
        return date(int(year), int(month), 1)
    except ValueError:
        raise InvalidSetting(
            gettext_noop("--from can't be “{text}”; write the month as 2026-03."), text=text
        ) from None


def _next(on: date | None) -> date:
    """The first month that has not begun on a day, else on that after the last order line; far away where there
    is none, which is refused elsewhere."""
    from mainstay import engine

    span = engine.open_ledger(context.home).span()
    on = on or (span[1] + timedelta(days=1) if span else None)
    if on is None:
        return date.max.replace(day=1)
    return engine.season_months(on)[0]


def _later(on: date, months: int) -> date:
    place = on.year * 12 + on.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


def as_json(made: SeasonMade, out: Path | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": made.id,
        "account_id": made.meta["account_id"],
        "as_of": made.meta["as_of"],
        "measure": made.meta["measure"],
        "models": made.meta["models"],
        "error": made.meta["error"],
        "naive_error": made.meta["naive_error"],
        "months": [row for row in made.months.to_pylist() if row["expected"] is not None],
        "plan": made.plan.to_pylist(),
        "told": [context.tell(text) for text in made.told],
    }
    return told | ({"file": str(out)} if out else {})


def print_season(made: SeasonMade) -> None:
    from rich.console import Console
    from rich.table import Table

    meta = made.meta
    title = context.text(
        _TITLE, account=meta["account_id"], first=meta["first"][:7], currency=meta["currency"]
    )
    table = Table(title=title, title_justify="left")
    for name in (
        gettext_noop("Month"),
        gettext_noop("Expected"),
        gettext_noop("Low"),
        gettext_noop("High"),
        gettext_noop("Year before"),
    ):
        table.add_column(context.text(name), justify="left" if name == "Month" else "right")
    for row in made.months.to_pylist():
        if row["expected"] is not None:
            figures = [f"{row[name]:,.0f}" for name in ("expected", "low", "high", "naive")]
            table.add_row(f"{row['month']:%Y-%m}", *figures)
    Console().print(table)
    if meta["came"] > 0:
        context.say(
            _BETTER,
            ours_share=meta["error"] / meta["came"],
            naive_share=meta["naive_error"] / meta["came"],
        )
    for text in made.told:
        print(context.tell(text))
