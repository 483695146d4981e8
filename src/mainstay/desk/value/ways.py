"""From figures of value to the rows behind them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from mainstay.desk.accounts.addresses import lines_url
from mainstay.desk.causes.records import records_url
from mainstay.desk.causes.rows import Link, links
from mainstay.desk.facts import words as facts
from mainstay.desk.imports import words as files

NAME_LENGTH = 60
YEAR = timedelta(days=364)
FOUR_WEEKS = timedelta(days=28)
_FACTS = {"visits": ("visits",), "calls": ("visits",), "given": ("incentives", "promises")}
_MACHINES = {"urgent": "deliveries", "waiting": "payments"}


def proofs(stored: str) -> list[Any]:
    """The rows of a JSON column."""
    found = json.loads(stored or "[]")
    return found if isinstance(found, list) else []


def of_head(account_id: str, stored: str) -> list[Link]:
    """The rows that a head rests on; criteria under their own names."""
    found = []
    for proof in proofs(stored):
        named = proof[2] if proof[0] == "criteria" else ""
        found += [
            Link(named[:NAME_LENGTH] or one.words, one.href) for one in links(account_id, [proof])
        ]
    return found


def around(last_on: date) -> list[str]:
    """The order lines of the four weeks before and after the end of a period."""
    first, last = last_on - FOUR_WEEKS + timedelta(days=1), last_on + FOUR_WEEKS
    return ["order_lines", str(first), str(last), ""]


def of_cost(account_id: str, kind: str, as_of: date) -> list[Link]:
    """The rows that a kind of cost is counted from."""
    first, last = as_of - YEAR, as_of - timedelta(days=1)
    if kind in _MACHINES:
        table = _MACHINES[kind]
        address = records_url(account_id, table, first=first, last=last)
        return [Link(str(files.TABLES.get(table, table)), address)]
    if kind in _FACTS:
        asked = urlencode({"account": account_id})
        return [
            Link(facts.many(table), f"{reverse('facts:rows', args=[table])}?{asked}")
            for table in _FACTS[kind]
        ]
    return [Link(str(files.TABLES["order_lines"]), lines_url(account_id, first, last))]
