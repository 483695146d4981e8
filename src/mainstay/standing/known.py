"""What measures and signals see: everything that is known of some accounts at a date, and nothing that came later."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.settings import Settings
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.schema import TABLES
from mainstay.ledger.sql import sql
from mainstay.standing.goods import Goods
from mainstay.standing.orders import Orders, with_accounts
from mainstay.standing.pace import Pace

LOOK_BACK_DAYS = 3 * 364  # what happened earlier explains nothing now
_WORD = re.compile(r"[a-z_]+")


@dataclass(frozen=True)
class Known:
    """The ledger as of a date, of the accounts that were judged then.

    accounts, categories: tables of the assessment (engine.tables), as of the same date
    known_until: facts recorded at or after it do not count; None = as_of
    settings: what an hour costs, and whatever else a user may set
    """

    ledger: Ledger
    as_of: date
    accounts: pa.Table
    categories: pa.Table
    known_until: date | datetime | None = None
    settings: Settings = field(default_factory=Settings)
    _kept: dict[str, pa.Table] = field(default_factory=dict, repr=False)
    # What is summed from order lines, and stands in queries under its name.
    summed: ClassVar[tuple[str, ...]] = ("goods", "pace")

    @property
    def begin(self) -> date:
        """Instances of earlier days are not looked for."""
        return self.as_of - timedelta(days=LOOK_BACK_DAYS)

    @property
    def told_before(self) -> date:
        """Reviews of days before this one count: as far as facts are known, also where orders end earlier.

        A day more than the moment that is known, since it is tomorrow there already for some.
        """
        until = self.known_until
        if isinstance(until, datetime):
            until = until.date() + timedelta(days=2)
        return max(until or self.as_of, self.as_of)

    @cached_property
    def account_id(self) -> pa.Array:
        return self.accounts["account_id"].combine_chunks()

    def table(self, name: str) -> pa.Table:
        """A table as it was known; rows of joined codes stand under their account, and rows of
        accounts that are not looked at are left out. Deliveries of which only the order is told
        stand under the account of its lines."""
        if name not in self._kept:
            self._kept[name] = self._known(name)
        return self._kept[name]

    def _known(self, name: str) -> pa.Table:
        day = self.told_before if name == "reviews" else self.as_of
        known_until = self.known_until if self.known_until is not None else self.as_of
        rows = self.ledger.table(name, as_of=day, known_until=known_until)
        if name == "deliveries":
            rows = with_accounts(rows, self._accounts_of)
        if "account_id" not in rows.schema.names or name == "accounts":
            return rows
        joins = self.ledger.joins_at(self.known_until or self.as_of)
        codes = rows["account_id"].combine_chunks()
        if joins:
            unique = codes.unique()
            main = pa.array([c and joins.main_of(c) for c in unique.to_pylist()], pa.string())
            codes = main.take(pc.index_in(codes, value_set=unique))
            rows = rows.set_column(rows.schema.get_field_index("account_id"), "account_id", codes)
        ours = pc.or_(pc.is_in(codes, value_set=self.account_id), pc.is_null(codes))
        return rows.filter(ours)

    def _accounts_of(self, order_ids: pa.Array) -> pa.Table:
        return self.ledger.map_accounts(
            Orders(order_ids), ("order_id",), self.as_of, known_until=self.known_until
        )

    @cached_property
    def goods(self) -> pa.Table:
        """Sums by account × product × quarter × kind of line: see `Goods`."""
        return self._of_lines(Goods(self.as_of)).unify_dictionaries()

    @cached_property
    def pace(self) -> pa.Table:
        """Order days and their money by account × quarter: see `Pace`."""
        return self._of_lines(Pace(self.as_of))

    def _of_lines(self, kernel: Goods | Pace) -> pa.Table:
        rows = self.ledger.map_accounts(
            kernel, columns=kernel.columns, as_of=self.as_of, known_until=self.known_until
        )
        return rows.filter(pc.is_in(rows["account_id"], value_set=self.account_id))

    def versions(self, name: str) -> pa.Table:
        """All versions of a table's rows that were known by then, also those withdrawn since.

        Column `known_on`: the day of recording; of what is only assumed to have been known, the day
        on which it happened (null where it has none).
        """
        rows = self.ledger.facts.history(name)
        until = self.known_until or self.as_of
        moment = until if isinstance(until, datetime) else datetime.combine(until, time(), UTC)
        happened = TABLES[name].happened
        on = rows[happened].cast(pa.date32()) if happened else pa.nulls(rows.num_rows, pa.date32())
        known_on = pc.if_else(
            rows["assumed"], on, rows["recorded_at"].cast(pa.date32(), safe=False)
        )
        before = pc.less(rows["recorded_at"], pa.scalar(moment, rows["recorded_at"].type))
        assumed_before = pc.fill_null(pc.less(on, pa.scalar(self.as_of)), True)
        known = pc.if_else(rows["assumed"], assumed_before, before)
        return rows.append_column("known_on", known_on).filter(known)

    def sql(self, query: str, **tables: pa.Table) -> pa.Table:
        """The answer to a query.

        Tables of the ledger stand in it under their names, as known; the assessment's as `judged`
        and `judged_categories`; order lines summed as `goods` and `pace`;
        $as_of, $begin and $told_before are the days of those names.
        """
        words = set(_WORD.findall(query))
        known = {name: self.table(name) for name in words & set(TABLES) - {"order_lines"}}
        if "judged" in words:
            known["judged"] = self.accounts
        if "judged_categories" in words:
            known["judged_categories"] = self.categories
        for name in words & set(self.summed):
            known[name] = getattr(self, name)
        days = {"as_of": self.as_of, "begin": self.begin, "told_before": self.told_before}
        used = {name: day for name, day in days.items() if f"${name}" in query}
        return sql(query, parameters=used, **known, **tables)

    def places(self, account_id: pa.ChunkedArray) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """The place of each account in `account_id`; −1 = none of them."""
        found = pc.fill_null(pc.index_in(account_id, value_set=self.account_id), -1)
        return np.asarray(found, np.int64)
