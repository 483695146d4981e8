"""The company's own plays as the table `plays` has them: new ones, built-in ones edited or out of service."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import Text, gettext_noop
from mainstay.plays.catalogue import PLAYS
from mainstay.plays.play import LONGEST, Play


def own_play(row: Mapping[str, Any]) -> Play:
    """A row of the table `plays`.

    row: play, definition (JSON as text, empty = the built-in play of that name), in_service (None = yes)
    Raises: InvalidSetting, naming the play and what is wrong
    """
    name = str(row.get("play") or "")
    text = row.get("definition")
    if text:
        try:
            value = json.loads(text)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise _unusable(name, "JSON")
        if value.get("name") != name:
            raise _unusable(name, "name")
    elif name in PLAYS:
        value = PLAYS[name].to_json()
    else:
        raise _unusable(name, "definition")
    return Play.from_json({**value, "in_service": row.get("in_service") is not False})


def _unusable(name: str, what: str) -> InvalidSetting:
    return InvalidSetting(
        gettext_noop("The play “{play}” can't be used: {what}."), play=name[:LONGEST], what=what
    )


def readable(rows: Iterable[Mapping[str, Any]]) -> tuple[list[Play], list[Text]]:
    """The plays of some rows, also those out of service; and of each that can't be read, why."""
    found: list[Play] = []
    wrong: list[Text] = []
    for row in rows:
        try:
            found.append(own_play(row))
        except InvalidSetting as error:
            wrong.append(error.text)
    return found, wrong


def plays_known(rows: Iterable[Mapping[str, Any]]) -> dict[str, Play]:
    """Every play by name, also those out of service; what can't be read is as if it were not there."""
    return PLAYS | {play.name: play for play in readable(rows)[0]}
