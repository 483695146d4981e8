"""The desk's pages at 100,000 accounts and 13 million order lines, on SQLite and on PostgreSQL.

    .venv/bin/python benchmarks/pages.py --home bench.home [--facts 5000000]

With `--facts`, a million contacts, so many facts of people and cases with all about them are there too, and
their pages are asked for; `--part` asks for some of the pages alone. With `--deliveries`, so many
deliveries of the order lines, half of which name their order alone.
Wanted: account and list pages in at most 100 ms (95% of the requests) for one client. `--home` keeps
the folder with lines and assessment for the next run. Every database has a process of its own, which
publishes the assessment and then asks for pages through the whole Django stack, one after another:
`first` is what the very first request took, `cold` the middle of some after the desk's cache was emptied,
the others are of `--requests` requests, each for another account, order, filter, page or word; `queries` is
the most that any of them took. PostgreSQL is Debian's, started for this run on a socket.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pages_of_plans
from make_lines import Size
from postgres import Cluster

BAR_MS, BAR_QUERIES = 100.0, 15
COLD = 5  # requests of each kind after the desk's cache was emptied
PART = {"HX-Request": "true", "HX-Target": "results"}  # the list alone, as it is typed for
WORDS = (
    "harbour",
    "五金",
    "한빛",
    "müller",
    "lin 12",
    "a0001",
    "tools 77",
    "北",
    "zzz",
    "大同 有限",
)


def addresses(kind: str, accounts: list[str], some: random.Random) -> Iterator[tuple[str, dict]]:
    """Requests of one kind, without end: path with its query, and headers."""
    from mainstay.desk.accounts.filters import SORTS

    states = ["late", "lost", "steady", "growing", "slipping", "risk", "new"]
    regions = ["North", "South", "East", "West", "Centre", "Islands", "Overseas"]
    while True:
        account = some.choice(accounts)
        sort, way = some.choice(list(SORTS)), some.choice(["up", "down"])
        number = some.randrange(10**5)
        asked: dict[str, Any] = {}
        path, headers = "/accounts/", {}
        if kind == "this week":
            path, asked = "/", {"change": some.choice(["", "", "late", "lost", "slipping", "back"])}
        elif kind == "list, in any order":
            asked = {"sort": sort, "way": way, "page": some.randrange(1, 1800)}
        elif kind == "list, filtered":
            asked = {"sort": sort, "way": way, "state": some.choice(states)}
            asked |= some.choice(
                [
                    {"manager": f"S{number % 40:02}"},
                    {"region": regions[number % 7], "tier": "ABC"[number % 3]},
                    {"tier": "ABC"[number % 3]},
                    {"change": "any"},
                ]
            )
        elif kind == "list, searched":
            asked = {"q": some.choice([*WORDS, f"{number:05}"[:4], f"a0{number:05}"])}
            asked |= {"sort": sort, "way": way} if some.random() < 0.3 else {}
            headers = PART
        elif kind == "search box":
            path, asked = "/find/", {"q": some.choice([*WORDS, f"{number:05}"[:4]])}
        elif kind == "account":
            path = f"/account/{account}/"
        elif kind in OF_AN_ACCOUNT:
            path = f"/account/{account}/{OF_AN_ACCOUNT[kind]}"
        elif kind in OF_DELIVERIES:
            path, _, query = f"/account/{account}/{OF_DELIVERIES[kind]}".partition("?")
            asked = dict(parse_qsl(query))
        elif kind in OF_ALL:
            path, asked = some.choice(OF_ALL[kind]), {}
        elif kind == "order lines":
            path = f"/account/{account}/lines/"
        else:
            path = "/portfolio/"
        yield f"{path}?{urlencode(asked)}" if asked else path, headers


KINDS = (
    "this week",
    "list, in any order",
    "list, filtered",
    "list, searched",
    "search box",
    "account",
    "order lines",
    "portfolio",
)
# Pages of what people know, below an account and of all.
OF_AN_ACCOUNT = {
    "timeline": "timeline/",
    "map": "people/",
    "visit form": "visit/",
    "terms": "terms/",
}
# Pages of what machines wrote.
OF_DELIVERIES = {
    "rows of deliveries": "rows/deliveries/",
    "rows of a month": "rows/deliveries/?from=2025-06-01&to=2025-06-30",
    "timeline with deliveries": "timeline/?show=deliveries",
}
TABLES = ("visits", "contacts", "complaints", "promises", "requests", "ties", "assignments")
OF_ALL = {
    "visits": ["/visits/", "/visits/?tier=A", "/visits/?manager=S01"],
    "requests": ["/requests/"],
    "promises": ["/promises/"],
    "complaints": ["/complaints/", "/complaints/?view=overdue", "/complaints/?view=escalated"],
    "production": ["/complaints/production/"],
    "relations": ["/relations/", "/relations/?page=40"],
    "team": ["/team/", "/team/person/S001/", "/team/person/S01/"],
    "any table": [
        *(f"/known/{table}/?page={page}" for table in TABLES for page in (1, 9)),
        "/known/contacts/?page=15000",
    ],
}
MANAGER = "S001"
AS_A_MANAGER = (
    *(kind for kind in KINDS if kind != "portfolio"),
    *OF_AN_ACCOUNT,
    *(kind for kind in OF_ALL if kind != "team"),
)


def fill_facts(facts: int) -> dict[str, Any]:
    """Contacts and facts of all accounts, and what is kept beside them."""
    from mainstay.desk import bulk
    from mainstay.desk.accounts.models import Account
    from mainstay.desk.facts import derived
    from make_facts import fill

    begin = time.perf_counter()
    accounts = list(Account.objects.order_by("id").values_list("account_id", flat=True))
    written = fill(accounts, contacts=facts // 5, facts=facts * 4 // 5)
    written |= pages_of_plans.fill_plans()
    loaded = time.perf_counter()
    derived.remake_all(written)
    bulk.settle()  # as after an import of files
    return {
        "facts": written,
        "load_wall_s": round(loaded - begin, 1),
        "derive_wall_s": round(time.perf_counter() - loaded, 1),
    }


def measure(
    requests: int, database: str, facts: int, part: str, deliveries: bool
) -> dict[str, Any]:
    """Publish and ask for pages, in this process."""
    from mainstay.desk.serve import prepare

    begin = time.perf_counter()
    prepare()
    published = time.perf_counter() - begin
    from mainstay.desk.accounts.models import Account

    rows = Account.objects.order_by("id")
    # The largest, which have most lines, and some of all the others.
    largest = rows.filter(amount_52__isnull=False).order_by("-amount_52")
    ids = list(largest.values_list("account_id", flat=True)[:20])
    others = list(rows.values_list("account_id", flat=True))
    some = random.Random(1)
    ids += some.sample(others, min(len(others), 180))

    _, client = signed_in("bench", role="director")
    found: dict[str, Any] = {
        "database": database,
        "accounts": len(others),
        "publish_wall_s": round(published, 1),
    }
    if facts:
        found |= fill_facts(facts)
    more = (*KINDS, *(*OF_AN_ACCOUNT, *OF_ALL) * bool(facts), *tuple(OF_DELIVERIES) * deliveries)
    if part != "plans":
        for kind in more:
            found[kind] = timed(client, addresses(kind, ids, some), requests)
        if facts:
            found |= as_a_manager(requests, some)
    if facts and part != "people":
        found |= of_plans(requests, some)
    return found


def as_a_manager(requests: int, some: random.Random) -> dict[str, Any]:
    """Somebody who sees no more than their own: by the assessment, and by who is assigned today."""
    from mainstay.desk.access.rights import visible_accounts

    user, client = signed_in("bench-manager", role="manager", staff_id=MANAGER)
    own = visible_accounts(user).order_by("id")
    theirs = list(own.values_list("account_id", flat=True)[:200])
    return {
        f"{kind}, as a manager": timed(client, addresses(kind, theirs, some), requests)
        for kind in AS_A_MANAGER
    }


def of_plans(requests: int, some: random.Random) -> dict[str, Any]:
    """The pages of what to do, of a director and of somebody who looks after accounts."""
    from django.test import Client

    found = {}
    for role, code, whose in (
        ("director", pages_of_plans.LEADER, ""),
        ("manager", pages_of_plans.MANAGER, ", as a manager"),
    ):
        user, client = signed_in(f"bench-{code}", role=role, staff_id=code)
        rows = pages_of_plans.Rows.of(user)
        for kind, paths in pages_of_plans.kinds(rows, leads=role == "director").items():
            asking = Client(SERVER_NAME="127.0.0.1") if kind == "calendar" else client
            found[kind + whose] = timed(asking, pages_of_plans.asked_for(paths, some), requests)
    _, client = signed_in("bench-administrator", role="administrator")
    paths = iter([("/digest/everybody/", {})] * (requests + COLD + 1))
    found["digests of everybody"] = timed(client, paths, requests)
    return found


def signed_in(name: str, **values: str) -> tuple[Any, Any]:
    """Somebody who has signed in, and their client."""
    from django.conf import settings
    from django.test import Client

    from mainstay.desk.access.models import User

    user, _ = User.objects.get_or_create(username=name, defaults={"name": name, **values})
    client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=True)
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[1])
    client.get("/accounts/login/")
    return user, client


@dataclass(frozen=True)
class Answered:
    """One request: its wall clock and the processor's time, of the desk and of the database's process for it,
    in ms, and how many queries it took."""

    path: str
    wall: float
    cpu: float
    queries: int


def ask(client: Any, path: str, headers: dict[str, str]) -> Answered:
    from django.db import connection

    asked = 0

    def count(execute: Any, *given: Any) -> Any:
        nonlocal asked
        asked += 1
        return execute(*given)

    with connection.execute_wrapper(count):
        server, wall, cpu = server_seconds(), time.perf_counter(), time.process_time()
        answer = client.get(path, headers=headers)
        cpu = 1000 * (time.process_time() - cpu)
        wall = 1000 * (time.perf_counter() - wall)
        cpu += 1000 * (server_seconds() - server)
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}")
    return Answered(path, wall, cpu, asked)


def server_seconds() -> float:
    """Processor's time so far of PostgreSQL's process for this connection, where it tells it; else 0."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    told = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return int(told.read_text().split()[0]) / 1e9 if told.exists() else 0.0


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def timed(client: Any, wanted: Iterator[tuple[str, dict]], requests: int) -> dict[str, Any]:
    from django.core.cache import cache

    first = ask(client, *next(wanted))
    cold = []
    for _ in range(COLD):
        cache.clear()
        cold.append(ask(client, *next(wanted)))
    found = [ask(client, *next(wanted)) for _ in range(requests)]
    walls, cpus = [one.wall for one in found], [one.cpu for one in found]
    late = p95(walls)
    slowest = max(found, key=lambda one: one.wall)
    most = max(one.queries for one in [first, *cold, *found])
    return {
        "first_ms": round(first.wall),
        "cold_ms": round(statistics.median(one.wall for one in cold), 1),
        "median_ms": round(statistics.median(walls), 1),
        "p95_ms": round(late, 1),
        "cpu_median_ms": round(statistics.median(cpus), 1),
        "cpu_p95_ms": round(p95(cpus), 1),
        "slowest_ms": round(slowest.wall),
        "slowest": slowest.path,
        "queries": most,
        "met": late <= BAR_MS and most <= BAR_QUERIES,
    }


@contextmanager
def databases(home: Path, names: list[str]) -> Iterator[dict[str, str]]:
    """DATABASE_URL of each; both databases are new."""
    urls = {}
    with tempfile.TemporaryDirectory() as folder, Cluster.where("postgresql" in names) as cluster:
        if "sqlite" in names:
            urls["sqlite"] = f"sqlite:///{folder}/desk.sqlite3"
        if cluster:
            urls["postgresql"] = cluster.url()
        yield urls


def assessed(home: Path, size: Size, deliveries: int) -> None:
    from homes import make_home
    from mainstay.engine import assess_home, open_ledger, plans
    from make_deliveries import fill

    made = make_home(home, size)
    ledger = open_ledger(made)
    if deliveries and not ledger.facts.files("deliveries"):
        fill(ledger, deliveries)
    newest = max(ledger.assessments.ids(), default="")
    if newest not in plans(made.store).ids():
        assess_home(made)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--lines", type=int, default=Size.lines)
    parser.add_argument("--accounts", type=int, default=Size.accounts)
    parser.add_argument("--giant", type=int, default=Size.giant)
    parser.add_argument("--home", type=Path, help="home folder, made when it is not there")
    parser.add_argument("--requests", type=int, default=120)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--facts", type=int, default=0, help="rows of people, a fifth contacts")
    parser.add_argument("--deliveries", type=int, default=0, help="rows of machines")
    parser.add_argument("--part", choices=["", "people", "plans"], default="")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        found = measure(given.requests, given.only, given.facts, given.part, given.deliveries > 0)
        print(json.dumps(found))
        return
    with tempfile.TemporaryDirectory() as temporary:
        home = (given.home or Path(temporary, "home")).resolve()
        assessed(home, Size(given.lines, given.accounts, given.giant), given.deliveries)
        with databases(home, given.databases) as urls:
            for name, url in urls.items():
                environment = {**os.environ, "MAINSTAY_HOME": str(home), "DATABASE_URL": url}
                command = [sys.executable, __file__, "--only", name]
                command += ["--requests", str(given.requests), "--facts", str(given.facts)]
                command += ["--deliveries", str(given.deliveries), "--part", given.part]
                run = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
                print(json.dumps(json.loads(run.stdout.splitlines()[-1]), indent=1))


if __name__ == "__main__":
    main()
