"""An import, from files to the order store: read, type, find copies, report, commit."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from mainstay.core.errors import MappingNeeded
from mainstay.core.texts import gettext_noop
from mainstay.ledger.checks import Rules
from mainstay.ledger.copies import mark_copies
from mainstay.ledger.headings import recognise
from mainstay.ledger.mapping import Mapping
from mainstay.ledger.readers import Raw, ReadOptions, read_source
from mainstay.ledger.report import Month, Report, SourceCount
from mainstay.ledger.schema import STORED_ORDER_LINES, TABLES
from mainstay.ledger.staging import Staging
from mainstay.ledger.store import Import, OrderStore
from mainstay.ledger.typed import read_typed


@dataclass(frozen=True)
class ImportOptions:
    """What a user says about an import."""

    table: str = "order_lines"
    read: ReadOptions = field(default_factory=ReadOptions)
    fee_codes: tuple[str, ...] | None = None
    currency: str | None = None


def propose(raw: Raw, options: ImportOptions) -> Mapping:
    columns: dict[str, str] = {}
    for heading in raw.headings:
        found = recognise(heading)
        if found and found not in columns:
            columns[found] = heading
    amount_from = None
    if "amount" not in columns and {"quantity", "unit_price"} <= set(columns):
        amount_from = ("quantity", "unit_price")
    missing = [
        name
        for name in TABLES[options.table].required
        if name not in columns and not (name == "amount" and amount_from)
    ]
    if missing:
        raise MappingNeeded(
            gettext_noop("“{file}” has no column for {missing}; say which one it is with --map."),
            file=raw.source,
            missing=", ".join(missing),
        )
    return Mapping(options.table, columns, amount_from, options.fee_codes or (), options.currency)


def new_import_id(now: dt.datetime) -> str:
    return f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def fingerprint(files: Sequence[Path], mapping: Mapping) -> str:
    digest = hashlib.sha256(json.dumps(mapping.to_json(), sort_keys=True).encode())
    for path in files:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def run_import(
    store: OrderStore,
    files: Sequence[Path | str],
    options: ImportOptions,
    *,
    now: dt.datetime,
) -> Report:
    """Import files of order lines."""
    rules = Rules(dt.date(1970, 1, 1), now.date() + dt.timedelta(days=366))
    import_id = new_import_id(now)
    with Staging() as staging:
        raws = [raw for file in files for raw in read_source(staging, file, options.read)]
        mappings = [propose(raw, options) for raw in raws]
        typed = [
            read_typed(staging, raw, mapping, number=n, rules=rules)
            for n, (raw, mapping) in enumerate(zip(raws, mappings, strict=True))
        ]
        staging.run(
            "CREATE VIEW lines AS "
            + " UNION ALL BY NAME ".join(f"SELECT * FROM {t.relation}" for t in typed)
        )
        copies = mark_copies(staging, "lines", {n: raw.rows for n, raw in enumerate(raws)})
        staging.run(
            f"CREATE VIEW told AS SELECT l.*, CASE WHEN c.row IS NOT NULL THEN 'copy' "
            f"WHEN reason IS NULL THEN 'taken' ELSE reason END AS fate "
            f"FROM lines l LEFT JOIN {copies} c USING (s, row)"
        )
        report = _report(staging, import_id, raws, options)
        names = ", ".join(
            f"'{import_id}' AS import_id"
            if name == "import_id"
            else "CASE s "
            + " ".join(f"WHEN {n} THEN '{raw.source}'" for n, raw in enumerate(raws))
            + " END AS source"
            if name == "source"
            else f'"{name}"'
            for name in STORED_ORDER_LINES.names
        )
        lines = staging.batches(f"SELECT {names} FROM told WHERE fate = 'taken'")
        version = store.version
        store.commit_import(
            Import(
                import_id,
                fingerprint([Path(f) for f in files], mappings[0]),
                lines,
                expected_version=version,
            )
        )
    return report


def _report(
    staging: Staging, import_id: str, raws: Sequence[Raw], options: ImportOptions
) -> Report:
    found = staging.rows(
        "SELECT fate, coalesce(currency, ''), s, count(*), coalesce(sum(amount), 0) FROM told GROUP BY ALL"
    )
    money: dict[str, dict[str, Decimal]] = {}
    rows: dict[str, int] = {}
    read: dict[str, Decimal] = {}
    for fate, currency, _, n, amount in found:
        rows[fate] = rows.get(fate, 0) + n
        of_fate = money.setdefault(fate, {})
        of_fate[currency] = of_fate.get(currency, Decimal(0)) + amount
        read[currency] = read.get(currency, Decimal(0)) + amount
    months = staging.rows(
        "SELECT strftime(ordered_on, '%Y-%m'), coalesce(currency, ''), count(*), sum(amount) "
        "FROM told WHERE fate = 'taken' GROUP BY ALL ORDER BY ALL"
    )
    aside = {k: v for k, v in rows.items() if k not in ("taken", "copy")}
    return Report(
        import_id=import_id,
        table=options.table,
        sources=tuple(
            SourceCount(
                raw.source,
                raw.rows_read,
                *(
                    sum(n for fate, _, s, n, _ in found if s == i and test(fate))
                    for test in (
                        lambda f: f == "taken",
                        lambda f: f == "copy",
                        lambda f: f not in ("taken", "copy"),
                    )
                ),
            )
            for i, raw in enumerate(raws)
        ),
        rows_read=sum(raw.rows_read for raw in raws),
        rows_taken=rows.get("taken", 0),
        rows_copies=rows.get("copy", 0),
        rows_set_aside=aside,
        money_read=read,
        money_taken=money.get("taken", {}),
        money_copies=money.get("copy", {}),
        money_set_aside={k: money[k] for k in aside},
        by_month=tuple(Month(*m) for m in months),
    )
