"""Workbooks that are locked with a password."""

from __future__ import annotations

from pathlib import Path

from mainstay.core.errors import UnreadableFile
from mainstay.core.texts import gettext_noop


class WrongPassword(UnreadableFile):
    """A locked workbook that the password does not open, or for which none was given."""

    code = "wrong_password"


def unlock(path: Path, password: str | None, target: Path) -> None:
    """Write the workbook that a locked file holds.

    Raises: WrongPassword
    """
    if not password:
        raise WrongPassword(
            gettext_noop(
                "“{file}” is locked with a password: give it with --password, or save the file without one."
            ),
            file=path.name,
        )
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError

    try:
        with path.open("rb") as file, target.open("wb") as out:
            locked = msoffcrypto.OfficeFile(file)
            locked.load_key(password=password, verify_password=True)
            locked.decrypt(out)
    except (InvalidKeyError, DecryptionError, FileFormatError) as error:
        raise WrongPassword(
            gettext_noop("The password does not open “{file}”: check it and try again."),
            file=path.name,
        ) from error
