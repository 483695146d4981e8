"""The ledger's facade: what the rest of the engine knows of order lines and facts."""

from __future__ import annotations

import copy
import tempfile
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.errors import NotFound
from mainstay.core.texts import Text, gettext_noop
from mainstay.ledger import (
    assumed,
    check,
    check_beside,
    compaction,
    executor,
    given,
    imports,
    reading,
    schema,
    succession,
    totals,
)
from mainstay.ledger.amounts import Rates
from mainstay.ledger.copying import OTHER_STORE
from mainstay.ledger.costs import Costs, CostSums
from mainstay.ledger.facts import Facts
from mainstay.ledger.frozen import FrozenFolder, frozen_versions
from mainstay.ledger.joins import Joins
from mainstay.ledger.lines import Kernel, Lines
from mainstay.ledger.places import place_of
from mainstay.ledger.snapshot import Snapshot
from mainstay.ledger.sql import sql
from mainstay.ledger.store import OrderStore
from mainstay.ledger.succession import Assortment

if TYPE_CHECKING:
    from mainstay.ledger.loading import Progress as ImportProgress
    from mainstay.ledger.proposing import ImportOptions
    from mainstay.ledger.report import Report

T = TypeVar("T")


class Ledger:
    """Order lines and facts as they were when the ledger was opened; `refresh` looks again.

    reporting_currency: what amounts are given in; None = the currency of most lines
    order_lines: where they lie if not in the folder: a path, or s3://bucket/folder
    """

    def __init__(
        self,
        folder: Path | str,
        *,
        reporting_currency: str | None = None,
        order_lines: str | None = None,
    ) -> None:
        self.folder = Path(folder)
        where = order_lines or self.folder / "order_lines"
        self.store = OrderStore.open_or_create(place_of(where, self.folder / "copies"))
        self.facts = Facts(self.folder / "facts")
        self.assessments = FrozenFolder(self.folder / "assessments")
        self._wanted_currency = reporting_currency
        self._snapshot = self.store.snapshot()
        self._whole: Ledger | None = None
        self._costs: dict[tuple[int, int, date | None], Costs] = {}
        self._cost_sums = CostSums()

    @classmethod
    def open(
        cls,
        folder: Path | str,
        *,
        reporting_currency: str | None = None,
        order_lines: str | None = None,
    ) -> Ledger:
        """Open the ledger in a folder (`Home.store`); an empty one is made where there is none."""
        return cls(folder, reporting_currency=reporting_currency, order_lines=order_lines)

    @classmethod
    def from_tables(
        cls,
        *,
        reporting_currency: str | None = None,
        recorded_at: datetime | None = None,
        **tables: Any,
    ) -> Ledger:
        """A ledger of tables at hand, kept in a temporary folder as long as the ledger is.

        tables: by their names in DATA.md, each a path, an Arrow table or a dataframe. Tables in
            memory whose columns carry our names are taken as they are; files are imported, with
            what that finds and sets aside (`imports()` has the reports)
        recorded_at: when facts were recorded; None = when they happened (assumed)
        """
        folder = tempfile.TemporaryDirectory(prefix="mainstay-")
        ledger = cls(folder.name, reporting_currency=reporting_currency)
        weakref.finalize(ledger, folder.cleanup)
        # The library's door: here, as in a command, the clock may be read.
        given.load(ledger, tables, recorded_at, now=datetime.now(UTC))
        return ledger.refresh()

    def refresh(self) -> Ledger:
        """See what was imported, undone or recorded since; costs next to nothing where nothing was."""
        if self.store.has_newer(self._snapshot):
            self._snapshot = self.store.snapshot()
            self._costs = {}
            self.__dict__.pop("reporting_currency", None)
        self.facts.refresh()
        return self

    def assumed_facts(self, before: date) -> dict[str, int]:
        """By table, how many facts of the time before a date are only assumed to have been known then."""
        rows = {name: self.facts.history(name) for name in assumed.TELLING}
        found = {name: assumed.telling(name, rows[name], before).num_rows for name in rows}
        return {name: n for name, n in found.items() if n}

    def without_assumed(self) -> Ledger:
        """The same ledger without those facts."""
        sure = copy.copy(self)
        sure.facts = self.facts.without_assumed()
        sure._whole = self  # a ledger of tables at hand is there as long as this one is
        return sure

    @property
    def snapshot(self) -> Snapshot:
        return self._snapshot

    @property
    def version(self) -> int:
        """The order store's version; a frozen assessment names it."""
        return self._snapshot.version

    @cached_property
    def reporting_currency(self) -> str | None:
        """The currency that amounts are in; None where no line names one."""
        return self._wanted_currency or totals.commonest_currency(self._snapshot)

    @property
    def joins(self) -> Joins:
        """Which codes are one account, by all that is known now."""
        return self.joins_at(None)

    def joins_at(self, known_until: date | datetime | None) -> Joins:
        """Which codes are one account, by what was recorded before `known_until`; None = now."""
        moved = succession.moved(self.facts.known("accounts", known_until=known_until), known_until)
        return Joins.of(self.facts.known("account_joins", known_until=known_until), moved)

    def assortment(
        self, as_of: date | None = None, known_until: date | datetime | None = None
    ) -> Assortment:
        """What is known of the products at a date: categories, successors, what is discontinued."""
        until = known_until if known_until is not None else as_of
        products = self.facts.known("products", as_of=as_of, known_until=until)

        def of_lines(product_ids: Iterable[str]) -> Mapping[str, str]:
            return totals.latest_categories(self._snapshot, product_ids, as_of)

        # What ends on or after as_of has not ended then, however early that is known.
        ends = min((d for d in (as_of, until) if d is not None), key=_day, default=None)
        return Assortment.of(products, ends, of_lines)

    def span(self) -> tuple[date, date] | None:
        """First and last day with an order line; None for an empty ledger."""
        return self._snapshot.span()

    def map_accounts(
        self,
        kernel: Kernel,
        columns: Sequence[str] = ("category", "kind"),
        as_of: date | None = None,
        amount: executor.Amount = "net",
        progress: executor.Progress | None = None,
        accounts: Sequence[str] | None = None,
        known_until: date | datetime | None = None,
        kept: dict[int, Lines] | None = None,
    ) -> pa.Table:
        """Hand all lines of whole accounts to a pure function, bucket by bucket; collect its rows.

        kernel: from `Lines`, sorted by account and day, to a table; called in several threads, or
            in other processes, so that what it keeps beside its table is lost
        columns: text columns come as codes, numeric ones as values
        as_of: only lines dated before it
        amount: "net" sales or "margin", in the reporting currency
        progress: called with (done, total)
        accounts: only these; None = all
        known_until: joins and products' categories recorded at or after it do not count;
            None = as_of
        kept: for two passes with the same arguments, of which the second may ask for fewer columns:
            filled in the first with as many lines as fit into memory, emptied in the second, which
            need not read them again
        Returns: the kernel's tables, one after the other
        """
        how = self._reading(columns, as_of, amount, accounts, known_until)
        return executor.map_accounts(self._snapshot, kernel, how, progress, kept)

    def map_buckets(
        self,
        kernel: Callable[[Lines], T],
        columns: Sequence[str] = ("category", "kind"),
        as_of: date | None = None,
        amount: executor.Amount = "net",
        progress: executor.Progress | None = None,
        known_until: date | datetime | None = None,
        kept: dict[int, Lines] | None = None,
    ) -> list[T]:
        """The same for a function that makes several things at once of the lines of whole accounts.

        kernel: what it returns can be pickled
        Returns: what it made, in an order that is always the same; once at least
        """
        how = self._reading(columns, as_of, amount, None, known_until)
        return executor.map_buckets(self._snapshot, kernel, how, progress, kept)

    def _reading(
        self,
        columns: Sequence[str],
        as_of: date | None,
        amount: executor.Amount,
        accounts: Sequence[str] | None,
        known_until: date | datetime | None,
    ) -> executor.Reading:
        share = self.margin_share(as_of) if amount == "margin" else 1.0
        until = known_until if known_until is not None else as_of
        return executor.Reading(
            tuple(columns),
            as_of,
            None if accounts is None else tuple(accounts),
            amount,
            share,
            self._rates(as_of),
            self.joins_at(until),
            self.assortment(as_of, until).table() if "category" in columns else None,
        )

    def table(
        self,
        name: str,
        as_of: date | None = None,
        known_until: date | datetime | None = None,
    ) -> pa.Table:
        """A table as it was known: the latest version of each row.

        as_of: rows dated on or after it are left out
        known_until: and rows of people's tables recorded at or after it; None = as_of
        Returns: the table's columns; for facts also those of STAMPS. Empty if
            nothing is known
        """
        if name == "order_lines":
            return self.order_lines(None, as_of, known_until=known_until)
        schema.table(name)
        return self.facts.known(name, as_of=as_of, known_until=known_until)

    def order_lines(
        self,
        account_ids: Sequence[str] | None,
        as_of: date | None = None,
        columns: Sequence[str] | None = None,
        known_until: date | datetime | None = None,
    ) -> pa.Table:
        """The order lines of some accounts (None = all), by account and day.

        Lines of joined codes stand under their account; `known_until` as in `map_accounts`.
        """
        joins = self.joins_at(known_until if known_until is not None else as_of)
        return reading.order_lines(self._snapshot, joins, account_ids, as_of, columns)

    @property
    def n_lines(self) -> int:
        """All order lines of this version."""
        return self._snapshot.lines

    def count_accounts(self, as_of: date) -> int:
        """Accounts with a line dated before as_of, codes that are joined counted apart."""
        return totals.count_accounts(self._snapshot, as_of)

    def cost_coverage(self, as_of: date | None = None) -> float:
        """Share of the sales money before as_of of lines whose cost is known; 0 to 1."""
        return self._costs_at(as_of).coverage

    def margin_share(self, as_of: date | None = None) -> float:
        """Margin as a share of net sales over lines whose cost is known; 1 where none is."""
        return self._costs_at(as_of).margin_share

    def _costs_at(self, as_of: date | None) -> Costs:
        """Kept as long as nothing is imported: every account's page asks for it."""
        key = (self.version, self.facts.version, as_of)
        if key not in self._costs:
            found = self._cost_sums.at(self._snapshot, as_of, self._rates(as_of))
            self._costs = {**self._costs, key: found}
        return self._costs[key]

    def in_reporting_currency(self, lines: pa.Table, as_of: date | None = None) -> pa.Table:
        """Order lines with amount and cost as float64 in the reporting currency.

        lines: with the columns ordered_on, amount, cost and currency
        as_of: exchange rates of months before it; None = all
        Lines in a currency without a rate are left out, as kernels leave them out.
        """
        day = lines["ordered_on"].cast(pa.int32()).to_numpy()
        factor = pa.array(self._rates(as_of).factors(lines["currency"], day))
        for name in ("amount", "cost"):
            money = pc.multiply(lines[name].cast(pa.float64()), factor)
            lines = lines.set_column(lines.schema.get_field_index(name), name, money)
        return lines.filter(pc.invert(pc.is_nan(factor)))

    def exchange(
        self, sums: Sequence[tuple[str | None, date]], as_of: date | None = None
    ) -> npt.NDArray[np.float64]:
        """What one unit of a currency was worth in the reporting currency on a day, for each of `sums`.

        as_of: exchange rates of months before it; None = all
        Returns: float array (n_sums,); 1 where no currency is named, NaN where no rate is known
        """
        if not sums:
            return np.empty(0)
        currency = pa.chunked_array([[one or None for one, _ in sums]], pa.string())
        day = pa.array([on for _, on in sums], pa.date32()).cast(pa.int32()).to_numpy()
        return self._rates(as_of).factors(currency, day)

    def missing_rates(self) -> pa.Table:
        """Months without an exchange rate: currency, month, lines, amount (in that currency).

        Kernels do not see these lines.
        """
        return reading.missing_rates(self._snapshot, self._rates(None))

    def totals(self, by: str = "month") -> pa.Table:
        """Lines and money in the store, as decimals: by "month", "kind" or "import"."""
        ways = {"month": totals.by_month, "kind": totals.by_kind, "import": totals.by_import}
        if by not in ways:
            raise NotFound(
                gettext_noop("Totals are by month, kind or import, not by “{by}”."), by=by
            )
        return ways[by](self._snapshot)

    # Imports

    def import_files(
        self,
        files: Sequence[Path | str],
        options: ImportOptions | None = None,
        *,
        now: datetime,
        progress: ImportProgress | None = None,
    ) -> Report:
        """Import files, whole or not at all; the ledger sees them at once.

        now: when the import is recorded, with zone
        Raises: UnreadableFile, MappingNeeded, InvalidSetting, StoreError; then nothing has changed
        """
        from mainstay.ledger import importing
        from mainstay.ledger.loading import silent

        return importing.run_import(self, files, options, now=now, progress=progress or silent)

    def imports(self) -> list[imports.ImportSummary]:
        """All imports that count, oldest first."""
        return imports.summaries(self.folder, self._snapshot, self.facts)

    def undo(self, import_id: str) -> None:
        """Make it as if an import had never been: lines that it replaced come back.

        Raises: UnknownImport
        """
        self.refresh()
        of_facts = self.facts.undo(import_id)
        if self._snapshot.state.find(import_id) or not of_facts:
            self.store.undo(import_id)
        imports.clear(self.folder, import_id)
        self.refresh()

    # Housekeeping

    def recover(self) -> list[str]:
        """Clear away what killed writers left, at the start; nothing that counts is touched.

        Returns: the imports that were broken off, none of whose rows are in the ledger
        """
        self.refresh()
        self.store.sweep()
        self.assessments.sweep()
        broken_off = [p.name for p in imports.orphans(self.folder, self._snapshot, self.facts)]
        for import_id in broken_off:
            imports.clear(self.folder, import_id)
        return broken_off

    def tidy(self) -> compaction.Tidied:
        """Join small files, clear away what nobody needs; for a quiet hour."""
        done = compaction.tidy(self.store, frozen_versions(self.folder))
        self.refresh()
        return done

    def compact(self, *, whole: bool = False, progress: executor.Progress | None = None) -> bool:
        """Join small files: where there are too many, or all of them; returns whether any were."""
        changed = compaction.compact(self.store, whole=whole, progress=progress)
        self.refresh()
        return changed

    def vacuum(self) -> int:
        """Delete files that nothing frozen leads to and no reader of the last week; gives how many."""
        self.store.sweep()
        return compaction.vacuum(self.store, frozen_versions(self.folder))

    def span_there(self) -> tuple[date, date]:
        """The same of a ledger that has any.

        Raises: NotFound
        """
        span = self.span()
        if span is not None:
            return span
        if wrong := self._other_store():
            raise NotFound(wrong.template, **wrong.data)
        raise NotFound(
            gettext_noop("There are no order lines yet; import some with `mainstay import FILE`.")
        )

    def _other_store(self) -> Text | None:
        """That what was assessed here had its order lines in another place than where they are looked for."""
        if self.version or not any(frozen_versions(self.folder)):
            return None
        return Text(OTHER_STORE, {"place": self.store.place.uri})

    def check(self, progress: executor.Progress | None = None) -> list[Text]:
        """What is wrong with the order store, a sentence each; empty = all is well."""
        other = self._other_store()
        return [other] if other else check.check(self._snapshot, progress)

    def check_all(self, progress: executor.Progress | None = None) -> list[Text]:
        """What is wrong with order lines, facts and frozen results, a sentence each."""
        beside = check_beside.check_facts(self.facts.folder)
        frozen = check_beside.check_frozen(self.folder, self.version)
        return [*self.check(progress), *beside, *frozen]

    def sql(self, query: str, **tables: Any) -> pa.Table:
        """The answer to a query over small tables."""
        return sql(query, **tables)

    def _rates(self, as_of: date | None) -> Rates:
        return Rates.of(self.reporting_currency, self.facts.known("exchange_rates", as_of=as_of))


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
