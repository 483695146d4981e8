"""The desk's pages for several clients at once while an import runs, on SQLite and on PostgreSQL.

    .venv/bin/python benchmarks/run.py clients --home bench.home

The desk is started as `mainstay serve` starts it, over a copy of the home folder. Each client is signed in and asks for
one page after another over HTTP, drawn from lists, accounts and their lines, and looks at each for `--pause`
seconds; with 0 it never rests, and the machine has no moment free. All the while `mainstay import` loads one day's file of 50,000
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
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from daily import write_days
from mainstay.core.home import Home
from make_lines import Size
from pages import addresses, assessed, databases, p95, signed_in
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
        "--pause", type=float, nargs="+", default=[0.5, 0.0], help="seconds; each is measured apart"
    )
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])


def prepare(clients: int, rounds: int, requests: int) -> list[list[Any]]:
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
    return [[(f"{name}={cookie}", plan()) for cookie in cookies] for _ in range(rounds)]


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
def importing(environment: dict[str, str], day: Path, batch: str) -> Iterator[list[float]]:
    """Imports the day's file under new order numbers, again and again; gives the seconds that each took."""
    seconds: list[float] = []
    stop = threading.Event()
    lines = day.read_bytes()

    def work() -> None:
        while not stop.is_set():
            number = f"{batch}-{len(seconds) + 1}"
            file = day.with_name(f"day{number}.csv")
            file.write_bytes(lines.replace(b"T0-", f"T{number}-".encode()))
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


def on(
    name: str, url: str, given: argparse.Namespace, rounds: int, folder: Path
) -> dict[str, dict[str, Any]]:
    """All rounds on one database, over a copy of the home folder, by how long clients rest."""
    home, days = folder / "home", folder / "days"
    shutil.copytree(given.home, home)
    days.mkdir()
    environment = {**os.environ, "MAINSTAY_HOME": str(home), "DATABASE_URL": url}
    rounds_in_all = 1 + rounds * len(given.pause)
    command = [sys.executable, __file__, *map(str, (given.clients, rounds_in_all, given.requests))]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    plans = iter(json.loads(run.stdout.splitlines()[-1]))
    [day] = write_days(Home(home), days, DAY_LINES, 1)
    found = {}
    with desk(environment) as (port, process):
        ask_all(port, next(plans), 0.0)  # loads what each of the server's processes loads once
        for pause in given.pause:
            before, begin = held(process), time.perf_counter()
            with importing(environment, day, str(pause)) as imports:
                answers = [ask_all(port, next(plans), pause) for _ in range(rounds)]
                wall, after = time.perf_counter() - begin, held(process)
            requests = sum(map(len, answers))
            found[f"{name}, {shown(pause)}"] = {
                "answers": answers,
                "imports_wall_s": [round(seconds, 1) for seconds in imports],
                "requests_a_second": requests / wall,
                "server_cpu_ms_a_request": 1000 * (after["cpu"] - before["cpu"]) / requests,
                "server_peak_mb": after["peak_mb"],
            }
    shutil.rmtree(home)
    shutil.rmtree(days)
    return found


def shown(pause: float) -> str:
    return f"{pause:g} s at each page" if pause else "without rest"


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
            found |= on(name, url, given, rounds, folder)
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
    return Result("clients", command, tables, raw, versions())


def versions() -> dict[str, str]:
    names = ("django", "granian", "psycopg", "duckdb", "deltalake")
    return {name: version(name) for name in names} | {"SQLite": sqlite3.sqlite_version}


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
