"""`mainstay doctor`: what is wrong, why it matters, what mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from mainstay.cli.context import Json, context
from mainstay.core.texts import gettext_noop

if TYPE_CHECKING:
    from mainstay.desk.doctor.types import Finding, Page

MARKS = {"fine": "✓", "look": "!", "wrong": "✗"}


def register(app: typer.Typer) -> None:
    app.command("doctor")(doctor)


def doctor(json: Json = False) -> None:
    """Say in one page what is wrong here, why it matters, and what mends it. Changes nothing."""
    from mainstay.desk.doctor.examine import examine

    page = examine(context.home_there())
    if context.json:
        context.put({"wrong": len(page.wrong), "findings": [_plain(one) for one in page.findings]})
    else:
        _tell(page)
    if page.wrong:
        raise typer.Exit(1)


def _plain(one: Finding) -> dict[str, str | None]:
    why = context.tell(one.why) if one.why else None
    told = {"code": one.code, "level": one.level, "what": context.tell(one.what)}
    return {**told, "why": why, "mend": one.mend or None}


def _tell(page: Page) -> None:
    for one in page.findings:
        print(f"{MARKS[one.level]} {context.tell(one.what)}")
        if one.why:
            print(f"    {context.tell(one.why)}")
        if one.mend:
            print(f"    → {one.mend}")
    looks = sum(one.level == "look" for one in page.findings)
    print()
    if page.wrong:
        context.say(
            gettext_noop("Wrong: {wrong}. To think of: {looks}."),
            wrong=len(page.wrong),
            looks=looks,
        )
    elif looks:
        context.say(gettext_noop("Nothing is wrong. To think of: {looks}."), looks=looks)
    else:
        context.say(gettext_noop("All is well."))
