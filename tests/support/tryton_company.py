"""A company in a Tryton of its own: customers, two years of sales, shipments, invoices, returns, complaints.

Run inside the environment that `make tryton` makes, through Tryton's own client (proteus):

    python tryton_company.py URI DATABASE PASSWORD        make the database and fill it
    python tryton_company.py URI DATABASE PASSWORD DEED…   what happens there later

The same in every run but for what Tryton stamps itself (when a row was written).
"""

from __future__ import annotations

import datetime as dt
import os
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

MODULES = ("sale", "sale_complaint", "stock", "account_invoice", "party", "product")
TODAY = dt.date.today()
FIRST = TODAY - dt.timedelta(days=728)
N_PARTIES, N_SALES, SEED = 25, 160, 20_260
LEAD_DAYS = 7
COUNTRIES = (("TW", "Taiwan"), ("CN", "China"), ("KR", "Korea"), ("DE", "Germany"))
CATEGORIES = ("Filters", "Bearings", "Seals", "Pumps")
BATCH = 100


@dataclass
class Company:
    """What the deeds need: proxies by model, and the ids of what everything hangs on."""

    config: Any
    company: int
    rng: random.Random

    def model(self, name: str) -> Any:
        from proteus import Model

        return Model.get(name)

    def create(self, name: str, rows: Sequence[dict[str, Any]]) -> list[int]:
        context = self.config.context
        ids: list[int] = self.config.get_proxy(name).create(list(rows), context)
        return ids

    def write(self, name: str, ids: Sequence[int], values: dict[str, Any]) -> None:
        self.config.get_proxy(name).write(list(ids), values, self.config.context)

    def press(self, name: str, ids: Sequence[int], *buttons: str) -> None:
        """Press buttons, many records at once: a transaction a button."""
        proxy = self.config.get_proxy(name)
        for button in buttons:
            for part in pieces(ids):
                getattr(proxy, button)(part, self.config.context)

    def find(self, name: str, domain: list[Any]) -> list[int]:
        found: list[int] = self.config.get_proxy(name).search(domain, self.config.context)
        return found

    def read(self, name: str, ids: Sequence[int], *fields: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.config.get_proxy(name).read(
            list(ids), list(fields), self.config.context
        )
        return rows


def pieces(ids: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), BATCH):
        yield list(ids[start : start + BATCH])


def looking_ahead_from(company: Company, day: dt.date) -> AbstractContextManager[Any]:
    """As if it were that day there: Tryton never plans a shipment for a day that has gone by."""
    dates = company.config.pool.get("ir.date")
    return mock.patch.object(dates, "today", staticmethod(lambda *_, **__: day))


def connect(uri: str, database: str) -> Any:
    from proteus import config

    os.environ["TRYTOND_DATABASE_URI"] = uri
    place = urlsplit(uri)._replace(path=f"/{database}").geturl()
    found = config.set_trytond(place)
    found.skip_warning = True
    return found


def make_database(uri: str, database: str) -> None:
    """An empty Tryton with the modules that a trading company uses."""
    os.environ["TRYTOND_DATABASE_URI"] = uri
    from trytond import config as settings

    settings.update_etc()
    from trytond import backend
    from trytond.pool import Pool
    from trytond.transaction import Transaction

    server = backend.Database()
    server.connect()
    connection = server.get_connection(autocommit=True)
    server.create(connection, database)
    server.put_connection(connection)
    server.close()
    with Transaction().start(database, 0):
        backend.Database(database).init()
    Pool.start()
    pool = Pool(database)
    pool.init(update=["res", "ir", *MODULES], activatedeps=True)
    with Transaction().start(database, 0):
        admin = {"login": "admin", "name": "Admin", "administrator": True}
        pool.get("res.user").create([admin])


def fill(uri: str, database: str, password: str) -> None:
    """Everything that happened there until now."""
    make_database(uri, database)
    config = connect(uri, database)
    from trytond.modules.account.tests.tools import create_chart
    from trytond.modules.company.tests.tools import create_company, get_company

    create_company(currency="EUR")
    create_chart()
    company = Company(config, get_company().id, random.Random(SEED))
    _user(company, password)
    _years(company)
    _exchange(company)
    parties, products = _parties(company), _products(company)
    sales = _sales(company, parties, products)
    _ship(company, sales)
    _invoice(company, sales)
    _return(company, sales)
    _complain(company, sales)


def _user(company: Company, password: str) -> None:
    (admin,) = company.find("res.user", [("login", "=", "admin")])
    (party,) = company.create("party.party", [{"name": "Anna Berg", "code": "E1"}])
    (employee,) = company.create(
        "company.employee", [{"party": party, "company": company.company, "start_date": FIRST}]
    )
    values = {
        "password": password,
        "employees": [("add", [employee])],
        "employee": employee,
        "groups": [("add", company.find("res.group", []))],
    }
    company.write("res.user", [admin], values)
    company.config._context = company.config.get_proxy("res.user").get_preferences(True, {})


def _years(company: Company) -> None:
    """Fiscal years with their periods and sequences."""
    from trytond.modules.account.tests.tools import create_fiscalyear
    from trytond.modules.account_invoice.tests.tools import set_fiscalyear_invoice_sequences

    for year in range(FIRST.year, TODAY.year + 1):
        span = (dt.date(year, 1, 1), dt.date(year, 12, 31))
        fiscal = create_fiscalyear(today=span)
        fiscal.start_date, fiscal.end_date = span
        set_fiscalyear_invoice_sequences(fiscal).click("create_period")


def _exchange(company: Company) -> None:
    """Where what is won and lost by rounding other currencies is booked."""
    from trytond.modules.account.tests.tools import get_accounts

    accounts = get_accounts()
    values = {
        "currency_exchange_credit_account": accounts["revenue"].id,
        "currency_exchange_debit_account": accounts["expense"].id,
    }
    company.write("account.configuration", [1], values)


def _parties(company: Company) -> list[int]:
    countries = company.create("country.country", [{"code": c, "name": n} for c, n in COUNTRIES])
    (trade, chain) = company.create("party.category", [{"name": "Trade"}, {"name": "Chains"}])
    rows = [
        {
            "name": f"Customer {n:02}",
            "code": f"C{n:03}",
            "categories": [("add", [chain if n % 5 == 0 else trade])],
            "addresses": [("create", [{"country": countries[n % len(countries)]}])],
        }
        for n in range(1, N_PARTIES + 1)
    ]
    return company.create("party.party", rows)


def _products(company: Company) -> list[tuple[int, int, Decimal]]:
    """product, unit, price."""
    from trytond.modules.account.tests.tools import get_accounts

    accounts = get_accounts()
    (unit,) = company.find("product.uom", [("symbol", "=", "u")])
    (account,) = company.create(
        "product.category",
        [
            {
                "name": "Goods",
                "accounting": True,
                "account_expense": accounts["expense"].id,
                "account_revenue": accounts["revenue"].id,
            }
        ],
    )
    kinds = company.create("product.category", [{"name": name} for name in CATEGORIES])
    prices = [Decimal(company.rng.randrange(500, 20_000)) / 100 for _ in range(12)]
    templates = [
        {
            "name": f"{CATEGORIES[n % 4]} {n:02}",
            "type": "goods",
            "default_uom": unit,
            "salable": True,
            "sale_uom": unit,
            "list_price": price,
            "account_category": account,
            "categories": [("add", [kinds[n % 4]])],
            "lead_time": dt.timedelta(days=LEAD_DAYS),
            "products": [("create", [{"suffix_code": f"P{n:02}"}])],
        }
        for n, price in enumerate(prices)
    ]
    made = company.read(
        "product.template", company.create("product.template", templates), "products"
    )
    return [(row["products"][0], unit, price) for row, price in zip(made, prices, strict=True)]


def _sales(
    company: Company, parties: list[int], products: list[tuple[int, int, Decimal]]
) -> list[int]:
    rng = company.rng
    from trytond.modules.account_invoice.tests.tools import create_payment_term

    term = create_payment_term()
    term.save()
    addresses = {
        row["id"]: row["addresses"][0] for row in company.read("party.party", parties, "addresses")
    }
    euro, dollar = _currencies(company)
    rows = []
    for n in range(N_SALES):
        party = parties[int(len(parties) * rng.random() ** 1.7)]
        lines = [
            {
                "product": product,
                "unit": unit,
                "quantity": float(rng.randrange(1, 30)),
                "unit_price": (price * Decimal(rng.randrange(85, 101)) / 100).quantize(
                    Decimal(".0001")
                ),
            }
            for product, unit, price in rng.sample(products, rng.randrange(1, 4))
        ]
        rows.append(
            {
                "party": party,
                "company": company.company,
                "currency": dollar if party % 13 == 0 else euro,
                "payment_term": term.id,
                "invoice_address": addresses[party],
                "shipment_address": addresses[party],
                "sale_date": FIRST + dt.timedelta(days=int(n * 728 / N_SALES)),
                "lines": [("create", lines)],
            }
        )
    made = [
        one
        for part in pieces(range(len(rows)))
        for one in company.create("sale.sale", [rows[i] for i in part])
    ]
    company.press("sale.sale", made, "quote")
    kept = [one for n, one in enumerate(made) if n % 60 != 59]
    company.press("sale.sale", [one for one in made if one not in set(kept)], "cancel")
    with looking_ahead_from(company, FIRST):
        company.press("sale.sale", kept[:-5], "confirm")  # the last five stay offers
    return kept[:-5]


def _currencies(company: Company) -> tuple[int, int]:
    from trytond.modules.currency.tests.tools import get_currency

    get_currency("USD")
    (euro,) = company.find("currency.currency", [("code", "=", "EUR")])
    (dollar,) = company.find("currency.currency", [("code", "=", "USD")])
    company.write(
        "currency.currency",
        [euro, dollar],
        {"rates": [("delete", company.find("currency.currency.rate", []))]},
    )
    rates = [(euro, "1"), (dollar, "1.25")]
    company.create(
        "currency.currency.rate",
        [{"currency": c, "rate": Decimal(r), "date": FIRST.replace(day=1)} for c, r in rates],
    )
    return euro, dollar


def _ship(company: Company, sales: list[int]) -> None:
    """A tenth of the shipments is late, a tenth comes in two parts; of the last four weeks none has gone."""
    rng = company.rng
    dates = {row["id"]: row for row in company.read("sale.sale", sales, "sale_date", "shipments")}
    going: dict[int, dt.date] = {}
    for sale in dates.values():
        promised = sale["sale_date"] + dt.timedelta(days=LEAD_DAYS)
        late = rng.random() < 0.1
        for shipment in sale["shipments"]:
            if promised < TODAY - dt.timedelta(days=28):
                going[shipment] = promised + dt.timedelta(days=rng.randrange(3, 14) if late else 0)
    partial = [one for one in going if rng.random() < 0.1]
    for one in company.read("stock.shipment.out", partial, "inventory_moves"):
        (move,) = company.read("stock.move", one["inventory_moves"][:1], "quantity")
        if move["quantity"] > 1:
            company.write(
                "stock.move", [move["id"]], {"quantity": float(int(move["quantity"] / 2))}
            )
    _send(company, going)
    rest = {
        shipment: going_on + dt.timedelta(days=10)
        for one in company.read("sale.sale", sales, "sale_date", "shipments")
        for shipment in one["shipments"]
        if shipment not in going and len(one["shipments"]) > 1
        for going_on in [one["sale_date"] + dt.timedelta(days=LEAD_DAYS)]
    }
    _send(company, rest)


def _send(company: Company, going: dict[int, dt.date]) -> None:
    for shipment, on in going.items():
        company.write("stock.shipment.out", [shipment], {"effective_date": on})
    with looking_ahead_from(company, FIRST):
        company.press("stock.shipment.out", list(going), "assign_force", "pick", "pack", "do")


def _invoice(company: Company, sales: list[int]) -> None:
    """All invoices are posted, on the day of the sale; their numbers rise with the days."""
    days = {
        invoice: sale["sale_date"]
        for sale in company.read("sale.sale", sales, "sale_date", "invoices")
        for invoice in sale["invoices"]
    }
    for invoice, day in days.items():
        company.write("account.invoice", [invoice], {"invoice_date": day})
    printing = mock.patch.object(
        company.config.pool.get("account.invoice"), "print_invoice", classmethod(lambda *_: None)
    )
    with printing:  # a document of each would take as long as all else
        company.press("account.invoice", sorted(days, key=days.__getitem__), "post")


def _return(company: Company, sales: list[int]) -> None:
    """Every twentieth sale comes back in part: a sale of its own with quantities below zero."""
    for one in company.read("sale.sale", sales[::20], "sale_date", "lines"):
        (line,) = company.read("sale.line", one["lines"][:1], "quantity")
        (back,) = company.config.get_proxy("sale.sale").copy(
            [one["id"]], {"lines": None}, company.config.context
        )
        company.config.get_proxy("sale.line").copy(
            [line["id"]], {"sale": back, "quantity": -1.0}, company.config.context
        )
        on = one["sale_date"] + dt.timedelta(days=20)
        company.write(
            "sale.sale", [back], {"sale_date": min(on, TODAY), "origin": f"sale.sale,{one['id']}"}
        )
        company.press("sale.sale", [back], "quote", "confirm")


def _complain(company: Company, sales: list[int]) -> None:
    """Complaints about sales, half of them still open; two about invoices, answered with a credit note."""
    models = {
        name: company.find("ir.model", [("name", "=", name)])[0]
        for name in ("sale.sale", "account.invoice")
    }
    late, wrong = company.create(
        "sale.complaint.type",
        [
            {"name": "Late delivery", "origin": models["sale.sale"]},
            {"name": "Invoice", "origin": models["account.invoice"]},
        ],
    )
    about = company.read("sale.sale", sales[5::12], "party", "sale_date", "invoices")
    rows = []
    for n, sale in enumerate(about):
        credited = n < 2 and sale["invoices"]
        origin = f"account.invoice,{sale['invoices'][0]}" if credited else f"sale.sale,{sale['id']}"
        rows.append(
            {
                "customer": sale["party"],
                "company": company.company,
                "date": sale["sale_date"] + dt.timedelta(days=12),
                "type": wrong if credited else late,
                "origin": origin,
                "description": f"Complaint {n}",
                "actions": [("create", [{"action": "credit_note"}])] if credited else [],
            }
        )
    made = company.create("sale.complaint", rows)
    company.press("sale.complaint", made, "wait")
    company.press("sale.complaint", made[:6], "approve")
    actions = company.find("sale.complaint.action", [])
    notes = [
        int(row["result"].split(",")[1])
        for row in company.read("sale.complaint.action", actions, "result")
        if row["result"]
    ]
    if notes:
        company.write("account.invoice", notes, {"invoice_date": TODAY})
        company.press("account.invoice", notes, "post")


# What happens later, by name.


def sell(company: Company) -> None:
    """One more sale, of the first customer, copied from another of theirs."""
    (party,) = company.find("party.party", [("code", "=", "C001")])
    first = company.find(
        "sale.sale", [("party", "=", party), ("state", "in", ["processing", "done"])]
    )[0]
    (made,) = company.config.get_proxy("sale.sale").copy([first], {}, company.config.context)
    company.write("sale.sale", [made], {"sale_date": TODAY, "reference": "again"})
    company.press("sale.sale", [made], "quote", "confirm")


def take_back(company: Company) -> None:
    """The newest sale goes back to a draft and is cancelled; Tryton lets only those that are not processed."""
    confirmed = company.find("sale.sale", [("state", "=", "confirmed")])
    company.press("sale.sale", confirmed[-1:], "draft", "cancel")


def rename(company: Company) -> None:
    """A customer changes its name."""
    company.write(
        "party.party", company.find("party.party", [("code", "=", "C002")]), {"name": "Renamed"}
    )


def deliver(company: Company) -> None:
    """Whatever has not gone yet is delivered today."""
    waiting = company.find("stock.shipment.out", [("state", "=", "waiting")])
    company.press("stock.shipment.out", waiting, "assign_force", "pick", "pack", "do")


DEEDS: dict[str, Callable[[Company], None]] = {
    one.__name__: one for one in (sell, take_back, rename, deliver)
}


def main(uri: str, database: str, password: str, *deeds: str) -> None:
    if not deeds:
        fill(uri, database, password)
        return
    config = connect(uri, database)
    from trytond.modules.company.tests.tools import get_company

    company = Company(config, get_company().id, random.Random(SEED))
    for deed in deeds:
        DEEDS[deed](company)


if __name__ == "__main__":
    main(*sys.argv[1:])
