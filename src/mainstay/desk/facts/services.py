"""How a row from people is written: right checked, row, audit and way to the store in one transaction.

    with entry(user) as book:
        book.add(Visit(account_id="A100", ...))
        book.change(request, {"answered_on": today}, seen=request.version)

What is written in one entry is recorded at one moment, and reaches the store after the commit; where the
store can't be written just then, it waits in `Outgoing` and goes with the next entry or run.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from mainstay import engine
from mainstay.core.errors import MainstayError
from mainstay.core.texts import gettext_noop
from mainstay.desk.access.models import User
from mainstay.desk.access.services import NotAllowed, record
from mainstay.desk.facts import derived
from mainstay.desk.facts.models import Fact, Once, Outgoing
from mainstay.desk.facts.rights import may_make, may_write, sees_account, visible
from mainstay.desk.facts.rows import (
    audited,
    key_of,
    models_by_table,
    named,
    plain_row,
    row_of,
)
from mainstay.desk.facts.twice import there_already
from mainstay.desk.locks import only_one

log = logging.getLogger(__name__)
AT_ONCE = 500  # rows in one statement
KEPT_DAYS = 30  # a form sent again later than this is a new one


class SentBefore(MainstayError):
    """This form was sent before, and what it says is written.

    wrote: the key of the first row that it added; "" where it added none
    """

    code = "sent_before"

    def __init__(self, wrote: str) -> None:
        super().__init__(gettext_noop("This was sent before, and is kept."))
        self.wrote = wrote


class ThereAlready(MainstayError):
    """Another row has the same name."""

    code = "there_already"


class ChangedMeanwhile(MainstayError):
    """Somebody changed the row after the form was opened.

    fact: the row as it is now; user: who wanted to change it, maybe the same
    """

    code = "changed_meanwhile"

    def __init__(self, fact: Fact, user: User | None = None) -> None:
        by = fact.recorded_by
        if user is not None and by is not None and by.pk == user.pk:
            said = gettext_noop(
                "You changed this meanwhile, in another window or on another device; look at both, and "
                "save again."
            )
        else:
            said = gettext_noop("{name} changed this meanwhile; look at both, and save again.")
        super().__init__(said, name=str(by or "mainstay"))
        self.fact = fact


@dataclass
class Book:
    """One entry under way: what is written in it belongs together."""

    user: User
    at: datetime
    said_by: str = ""
    trusted: bool = False
    waiting: list[Outgoing] = field(default_factory=list)
    written: dict[str, derived.Accounts] = field(default_factory=dict)  # by table
    first: str = ""  # the key of the first row that it added

    def add(self, fact: Fact) -> Fact:
        """Write a new row.

        Raises: NotAllowed, ThereAlready
        """
        self._check(fact)
        self._check_row(fact, None, row_of(fact))
        fact.key = key_of(fact.TABLE, row_of(fact))
        if type(fact)._default_manager.filter(key=fact.key).exists() or there_already(fact):
            raise ThereAlready(
                gettext_noop("This is written down already; change it there instead."),
                table=fact.TABLE,
            )
        self._stamp(fact)
        fact.save(force_insert=True)
        self.first = self.first or fact.key
        self._send(fact)
        self._record(fact, "add", None, row_of(fact))
        return fact

    def add_all(self, facts: Sequence[Fact]) -> int:
        """Write new rows of one table that the application made, with one line in the record; gives how many.

        Rows that are there already stay as they are.
        Raises: NotAllowed
        """
        if not self.trusted:
            raise NotAllowed(gettext_noop("Your role may not write this down."))
        for fact in facts:
            fact.key = key_of(fact.TABLE, row_of(fact))
        new: list[Fact] = []
        for start in range(0, len(facts), AT_ONCE):
            some = facts[start : start + AT_ONCE]
            rows = type(some[0])._default_manager.filter(key__in=[one.key for one in some])
            there = set(rows.values_list("key", flat=True))
            new += [one for one in some if one.key not in there]
        for fact in new:
            self._stamp(fact)
            self._touch(fact)
            self._send(fact)
        if new:
            type(new[0])._default_manager.bulk_create(new, batch_size=AT_ONCE)
            table = new[0].TABLE
            record(
                None if self.said_by else self.user,
                f"{table}.add",
                object_kind=table,
                label=named(new[0]),
                after={"rows": len(new)},
                actor_name=self.said_by,
            )
        return len(new)

    def change(
        self, fact: Fact, values: Mapping[str, Any], *, seen: int, renamed: bool = False
    ) -> Fact:
        """Change some fields of a row that was at version `seen` when the form was opened.

        renamed: it says the same of the same person under another code
        Raises: NotAllowed, ChangedMeanwhile, ThereAlready when it would become another row
        """
        now = self._locked(fact, seen)
        before = row_of(now)
        self._touch(now)
        for name, value in values.items():
            setattr(now, name, value)
        if row_of(now) == before:
            return now
        self._check(now)
        if not renamed:
            self._check_row(now, before, row_of(now))
        if there_already(now):
            raise ThereAlready(
                gettext_noop("There is such a row already; change that one instead."),
                table=now.TABLE,
            )
        key = key_of(now.TABLE, row_of(now))
        if key != now.key:
            if type(now)._default_manager.filter(key=key).exists():
                raise ThereAlready(
                    gettext_noop("There is such a row already; change that one instead."),
                    table=now.TABLE,
                )
            self._queue(now.TABLE, before, withdrawn=True)
            now.key = key
        self._stamp(now)
        now.version += 1
        now.save(force_update=True)
        self._send(now)
        after = row_of(now)
        changed = [name for name in after if after[name] != before[name]]
        self._record(
            now,
            "change",
            {name: before[name] for name in changed},
            {name: after[name] for name in changed},
        )
        return now

    def withdraw(self, fact: Fact, *, seen: int) -> None:
        """Take a row back: it stands no more, and what was known until now stays in the store.

        Raises: NotAllowed, ChangedMeanwhile
        """
        now = self._locked(fact, seen)
        self._check_row(now, row_of(now), None)
        self._queue(now.TABLE, row_of(now), withdrawn=True)
        self._record(now, "withdraw", row_of(now), None)
        now.delete()

    def move(self, fact: Any, account_id: str) -> Any:
        """Have a row say another account, whoever may write its table: who says that two codes are one
        account moves what is known of them, and has been asked for that right.

        Gives the row; None where the other account has the same row already.
        """
        now: Any = type(fact)._default_manager.select_for_update().get(pk=fact.pk)
        before = row_of(now)
        key = key_of(now.TABLE, {**before, "account_id": account_id})
        if key != now.key:
            if type(now)._default_manager.filter(key=key).exists():
                return None
            self._queue(now.TABLE, before, withdrawn=True)
        self._touch(now)
        now.account_id, now.key = account_id, key
        self._stamp(now)
        now.version += 1
        now.save(force_update=True)
        self._touch(now)
        self._send(now)
        return now

    def _locked(self, fact: Fact, seen: int) -> Any:
        model = type(fact)
        rows = model._default_manager.all() if self.trusted else visible(self.user, model)
        now = rows.select_for_update().filter(pk=fact.pk).first()
        if now is None:
            raise NotAllowed(gettext_noop("This is not there any more, or not for you."))
        self._check(now)
        if now.version != seen:
            raise ChangedMeanwhile(now, self.user)
        return now

    def _check_row(self, fact: Fact, before: Any, after: Any) -> None:
        if not self.trusted and not may_make(self.user, fact.TABLE, before, after):
            raise NotAllowed(gettext_noop("Your role may not write this down."))

    def _check(self, fact: Fact) -> None:
        if self.trusted:
            return
        if not may_write(self.user, fact.TABLE):
            raise NotAllowed(gettext_noop("Your role may not write this down."))
        if not sees_account(self.user, account_of(fact)):
            raise NotAllowed(gettext_noop("This account is not among those that you look after."))

    def _stamp(self, fact: Fact) -> None:
        fact.recorded_at, fact.recorded_by = self.at, self.user

    def _touch(self, fact: Fact) -> None:
        """What hangs on this row's account is made again at the end: on both, where it moves."""
        accounts = derived.touched(fact, account_of(fact))
        self.written[fact.TABLE] = derived.both(self.written.get(fact.TABLE, set()), accounts)

    def _send(self, fact: Fact) -> None:
        self._queue(fact.TABLE, row_of(fact), withdrawn=False)

    def _queue(self, table: str, row: Mapping[str, Any], *, withdrawn: bool) -> None:
        self.waiting.append(
            Outgoing(table=table, row=plain_row(row), withdrawn=withdrawn, recorded_at=self.at)
        )

    def _record(self, fact: Fact, verb: str, before: Any, after: Any) -> None:
        table, account = fact.TABLE, account_of(fact)
        self._touch(fact)
        record(
            None if self.said_by else self.user,
            f"{table}.{verb}",
            object_kind=table,
            object_id=fact.key,
            label=f"{account or ''} {named(fact)}".strip(),
            before=None if before is None else audited(table, before),
            after=None if after is None else audited(table, after),
            actor_name=self.said_by,
        )


def account_of(fact: Fact) -> str | None:
    """The account that a row is about."""
    if fact.TABLE == "ties":
        contacts = models_by_table()["contacts"]._default_manager
        found = contacts.filter(contact_id=getattr(fact, "contact_id", "")).first()
        return getattr(found, "account_id", "")
    if (
        fact.TABLE == "corrective_actions"
    ):  # of a complaint's account; of a product they are of none
        complaints = models_by_table()["complaints"]._default_manager
        found = complaints.filter(complaint_id=getattr(fact, "complaint_id", None)).first()
        return getattr(found, "account_id", None)
    return getattr(fact, "account_id", None)


@contextmanager
def entry(
    user: User, *, once: str = "", said_by: str = "", trusted: bool = False
) -> Iterator[Book]:
    """Write down what belongs together, whole or not at all.

    once: what the form carried; sent a second time, nothing is written
    said_by: who says it, where it is nobody who signs in: a survey that `user` sent
    trusted: the caller has checked that this may be written, by another right than `user`'s role
    Raises: SentBefore
    """
    with transaction.atomic():
        form = _only_once(user, once) if once else None
        book = Book(user, timezone.now(), said_by, trusted)
        yield book
        if form is not None and book.first:
            Once.objects.filter(pk=form.pk).update(wrote=book.first)
        derived.remake(book.written)
        Outgoing.objects.bulk_create(book.waiting)
        transaction.on_commit(send, robust=True)


def _only_once(user: User, once: str) -> Once:
    try:
        with transaction.atomic():
            return Once.objects.create(user=user, once=once[:64])
    except IntegrityError:
        before = Once.objects.filter(user=user, once=once[:64]).first()
        raise SentBefore(before.wrote if before else "") from None


def was_sent(user: User, once: str) -> bool:
    """Whether this user sent this form before, and what it says is written."""
    return bool(once) and Once.objects.filter(user=user, once=once[:64]).exists()


def forget_forms(now: datetime) -> None:
    """Forms that were sent so long ago that none comes a second time."""
    Once.objects.filter(at__lt=now - timedelta(days=KEPT_DAYS)).delete()


def send() -> int:
    """Hand to the store what waits for it, in the order of writing; gives how many rows.

    Rows that a process handed over and had no time to cross off are handed over again: the same row
    recorded at the same moment says nothing new.
    """
    sent = 0
    with only_one("facts", settings.HOME):
        waiting = list(Outgoing.objects.order_by("id"))
        for (at, withdrawn), group in groupby(
            waiting, key=lambda one: (one.recorded_at, one.withdrawn)
        ):
            rows = list(group)
            tables: dict[str, list[Any]] = {}
            for one in rows:
                tables.setdefault(one.table, []).append(one.row)
            engine.record_facts(settings.HOME, tables, at, withdrawn=withdrawn)
            Outgoing.objects.filter(pk__in=[one.pk for one in rows]).delete()
            sent += len(rows)
    return sent
