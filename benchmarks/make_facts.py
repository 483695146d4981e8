"""Facts of people for the desk's pages: a million contacts and some four million rows about them.

They go straight into the desk's tables, since only the pages are measured.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from homes import staff_table

KNOWN = np.datetime64("today")  # pages look at the last weeks: those must not be empty
DAYS = 1_000  # before KNOWN
STAFF = 200
WORDS = np.array(
    ["Talked about the new range", "價格比對手高", "배송이 두 번 늦었습니다", "Asked for samples"],
    object,
)


def fill(accounts: list[str], *, contacts: int, facts: int) -> dict[str, int]:
    """Write contacts and facts of these accounts; gives how many of each table."""
    some = np.random.default_rng(7)
    tables = _tables(some, np.array(accounts, object), contacts, facts)
    return {table: write(table, rows) for table, rows in tables}


def write(table: str, rows: pa.Table) -> int:
    """Rows of a table of people, into the desk; gives how many."""
    from mainstay.desk import bulk
    from mainstay.desk.facts.rows import models_by_table

    n = rows.num_rows
    rows = rows.append_column("key", pa.array([f"{table[:4]}{i:028}" for i in range(n)]))
    rows = rows.append_column("version", pa.array(np.ones(n, np.int64)))
    at = pa.scalar(datetime(2025, 1, 1, tzinfo=UTC), pa.timestamp("us", "UTC"))
    rows = rows.append_column("recorded_at", pa.repeat(at, n))
    for _ in bulk.insert(models_by_table()[table], rows, 50_000):
        pass
    return n


def _tables(some: Any, accounts: Any, n_contacts: int, n: int) -> Any:
    staff = np.array([f"S{i:03}" for i in range(STAFF)], object)
    planned = staff_table()  # those whom the home's plan is made for
    reports_to = [None if i < 10 else f"S{i % 10:03}" for i in range(STAFF)]
    yield (
        "staff",
        pa.table(
            {
                "staff_id": [*staff, *planned["staff_id"].to_pylist()],
                "name": [*(f"Name {s}" for s in staff), *planned["name"].to_pylist()],
                "reports_to": [*reports_to, *planned["reports_to"].to_pylist()],
            }
        ),
    )
    yield "assignments", _assigned(some, accounts, staff)
    # A few accounts have many contacts and facts, most have some.
    weights = some.pareto(1.5, len(accounts)) + 0.1
    weights /= weights.sum()
    of = some.choice(len(accounts), n_contacts, p=weights)
    ids = np.array([f"K{i:07}" for i in range(n_contacts)], object)
    yield "contacts", pa.table({
        "contact_id": ids, "account_id": accounts[of], "name": [f"Contact {i}" for i in range(n_contacts)],
        "department": some.choice(np.array(["purchasing", "management", "technical", "user", "finance"], object), n_contacts),
        "power": some.choice(np.array(["decides", "influences", "uses", "blocks"], object), n_contacts),
        "attitude": some.integers(-2, 3, n_contacts),
    })  # fmt: skip
    picked = some.permutation(n_contacts)[: n // 5]
    yield "ties", pa.table({
        "contact_id": ids[picked], "staff_id": staff[some.integers(0, STAFF, len(picked))],
        "strength": some.integers(0, 4, len(picked)),
    })  # fmt: skip
    shares = {
        "visits": 0.4,
        "requests": 0.1,
        "complaints": 0.1,
        "promises": 0.1,
        "notices": 0.02,
        "competitor_sightings": 0.08,
    }
    for table, share in shares.items():
        yield table, _dated(some, table, accounts, weights, staff, int(n * share))


def _assigned(some: Any, accounts: Any, staff: Any) -> pa.Table:
    """Who looks after each account now, and who did before."""
    twice = np.concatenate([accounts, accounts])
    n = len(twice)
    ended = np.arange(n) >= len(accounts)
    changed = KNOWN - some.integers(100, DAYS, n).astype("timedelta64[D]")
    return pa.table({
        "account_id": twice,
        "staff_id": staff[some.integers(0, STAFF, n)],
        "role": np.full(n, "manager", object),
        "from_on": np.where(ended, KNOWN - 2 * DAYS, changed),
        "to_on": pa.array(changed, mask=~ended),
    })  # fmt: skip


def _dated(some: Any, table: str, accounts: Any, weights: Any, staff: Any, n: int) -> pa.Table:
    of = accounts[some.choice(len(accounts), n, p=weights)]
    on = KNOWN - some.integers(0, DAYS, n).astype("timedelta64[D]")
    later = on + some.integers(1, 90, n).astype("timedelta64[D]")
    done = some.random(n) < 0.97
    who, text = staff[some.integers(0, STAFF, n)], WORDS[some.integers(0, len(WORDS), n)]
    code = [f"{table[:2]}{i:07}" for i in range(n)]
    open_ = ~done | (later > KNOWN)  # what was to end tomorrow has not ended
    ended = pa.array(later, mask=open_)
    one = {"account_id": of}
    match table:
        case "visits":
            one |= {
                "visit_id": code,
                "on": on,
                "staff_id": who,
                "kind": np.full(n, "visit", object),
                "notes": text,
                "mood": some.integers(-2, 3, n),
            }
        case "requests":
            one |= {
                "request_id": code,
                "raised_on": on,
                "text": text,
                "owner_id": who,
                "answer_due_on": later,
                "answered_on": ended,
            }
        case "complaints":
            utc = pa.timestamp("us", "UTC")
            solved = (
                pa.array(later.astype("datetime64[us]"), mask=open_)
                .cast(pa.timestamp("us"))
                .cast(utc)
            )
            one |= {
                "complaint_id": code,
                "opened_at": pa.array(on.astype("datetime64[us]")).cast(utc),
                "kind": some.choice(np.array(["quality", "delivery", "service"], object), n),
                "severity": some.integers(1, 4, n),
                "text": text,
                "owner_id": who,
                "product_id": [f"P{i % 500}" for i in range(n)],
                "solved_at": solved,
            }
        case "promises":
            one |= {
                "promise_id": code,
                "made_on": on,
                "by_id": who,
                "kind": np.full(n, "rebate", object),
                "text": text,
                "due_on": later,
                "kept_on": ended,
            }
        case "notices":
            one |= {"on": on, "kind": np.full(n, "dissatisfied", object), "text": text}
        case _:
            one |= {
                "sighting_id": code,
                "on": on,
                "competitor": np.full(n, "Rival", object),
                "source": np.full(n, "contact", object),
                "what": np.full(n, "price", object),
            }
    return pa.table(one)
