"""Two codes that are one account: what people know of the one is said of the other from now on.

Order lines are never rewritten, they count with the other account from the next assessment on; but rows from
people are looked up by their account, and those of a code that is in no assessment would be seen by nobody.
Each row that moves is remembered, so that taking the answer back brings it home.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mainstay.desk.access.models import User
from mainstay.desk.access.services import record
from mainstay.desk.facts.models import AccountFacts, Fact, Moved
from mainstay.desk.facts.rows import models_by_table
from mainstay.desk.facts.services import entry

AT_ONCE = 500


def movable() -> list[type[Fact]]:
    """The tables whose rows are about an account, but that of its own names and dates."""
    return [
        model
        for model in models_by_table().values()
        if model is not AccountFacts and any(f.name == "account_id" for f in model._meta.fields)
    ]


def move(user: User, mains: Mapping[str, str]) -> int:
    """Have the rows of each code say the account that it is part of; gives how many moved.

    A row that is there in the same words already stays where it was. Whether the user may say so, the
    caller has asked.

    mains: the account of each code
    """
    codes = sorted(code for code, main in mains.items() if code != main)
    moved: dict[str, Counter[str]] = {code: Counter() for code in codes}
    kept: list[Moved] = []
    with entry(user) as book:
        for fact in _rows(codes):
            code, before = fact.account_id, fact.key
            now = book.move(fact, mains[code])
            if now is None:
                continue
            if now.key != before:
                Moved.objects.filter(table=fact.TABLE, key=before).update(key=now.key)
            kept.append(
                Moved(table=fact.TABLE, key=now.key, from_id=code, into_id=mains[code], at=book.at)
            )
            moved[code][fact.TABLE] += 1
        Moved.objects.bulk_create(kept, batch_size=AT_ONCE)
        for code, rows in moved.items():
            _record(user, "account.move", code, mains[code], rows)
    return len(kept)


def bring_home(user: User, codes: Sequence[str]) -> int:
    """Have the rows that moved away from these codes say them again; gives how many."""
    home: dict[str, Counter[str]] = {code: Counter() for code in codes}
    models, n = models_by_table(), 0
    with entry(user) as book:
        away = list(Moved.objects.filter(from_id__in=codes).order_by("-id"))
        for one in away:
            fact: Any = models[one.table]._default_manager.filter(key=one.key).first()
            now = book.move(fact, one.from_id) if fact is not None else None
            if now is None:
                continue
            if now.key != one.key:
                Moved.objects.filter(table=one.table, key=one.key).update(key=now.key)
            home[one.from_id][one.table] += 1
            n += 1
        Moved.objects.filter(pk__in=[one.pk for one in away]).delete()
        for code, rows in home.items():
            _record(user, "account.move_back", code, code, rows)
    return n


def _rows(codes: Sequence[str]) -> Iterable[Any]:
    for model in movable():
        for start in range(0, len(codes), AT_ONCE):
            some = codes[start : start + AT_ONCE]
            yield from list(model._default_manager.filter(account_id__in=some))


def _record(user: User, verb: str, code: str, main: str, rows: Counter[str]) -> None:
    """One event for all rows of a code, as for every bulk action."""
    if rows:
        after = {"into_id": main, "rows": dict(rows)}
        record(user, verb, object_kind="account", object_id=code, label=code, after=after)
