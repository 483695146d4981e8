"""All checks, one after the other; one that breaks is a finding of its own and stops no other."""

from __future__ import annotations

import os

from mainstay.core.errors import MainstayError, refused_by_machine
from mainstay.core.home import Home
from mainstay.core.texts import gettext_noop
from mainstay.desk.doctor import data, figures, machine, settings, work
from mainstay.desk.doctor.types import WRONG, Advice, Check, Page

FIRST: tuple[Check, ...] = (machine.machine, settings.settings)
DATA: tuple[Check, ...] = (data.data, data.store, data.backups, work.work)
# These ask the database, which must be there and of this version.
OF_DATABASE: tuple[Check, ...] = (
    figures.figures,
    work.jobs,
    work.digests,
    work.nightly,
    work.webhooks,
)

_BROKE = Advice(gettext_noop("So whether it is well is not known."), "mainstay doctor --debug")


def examine(home: Home) -> Page:
    """Look at an installation; nothing of it is changed."""
    page = Page()
    for check in FIRST:
        _look(check, home, page)
    os.environ["MAINSTAY_HOME"] = str(home.folder)
    if any(one.code == "no_access" for one in page.wrong):
        return page
    _set_up(page)
    for check in DATA:
        _look(check, home, page)
    _say_once(page)
    levels = {one.code: one.level for one in page.findings}
    if levels.get("migrations") == "fine":
        for check in OF_DATABASE:
            _look(check, home, page)
    return page


def _set_up(page: Page) -> None:
    from mainstay.desk import serve

    try:
        serve.set_up()
    except (MainstayError, OSError) as error:
        known = error if isinstance(error, MainstayError) else refused_by_machine(error)
        if known is None:
            raise
        page.findings.append(_BROKE.about("desk", known.text.template, **known.text.data))


def _say_once(page: Page) -> None:
    """What keeps the desk from being set up is told by the check that knows what to do about it."""
    told = [str(one.what) for one in page.findings if one.code != "desk"]
    page.findings = [
        one for one in page.findings if one.code != "desk" or str(one.what) not in told
    ]


def _look(check: Check, home: Home, page: Page) -> None:
    try:
        page.findings.extend(check(home))
    except Exception as error:  # noqa: BLE001 - whatever it is, the others are still looked at
        if any(one.level == WRONG and one.code == "desk" for one in page.findings):
            return
        page.findings.append(
            _BROKE.about(
                check.__name__,
                gettext_noop("“{part}” can't be looked at: {reason}."),
                part=check.__name__,
                reason=f"{type(error).__name__}: {error}".splitlines()[0][:200].rstrip("."),
            )
        )
