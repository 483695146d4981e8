"""What somebody begins by their own choice: the plays that there are, and one of them as a plan has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.cases import words
from mainstay.desk.cases.queries import Thing, catalogue, plan_of, steps_of, title


@dataclass(frozen=True)
class Plays:
    """The plays that may be begun at an account.

    groups: for the field that chooses one: those for accounts in its state, then the others
    """

    account: Account
    plays: Mapping[str, Any]

    @property
    def titles(self) -> dict[str, str]:
        return {name: title(self.plays, name) for name in self.plays}

    @property
    def suiting(self) -> list[str]:
        return [name for name, play in self.plays.items() if self.account.state in play.states]

    @property
    def groups(self) -> list[tuple[Any, list[str]]]:
        suiting = self.suiting
        others = [name for name in self.plays if name not in suiting]
        named = ((words.SUITS, suiting), (words.OTHERS, others))
        return [(label, names) for label, names in named if names]

    def told(self) -> list[tuple[str, str]]:
        """Of those that suit, what each is called and what is done."""
        return [(title(self.plays, n), words.told(self.plays[n].what)) for n in self.suiting]


def plays_for(account: Account) -> Plays:
    """The plays in service, but for leaving in peace, which needs no case."""
    return Plays(account, {n: p for n, p in catalogue().items() if p.in_service and not p.idle})


def thing(sight: Sight, account: Account, name: str | None, today: date) -> Thing:
    """A play of somebody's own choice, which begins today; without one, nothing but a case.

    Its row says what a plan's would: what it takes of hours and money, and whether that needs approval.
    """
    play = catalogue().get(name or "")
    if play is None:
        return Thing(account, "")
    return Thing(
        account=account,
        plan="",
        play=name,
        title=words.told(play.title),
        what=words.told(play.what),
        steps=steps_of(play, today),
        lead_role=play.lead,
        stops_on=play.ends_on(today),
        row={
            "hours": play.hours,
            "money": play.cost.money + play.cost.share * _bought(sight, account),
            "pool": play.cost.pool or None,
            "needs_approval": play.approval,
        },
    )


def _bought(sight: Sight, account: Account) -> float:
    """What an account is expected to buy in 52 weeks, at sales prices as a plan takes it."""
    plan = plan_of(sight)
    rates = plan.meta.get("rules", {}).get("rates", {}) if plan is not None else {}
    return max(account.baseline_52 or 0.0, 0.0) * float(rates.get("sales", 1.0))
