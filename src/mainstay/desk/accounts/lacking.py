"""What figures and weeks lack, and how it is mended: said on pages, in digests and by the doctor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse

from mainstay.core.texts import Text, gettext_noop
from mainstay.desk.accounts.models import Account, Assessment, latest
from mainstay.desk.accounts.queries import NOT_OURS, Sight
from mainstay.desk.team.assigned import assigned_on

NONE_YOURS = gettext_noop(
    "No account is yours at the moment. Your administrator can give you your staff code, and your accounts "
    "follow from the assignments."
)
UNRATED_MATTERS = gettext_noop("Accounts that order in them alone are in no list.")
UNASSIGNED_MATTERS = gettext_noop("They are in no manager's week, and in no digest of theirs.")


@dataclass(frozen=True)
class Lack:
    """Something that is missing.

    what: what is so; why: why that matters
    mend: what to do about it at the desk, and command at the command line
    url: of the page where that is done
    """

    code: str
    what: Text
    why: str
    mend: Text
    url: str
    command: str


def lacks(sight: Sight, today: date) -> list[Lack]:
    """For who sees all accounts: the numbers are the company's."""
    if sight.assessment is None or not sight.user.sees_all_accounts:
        return []
    return _there(without_rate(sight.assessment), without_manager(sight.accounts, today))


def none_yours(sight: Sight) -> Text | None:
    """What a reader is told who looks after accounts and has none."""
    if sight.user.sees_all_accounts or sight.accounts.exists():
        return None
    return Text(NONE_YOURS)


def lacks_of_all(today: date) -> list[Lack]:
    """Of the assessment that the pages show."""
    shown = latest()
    if shown is None:
        return []
    accounts = Account.objects.filter(assessment=shown).exclude(answer=NOT_OURS)
    return _there(without_rate(shown), without_manager(accounts, today))


def _there(*found: Lack | None) -> list[Lack]:
    return [one for one in found if one]


def without_rate(assessment: Assessment) -> Lack | None:
    """Order lines in a currency that has no exchange rate in their month."""
    lines: Mapping[str, int] = assessment.meta.get("missing_rates") or {}
    if not lines:
        return None
    said = gettext_noop(
        "Order lines in {currencies} are in no figure, since there is no exchange rate: {lines}."
    )
    return Lack(
        "exchange_rates",
        Text(said, {"currencies": ", ".join(sorted(lines)), "lines": sum(lines.values())}),
        UNRATED_MATTERS,
        Text(gettext_noop("Load exchange rates under Imports, then assess again.")),
        reverse("imports:list"),
        "mainstay import FILE --table exchange_rates",
    )


def without_manager(accounts: QuerySet[Account], today: date) -> Lack | None:
    """Accounts that nobody is assigned to, neither as assessed nor since; closed ones need nobody."""
    managed = assigned_on(today).values("account_id")
    left = accounts.filter(manager_id=None).exclude(state="closed")
    n = left.exclude(account_id__in=managed).count()
    if not n:
        return None
    return Lack(
        "assignments",
        Text(gettext_noop("Accounts that nobody looks after: {n}."), {"n": n}),
        UNASSIGNED_MATTERS,
        Text(gettext_noop("Import the table assignments, or set who looks after whom under Team.")),
        reverse("facts:rows", args=["assignments"]),
        "mainstay import FILE --table assignments",
    )
