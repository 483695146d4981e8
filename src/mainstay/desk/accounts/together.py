"""Two codes side by side, and as the one account that they would be: what is looked at before it is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from mainstay.desk.accounts.models import Account
from mainstay.desk.care.models import Complaint, Promise, Request, Visit
from mainstay.desk.relations.models import Contact


@dataclass(frozen=True)
class Figures:
    """What there is of one account, or of two as one.

    order_days: on which it ordered, ever; amount_52: net sales of 52 weeks
    complaints, requests, promises: those that are open
    """

    order_days: int
    amount_52: float
    contacts: int
    visits: int
    complaints: int
    requests: int
    promises: int

    def __add__(self, other: Figures) -> Figures:
        return Figures(**{name: value + getattr(other, name) for name, value in vars(self).items()})


@dataclass(frozen=True)
class Preview:
    """gone: the code that goes into the other; alike: contacts that both have under one name"""

    gone: Figures
    into: Figures
    alike: int

    @property
    def together(self) -> Figures:
        return self.gone + self.into


def preview(gone: Account, into: Account) -> Preview:
    """In six queries; both found among the `visible_accounts` of the reader."""
    codes = [gone.account_id, into.account_id]
    rows: dict[str, QuerySet[Any]] = {
        "contacts": Contact.objects.filter(left_on__isnull=True),
        "visits": Visit.objects.all(),
        "complaints": Complaint.objects.filter(solved_at__isnull=True),
        "requests": Request.objects.filter(answered_on__isnull=True),
        "promises": Promise.objects.filter(kept_on__isnull=True),
    }
    counted = {name: _counted(found, codes) for name, found in rows.items()}
    names: dict[str, set[str]] = {code: set() for code in codes}
    for code, name in (
        rows["contacts"].filter(account_id__in=codes).values_list("account_id", "name")
    ):
        names[code].add(" ".join(name.casefold().split()))
    alike = names[codes[0]] & names[codes[1]]
    return Preview(_figures(gone, counted), _figures(into, counted), len(alike))


def _counted(rows: QuerySet[Any], codes: list[str]) -> dict[str, int]:
    found = rows.filter(account_id__in=codes).order_by().values_list("account_id")
    return dict(found.annotate(n=Count("pk")))


def _figures(account: Account, counted: Mapping[str, Mapping[str, int]]) -> Figures:
    return Figures(
        order_days=account.order_days or 0,
        amount_52=account.amount_52 or 0.0,
        **{name: n.get(account.account_id, 0) for name, n in counted.items()},
    )
