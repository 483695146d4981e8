"""From a program's row to an entry, through the same forms as the pages: what these refuse is refused here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _

from mainstay.api.problems import Problem, not_there, unprocessable
from mainstay.core.errors import MainstayError
from mainstay.desk.access.models import User
from mainstay.desk.access.views import in_words
from mainstay.desk.facts.changes import new_fact
from mainstay.desk.facts.columns import COLUMNS, field_of
from mainstay.desk.facts.forms import FactForm
from mainstay.desk.facts.models import Fact
from mainstay.desk.facts.queries import has_account
from mainstay.desk.facts.rights import (
    frozen,
    held_from,
    may_write,
    not_asked,
    sees_account,
)
from mainstay.desk.facts.rows import columns_of, plain, row_of
from mainstay.desk.facts.services import entry

Row = Mapping[str, Any]
MOST_ROWS = 1_000
STAMPS = {"id": "integer", "version": "integer", "recorded_at": "moment", "recorded_by": "text"}


def shown(user: User, fact: Any) -> dict[str, Any]:
    """A row as the API gives it: its stamps, then its columns; what is held back is not told yet."""
    held = held_from(user, fact)
    by = fact.recorded_by
    return {
        "id": fact.pk,
        "version": fact.version,
        "recorded_at": fact.recorded_at,
        "recorded_by": by.username if by else None,
        **{name: None if name in held else value for name, value in row_of(fact).items()},
    }


def add_all(user: User, model: type[Fact], rows: Sequence[Row]) -> list[Fact]:
    """Write new rows, all or none of them.

    Raises: Problem, with what is wrong of each row; MainstayError
    """
    if not may_write(user, model.TABLE):
        raise Problem(HTTPStatus.FORBIDDEN, "not_allowed", _("Your role may not write this down."))
    written, wrong = [], []
    with entry(user) as book:
        for place, row in enumerate(rows):
            try:
                form = _form(user, model, row, None)
                fact = new_fact(model, form.values(), form.account_id)
                written.append(book.add(fact))
            except MainstayError as error:
                wrong.append({"row": place, "errors": {"": [in_words(error)]}, "code": error.code})
            except Problem as problem:
                if problem.status == HTTPStatus.NOT_FOUND and len(rows) == 1:
                    raise
                said = problem.more.get("errors") or {"": [problem.detail]}
                wrong.append({"row": place, "errors": said, "code": problem.code})
        if wrong:  # leaves the entry, so that nothing of it is written
            raise _wrong(wrong, len(rows))
    return written


def _wrong(wrong: list[dict[str, Any]], n_rows: int) -> Problem:
    if n_rows == 1 and wrong[0]["code"] in ("there_already", "not_allowed"):
        status = {"there_already": HTTPStatus.CONFLICT, "not_allowed": HTTPStatus.FORBIDDEN}
        one = wrong[0]
        return Problem(status[one["code"]], one["code"], " ".join(one["errors"][""]))
    return unprocessable(
        "rows",
        _("Nothing was written: %(wrong)s of %(all)s rows can't be so; see “rows”.")
        % {"wrong": len(wrong), "all": n_rows},
        rows=wrong,
    )


def change(user: User, fact: Any, row: Row, *, seen: int) -> Fact:
    """Change the columns that a row names; the others stay.

    Raises: Problem, MainstayError
    """
    _may_change(user, fact)
    form = _form(user, type(fact), row, fact)
    with entry(user) as book:
        return book.change(fact, form.values(), seen=seen)


def withdraw(user: User, fact: Any, *, seen: int) -> None:
    """Raises: Problem, MainstayError"""
    _may_change(user, fact)
    with entry(user) as book:
        book.withdraw(fact, seen=seen)


def _may_change(user: User, fact: Any) -> None:
    if not may_write(user, fact.TABLE):
        raise Problem(HTTPStatus.FORBIDDEN, "not_allowed", _("Your role may not write this down."))
    if why := frozen(user, fact):
        raise Problem(HTTPStatus.CONFLICT, "frozen", str(why))


def _form(user: User, model: type[Fact], row: Row, fact: Any) -> FactForm:
    """The form that this row fills, found valid.

    Raises: Problem
    """
    account = getattr(fact, "account_id", None) if fact else _account(user, model, row)
    without = not_asked(user, model.TABLE, account, fact)
    form = FactForm(model, {}, fact=fact, account_id=account, without=without)
    names = {COLUMNS.get(name, name): name for name in form.fields}
    own = {"account_id"} if account is not None else set()
    errors = {
        name: [_("This column is not written here.")] for name in row if name not in {*names, *own}
    }
    if fact is not None and row.get("account_id", account) != account:
        errors["account_id"] = [_("A row stays with its account.")]
    errors |= {
        n: [_("Write a text, a number, true, false or null.")] for n in row if not _is_one(row[n])
    }
    if errors:
        raise _invalid(errors)
    kinds = {c.name: c.kind for c in columns_of(model)}
    given = {names[name]: _typed(value) for name, value in row.items() if name in names}
    errors = {n: e for n in names if n in row if (e := _of_kind(row[n], kinds.get(n, "text")))}
    if errors:
        raise _invalid(errors)
    now = {}
    if fact is not None:
        now = {field_of(c): _typed(plain(v)) for c, v in row_of(fact).items()}
    form.data = now | given
    if not form.is_valid():
        raise _invalid(
            {COLUMNS.get(n, n).replace("__all__", ""): list(e) for n, e in form.errors.items()}
        )
    return form


def _account(user: User, model: type[Fact], row: Row) -> str | None:
    """The account that a new row is about. Raises: Problem where the user does not see it"""
    account = row.get("account_id")
    if not has_account(model) or not isinstance(account, str) or not account:
        return None
    if "\0" in account or not sees_account(user, account):
        raise not_there()
    return account


def _is_one(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def _of_kind(value: Any, kind: str) -> list[str]:
    """What JSON tells apart and a form does not: true is no text, 1 is no yes."""
    if value is None or isinstance(value, str):
        return []
    if isinstance(value, bool):
        fits = kind == "yes_no"
    else:
        fits = kind in ("number", "integer", "money", "choice")
    return [] if fits else [_("This column is %(kind)s.") % {"kind": kind}]


def _typed(value: Any) -> str:
    """A value as somebody would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    return repr(value) if isinstance(value, float) else str(value)


def _invalid(errors: Mapping[str, Any]) -> Problem:
    said = [f"{name}: {' '.join(map(str, sentences))}" for name, sentences in errors.items()]
    return unprocessable("invalid", " ".join(said)[:1000], errors=errors)
