"""What was drawn in trials, as a plan obeys it: who waits for a play, and who is to begin it by now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Trials:
    """Accounts that are in a trial on the day of a plan, by code; each is in one.

    waits: the play that an account waits for or goes without, and the first day on which it may be had
    begins: the play that was drawn to begin by now, and has not begun
    """

    waits: Mapping[str, tuple[str, date]] = field(default_factory=dict)
    begins: Mapping[str, str] = field(default_factory=dict)


NO_TRIALS = Trials()
