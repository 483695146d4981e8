"""Kills web server, worker and `mainstay serve` itself in nightly runs, and counts afterwards.

    python benchmarks/kills.py --kills 100 --home .cache/kills   at random moments of many runs
    python benchmarks/kills.py --chosen                          at a moment of each kind in one run

A small company gets orders by files and from a database each night, is assessed, and two people get
their digest by mail, which a mail server of this script's own takes, as another takes webhooks.
Afterwards order lines, imports, assessments, what the pages show, mails and webhooks must be what they
would be had nobody killed anything. A message that was being handed over at the moment of a kill is said
to be uncertain, and never sent twice; a webhook may come twice, under the same id.
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
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

READERS = ("ada", "ben")
ACCOUNTS, WEEKS, A_NIGHT = 30, 80, 40
# Of one run: more starts of one step would be given up, as work that ends the worker each time.
MOST_OF_WORKER, MOST_OF_WEB = 4, 2
# Kills at chosen moments: what, and in which step. The last is when a mail has been taken and its sender
# does not know yet.
CHOSEN = (
    ("worker", "source"),
    ("web", "assess"),
    ("worker", "assess"),
    ("serve", "publish"),
    ("worker", "digests"),
)
SERVE = "from mainstay.cli.main import main; main()"
HOOKS = ("import.done", "account.state_changed")
# Webhooks are told of imports found by a look once a minute.
DRAIN_SECONDS = 200.0
LONGEST_RUN_SECONDS = 1800.0


class Mail(socketserver.StreamRequestHandler):
    """As much of SMTP as takes a mail; `taken` counts them by recipient, answered when `answering`."""

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
                self.server.answering.wait(60)  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 yes\r\n")


class Hook(BaseHTTPRequestHandler):
    """Takes webhooks: `told` has the ids of messages by event, `requests` counts them."""

    def do_POST(self) -> None:
        server: Any = self.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.requests += 1
        for event in body["data"]["events"]:
            server.told.setdefault(event["sequence"], set()).add(self.headers["webhook-id"])
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, *args: Any) -> None:
        """Its client was killed, as is meant here."""


def mail_server() -> Any:
    sink: Any = Server(("127.0.0.1", 0), Mail)
    sink.taken, sink.answering = Counter(), threading.Event()
    sink.answering.set()
    threading.Thread(target=sink.serve_forever, daemon=True).start()
    return sink


def hook_server() -> Any:
    hooks: Any = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    hooks.told, hooks.requests = {}, 0
    threading.Thread(target=hooks.serve_forever, daemon=True).start()
    return hooks


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
        return self.process.wait(120)


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


def set_up(company: Company, mail_port: int, hook_port: int) -> None:
    """People, digests by mail, webhooks, sources; the past is imported by the first run."""
    from django.utils import timezone

    from mainstay.api.webhooks import services as webhooks
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
    wish = webhooks.Wish("x", HOOKS, f"http://127.0.0.1:{hook_port}/hooks")
    webhooks.add(None, wish, now)
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


class AtRandom:
    """Kills one of the three now and then, at most so many in a run.

    usual: seconds between two kills at most, about what a run takes undisturbed
    """

    def __init__(self, rng: random.Random, most: int, usual: float) -> None:
        self.rng, self.most, self.usual = rng, most, usual
        self.killed: Counter[str] = Counter()
        self._wait()

    def _wait(self) -> None:
        self.next = time.monotonic() + self.rng.uniform(0.2, self.usual)

    def look(self, desk: Desk, step: str) -> None:
        if self.killed.total() >= self.most or time.monotonic() < self.next:
            return
        ways = ["web"] * (self.killed["web"] < MOST_OF_WEB)
        if self.killed["worker"] + self.killed["serve"] < MOST_OF_WORKER:
            ways += ["worker", "serve"]
        if ways and desk.kill(what := self.rng.choice(ways)):
            self.killed[what] += 1
            say(f"  {what} in {step or 'no step'}")
        self._wait()


class AtChosen:
    """Kills each of `CHOSEN` in its step, the last over a mail that its sender waits for."""

    def __init__(self, sink: Any) -> None:
        self.sink, self.left = sink, list(CHOSEN)
        self.killed: Counter[str] = Counter()
        sink.answering.clear()

    def look(self, desk: Desk, step: str) -> None:
        if not self.left or not step.startswith(self.left[0][1]):
            return
        what, wanted = self.left[0]
        if (wanted == "digests" and not self.sink.taken) or not desk.kill(what):
            return
        self.killed[what] += 1
        del self.left[0]
        say(f"  {what} in {step}")
        if not self.left:
            self.sink.answering.set()


def one_night(desk: Desk, killer: AtRandom | AtChosen, hours_ago: int) -> Any:
    """A run with kills; gives its night."""
    from django.utils import timezone

    from mainstay.desk.nightly import queries, services

    night = services.run_now(None, timezone.now())
    wish_for_digests(hours_ago)
    begun = time.monotonic()
    while True:
        shown = queries.one_night(night.pk)
        if shown is None or shown.job.is_over:
            return shown
        if time.monotonic() - begun > LONGEST_RUN_SECONDS:
            raise SystemExit(f"the run does not end: {shown.job.state} {shown.job.step}")
        killer.look(desk, shown.job.step)
        if desk.process.poll() is not None:  # as systemd would, where pages did not come up in time
            say("  serve ended by itself and is started again")
            desk.start()
        time.sleep(0.03)


def drain(hooks: Any) -> None:
    """Wait until webhooks have told of every import, and nothing waits."""
    from django.conf import settings

    from mainstay import engine
    from mainstay.api.webhooks.models import Delivery, Happening

    imports = len(engine.open_ledger(settings.HOME).imports())
    last = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < last:
        happened = Happening.objects.filter(kind="import.done").count()
        waiting = Delivery.objects.filter(state__in=("waiting", "sending"))
        posted = not Happening.objects.filter(posted=False).exists()
        if happened >= imports and posted and not waiting.exists():
            return
        time.sleep(0.3)


def say(words: str) -> None:
    print(words, flush=True)


def faults(company: Company, nights: list[Any]) -> list[str]:
    """What is not in store and pages as it would be had nobody killed anything."""
    from django.conf import settings

    from mainstay import engine
    from mainstay.desk.accounts.models import latest_id

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
    return [
        f"{what}: {found} instead of {wanted}"
        for what, (wanted, found) in expected.items()
        if wanted != found
    ]


def faults_of_mails(nights: int, taken: Counter[str]) -> list[str]:
    """One mail a run for each reader, but where it is said that nobody knows."""
    from mainstay.desk.digests.models import Delivery

    told = []
    for name in READERS:
        mine = Delivery.objects.filter(channel__user__username=name)
        states = Counter(mine.values_list("state", flat=True))
        if states.total() != nights or states["waiting"] or states["sending"]:
            told.append(f"digests of {name}: {dict(states)} in {nights} runs")
        if not states["sent"] <= taken[name] <= states["sent"] + states["failed"]:
            told.append(f"mails to {name}: {taken[name]} taken, {dict(states)} said")
    return told


def faults_of_hooks(imports: int, hooks: Any) -> list[str]:
    """Every import and every change of state is told, once, however often it came under its id."""
    from mainstay.api.webhooks.models import Happening

    told = []
    happened = list(Happening.objects.values_list("pk", "kind", "subject", "account_id"))
    if sum(kind == "import.done" for _, kind, _, _ in happened) != imports:
        told.append(f"webhooks of {Counter(one[1] for one in happened)} for {imports} imports")
    if len({one[1:] for one in happened}) != len(happened):
        told.append("a happening was written down twice")
    if {one[0] for one in happened} != set(hooks.told):
        told.append(f"{len(hooks.told)} of {len(happened)} happenings were told")
    if any(len(ids) > 1 for ids in hooks.told.values()):
        told.append("a happening was told under two ids")
    return told


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--kills", type=int, default=100)
    asked.add_argument(
        "--chosen", action="store_true", help="one kill in each kind of step instead"
    )
    asked.add_argument("--seconds", type=float, help="begin no further run after so many")
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--home", type=Path)
    given = asked.parse_args()
    folder = (given.home or Path(tempfile.mkdtemp(prefix="kills"))).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    home = folder / "home"
    os.environ |= {"MAINSTAY_HOME": str(home), "MAINSTAY_WEBHOOKS_PRIVATE": "127.0.0.1"}
    rng = random.Random(given.seed)
    company = Company(folder, rng)
    from mainstay.desk.serve import open_database

    home.mkdir(parents=True)
    open_database()
    sink, hooks = mail_server(), hook_server()
    set_up(company, sink.server_address[1], hooks.server_address[1])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    desk = Desk(home, port)
    begun = time.monotonic()
    nights, killed, told = some_nights(desk, company, rng, sink, given)
    drain(hooks)
    stopping = time.monotonic()
    code = desk.stop()
    stopped = time.monotonic() - stopping
    if code:
        told.append(f"serve ended with {code}")
    told += faults(company, nights) + faults_of_mails(len(nights), sink.taken)
    told += faults_of_hooks(2 * len(nights) + 1, hooks)
    result = {
        "kills": dict(killed),
        "nights": len(nights),
        "order_lines": company.lines,
        "mails": dict(sink.taken),
        "uncertain_mails": uncertain(),
        "happenings_told": len(hooks.told),
        "webhooks": hooks.requests,
        "seconds": round(time.monotonic() - begun),
        "stop_seconds": round(stopped, 1),
        "faults": told,
    }
    print(json.dumps(result, indent=1))
    return 1 if told else 0


def some_nights(
    desk: Desk, company: Company, rng: random.Random, sink: Any, given: argparse.Namespace
) -> tuple[list[Any], Counter[str], list[str]]:
    """Runs until there were enough kills: their nights, what was killed, what went wrong."""
    nights: list[Any] = []
    killed: Counter[str] = Counter()
    usual, begun = 20.0, time.monotonic()
    while True:
        company.one_more_night(f"night-{len(nights):03}")
        left = given.kills - killed.total() if nights else 0  # the first is undisturbed
        killer = AtChosen(sink) if given.chosen else AtRandom(rng, left, usual)
        night = one_night(desk, killer, 60 - len(nights))
        nights.append(night)
        killed += killer.killed
        if not killer.killed.total():  # how long a run takes; the first one compiles kernels
            usual = min(usual, max(1.0, night.seconds or 1.0))
        say(f"night {len(nights)}: {night.verdict}, {night.seconds:.0f} s, {dict(killer.killed)}")
        if isinstance(killer, AtChosen):
            return nights, killed, [f"nobody killed {one}" for one in killer.left]
        late = given.seconds is not None and time.monotonic() - begun > given.seconds
        if killed.total() >= given.kills or late:
            return nights, killed, []


def uncertain() -> int:
    from mainstay.desk.digests.models import Delivery

    return Delivery.objects.filter(state="failed").count()


if __name__ == "__main__":
    sys.exit(main())
