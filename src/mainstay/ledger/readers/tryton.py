"""What Tryton knows of sales, in Mainstay's tables.

One order line a line of a sale that is confirmed, in process or done, of the quantity that counts there
(what was sent or invoiced in the end, else what was ordered) at its price without tax: what Tryton's own
sale reports add up. Returns are such lines with quantities below zero. What was invoiced or credited
without a sale comes beside them, by invoice and product. Deliveries are the moves of customers' shipments.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

from mainstay.core.texts import Text, gettext_noop
from mainstay.ledger.readers.tryton_names import PARTY, PRODUCT, Names
from mainstay.ledger.readers.tryton_rows import (
    Changes,
    added,
    also,
    complaint_id,
    counting,
    one_line,
    order_id,
    referred,
    within,
    worth,
)
from mainstay.ledger.readers.tryton_rpc import (
    NO_MODEL,
    SCHEMES,
    Row,
    SystemRefuses,
    Tryton,
)
from mainstay.ledger.readers.tryton_words import complaint_kind
from mainstay.ledger.systems import Brought, Seen

COUNTED = ("confirmed", "processing", "done")  # as in Tryton's sale reports
INVOICED = ("posted", "paid")
READING = gettext_noop("Reading {file}")
_NO_COMPANY = gettext_noop(
    "Tryton has no company “{company}” for this user; there are {companies}. Write it in the address: "
    "?company=Name."
)

SALE, LINE = "sale.sale", "sale.line"
INVOICE, INVOICE_LINE = "account.invoice", "account.invoice.line"
MOVE, COMPLAINT = "stock.move", "sale.complaint"
_SALE = ("number", "party.code", "sale_date", "currency.code", "quoted_by", "lines")
_LINE = (
    "sale",
    "type",
    "product",
    "quantity",
    "actual_quantity",
    "unit.symbol",
    "unit_price",
    "description",
)
_INVOICE = ("number", "party.code", "invoice_date", "currency.code", "lines")
_INVOICE_LINE = (
    "invoice",
    "type",
    "product",
    "quantity",
    "unit.symbol",
    "unit_price",
    "origin",
    "description",
)
_MOVE = (
    "origin",
    "product",
    "quantity",
    "unit.symbol",
    "planned_date",
    "origin_planned_date",
    "effective_date",
    "state",
)
_COMPLAINT = (
    "number",
    "customer.code",
    "date",
    "type.name",
    "description",
    "origin",
    "state",
    "submitted_by",
    "create_date",
    "write_date",
)

Progress = Callable[[Text, float], None]


def is_tryton(place: str) -> bool:
    """Whether a place is the address of a Tryton: tryton://user@host/database."""
    return place.split("://")[0] in SCHEMES and "://" in place


class TrytonTables:
    """The tables of one Tryton, as they are now or as far as they changed.

    seen: what earlier imports brought; becomes what this one brings when that is loaded
    known: accounts that are in the ledger; of them changed names are brought
    """

    def __init__(self, there: Tryton, seen: Seen, known: Iterable[str]) -> None:
        self._there, self._seen = there, seen
        self._company = _company(there)
        self._changes = Changes(there, seen)
        self._names = Names(there, self._changes, self._company, known)
        self._models = there.models([COMPLAINT, INVOICE, MOVE])

    def tables(self, progress: Progress) -> list[Brought]:
        """All that is to be loaded, what orders name before the orders; orders are read first, since they say
        which accounts and products are wanted."""
        steps = (
            self._order_lines,
            self._deliveries,
            self._complaints,
            self._names.accounts_table,
            self._names.products_table,
            self._names.staff_table,
        )
        found = []
        for n, step in enumerate(steps):
            progress(Text(READING, {"file": self._there.address.database}), n / len(steps))
            found += step()
        return sorted(found, key=lambda one: not one.keeps)

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
        ids = self._changes.changed(SALE, domain, beside=("lines",))
        sales = {row["id"]: row for row in there.read(SALE, ids, _SALE)}
        self._seen.name(SALE, {i: order_id(row) for i, row in sales.items()})
        beside = also(there, LINE, ("shipment_cost", "cost_price", "base_price"))
        lines = [
            line
            for line in there.read(LINE, within(sales.values(), "lines"), (*_LINE, *beside))
            if line["type"] == "line" and counting(line)
        ]
        self._names.read_products(line["product"] for line in lines)
        rows = []
        for line in lines:
            sale, quantity = sales[line["sale"]], counting(line)
            self._names.accounts.add(sale["party."]["id"])
            rows.append(
                self._line(sale, line, quantity, sale["sale_date"])
                | {
                    "salesperson_id": self._names.employees.get(sale["quoted_by"] or 0),
                    "kind": "fee"
                    if line.get("shipment_cost")
                    else "sale"
                    if quantity > 0
                    else "return",
                    "cost": worth(line.get("cost_price"), quantity),
                    "list_amount": worth(line.get("base_price"), quantity),
                }
            )
        return rows

    def _line(self, order: Row, line: Row, quantity: float, on: dt.date | None) -> Row:
        product = self._names.products.get(line["product"] or 0, {})
        return {
            "account_id": order["party."]["code"],
            "ordered_on": on,
            "order_id": order_id(order),
            "line": str(line["id"]),
            "product_id": product.get("product_id"),
            "product_name": product.get("name") or one_line(line.get("description")),
            "category": product.get("category"),
            "quantity": quantity,
            "unit": (line.get("unit.") or {}).get("symbol"),
            "amount": worth(line["unit_price"], quantity),
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
        ids = self._changes.changed(INVOICE, domain)
        invoices = {row["id"]: row for row in there.read(INVOICE, ids, _INVOICE)}
        for row in invoices.values():
            row["number"] = f"{_OF_INVOICE}{order_id(row)}"
        self._seen.name(INVOICE, {i: order_id(row) for i, row in invoices.items()})
        lines = [
            line
            for line in there.read(INVOICE_LINE, within(invoices.values(), "lines"), _INVOICE_LINE)
            if line["type"] == "line" and not str(line["origin"] or "").startswith(f"{LINE},")
        ]
        self._names.read_products(line["product"] for line in lines)
        together: dict[tuple[int, int | None], Row] = {}
        for line in lines:
            invoice = invoices[line["invoice"]]
            row = self._line(invoice, line, line["quantity"] or 0, invoice["invoice_date"])
            first = together.setdefault((invoice["id"], line["product"]), row)
            if first is not row:
                first["quantity"] += row["quantity"]
                first["amount"] = added(first["amount"], row["amount"])
        rows = [row for row in together.values() if row["amount"]]
        self._names.accounts |= {
            invoices[invoice]["party."]["id"]
            for (invoice, _), row in together.items()
            if row["amount"]
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
        moves = list(there.read(MOVE, self._changes.changed(MOVE, domain), _MOVE))
        origins = {row["id"]: int(row["origin"].split(",")[1]) for row in moves}
        wanted = ("sale", "sale.number", "sale.party.code", "sale.shipping_date")
        lines = {row["id"]: row for row in there.read(LINE, sorted({*origins.values()}), wanted)}
        self._names.read_products(row["product"] for row in moves)
        rows = [self._delivery(move, lines[origins[move["id"]]]["sale."]) for move in moves]
        self._seen.name(MOVE, {m["id"]: r["delivery_id"] for m, r in zip(moves, rows, strict=True)})
        return [Brought("deliveries", rows, tuple(self._seen.gone(MOVE)))]

    def _delivery(self, move: Row, sale: Row) -> Row:
        done = move["state"] == "done"
        return {
            "delivery_id": f"{order_id(sale)}/{move['id']}",
            "order_id": order_id(sale),
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
        rows = list(there.read(COMPLAINT, self._changes.changed(COMPLAINT, domain), _COMPLAINT))
        lines = [i for row in rows for i in referred(row["origin"], LINE)]
        products = {row["id"]: row["product"] for row in there.read(LINE, lines, ("product",))}
        self._names.read_products(products.values())
        self._seen.name(COMPLAINT, {row["id"]: complaint_id(row) for row in rows})
        self._names.accounts |= {row["customer."]["id"] for row in rows}
        return [
            Brought(
                "complaints",
                [self._complaint(row, products) for row in rows],
                tuple(self._seen.gone(COMPLAINT)),
            )
        ]

    def _complaint(self, row: Row, products: Mapping[int, int | None]) -> Row:
        product = next((products.get(i) for i in referred(row["origin"], LINE)), None)
        over = row["state"] in ("done", "rejected")
        opened = (
            dt.datetime.combine(row["date"], dt.time(), dt.UTC)
            if row["date"]
            else row["create_date"]
        )
        if row["create_date"].date() == opened.date():
            opened = row["create_date"]  # Tryton keeps the day alone; then this is the hour
        return {
            "complaint_id": complaint_id(row),
            "account_id": row["customer."]["code"],
            "opened_at": opened,
            "kind": complaint_kind(row["type."]["name"], str(row["origin"] or "")),
            "text": row["description"],
            "product_id": self._names.products.get(product or 0, {}).get("product_id"),
            "owner_id": self._names.employees.get(row["submitted_by"] or 0),
            # It is solved no later than it was last written.
            "solved_at": max(row["write_date"] or opened, opened) if over else None,
        }


_OF_INVOICE = "I/"  # before the number of an invoice: sales may have the same numbers


def _company(there: Tryton) -> int:
    """The company whose sales are brought: the one that the address names, else the user's own.

    Raises: SystemRefuses
    """
    needed = (SALE, LINE, PARTY, PRODUCT, "company.company")
    missing = set(needed) - there.models(needed)
    if missing:
        raise SystemRefuses(NO_MODEL, model=sorted(missing)[0])
    named, own = there.address.company, there.context.get("company")
    if own and not named:
        return int(own)
    ids = there.ids("company.company", [])
    rows = {
        str(r["id"]): r["party."]["name"]
        for r in there.read("company.company", ids, ("party.name",))
    }
    for number, name in rows.items():
        if named in (number, name) or (not named and len(rows) == 1):
            there.context["company"] = int(number)
            return int(number)
    raise SystemRefuses(
        _NO_COMPANY, company=named or "–", companies=", ".join(rows.values()) or "–"
    )
