"""Files of cases: taken in, handed out, taken away. What is in one is hostile until read, and nothing here reads it.

The bytes lie under a random name in the home's folder, no part of which comes from the sender; they leave
it as a download alone, never as something that a browser would show or run.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q

from mainstay.core.errors import InvalidSetting, MainstayError
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.access.rights import SETTERS
from mainstay.desk.access.services import NotAllowed, record
from mainstay.desk.cases.models import Case, CaseComment, CaseFile
from mainstay.desk.facts.rights import visible
from mainstay.desk.imports.receiving import StreamToDisk, move, safe_name

MOST_BYTES = 25 * 2**20  # of one file
MOST_FILES = 50  # of one case
MOST_CASES = 50
_ZIP, _OLD_OFFICE = (b"PK\x03\x04",), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
# By ending, what the first bytes of such a file are; none: text. No format that runs anything by itself: no
# macros of older office files, no pages, no archives.
KINDS: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "docx": _ZIP,
    "xlsx": _ZIP,
    "pptx": _ZIP,
    "odt": _ZIP,
    "ods": _ZIP,
    "odp": _ZIP,
    "msg": _OLD_OFFICE,
    "eml": (),
    "txt": (),
    "csv": (),
}
_WIDE_TEXT = (b"\xff\xfe", b"\xfe\xff")
_LOOKED_AT = 8192
_STRAY_HOURS = 24  # bytes that no row knows, of a request that was cut off


class NotTaken(MainstayError):
    """A file that can't be kept."""

    code = "not_taken"


class SmallFiles(StreamToDisk):
    """Of a file that is too large no more comes to the disk than it takes to know."""

    most = MOST_BYTES + 2**20  # the other fields of the form come with it


@transaction.atomic
def keep(user: User, case: Case, file: UploadedFile | None, *, now: datetime) -> CaseFile:
    """Put a file to a case.

    Raises: NotAllowed, InvalidSetting where there is none, NotTaken
    """
    if not visible(user, Case).filter(pk=case.pk).exists():
        raise NotAllowed(gettext_noop("This is not there any more, or not for you."))
    if file is None:
        raise InvalidSetting(gettext_noop("Choose a file first."))
    if CaseFile.objects.filter(case_id=case.case_id).count() >= MOST_FILES:
        raise NotTaken(
            gettext_noop("This case has {most} files already; take one away first."),
            most=MOST_FILES,
        )
    name = safe_name(file.name or "")
    kept = CaseFile(
        id=secrets.token_hex(16),
        case_id=case.case_id,
        name=name,
        kind=_kind(name, file),
        size=file.size or 0,
        at=now,
        by=user,
    )
    kept.save(force_insert=True)
    record(user, "case_files.add", about=kept, label=f"{case.account_id} {name}")
    kept.path.parent.mkdir(mode=0o700, exist_ok=True)
    move(file, kept.path)
    kept.path.chmod(0o600)
    return kept


def _kind(name: str, file: UploadedFile) -> str:
    """Raises: NotTaken"""
    if (file.size or 0) > MOST_BYTES:
        raise too_large()
    kind = Path(name).suffix.lower().lstrip(".")
    if kind not in KINDS:
        raise NotTaken(
            gettext_noop("“{name}” is no file that can be kept here. These can: {kinds}."),
            name=name,
            kinds=", ".join(KINDS),
        )
    file.seek(0)
    first = file.read(_LOOKED_AT)
    file.seek(0)
    told = KINDS[kind]
    fine = first.startswith(told) if told else b"\0" not in first or first.startswith(_WIDE_TEXT)
    if not first or not fine:
        raise NotTaken(
            gettext_noop(
                "“{name}” is empty, or not what its ending says; save it again as .{kind}."
            ),
            name=name,
            kind=kind,
        )
    return kind


def too_large() -> NotTaken:
    return NotTaken(
        gettext_noop(
            "This file has more than {most} MB; send a smaller one, or put a link into a comment."
        ),
        most=MOST_BYTES // 2**20,
    )


def of_case(case: Case) -> list[CaseFile]:
    return list(CaseFile.objects.filter(case_id=case.case_id).select_related("by")[:MOST_FILES])


def one(case: Case, file_id: str) -> CaseFile | None:
    return CaseFile.objects.filter(case_id=case.case_id, pk=file_id).first()


def cases_with_words(account_id: str) -> list[Case]:
    """The cases of an account with comments or files, in which somebody may be named."""
    said = CaseComment.objects.filter(account_id=account_id).values("case_id")
    kept = CaseFile.objects.values("case_id")
    rows = Case.objects.filter(account_id=account_id)
    return list(rows.filter(Q(case_id__in=said) | Q(case_id__in=kept))[:MOST_CASES])


def may_remove(user: Any, file: CaseFile) -> bool:
    """Who put it there, and those who lead."""
    return file.by_id == user.pk or user.role in SETTERS


def handed_out(user: User, case: Case, file: CaseFile) -> None:
    """Write down that somebody took a copy."""
    record(user, "case_files.download", about=file, label=f"{case.account_id} {file.name}")


@transaction.atomic
def remove(user: User, case: Case, file: CaseFile) -> None:
    """Take a file away for good; the record of events keeps that it was there.

    Raises: NotAllowed
    """
    if not may_remove(user, file):
        raise NotAllowed(gettext_noop("Only who put it here, or a director, may take it away."))
    record(user, "case_files.remove", about=file, label=f"{case.account_id} {file.name}")
    path = file.path
    file.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True), robust=True)


def forget_files(now: datetime) -> int:
    """Delete the files of cases that were taken back, and bytes that no row knows; gives how many."""
    known = Case.objects.values("case_id")
    CaseFile.objects.exclude(case_id__in=known).delete()
    kept = set(CaseFile.objects.values_list("id", flat=True))
    latest = (now - timedelta(hours=_STRAY_HOURS)).timestamp()
    gone = 0
    for path in Path(settings.HOME.case_files).glob("*"):
        if path.name not in kept and path.stat().st_mtime < latest:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
