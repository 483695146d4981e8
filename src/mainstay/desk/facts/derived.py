"""What is kept beside people's rows, made from them, and made again in the transaction that changes them.

    derive(("contacts", "ties"), remake)

`remake` is called at the end of each entry that wrote such a row, and after files brought or took back
such rows, with the accounts that they are about; and with None, for all of them, where a row is about
no account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

Accounts = set[str] | None  # None: all
Remake = Callable[[Accounts], object]
AccountsOf = Callable[[Sequence[Any]], Iterable[str]]
AT_ONCE = 500  # rows that are looked up in one query

_remakes: dict[str, list[Remake]] = {}
_accounts_of: dict[str, AccountsOf] = {}


def derive(tables: Iterable[str], remake: Remake) -> None:
    """Have `remake` called for the accounts whose rows of these tables were written."""
    for table in tables:
        known = _remakes.setdefault(table, [])
        if remake not in known:
            known.append(remake)


def derive_through(table: str, accounts_of: AccountsOf) -> None:
    """Say which accounts some rows touch, for a table whose rows name none."""
    _accounts_of[table] = accounts_of


def touched(fact: Any, account_id: str | None) -> Accounts:
    """The accounts for which something is to be made again when this row is written."""
    if fact.TABLE not in _remakes:
        return set()
    if account_id:
        return {account_id}
    return set(_accounts_of[fact.TABLE]([fact])) if fact.TABLE in _accounts_of else None


def named(model: Any, keys: Sequence[str]) -> Accounts:
    """The accounts that rows are about, as they stand in the desk's table now.

    To be asked before many rows are written and after: a row may have moved from one account to another.
    """
    if model.TABLE not in _remakes:
        return set()
    has_account = any(field.name == "account_id" for field in model._meta.fields)
    through = _accounts_of.get(model.TABLE)
    found: set[str] = set()
    for start in range(0, len(keys), AT_ONCE):
        rows = model._default_manager.filter(key__in=keys[start : start + AT_ONCE]).order_by()
        if has_account:
            found.update(rows.values_list("account_id", flat=True))
        elif through is not None:
            found.update(through(list(rows)))
        elif rows.exists():
            return None
    return None if None in found else found


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
