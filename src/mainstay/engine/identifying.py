"""Codes that may be one account: suggested with their evidence, before anything is assessed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.home import Home
from mainstay.engine.answering import NOT_SAME
from mainstay.engine.home import open_ledger
from mainstay.ledger import lookalikes
from mainstay.ledger.codes import codes as codes_of
from mainstay.ledger.joins import Joins
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.lookalikes import Group, Kind, Party

HITS = 20


@dataclass(frozen=True)
class Code:
    """One code, or an account that several codes were joined to.

    reason: what binds it to the others of its group; "" outside of groups
    orders: different order numbers, or days where there are none
    amount: of all its lines but fees
    joined: codes that are part of it already
    """

    account_id: str
    name: str
    tax_ids: str
    group_id: str | None
    orders: int
    lines: int
    amount: Decimal
    first_on: date
    last_on: date
    reason: str = ""
    joined: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    """Codes that may be one account.

    key: names the suggestion as long as its codes are the same
    main_id: under which they would stand: the largest that is no branch
    """

    key: str
    kind: Kind
    main_id: str
    codes: tuple[Code, ...]

    @property
    def orders(self) -> int:
        return sum(code.orders for code in self.codes)

    @property
    def amount(self) -> Decimal:
        return sum((code.amount for code in self.codes), Decimal(0))

    @property
    def first_on(self) -> date:
        return min(code.first_on for code in self.codes)

    @property
    def last_on(self) -> date:
        return max(code.last_on for code in self.codes)


@dataclass(frozen=True)
class Joined:
    """An account to which codes were joined; `by` and `reason` by code."""

    main: Code
    codes: tuple[Code, ...]


@dataclass(frozen=True)
class Identities:
    """All that the page needs.

    refused: (code, the account that it is not)
    """

    suggestions: list[Suggestion]
    joined: list[Joined]
    refused: list[tuple[Code, str]]
    currency: str
    codes: int


class _Known:
    """The codes of one state of the ledger, to be looked up."""

    def __init__(self, table: pa.Table, groups: list[Group]) -> None:
        self.table = table
        self.groups = groups
        self.made: dict[str, Code] = {}
        self.place = {a: i for i, a in enumerate(table["account_id"].to_pylist())}

    def code(self, account_id: str) -> Code | None:
        found = self.made.get(account_id)
        at = self.place.get(account_id)
        if found is None and at is not None:
            row: dict[str, Any] = self.table.slice(at, 1).to_pylist()[0]
            found = self.made[account_id] = Code(**row)
        return found

    def account(self, account_id: str, joins: Joins) -> Code | None:
        """The account that a code stands for, with all that is joined to it."""
        main_id = joins.main_of(account_id)
        parts = [c for a in sorted(joins.codes_of([main_id])) if (c := self.code(a))]
        if not parts:
            return None
        main = next((c for c in parts if c.account_id == main_id), parts[0])
        return replace(
            main,
            account_id=main_id,
            orders=sum(c.orders for c in parts),
            lines=sum(c.lines for c in parts),
            amount=sum((c.amount for c in parts), Decimal(0)),
            first_on=min(c.first_on for c in parts),
            last_on=max(c.last_on for c in parts),
            joined=tuple(c.account_id for c in parts if c.account_id != main_id),
        )


@lru_cache(maxsize=2)
def _known(folder: Path, order_lines: str, version: int, mark: str, currency: str | None) -> _Known:
    """Kept for one state of orders and names: answers change neither."""
    ledger = Ledger.open(folder, reporting_currency=currency, order_lines=order_lines)
    table = codes_of(ledger.snapshot, ledger.table("accounts"), currency)
    parties = [
        Party(account_id, name, tax_ids)
        for account_id, name, tax_ids in zip(
            *(table[c].to_pylist() for c in ("account_id", "name", "tax_ids")), strict=True
        )
    ]
    return _Known(table, lookalikes.groups(parties))


def _of(ledger: Ledger) -> _Known:
    accounts = ledger.table("accounts")
    digest = hashlib.sha256()
    for name in ("account_id", "name", "tax_ids", "group_id"):
        digest.update("\n".join(v or "" for v in accounts[name].to_pylist()).encode())
    return _known(
        ledger.folder,
        ledger.store.place.uri,
        ledger.version,
        digest.hexdigest(),
        ledger.reporting_currency,
    )


def identities(home: Home, progress: Callable[[float, float], None] | None = None) -> Identities:
    """Which codes may be one account, which are, and which somebody said are not."""
    ledger = open_ledger(home)
    if progress:
        progress(0, 1)
    known, joins = _of(ledger), ledger.joins
    rows = ledger.table("account_joins").to_pylist()
    refused = {
        row["account_id"]: row["reason"].removeprefix(NOT_SAME)
        for row in rows
        if not row["into_id"] and (row["reason"] or "").startswith(NOT_SAME)
    }
    return Identities(
        _suggestions(known, joins, refused),
        _joined(known, joins),
        [(code, other) for a, other in sorted(refused.items()) if (code := known.code(a))],
        ledger.reporting_currency or "",
        known.table.num_rows,
    )


def _suggestions(known: _Known, joins: Joins, refused: dict[str, str]) -> list[Suggestion]:
    found = []
    for group in known.groups:
        reasons: dict[str, str] = {}
        for code in group.account_ids:
            if code not in refused:
                reasons.setdefault(joins.main_of(code), group.reasons[code])
        if len(reasons) < 2:
            continue
        members = [
            replace(account, reason=reason)
            for main_id, reason in reasons.items()
            if (account := known.account(main_id, joins))
        ]
        members.sort(key=lambda c: (lookalikes.without_branch(c.name) is not None, -c.amount))
        key = hashlib.sha256("\n".join(sorted(reasons)).encode()).hexdigest()[:16]
        found.append(Suggestion(key, group.kind, members[0].account_id, tuple(members)))
    return sorted(found, key=lambda s: (lookalikes.SURE.index(s.kind), -s.amount, s.key))


def _joined(known: _Known, joins: Joins) -> list[Joined]:
    parts: dict[str, list[Code]] = {}
    for code in sorted(joins.main):
        if own := known.code(code):
            parts.setdefault(joins.main_of(code), []).append(own)
    return [
        Joined(main, tuple(codes))
        for main_id, codes in sorted(parts.items())
        if (main := known.account(main_id, joins))
    ]


def suggestion(home: Home, key: str) -> Suggestion | None:
    """One suggestion, as long as it stands."""
    return next((s for s in identities(home).suggestions if s.key == key), None)


def find_codes(home: Home, words: str) -> list[Code]:
    """Codes whose name or code has all these words, the largest first."""
    ledger = open_ledger(home)
    known = _of(ledger)
    table = known.table
    text = pc.binary_join_element_wise(table["name"], table["account_id"], table["tax_ids"], " ")
    text = pc.utf8_casefold(text) if hasattr(pc, "utf8_casefold") else pc.utf8_lower(text)
    mask = pa.array([bool(words.split())] * table.num_rows)
    for word in words.casefold().split():
        mask = pc.and_(mask, pc.match_substring(text, word))
    hits = table.filter(mask).sort_by([("amount", "descending")]).slice(0, HITS)
    return [Code(**row) for row in hits.to_pylist()]


def accounts_of(home: Home, account_ids: Sequence[str]) -> list[Code]:
    """The accounts that these codes stand for, each once; codes without lines are left out."""
    ledger = open_ledger(home)
    known, joins = _of(ledger), ledger.joins
    mains = dict.fromkeys(joins.main_of(a) for a in account_ids)
    return [account for main in mains if (account := known.account(main, joins))]
