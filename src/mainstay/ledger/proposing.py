"""What an import would do, for people to look at and correct before it is done."""

from __future__ import annotations

import json
from collections.abc import Mapping as Pairs
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from mainstay.core.errors import MappingNeeded
from mainstay.core.texts import Text, gettext_noop
from mainstay.ledger.fees import FeeCode, fee_codes
from mainstay.ledger.headings import COMPLETION, candidates, likely_table, recognise, usual_heading
from mainstay.ledger.mapping import Mapping, MappingMemory
from mainstay.ledger.parsing import DateForm, DateOrder, NumberForm, date_form, unsure_number
from mainstay.ledger.readers import ROW, Raw, ReadOptions
from mainstay.ledger.schema import TABLES
from mainstay.ledger.schema import table as table_of
from mainstay.ledger.staging import Staging
from mainstay.ledger.typed import DATES, NUMBERS, mapped_columns

SAMPLES = 5


@dataclass(frozen=True)
class ImportOptions:
    """What a user says about an import; what is not said is recognised or remembered.

    columns: from heading to column; "" = the heading is not used
    fee_codes: None = those remembered or certain; () = none
    amount_from: two columns whose product is the amount
    assume_recorded: history counts as recorded when it happened
    mappings: whole mappings by source, as a proposal gave them and people corrected them
    gone: of another system, which says how it is now: keys of rows (of order lines: order_ids) that are
        there no more. None = a file
    """

    table: str = "order_lines"
    read: ReadOptions = field(default_factory=ReadOptions)
    columns: Pairs[str, str] = field(default_factory=dict)
    fee_codes: tuple[str, ...] | None = None
    currency: str | None = None
    amount_from: tuple[str, str] | None = None
    date_order: DateOrder | None = None
    number_form: NumberForm | None = None
    assume_recorded: bool = False
    mappings: Pairs[str, Mapping] = field(default_factory=dict)
    gone: tuple[str, ...] | None = None

    @property
    def of_system(self) -> bool:
        """Whether the rows are those of another system, each order whole, as they are there now."""
        return self.gone is not None


@dataclass(frozen=True)
class HeadingProposal:
    """One heading of a source.

    samples: its first values that differ
    column: what it is taken for; None = it is not used
    why: said, remembered, recognised, or None
    others: columns that it might be as well
    choices: the only values that the column can have, if there are few
    """

    heading: str
    samples: tuple[str, ...]
    column: str | None
    confidence: float
    why: str | None
    others: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceProposal:
    """One file or sheet: how it would be read.

    start_only: only its start was looked at; there are more rows
    likely_table: the table that it was meant for, where columns are missing from the one that was said
    """

    source: str
    sheet: str | None
    rows: int
    broken_rows: int
    start_only: bool
    encoding: str | None
    headings: tuple[HeadingProposal, ...]
    mapping: Mapping
    remembered: bool
    missing: tuple[str, ...]
    date_orders: Pairs[str, str]
    unsure: tuple[Text, ...]
    fee_codes: tuple[FeeCode, ...]
    likely_table: str | None = None


@dataclass(frozen=True)
class Proposal:
    """How files would be imported; serialisable."""

    table: str
    sources: tuple[SourceProposal, ...]

    @property
    def ready(self) -> bool:
        """Whether nothing is missing."""
        return not any(source.missing for source in self.sources)

    def to_json(self) -> dict[str, Any]:
        plain: dict[str, Any] = asdict(self)
        for given, source in zip(plain["sources"], self.sources, strict=True):
            given["unsure"] = [text.to_json() for text in source.unsure]
            given["mapping"] = source.mapping.to_json()
        plain["ready"] = self.ready
        text = json.dumps(plain, default=str, ensure_ascii=False)
        loaded: dict[str, Any] = json.loads(text)
        return loaded


def mapping_for(
    staging: Staging, raw: Raw, options: ImportOptions, memory: MappingMemory
) -> tuple[Mapping, bool]:
    """The mapping of a source by what was said, remembered or recognised; was it remembered?"""
    if raw.source in options.mappings:
        return replace(options.mappings[raw.source], fees_said=True), False
    table_of(options.table)
    remembered = memory.recall(options.table, raw.headings)
    mapping = remembered or _recognised(raw, options)
    if options.columns:
        mapping = mapping.corrected(_of_source(options.columns, raw), raw.headings)
    changes: dict[str, Any] = {}
    orders = options.table in ("order_lines", "open_orders")
    if options.amount_from:
        # It was said, and so goes before an amount that was only recognised.
        changes["amount_from"] = options.amount_from
        others = {name: said for name, said in mapping.columns.items() if name != "amount"}
        mapping = replace(mapping, columns=others)
    elif "amount" in mapping.columns:
        changes["amount_from"] = None
    elif orders and {"quantity", "unit_price"} <= set(mapping.columns):
        changes["amount_from"] = ("quantity", "unit_price")
    if options.currency:
        changes["currency"] = options.currency
    columns = [c for c in mapped_columns(mapping) if c.name in mapping.columns]
    if options.date_order:
        dates = [c.name for c in columns if c.kind in DATES]
        changes["date_orders"] = dict.fromkeys(dates, options.date_order)
    if options.number_form:
        numbers = [c.name for c in columns if c.kind in NUMBERS]
        changes["number_forms"] = dict.fromkeys(numbers, options.number_form)
    mapping = replace(mapping, **changes)
    if options.amount_from and not mapping.missing:
        _needs_factors(raw, mapping)
    if options.fee_codes is not None:
        mapping = replace(mapping, fee_codes=options.fee_codes, fees_said=True)
    elif orders and not mapping.fees_said:
        certain = [f.code for f in fee_codes(staging, raw, mapping) if f.certain]
        codes = tuple(dict.fromkeys([*mapping.fee_codes, *certain]))
        mapping = replace(mapping, fee_codes=codes)
    return mapping, remembered is not None


def _of_source(columns: Pairs[str, str], raw: Raw) -> dict[str, str]:
    """Corrections that this source has a heading for; of several sheets not all have all."""
    from mainstay.ledger.headings import plain

    have = {plain(heading) for heading in raw.headings}
    return {h: c for h, c in columns.items() if plain(h) in have or raw.sheet is None}


def _recognised(raw: Raw, options: ImportOptions) -> Mapping:
    found = {r.column: r.heading for r in recognise(raw.headings, options.table)}
    beside = {name: name for name in COMPLETION if name in raw.headings}
    return Mapping(options.table, {**found, **beside})


def needs_columns(raw: Raw, mapping: Mapping) -> None:
    """Raises: MappingNeeded where the table needs a column that the source does not have"""
    if mapping.missing:
        likely = _likelier(raw, mapping)
        raise MappingNeeded(
            _ANOTHER_TABLE if likely else _NO_COLUMN,
            file=raw.source,
            missing="; ".join(usual_heading(name, mapping.table) for name in mapping.missing),
            headings=", ".join(raw.headings[:20]),
            column=mapping.missing[0].split(" / ")[0],
            **({"table": likely} if likely else {}),
        )
    _needs_factors(raw, mapping)
    wrong = [h for h in mapping.columns.values() if h not in raw.headings]
    if wrong:
        raise MappingNeeded(
            gettext_noop("“{file}” has no heading “{heading}”; its headings are {headings}."),
            file=raw.source,
            heading=wrong[0],
            headings=", ".join(raw.headings[:20]),
        )


_NO_COLUMN = gettext_noop(
    '“{file}” has no column for {missing}; its headings are {headings}. Say which of them it is: --map "Heading={column}".'
)
_ANOTHER_TABLE = gettext_noop(
    '“{file}” has no column for {missing}; its headings are those of the table {table}. Load it with --table {table}, or say which heading it is: --map "Heading={column}".'
)


def _likelier(raw: Raw, mapping: Mapping) -> str | None:
    """The table that a source which lacks columns was meant for, judging by its headings."""
    likely = likely_table(raw.headings) if mapping.missing else None
    return likely if likely != mapping.table else None


def _needs_factors(raw: Raw, mapping: Mapping) -> None:
    lacking = [c for c in mapping.amount_from or () if c not in mapping.columns]
    if lacking:
        raise MappingNeeded(
            gettext_noop(
                "“{file}” has no column “{column}” for the amount to be made from; its columns are "
                "{columns}."
            ),
            file=raw.source,
            column=lacking[0],
            columns=", ".join(c for c in mapping.columns if not c.startswith("_")),
        )


def propose(
    staging: Staging, raw: Raw, options: ImportOptions, memory: MappingMemory
) -> SourceProposal:
    """How one source would be read."""
    mapping, remembered = mapping_for(staging, raw, options, memory)
    column_of = {heading: column for column, heading in mapping.columns.items()}
    choices = {c.name: c.choices for c in TABLES[options.table].columns}
    said = set(options.columns)
    headings = []
    for i, heading in enumerate(raw.headings):
        column = column_of.get(heading)
        offers = candidates(heading, options.table)
        confidence = next((o.confidence for o in offers if o.column == column), 0.0)
        why = None
        if column:
            why = "said" if heading in said else "remembered" if remembered else "recognised"
        headings.append(
            HeadingProposal(
                heading,
                _samples(staging, raw, i),
                column,
                1.0 if why in ("said", "remembered") else confidence,
                why,
                tuple(o.column for o in offers if o.column != column),
                choices.get(column or "", ()),
            )
        )
    dates, unsure = _forms(staging, raw, mapping)
    return SourceProposal(
        raw.source,
        raw.sheet,
        raw.rows,
        raw.broken_rows,
        raw.start_only,
        raw.encoding,
        tuple(headings),
        mapping,
        remembered,
        mapping.missing,
        dates,
        tuple(unsure),
        tuple(_with_money(staging, raw, mapping)),
        _likelier(raw, mapping),
    )


def _samples(staging: Staging, raw: Raw, i: int) -> tuple[str, ...]:
    # A day from a workbook or a database comes with the time 00:00:00.
    value = f"regexp_replace(CAST(c{i} AS VARCHAR), '[ T]00:00:00$', '')"
    rows = staging.rows(
        f"SELECT DISTINCT v FROM (SELECT {value} AS v, {ROW} FROM {raw.relation} "
        f"WHERE c{i} IS NOT NULL LIMIT 200) LIMIT {SAMPLES}"
    )
    return tuple(str(value)[:80] for (value,) in rows)


def _forms(staging: Staging, raw: Raw, mapping: Mapping) -> tuple[dict[str, str], list[Text]]:
    """The order of dates by column, and what the source alone can't tell."""
    forms = {
        c.name: date_form(
            staging, raw, raw.column(mapping.columns[c.name]), mapping.date_orders.get(c.name)
        )
        for c in mapped_columns(mapping)
        if c.kind in DATES
    }
    orders = {name: form.order for name, form in forms.items() if not form.plain}
    return dict(orders), unsure_forms(staging, raw, mapping, forms)


def unsure_forms(
    staging: Staging, raw: Raw, mapping: Mapping, dates: Pairs[str, DateForm]
) -> list[Text]:
    """What the source alone can't tell of how it writes dates and numbers, a sentence each."""
    found = []
    for column in mapped_columns(mapping):
        heading = mapping.columns[column.name]
        said = {"heading": heading, "file": raw.source}
        if column.name in dates and dates[column.name].ambiguous:
            found.append(Text(_UNSURE_DATE, said))
        if column.kind in NUMBERS and column.name not in mapping.number_forms:
            place = raw.column(heading)
            if unsure_number(staging, raw, place):
                found.append(Text(_UNSURE_NUMBER, said))
    return found


_UNSURE_DATE = gettext_noop(
    "In “{heading}” of “{file}” day and month could be exchanged; it was read as day/month/year."
)
_UNSURE_NUMBER = gettext_noop(
    "“{heading}” of “{file}” has numbers like 1.234; the dot was read as a decimal point."
)


def _with_money(staging: Staging, raw: Raw, mapping: Mapping) -> list[FeeCode]:
    """The codes that may be fees, with their money where it can be added up simply."""
    orders = mapping.table in ("order_lines", "open_orders")
    found = fee_codes(staging, raw, mapping) if orders else []
    if not found or mapping.missing:
        return found
    if mapping.amount_from:
        parts = [raw.column(mapping.columns[c]) for c in mapping.amount_from]
    else:
        parts = [raw.column(mapping.columns["amount"])]
    amount = " * ".join(f"TRY_CAST({part} AS DECIMAL(18, 4))" for part in parts)
    code = f"trim(CAST({raw.column(mapping.columns['product_id'])} AS VARCHAR))"
    sums = dict(
        staging.rows(
            f"SELECT {code}, sum({amount}) FROM {raw.relation} "
            f"WHERE {code} IN (SELECT unnest(?)) GROUP BY 1",
            [[f.code for f in found]],
        )
    )
    return [replace(f, money=sums.get(f.code)) for f in found]
