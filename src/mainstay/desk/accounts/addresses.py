"""Addresses of accounts. Their ids are anybody's text: slashes, dots, spaces, any script."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

LinesUrl = Callable[..., str]  # of first, last, category, product

# What may stand in an address as it is. Everything else is written as ~ and base64 of its UTF-8.
_PLAIN = re.compile(r"[^\W_][\w.\- ]*")


def encode(account_id: str) -> str:
    """An id as one part of an address, readable where that is safe."""
    if _PLAIN.fullmatch(account_id) and len(account_id) <= 100:
        return account_id
    coded = base64.urlsafe_b64encode(account_id.encode("utf-8"))
    return "~" + coded.decode("ascii").rstrip("=")


def decode(part: str) -> str:
    """The id behind a part of an address. Raises: ValueError when there can be none."""
    found = part
    if part.startswith("~"):
        coded = part[1:]
        raw = base64.b64decode(coded + "=" * (-len(coded) % 4), altchars=b"-_", validate=True)
        found = raw.decode("utf-8")
    if "\0" in found:
        raise ValueError("no database keeps an id with a zero byte")
    return found


class AccountPart:
    """Django's converter for `<account:account_id>`."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return decode(value)

    def to_url(self, value: str) -> str:
        return encode(str(value))


def account_url(account_id: str) -> str:
    return reverse("accounts:account", args=[account_id])


def lines_url(
    account_id: str,
    first: date | None = None,
    last: date | None = None,
    category: str | None = None,
    product: str | None = None,
) -> str:
    """The order lines behind a number: of days first..last (both included), of one category or product."""
    return lines_urls(account_id)(first, last, category, product)


def lines_urls(account_id: str) -> LinesUrl:
    """`lines_url` for an account of which a page has hundreds: the account's part is made once."""
    address = reverse("accounts:lines", args=[account_id])

    def url(
        first: date | None = None,
        last: date | None = None,
        category: str | None = None,
        product: str | None = None,
    ) -> str:
        parts = [f"from={first}"] if first is not None else []
        parts += [f"to={last}"] if last is not None else []
        named = {"category": category, "product": product}
        parts += [urlencode({name: value}) for name, value in named.items() if value is not None]
        return f"{address}?{'&'.join(parts)}" if parts else address

    return url
