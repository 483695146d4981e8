"""What can be wrong with a backup."""

from __future__ import annotations

from mainstay.core.errors import MainstayError
from mainstay.core.texts import gettext_noop


class BackupError(MainstayError):
    """A backup can't be made, read or restored."""

    code = "backup_error"


class WrongPassphrase(BackupError):
    """The passphrase is not the one that the file was sealed with."""

    code = "wrong_passphrase"


def damaged(file: str, part: str = "") -> BackupError:
    """part: of the backup, where it is known"""
    if part:
        return BackupError(
            gettext_noop(
                "The backup “{file}” is damaged in its part “{part}”; take another one. Nothing was changed."
            ),
            file=file,
            part=part,
        )
    return BackupError(
        gettext_noop(
            "“{file}” is no backup of Mainstay's, or it is damaged or cut off; take another one. Nothing was "
            "changed."
        ),
        file=file,
    )
