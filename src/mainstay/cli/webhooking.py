"""`mainstay webhook`: which other systems are told what happens, and what became of it."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer

from mainstay.cli.context import Json, context
from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop

webhook_app = typer.Typer(
    help="Other systems that are told what happens.", no_args_is_help=True, rich_markup_mode=None
)
Number = Annotated[int, typer.Argument(help="The endpoint's number, as `list` shows it.")]
Events = Annotated[
    str, typer.Option(help="Of what it is told, with commas between; without it, of everything.")
]
Scope = Annotated[
    str | None,
    typer.Option(
        "--as", metavar="USER", help="Only of the accounts that this user sees; '' for all."
    ),
]


def register(app: typer.Typer) -> None:
    app.add_typer(webhook_app, name="webhook")


@webhook_app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What people call it.")],
    address: Annotated[str, typer.Argument(help="Like https://erp.company.com/hooks/mainstay.")],
    events: Events = "",
    scope: Scope = None,
    json: Json = False,
) -> None:
    """Add an endpoint; prints its secret, which nobody can show again."""
    services = _services()
    from mainstay.api.webhooks.words import KINDS

    wish = services.Wish(name, _kinds(events) or list(KINDS), address, _user(scope))
    _show_secret(*services.add(None, wish, _now()))


@webhook_app.command("change")
def change(
    number: Number,
    name: Annotated[str | None, typer.Option(help="What people call it.")] = None,
    address: Annotated[str, typer.Option(help="Where it is told.")] = "",
    events: Events = "",
    scope: Scope = None,
    json: Json = False,
) -> None:
    """Change an endpoint; what is not named stays."""
    services = _services()
    known = _endpoint(number)
    seen = known.scope if scope is None else _user(scope)
    wish = services.Wish(name or known.name, _kinds(events) or known.kinds, address, seen)
    _show(services.change(None, number, wish))


@webhook_app.command("list")
def list_(json: Json = False) -> None:
    """List the endpoints."""
    _services()
    from mainstay.api.webhooks import queries

    found = [_told(one) for one in queries.endpoints()]
    if context.json:
        context.put(found)
        return
    for one in found:
        print(one["number"], one["name"], one["address"], _state(one), sep="  ")
        print("  ", *one["events"])


@webhook_app.command("switch")
def switch(
    number: Number,
    on: Annotated[bool, typer.Option("--on/--off", help="Tell it, or not.")],
    json: Json = False,
) -> None:
    """Tell an endpoint again, or not any more; what waits goes out when it is on again."""
    _show(_services().switch(None, number, _now(), on=on))


@webhook_app.command("secret")
def secret(number: Number, json: Json = False) -> None:
    """Make a new secret; for 24 hours the one before is valid as well."""
    _show_secret(*_services().new_secret_of(None, number, _now()))


@webhook_app.command("remove")
def remove(number: Number, json: Json = False) -> None:
    """Remove an endpoint, and what is known of its deliveries."""
    services = _services()
    known = _endpoint(number)
    services.remove(None, number)
    _say(gettext_noop("Removed: {name}"), {"removed": number}, name=known.name)


@webhook_app.command("test")
def try_it(number: Number, json: Json = False) -> None:
    """Have the running desk send a test."""
    made = _services().test(None, number, _now())
    said = gettext_noop("On its way: {id}. `mainstay webhook deliveries` shows what came of it.")
    _say(said, {"delivery": made.message_id}, id=made.message_id)


@webhook_app.command("deliveries")
def deliveries(
    dead: Annotated[bool, typer.Option("--dead", help="Only what was given up.")] = False,
    json: Json = False,
) -> None:
    """List the newest deliveries: state, tries, last answer."""
    _services()
    from mainstay.api.webhooks import queries

    page = queries.deliveries("dead" if dead else "", 1)
    found = [_delivery(one) for one in page.rows]
    if context.json:
        context.put(found)
        return
    for one in found:
        shown = (one["delivery"], one["endpoint"], one["state"], one["tries"], one["status"] or "–")
        print(*shown, one["why"], sep="  ")


@webhook_app.command("replay")
def replay(
    delivery: Annotated[str, typer.Argument(help="The id of a delivery.")] = "",
    dead: Annotated[bool, typer.Option("--dead", help="All that were given up.")] = False,
    json: Json = False,
) -> None:
    """Send a delivery again, or all that were given up; under the ids that they had."""
    services = _services()
    if bool(delivery) == dead:
        raise InvalidSetting(
            gettext_noop("Name one delivery, or --dead for all that were given up.")
        )
    n = services.replay_dead(None, _now()) if dead else 1
    if delivery:
        services.replay(None, delivery, _now())
    _say(gettext_noop("{n} to be sent again."), {"again": n}, n=n)


def _services() -> Any:
    """The services of webhooks, the database brought up to date."""
    os.environ["MAINSTAY_HOME"] = str(context.home.prepare().folder)
    from mainstay.desk.serve import open_database

    open_database()
    from mainstay.api.webhooks import services

    return services


def _now() -> Any:
    from django.utils import timezone

    return timezone.now()


def _endpoint(number: int) -> Any:
    from mainstay.api.webhooks import queries

    return queries.known(number)


def _kinds(events: str) -> list[str]:
    return [kind for kind in events.replace(",", " ").split() if kind]


def _user(name: str | None) -> Any:
    from mainstay.desk.access.services import user_named

    return user_named(name) if name else None


def _told(one: Any) -> dict[str, Any]:
    return {
        "number": one.pk,
        "name": one.name,
        "address": one.shown,
        "events": one.kinds,
        "as": one.scope.username if one.scope else None,
        "on": one.on,
        "failing_since": one.failing_since,
    }


def _delivery(one: Any) -> dict[str, Any]:
    row = one.delivery
    return {
        "delivery": row.message_id,
        "endpoint": row.endpoint.name,
        "made_at": row.made_at,
        "events": dict(one.about),
        "state": row.state,
        "tries": row.tries,
        "next_at": row.next_at if row.done_at is None else None,
        "status": row.status,
        "why": one.why,
    }


def _state(one: dict[str, Any]) -> str:
    return (
        context.text(gettext_noop("switched on"))
        if one["on"]
        else context.text(gettext_noop("switched off"))
    )


def _show(endpoint: Any) -> None:
    told = _told(endpoint)
    _say(gettext_noop("{name}: {state}"), told, name=endpoint.name, state=_state(told))


def _show_secret(endpoint: Any, secret: str) -> None:
    told = _told(endpoint) | {"secret": secret}
    said = gettext_noop("{name} is endpoint {number}; its secret, shown only now: {secret}")
    _say(said, told, name=endpoint.name, number=endpoint.pk, secret=secret)


def _say(template: str, told: dict[str, Any], **data: Any) -> None:
    if context.json:
        context.put(told)
    else:
        context.say(template, **data)
