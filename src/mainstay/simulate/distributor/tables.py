"""The tables of machines, from what the weeks left behind; none tells of a day that has not come."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from mainstay.simulate.distributor import names
from mainstay.simulate.distributor.columns import days, money, take
from mainstay.simulate.distributor.makeup import YEAR, Bools, Floats, Longs
from mainstay.simulate.distributor.orders import Lines
from mainstay.simulate.distributor.weeks import Weeks

RATE = np.array([one.rate for one in names.COUNTRIES])
CURRENCIES = [one.currency for one in names.COUNTRIES]
KINDS = ("sale", "return", "credit")
OPEN_DAYS = 40  # so far back orders may still be open


def machine_tables(weeks: Weeks) -> dict[str, pa.Table]:
    """All tables of machines, up to the world's Monday."""
    lines = _joined(weeks)
    return {
        "order_lines": _order_lines(weeks, lines),
        "open_orders": _open_orders(weeks, lines),
        "deliveries": _deliveries(weeks, lines),
        "payments": _payments(weeks, lines),
        "stock": _stock(weeks),
        "supply": _supply(weeks),
        "credit_holds": _credit_holds(weeks),
        "account_volumes": _volumes(weeks),
        "targets": _targets(weeks),
        "market": _market(weeks),
        "exchange_rates": _rates(weeks),
    }


def _joined(weeks: Weeks) -> Lines:
    parts = weeks.orders.lines
    names_of = Lines.__dataclass_fields__
    if not parts:
        return Lines(*(np.zeros(0, np.int64) for _ in names_of))  # type: ignore[arg-type]
    return Lines(*(np.concatenate([getattr(p, name) for p in parts]) for name in names_of))


def _chosen(lines: Lines, here: Bools) -> Lines:
    return Lines(*(getattr(lines, name)[here] for name in Lines.__dataclass_fields__))


def chance(order: Longs, salt: int) -> Floats:
    """A number from 0 to 1 for each order, the same whenever it is asked for."""
    x = (np.asarray(order, np.uint64) + np.uint64(salt * 7919 + 1)) * np.uint64(0x9E3779B97F4A7C15)
    x ^= x >> np.uint64(29)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    return np.asarray((x >> np.uint64(11)) / np.float64(1 << 53))


def _order_ids(order: Longs) -> pa.Array:
    return pa.array(order).cast(pa.string())


def _order_lines(weeks: Weeks, lines: Lines) -> pa.Table:
    sold = _chosen(lines, lines.quantity > 1e-6)
    return _as_lines(weeks, pa.concat_tables([_columns(weeks, sold), _returned(weeks)]))


def _as_lines(weeks: Weeks, rows: pa.Table) -> pa.Table:
    return rows.sort_by([("ordered_on", "ascending"), ("order_id", "ascending")])


def _columns(weeks: Weeks, sold: Lines, sign: float = 1.0) -> pa.Table:
    world, products = weeks.world, weeks.world.products
    country = world.accounts.country[sold.account]
    each = 1 / RATE[country]
    n = len(sold.account)
    cost = products.cost[sold.product] * products.price[sold.product]
    return pa.table(
        {
            "account_id": take(world.accounts.ids, sold.account),
            "ordered_on": days(sold.day),
            "amount": money(sign * np.maximum(sold.quantity * sold.price * each, 0.01)),
            "order_id": _order_ids(sold.order),
            "line": pa.array(sold.number).cast(pa.string()),
            "product_id": take(products.ids, sold.product),
            "product_name": take(products.names, sold.product),
            "category": take(names.CATEGORIES, products.category[sold.product]),
            "quantity": pa.array(np.round(sign * sold.quantity, 3)),
            "unit": pa.repeat("pc", n),
            "list_amount": money(sign * sold.quantity * sold.list_price * each),
            "cost": money(sign * sold.quantity * cost * each),
            "currency": take(CURRENCIES, country),
            "salesperson_id": take([p.code for p in world.staff], sold.seller),
            "kind": take(KINDS, sold.kind),
        }
    )


def _returned(weeks: Weeks) -> pa.Table:
    """Goods of bad batches that came back."""
    world = weeks.world
    back = [one for one in weeks.goods.returns if one[0] < world.week]
    week, account, product, seller = (
        np.array([one[k] for one in back], np.int64) for k in range(4)
    )
    order = week * 1_000_000 + account + 500_000
    price = world.products.price[product]
    quantity = np.maximum(world.accounts.need[account] / YEAR * 0.1 * chance(order, 4), 10) / price
    none = np.zeros(len(back), np.int64)
    day = world.company.begin.toordinal() + 7 * week + 1
    # Two returns of one week stand in one document.
    number = np.array([sum(a == b for b in order[:i]) for i, a in enumerate(order)], np.int64) + 1
    rows = Lines(
        account,
        order,
        number,
        product,
        day,
        quantity,
        quantity,
        price,
        price,
        day,
        day,
        day,
        day,
        seller,
        none + 1,
        none.astype(bool),
        none.astype(bool),
    )
    return _columns(weeks, rows, -1.0)


def _open_orders(weeks: Weeks, lines: Lines) -> pa.Table:
    """What was ordered and is to be delivered yet; as a whole, as it stands today."""
    today = weeks.world.monday
    rows = _chosen(
        lines,
        (lines.delivered >= today) & (lines.day > today - OPEN_DAYS) & (lines.quantity > 1e-6),
    )
    table = _columns(weeks, rows)
    table = table.append_column("wanted_on", days(rows.asked))
    return table.append_column("promised_on", days(rows.promised))


def _deliveries(weeks: Weeks, lines: Lines) -> pa.Table:
    """A row a line; and urgent orders, taken or refused."""
    world, today = weeks.world, weeks.world.monday
    n = len(lines.account)
    nothing = (lines.delivered >= today) | (lines.quantity <= 1e-6)
    reason = np.where(
        lines.quantity < 0.97 * lines.wanted, 1, np.where(lines.delivered > lines.promised, 2, 0)
    )
    untold = chance(lines.order, 7) < 0.3 * world.company.records.missing
    number = pa.array(lines.order * 100 + lines.number).cast(pa.string())
    whole = pa.table(
        {
            "delivery_id": number,
            "order_id": _order_ids(lines.order),
            "account_id": take(world.accounts.ids, lines.account),
            "product_id": take(world.products.ids, lines.product),
            "requested_on": days(lines.asked),
            "promised_on": days(lines.promised, untold),
            "delivered_on": days(lines.delivered, nothing),
            "quantity_ordered": pa.array(np.round(lines.wanted, 3)),
            "quantity_delivered": pa.array(
                np.round(np.where(lines.delivered >= today, 0.0, lines.quantity), 3)
            ),
            "urgent": pa.repeat(pa.scalar(False), n),
            "refused_on": pa.nulls(n, pa.date32()),
            "reason": take([None, "out of stock", "carrier"], reason),
        }
    )
    return pa.concat_tables([whole, _urgent(weeks, whole.schema)])


def _urgent(weeks: Weeks, schema: pa.Schema) -> pa.Table:
    world = weeks.world
    rows = [one for one in weeks.supply.urgent if one[0] < world.monday]
    day, account, product, quantity, refused = (
        np.array([one[k] for one in rows], np.int64) for k in range(5)
    )
    code = [f"U{one[0]}-{one[1] + 1}" for one in rows]
    done = np.where(refused == 1, 0, quantity)
    late = (refused == 1) | (day + 1 >= world.monday)
    return pa.table(
        {
            "delivery_id": pa.array(code, pa.string()),
            "order_id": pa.array(code, pa.string()),
            "account_id": take(world.accounts.ids, account),
            "product_id": take(world.products.ids, product),
            "requested_on": days(day + 1),
            "promised_on": days(day + 1, refused == 1),
            "delivered_on": days(day + 1, late),
            "quantity_ordered": pa.array(quantity.astype(float)),
            "quantity_delivered": pa.array(np.where(late, 0.0, done)),
            "urgent": pa.repeat(pa.scalar(True), len(rows)),
            "refused_on": days(day, refused == 0),
            "reason": take([None, "no capacity"], refused),
        },
        schema=schema,
    )


def _payments(weeks: Weeks, lines: Lines) -> pa.Table:
    """A row an order, paid as late as its account is used to."""
    world, a = weeks.world, weeks.world.accounts
    sold = _chosen(lines, lines.quantity > 1e-6)
    order, first = np.unique(sold.order, return_index=True)
    account = sold.account[first]
    amount = np.bincount(
        np.searchsorted(order, sold.order), sold.quantity * sold.price, minlength=len(order)
    )
    due = sold.due[first]
    u = np.maximum(chance(order, 1), 1e-9)
    paid = due - 15 + np.floor(-np.log(u) * (3 + a.slack_days[account])).astype(np.int64)
    here = due < world.monday
    unpaid = paid >= world.monday
    return pa.table(
        {
            "account_id": take(a.ids, account[here]),
            "due_on": days(due[here]),
            "paid_on": days(paid[here], unpaid[here]),
            "amount": money((amount / RATE[a.country[account]])[here]),
            "currency": take(CURRENCIES, a.country[account[here]]),
        }
    )


def _stock(weeks: Weeks) -> pa.Table:
    """Of each product, each fourth Monday and the last."""
    world, p = weeks.world, len(weeks.world.products.ids)
    product, on, level = [], [], []
    for week, (monday, few, left) in enumerate(weeks.supply.shortages):
        if week % 4 and week != world.week - 1:
            continue
        there = (world.products.launched <= week) & (world.products.ended > week)
        share = np.ones(p)
        share[few] = left
        place = np.flatnonzero(there)
        product.append(place)
        on.append(np.full(len(place), monday))
        level.append(share[place])
    none = np.zeros(0, np.int64)
    at, day = np.concatenate([none, *product]), np.concatenate([none, *on])
    share = np.concatenate([np.zeros(0), *level])
    hand = np.floor(share**2 * (20 + 400 * chance(at * 1000 + day, 2)))
    comes = share < 1
    return pa.table(
        {
            "product_id": take(world.products.ids, at),
            "on": days(day),
            "on_hand": pa.array(hand),
            "inbound": pa.array(np.where(comes, 200.0, 0.0)),
            "inbound_on": days(day + 14, ~comes),
        }
    )


def _supply(weeks: Weeks) -> pa.Table:
    none = np.zeros(0, np.int64)
    found = weeks.supply.shortages
    at = np.concatenate([none, *(few for _, few, _ in found)])
    week = np.concatenate([none, *(np.full(len(few), monday) for monday, few, _ in found)])
    left = np.concatenate([np.zeros(0), *(share for _, _, share in found)])
    return pa.table(
        {
            "product_id": take(weeks.world.products.ids, at),
            "week": days(week),
            "available": pa.array(np.round(left, 2)),
        }
    )


def _credit_holds(weeks: Weeks) -> pa.Table:
    holds, today = weeks.money.holds, weeks.world.monday
    account, first, last = (np.array([one[k] for one in holds], np.int64) for k in range(3))
    return pa.table(
        {
            "account_id": take(weeks.world.accounts.ids, account),
            "from": days(first),
            "to": days(last, last >= today),
            "reason": pa.repeat("overdue invoices", len(holds)),
        }
    )


def _months(weeks: Weeks) -> tuple[Longs, Longs]:
    """The month of each week, and the first days of months, as ordinals."""
    begin = weeks.world.company.begin.toordinal()
    mondays = [date.fromordinal(begin + 7 * w) for w in range(weeks.world.week)]
    firsts = np.array([one.replace(day=1).toordinal() for one in mondays], np.int64)
    months, of = np.unique(firsts, return_inverse=True)
    return of, months


def _volumes(weeks: Weeks) -> pa.Table:
    """What accounts that tell of it buy from all suppliers, by month; the month that runs left out."""
    world, who = weeks.world, np.flatnonzero(weeks.background.tells)
    of, months = _months(weeks)
    sums = np.zeros((max(len(months), 1), world.n))
    np.add.at(sums, of, np.array(weeks.background.needs).reshape(len(of), world.n))
    last = max(len(months) - 1, 0)
    month, account = np.nonzero(sums[:last, who] > 1)
    noise = 0.94 + 0.12 * chance(months[month] * 4096 + who[account], 3)
    return pa.table(
        {
            "account_id": take(world.accounts.ids, who[account]),
            "month": days(months[month]),
            "amount": money(sums[month, who[account]] * noise),
            "what": pa.repeat("purchases", len(month)),
            "source": pa.repeat("their report", len(month)),
        }
    )


def _targets(weeks: Weeks) -> pa.Table:
    """Of managers and large accounts, by year, as they were set in its first week."""
    rows = weeks.background.targets
    account, staff, period, amount = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pa.table(
        {
            "account_id": pa.array(account, pa.string()),
            "staff_id": pa.array(staff, pa.string()),
            "period": pa.array(period, pa.string()),
            "amount": money(np.round(np.array(amount, float), -2)),
        }
    )


def _market(weeks: Weeks) -> pa.Table:
    """How each segment of a region does, 100 = the first month; as a trade association tells it."""
    world, a = weeks.world, weeks.world.accounts
    of, months = _months(weeks)
    rows: list[tuple[str, str, int, float]] = []
    by_week = np.array(weeks.background.needs).reshape(len(of), world.n)
    sums = np.zeros((max(len(months), 1), world.n))
    np.add.at(sums, of, by_week)
    sums /= np.maximum(np.bincount(of, minlength=len(sums)), 1)[:, None]
    old = a.begins <= 0
    for c, country in enumerate(names.COUNTRIES):
        for s, segment in enumerate(names.SEGMENTS):
            here = old & (a.country == c) & (a.segment == s)
            whole = sums[:, here].sum(1)
            if not here.any() or whole[0] <= 0:
                continue
            index = 100 * (0.6 * whole / whole[0] + 0.4)
            for region in country.regions:
                rows += [
                    (segment, region, m, v) for m, v in zip(months[:-1], index[:-1], strict=True)
                ]
    segment_, region_, month_, index_ = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pa.table(
        {
            "segment": pa.array(segment_, pa.string()),
            "region": pa.array(region_, pa.string()),
            "month": days(np.array(month_, np.int64)),
            "index": pa.array(np.round(np.array(index_, float), 1)),
            "source": pa.repeat("trade association", len(rows)),
        }
    )


def _rates(weeks: Weeks) -> pa.Table:
    """What a unit of each currency is worth in the company's, by month; it wavers a little."""
    _, months = _months(weeks)
    others = [c for c, one in enumerate(CURRENCIES) if one != weeks.world.company.currency]
    company = dict(zip(CURRENCIES, RATE, strict=True)).get(weeks.world.company.currency, 1.0)
    month, c = np.meshgrid(months, np.array(others, np.int64), indexing="ij")
    wave = 1 + 0.015 * np.sin(month.ravel() / 130 + c.ravel())
    return pa.table(
        {
            "currency": take(CURRENCIES, c.ravel()),
            "month": days(month.ravel()),
            "rate": pa.array(np.round(RATE[c.ravel()] * wave / company, 7)),
        }
    )
