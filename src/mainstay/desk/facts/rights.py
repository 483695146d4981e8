"""Who may read and write what people know: by the account, then by the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model, Q, QuerySet

from mainstay.desk.access.models import Role, User
from mainstay.desk.access.rights import OFFICE, SETTERS, visible_accounts
from mainstay.desk.accounts.models import Account
from mainstay.desk.facts.models import Fact
from mainstay.desk.facts.rows import models_by_table

_ALL: frozenset[Any] = frozenset(Role)
_LEADERS: frozenset[Any] = SETTERS
_TERMS = _LEADERS | {Role.MANAGER, Role.FINANCE}
_OURS = OFFICE | {Role.SUPPLY, Role.QUALITY}
Row = Mapping[str, Any]
# Whether somebody may make this of a row of a table: user, before, after; None where there is no row.
RowRule = Callable[[User, Row | None, Row | None], bool]
ROW_RULES: dict[str, RowRule] = {}
# The columns of a table that a form does not ask of somebody: user, account, the row as it is or None.
NOT_ASKED: dict[str, Callable[[User, str | None, Fact | None], frozenset[str]]] = {}
# Why somebody who may write a table may change nothing in one of its rows; "" where they may.
FROZEN: dict[str, Callable[[User, Fact], str]] = {}
# The columns of a row that somebody is not shown yet.
HELD: dict[str, Callable[[User, Fact], frozenset[str]]] = {}
# The columns of a table of which somebody is not shown all rows' yet: by these they narrow and order nothing,
# since which rows come, and in which order, would tell.
MAY_BE_HELD: dict[str, Callable[[User], frozenset[str]]] = {}
# Who writes a table, beside seeing the account; everybody where it is not named.
WRITERS: dict[str, frozenset[Any]] = {
    "accounts": OFFICE,
    "incentives": _TERMS,
    "agreements": _TERMS,
    "service_standards": _LEADERS | {Role.QUALITY},
    "products": _OURS,
    "unit_conversions": _OURS,
    "company_events": _OURS,
    "staff": _LEADERS,
    "assignments": _LEADERS,
    "absences": _LEADERS,
    "hours": _LEADERS,
    "reviews": _LEADERS | {Role.MANAGER},
    "cases": _LEADERS | {Role.MANAGER, Role.SERVICE},
    "case_steps": _LEADERS | {Role.MANAGER, Role.SERVICE},
    "coins": frozenset(),  # the application alone
    "designs": frozenset(),
    "design_draws": frozenset(),
    "held_effects": frozenset(),  # on the page of what was learnt, by whom it may be
    "win_backs": _LEADERS | {Role.MANAGER, Role.SERVICE},
    # Asked for and decided on pages of their own, where who asked is never who decides.
    "approvals": frozenset(),
    "play_runs": _LEADERS | {Role.MANAGER, Role.SERVICE},
    "snoozes": _LEADERS | {Role.MANAGER, Role.SERVICE},
    "plays": _LEADERS,
    # On the pages of short stock alone, where what a change costs is seen first.
    "allocations": frozenset(),
    # Asked for on the page of a complaint, and answered by nobody of ours.
    "opinions": frozenset(),
    "season_plans": _LEADERS | {Role.MANAGER, Role.SUPPLY},
    "confirmations": _LEADERS | {Role.SUPPLY},
    # Whoever takes down complaints asks; quality and production answer.
    "corrective_actions": _LEADERS | {Role.MANAGER, Role.SERVICE, Role.QUALITY, Role.SUPPLY},
}


def may_write(user: Any, table: str) -> bool:
    return getattr(user, "role", None) in WRITERS.get(table, _ALL)


def may_make(user: User, table: str, before: Row | None, after: Row | None) -> bool:
    """Whether a writer of the table may also write this: by the rule of its rows, where it has one."""
    rule = ROW_RULES.get(table)
    return rule is None or rule(user, before, after)


def not_asked(user: User, table: str, account_id: str | None, fact: Fact | None) -> frozenset[str]:
    """The columns that this user may not write in a row of this account, however the rest may be."""
    asked = NOT_ASKED.get(table)
    return asked(user, account_id, fact) if asked else frozenset()


def frozen(user: User, fact: Fact) -> str:
    """Why this user may not change this row, though they write others of its table; "" where they may."""
    why = FROZEN.get(fact.TABLE)
    return why(user, fact) if why else ""


def held_from(user: User, fact: Fact) -> frozenset[str]:
    """The columns of a row that this user is not shown yet."""
    held = HELD.get(fact.TABLE)
    return held(user, fact) if held else frozenset()


def may_be_held_from(user: User, table: str) -> frozenset[str]:
    """The columns of a table that this user is not shown in some rows."""
    held = MAY_BE_HELD.get(table)
    return held(user) if held else frozenset()


def visible(user: Any, model: type[Fact], assessment_id: str | None = None) -> QuerySet[Any]:
    """The rows of a table that this user may see: of accounts that they see, or of no account.

    assessment_id: of the latest assessment, where the caller has it
    """
    rows = model._default_manager.all()
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return rows.none()
    if user.sees_all_accounts:
        return rows
    theirs = visible_accounts(user, assessment_id).values("account_id")
    names = {field.name for field in model._meta.fields}
    if "account_id" in names:
        mine = Q(account_id__in=theirs)
        if model._meta.get_field("account_id").null:
            mine |= Q(account_id__isnull=True)
        return rows.filter(mine)
    if model.TABLE == "corrective_actions":
        complaints = models_by_table()["complaints"]._default_manager
        about = complaints.filter(account_id__in=theirs).values("complaint_id")
        return rows.filter(Q(complaint_id__isnull=True) | Q(complaint_id__in=about))
    if model.TABLE == "ties":
        contacts = models_by_table()["contacts"]._default_manager
        return rows.filter(
            contact_id__in=contacts.filter(account_id__in=theirs).values("contact_id")
        )
    return rows


def seen(sight: Any, model: type[Model]) -> QuerySet[Any]:
    """As `visible`, from what the request's `Sight` knows already; for rows of accounts alone."""
    rows = model._default_manager.all()
    if sight.user.is_active and sight.user.sees_all_accounts:
        return rows
    return rows.filter(account_id__in=sight.accounts.values("account_id"))


def of_account(account: Account, model: type[Fact]) -> QuerySet[Any]:
    """The rows of a table about an account that was found among the `visible_accounts` of the reader.

    A page that reads many tables of one account asks for its right once, not once a table.
    """
    rows = model._default_manager.all()
    if model.TABLE == "ties":
        contacts = of_account(account, models_by_table()["contacts"])
        return rows.filter(contact_id__in=contacts.values("contact_id"))
    return rows.filter(account_id=account.account_id)


def sees_account(user: User, account_id: str | None) -> bool:
    return account_id is None or visible_accounts(user).filter(account_id=account_id).exists()
