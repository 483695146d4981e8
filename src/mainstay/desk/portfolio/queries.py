"""Reads for the page of the portfolio: the assessment's own summary, and the core accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight

CORE_ROWS = 12
PARTS_ROWS = 12
CARRIES = 0.5  # a part is carried by one account when that brings so much of it


@dataclass(frozen=True)
class Core:
    """How many accounts are core, are not, or can't be judged yet; and the largest of them."""

    yes: int
    not_known: int
    amount: float
    rows: list[Account]


def core(sight: Sight) -> Core:
    """Counted by the assessment, over the accounts that bought in the last 52 weeks."""
    summary = sight.assessment.portfolio if sight.assessment else {}
    found = {str(row.get("name")): row for row in summary.get("core") or []}
    yes = found.pop("yes", {})
    found.pop("no", None)
    rows = sight.accounts.filter(core="yes", amount_52__isnull=False)
    return Core(
        yes=int(yes.get("accounts") or 0),
        not_known=sum(int(row.get("accounts") or 0) for row in found.values()),
        amount=float(yes.get("amount") or 0.0),
        rows=list(rows.order_by("-amount_52", "-id")[:CORE_ROWS]),
    )


@dataclass(frozen=True)
class Part:
    """One part of the business (segment, region, size class, tier) as its table shows it.

    code: what a list is filtered by; empty = not given
    returns: share of the amount; growth: None = not known; carried: one account brings half or more
    """

    code: str
    name: str
    accounts: int
    amount: float
    share: float
    at_risk: float
    returns: float | None
    growth: float | None
    largest_account: str
    largest_account_id: str
    largest_share: float | None
    carried: bool


@dataclass(frozen=True)
class Table:
    """The parts of one kind, the largest first, as many as fit.

    link: the filter of the list of accounts; whole: all of them, not only the largest
    """

    key: str
    title: str
    heading: str
    link: str
    all_rows: list[Part]
    whole: bool = False

    @property
    def rows(self) -> list[Part]:
        return self.all_rows if self.whole else self.all_rows[:PARTS_ROWS]

    @property
    def more(self) -> bool:
        return len(self.rows) < len(self.all_rows)


@dataclass(frozen=True)
class Beside:
    """Why the tables' sums are not those of the title.

    accounts: how many more the tables count; amount: what these come to
    groups: whether groups and chains are one each in the title
    """

    accounts: int
    amount: float
    groups: bool


def beside(summary: Mapping[str, Any], sizes: Sequence[Part]) -> Beside | None:
    """None where title and tables agree."""
    if not sizes:
        return None
    accounts = sum(part.accounts for part in sizes) - int(summary.get("n_accounts") or 0)
    amount = sum(part.amount for part in sizes) - float(summary.get("total_52") or 0.0)
    if not accounts and abs(amount) < 1:
        return None
    return Beside(accounts, amount, bool(summary.get("groups")))


def parts(rows: Sequence[Mapping[str, Any]], names: Mapping[str, Any]) -> list[Part]:
    """Rows of the assessment's summary. names: words for codes, where there are any."""
    return [
        Part(
            code=str(row.get("name") or ""),
            name=str(names.get(str(row.get("name")), row.get("name") or "")),
            accounts=int(row.get("accounts") or 0),
            amount=float(row.get("amount") or 0.0),
            share=float(row.get("share") or 0.0),
            at_risk=float(row.get("at_risk") or 0.0),
            returns=row.get("returns"),
            growth=row.get("growth"),
            largest_account=str(row.get("largest_account") or ""),
            largest_account_id=str(row.get("largest_account_id") or ""),
            largest_share=row.get("largest_share"),
            carried=(row.get("largest_share") or 0.0) >= CARRIES and (row.get("accounts") or 0) > 1,
        )
        for row in rows
    ]
