"""Kills web server, worker and `mainstay serve` itself at random moments of nightly runs, and counts afterwards.

    python benchmarks/kills.py --kills 100 --home .cache/kills

A small company gets orders by files and from a database each night, is assessed, and two people get
their digest by mail, which a mail server of this script's own takes. Afterwards order lines, imports,
assessments, what the pages show and mails must be what they would be had nobody killed anything. A
message that was being handed over at the moment of a kill is said to be uncertain, and never sent twice.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import socket
import socketserver
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

READERS = ("ada", "ben")
ACCOUNTS, WEEKS, A_NIGHT = 30, 80, 40
# Of one run: more starts of one step would be given up, as work that ends the worker each time.
MOST_OF_WORKER, MOST_OF_WEB = 4, 2
SERVE = "from mainstay.cli.main import main; main()"


class Mail(socketserver.StreamRequestHandler):
    """As much of SMTP as takes a mail; `taken` counts them by recipient."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        to = ""
        while line := self.rfile.readline():
            word = line.split()[0].upper() if line.split() else b""
            if word == b"RCPT":
                to = line.decode().partition("<")[2].partition("@")[0]
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while (line := self.rfile.readline()) != b".\r\n":
                    if not line:
                        return  # its sender is no more: nothing was taken
                self.server.taken[to] += 1  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 yes\r\n")


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class Desk:
    """`mainstay serve`, and its children by what they are."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port
        self.log = (home.parent / f"{home.name}.log").open("ab")
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-c", SERVE, "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)

    def child(self, word: bytes) -> int | None:
        for pid in children(self.process.pid):
            try:
                if word in Path(f"/proc/{pid}/cmdline").read_bytes():
                    return pid
            except OSError:
                continue
        return None

    def kill(self, what: str) -> bool:
        """Kill it hard; False where it is not there at this moment."""
        if what == "serve":
            self.process.kill()
            self.process.wait()
            self.start()
            return True
        pid = self.child({"web": b"desk.web", "worker": b"jobs.worker"}[what])
        if pid is None:
            return False
        os.kill(pid, signal.SIGKILL)
        return True

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(30)


def children(pid: int) -> set[int]:
    found: set[int] = set()
    try:
        tasks = list(Path(f"/proc/{pid}/task").glob("*/children"))
        for child in (int(word) for task in tasks for word in task.read_text().split()):
            found |= {child} | children(child)
    except OSError:
        pass
    return found


class Company:
    """What is ordered, as files and in a database; `lines` counts what the ledger must hold."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self.folder, self.rng, self.lines, self.number = folder, rng, 0, 0
        (folder / "in").mkdir(parents=True)
        self.erp = folder / "erp.sqlite3"
        with sqlite3.connect(self.erp) as database:
            database.execute("CREATE TABLE sold (order_id, order_date, customer, product, amount)")
        database.close()
        first = date.today() - timedelta(weeks=WEEKS)
        past = [
            self._line(f"C{account}", first + timedelta(weeks=week, days=account % 5))
            for week in range(WEEKS)
            for account in range(ACCOUNTS)
            if (week + account) % (2 + account % 4) == 0
        ]
        self._file("past", past)

    def _line(self, customer: str, day: date) -> list[str]:
        self.number += 1
        product = f"P{self.rng.randrange(12)}"
        return [f"O{self.number}", str(day), customer, product, str(self.rng.randrange(10, 900))]

    def _file(self, name: str, lines: list[list[str]]) -> None:
        self.lines += len(lines)
        head = "order_id,order_date,customer,product,amount\n"
        text = head + "".join(",".join(line) + "\n" for line in lines)
        (self.folder / "in" / f"{name}.csv").write_text(text)

    def one_more_night(self, name: str) -> None:
        day = date.today() - timedelta(days=1)
        lines = [self._line(f"C{self.rng.randrange(ACCOUNTS)}", day) for _ in range(A_NIGHT)]
        self._file(name, lines[: A_NIGHT // 2])
        with sqlite3.connect(self.erp) as database:
            database.executemany("INSERT INTO sold VALUES (?, ?, ?, ?, ?)", lines[A_NIGHT // 2 :])
        database.close()
        self.lines += A_NIGHT - A_NIGHT // 2


def set_up(company: Company, mail_port: int) -> None:
    """People, digests by mail, sources; the past is imported by the first run."""
    from django.utils import timezone

    from mainstay.desk.access.models import User
    from mainstay.desk.digests.models import Channel, Post, Subscription
    from mainstay.desk.nightly import services

    now = timezone.now()
    Post.objects.create(
        pk=1, on=True, public_url="https://desk.example.com", mail_host="127.0.0.1",
        mail_port=mail_port, mail_security="none", mail_from="desk@example.com",
    )  # fmt: skip
    for name in READERS:
        user = User.objects.create(
            username=name, name=name, role="director", email=f"{name}@example.com"
        )
        user.set_password("harbour-lantern-7")
        user.must_change_password = False
        user.save()
        Channel.objects.create(user=user, service="mail", added_at=now)
        Subscription.objects.create(
            user=user, on=True, language="en", weekday=6, hour=0, since=now - timedelta(days=30),
            last_due_at=now - timedelta(days=8),
        )  # fmt: skip
    files = services.Wanted("Files", f"{company.folder}/in/*.csv")
    erp = services.Wanted("ERP", f"sqlite:///{company.erp}", query="SELECT * FROM sold")
    for wanted in (files, erp):
        services.save_source(None, wanted, now)


def wish_for_digests(hours_ago: int) -> None:
    """Digests are due for a moment that no other run had."""
    from django.utils import timezone

    from mainstay.desk.digests.models import Subscription

    due = timezone.localtime() - timedelta(hours=hours_ago)
    Subscription.objects.update(weekday=due.weekday(), hour=due.hour)


def one_night(
    desk: Desk, rng: random.Random, kills: int, usual: float, hours_ago: int
) -> tuple[Any, Counter[str]]:
    """A run with at most so many kills; gives its night and what was killed."""
    from django.utils import timezone

    from mainstay.desk.nightly import queries, services

    night = services.run_now(None, timezone.now())
    wish_for_digests(hours_ago)
    killed: Counter[str] = Counter()
    begun = time.monotonic()
    next_kill = time.monotonic() + rng.uniform(0.2, usual)
    while True:
        shown = queries.one_night(night.pk)
        if shown is None or shown.job.is_over:
            return shown, killed
        if time.monotonic() - begun > 100 * usual + 600:
            raise SystemExit(f"the run does not end: {shown.job.state} {shown.job.step}")
        if killed.total() < kills and time.monotonic() > next_kill:
            ways = ["web"] * (killed["web"] < MOST_OF_WEB)
            if killed["worker"] + killed["serve"] < MOST_OF_WORKER:
                ways += ["worker", "serve"]
            if ways and desk.kill(what := rng.choice(ways)):
                killed[what] += 1
                print(f"  {what} in {shown.job.step or 'no step'}", flush=True)
            next_kill = time.monotonic() + rng.uniform(0.2, usual)
        if desk.process.poll() is not None:  # as systemd would, where pages did not come up in time
            print("  serve ended by itself and is started again", flush=True)
            desk.start()
        time.sleep(0.1)


def faults(company: Company, nights: list[Any], taken: Counter[str]) -> list[str]:
    """What is not as it would be had nobody killed anything."""
    from django.conf import settings

    from mainstay import engine
    from mainstay.desk.accounts.models import latest_id
    from mainstay.desk.digests.models import Delivery

    told = []
    ledger = engine.open_ledger(settings.HOME)
    stored = sum(one.tables.get("order_lines", 0) for one in ledger.imports())
    assessed = [night.job.result.get("assess") for night in nights]
    kept = sorted(ledger.assessments.ids())
    expected = {
        "runs that are done": (len(nights), sum(n.verdict == "done" for n in nights)),
        "order lines": (company.lines, ledger.n_lines),
        "order lines of all imports": (company.lines, stored),
        # Each night a file and the database, and in the first the past.
        "imports": (2 * len(nights) + 1, len(ledger.imports())),
        "rows that runs say they took": (company.lines, sum(n.rows for n in nights)),
        "assessments": (sorted(map(str, assessed)), kept),
        "assessment on the pages": (assessed[-1], latest_id()),
        "broken off imports": ([], list(ledger.recover())),
    }
    for what, (wanted, found) in expected.items():
        if wanted != found:
            told.append(f"{what}: {found} instead of {wanted}")
    for name in READERS:
        states = Counter(
            Delivery.objects.filter(channel__user__username=name).values_list("state", flat=True)
        )
        if states.total() != len(nights) or states["waiting"] or states["sending"]:
            told.append(f"digests of {name}: {dict(states)} in {len(nights)} runs")
        if not states["sent"] <= taken[name] <= states["sent"] + states["failed"]:
            told.append(f"mails to {name}: {taken[name]} taken, {dict(states)} said")
    return told


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--kills", type=int, default=100)
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--home", type=Path)
    given = asked.parse_args()
    folder = (given.home or Path(tempfile.mkdtemp(prefix="kills"))).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    home = folder / "home"
    os.environ["MAINSTAY_HOME"] = str(home)
    rng = random.Random(given.seed)
    company = Company(folder, rng)
    from mainstay.desk.serve import open_database

    home.mkdir(parents=True)
    open_database()
    sink = Server(("127.0.0.1", 0), Mail)
    sink.taken = Counter()  # type: ignore[attr-defined]
    threading.Thread(target=sink.serve_forever, daemon=True).start()
    set_up(company, sink.server_address[1])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    desk = Desk(home, port)
    nights: list[Any] = []
    killed: Counter[str] = Counter()
    usual = 20.0
    begun = time.monotonic()
    while not nights or killed.total() < given.kills:
        company.one_more_night(f"night-{len(nights):03}")
        kills = given.kills - killed.total() if nights else 0
        night, this = one_night(desk, rng, kills, usual, 60 - len(nights))
        nights.append(night)
        killed += this
        if not this.total():  # undisturbed: how long a run takes; the first one compiles kernels
            usual = min(usual, max(1.0, night.seconds or 1.0))
        print(
            f"night {len(nights)}: {night.verdict}, {night.seconds:.0f} s, {dict(this)}", flush=True
        )
    code = desk.stop()
    told = faults(company, nights, sink.taken)  # type: ignore[attr-defined]
    if code:
        told.append(f"serve ended with {code}")
    result = {
        "kills": dict(killed),
        "nights": len(nights),
        "order_lines": company.lines,
        "mails": dict(sink.taken),  # type: ignore[attr-defined]
        "uncertain_mails": uncertain(),
        "seconds": round(time.monotonic() - begun),
        "faults": told,
    }
    print(json.dumps(result, indent=1))
    return 1 if told else 0


def uncertain() -> int:
    from mainstay.desk.digests.models import Delivery

    return Delivery.objects.filter(state="failed").count()


if __name__ == "__main__":
    sys.exit(main())
