"""Do figures leave something out? By the assessment that the pages show."""

from __future__ import annotations

from collections.abc import Iterator

from mainstay.core.home import Home
from mainstay.core.texts import Text
from mainstay.desk.doctor.types import LOOK, Finding


def figures(_home: Home) -> Iterator[Finding]:
    from django.utils import timezone

    from mainstay.desk.accounts.lacking import lacks_of_all

    for one in lacks_of_all(timezone.localdate()):
        yield Finding(one.code, LOOK, one.what, Text(one.why), one.command)
