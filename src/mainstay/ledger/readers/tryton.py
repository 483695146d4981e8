"""What Tryton knows of sales, in Mainstay's tables.

One order line a line of a sale that is confirmed, in process or done, of the quantity that counts there
(what was sent or invoiced in the end, else what was ordered) at its price without tax: what Tryton's own
sale reports add up. Returns are such lines with quantities below zero. What was invoiced or credited
without a sale comes beside them, by invoice and product. Deliveries are the moves of customers' shipments.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from mainstay.core.texts import Text, gettext_noop
from mainstay.ledger.readers.tryton_rpc import (
    _NO_MODEL,
    SCHEMES,
    Address,
    Domain,
    Row,
    SystemRefuses,
    Tryton,
)
from mainstay.ledger.readers.tryton_words import complaint_kind, language
from mainstay.ledger.systems import Brought, Seen

OVERLAP = dt.timedelta(days=1)  # what was written in a long transaction there was not seen before its end
MONEY = Decimal(".0001")
COUNTED = ("confirmed", "processing", "done")  # as in Tryton's sale reports
INVOICED = ("posted", "paid")
READING = gettext_noop("Reading {file}")
_NO_COMPANY = gettext_noop(
    "Tryton has no company “{company}” for this user; there are {companies}. Write it in the address: "
    "?company=Name."
)

SALE, LINE, INVOICE, INVOICE_LINE = "sale.sale", "sale.line", "account.invoice", "account.invoice.line"
MOVE, COMPLAINT, PARTY, PRODUCT = "stock.move", "sale.complaint", "party.party", "product.product"
_SALE = ("number", "party.code", "sale_date", "currency.code", "quoted_by", "lines")
_LINE = ("sale", "type", "product", "quantity", "actual_quantity", "unit.symbol", "unit_price", "description")
_INVOICE = ("number", "party.code", "invoice_date", "currency.code", "lines")
_INVOICE_LINE = ("invoice", "type", "product", "quantity", "unit.symbol", "unit_price", "origin", "description")
_MOVE = ("origin", "product", "quantity", "unit.symbol", "planned_date", "origin_planned_date",
         "effective_date", "state")  # fmt: skip
_COMPLAINT = ("number", "customer.code", "date", "type.name", "description", "origin", "state",
              "submitted_by", "create_date", "write_date")  # fmt: skip
_PARTY = ("code", "name", "addresses", "categories", "identifiers", "replaced_by", "lang.code")
_PRODUCT = ("code", "rec_name", "template.name", "template.categories")

Progress = Callable[[Text, float], None]


def is_tryton(place: str) -> bool:
    """Whether a place is the address of a Tryton: tryton://user@host/database."""
    return place.split("://")[0] in SCHEMES and "://" in place


@dataclass
class _Names:
    """Codes and names by id, as far as they were read: what rows refer to."""

    parties: dict[int, str] = field(default_factory=dict)
    products: dict[int, Row] = field(default_factory=dict)
    employees: dict[int, str] = field(default_factory=dict)


class TrytonTables:
    """The tables of one Tryton, as they are now or as far as they changed.

    seen: what earlier imports brought; becomes what this one brings when that is loaded
    known: accounts that are in the ledger; of them changed names are brought
    """

    def __init__(self, there: Tryton, seen: Seen, known: Iterable[str]) -> None:
        self._there, self._seen, self._known = there, seen, set(known)
        self._names = _Names()
        self._accounts: set[int] = set()
        self._company = _company(there)
        self._models = there.models([COMPLAINT, INVOICE, MOVE])

    def tables(self, progress: Progress) -> list[Brought]:
        """All that is to be loaded: orders first, which name the accounts and products of the others."""
        steps = (
            self._order_lines,
            self._deliveries,
            self._complaints,
            self._accounts_table,
            self._products_table,
            self._staff,
        )
        found = []
        for n, step in enumerate(steps):
            progress(Text(READING, {"file": self._there.address.database}), n / len(steps))
            found += step()
        return found

    # What changed, and what is no more

    def _changed(self, model: str, domain: Domain, beside: Sequence[str] = ()) -> list[int]:
        """Ids in a domain that were written since; all of them where nothing was seen before.

        beside: relations whose rows count as well, such as a sale's lines
        """
        since = self._since(model)
        now = self._there.ids(model, domain)
        self._seen.note(model, now)
        if since is None:
            return now
        places = ["", *(f"{name}." for name in beside)]
        stamps = [[f"{at}{stamp}", ">=", since] for at in places for stamp in _STAMPS]
        changed = self._there.ids(model, [domain, ["OR", *stamps]])
        # What did not count before, and counts now, was perhaps not written itself.
        return sorted({*changed, *self._seen.new(model)})

    def _since(self, model: str) -> dt.datetime | None:
        """What was written from then on has to be read; None = everything. Notes what is newest now."""
        before = self._seen.since.get(model)
        for stamp in _STAMPS:  # before the rows are looked for, so that nothing falls between
            for row in self._there.newest(model, stamp):
                self._seen.note_moment(model, row)
        return dt.datetime.fromisoformat(before) - OVERLAP if before else None

    # Orders

    def _order_lines(self) -> list[Brought]:
        sales = self._sales()
        invoices = self._invoices() if INVOICE in self._models else []
        gone = self._seen.gone(SALE) + self._seen.gone(INVOICE)
        come = {row["order_id"] for row in (*sales, *invoices)}
        # An order without a line that counts is none any more, though Tryton has it.
        empty = [
            key
            for model in (SALE, INVOICE)
            for key in self._seen.keys_of(model, self._seen.read(model))
            if key not in come
        ]
        return [Brought("order_lines", [*sales, *invoices], (*gone, *empty))]

    def _sales(self) -> list[Row]:
        there = self._there
        domain = [["company", "=", self._company], ["state", "in", list(COUNTED)]]
        ids = self._changed(SALE, domain, beside=("lines",))
        self._employees()
        sales = {row["id"]: row for row in there.read(SALE, ids, _SALE)}
        self._seen.name(SALE, {i: _order_id(row) for i, row in sales.items()})
        beside = _also(there, LINE, ("shipment_cost", "cost_price", "base_price"))
        lines = [
            line
            for line in there.read(LINE, _within(sales.values(), "lines"), (*_LINE, *beside))
            if line["type"] == "line" and _quantity(line)
        ]
        self._products(line["product"] for line in lines)
        rows = []
        for line in lines:
            sale, quantity = sales[line["sale"]], _quantity(line)
            self._accounts.add(sale["party."]["id"])
            rows.append(
                self._line(sale, line, quantity, sale["sale_date"])
                | {
                    "salesperson_id": self._names.employees.get(sale["quoted_by"] or 0),
                    "kind": "fee" if line.get("shipment_cost") else "sale" if quantity > 0 else "return",
                    "cost": _money(line.get("cost_price"), quantity),
                    "list_amount": _money(line.get("base_price"), quantity),
                }
            )
        return rows

    def _line(self, order: Row, line: Row, quantity: float, on: dt.date | None) -> Row:
        product = self._names.products.get(line["product"] or 0, {})
        return {
            "account_id": order["party."]["code"],
            "ordered_on": on,
            "order_id": _order_id(order),
            "line": str(line["id"]),
            "product_id": product.get("product_id"),
            "product_name": product.get("name") or _one_line(line.get("description")),
            "category": product.get("category"),
            "quantity": quantity,
            "unit": (line.get("unit.") or {}).get("symbol"),
            "amount": _money(line["unit_price"], quantity),
            "currency": order["currency."]["code"],
        }

    def _invoices(self) -> list[Row]:
        """What was invoiced or credited without a sale: a row an invoice and product."""
        there = self._there
        domain = [
            ["company", "=", self._company],
            ["type", "=", "out"],
            ["state", "in", list(INVOICED)],
        ]
        ids = self._changed(INVOICE, domain)
        invoices = {row["id"]: row for row in there.read(INVOICE, ids, _INVOICE)}
        for row in invoices.values():
            row["number"] = f"{_OF_INVOICE}{_order_id(row)}"
        self._seen.name(INVOICE, {i: _order_id(row) for i, row in invoices.items()})
        lines = [
            line
            for line in there.read(INVOICE_LINE, _within(invoices.values(), "lines"), _INVOICE_LINE)
            if line["type"] == "line" and not str(line["origin"] or "").startswith(f"{LINE},")
        ]
        self._products(line["product"] for line in lines)
        together: dict[tuple[int, int | None], Row] = {}
        for line in lines:
            invoice = invoices[line["invoice"]]
            row = self._line(invoice, line, line["quantity"] or 0, invoice["invoice_date"])
            first = together.setdefault((invoice["id"], line["product"]), row)
            if first is not row:
                first["quantity"] += row["quantity"]
                first["amount"] = _sum(first["amount"], row["amount"])
        rows = [row for row in together.values() if row["amount"]]
        self._accounts |= {
            invoices[invoice]["party."]["id"] for (invoice, _), row in together.items() if row["amount"]
        }
        return [row | {"kind": "credit" if row["amount"] < 0 else "sale"} for row in rows]

    # Deliveries, complaints

    def _deliveries(self) -> list[Brought]:
        if MOVE not in self._models:
            return []
        there = self._there
        domain = [
            ["company", "=", self._company],
            ["origin", "like", f"{LINE},%"],
            ["shipment", "like", "stock.shipment.out,%"],
            ["state", "!=", "cancelled"],
        ]
        moves = list(there.read(MOVE, self._changed(MOVE, domain), _MOVE))
        origins = {row["id"]: int(row["origin"].split(",")[1]) for row in moves}
        wanted = ("sale", "sale.number", "sale.party.code", "sale.shipping_date")
        lines = {row["id"]: row for row in there.read(LINE, sorted({*origins.values()}), wanted)}
        self._products(row["product"] for row in moves)
        rows = [self._delivery(move, lines[origins[move["id"]]]["sale."]) for move in moves]
        self._seen.name(MOVE, {m["id"]: r["delivery_id"] for m, r in zip(moves, rows, strict=True)})
        return [Brought("deliveries", rows, tuple(self._seen.gone(MOVE)))]

    def _delivery(self, move: Row, sale: Row) -> Row:
        done = move["state"] == "done"
        return {
            "delivery_id": f"{_order_id(sale)}/{move['id']}",
            "order_id": _order_id(sale),
            "account_id": sale["party."]["code"],
            "product_id": self._names.products.get(move["product"], {}).get("product_id"),
            "requested_on": sale["shipping_date"],
            "promised_on": move["origin_planned_date"] or move["planned_date"],
            "delivered_on": move["effective_date"] if done else None,
            "quantity_ordered": move["quantity"],
            "quantity_delivered": move["quantity"] if done else None,
            "unit": (move.get("unit.") or {}).get("symbol"),
        }

    def _complaints(self) -> list[Brought]:
        if COMPLAINT not in self._models:
            return []
        there = self._there
        domain = [["company", "=", self._company], ["state", "not in", ["draft", "cancelled"]]]
        rows = list(there.read(COMPLAINT, self._changed(COMPLAINT, domain), _COMPLAINT))
        lines = [i for row in rows for i in _referred(row["origin"], LINE)]
        products = {row["id"]: row["product"] for row in there.read(LINE, lines, ("product",))}
        self._products(products.values())
        self._seen.name(COMPLAINT, {row["id"]: _complaint_id(row) for row in rows})
        self._accounts |= {row["customer."]["id"] for row in rows}
        return [
            Brought(
                "complaints",
                [self._complaint(row, products) for row in rows],
                tuple(self._seen.gone(COMPLAINT)),
            )
        ]

    def _complaint(self, row: Row, products: Mapping[int, int | None]) -> Row:
        product = next((products.get(i) for i in _referred(row["origin"], LINE)), None)
        over = row["state"] in ("done", "rejected")
        opened = dt.datetime.combine(row["date"], dt.time()) if row["date"] else row["create_date"]
        if row["create_date"].date() == opened.date():
            opened = row["create_date"]  # Tryton keeps the day alone; then this is the hour
        return {
            "complaint_id": _complaint_id(row),
            "account_id": row["customer."]["code"],
            "opened_at": opened,
            "kind": complaint_kind(row["type."]["name"], str(row["origin"] or "")),
            "text": row["description"],
            "product_id": self._names.products.get(product or 0, {}).get("product_id"),
            "owner_id": self._names.employees.get(row["submitted_by"] or 0),
            # It is solved no later than it was last written.
            "solved_at": max(row["write_date"] or opened, opened) if over else None,
        }

    # Who and what

    def _accounts_table(self) -> list[Brought]:
        there = self._there
        changed = self._written(PARTY)
        ids = sorted(self._accounts | changed)
        rows = [
            row
            for row in there.read(PARTY, ids, _PARTY)
            if row["id"] in self._accounts or row["code"] in self._known
        ]
        country = _first_of(there, "party.address", rows, "addresses", "country.code")
        segment = _first_of(there, "party.category", rows, "categories", "name")
        number = _first_of(there, "party.identifier", rows, "identifiers", "code")
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

    def _written(self, model: str) -> set[int]:
        """Ids of rows that were written since the last import; none where there was none."""
        since = self._since(model)
        if since is None:
            return set()
        return set(self._there.ids(model, ["OR", *([stamp, ">=", since] for stamp in _STAMPS)]))

    def _products_table(self) -> list[Brought]:
        changed = self._written(PRODUCT)
        self._products(changed)
        rows = [
            {name: row.get(name) for name in ("product_id", "name", "category")}
            for row in self._names.products.values()
        ]
        return [Brought("products", rows, keeps=True)]

    def _products(self, ids: Iterable[int | None]) -> None:
        """Read those products that are not known yet."""
        there, names = self._there, self._names.products
        wanted = sorted({i for i in ids if i} - names.keys())
        if not wanted:
            return
        rows = list(there.read(PRODUCT, wanted, _PRODUCT))
        flat = [{"id": r["id"], "categories": r["template."]["categories"]} for r in rows]
        category = _first_of(there, "product.category", flat, "categories", "name")
        for row in rows:
            names[row["id"]] = {
                "product_id": row["code"] or f"#{row['id']}",
                "name": row["template."]["name"],
                "category": category.get(row["id"]),
            }

    def _employees(self) -> None:
        domain = [["company", "=", self._company]]
        ids = self._there.ids("company.employee", domain)
        rows = self._there.read("company.employee", ids, ("party.code",))
        self._names.employees = {row["id"]: row["party."]["code"] for row in rows}

    def _staff(self) -> list[Brought]:
        names = self._names.employees
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


_OF_INVOICE = "I/"  # before the number of an invoice: sales may have the same numbers
_STAMPS = ("create_date", "write_date")


def _company(there: Tryton) -> int:
    """The company whose sales are brought: the one that the address names, else the user's own.

    Raises: SystemRefuses
    """
    needed = (SALE, LINE, PARTY, PRODUCT, "company.company")
    missing = set(needed) - there.models(needed)
    if missing:
        raise SystemRefuses(_NO_MODEL, model=sorted(missing)[0])
    named, own = there.address.company, there.context.get("company")
    if own and not named:
        return int(own)
    ids = there.ids("company.company", [])
    rows = {str(r["id"]): r["party."]["name"] for r in there.read("company.company", ids, ("party.name",))}
    for number, name in rows.items():
        if named in (number, name) or (not named and len(rows) == 1):
            there.context["company"] = int(number)
            return int(number)
    raise SystemRefuses(_NO_COMPANY, company=named or "–", companies=", ".join(rows.values()) or "–")


def _quantity(line: Row) -> float:
    """What counts of a line, as in Tryton's reports: what came of it in the end, else what was ordered."""
    actual = line["actual_quantity"]
    return float((line["quantity"] if actual is None else actual) or 0)


def _money(price: Decimal | None, quantity: float) -> Decimal | None:
    """Not rounded to cents: Tryton's reports round the sums."""
    return None if price is None else (Decimal(str(quantity)) * price).quantize(MONEY)


def _sum(a: Decimal | None, b: Decimal | None) -> Decimal:
    return (a or Decimal(0)) + (b or Decimal(0))


def _order_id(row: Row) -> str:
    """The number that people know; of one that has none, Tryton's own."""
    return str(row["number"] or f"#{row['id']}")


def _complaint_id(row: Row) -> str:
    return _order_id(row)


def _within(rows: Iterable[Row], name: str) -> list[int]:
    return [i for row in rows for i in row[name]]


def _also(there: Tryton, model: str, names: Sequence[str]) -> list[str]:
    """Those of the fields that the model has, since their modules are activated."""
    return [name for name in names if name in there.fields(model)]


def _referred(reference: Any, model: str) -> list[int]:
    """The id that a reference names, if it is one of that model."""
    name, _, number = str(reference or "").partition(",")
    return [int(number)] if name == model and number.isdigit() else []


def _one_line(text: str | None) -> str | None:
    return " ".join(text.split())[:200] if text else None


def _first_of(
    there: Tryton, model: str, rows: Sequence[Row], relation: str, wanted: str
) -> dict[int, str]:
    """For each row by its id: the value of the first of its related rows that has one."""
    values: dict[int, str] = defaultdict(str)
    outer, _, inner = wanted.partition(".")
    for row in there.read(model, sorted({*_within(rows, relation)}), (wanted,)):
        value = (row.get(f"{outer}.") or {}).get(inner) if inner else row[outer]
        values[row["id"]] = value or ""
    found = {row["id"]: next(filter(None, (values[i] for i in row[relation])), "") for row in rows}
    return {i: value for i, value in found.items() if value}
