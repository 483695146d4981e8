"""Who keeps something beside a table from people, and makes it anew in the transaction of each change.

follow("complaints", remake)    in an app's ready(); of visits, `follow_accounts`: is told the accounts
tell({"complaints": keys})      after writing these rows; None: any of them, after an import
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

Follower = Callable[[set[str] | None], None]

_FOLLOWERS: dict[str, list[Follower]] = {}
_OF_ACCOUNTS: dict[str, list[Follower]] = {}


def follow(table: str, follower: Follower) -> None:
    """Have a function called with the keys of the rows that changed; None stands for all."""
    known = _FOLLOWERS.setdefault(table, [])
    if follower not in known:
        known.append(follower)


def follow_accounts(table: str, follower: Follower) -> None:
    """The same, called with the accounts of the rows that changed or are gone; None stands for all."""
    known = _OF_ACCOUNTS.setdefault(table, [])
    if follower not in known:
        known.append(follower)


def tell(
    changed: Mapping[str, set[str] | None], accounts: Mapping[str, set[str]] | None = None
) -> None:
    for table, keys in changed.items():
        for follower in _FOLLOWERS.get(table, ()):
            follower(keys)
        if keys is None:
            for follower in _OF_ACCOUNTS.get(table, ()):
                follower(None)
    for table, ids in (accounts or {}).items():
        for follower in _OF_ACCOUNTS.get(table, ()):
            follower(ids)
