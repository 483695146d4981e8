"""`mainstay user`: the people who may sign in to the desk."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

import typer

from mainstay.cli.context import Json, context
from mainstay.core.errors import InvalidSetting, NotFound
from mainstay.core.texts import gettext_noop

user_app = typer.Typer(help="People who may sign in.", no_args_is_help=True, rich_markup_mode=None)

LONGEST_WORD = 30  # that is never broken; letters
ROLES = "director, manager, service, quality, supply, finance, analyst or administrator."
Username = Annotated[str, typer.Argument(help="The name to sign in with.")]
Email = Annotated[
    str | None,
    typer.Option(
        help="Where their digest goes, and by which single sign-on knows them; '' for none."
    ),
]


def register(app: typer.Typer) -> None:
    app.add_typer(user_app, name="user")


@user_app.command("add")
def add(
    username: Username,
    role: Annotated[str, typer.Option(help=ROLES)],
    name: Annotated[str, typer.Option(help="The person's name.")] = "",
    staff: Annotated[str, typer.Option(help="Their code in your files.")] = "",
    email: Email = None,
    json: Json = False,
) -> None:
    """Add a person; prints their one-time password."""
    services = desk_services(first=True)
    said = services.Person(name, role, staff, email or "")
    user, password = services.add_user(None, username, said)
    _show_password(user, password, _warnings(user))


@user_app.command("change")
def change(
    username: Username,
    role: Annotated[str | None, typer.Option(help=ROLES)] = None,
    name: Annotated[str | None, typer.Option(help="The person's name.")] = None,
    staff: Annotated[
        str | None, typer.Option(help="Their code in your files; '' for none.")
    ] = None,
    email: Email = None,
    json: Json = False,
) -> None:
    """Change what a person is; what is not named stays. A new role ends their open sessions."""
    named = {"role": role, "name": name, "staff_id": staff, "email": email}
    given = {part: value for part, value in named.items() if value is not None}
    if not given:
        raise InvalidSetting(
            gettext_noop("Nothing to change: name --role, --name, --staff or --email.")
        )
    services = desk_services()
    user = services.user_named(username)
    now = services.Person(user.name, user.role, user.staff_id, user.email)
    user = services.change_user(None, user.pk, replace(now, **given))
    warnings = _warnings(user)
    if context.json:
        context.put({**_shown(user), "warnings": warnings})
    else:
        context.say(gettext_noop("Changed: {name}"), name=user.username)
    _warn(warnings)


@user_app.command("list")
def list_(json: Json = False) -> None:
    """List the people: role, staff code, e-mail address, second factor, last sign-in."""
    desk_services()
    from mainstay.desk.access import queries

    people = [_shown(user) | {"second_factor": has} for user, has in queries.everybody()]
    if context.json:
        context.put(people)
        return
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table

    yes, off = context.text(gettext_noop("yes")), context.text(gettext_noop("switched off"))
    rows = []
    for one in people:
        last = (one["last_sign_in"] or "")[:10] if one["may_sign_in"] else off
        factor = yes if one["second_factor"] else ""
        cells = (one["name"], one["person"], one["role"], one["staff_id"], one["email"])
        rows.append([_plain(cell) for cell in (*cells, factor, last)])
    headings = (
        gettext_noop("Name"),
        gettext_noop("Person"),
        gettext_noop("Role"),
        gettext_noop("Staff code"),
        gettext_noop("E-mail address"),
        gettext_noop("Second factor"),
        gettext_noop("Last sign-in"),
    )
    table = Table(box=None, pad_edge=False)
    for n, template in enumerate(headings):
        heading, column = context.text(template), [row[n] for row in rows]
        if n and not any(column):
            continue  # room for the others
        words = " ".join([heading, *column]).split()
        table.add_column(
            heading,
            overflow="fold",
            min_width=min(max(map(cell_len, words), default=1), LONGEST_WORD),
        )
    for row in rows:
        table.add_row(*(cell for n, cell in enumerate(row) if not n or any(r[n] for r in rows)))
    Console(markup=False, highlight=False).print(table)


@user_app.command("password")
def password(
    username: Username,
    second_factor: Annotated[
        bool,
        typer.Option("--forget-second-factor", help="Their phone and keys are lost too."),
    ] = False,
    json: Json = False,
) -> None:
    """Give a person a new one-time password; their open sessions end."""
    services = desk_services()
    user = services.user_named(username)
    if second_factor:
        services.forget_second_factor(None, user.pk)
    user, word = services.reset_password(None, user.pk)
    _show_password(user, word)


@user_app.command("switch")
def switch(
    username: Username,
    on: Annotated[bool, typer.Option("--on/--off", help="Let them sign in, or not.")],
    json: Json = False,
) -> None:
    """Let a person sign in again, or not any more; what they did stays on record."""
    services = desk_services()
    user = services.switch_user(None, services.user_named(username).pk, on=on)
    if context.json:
        context.put(_shown(user))
    elif on:
        context.say(gettext_noop("{name} can sign in."), name=user.username)
    else:
        context.say(gettext_noop("{name} can't sign in any more."), name=user.username)


def desk_services(*, first: bool = False) -> Any:
    """The services of the desk, its database brought up to date.

    first: whether there may be nobody yet; else no folder is made
    Raises: NotFound
    """
    if not first and not os.environ.get("DATABASE_URL"):
        _there()
    os.environ["MAINSTAY_HOME"] = str(context.home.prepare().folder)
    from mainstay.desk.serve import open_database

    open_database()
    from mainstay.desk.access import services

    return services


def _there() -> None:
    """Raises: NotFound where nobody was ever added"""
    if not context.home.folder.is_dir():
        raise NotFound(
            gettext_noop(
                "“{folder}” is not there, so nobody can sign in yet; add somebody with `mainstay user add`, "
                "or name another folder with --home."
            ),
            folder=str(context.home.folder),
        )


def _shown(user: Any) -> dict[str, Any]:
    return {
        "name": user.username,
        "person": user.name,
        "role": user.role,
        "staff_id": user.staff_id,
        "email": user.email,
        "may_sign_in": user.is_active,
        "last_sign_in": user.last_login.isoformat() if user.last_login else None,
    }


def _plain(text: str) -> str:
    """Without what would move the cursor or colour the terminal; people typed it."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _warnings(user: Any) -> list[str]:
    """What somebody may have mistyped; the files that name the staff may also come later."""
    from mainstay import engine
    from mainstay.desk.access import services

    if services.sees_nothing(user):
        return [context.text(str(services.NO_STAFF_CODE))]
    staff_id = user.staff_id

    ledger = engine.open_ledger(context.home)
    known = {
        code
        for table in ("staff", "assignments")
        for code in ledger.table(table)["staff_id"].to_pylist()
    }
    if not staff_id or staff_id in known:
        return []
    return [
        context.text(
            gettext_noop(
                "The staff code “{staff}” is in none of the tables staff and assignments; until it "
                "is, no account is theirs."
            ),
            staff=staff_id,
        )
    ]


def _show_password(user: Any, word: str, warnings: Sequence[str] = ()) -> None:
    if context.json:
        said = {"name": user.username, "role": user.role, "password": word}
        context.put({**said, "warnings": list(warnings)})
    else:
        context.say(
            gettext_noop("{name} signs in with the one-time password {password}"),
            name=user.username,
            password=word,
        )
    _warn(warnings)


def _warn(warnings: Sequence[str]) -> None:
    for warning in warnings:
        print(warning, file=sys.stderr)
