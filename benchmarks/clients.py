"""The desk's pages for several clients at once while an import runs, on SQLite and on PostgreSQL.

    .venv/bin/python benchmarks/run.py clients --home bench.home

The desk is started as `mainstay serve` starts it, over a copy of the home folder. Each client is signed in and asks for
one page after another over HTTP, drawn from lists, accounts and their lines; `--pause` lets it look at each
for so many seconds, without that it never rests. All the while `mainstay import` loads one day's file of 50,000
lines after the other, each new. Clients, import, worker, database and web server share the machine's cores.
Wanted: list and account pages within 300 ms, 95% of the requests, on both databases.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from daily import write_days
from mainstay.core.home import Home
from make_lines import Size
from pages import addresses, assessed, databases, signed_in
from results import Result, Table

BAR_MS = 300.0
KINDS = ("list, in any order", "list, filtered", "list, searched", "account", "order lines")
DAY_LINES = 50_000
MAINSTAY = [str(Path(sys.executable).parent / "mainstay")]
WHERE = "127.0.0.1"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lines", type=int, default=Size.lines)
    parser.add_argument("--accounts", type=int, default=Size.accounts)
    parser.add_argument("--giant", type=int, default=Size.giant)
    parser.add_argument(
        "--home", type=Path, help="home folder, made when it is not there; only read"
    )
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--requests", type=int, default=60, help="of each client and round")
    parser.add_argument(
        "--pause", type=float, default=0.0, help="seconds between a client's requests"
    )
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])


def prepare(clients: int, rounds: int, requests: int) -> dict[str, Any]:
    """In a process of the desk's: publish, sign clients in, and draw what they will ask for in each round."""
    from mainstay.desk.serve import prepare as publish

    publish()
    from django.conf import settings

    from mainstay.desk.accounts.models import Account

    accounts = list(Account.objects.order_by("id").values_list("account_id", flat=True))
    some = random.Random(1)
    wanted = {kind: addresses(kind, accounts, some) for kind in KINDS}
    people = [signed_in(f"client{n}", role="director")[1] for n in range(clients)]

    def plan() -> list[tuple[str, str, dict[str, str]]]:
        return [(kind, *next(wanted[kind])) for kind in some.choices(KINDS, k=requests)]

    cookies = [one.cookies[settings.SESSION_COOKIE_NAME].value for one in people]
    name = settings.SESSION_COOKIE_NAME
    plans = [[(f"{name}={cookie}", plan()) for cookie in cookies] for _ in range(rounds)]
    return {"accounts": len(accounts), "rounds": plans}


@contextmanager
def desk(environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """A running desk: its port, and its process."""
    with socket.socket() as free:
        free.bind((WHERE, 0))
        port = free.getsockname()[1]
    command = [*MAINSTAY, "serve", "--port", str(port), "--json"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
    try:
        if not process.stdout or not process.stdout.readline():
            raise SystemExit("the desk did not start; the lines above say why")
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


@contextmanager
def importing(environment: dict[str, str], day: Path) -> Iterator[list[float]]:
    """Imports the day's file under new order numbers, again and again; gives the seconds that each took."""
    seconds: list[float] = []
    stop = threading.Event()
    lines = day.read_bytes()

    def work() -> None:
        while not stop.is_set():
            file = day.with_name(f"day{len(seconds) + 1}.csv")
            file.write_bytes(lines.replace(b"T0-", b"T%d-" % (len(seconds) + 1)))
            begin = time.perf_counter()
            command = [*MAINSTAY, "import", str(file), "--json"]
            subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
            seconds.append(time.perf_counter() - begin)
            file.unlink()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield seconds
    finally:
        stop.set()
        thread.join()


def ask_all(port: int, clients: list[Any], pause: float) -> list[tuple[str, float]]:
    """Every client's requests, all clients at once: kind and milliseconds of each."""
    found: list[tuple[str, float]] = []
    wrong: list[str] = []

    def client(cookie: str, plan: list[tuple[str, str, dict[str, str]]]) -> None:
        connection = http.client.HTTPConnection(WHERE, port, timeout=60)
        for kind, path, headers in plan:
            begin = time.perf_counter()
            connection.request("GET", path, headers={"Cookie": cookie} | headers)
            answer = connection.getresponse()
            answer.read()
            found.append((kind, 1000 * (time.perf_counter() - begin)))
            if answer.status != http.HTTPStatus.OK:
                wrong.append(f"{path} answered {answer.status}")
            time.sleep(pause)
        connection.close()

    threads = [threading.Thread(target=client, args=one) for one in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong or len(found) < sum(len(plan) for _, plan in clients):
        raise SystemExit(wrong[0] if wrong else "a client was cut off")
    return found


def held(process: int) -> dict[str, float]:
    """CPU seconds and most memory of a process and all below it, as far as they still run."""
    parents, told = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text().rpartition(") ")[2].split()
            status = (folder / "status").read_text()
        except OSError:
            continue
        most = status.partition("VmHWM:")[2].split()
        parents[int(folder.name)] = int(stat[1])
        ticks = int(stat[11]) + int(stat[12])
        told[int(folder.name)] = (
            ticks / os.sysconf("SC_CLK_TCK"),
            int(most[0]) / 1024 if most else 0.0,
        )
    ours = {process}
    while more := {number for number, of in parents.items() if of in ours} - ours:
        ours |= more
    cpu, memory = zip(*(told[number] for number in ours if number in told), strict=True)
    return {"cpu": sum(cpu), "peak_mb": round(sum(memory))}


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def on(url: str, given: argparse.Namespace, rounds: int, folder: Path) -> dict[str, Any]:
    """All rounds on one database, over a copy of the home folder."""
    home, days = folder / "home", folder / "days"
    shutil.copytree(given.home, home)
    days.mkdir()
    environment = {**os.environ, "MAINSTAY_HOME": str(home), "DATABASE_URL": url}
    command = [sys.executable, __file__, *map(str, (given.clients, rounds + 1, given.requests))]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    told = json.loads(run.stdout.splitlines()[-1])
    [day] = write_days(Home(home), days, DAY_LINES, 1)
    with desk(environment) as (port, process):
        first, *others = told["rounds"]
        ask_all(port, first, 0.0)  # loads what each of the server's processes loads once
        before, begin = held(process), time.perf_counter()
        with importing(environment, day) as imports:
            answers = [ask_all(port, clients, given.pause) for clients in others]
        wall, after = time.perf_counter() - begin, held(process)
    shutil.rmtree(home)
    shutil.rmtree(days)
    requests = sum(map(len, answers))
    return {
        "accounts": told["accounts"],
        "answers": [[(kind, round(ms, 1)) for kind, ms in one] for one in answers],
        "imports_wall_s": [round(seconds, 1) for seconds in imports],
        "requests_a_second": requests / wall,
        "server_cpu_ms_a_request": 1000 * (after["cpu"] - before["cpu"]) / requests,
        "server_peak_mb": after["peak_mb"],
    }


def rows(database: str, seen: dict[str, Any]) -> Iterator[list[Any]]:
    """A row for each kind of page: the middle of the rounds, of each the middle and the 95%."""
    for kind in KINDS:
        by_round = [[ms for of, ms in one if of == kind] for one in seen["answers"]]
        late = [p95(values) for values in by_round]
        middle = statistics.median(statistics.median(values) for values in by_round)
        found = statistics.median(late)
        spanned = f"{min(late):.0f} to {max(late):.0f}"
        yield [f"{database}: {kind}", round(middle), round(found), spanned, found <= BAR_MS]


def measure(given: argparse.Namespace, rounds: int, folder: Path, command: str) -> Result:
    given.home = (given.home or folder / "made").resolve()
    assessed(given.home, Size(given.lines, given.accounts, given.giant), 0)
    found = {}
    with databases(given.home, given.databases) as urls:
        for name, url in urls.items():
            found[name] = on(url, given, rounds, folder)
    pages = [line for name, seen in found.items() for line in rows(name, seen)]
    around = [
        [name, seen["requests_a_second"], seen["server_cpu_ms_a_request"], seen["server_peak_mb"],
         len(seen["imports_wall_s"]), statistics.median(seen["imports_wall_s"] or [0.0])]
        for name, seen in found.items()
    ]  # fmt: skip
    heads = ["", "middle ms", "95% ms", "of the rounds", f"95% ≤ {BAR_MS:.0f} ms"]
    more = ["", "requests a second", "server's CPU ms a request", "server's peak MB"]
    more += ["imports meanwhile", "wall s of one"]
    tables = {"clients": Table(heads, pages), "clients-around": Table(more, around)}
    raw = {name: {**seen, "answers": summed(seen["answers"])} for name, seen in found.items()}
    return Result("clients", command, tables, raw, {})


def summed(answers: list[list[tuple[str, float]]]) -> list[dict[str, list[float]]]:
    """By round and kind: how many, the middle, the 95% and the slowest, in ms."""
    kept = []
    for one in answers:
        by_kind = defaultdict(list)
        for kind, ms in one:
            by_kind[kind].append(ms)
        kept.append({
            kind: [len(ms), round(statistics.median(ms), 1), round(p95(ms), 1), max(ms)]
            for kind, ms in by_kind.items()
        })  # fmt: skip
    return kept


if __name__ == "__main__":
    print(json.dumps(prepare(*map(int, sys.argv[1:]))))
