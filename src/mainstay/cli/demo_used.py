"""The made-up company's last weeks, lived with Mainstay.

Every four weeks its accounts are assessed, as of that day and by what was recorded before it, and its people
follow the plan as far as such a team would.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from mainstay.cli.demo_team import Look, Team
from mainstay.core.errors import InvalidSetting
from mainstay.core.home import Home
from mainstay.core.texts import gettext_noop

if TYPE_CHECKING:
    from mainstay.simulate import Distributor

Progress = Callable[[int, int], None]

EVERY_WEEKS = 4
LEAST_BEFORE = 20  # weeks of history that the first assessment needs
WAVES, WEEKS_BETWEEN, LASTS_WEEKS = 3, 8, 30  # of the trial


def check(weeks: int, used: int) -> None:
    """Raises: InvalidSetting where too little history is left before"""
    if used > weeks - LEAST_BEFORE:
        raise InvalidSetting(
            gettext_noop(
                "--used {used} is too long for {weeks} weeks: the first assessment needs {least} weeks of history "
                "before. Use at most {most}, or a longer history with --weeks."
            ),
            used=str(used),
            weeks=str(weeks),
            least=str(LEAST_BEFORE),
            most=str(max(weeks - LEAST_BEFORE, 0)),
        )


def live(home: Home, world: Distributor, progress: Progress) -> None:
    """From the world's day to its last week; what came is in the home up to the last assessment.

    progress: is told (done, total)
    """
    team = Team(world)
    looks = -(-(world.company.weeks - world.week) // EVERY_WEEKS)
    for n in range(looks):
        world.write(home)
        look = _look(home, world.today, _part(progress, n, looks))
        if n == 0:
            _switch_on(home, team, look)
        team.work(look)
        world.run(until=min(world.week + EVERY_WEEKS, world.company.weeks))


def _part(progress: Progress, n: int, parts: int) -> Progress:
    return lambda done, total: progress(1000 * n + 1000 * done // max(total, 1), 1000 * parts)


def _look(home: Home, day: date, progress: Progress) -> Look:
    """The assessment of a day, with all that a night makes of it.

    Its name is of that night, so that the same company throws the same coins.
    """
    from mainstay import engine

    assessed = engine.assess_home(
        home, as_of=day, progress=progress, identity=f"{day:%Y%m%d}-020000-0000"
    )
    plan = engine.plan_of(home.store, assessed.id)
    ledger = engine.open_ledger(home)

    def known(table: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = ledger.table(table, None, day).to_pylist()
        return rows

    ids = assessed.accounts["account_id"].to_pylist()
    who = engine.team_of(known, ids, as_of=day)
    return Look(day, assessed, plan, {account: who.of(i) for i, account in enumerate(ids)})


def _switch_on(home: Home, team: Team, look: Look) -> None:
    """A trial in random order of the play that most accounts can wait for, from the next plan on."""
    from mainstay import engine

    plays = engine.play_catalogue()
    basis = engine.trial_basis(home.store, look.assessed.id, plays)
    found = []
    for play in (one for one in plays.values() if one.extra and not one.returns):
        row = _trial(play.name, look.day + timedelta(weeks=EVERY_WEEKS))
        try:
            design = engine.design_of(row)
            made = engine.trial_outlook(
                design, play.name, basis, engine.DRAWS.empty_table(), look.day
            )
        except InvalidSetting:  # nobody could be drawn
            continue
        found.append((made.now, row, made.drawn.draws))
    if not found:
        return
    _, row, draws = max(found, key=lambda one: (one[0], one[1]["play"]))
    morning = datetime.combine(look.day, time(8))
    row |= {"on": look.day, "by_id": look.director}
    team.world.write_down("designs", row, morning)
    team.heed(engine.rows_of_draws(draws, look.day), morning)


def _trial(play: str, begins: date) -> dict[str, Any]:
    return {
        "design": f"Who first? {begins:%Y-%m}",
        "kind": "order",
        "play": play,
        "begins": begins,
        "to": begins + timedelta(weeks=LASTS_WEEKS, days=-1),
        "waves": WAVES,
        "weeks_between": WEEKS_BETWEEN,
        "held": None,
    }
