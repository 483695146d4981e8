"""Addresses that lead from a message back to the desk, and what stands in their way."""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

from django.urls import reverse

from mainstay.core.errors import InvalidSetting, MainstayError
from mainstay.core.texts import gettext_noop
from mainstay.desk.digests.models import Post


class NotSetUp(MainstayError):
    """Digests can't be sent here as long as something is not set."""

    code = "not_set_up"


_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\]")


def public_url(text: str) -> str:
    """The desk's address as others reach it, without a slash at its end.

    Raises: InvalidSetting where it is none
    """
    text = text.strip()
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    named = f"[{host}]" if ":" in host else host
    whole = f"{parts.scheme}://{named}" + (f":{port}" if port else "")
    if (
        parts.scheme not in ("http", "https")
        or not _HOST.fullmatch(named)
        or text.lower().rstrip("/") != whole
    ):
        raise InvalidSetting(
            gettext_noop(
                "“{address}” can't be the desk's address; write it like https://desk.company.com."
            ),
            address=text[:200],
        )
    return whole


class Links:
    """Makes the addresses of a message.

    Raises: NotSetUp where it is not known under which address phones reach the desk
    """

    def __init__(self, post: Post) -> None:
        if not post.public_url:
            raise NotSetUp(
                gettext_noop(
                    "Digests can't be sent: the desk's public address is not set. An administrator "
                    "sets it under People › Digests."
                )
            )
        self.base = post.public_url

    def to(self, view: str, *args: object, anchor: str = "", **query: str) -> str:
        path = reverse(view, args=args)
        asked = f"?{urlencode(query)}" if query else ""
        return f"{self.base}{path}{asked}{f'#{anchor}' if anchor else ''}"
