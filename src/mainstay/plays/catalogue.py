"""The built-in plays, and the users' own laid over them.

What a play does before anything is learnt: MODELS.md, section 7, for complaints (.8), service visits (.9), handovers
(a third of the loss comes back) and discounts nobody asked for (harm as often as they help); the others are
judged, with wide spreads. Hours are judged too; users set their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mainstay.plays.catalogue_contact import CONTACT
from mainstay.plays.catalogue_goods import GOODS
from mainstay.plays.catalogue_money import MONEY
from mainstay.plays.play import Play

PLAYS: dict[str, Play] = {play.name: play for play in (*CONTACT, *GOODS, *MONEY)}


def catalogue(edited: Iterable[Mapping[str, Any]] = ()) -> dict[str, Play]:
    """The plays in service: the built-in ones, with the users' own laid over them.

    edited: plays as JSON (`Play.to_json`); one of a built-in name takes its place
    Raises: InvalidSetting
    """
    plays = dict(PLAYS)
    for row in edited:
        play = Play.from_json(row)
        plays[play.name] = play
    return {name: play for name, play in plays.items() if play.in_service}
