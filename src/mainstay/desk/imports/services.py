"""Writes of this part: files kept, work asked for."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.access.services import record
from mainstay.desk.accounts.models import latest_id
from mainstay.desk.imports.models import Upload
from mainstay.desk.imports.receiving import move, safe_name
from mainstay.desk.jobs import services as jobs
from mainstay.desk.jobs.models import Job, State

KEPT_DAYS = 7  # files that were brought and not loaded
READ_OPTIONS = ("sheet", "encoding", "delimiter")


def keep(user: User, files: Sequence[UploadedFile], table: str, *, look: bool = True) -> Upload:
    """Keep files below a random name, each in a folder of its own, and have them looked at.

    look: whether; a program has them loaded at once
    Raises: InvalidSetting when there is none
    """
    if not files:
        raise InvalidSetting(gettext_noop("Choose a file first."))
    forget_old()
    upload = Upload(id=secrets.token_hex(12), by=user, options={"table": table})
    for n, file in enumerate(files):
        place = upload.folder / str(n)
        place.mkdir(parents=True, mode=0o700)
        name = safe_name(file.name or "")
        move(file, place / name)
        upload.files.append({"name": name, "path": f"{n}/{name}", "bytes": file.size or 0})
    with transaction.atomic():
        upload.save()
        record(user, "import.upload", about=upload, after={"files": upload.files})
        if look:
            look_at(user, upload)
    return upload


@transaction.atomic
def look_at(user: User, upload: Upload, *, password: str = "") -> Job:
    """Have the worker read the files and propose how to take them."""
    options = {"table": upload.table, "read": _read_options(upload)}
    upload.job = _ask(user, "plan", upload, options, password)
    upload.save(update_fields=["job", "options"])
    return upload.job


@transaction.atomic
def load(
    user: User,
    upload: Upload,
    mappings: dict[str, Any],
    *,
    password: str = "",
    assume_recorded: bool = False,
) -> Job:
    """Have the worker load the files with these mappings, by source.

    Before the first assessment the files are loaded only: the user then says which codes are one
    account, and asks for the assessment.
    """
    options = {
        "table": upload.table,
        "read": _read_options(upload),
        "mappings": mappings,
        "assume_recorded": assume_recorded,
    }
    kind = "import" if latest_id() else "load"
    upload.job = _ask(user, kind, upload, options, password)
    upload.save(update_fields=["job"])
    return upload.job


def keep_proposal(upload: Upload, proposal: dict[str, Any]) -> None:
    """Keep how the files would be read, and what the user made of it."""
    upload.proposal = proposal
    upload.save(update_fields=["proposal"])


@transaction.atomic
def choose(upload: Upload, **options: Any) -> None:
    """Keep what the user says of all files; the old proposal goes."""
    upload.options = {k: v for k, v in {**upload.options, **options}.items() if v}
    upload.proposal = None
    upload.save(update_fields=["options", "proposal"])


def _read_options(upload: Upload) -> dict[str, str]:
    return {name: upload.options[name] for name in READ_OPTIONS if upload.options.get(name)}


def _ask(user: User, kind: str, upload: Upload, options: dict[str, Any], password: str) -> Job:
    arguments: dict[str, Any] = {"upload": upload.pk, "files": upload.paths, "options": options}
    if password:
        arguments["secrets"] = {"password": password}
    return jobs.ask(user, kind, arguments, label=str(upload))


def undo(user: User, import_id: str, label: str) -> Job:
    """Have the worker undo an import; one that is asked for twice is undone once."""
    return jobs.ask(user, "undo", {"import_id": import_id}, label=label)


def assess(user: User) -> Job:
    """Have all accounts assessed; joins the work that waits already, if there is."""
    waiting = Job.objects.filter(kind="assess", state=State.WAITING, arguments={}).first()
    return waiting or jobs.ask(user, "assess", {})


@transaction.atomic
def forget(user: User, upload: Upload) -> None:
    """Delete files that are not loaded, and call off what was to be done with them."""
    if upload.job is not None and not upload.job.is_over:
        jobs.cancel(user, upload.job.pk)
    record(user, "import.forget", about=upload)
    shutil.rmtree(upload.folder, ignore_errors=True)


def forget_old() -> None:
    """Delete files that nobody loaded for days, and those of uploads that are loaded."""
    limit = timezone.now() - timedelta(days=KEPT_DAYS)
    known = {u.pk: u for u in Upload.objects.select_related("job")}
    for place in settings.HOME.uploads.glob("*/"):
        upload = known.get(place.name)
        done = upload is not None and upload.job is not None and is_loaded(upload.job)
        if done or (upload is not None and upload.at < limit):
            shutil.rmtree(place, ignore_errors=True)


def is_loaded(job: Job) -> bool:
    return job.kind in ("import", "load") and "load" in job.result
