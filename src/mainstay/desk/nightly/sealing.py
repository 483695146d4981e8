"""Passwords of sources: kept encrypted, or named by a variable of the environment, and never shown."""

from __future__ import annotations

import os
import re
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from cryptography.fernet import InvalidToken
from django.conf import settings

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop
from mainstay.desk.nightly.models import Source
from mainstay.desk.secret import seal

_PURPOSE = "sources"
# Not any variable: those that sign sessions or open the desk's own database are nobody's to send out.
VARIABLE = re.compile(r"MAINSTAY_[A-Z0-9_]*PASSWORD")


def sealed(text: str) -> str:
    return seal(settings.SECRET_KEY, _PURPOSE).encrypt(text.encode()).decode() if text else ""


def secret_of(source: Source) -> str:
    """The password of a source; empty where it has none.

    Raises: InvalidSetting where it can't be had
    """
    if source.variable:
        if source.variable not in os.environ:
            raise InvalidSetting(
                gettext_noop("The variable {name} of the environment is not set."),
                name=source.variable,
            )
        return os.environ[source.variable]
    if not source.secret:
        return ""
    try:
        return seal(settings.SECRET_KEY, _PURPOSE).decrypt(source.secret.encode()).decode()
    except InvalidToken:
        raise InvalidSetting(
            gettext_noop(
                "The password can't be read with this installation's key; enter it once more."
            )
        ) from None


def without_password(address: str) -> tuple[str, str]:
    """An address without the password in it, and that password; empty where there is none.

    Raises: InvalidSetting, with nothing of the address
    """
    if "://" not in address:
        return address, ""
    try:
        parts = urlsplit(address)
        password = parts.password
    except ValueError:
        raise InvalidSetting(
            gettext_noop("This is no address: write it as scheme://user@host/name.")
        ) from None
    if not password:
        return address, ""
    user, _, host = parts.netloc.rpartition("@")
    name = user.split(":", 1)[0]
    return urlunsplit(parts._replace(netloc=f"{name}@{host}")), unquote(password)


def with_password(address: str, password: str) -> str:
    """The address as drivers want it; where it names no user, there is nobody to have a password."""
    parts = urlsplit(address)
    user, _, host = parts.netloc.rpartition("@")
    if not password or not user:
        return address
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}"))
