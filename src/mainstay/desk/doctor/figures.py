"""Do figures leave something out? By the assessment that the pages show."""

from __future__ import annotations

from collections.abc import Iterator

from mainstay.core.home import Home
from mainstay.core.texts import Text
from mainstay.desk.doctor.types import LOOK, Finding


def figures(_home: Home) -> Iterator[Finding]:
    from mainstay.desk.accounts.lacking import without_rate
    from mainstay.desk.accounts.models import latest

    shown = latest()
    for one in (without_rate(shown),) if shown else ():
        if one:
            yield Finding(one.code, LOOK, one.what, Text(one.why), one.command)
