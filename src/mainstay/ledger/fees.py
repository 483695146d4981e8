"""Product codes that are no products: postage, bank charges and the like."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from mainstay.ledger.mapping import Mapping
from mainstay.ledger.readers import Raw
from mainstay.ledger.staging import Staging, literal

_CODES = [
    "POST",
    "POSTAGE",
    "DOT",
    "DOTCOM",
    "FREIGHT",
    "SHIPPING",
    "CARRIAGE",
    "DELIVERY",
    "AMAZONFEE",
    "CRUK",
    "FEE",
    "BANKCHARGES",
    "HANDLING",
    "SURCHARGE",
    "運費",
    "运费",
    "運送費",
    "手續費",
    "手续费",
    "郵資",
    "邮费",
    "배송비",
    "운임",
    "택배비",
    "수수료",
    "운송비",
]
_NAMES = (
    "postage|dotcom postage|carriage|freight|shipping|delivery (charge|fee|cost)|bank charges?|"
    "amazon fee|handling|transport|commission|surcharge|"
    "運費|运费|運送費|手續費|手续费|郵資|邮费|배송비|운임|택배비|수수료|운송비"
)
_MOST = 100  # codes without a digit; more means that products are named so here
_SHORT = 4  # letters: a code as short as that may be a fee by its name


@dataclass(frozen=True)
class FeeCode:
    """A product code that may be a fee.

    certain: its code or name says so; else it only does not look like a product
    money: None where it was not added up
    """

    code: str
    name: str
    rows: int
    certain: bool
    money: Decimal | None = None


def fee_codes(staging: Staging, raw: Raw, mapping: Mapping) -> list[FeeCode]:
    """Codes that do not look like products, those that are fees for certain first."""
    if "product_id" not in mapping.columns:
        return []
    place = raw.column(mapping.columns["product_id"])
    name = "NULL"
    if "product_name" in mapping.columns:
        name = f"CAST({raw.column(mapping.columns['product_name'])} AS VARCHAR)"
    bare = "replace(replace(upper(code), ' ', ''), '_', '')"
    listed = ", ".join(literal(word) for word in _CODES)
    by_name = f"regexp_matches(lower(trim(name)), '^({_NAMES})')"
    # Few codes are odd: find them first, and their names after.
    odd = "code <> '' AND (length(code) <= 3 OR NOT regexp_matches(code, '\\d'))"
    # In two steps, lest DuckDB test each row instead of each code.
    staging.run(
        f"CREATE OR REPLACE TEMP TABLE all_codes AS "
        f"SELECT CAST({place} AS VARCHAR) AS given, count(*) AS n FROM {raw.relation} GROUP BY 1"
    )
    staging.run(
        f"CREATE OR REPLACE TEMP TABLE odd_codes AS SELECT given, trim(given) AS code, n "
        f"FROM all_codes WHERE {odd.replace('code', 'trim(given)')}"
    )
    if not staging.one("SELECT count(*) FROM odd_codes")[0]:
        return []
    rows = staging.rows(
        f"""WITH named AS (
            SELECT code, mode({name}) AS name FROM {raw.relation} r
            JOIN odd_codes o ON o.given = CAST(r.{place} AS VARCHAR) GROUP BY code
        ), counted AS (SELECT code, sum(n)::BIGINT AS n FROM odd_codes GROUP BY code)
        SELECT code, name, n, {bare} IN ({listed})
            OR (length(code) <= {_SHORT} OR NOT regexp_matches(code, '\\d'))
                AND coalesce({by_name}, false)
        FROM counted JOIN named USING (code) ORDER BY n DESC, code"""
    )
    found = [FeeCode(c, n or "", count, bool(sure)) for c, n, count, sure in rows]
    if len(found) > _MOST or sum(f.rows for f in found) > raw.rows // 4:
        found = [f for f in found if f.certain]
    return sorted(found, key=lambda f: (not f.certain, -f.rows))
