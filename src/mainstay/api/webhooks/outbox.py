"""What happened is written into the outbox in the transaction in which it does, or found by looking.

Changes of state, notices and cases are written with what they tell of: nothing is lost by a kill, and nothing
is told that was taken back with its transaction. Promises fall due by themselves, and imports are committed
by the command line too: these two are found by looking, each once by its key, as long as they are fresh.
What files bring is told by their import alone: a history of cases is no news.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from mainstay.api.webhooks.models import Endpoint, Happening
from mainstay.desk.access.models import Event
from mainstay.desk.accounts.models import Account, Assessment
from mainstay.desk.care.models import Notice, Promise
from mainstay.desk.cases.models import Case

FRESH = timedelta(days=14)  # how far back a look goes; less than happenings are kept


def wanted(kind: str) -> bool:
    """Whether any endpoint that is on is told of such things."""
    told = Endpoint.objects.filter(on=True).values_list("kinds", flat=True)
    return any(kind in kinds for kinds in told)


def follow_event(event: Event) -> None:
    """Listens to the record of events, in the transaction of what is recorded."""
    make = _OF_VERB.get(event.verb)
    if make is None or not Endpoint.objects.filter(on=True).exists():
        return
    happening = make(event)
    if happening is not None and wanted(happening.kind):
        happening.save(force_insert=True)


def _new(event: Event, kind: str, account_id: str, **more: Any) -> Happening:
    return Happening(
        kind=kind,
        account_id=account_id,
        at=event.at,
        as_of=timezone.localdate(event.at),
        **more,
    )


def _notice_given(event: Event) -> Happening | None:
    notice = Notice.objects.filter(key=event.object_id).first()
    if notice is None:
        return None
    data = {"kind": notice.kind, "on": notice.on, "takes_effect_on": notice.takes_effect_on}
    return _new(event, "notice.given", notice.account_id, data=_plain(data))


def _notice_withdrawn(event: Event) -> Happening | None:
    row = event.before or {}
    data = {name: row.get(name) for name in ("kind", "on", "takes_effect_on")}
    return _new(event, "notice.withdrawn", row.get("account_id", ""), data=data)


def _case_changed(event: Event) -> Happening | None:
    before, after = event.before or {}, event.after or {}
    if "state" not in after or after["state"] == before.get("state"):
        return None
    return _case(event, again=True) if after["state"] == "open" else _case(event)


def _case(event: Event, *, again: bool = False) -> Happening | None:
    case = Case.objects.filter(key=event.object_id).first()
    if case is None:
        return None
    data: dict[str, Any] = {"play": case.play, "owner_id": case.owner_id}
    if case.state == "open":
        data |= {"opened_on": case.opened_on, "again": again}
    else:
        data |= {"outcome": case.outcome, "closed_on": case.closed_on}
    return _new(
        event,
        "case.opened" if case.state == "open" else "case.closed",
        case.account_id,
        subject=case.case_id,
        path=reverse("cases:show", args=[case.pk]),
        data=_plain(data),
    )


_OF_VERB = {
    "notices.add": _notice_given,
    "notices.withdraw": _notice_withdrawn,
    "cases.add": _case,
    "cases.change": _case_changed,
}


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in data.items()
    }


def follow_states(before: Assessment | None, now: Assessment) -> None:
    """Listens to publications: every account whose state is another than the one shown before.

    One statement of the database, however many changed. The first assessment changes nothing.
    """
    if before is None or before.pk == now.pk or not wanted("account.state_changed"):
        return
    quote, ops = connection.ops.quote_name, connection.ops
    accounts = quote(Account._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(Happening._meta.db_table)} "
            "(kind, account_id, at, as_of, before, after, subject, path, posted) "
            "SELECT 'account.state_changed', shown.account_id, %s, %s, earlier.state, shown.state, %s, '', "
            f"FALSE FROM {accounts} shown JOIN {accounts} earlier "
            "ON earlier.account_id = shown.account_id AND earlier.assessment_id = %s "
            "WHERE shown.assessment_id = %s AND shown.state <> earlier.state ORDER BY shown.id",
            [
                ops.adapt_datetimefield_value(timezone.now()),
                ops.adapt_datefield_value(now.as_of),
                now.pk,
                before.pk,
                now.pk,
            ],
        )


def look_at_promises(now: datetime) -> int:
    """Write down promises whose day has passed; gives how many were found.

    now: local time
    A promise counts as overdue from the end of its day, one that was written down later from then on.
    """
    today = now.date()
    late = Promise.objects.filter(
        kept_on__isnull=True, due_on__lt=today, due_on__gte=today - FRESH
    ).order_by("due_on", "id")
    found = [_overdue(promise, now) for promise in late] if wanted("promise.overdue") else []
    return _add(found)


def _overdue(promise: Any, now: datetime) -> Happening:
    midnight = datetime.combine(promise.due_on + timedelta(days=1), time(), now.tzinfo)
    data = {"kind": promise.kind, "due_on": promise.due_on, "by_id": promise.by_id}
    return Happening(
        kind="promise.overdue",
        account_id=promise.account_id,
        at=max(midnight, promise.recorded_at),
        as_of=now.date(),
        subject=promise.promise_id,
        data=_plain(data),
        key=f"promise {promise.key} {promise.due_on}",
    )


class ImportWatch:
    """Finds imports that were committed, by whichever process."""

    def __init__(self, store: Path) -> None:
        self.folder = store / "imports"
        self.told: set[str] = set()

    def look(self, now: datetime) -> int:
        """Write down new imports; gives how many were found. Costs one listing while there are none."""
        names = {p.name for p in self.folder.glob("[!.]*")} if self.folder.exists() else set()
        if names <= self.told or not wanted("import.done"):
            return 0
        from mainstay import engine

        done = engine.open_ledger(settings.HOME).imports()
        self.told = {one.import_id for one in done}
        made = [_done(one) for one in done if one.import_id in names and _made_at(one.import_id)]
        return _add([one for one in made if one.at > now - FRESH])


def _made_at(import_id: str) -> datetime | None:
    """When an import began: its id says so."""
    try:
        return datetime.strptime(import_id[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _done(one: Any) -> Happening:
    at = _made_at(one.import_id) or timezone.now()
    set_aside = sum((one.report.get("rows_set_aside") or {}).values())
    return Happening(
        kind="import.done",
        at=at,
        as_of=timezone.localdate(at),
        subject=one.import_id,
        path=reverse("imports:report", args=[one.import_id]),
        data={"tables": one.tables, "copies": one.copies, "set_aside": set_aside},
        key=f"import {one.import_id}",
    )


def _add(found: list[Happening]) -> int:
    """Write down those that are not there yet."""
    keys = [one.key for one in found]
    known: set[str | None] = set()
    for some in _lots(keys):
        rows = Happening.objects.filter(key__in=some)
        known.update(rows.values_list("key", flat=True))
    new = [one for one in found if one.key not in known]
    Happening.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


AT_ONCE = 500


def _lots(keys: list[Any]) -> Iterable[list[Any]]:
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))
