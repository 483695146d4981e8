"""Who and what Tryton's rows refer to: parties, products and employees by their codes, and their tables."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from mainstay.ledger.readers.tryton_rows import Changes, first_of
from mainstay.ledger.readers.tryton_rpc import Row, Tryton
from mainstay.ledger.readers.tryton_words import language
from mainstay.ledger.systems import Brought

PARTY, PRODUCT = "party.party", "product.product"
_PARTY = ("code", "name", "addresses", "categories", "identifiers", "replaced_by", "lang.code")
_PRODUCT = ("code", "rec_name", "template.name", "template.categories")


class Names:
    """Codes and names by id, read once each.

    known: codes of accounts that are in the ledger; of them what changed is brought
    accounts: ids of parties that other rows name
    """

    def __init__(self, there: Tryton, changes: Changes, company: int, known: Iterable[str]) -> None:
        self._there, self._changes, self._company = there, changes, company
        self._known = set(known)
        self.accounts: set[int] = set()
        self.products: dict[int, Row] = {}

    def accounts_table(self) -> list[Brought]:
        there = self._there
        changed = self._changes.written(PARTY)
        ids = sorted(self.accounts | changed)
        rows = [
            row
            for row in there.read(PARTY, ids, _PARTY)
            if row["id"] in self.accounts or row["code"] in self._known
        ]
        country = first_of(there, "party.address", rows, "addresses", "country.code")
        segment = first_of(there, "party.category", rows, "categories", "name")
        number = first_of(there, "party.identifier", rows, "identifiers", "code")
        heirs = [row["replaced_by"] for row in rows if row["replaced_by"]]
        codes = {row["id"]: row["code"] for row in there.read(PARTY, heirs, ("code",))}
        return [
            Brought(
                "accounts",
                [
                    {
                        "account_id": row["code"],
                        "name": row["name"] or row["code"],
                        "segment": segment.get(row["id"]),
                        "country": country.get(row["id"]),
                        "language": language((row.get("lang.") or {}).get("code")),
                        "tax_ids": number.get(row["id"]),
                        "replaced_by": codes.get(row["replaced_by"] or 0),
                    }
                    for row in rows
                ],
                keeps=True,
            )
        ]

    def products_table(self) -> list[Brought]:
        changed = self._changes.written(PRODUCT)
        self.read_products(changed)
        rows = [
            {name: row.get(name) for name in ("product_id", "name", "category")}
            for row in self.products.values()
        ]
        return [Brought("products", rows, keeps=True)]

    def read_products(self, ids: Iterable[int | None]) -> None:
        """Read those products that are not known yet."""
        there, names = self._there, self.products
        wanted = sorted({i for i in ids if i} - names.keys())
        if not wanted:
            return
        rows = list(there.read(PRODUCT, wanted, _PRODUCT))
        flat = [{"id": r["id"], "categories": r["template."]["categories"]} for r in rows]
        category = first_of(there, "product.category", flat, "categories", "name")
        for row in rows:
            names[row["id"]] = {
                "product_id": row["code"] or f"#{row['id']}",
                "name": row["template."]["name"],
                "category": category.get(row["id"]),
            }

    @cached_property
    def employees(self) -> dict[int, str]:
        """Code of each employee of the company."""
        ids = self._there.ids("company.employee", [["company", "=", self._company]])
        rows = self._there.read("company.employee", ids, ("party.code",))
        return {row["id"]: row["party."]["code"] for row in rows}

    def staff_table(self) -> list[Brought]:
        names = self.employees
        wanted = ("party.code", "party.name", "start_date", "end_date", "supervisor")
        rows = self._there.read("company.employee", sorted(names), wanted)
        return [
            Brought(
                "staff",
                [
                    {
                        "staff_id": row["party."]["code"],
                        "name": row["party."]["name"] or row["party."]["code"],
                        "reports_to": names.get(row["supervisor"] or 0),
                        "joined_on": row["start_date"],
                        "left_on": row["end_date"],
                    }
                    for row in rows
                ],
                keeps=True,
            )
        ]
