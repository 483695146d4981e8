"""Writes of the company's own plays: a new one, an edited one, out of service, back as it was built in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mainstay import engine
from mainstay.core.errors import MainstayError
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.cases.models import OwnPlay
from mainstay.desk.facts.services import entry


class CantRead(MainstayError):
    """A play that can't be put back as it stands."""

    code = "cant_read"


def row_of(name: str) -> OwnPlay | None:
    return OwnPlay.objects.filter(play=name).first()


def new_name() -> str:
    """A name that no play has, and that stays whatever its title becomes."""
    return f"own-{engine.new_id()}"


def text_of(definition: Mapping[str, Any]) -> str:
    """A definition as the table keeps it. What means “always in service” is the row's to say."""
    kept = {name: value for name, value in definition.items() if name != "in_service"}
    return json.dumps(kept, ensure_ascii=False)


def save(user: User, name: str, definition: Mapping[str, Any], *, seen: int) -> OwnPlay:
    """Write a play down as it was typed; a built-in one is edited by it.

    seen: the version that the form showed; 0 = there was none
    Raises: NotAllowed, ChangedMeanwhile, ThereAlready, InvalidSetting where it can't be used
    """
    text = text_of(definition)
    engine.own_play({"play": name, "definition": text})
    row = row_of(name)
    with entry(user) as book:
        made: Any = (
            book.add(OwnPlay(play=name, definition=text, in_service=True))
            if row is None
            else book.change(row, {"definition": text}, seen=seen)
        )
    found: OwnPlay = made
    return found


def put(user: User, name: str, *, in_service: bool, seen: int) -> None:
    """Take a play out of service, or put it back.

    Raises: NotAllowed, ChangedMeanwhile, InvalidSetting where it can't be used
    """
    row = row_of(name)
    if in_service and row is not None and row.definition:
        engine.own_play({"play": name, "definition": row.definition})
    with entry(user) as book:
        if row is None:
            if not in_service:
                book.add(OwnPlay(play=name, definition=None, in_service=False))
        elif in_service and not row.definition:
            book.withdraw(row, seen=seen)
        else:
            book.change(row, {"in_service": in_service}, seen=seen)


def as_built_in(user: User, name: str, *, seen: int) -> None:
    """Have the built-in play stand again as it was.

    Raises: NotAllowed, ChangedMeanwhile, CantRead
    """
    row = row_of(name)
    if name not in engine.play_catalogue() or row is None:
        raise CantRead(gettext_noop("There is no built-in play of this name that was changed."))
    with entry(user) as book:
        book.withdraw(row, seen=seen)
