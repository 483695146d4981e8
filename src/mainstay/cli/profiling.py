"""`mainstay assess --profile`: where the time of an assessment went."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from mainstay.cli.context import context
from mainstay.core.stages import begin
from mainstay.core.texts import gettext_noop

if TYPE_CHECKING:
    from mainstay.core.stages import Stage

MB = 1024 * 1024
STAGES = {
    "first_pass": gettext_noop(
        "First pass over the lines: what each account did, season, the past"
    ),
    "wallets": gettext_noop("Shares of wallet"),
    "second_pass": gettext_noop("Second pass over the lines: changes, categories"),
    "lessons": gettext_noop("What the past teaches: who left, categories"),
    "states": gettext_noop("Rhythm and states at each date"),
    "models": gettext_noop("Models, money at risk"),
    "accounts": gettext_noop("Tables of accounts and the portfolio"),
    "explanation": gettext_noop("Why accounts fell"),
    "standing": gettext_noop("How accounts stand"),
    "keeping": gettext_noop("What keeping is worth"),
    "quarters": gettext_noop("Figures of the quarters"),
    "order_numbers": gettext_noop("Order numbers for the pages"),
    "freezing": gettext_noop("Freezing the assessment"),
    "learning": gettext_noop("What plays did"),
    "plan": gettext_noop("The week's plan"),
    "publishing": gettext_noop("Showing it at the desk"),
}


def has_desk() -> bool:
    """Whether there is a desk to show it at.

    Raises: InvalidSetting where its database can't be told: before the work, and not after it
    """
    from mainstay.desk import database

    there = context.home.database.exists() or bool(os.environ.get("DATABASE_URL"))
    if there:
        database.of_home(context.home)
    return there


def publish() -> None:
    """Show the assessment at the desk, as its worker would in a moment."""
    os.environ["MAINSTAY_HOME"] = str(context.home.folder)
    from mainstay.desk.serve import open_database, show_latest

    open_database()
    begin("publishing")
    show_latest()


def as_json(stages: list[Stage]) -> list[dict[str, Any]]:
    return [asdict(stage) for stage in stages]


def show(stages: list[Stage]) -> None:
    """The stages as a table, with their sum; memory is the most that was held in each."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column(context.text(gettext_noop("Stage of the run")))
    for heading in (
        gettext_noop("CPU, s"),
        gettext_noop("Clock, s"),
        gettext_noop("Rows"),
        gettext_noop("Memory, MB"),
    ):
        table.add_column(context.text(heading), justify="right", no_wrap=True)
    for stage in stages:
        table.add_row(
            context.text(STAGES.get(stage.name, stage.name)),
            f"{stage.cpu_seconds:,.2f}",
            f"{stage.wall_seconds:,.2f}",
            "" if stage.n_rows is None else f"{stage.n_rows:,}",
            f"{stage.peak_bytes / MB:,.0f}",
        )
    table.add_row(
        context.text(gettext_noop("All stages")),
        f"{sum(stage.cpu_seconds for stage in stages):,.2f}",
        f"{sum(stage.wall_seconds for stage in stages):,.2f}",
        "",
        f"{max((stage.peak_bytes for stage in stages), default=0) / MB:,.0f}",
    )
    Console(markup=False, highlight=False).print(table)
