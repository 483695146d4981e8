"""What is known of each account besides its orders, at a date: one value an account.

Facts count when they were recorded before `known_until`; rows of machines when they happened before
`as_of`. The ledger sees to both; here they are only brought into line with the accounts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from mainstay.ledger.joins import Joins
    from mainstay.ledger.ledger import Ledger

Floats = npt.NDArray[np.float64]
_OF_THE_CODE = ("closed_on", "closed_reason", "replaced_by")
NOTICE_DAYS = 364  # a notice that nothing confirmed is history after a year


@dataclass(frozen=True)
class AccountFacts:
    """Facts in the order of `account_id`.

    master: what the table `accounts` says of them
    manager_id: who looks after the account; None = nobody is known
    open_orders: money on order, in the reporting currency; 0 = none
    pays_on_time: share of payments due that came in time; NaN = no payment known
    notice: the latest notice given in the last 52 weeks, as (kind, on); None = none
    answer: what users said of it: not_ours, seasonal or None; back_on with it
    """

    account_id: Sequence[str]
    master: Master
    manager_id: list[str | None]
    open_orders: Floats
    pays_on_time: Floats
    notice: list[tuple[str, date] | None]
    answer: list[str | None]
    back_on: list[date | None]

    def attribute(self, name: str) -> list[Any]:
        """A column of the table `accounts`; None where it is not known."""
        return self.master.column(name)


@dataclass(frozen=True)
class Master:
    """The rows of the table `accounts`, brought into line.

    own: each account's own row, all null where there is none
    joined: rows of codes joined into an account, with its place; they fill what its own leaves open,
        but what became of such a code is no word on the account
    """

    own: pa.Table
    joined: tuple[tuple[int, Mapping[str, Any]], ...]

    @classmethod
    def of(cls, table: pa.Table, account_id: Sequence[str], joins: Joins) -> Master:
        codes = table["account_id"].to_pylist()
        mains = [joins.main_of(code) for code in codes]
        rows = {
            code: row
            for row, (code, main) in enumerate(zip(codes, mains, strict=True))
            if code == main
        }
        place = {a: i for i, a in enumerate(account_id)}
        joined = [
            (place[main], table.slice(row, 1).to_pylist()[0])
            for row, (code, main) in enumerate(zip(codes, mains, strict=True))
            if code != main and main in place
        ]
        return cls(table.take(pa.array(map(rows.get, account_id), pa.int64())), tuple(joined))

    def column(self, name: str) -> list[Any]:
        """One value an account; None where it is not known."""
        values: list[Any] = self.own[name].to_pylist()
        if name not in _OF_THE_CODE:
            for i, row in self.joined:
                if values[i] is None:
                    values[i] = row[name]
        return values


def facts_at(
    ledger: Ledger, account_id: Sequence[str], *, as_of: date, known_until: Any = None
) -> AccountFacts:
    """Bring every fact table into line with the accounts.

    account_id: the accounts, joined ones under their main account
    known_until: facts recorded later do not count; None = as_of
    """

    def table(name: str) -> pa.Table:
        return ledger.table(name, as_of=as_of, known_until=known_until)

    joins = ledger.joins_at(known_until or as_of)
    place = {a: i for i, a in enumerate(account_id)}

    def where(account: str | None) -> int | None:
        return place.get(joins.main_of(account)) if account else None

    n = len(account_id)
    on_order = np.zeros(n)
    for row in ledger.in_reporting_currency(table("open_orders"), as_of).to_pylist():
        if (i := where(row["account_id"])) is not None:
            on_order[i] += row["amount"]
    answers: list[str | None] = [None] * n
    back: list[date | None] = [None] * n
    for row in table("account_answers").to_pylist():
        i = where(row["account_id"])
        if i is not None and row["answer"] != "none":
            answers[i], back[i] = row["answer"], row["back_on"]
    return AccountFacts(
        account_id=account_id,
        master=Master.of(table("accounts"), account_id, joins),
        manager_id=_managers(table("assignments"), where, n, as_of),
        open_orders=on_order,
        pays_on_time=_on_time(table("payments").to_pylist(), where, n, as_of),
        notice=_notices(table("notices").to_pylist(), where, n, as_of),
        answer=answers,
        back_on=back,
    )


@dataclass(frozen=True)
class Told:
    """What people or master data say of each account's end, in force at a date; arrays (n_accounts,).

    notice: kind of the latest notice; "" = none
    """

    closed: npt.NDArray[np.bool_]
    notice: npt.NDArray[np.object_]
    quiet: npt.NDArray[np.bool_]
    open_order: npt.NDArray[np.bool_]

    @property
    def noticed(self) -> npt.NDArray[np.bool_]:
        """Whether a notice is in force."""
        return np.asarray(self.notice != "", bool)


def told_at(
    ledger: Ledger,
    place: Mapping[str, int],
    *,
    as_of: date,
    known_until: Any = None,
    joined_until: Any = None,
) -> Told:
    """Closed before the date, a notice within the year before it, seasonal and not yet back, on order.

    place: of each account in the arrays
    joined_until: the accounts are joined by what was recorded before it; None = as the facts
    """
    import pyarrow.compute as pc

    main_of = ledger.joins_at(joined_until or known_until or as_of).main_of
    n = len(place)
    told = Told(np.zeros(n, bool), np.full(n, "", object), np.zeros(n, bool), np.zeros(n, bool))

    def mark(name: str, column: str, target: npt.NDArray[np.bool_], holds: Any) -> None:
        table = ledger.table(name, as_of=as_of, known_until=known_until)
        for row in table.filter(pc.is_valid(table[column])).to_pylist():
            i = place.get(main_of(row["account_id"]))
            if i is not None and holds(row):
                target[i] = True

    notices = ledger.table("notices", as_of=as_of, known_until=known_until).to_pylist()
    latest = _notices(notices, lambda account: place.get(main_of(account)), n, as_of)
    told.notice[:] = [notice[0] if notice else "" for notice in latest]
    # A code that was merged into another account, or moved to another code, is not the account's end.
    mark(
        "accounts",
        "closed_on",
        told.closed,
        lambda row: row["closed_on"] < as_of and main_of(row["account_id"]) == row["account_id"],
    )
    mark(
        "account_answers",
        "back_on",
        told.quiet,
        lambda row: row["answer"] == "seasonal" and row["back_on"] >= as_of,
    )
    mark("open_orders", "account_id", told.open_order, lambda row: row["amount"] > 0)
    return told


def _managers(table: pa.Table, where: Any, n: int, as_of: date) -> list[str | None]:
    managers: list[str | None] = [None] * n
    begun: dict[int, int] = {}
    on = pa.scalar(as_of, pa.date32())
    ended = pc.fill_null(pc.less(table["to"], on), False)
    manages = pc.and_(pc.equal(table["role"], "manager"), pc.less(table["from"], on))
    table = table.filter(pc.and_not(manages, ended))
    days = table["from"].cast(pa.int32())
    columns = (table["account_id"], table["staff_id"], days)
    for account, staff, since in zip(*(column.to_pylist() for column in columns), strict=True):
        if (i := where(account)) is None:
            continue
        if i not in begun or since >= begun[i]:
            begun[i], managers[i] = since, staff
    return managers


def _on_time(rows: list[dict[str, Any]], where: Any, n: int, as_of: date) -> Floats:
    due, on_time = np.zeros(n), np.zeros(n)
    for row in rows:
        i = where(row["account_id"])
        if i is None or row["due_on"] >= as_of:
            continue
        due[i] += 1
        # Paid on or after as_of is not known yet, and at as_of it was not paid.
        on_time[i] += row["paid_on"] is not None and row["paid_on"] <= row["due_on"]
    return np.where(due > 0, on_time / np.maximum(due, 1), np.nan)


def _notices(
    rows: list[dict[str, Any]], where: Any, n: int, as_of: date
) -> list[tuple[str, date] | None]:
    notices: list[tuple[str, date] | None] = [None] * n
    for row in rows:
        i = where(row["account_id"])
        on = row["on"]
        if i is None or not as_of - timedelta(days=NOTICE_DAYS) <= on < as_of:
            continue
        known = notices[i]
        if known is None or on >= known[1]:
            notices[i] = (row["kind"], on)
    return notices
