"""What a team makes of a plan in the made-up company: things taken, put off, dismissed or left; steps done or undone.

All of it is written down as the desk writes it, and done in the company.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from mainstay.cli.demo_reviews import Reviews
from mainstay.core.errors import NotFound

if TYPE_CHECKING:
    from mainstay.simulate import Distributor

# What becomes of a thing of the plan; the rest is left where it is.
TAKEN, PUT_OFF, DISMISSED = 0.62, 0.12, 0.12
TAKEN_IN_TRIAL = 0.85  # of those that a trial has drawn
UNDONE = 0.2  # of what is taken, all but the first week is left undone
OWN = 0.1  # things of people's own choice, of those of the plan
DISMISSED_DAYS = 182
SNOOZED_WEEKS = (3, 5, 8)
WHY_PUT_OFF = (
    "They take stock just now",
    "We see them at the fair next month",
    "Their buyer is on leave",
    "A project of theirs comes first",
)
WHY_DISMISSED = (
    "They always order late in this season",
    "They told us that they have stock",
    "They have been like this for years",
    "Their order is announced",
)
WHY_OWN = (
    "Their buyer asked for it",
    "I want to see them before the season",
    "It is due with them",
)
COULD_HAVE = ("hours", "things", "other_better")
WORSE = ("late", "slipping", "noticed")


@dataclass(frozen=True)
class Look:
    """One assessment with its plan; people: by account, who does each role's work."""

    day: date
    assessed: Any
    plan: Any
    people: Mapping[str, Mapping[str, str | None]]

    @property
    def director(self) -> str | None:
        """Somebody senior, who decides about trials and money."""
        return next((one["senior"] for one in self.people.values() if one["senior"]), None)


@dataclass
class Open:
    """A case that is not closed: its row, the run of its play, and whether all its steps are done."""

    row: dict[str, Any]
    run: dict[str, Any]
    done: bool


class Team:
    """The people of a made-up company, who work with Mainstay."""

    def __init__(self, world: Distributor) -> None:
        from mainstay import engine

        self.world = world
        self.plays = engine.play_catalogue()
        self.open: list[Open] = []
        self.drawn: dict[
            tuple[str, str], date
        ] = {}  # by account and play, when a trial has them begin
        self.reviews = Reviews(world)

    def work(self, look: Look) -> None:
        """What they do in the week that begins with a look."""
        self.look = look
        self.rng = np.random.default_rng([self.world.seed, self.world.week])
        self._coins()
        self._close()
        busy = {one.row["account_id"] for one in self.open}
        planned = look.plan.plan.to_pylist()
        for row in planned:
            begins = self.drawn.get((row["account_id"], row["play"]))
            if row["account_id"] in busy or (begins is not None and begins > look.day):
                continue
            self._decide(row, begins is not None)
        self._own(busy | {row["account_id"] for row in planned})
        self.reviews.of(look)

    def heed(self, draws: Iterable[Mapping[str, Any]], at: datetime) -> None:
        """What a trial has drawn is written down, and kept to."""
        for row in draws:
            self.world.write_down("design_draws", row, at)
            self.drawn[row["account_id"], row["play"]] = row["from"]

    def _write(self, table: str, row: Mapping[str, Any], on: date) -> None:
        minute = int(self.rng.integers(8 * 60, 18 * 60))
        self.world.write_down(table, row, datetime.combine(on, time(minute // 60, minute % 60)))

    def _coins(self) -> None:
        """What coins drew, and who was drawn late: written down when the plan is shown."""
        from mainstay import engine

        plan, night = self.look.plan, datetime.combine(self.look.day, time(5))
        self.heed(engine.rows_of_draws(plan.draws, self.look.day), night)
        rows = {"play_runs": engine.coins_for_nothing(plan), "coins": engine.coins(plan)}
        for table, some in rows.items():
            for row in some:
                self.world.write_down(table, row, night)

    def _decide(self, row: Mapping[str, Any], drawn: bool) -> None:
        number = self.rng.random()
        taken = TAKEN_IN_TRIAL if drawn else TAKEN
        if number < taken:
            self._take(row, "coin" if row["coin"] else "rule")
        elif number < taken + PUT_OFF * (1 - taken) / (1 - TAKEN):
            self._put_off(row["account_id"], "snooze", WHY_PUT_OFF)
        elif not drawn and number < TAKEN + PUT_OFF + DISMISSED:
            self._put_off(row["account_id"], "dismiss", WHY_DISMISSED)

    def _put_off(self, account: str, kind: str, why: tuple[str, ...]) -> None:
        on = self._day()
        days = DISMISSED_DAYS if kind == "dismiss" else 7 * int(self.rng.choice(SNOOZED_WEEKS))
        reason = str(self.rng.choice(why))
        row = {"account_id": account, "on": on, "until": on + timedelta(days=days)}
        self._write("snoozes", row | {"kind": kind, "reason": reason}, on)

    def _day(self) -> date:
        """A day of the week, so that its approval is of the same week."""
        return self.look.day + timedelta(days=int(self.rng.integers(0, 4)))

    def _own(self, without: set[str]) -> None:
        """A few things that people choose themselves, of what the plan had no room for."""
        some = [
            row
            for row in self.look.plan.options.to_pylist()
            if row["kept_out"] in COULD_HAVE
            and row["account_id"] not in without
            and row["staff_id"]
            and not self.plays[row["play"]].asks
        ]
        n = min(round(OWN * self.look.plan.plan.num_rows), len(some))
        taken: set[str] = set()
        for i in self.rng.permutation(len(some)).tolist():
            row = some[i]
            if len(taken) < n and row["account_id"] not in taken:
                taken.add(row["account_id"])
                self._take(row | {"money": 0.0, "pool": None, "coin": False}, "person")

    def _take(self, row: Mapping[str, Any], chosen: str) -> None:
        """A case with its run and steps, begun in the company in the same week."""
        play, on = self.plays[row["play"]], self._day()
        done = bool(self.rng.random() >= UNDONE)
        account, lead = row["account_id"], row["staff_id"]
        people = self.look.people[account]
        senior = any(step.role == "senior" for step in play.steps)
        listens = people["senior"] if senior and people["senior"] else lead
        lasts = None if done else 1
        try:
            self.world.begin(play.name, account, listens, money=row["money"], lasts=lasts)
        except NotFound:  # who has left since, or is no account of ours
            return
        case = self._case(row, on, chosen)
        if play.asks:
            self._approved(case, row, on)
            on += timedelta(days=1)
        run = {
            "account_id": account,
            "play": play.name,
            "from": on,
            "to": play.ends_on(on),
            "staff_id": lead,
            "chosen": chosen,
            "probability": row["p_option"] if chosen == "coin" else None,
        }
        self._write("play_runs", run, on)
        self._steps(case, play, on, done)
        self.open.append(Open(case, run, done))

    def _case(self, row: Mapping[str, Any], on: date, chosen: str) -> dict[str, Any]:
        case = {
            "case_id": f"{row['account_id']} {on:%Y%m%d}",
            "account_id": row["account_id"],
            "opened_on": on,
            "opened_by": row["staff_id"],
            "from_plan": None if chosen == "person" else self.look.assessed.id,
            "play": row["play"],
            "owner_id": row["staff_id"],
            "state": "open",
        }
        self._write("cases", case, on)
        if chosen == "person":
            said = {"comment_id": f"{case['case_id']}-1", "case_id": case["case_id"], "on": on}
            text = str(self.rng.choice(WHY_OWN))
            of = {"account_id": row["account_id"], "by_id": row["staff_id"], "text": text}
            self._write("case_comments", said | of, on)
        return case

    def _approved(self, case: Mapping[str, Any], row: Mapping[str, Any], on: date) -> None:
        """What it gives is asked for, and approved on the day after."""
        asked = {
            "approval_id": f"{case['case_id']}-money",
            **{name: case[name] for name in ("account_id", "case_id", "play")},
            "kind": row["pool"],
            "asked_on": on,
            "asked_by": case["owner_id"],
            "amount": round(row["money"]),
            "currency": self.world.company.currency,
            "state": "asked",
        }
        self._write("approvals", asked, on)
        later = on + timedelta(days=1)
        decided = {
            "state": "approved",
            "decided_on": later,
            "decided_by": self.look.director,
            "approved_amount": asked["amount"],
        }
        self._write("approvals", asked | decided, later)

    def _steps(self, case: Mapping[str, Any], play: Any, on: date, done: bool) -> None:
        people = self.look.people[case["account_id"]]
        for n, step in enumerate(play.steps, 1):
            row = {
                "step_id": f"{case['case_id']}-{n}",
                "case_id": case["case_id"],
                "account_id": case["account_id"],
                "n": n,
                "what": step.wording,
                "owner_id": people.get(step.role) or case["owner_id"],
                "due_on": on + timedelta(days=step.day),
            }
            self._write("case_steps", row, on)
            if done or step.day < 7:
                when = row["due_on"] + timedelta(days=int(self.rng.integers(0, 4)))
                self._write("case_steps", row | {"done_on": when}, when + timedelta(days=1))

    def _close(self) -> None:
        """Cases whose play is over, by how the account stands now."""
        accounts = self.look.assessed.accounts.select(["account_id", "state"]).to_pydict()
        state = dict(zip(accounts["account_id"], accounts["state"], strict=True))
        day = self.look.day
        over = [one for one in self.open if one.run["to"] < day]
        self.open = [one for one in self.open if one.run["to"] >= day]
        for one in over:
            found = state.get(one.row["account_id"], "")
            came = _outcome(found, returns=self.plays[one.row["play"]].returns)
            reason = None if one.done else "Not all steps were done"
            closed = {"state": "closed", "outcome": came, "closed_on": day, "reason": reason}
            self._write("cases", one.row | closed, day)
            self._write("play_runs", one.run | {"result": came}, day)


def _outcome(state: str, *, returns: bool) -> str:
    """How a case ended, by the state of its account."""
    if state == "closed":
        return "natural"
    if state == "lost":
        return "lost"
    if returns and state == "won_back":
        return "won_back"
    return "partly_kept" if state in WORSE else "kept"
