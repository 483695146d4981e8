"""The desk's pages of what to do, as pages.py asks for them: addresses by kind, and who asks."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from make_cases import CODES, PLAYS, fill

LEADER, MANAGER = "S00", "S05"  # a director with a code of their own; one who looks after accounts
OF_LEADERS = ("plays", "a play")  # others may not


def fill_plans() -> dict[str, int]:
    """Cases and all about them, beside the accounts that the desk shows; gives rows by table."""
    from mainstay.desk.accounts.models import Account, latest_id
    from mainstay.desk.winback.models import LostAccount

    managers = dict(Account.objects.values_list("account_id", "manager_id"))
    lost = sorted(LostAccount.objects.values_list("account_id", flat=True))
    return fill(managers, lost, str(latest_id()))


@dataclass(frozen=True)
class Rows:
    """What of somebody's is asked for: keys of cases, of requests for money, lost accounts, a calendar."""

    open: list[int]
    closed: list[int]
    asked: list[int]
    accounts: list[str]
    token: str

    @classmethod
    def of(cls, user: Any) -> Rows:
        from mainstay.desk.access.rights import visible_accounts
        from mainstay.desk.cases.models import Approval
        from mainstay.desk.cases.queries import cases
        from mainstay.desk.digests.services import make_feed
        from mainstay.desk.facts.rights import visible

        mine = cases(user).order_by("id").values_list("id", flat=True)
        asked = visible(user, Approval).filter(state="asked").order_by("id")
        accounts = visible_accounts(user).order_by("id").values_list("account_id", flat=True)
        return cls(
            list(mine.filter(state="open")[:300]),
            list(mine.filter(state="closed")[:300]),
            list(asked.values_list("id", flat=True)[:300]),
            list(accounts[:300]),
            make_feed(user, "en", datetime.now(UTC)),
        )


def kinds(rows: Rows, *, leads: bool) -> dict[str, list[str]]:
    """Addresses by kind of page; leads: of a director."""
    plays = [*PLAYS, "own-3", "own-12"]
    codes = [str(code) for code in CODES[:10]] if leads else [MANAGER]
    found = {
        "my week": ["/week/"],
        "cases": [
            "/cases/",
            "/cases/?show=overdue",
            "/cases/?show=closed",
            *(f"/cases/?show=closed&page={page}" for page in (2, 9, *(300, 900) * leads)),
            *(f"/cases/?owner={code}" for code in codes),
            *(f"/cases/?show=overdue&play={play}" for play in PLAYS),
        ],
        "a case": [f"/cases/{pk}/" for pk in (*rows.open, *rows.closed)],
        "a case by hand": [f"/account/{quote(one)}/case/" for one in rows.accounts],
        "money asked for": [f"/incentives/requests/{pk}/" for pk in rows.asked],
        "to ask for money": [f"/cases/{pk}/money/" for pk in rows.open],
        "incentives": [
            "/incentives/",
            *(f"/incentives/?show={one}" for one in ("overdue", "running", "over", "without")),
            *(f"/incentives/?pool={one}" for one in ("discount", "rebate")),
            *(f"/incentives/?year={one}" for one in (2025, 2026)),
            *(f"/incentives/?page={one}" for one in (2, 9, *(300, 900) * leads)),
            "/incentives/?whose=mine",
        ],
        "win back": [
            "/win-back/",
            *(f"/win-back/?show={one}" for one in ("soon", "later")),
            *(f"/win-back/?page={one}" for one in (2, 9, *(90, 300) * leads)),
            *(f"/win-back/?manager={code}" for code in codes),
            "/win-back/?whose=ours",
        ],
        "load": ["/team/load/"],
        "own digest": ["/digest/"],
        "digest made": ["/digest/preview/"],
        "calendar": [f"/calendar/{rows.token}.ics"],
        "plays": ["/plays/", "/plays/?show=all", "/plays/?show=ours", "/plays/?show=out"],
        "a play": ["/plays/add/", *(f"/plays/play/{name}/" for name in plays)],
    }
    return {kind: paths for kind, paths in found.items() if leads or kind not in OF_LEADERS}


def asked_for(paths: list[str], some: random.Random) -> Iterator[tuple[str, dict]]:
    """Requests of one kind, without end."""
    while True:
        yield some.choice(paths), {}
