"""Writes about nightly runs: each one transaction with its row in the record of events."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from mainstay.core.errors import InvalidSetting, MainstayError, NotFound
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.access.services import NotAllowed, record
from mainstay.desk.jobs import services as jobs
from mainstay.desk.nightly import places, queries, sealing
from mainstay.desk.nightly.models import Night, Schedule, Source

KIND = "nightly"
BY_HAND = "by-hand-"


class UnderWay(MainstayError):
    """A nightly run is under way; there is one at a time."""

    code = "under_way"


def _only_administrators(actor: User | None) -> None:
    # Without an actor it is the command line, whose user owns the files anyway.
    if actor is not None and not actor.is_administrator:
        raise NotAllowed(gettext_noop("Only administrators may do this."))


# Sources


@dataclass(frozen=True)
class Wanted:
    """A source as somebody describes it; see `models.Source`.

    secret: a new password; None = as it is, empty = none
    """

    name: str
    address: str
    table: str = "order_lines"
    query: str = ""
    recipe: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    secret: str | None = None
    variable: str = ""
    on: bool = True


@transaction.atomic
def save_source(
    actor: User | None, wanted: Wanted, now: datetime, *, pk: int | None = None
) -> Source:
    """Add a source, or change the one with that key.

    A password in the address is taken out of it and kept encrypted.
    Raises: NotAllowed, InvalidSetting, NotFound, RecipeBroken for a query that writes
    """
    from mainstay.engine.recipes import check_query

    _only_administrators(actor)
    source = _source(pk) if pk is not None else Source(added_at=now)
    before = _shown(source) if pk is not None else None
    address, password = sealing.without_password(wanted.address.strip())
    places.check_address(address)
    check_query(wanted.query, wanted.name)
    if wanted.variable and not sealing.VARIABLE.fullmatch(wanted.variable):
        raise InvalidSetting(
            gettext_noop("The variable's name begins with MAINSTAY_ and ends with PASSWORD.")
        )
    if before and before["address"] != address:
        source.files.all().delete()  # they were seen elsewhere
    values = asdict(wanted) | {"address": address}
    secret = values.pop("secret")
    for name, value in values.items():
        setattr(source, name, value)
    if password or secret is not None:
        source.secret = sealing.sealed(password or secret or "")
    elif before and _whom(before["address"]) != _whom(address):
        source.secret = ""  # it was given for that server and user, and is sent to no other
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError:
        raise InvalidSetting(gettext_noop("There is a source of this name already.")) from None
    verb = "source.change" if before else "source.add"
    record(actor, verb, about=source, before=before, after=_shown(source))
    return source


def _source(pk: int) -> Source:
    found = Source.objects.select_for_update().filter(pk=pk).first()
    if found is None:
        raise NotFound(gettext_noop("This source is not there."))
    return found


def _whom(address: str) -> str:
    """Scheme, user, server and options of an address, which may name another server; files have none."""
    scheme, sign, rest = address.partition("://")
    options = rest.partition("?")[2]
    return f"{scheme}{sign}{rest.split('/', 1)[0]}?{options}" if sign else ""


def _shown(source: Source) -> dict[str, Any]:
    """What the record of events may show: no password, and of options their names alone."""
    names = ("name", "address", "table", "query", "recipe", "variable", "on")
    return {name: getattr(source, name) for name in names} | {"options": sorted(source.options)}


@transaction.atomic
def remove_source(actor: User | None, pk: int) -> None:
    """Forget a source; what it has brought stays.

    Raises: NotAllowed, NotFound
    """
    _only_administrators(actor)
    source = _source(pk)
    record(actor, "source.remove", about=source, before=_shown(source))
    source.delete()


# The schedule


@transaction.atomic
def set_schedule(
    actor: User | None, *, on: bool, minute: int, zone: str, weekdays: list[int], now: datetime
) -> Schedule:
    """Say when the nightly run begins; a moment that has passed already does not count.

    Raises: NotAllowed, InvalidSetting
    """
    _only_administrators(actor)
    if on and not weekdays:
        raise InvalidSetting(gettext_noop("Choose at least one weekday."))
    queries.zone_of(zone)
    known = queries.schedule_set()
    before = _told(known) if known else None
    made = known or Schedule(pk=queries.ONLY)
    made.on, made.minute, made.zone, made.weekdays = on, minute, zone, sorted(weekdays)
    if before != _told(made):
        made.since = now
    made.save()
    record(actor, "settings.nightly", about=made, label="nightly", before=before, after=_told(made))
    return made


def _told(known: Schedule) -> dict[str, Any]:
    return {name: getattr(known, name) for name in ("on", "minute", "zone", "weekdays")}


# Runs


def begin_if_due(now: datetime) -> Night | None:
    """Ask for the run that is due; None where none is, where it was asked for, or one is under way.

    However often and by however many this is called, there is one run a night: its day is unique.
    """
    found = queries.to_begin(now)
    return _begin(None, found[0].isoformat(), now, due=found[1]) if found else None


def run_now(actor: User | None, now: datetime) -> Night:
    """Ask for a run at once, beside those of the schedule.

    Raises: NotAllowed, UnderWay
    """
    _only_administrators(actor)
    night = None
    if not queries.under_way():
        night = _begin(actor, f"{BY_HAND}{secrets.token_hex(6)}", now)
    if night is None:
        raise UnderWay(gettext_noop("A nightly run is under way already."))
    return night


def _begin(
    actor: User | None, night: str, now: datetime, due: datetime | None = None
) -> Night | None:
    """None where another process was quicker."""
    sources = list(Source.objects.filter(on=True).values_list("pk", flat=True))
    try:
        with transaction.atomic():
            arguments = {"night": night, "each": {"source": sources}}
            job = jobs.ask(actor, KIND, arguments, label=night)
            return Night.objects.create(
                night=night, due_at=due, begun_at=now, job=job, asked_by=actor
            )
    except IntegrityError:
        return None


def looked_at(actor: User) -> None:
    """An administrator has seen what failed: it is told no longer."""
    if actor.is_administrator:
        Night.objects.filter(seen=False, job__ended_at__isnull=False).update(seen=True)
