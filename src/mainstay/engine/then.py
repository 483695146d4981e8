"""What a kept assessment said of accounts on its day, and what came of their money since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.causes.families import UNKNOWN
from mainstay.core.errors import NotFound
from mainstay.engine.explaining import explanation_of
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.lines import Lines
from mainstay.plays.situation import causes_of, gone_of
from mainstay.standing.history import collapse, days_of
from mainstay.standing.pace import MONEY_UNIT

MOST_DAYS_BEFORE = 35  # an older assessment says too little of the day on which a play began
LOST = "lost"
WEEK_DAYS = 7
_CAUSES, _FALLS = (
    ("account_id", "cause", "p"),
    ("account_id", "counts", "lost_52", "first", "p_first", "reviewed"),
)
_SHIFT = 2**20  # days since 1970 stay far below it
_COLUMNS = (
    *("account_id", "name", "tier", "size_class", "manager_id", "state", "eligible", "amount_52"),
    *("horizon_baseline", "horizon_loss", "horizon_loss_low", "horizon_loss_high", "days_silent"),
)

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Then:
    """One assessment with its explanation, as both were kept; arrays (n_accounts,).

    weeks: its horizon; share: of net sales, what it counts (margin or all)
    accounts: _COLUMNS; causes, falls: tables of the explanation, None where none was kept
    """

    id: str
    as_of: date
    weeks: int
    share: float
    accounts: pa.Table
    causes_table: pa.Table | None
    falls: pa.Table | None

    @classmethod
    def open(cls, ledger: Ledger, store: Path, identity: str, as_of: date) -> Then:
        """as_of: of the looking back, by which the margin is known"""
        kept = ledger.assessments.open(identity)
        try:
            why = explanation_of(store, identity)
            causes, falls = why.table("causes", _CAUSES), why.table("falls", _FALLS)
        except NotFound:
            causes = falls = None
        return cls(
            identity,
            date.fromisoformat(kept.meta["as_of"]),
            int(kept.meta["horizon_weeks"]),
            ledger.margin_share(as_of) if kept.meta["amount"] == "margin" else 1.0,
            kept.table("accounts", _COLUMNS),
            causes,
            falls,
        )

    def only(self, accounts: Sequence[str]) -> Then:
        """Of these accounts alone, as far as the assessment knew them; each once."""
        wanted = pa.array(sorted(set(accounts)), pa.string())
        return replace(self, accounts=self.accounts.filter(pc.is_in(self.ids, value_set=wanted)))

    @cached_property
    def ids(self) -> pa.Array:
        return self.accounts["account_id"].combine_chunks()

    @cached_property
    def place(self) -> dict[str, int]:
        return {account: i for i, account in enumerate(self.ids.to_pylist())}

    @cached_property
    def causes(self) -> Floats:
        """P(cause), (n_accounts, n_causes + 1), the last what is not known."""
        return causes_of(self.ids, self.causes_table)

    @cached_property
    def gone(self) -> Floats:
        """Money of a horizon that was taken away before."""
        return gone_of(self.ids, self.falls) * self.share * self.weeks / 52

    @cached_property
    def first(self) -> npt.NDArray[np.object_]:
        """The likeliest family of causes; "unknown" of who had not fallen."""
        found = np.full(len(self.ids), UNKNOWN, object)
        if self.falls is not None and self.falls.num_rows:
            fell = self.falls.filter(self.falls["counts"])
            at = pc.fill_null(pc.index_in(fell["account_id"], value_set=self.ids), -1).to_numpy()
            names = np.array(fell["first"].to_pylist(), object)
            found[at[at >= 0]] = names[at >= 0]
        return found

    @cached_property
    def expected(self) -> tuple[Floats, Floats]:
        """The horizon's money if nothing changed, and what of it would be lost; NaN = not known.

        Of a lost account nothing more was to come.
        """
        baseline, loss = (self.column(name) for name in ("horizon_baseline", "horizon_loss"))
        unknown = ~(np.isfinite(baseline) & np.isfinite(loss))
        lost = unknown & (self.words("state") == LOST)
        both = (np.where(lost, 0.0, np.where(unknown, np.nan, one)) for one in (baseline, loss))
        first, second = both
        return first, second

    @cached_property
    def risk(self) -> Floats:
        """What was expected to be lost of what was to be expected; NaN = not known, or nothing."""
        baseline, loss = self.expected
        return np.where(baseline > 0, loss / np.where(baseline > 0, baseline, 1.0), np.nan)

    def column(self, name: str) -> Floats:
        return np.asarray(pc.fill_null(self.accounts[name], np.nan).to_numpy(), np.float64)

    def words(self, name: str) -> npt.NDArray[np.object_]:
        return np.array([one or "" for one in self.accounts[name].to_pylist()], object)


def dates_of(ledger: Ledger) -> dict[str, date]:
    """The dates of the kept assessments, by their names."""
    return {one.id: date.fromisoformat(one.meta["as_of"]) for one in ledger.assessments.all()}


@dataclass(frozen=True)
class Kept:
    """The assessments that are kept of dates up to one; dates, weeks (their horizons): by their names."""

    dates: Mapping[str, date]
    weeks: Mapping[str, int]

    @classmethod
    def of(cls, ledger: Ledger, as_of: date) -> Kept:
        some = ((one.id, one.meta) for one in ledger.assessments.all())
        up_to = {
            name: (date.fromisoformat(meta["as_of"]), int(meta["horizon_weeks"]))
            for name, meta in some
            if date.fromisoformat(meta["as_of"]) <= as_of
        }
        return cls({k: day for k, (day, _) in up_to.items()}, {k: n for k, (_, n) in up_to.items()})

    def weeks_at(self, on: date) -> int:
        """The horizon on a day; 0 where no assessment is near enough before it."""
        return self.weeks.get(last_before(on, self.dates) or "", 0)


def last_before(begins: date, kept: Mapping[str, date]) -> str | None:
    """The last assessment of a day or shortly before it; None where there is none.

    kept: the dates of assessments, by their names
    """
    before = [
        (day, name)
        for name, day in kept.items()
        if timedelta(0) <= begins - day <= timedelta(days=MOST_DAYS_BEFORE)
    ]
    return max(before)[1] if before else None


def to_be_expected(row: Mapping[str, Any]) -> tuple[float, float] | None:
    """Of an account as assessed: the horizon's money if nothing changed, and what of it would be lost.

    None where it is not known; of a lost account nothing more was to come.
    """
    baseline, loss = row["horizon_baseline"], row["horizon_loss"]
    if baseline is None or loss is None:
        return (0.0, 0.0) if row["state"] == LOST else None
    return float(baseline), float(loss)


@dataclass(frozen=True)
class Came:
    """A kernel: money of accounts within windows of days; fees are no sales.

    names: accounts in order, each once; offsets: (n + 1,), where the windows of each begin
    first, days: of each window, days since 1970-01-01, and how many
    Returns a table: window (its place), amount (reporting currency); those of accounts without a line are left out
    """

    as_of: date
    names: npt.NDArray[np.object_]
    offsets: Longs
    first: Longs
    days: Longs
    columns = ("kind",)

    def __call__(self, lines: Lines) -> pa.Table:
        held = collapse(lines, days_of(self.as_of))
        ids = np.array(lines.account_ids.cast(pa.string()).to_pylist(), object)
        at = np.minimum(np.searchsorted(self.names, ids), len(self.names) - 1)
        ours = np.flatnonzero(self.names[at] == ids)
        at = at[ours]
        n = self.offsets[at + 1] - self.offsets[at]
        window = np.repeat(self.offsets[at] - np.cumsum(n) + n, n) + np.arange(n.sum())
        account = np.repeat(np.arange(lines.n_accounts), np.diff(held.offsets))
        key = account * _SHIFT + held.day.astype(np.int64)
        sums = np.concatenate([[0.0], np.cumsum(held.net)])
        begin = np.repeat(ours, n) * _SHIFT + self.first[window]
        low, high = (np.searchsorted(key, one) for one in (begin, begin + self.days[window]))
        amount = (sums[high] - sums[low]) / MONEY_UNIT
        return pa.table({"window": window.astype(np.int64), "amount": amount})


def came(
    ledger: Ledger,
    windows: tuple[Sequence[str], Sequence[int], Sequence[int]],
    as_of: date,
    known_until: Any = None,
) -> Floats:
    """Net sales of accounts within windows (account, first day since 1970-01-01, days), by lines before a date."""
    account, first, days = windows
    found = np.zeros(len(account))
    if not len(account):
        return found
    names, at = np.unique(np.array(account, object), return_inverse=True)
    order = np.argsort(at, kind="stable")
    kernel = Came(
        as_of,
        names,
        np.concatenate([[0], np.cumsum(np.bincount(at, minlength=len(names)))]),
        np.asarray(first, np.int64)[order],
        np.asarray(days, np.int64)[order],
    )
    rows = ledger.map_accounts(
        kernel,
        columns=kernel.columns,
        as_of=as_of,
        accounts=names.tolist(),
        known_until=known_until,
    )
    found[order[rows["window"].to_numpy()]] = rows["amount"].to_numpy()
    return found
