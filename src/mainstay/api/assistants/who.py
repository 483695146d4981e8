"""For whom an assistant asks, and what it may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mainstay.api.assistants.types import Caller
from mainstay.desk.access import tokens
from mainstay.desk.access.models import User
from mainstay.desk.access.services import user_named
from mainstay.desk.digests.queries import post


@dataclass(frozen=True)
class Whose:
    """For whom: a sign-in name that whoever runs the command vouches for, or a token's secret.

    may_write: of a name; a token says so itself
    """

    username: str = ""
    secret: str = ""
    may_write: bool = False


def caller_of(whose: Whose) -> Caller | None:
    """Who that is now; None where nobody may come in that way any more. Raises: NotFound"""
    base = post().public_url
    if whose.secret:
        token = tokens.person_of(whose.secret)
        return of_token(token, base) if token and token.may(tokens.READ) else None
    user: User = user_named(whose.username)
    if not user.is_active:
        return None
    scopes = {tokens.READ, tokens.WRITE} if whose.may_write else {tokens.READ}
    return Caller(user, frozenset(scopes), base, by="stdio")


def of_token(token: Any, base: str) -> Caller:
    return Caller(token.user, frozenset(token.scopes.split()), base, by=f"token {token.name}")
