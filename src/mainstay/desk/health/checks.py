"""What has to be well: the database, the store, the disk, the worker, the last nightly run."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection

from mainstay.desk.jobs import heartbeat
from mainstay.desk.nightly import queries

LEAST_FREE_MB = 500
# A desk that starts is not ready, and nothing is wrong with it: its worker is heard of within this time.
STARTING_SECONDS = 60.0
_BEGUN = time.monotonic()
# Without these nothing can be shown or kept; the others are told and stop nobody.
NEEDED = ("database", "store", "disk", "worker")

Check = Callable[[], dict[str, Any]]


def database() -> dict[str, Any]:
    begun = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return {"ok": True, "milliseconds": round(1000 * (time.monotonic() - begun), 1)}


def store() -> dict[str, Any]:
    """Whether the folder can be read and written. What lies in it, `mainstay store check` looks through."""
    place = settings.HOME.store
    with os.scandir(place) as entries:
        next(entries, None)
    return {"ok": os.access(place, os.R_OK | os.W_OK | os.X_OK)}


def disk() -> dict[str, Any]:
    free = shutil.disk_usage(settings.HOME.folder).free // 2**20
    return {"ok": free >= LEAST_FREE_MB, "free_mb": free}


def worker() -> dict[str, Any]:
    age = heartbeat.age_seconds(settings.HOME)
    ok = age is not None and age < heartbeat.SILENT_SECONDS
    return {"ok": ok, "silent_seconds": None if age is None else round(age, 1)}


def nightly() -> dict[str, Any]:
    last = queries.last_ended()
    if last is None:
        return {"ok": True, "result": "never"}
    ended = last.job.ended_at
    return {
        "ok": last.verdict in ("done", "cancelled"),
        "result": last.verdict,
        "ended_at": ended.isoformat(timespec="seconds") if ended else None,
    }


CHECKS: dict[str, Check] = {
    "database": database,
    "store": store,
    "disk": disk,
    "worker": worker,
    "nightly": nightly,
}


def starting() -> bool:
    """Whether this process began a moment ago."""
    return time.monotonic() - _BEGUN < STARTING_SECONDS


def ready() -> dict[str, Any]:
    """All of it, each by its name; no paths and no words of errors, since anybody may ask.

    `status` is `ok`, `degraded` (told, and nobody is stopped) or `failing`
    """
    found = {name: _checked(check) for name, check in CHECKS.items()}
    status = "ok"
    if not all(one["ok"] for one in found.values()):
        status = "degraded"
    if not all(found[name]["ok"] for name in NEEDED):
        status = "failing"
    return {"status": status, "checks": found}


def _checked(check: Check) -> dict[str, Any]:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - whatever it is, that is the answer
        return {"ok": False, "error": type(error).__name__}
