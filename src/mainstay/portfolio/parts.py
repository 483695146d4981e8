"""The company by parts: size classes and tiers side by side (R3), segments, regions, groups (R2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Book:
    """What the accounts brought and what is at risk; float arrays (n_accounts,), money a year.

    before: the 52 weeks before the last; NaN where the data do not reach back
    """

    account_id: Sequence[str]
    name: Sequence[str]
    amount: Floats
    before: Floats
    returns: Floats
    at_risk: Floats
    order_days: npt.NDArray[np.int64]


def parts(
    book: Book, labels: Sequence[str | None], order: Sequence[str] = (), *, least: int = 1
) -> list[dict[str, Any]]:
    """One row a label: accounts, money, share, growth, returns, money at risk, and who carries it.

    labels: one an account; None = not known, gathered under an empty name
    order: names that come first, in this order and even when empty; the rest by money
    least: of the others, only those with so many accounts
    An account counts when it bought in the last 52 weeks.
    """
    found = _members(labels)
    total = float(book.amount[book.amount > 0].sum())
    rows = []
    large = [name for name, chosen in found.items() if len(chosen) >= least]
    for name in dict.fromkeys([*order, *large]):
        row = _part(book, found.get(name, np.zeros(0, np.int64)), total)
        if row["accounts"] >= least or name in order:
            rows.append({"name": name, **row})
    first = {name: i for i, name in enumerate(order)}
    return sorted(rows, key=lambda r: (first.get(r["name"], len(first)), -r["amount"]))


def _members(labels: Sequence[str | None]) -> dict[str, npt.NDArray[np.int64]]:
    """The places of each label's accounts, the labels in order."""
    known = [label or "" for label in labels]
    names = sorted(set(known))  # of texts that repeat, far quicker than `np.unique`
    number = {name: i for i, name in enumerate(names)}
    code = np.array([number[label] for label in known], np.int64)
    ends = np.cumsum(np.bincount(code, minlength=len(names)))
    members = np.split(np.argsort(code, kind="stable"), ends[:-1])
    return dict(zip(names, members, strict=False))


def _part(book: Book, chosen: npt.NDArray[np.int64], total: float) -> dict[str, Any]:
    live = chosen[book.order_days[chosen] > 0]
    amount = float(book.amount[live].sum())
    before = float(np.nansum(book.before[chosen]))
    top = live[np.argmax(book.amount[live])] if len(live) and amount > 0 else None
    return {
        "accounts": len(live),
        "amount": amount,
        "share": amount / total if total else 0.0,
        "growth": amount / before - 1 if before > 0 else None,
        "returns": float(-book.returns[live].sum() / amount) if amount > 0 else 0.0,
        "at_risk": float(np.nansum(np.maximum(book.at_risk[chosen], 0))),
        "largest_account": None if top is None else book.name[top],
        "largest_account_id": None if top is None else book.account_id[top],
        "largest_share": 0.0 if top is None else float(book.amount[top] / amount),
    }


def loss_of_one(book: Book) -> dict[str, Any] | None:
    """What would be missing if the largest account left; None where nobody buys."""
    if not len(book.amount) or book.amount.max() <= 0:
        return None
    top = int(np.argmax(book.amount))
    total = float(book.amount[book.amount > 0].sum())
    return {
        "account_id": book.account_id[top],
        "name": book.name[top],
        "amount": float(book.amount[top]),
        "share": float(book.amount[top] / total),
    }


def largest(book: Book, n: int = 20) -> list[dict[str, Any]]:
    """The n accounts that bring most."""
    total = float(book.amount[book.amount > 0].sum())
    rows = []
    for i in np.argsort(-book.amount, kind="stable")[:n]:
        if book.amount[i] > 0:
            rows.append(
                {
                    "account_id": book.account_id[i],
                    "name": book.name[i],
                    "amount": float(book.amount[i]),
                    "share": float(book.amount[i] / total),
                    "at_risk": None if np.isnan(book.at_risk[i]) else float(book.at_risk[i]),
                }
            )
    return rows
