"""What a visit's form says already when somebody comes to it from a case, from My week or from a message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mainstay.desk.accounts.models import Account
from mainstay.desk.cases import queries as cases
from mainstay.desk.cases.models import Case
from mainstay.desk.facts.changes import first_values
from mainstay.desk.facts.forms import LONGEST_LINE
from mainstay.desk.numbers import typed


@dataclass(frozen=True)
class Prefilled:
    """First values of the form, and the case that it came from, where the reader sees one."""

    values: dict[str, Any] = field(default_factory=dict)
    case: Case | None = None


def visit(user: Any, account: Account, asked: Mapping[str, str]) -> Prefilled:
    """Today, by me, and why: the play of `?case=`, or the one that `?play=` names.

    What makes no sense, or is another account's, is as if it were not there.
    """
    case = cases.one(user, typed(asked.get("case", ""), 0))
    if case is not None and case.account_id != account.account_id:
        case = None
    values = first_values(user, "visits")
    name = (case.play if case else asked.get("play")) or ""
    if name:
        plays = cases.catalogue()
        if name in plays:
            values["purpose"] = cases.title(plays, name)[:LONGEST_LINE]
    return Prefilled(values, case)
