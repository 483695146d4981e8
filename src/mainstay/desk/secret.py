"""The key that signs sessions and seals what must not be kept in the clear: made once, kept in the home
folder, readable by its owner alone.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from typing import TYPE_CHECKING

from mainstay.core.home import Home

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


def secret_key(home: Home) -> str:
    """The installation's key; made on the first call.

    Two processes that start at once get the same key: the file appears whole or not at all.
    """
    file = home.folder / "secret_key"
    try:
        return file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    draft = home.folder / f".secret_key-{os.getpid()}-{secrets.token_hex(4)}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(secrets.token_urlsafe(64))
    try:
        os.link(draft, file)  # unlike a rename it does not replace the other process's key
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return file.read_text(encoding="ascii").strip()


def seal(key: str, purpose: str) -> Fernet:
    """What encrypts secrets of one purpose; those of another it can't open.

    key: the installation's
    """
    from cryptography.fernet import Fernet

    digest = hashlib.sha256(f"mainstay {purpose} {key}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


class Box:
    """Texts of one purpose, encrypted with the installation's key."""

    def __init__(self, purpose: str) -> None:
        self.purpose = purpose

    def sealed(self, text: str) -> str:
        return self._seal().encrypt(text.encode()).decode() if text else ""

    def opened(self, text: str) -> str:
        """Empty where there is none, and where the installation's key is another one now."""
        from cryptography.fernet import InvalidToken

        try:
            return self._seal().decrypt(text.encode()).decode() if text else ""
        except InvalidToken:
            return ""

    def _seal(self) -> Fernet:
        from django.conf import settings

        return seal(settings.SECRET_KEY, self.purpose)
