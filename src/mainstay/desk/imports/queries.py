"""Reads for the pages about imports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from mainstay import engine
from mainstay.desk.imports import reports
from mainstay.desk.imports.models import Upload
from mainstay.desk.imports.services import is_loaded
from mainstay.desk.jobs.models import Job, State

SHOWN = 200  # imports on the list
MOST_WAITING = 100  # uploads of one person that are looked at
ROWS = 50  # set-aside rows on a report


@dataclass(frozen=True)
class ImportRow:
    """One import of the list; `when` and `shown` are None where its report is not known."""

    import_id: str
    when: datetime | None
    files: list[str]
    who: str
    rows: int
    shown: reports.Shown | None
    table: str


@dataclass(frozen=True)
class ImportsPage:
    rows: list[ImportRow]
    total: int
    working: list[Job]
    waiting: list[Upload]

    @property
    def more_waiting(self) -> list[Upload]:
        """Those after the first three, which are shown at once."""
        return self.waiting[3:]


def imports_page(user: Any) -> ImportsPage:
    """The imports that count, the newest first; what is under way; what this user left halfway."""
    found = engine.import_list(settings.HOME)
    who = _who()
    return ImportsPage(
        [_row(one, who) for one in found[:SHOWN]],
        len(found),
        list(
            Job.objects.filter(
                state__in=(State.WAITING, State.RUNNING),
                kind__in=("import", "load", "undo", "assess"),
            ).select_related("asked_by")[:5]
        ),
        _halfway(user),
    )


def _halfway(user: Any) -> list[Upload]:
    """Files that this user brought and did not load yet."""
    mine = Upload.objects.filter(by=user).select_related("job")[:MOST_WAITING]
    return [u for u in mine if u.job and not is_loaded(u.job) and u.is_there]


def _who() -> dict[str, str]:
    """Who loaded an import, where it was done at the desk."""
    jobs = Job.objects.filter(kind__in=("import", "load")).select_related("asked_by")[:2000]
    return {
        job.result["load"]["import_id"]: str(job.asked_by or "")
        for job in jobs
        if job.result.get("load", {}).get("import_id")
    }


def _row(one: dict[str, Any], who: dict[str, str]) -> ImportRow:
    report = one["report"]
    return ImportRow(
        one["import_id"],
        moment(report),
        [source["source"] for source in report["sources"]] if report else [one["import_id"]],
        who.get(one["import_id"], ""),
        sum(one["tables"].values()),
        reports.shown(report) if report else None,
        report["table"] if report else next(iter(one["tables"])),
    )


def moment(report: dict[str, Any]) -> datetime | None:
    text = report.get("recorded_at") if report else None
    return datetime.fromisoformat(text) if text else None


@dataclass(frozen=True)
class AsideRows:
    """The first rows that were set aside, with only the columns that say something."""

    columns: list[str]
    rows: list[dict[str, Any]]
    total: int


def set_aside(import_id: str) -> AsideRows:
    table = engine.set_aside_rows(settings.HOME, import_id)
    part = table.slice(0, ROWS)
    columns = [
        name
        for name in part.column_names
        if not name.startswith("_") and part[name].null_count < part.num_rows
    ][:30]
    if "_line" in part.column_names and part["_line"].null_count < part.num_rows:
        columns.append("_line")
    rows = [
        {
            "source": row["_source"],
            "row": row["_row"],
            "reason": row["_reason"],
            "cells": [_short(row[name]) for name in columns],
        }
        for row in part.to_pylist()
    ]
    return AsideRows(columns, rows, table.num_rows)


def _short(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 80 else text[:79] + "…"
