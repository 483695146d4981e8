"""The demo's made-up distributor: a company with everything in it, up to last Sunday."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from mainstay.cli.context import ASSESSING, Context
from mainstay.core.texts import gettext_noop

MAKING = gettext_noop("Making up a distributor")
LIVING = gettext_noop("Living with Mainstay")
LOADING = gettext_noop("Loading")
STAFF_AT_LEAST, ACCOUNTS_PER_PERSON = 8, 15


@dataclass(frozen=True)
class MadeUp:
    """What company to make up; the same seed makes the same one.

    used: of its weeks, the last that it lives with Mainstay
    """

    accounts: int
    weeks: int
    seed: int
    used: int = 0


def load(context: Context, what: MadeUp, today: date) -> Any:
    """Make a company up, load it (the second time it is there) and assess it.

    today: the history ends on the Sunday before
    """
    from mainstay import engine
    from mainstay.engine import imports

    home = context.home.prepare()
    if imports.list_imports(home):
        context.say(
            gettext_noop(
                "The company of last time is still here and is shown again, as it was made. For another "
                "one delete {folder}, or choose another folder with --home."
            ),
            folder=str(home.folder),
        )
    else:
        _make(context, what, today)
    with context.progress(ASSESSING) as progress:
        return engine.assess_home(home, progress=progress)


def _make(context: Context, what: MadeUp, today: date) -> None:
    from mainstay.cli import demo_used
    from mainstay.simulate import Company, Distributor

    demo_used.check(what.weeks, what.used)
    monday = today - timedelta(days=today.weekday())
    company = Company(
        accounts=what.accounts,
        staff=max(STAFF_AT_LEAST, what.accounts // ACCOUNTS_PER_PERSON),
        weeks=what.weeks,
        begin=monday - timedelta(weeks=what.weeks),
    )
    world = Distributor(company, seed=what.seed)
    with context.progress(MAKING) as progress:
        world.run(progress, until=what.weeks - what.used)
    if what.used:
        with context.progress(LIVING) as progress:
            demo_used.live(context.home, world, progress)
    with context.progress(LOADING) as progress:
        world.write(context.home, progress)
    context.say(
        gettext_noop(
            "A made-up company: {accounts} accounts, {staff} staff, {weeks} weeks up to {last}. What "
            "its losses really came from is in {file}, which is never read."
        ),
        accounts=what.accounts,
        staff=company.staff,
        weeks=what.weeks,
        last=(world.today - timedelta(days=1)).isoformat(),
        file=str(context.home.folder / "truth.parquet"),
    )
