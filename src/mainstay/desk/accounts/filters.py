"""What a list of accounts can be asked: filters, search and order, read from an address."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import pgettext_lazy

from mainstay.desk.accounts.models import Account, fold

AT_RISK = ("noticed", "late", "slipping")
WELL = ("won_back", "steady", "growing")
TROUBLE = ("noticed", "late", "slipping", "lost")

# Column of the list → column of the table to sort by, and whether large comes first.
SORTS: dict[str, tuple[str, bool]] = {
    "risk": ("money_at_risk", True),
    "name": ("search_name", False),
    "state": ("state", False),
    "since": ("state_since", True),
    "year": ("amount_52", True),
    "growth": ("growth", False),
    "last": ("last_order_on", True),
    "silent": ("days_silent", True),
    "rhythm": ("rhythm_days", False),
    "leaving": ("p_complete", True),
    "tier": ("tier", False),
    "manager": ("manager_id", False),
    "segment": ("segment", False),
    "region": ("region", False),
    "cause": ("cause_first", False),
}
CHANGES: dict[str, Any] = {
    "any": pgettext_lazy("change", "Any change"),
    "worse": pgettext_lazy("change", "For the worse"),
    "noticed": pgettext_lazy("change", "Told us"),
    "late": pgettext_lazy("change", "Newly late"),
    "slipping": pgettext_lazy("change", "Newly slipping"),
    "lost": pgettext_lazy("change", "Lost"),
    "back": pgettext_lazy("change", "Back"),
}
COLUMNS = {
    "tier": "tier",
    "manager": "manager_id",
    "segment": "segment",
    "region": "region",
    "country": "country",
    "size": "size_class",
    "core": "core",
    "group": "group_id",
    "cause": "cause_first",
    "whose": "cause_whose",
    "about": "cause_category",
}
ANY = "any"  # of causes: all that fell, also those of which nothing explains it
NONE = "-"  # the choice “without a manager”, “without a segment”
LONGEST = 300  # letters of one value
SEVERAL = ("segment", "region")  # of which an address may name several values at once
MOST_SEVERAL = 8_000  # letters of all of them


def together(values: Sequence[str]) -> str:
    """Values as one filter of an address has them: one as it is, several as a list in JSON."""
    return values[0] if len(values) == 1 else json.dumps(list(values), ensure_ascii=False)


def several(value: str) -> list[str]:
    """The values that a filter names where it names several at once; [] of any other text."""
    try:
        found = json.loads(value) if value.startswith("[") else None
    except (ValueError, RecursionError):
        return []
    fine = isinstance(found, list) and all(isinstance(one, str) for one in found)
    return found if fine and found else []


def changed(kind: str) -> Q:
    """The accounts whose state is not what it was a week before."""
    moved = Q(previous_state__isnull=False) & ~Q(previous_state=F("state"))
    back = Q(state__in=WELL, previous_state__in=TROUBLE) | Q(state="won_back")
    if kind == "back":
        return moved & back
    if kind == "any":
        return moved & (Q(state__in=TROUBLE) | back)
    if kind == "worse":
        return moved & Q(state__in=TROUBLE)
    return moved & Q(state=kind)


def has_changed(kind: str, state: str | None, previous: str | None) -> bool:
    """`changed` of one account, by its state and the state of a week before."""
    moved = None not in (state, previous) and state != previous
    back = (state in WELL and previous in TROUBLE) or state == "won_back"
    if kind == "back":
        return moved and back
    if kind == "any":
        return moved and (state in TROUBLE or back)
    if kind == "worse":
        return moved and state in TROUBLE
    return moved and state == kind


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _value(name: str, text: str) -> str:
    longest = MOST_SEVERAL if name in SEVERAL and text.startswith("[") else LONGEST
    return text[:longest].replace("\0", "")


@dataclass(frozen=True)
class Asked:
    """A list as an address asks for it.

    chosen: filter name → value, or several as `together` writes them; only those that are set
    fell_from, fell_to: days between which the account's purchases began to fall, both included
    """

    q: str = ""
    state: str = ""
    change: str = ""
    chosen: dict[str, str] = field(default_factory=dict)
    sort: str = "risk"
    descending: bool = True
    page: int = 1
    fell_from: date | None = None
    fell_to: date | None = None

    @classmethod
    def read(cls, query: QueryDict) -> Asked:
        """Anything that makes no sense is as if it were not there: an address may be old."""
        sort = query.get("sort", "")
        sort = sort if sort in SORTS else "risk"
        way = query.get("way", "")
        change = query.get("change", "")
        page = query.get("page", "1")
        return cls(
            q=" ".join(query.get("q", "")[:100].replace("\0", "").split()),
            state=query.get("state", "")[:30].replace("\0", ""),
            change=change if change in CHANGES else "",
            chosen={name: _value(name, query[name]) for name in COLUMNS if query.get(name)},
            sort=sort,
            descending=way == "down" if way in ("up", "down") else SORTS[sort][1],
            page=int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
            fell_from=_day(query.get("fell_from", "")),
            fell_to=_day(query.get("fell_to", "")),
        )

    @property
    def key(self) -> str:
        """What decides which accounts are in the list, for keeping its length."""
        fell = str(self.fell_from), str(self.fell_to)
        return repr((fold(self.q), self.state, self.change, sorted(self.chosen.items()), *fell))

    @property
    def is_narrowed(self) -> bool:
        fell = self.fell_from or self.fell_to
        return bool(self.q or self.state or self.change or self.chosen or fell)

    def search(self, accounts: QuerySet[Account]) -> QuerySet[Account]:
        """Those whose name or code has all the words."""
        for word in fold(self.q).split():
            accounts = accounts.filter(search_name__contains=word)
        return accounts

    def apply(self, accounts: QuerySet[Account]) -> QuerySet[Account]:
        accounts = self.search(accounts)
        if self.state == "risk":
            accounts = accounts.filter(state__in=AT_RISK)
        elif self.state:
            accounts = accounts.filter(state=self.state)
        if self.change:
            accounts = accounts.filter(changed(self.change))
        if self.fell_from:
            accounts = accounts.filter(fell_on__gte=self.fell_from)
        if self.fell_to:
            accounts = accounts.filter(fell_on__lte=self.fell_to)
        for name, value in self.chosen.items():
            column = COLUMNS[name]
            if name == "cause" and value == ANY:
                accounts = accounts.filter(cause_first__isnull=False)
            elif value == NONE:
                accounts = accounts.filter(**{f"{column}__isnull": True})
            elif name in SEVERAL and (values := several(value)):
                accounts = accounts.filter(**{f"{column}__in": values})
            else:
                accounts = accounts.filter(**{column: value})
        return accounts
