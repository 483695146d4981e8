"""The plays there are: whole, in every language of theirs, and users' own over them."""

import json
from pathlib import Path

import pytest

from mainstay.causes.catalogue import catalogue as signals
from mainstay.core.errors import InvalidSetting
from mainstay.plays.catalogue import PLAYS, catalogue
from mainstay.plays.play import Play

DOCS = (Path(__file__).parents[2] / "docs" / "plays.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("play", PLAYS.values(), ids=PLAYS)
def test_every_play_is_whole_and_documented(play):
    assert Play.from_json(json.loads(json.dumps(play.to_json()))) == play
    assert set(play.needs) <= set(signals())
    assert play.idle or play.hours > 0
    assert play.approval or not (play.concession or play.cost.pool == "discount")
    assert play.stop_days or play.cost.pool in ("", "goods")
    (line,) = [row for row in DOCS.splitlines() if row.startswith(f"| `{play.name}` |")]
    assert play.title in line


def test_every_family_has_a_play_of_its_own():
    from mainstay.causes.families import FAMILIES

    for family in FAMILIES:
        fits = [
            max(
                (fit for cause, fit in play.fits.items() if cause.partition(".")[0] == family),
                default=0,
            )
            for play in PLAYS.values()
        ]
        assert max(fits) >= 0.8, family


def test_users_lay_their_own_over_the_built_in_ones():
    listen = PLAYS["listen"].to_json()
    mine = listen | {"name": "golf", "title": "Golf"}
    plays = catalogue([listen | {"in_service": False}, mine])
    assert "listen" not in plays
    assert plays["golf"].title == "Golf"
    assert set(PLAYS) - set(plays) == {"listen"}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"fits": {"weather": 1}}, "fits"),
        ({"fits": {"drift": 1.5}}, "fits"),
        ({"states": ["sad"]}, "states"),
        ({"steps": []}, "steps"),
        ({"steps": [{"role": "boss", "day": 1, "hours": 1, "wording": "x"}]}, "role"),
        ({"steps": [{"role": "manager", "day": -1, "hours": 1, "wording": "x"}]}, "day"),
        ({"steps": [{"role": "manager", "day": 1, "hours": "many", "wording": "x"}]}, "hours"),
        ({"cost": {"money": 5}}, "pool"),
        ({"cost": {"money": -5, "pool": "goods"}}, "cost"),
        ({"effect": {"median": 0, "spread": 1}}, "effect"),
        ({"title": ""}, "wording"),
        ({"title": "x" * 1001}, "wording"),
        ({"steps": [{"day": 1}]}, "role"),
        ({"effect": None}, "NoneType"),
    ],
)
def test_a_play_that_can_not_be_is_refused_with_what_is_wrong(change, what):
    with pytest.raises(InvalidSetting) as refused:
        catalogue([PLAYS["listen"].to_json() | change])
    assert "listen" in str(refused.value)
    assert what in str(refused.value)
