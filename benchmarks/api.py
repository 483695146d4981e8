"""The API for eight programs at once at 100,000 accounts, and all results as Parquet.

    .venv/bin/python benchmarks/api.py --home bench.home

The desk is started as `mainstay serve` starts it, over a copy of the home folder, with its newest assessment. Each
client asks for one page of 100 after another, without rest: accounts in several orders and narrowed, deeper and deeper
by cursor, and rows of frozen results. Then the accounts and each table of the assessment are taken as Parquet.
Wanted: pages within 300 ms, 95% of the requests; the export of all accounts with their results within 5 s.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from clients import WHERE, desk, p95

BAR_MS, BAR_S = 300.0, 5.0
PARQUET = "application/vnd.apache.parquet"
LISTS = (
    "/accounts?order=-money_at_risk",
    "/accounts?state.in=late,slipping&order=-money_at_risk",
    "/accounts",
    "/accounts?order=name&columns=account_id,name,state",
    "/assessments/latest/results/categories",
    "/assessments/latest/results/cards?guarantee=needs",
)
RESULTS = ("accounts", "falls", "causes", "cards", "plan", "lost", "categories")


def prepare() -> str:
    """In a process of the desk's: publish, and make a token."""
    from mainstay.desk.serve import prepare as publish

    publish()
    from mainstay.desk.access import tokens
    from pages import signed_in

    user, _client = signed_in("program", role="director")
    return tokens.make(None, user, tokens.Wish("benchmark", ("read",), 1))[1]


def ask(port: int, path: str, token: str, accept: str = "application/json") -> tuple[bytes, float]:
    """An answer and its milliseconds."""
    connection = http.client.HTTPConnection(WHERE, port, timeout=120)
    begin = time.perf_counter()
    headers = {"Authorization": f"Bearer {token}", "Accept": accept}
    connection.request("GET", f"/api/v1{path}", headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    took = 1000 * (time.perf_counter() - begin)
    connection.close()
    if answer.status != http.HTTPStatus.OK:
        raise SystemExit(f"{path} answered {answer.status}: {body[:300]!r}")
    return body, took


def program(
    port: int, token: str, number: int, requests: int, found: dict[str, list[float]]
) -> None:
    cursors: dict[str, str] = {}
    for n in range(requests):
        path = LISTS[(number + n) % len(LISTS)]
        after = f"{'&' if '?' in path else '?'}cursor={cursors[path]}" if path in cursors else ""
        body, took = ask(port, path + after, token)
        found[path].append(took)
        if following := json.loads(body)["next"]:
            cursors[path] = following


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--home", type=Path, required=True, help="an assessed home folder; only read"
    )
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--requests", type=int, default=60, help="of each client")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        # The order lines are not read here, and are by far the most of it.
        shutil.copytree(given.home, home, ignore=shutil.ignore_patterns("bucket=*", "uploads"))
        environment = {**os.environ, "MAINSTAY_HOME": str(home), "MAINSTAY_API_RATE": "0"}
        command = [sys.executable, __file__, "--prepare"]
        run = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, env=environment, text=True
        )
        token = run.stdout.splitlines()[-1]
        with desk(environment) as (port, _process):
            print(json.dumps(measured(port, token, given), indent=1))


def measured(port: int, token: str, given: argparse.Namespace) -> dict[str, Any]:
    for path in LISTS:  # loads what each of the server's processes loads once
        for _ in range(4):
            ask(port, path, token)
    found: dict[str, list[float]] = {path: [] for path in LISTS}
    threads = [
        threading.Thread(target=program, args=(port, token, n, given.requests, found))
        for n in range(given.clients)
    ]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - begin
    every = [took for one in found.values() for took in one]
    exported = {}
    for path in ("/accounts", *(f"/assessments/latest/results/{name}" for name in RESULTS)):
        body, took = ask(port, path, token, PARQUET)
        exported[path] = {"s": round(took / 1000, 2), "mb": round(len(body) / 2**20, 1)}
    return {
        "load": os.getloadavg()[0],
        "p95_ms": round(p95(every)),
        "bar_ms": BAR_MS,
        "by_list_p95_ms": {path: round(p95(one)) for path, one in found.items()},
        "requests_a_second": round(len(every) / wall, 1),
        "parquet": exported,
        "bar_s": BAR_S,
    }


if __name__ == "__main__":
    if "--prepare" in sys.argv:
        print(prepare())
    else:
        main()
