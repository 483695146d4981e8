"""Passwords of sources: kept encrypted, or named by a variable of the environment, and never shown."""

from __future__ import annotations

import os
import re

from cryptography.fernet import InvalidToken
from django.conf import settings
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop
from mainstay.desk.nightly.models import Source
from mainstay.desk.secret import seal

_PURPOSE = "sources"
# Not any variable: those that sign sessions or open the desk's own database are nobody's to send out.
VARIABLE = re.compile(r"MAINSTAY_[A-Z0-9_]*PASSWORD")

NO_ADDRESS = gettext_noop("This is no address: write it as scheme://user@host/name.")
# Options of an address that would keep a password in clear, or send it to another server than is shown.
_SECRET = re.compile(
    r"password|passphrase|pwd|passwd|token|secret|credential|odbc_connect|(^|(?<!ssl)_)key",
    re.IGNORECASE,
)
_ELSEWHERE = ("host", "hostaddr", "port", "service", "unix_socket", "read_default_file")


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

    Read as drivers read it: a password may hold a “/”, where other readers see the server's end.
    Raises: InvalidSetting, with nothing of the address
    """
    if "://" not in address:
        return address, ""
    url = url_of(address)
    # One that is not read as an address: no driver is asked with it, and all of it would be shown.
    if url.host and any(mark in f"{url.host}{url.database}" for mark in "@;"):
        raise InvalidSetting(NO_ADDRESS)
    for name in url.query:
        if _SECRET.search(name) or name.lower() in _ELSEWHERE:
            raise InvalidSetting(
                gettext_noop(
                    "The address can't have the option “{name}”: write the server and the user before the "
                    "“/”, and the password into its own field."
                ),
                name=name,
            )
    if not url.password:
        return address, ""
    scheme, sign, rest = address.partition("://")
    user, _, after = rest.partition(":")
    return f"{scheme}{sign}{user}@{after.partition('@')[2]}", str(url.password)


def url_of(address: str) -> URL:
    """An address as the driver will read it. Raises: InvalidSetting, with nothing of the address"""
    try:
        return make_url(address)
    except (ArgumentError, ValueError):
        raise InvalidSetting(NO_ADDRESS) from None


def with_password(address: str, password: str) -> str:
    """The address as drivers want it; where it names no user, there is nobody to have a password."""
    url = url_of(address)
    if not password or not url.username:
        return address
    return url.set(password=password).render_as_string(hide_password=False)
