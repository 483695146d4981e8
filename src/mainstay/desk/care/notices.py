"""“They told us”: an account is shown as noticed from the moment in which somebody wrote it down.

The frozen assessment stays as it is. Its row on the pages becomes `noticed`, as the next assessment will
have it; what it said before is kept, and comes back when the notice is taken back.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from django.db.models import F

from mainstay import engine
from mainstay.desk.accounts.models import Account, Assessment, StateAt, latest
from mainstay.desk.care.models import Notice, StateBefore

IN_FORCE_DAYS = 364  # as in an assessment: what nothing confirmed is history after a year
STRONGER = frozenset({"noticed", "closed"})  # states that a notice does not change
MOST_NAMED = 5_000  # accounts of an import; of more, all are looked at
KEPT = ("state", "state_since", "previous_state", "reasons")


def follow_notices(accounts: set[str] | None) -> None:
    """After an entry, in its transaction, or an import; None: of all."""
    shown = latest()
    if shown is None:
        return
    if accounts is None or len(accounts) > MOST_NAMED:
        before = StateBefore.objects.filter(assessment=shown)
        known = Notice.objects.values_list("account_id", flat=True)
        accounts = {*before.values_list("account_id", flat=True), *known.distinct().order_by()}
    told = _in_force(shown, accounts)
    _show(shown, told)
    _restore(shown, accounts - set(told))


def show_notices(assessment_id: str, accounts: Collection[str] | None = None) -> None:
    """Bring notices that came after an assessment onto its rows; None = of all accounts."""
    assessment = Assessment.objects.get(pk=assessment_id)
    StateBefore.objects.exclude(assessment=assessment).delete()
    _show(assessment, _in_force(assessment, accounts))


def _in_force(assessment: Assessment, accounts: Collection[str] | None) -> dict[str, Notice]:
    """The latest notice in force of each account."""
    rows = Notice.objects.filter(on__gte=assessment.as_of - timedelta(days=IN_FORCE_DAYS))
    if accounts is not None:
        rows = rows.filter(account_id__in=accounts)
    return {notice.account_id: notice for notice in rows.order_by("on", "id")}


def _show(assessment: Assessment, told: dict[str, Notice]) -> None:
    rows = list(Account.objects.filter(assessment=assessment, account_id__in=list(told)))
    before = {row.account_id: row for row in _before(assessment, told)}
    changed = False
    for account in rows:
        notice, kept = told[account.account_id], before.get(account.account_id)
        if kept is None:
            if account.state in STRONGER:
                continue
            kept = StateBefore(assessment=assessment, account_id=account.account_id)
            for name in KEPT:
                setattr(kept, name, getattr(account, name))
            kept.save(force_insert=True)
        _change(account, kept, notice)
        changed = True
    if changed:
        _count_change(assessment)


def _count_change(assessment: Assessment) -> None:
    """What is kept of the pages' sums is not to be shown again."""
    Assessment.objects.filter(pk=assessment.pk).update(told_changes=F("told_changes") + 1)


def _change(account: Account, kept: StateBefore, notice: Notice) -> None:
    if account.state_since != notice.on:
        _forget(account)
    account.state = "noticed"
    account.state_since = notice.on
    account.previous_state = kept.state
    account.reasons = _with_notice(kept.reasons, notice)
    account.save(update_fields=list(KEPT))
    StateAt.objects.update_or_create(
        assessment_id=account.assessment_id,
        account_id=account.account_id,
        on=notice.on,
        defaults={"state": "noticed"},
    )


def _with_notice(reasons: str | None, notice: Notice) -> str:
    text: Any = engine.notice_text(notice.kind, notice.on.isoformat())
    said = {"template": text.template, "data": dict(text.data)}
    return json.dumps([said, *json.loads(reasons or "[]")])


def _restore(assessment: Assessment, accounts: Iterable[str]) -> None:
    """Accounts of which no notice is in force any more are what the assessment said."""
    gone = list(accounts)
    before = {row.account_id: row for row in _before(assessment, gone)}
    rows = list(Account.objects.filter(assessment=assessment, account_id__in=gone, state="noticed"))
    for account in rows:
        kept = before.get(account.account_id)
        _forget(account)
        if kept is None:  # the assessment itself had the notice
            kept = _seen_before(account)
        for name in KEPT:
            setattr(account, name, getattr(kept, name))
        account.save(update_fields=list(KEPT))
        if kept.pk:
            kept.delete()
    if rows:
        _count_change(assessment)


def _seen_before(account: Account) -> StateBefore:
    """The last state of another name; what follows from it is for the next assessment to say."""
    history = StateAt.objects.filter(
        assessment_id=account.assessment_id, account_id=account.account_id
    )
    found = history.exclude(state="noticed").order_by("-on").first()
    told = json.loads(account.reasons or "[]")
    return StateBefore(
        state=found.state if found else "steady",
        state_since=found.on if found else None,
        previous_state="noticed",
        reasons=json.dumps(told[1:]),
    )


def _forget(account: Account) -> None:
    if account.state == "noticed":
        StateAt.objects.filter(
            assessment_id=account.assessment_id,
            account_id=account.account_id,
            on=account.state_since,
            state="noticed",
        ).delete()


def _before(assessment: Assessment, accounts: Iterable[str]) -> list[StateBefore]:
    return list(StateBefore.objects.filter(assessment=assessment, account_id__in=list(accounts)))
