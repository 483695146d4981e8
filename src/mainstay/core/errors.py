"""One family of errors: what happened, where, and what to do about it, in one clear sentence."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mainstay.core.texts import Text, gettext_noop


class MainstayError(Exception):
    """An error that a user can understand and mend.

    template: English sentence with {named} places, marked with `gettext_noop` where it is written
    data: what belongs in the places
    `code` names the kind for machines; it never changes once published.
    """

    code = "error"

    def __init__(self, template: str, **data: Any) -> None:
        self.text = Text(template, data)
        super().__init__(template)

    def __str__(self) -> str:
        return str(self.text)

    @property
    def data(self) -> dict[str, Any]:
        return dict(self.text.data)


class UnreadableFile(MainstayError):
    """A file that can't be read as what its name or the user says it is."""

    code = "unreadable_file"


class MappingNeeded(MainstayError):
    """The headings do not say which column is which; `data` names what is missing."""

    code = "mapping_needed"


class InvalidHistory(MainstayError):
    """Accounts whose history breaks a rule of a model."""

    code = "invalid_history"


class FitError(MainstayError):
    """A model that can't be fitted to these data; says what to try."""

    code = "fit_error"


class StoreError(MainstayError):
    """The order store is not as it must be, or is somebody else's at this moment."""

    code = "store_error"


class NotFound(MainstayError):
    """What was asked for is not there."""

    code = "not_found"


class InvalidSetting(MainstayError):
    """A setting, option or argument with a value that can't be used."""

    code = "invalid_setting"


class RefusedByMachine(MainstayError):
    """The disk is full, or a place is there that may not be read or written."""

    code = "refused_by_machine"


_FULL = gettext_noop(
    "The disk is full{place}. Nothing was left half done; make room and do it again."
)
_FORBIDDEN = gettext_noop(
    "Mainstay may not read or write here{place}. Ask for the right to it, or name another folder "
    "with --home or MAINSTAY_HOME."
)
_NO_FOLDER = gettext_noop(
    "A file is where a folder is needed{place}. Name another folder with --home or MAINSTAY_HOME."
)
# How the system tells it, and how the libraries that write for us do, which make their own errors of it.
_REFUSALS = (
    (
        _FULL,
        (errno.ENOSPC, errno.EDQUOT, errno.EFBIG),
        r"No space left on device|disk is full|quota exceeded|File too large",
    ),
    (
        _FORBIDDEN,
        (errno.EACCES, errno.EPERM, errno.EROFS),
        r"Permission denied|Operation not permitted|Read-only file system|readonly database",
    ),
    (_NO_FOLDER, (errno.ENOTDIR,), r"Not a directory"),
)


def refused_by_machine(error: BaseException) -> RefusedByMachine | None:
    """What the machine itself refused, as a sentence; None where it is something else."""
    number = error.errno if isinstance(error, OSError) else None
    for template, numbers, words in _REFUSALS:
        if number in numbers or re.search(words, str(error)):
            return RefusedByMachine(template, place=_place(error))
    return None


def _place(error: BaseException) -> str:
    """(/where/it/was), where the error says so."""
    named = getattr(error, "filename", None)
    if named is None:
        found = re.search(r"[\"'“](/[^\"'”]+)", str(error))
        named = found[1] if found else None
    return f" ({named})" if named else ""


@contextmanager
def writing(file: Path) -> Iterator[None]:
    """Around the writing of a file that a user named.

    Raises: InvalidSetting where it can't be written
    """
    try:
        yield
    except OSError as error:
        raise InvalidSetting(
            gettext_noop("“{file}” can't be written: {reason}. Name another file."),
            file=str(file),
            reason=error.strerror or str(error),
        ) from error
