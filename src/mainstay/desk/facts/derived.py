"""What is kept beside people's rows, made from them, and made again in the transaction that changes them.

    derive(("contacts", "ties"), remake)

`remake` is called at the end of each entry that wrote such a row, with the accounts that it was about;
and with None, for all of them, where the row is about no account, or files brought or took back such rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Accounts = set[str] | None  # None: all
Remake = Callable[[Accounts], object]
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


def touched(fact: Any, account_id: str | None) -> Accounts:
    """The accounts for which something is to be made again when this row is written."""
    if fact.TABLE not in _remakes:
        return set()
    if fact.TABLE in _accounts_of:
        return set(_accounts_of[fact.TABLE](fact))
    return {account_id} if account_id else None


def remake(written: Mapping[str, Accounts]) -> None:
    """Make again what hangs on rows that were written; each function once.

    written: accounts by table
    """
    asked: dict[Remake, Accounts] = {}
    for table, accounts in written.items():
        for function in _remakes.get(table, ()):
            asked[function] = both(asked.get(function, set()), accounts)
    for function, accounts in asked.items():
        function(accounts)


def remake_all(tables: Iterable[str]) -> None:
    """Make again all that hangs on these tables."""
    remake(dict.fromkeys(tables))


def both(one: Accounts, other: Accounts) -> Accounts:
    return None if one is None or other is None else one | other
