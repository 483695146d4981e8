"""What is done about accounts, for the desk's pages: cases under way and closed, their steps, money that is
asked for and given, what is put off, dates of lost accounts, own plays, and who gets a digest.

They go straight into the desk's tables, since only the pages are measured.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from homes import LEADERS, MANAGERS
from make_facts import DAYS, KNOWN, WORDS, write

OPEN_CASES, CLOSED_CASES = 5_000, 50_000
APPROVALS, WAITING = 20_000, 400
INCENTIVES, RUNS, SNOOZES, WIN_BACKS, OWN_PLAYS = 30_000, 60_000, 20_000, 3_000, 20
STEPS = 3  # of a case
READERS = 300  # who get a digest
CODES = np.array([f"S{i:02}" for i in range(MANAGERS)], object)
PLAYS = ("visits", "listen", "complaint", "contacts", "level", "delivery_plan", "win_back", "trial")
POOLS = ("discount", "joint_promotion", "sales_contest", "rebate")


@dataclass(frozen=True)
class Books:
    """From what rows are drawn: accounts, and who looks after each (None = nobody)."""

    some: np.random.Generator
    accounts: Any
    managers: dict[str, str | None]
    plan: str

    def drawn(self, n: int) -> Any:
        """Accounts of n rows: a few have many, most have some."""
        weights = np.random.default_rng(11).pareto(1.5, len(self.accounts)) + 0.1
        return self.accounts[self.some.choice(len(weights), n, p=weights / weights.sum())]

    def owners(self, accounts: Any) -> Any:
        """The account's manager; of one in five somebody else."""
        other = CODES[self.some.integers(0, MANAGERS, len(accounts))]
        own = np.array([self.managers[one] for one in accounts], object)
        return np.where((own == None) | (self.some.random(len(own)) < 0.2), other, own)  # noqa: E711

    def picked(self, of: tuple[str, ...], n: int) -> Any:
        return np.array(of, object)[self.some.integers(0, len(of), n)]

    def days(self, n: int, most: int = DAYS) -> Any:
        return KNOWN - self.some.integers(0, most, n).astype("timedelta64[D]")

    def later(self, days: Any, most: int) -> Any:
        return days + self.some.integers(1, most, len(days)).astype("timedelta64[D]")


def fill(managers: dict[str, str | None], lost: list[str], plan: str) -> dict[str, int]:
    """Write all of it; managers: of each account; lost: accounts; plan: by which some were proposed."""
    books = Books(np.random.default_rng(13), np.array(sorted(managers), object), managers, plan)
    written = {}
    cases = _cases(books)
    asked = _approvals(books, cases)
    tables = {
        "cases": cases,
        "case_steps": _steps(books, cases),
        "case_comments": _comments(books, cases),
        "approvals": asked,
        "incentives": _incentives(books, asked),
        "play_runs": _runs(books, cases),
        "snoozes": _snoozes(books),
        "win_backs": _win_backs(books, lost),
        "plays": _plays(),
    }
    for table, rows in tables.items():
        written[table] = write(table, rows)
    _readers()
    return written


def _cases(books: Books) -> pa.Table:
    some, n = books.some, OPEN_CASES + CLOSED_CASES
    under_way = some.choice(books.accounts, OPEN_CASES, replace=False)  # one an account
    accounts = np.concatenate([under_way, books.drawn(CLOSED_CASES)])
    is_open = np.arange(n) < OPEN_CASES
    opened = np.where(is_open, books.days(n, 120), books.days(n) - np.timedelta64(90, "D"))
    return pa.table({
        "case_id": [f"C{i:06}" for i in range(n)],
        "account_id": accounts,
        "opened_on": opened,
        "opened_by": books.owners(accounts),
        "from_plan": np.where(some.random(n) < 0.2, books.plan, None),
        "play": books.picked(PLAYS, n),
        "owner_id": books.owners(accounts),
        "state": np.where(is_open, "open", "closed").astype(object),
        "outcome": np.where(is_open, None, books.picked(("kept", "partly_kept", "lost", "natural"), n)),
        "closed_on": pa.array(books.later(opened, 90), mask=is_open),
        "reason": np.where(is_open, None, books.picked(tuple(WORDS), n)),
    })  # fmt: skip


def _steps(books: Books, cases: pa.Table) -> pa.Table:
    some, n = books.some, cases.num_rows * STEPS
    of = np.repeat(np.arange(cases.num_rows), STEPS)
    opened = np.array(cases["opened_on"])[of].astype("datetime64[D]")
    is_open = np.array(cases["state"])[of] == "open"
    due = books.later(opened, 60)
    waits = is_open & (some.random(n) < 0.6)
    owner = np.array(cases["owner_id"])[of]
    owner = np.where(some.random(n) < 0.3, CODES[some.integers(0, MANAGERS, n)], owner)
    done = np.minimum(books.later(opened, 60), KNOWN)
    return pa.table({
        "step_id": [f"T{i:07}" for i in range(n)],
        "case_id": np.array(cases["case_id"])[of],
        "account_id": np.array(cases["account_id"])[of],
        "n": np.arange(n) % STEPS + 1,
        "what": books.picked(tuple(WORDS), n),
        "owner_id": owner,
        "due_on": due,
        "done_on": pa.array(done, mask=waits),
    })  # fmt: skip


def _comments(books: Books, cases: pa.Table) -> pa.Table:
    of = books.some.integers(0, cases.num_rows, 2 * cases.num_rows)
    n = len(of)
    return pa.table({
        "comment_id": [f"M{i:07}" for i in range(n)],
        "case_id": np.array(cases["case_id"])[of],
        "account_id": np.array(cases["account_id"])[of],
        "on": books.days(n),
        "by_id": CODES[books.some.integers(0, MANAGERS, n)],
        "text": books.picked(tuple(WORDS), n),
    })  # fmt: skip


def _approvals(books: Books, cases: pa.Table) -> pa.Table:
    """Of the open cases the first ask and wait, the others were decided."""
    some, n = books.some, APPROVALS
    waits = np.arange(n) < WAITING
    closed = some.integers(OPEN_CASES, cases.num_rows, n)
    of = np.where(waits, np.arange(n), closed)
    on = np.where(
        waits, books.days(n, 30), np.array(cases["opened_on"])[of].astype("datetime64[D]")
    )
    state = np.where(
        waits, "asked", books.picked(("approved",) * 7 + ("refused",) * 2 + ("withdrawn",), n)
    )
    approved = state == "approved"
    amount = some.integers(1, 60, n) * 100.0
    return pa.table({
        "approval_id": [f"Y{i:06}" for i in range(n)],
        "account_id": np.array(cases["account_id"])[of],
        "case_id": np.array(cases["case_id"])[of],
        "play": np.where(some.random(n) < 0.5, np.array(cases["play"])[of], None),
        "kind": books.picked(POOLS, n),
        "asked_on": on,
        "asked_by": np.array(cases["owner_id"])[of],
        "amount": amount,
        "reason": books.picked(tuple(WORDS), n),
        "stops_on": on + np.timedelta64(90, "D"),
        "state": state,
        "decided_on": pa.array(books.later(on, 10), mask=waits),
        "decided_by": np.where(waits, None, CODES[some.integers(0, LEADERS, n)]),
        "approved_amount": pa.array(amount, mask=~approved),
        "incentive_id": np.where(approved, np.array([f"I{i:06}" for i in range(n)], object), None),
    })  # fmt: skip


def _incentives(books: Books, asked: pa.Table) -> pa.Table:
    """Those that were approved, and others that came without."""
    some, n = books.some, INCENTIVES
    through = np.arange(n) < asked.num_rows
    of = np.arange(n) % asked.num_rows
    accounts = np.where(through, np.array(asked["account_id"])[of], books.drawn(n))
    begins = books.days(n)
    ends = books.later(begins, 180)
    budget = some.integers(1, 60, n) * 100.0
    bare = some.random(n) < 0.3
    unsettled = (ends >= KNOWN) | (some.random(n) < 0.02)
    return pa.table({
        "incentive_id": [f"I{i:06}" for i in range(n)],
        "account_id": accounts,
        "kind": books.picked(POOLS, n),
        "from_on": begins,
        "to_on": pa.array(ends, mask=some.random(n) < 0.02),
        "budget": budget,
        "spent": pa.array(budget * some.random(n).round(2), mask=unsettled),
        "owner_id": books.owners(accounts),
        "in_return_for": np.where(bare, None, books.picked(tuple(WORDS), n)),
    })  # fmt: skip


def _runs(books: Books, cases: pa.Table) -> pa.Table:
    """Of each case, and of some accounts that coins chose nothing for; some are under way."""
    n = RUNS
    of = np.arange(n) % cases.num_rows
    by_case = np.arange(n) < cases.num_rows
    begins = np.where(
        by_case, np.array(cases["opened_on"])[of].astype("datetime64[D]"), books.days(n)
    )
    return pa.table({
        "account_id": np.where(by_case, np.array(cases["account_id"])[of], books.drawn(n)),
        "play": np.where(by_case, np.array(cases["play"])[of], "nothing"),
        "from_on": begins,
        "to_on": begins + np.timedelta64(91, "D"),
        "staff_id": np.array(cases["owner_id"])[of],
        "chosen": books.picked(("rule", "coin", "person"), n),
        "probability": np.full(n, 0.5),
    })  # fmt: skip


def _snoozes(books: Books) -> pa.Table:
    on = books.days(SNOOZES)
    return pa.table({
        "account_id": books.drawn(SNOOZES),
        "on": on,
        "until": books.later(on, 120),
        "kind": books.picked(("snooze", "dismiss"), SNOOZES),
        "reason": books.picked(tuple(WORDS), SNOOZES),
    })  # fmt: skip


def _win_backs(books: Books, lost: list[str]) -> pa.Table:
    n = min(WIN_BACKS, len(lost))
    some = books.some
    return pa.table({
        "account_id": some.choice(np.array(lost, object), n, replace=False),
        "call_on": KNOWN + some.integers(-60, 200, n).astype("timedelta64[D]"),
        "reason": books.picked(tuple(WORDS), n),
        "staff_id": CODES[some.integers(0, MANAGERS, n)],
        "set_on": books.days(n, 60),
    })  # fmt: skip


def _plays() -> pa.Table:
    """Built-in ones under names of the company's own."""
    from mainstay import engine

    built_in = list(engine.play_catalogue().values())
    names = [f"own-{i}" for i in range(OWN_PLAYS)]
    like = (built_in[i % len(built_in)].to_json() for i in range(OWN_PLAYS))
    return pa.table({
        "play": names,
        "definition": [json.dumps({**one, "name": name}) for one, name in zip(like, names, strict=True)],
        "in_service": [True] * OWN_PLAYS,
    })  # fmt: skip


def _readers() -> None:
    """People who get a digest by mail and have a calendar, and what became of some weeks' digests."""
    from mainstay.desk.access.models import User
    from mainstay.desk.digests.models import Channel, Delivery, Feed, Post, State, Subscription

    now = datetime.now(UTC)
    Post(
        pk=1,
        on=True,
        public_url="https://desk.example",
        mail_host="mail.example",
        mail_from="m@desk.example",
    ).save()
    people = User.objects.bulk_create(
        User(
            username=f"reader{i}",
            name=f"Reader {i}",
            role="manager",
            staff_id=f"R{i:03}",
            email=f"r{i}@desk.example",
        )
        for i in range(READERS)
    )
    Subscription.objects.bulk_create(
        Subscription(user=one, on=True, language="en", since=now) for one in people
    )
    Feed.objects.bulk_create(
        Feed(user=one, token=f"{i:064}", language="en", made_at=now) for i, one in enumerate(people)
    )
    ways = Channel.objects.bulk_create(
        Channel(user=one, service="mail", added_at=now) for one in people
    )
    Delivery.objects.bulk_create(
        Delivery(channel=way, due_at=now - timedelta(weeks=week), state=State.SENT, next_at=now)
        for way in ways
        for week in range(12)
    )  # fmt: skip
