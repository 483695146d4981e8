"""What an object storage says, in words for a reader; and what is no address of one."""

from __future__ import annotations

import os
import re
from urllib.parse import urlsplit

from mainstay.core.errors import InvalidSetting, StoreError
from mainstay.core.texts import gettext_noop

_ADDRESS = re.compile(r"https?://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\])(:\d{1,5})?(/\S*)?")
_REGION = re.compile(r"[A-Za-z0-9-]+")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_REFUSED = re.compile(r"40[13] (Forbidden|Unauthorized)|ACCESS_DENIED|InvalidAccessKeyId|Signature")
_ASKED_THE_MACHINE = re.compile(
    r"169\.254\."
)  # where clouds tell a machine its role; keys it has none


def refuse_addresses() -> None:
    """Delta's library does not survive an address that is none, and can't say so.

    Raises: InvalidSetting
    """
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if endpoint is not None and not _is_address(endpoint):
        raise InvalidSetting(
            gettext_noop(
                "AWS_ENDPOINT_URL can't be “{value}”: it is an address that begins with http:// or "
                "https://, such as http://127.0.0.1:9000; unset it for Amazon's own."
            ),
            value=endpoint,
        )
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        region = os.environ.get(name)
        if region is not None and not _REGION.fullmatch(region):
            raise InvalidSetting(
                gettext_noop("{name} can't be “{value}”: it is a region such as eu-central-1."),
                name=name,
                value=region,
            )


def _is_address(word: str) -> bool:
    if not _ADDRESS.fullmatch(word):
        return False
    try:
        return urlsplit(word).port != 0
    except ValueError:  # beyond 65535
        return False


def unreachable(uri: str, error: Exception) -> StoreError:
    """What is wrong with the way to a storage, and which variables mend it."""
    said = _COLOURS.sub("", str(error))
    if _ASKED_THE_MACHINE.search(said):
        return StoreError(
            gettext_noop(
                "There is no key for the order store “{uri}”: set AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY, or give this machine a role that may read and write there; "
                "nothing was changed."
            ),
            uri=uri,
        )
    if _REFUSED.search(said):
        return StoreError(
            gettext_noop(
                "The object storage lets nobody with this key into the order store “{uri}”: {reason}. "
                "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN where the key "
                "is for a while) to one that may read and write there; nothing was changed."
            ),
            uri=uri,
            reason=_plain(said),
        )
    return StoreError(
        gettext_noop(
            "The order store “{uri}” can't be reached: {reason}. Look at MAINSTAY_STORE and the "
            "AWS_ variables; nothing was changed."
        ),
        uri=uri,
        reason=_plain(said),
    )


def _plain(said: str) -> str:
    """The innermost cause, which comes last, or the storage's own word for it."""
    if told := re.search(r"<Message>(.*?)</Message>", said, re.DOTALL):
        said = told[1]
    lines = [line.strip(" \t↳╰─▶│") for line in said.splitlines()]
    return next((line for line in reversed(lines) if line), "?")[:200].rstrip(". ")
