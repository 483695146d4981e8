"""What is kept beside people's rows, made from them, and made again in the transaction that changes them.

    derive(("contacts", "ties"), remake)

`remake` is called at the end of each entry that wrote such a row, with the accounts that it was about;
and with None, for all of them, when files brought or took back rows of such a table. `followers` tells the
keys of rows instead; who keeps something by account needs the accounts, taken before a row is withdrawn or
moves to another account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Remake = Callable[[set[str] | None], object]
AccountsOf = Callable[[Any], Iterable[str]]

_remakes: dict[str, list[Remake]] = {}
_accounts_of: dict[str, AccountsOf] = {}


def derive(tables: Iterable[str], remake: Remake) -> None:
    """Have `remake` called for the accounts whose rows of these tables were written."""
    for table in tables:
        known = _remakes.setdefault(table, [])
        if remake not in known:
            known.append(remake)


def derive_through(table: str, accounts_of: AccountsOf) -> None:
    """Say which accounts a row touches, for a table whose rows name none."""
    _accounts_of[table] = accounts_of


def touched(fact: Any, account_id: str | None) -> set[str]:
    """The accounts for which something is to be made again when this row is written."""
    if fact.TABLE not in _remakes:
        return set()
    if fact.TABLE in _accounts_of:
        return set(_accounts_of[fact.TABLE](fact))
    return {account_id} if account_id else set()


def remake(written: Mapping[str, set[str]]) -> None:
    """Make again what hangs on rows that were written; each function once.

    written: accounts by table
    """
    asked: dict[Remake, set[str]] = {}
    for table, accounts in written.items():
        for function in _remakes.get(table, ()):
            asked.setdefault(function, set()).update(accounts)
    for function, accounts in asked.items():
        if accounts:
            function(accounts)


def remake_all(tables: Iterable[str]) -> None:
    """Make again all that hangs on these tables."""
    for function in dict.fromkeys(f for table in tables for f in _remakes.get(table, ())):
        function(None)
