"""New products: how much of what accounts buy is new, who took which launch and how soon, beside peers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.standing.goods import QUARTER_DAYS
from mainstay.standing.history import date_of, days_of
from mainstay.standing.needs.bought import LEAST_PEERS, Bools, Bought, Floats, Ints
from mainstay.standing.needs.launches import LOOKED_AT_DAYS, NEW_DAYS, UNKNOWN, Firsts, Launches

QUARTERS = 8
TAKEN_SHARE = 0.1  # of its peers: less, and it says nothing that an account has not taken it
MOST_LEFT = 8  # new products that an account has not taken, those that most peers have


def shares(bought: Bought, launches: Launches) -> dict[str, Floats]:
    """Of each account the share of a year's sales that was new, now and of the year that ended half a year
    ago, and of the products that have several generations the share of the newest; NaN = nothing sold.
    """
    code = bought.product.code
    today = days_of(bought.known.as_of)

    def new_share(first: int) -> Floats:
        new = np.append(launches.new_at(today - QUARTER_DAYS * first), False)[code]
        rows = bought.in_quarters(first, first + 3) & (code >= 0)
        return _ratio(bought.of_accounts(rows & new), bought.of_accounts(rows))

    year = bought.in_quarters(0, 3)
    several = year & np.append(launches.generations, False)[code]
    newest = several & np.append(launches.newest, False)[code]
    newest_share = _ratio(bought.of_accounts(newest), bought.of_accounts(several))
    return {"new": new_share(0), "new_before": new_share(2), "newest": newest_share}


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)


def quarters(bought: Bought, launches: Launches) -> pa.Table:
    """By size class and quarter, `all` with them: money, and that of what was new then."""
    code = bought.product.code
    sizes = bought.known.accounts["size_class"].to_pylist()
    today = days_of(bought.known.as_of)
    found: list[dict[str, object]] = []
    for quarter in range(min(QUARTERS, int(bought.quarter.max(initial=-1)) + 1)):
        rows = bought.in_quarters(quarter, quarter) & (code >= 0)
        new = rows & np.append(launches.new_at(today - QUARTER_DAYS * quarter), False)[code]
        whole, part = bought.of_accounts(rows), bought.of_accounts(new)
        for size in ("all", "large", "medium", "small"):
            of = np.array([size in ("all", one) for one in sizes], bool)
            some = {"money": float(whole[of].sum()), "new_money": float(part[of].sum())}
            accounts = int((whole[of] > 0).sum())
            if accounts:
                found.append({"size_class": size, "quarter": quarter, "accounts": accounts, **some})
    schema = pa.schema(
        [
            ("size_class", pa.string()),
            ("quarter", pa.int64()),
            ("accounts", pa.int64()),
            ("money", pa.float64()),
            ("new_money", pa.float64()),
        ]
    )
    return pa.Table.from_pylist(found, schema)


@dataclass(frozen=True)
class Adoption:
    """Who took which launch.

    launched: per launch: product (code), product_id, launched_on, told, new, eligible, taken (counts),
        days (median from launch to first purchase), money (52 weeks)
    courses: product_id, quarter (after the launch, whole ones alone), share of the eligible that had it
    rows: account, product (code), taken, first_on, days, peers_share, peers_days, money: new products that
        were taken, and those that were not though peers took them
    offered, taken, expected: per account, new products of what it buys, those it took, and how many its
        peers would have taken of the same
    """

    launched: pa.Table
    courses: pa.Table
    rows: pa.Table
    offered: Ints
    taken: Ints
    expected: Floats


def adoption(bought: Bought, launches: Launches) -> Adoption | None:
    """None where no launch is known."""
    today = days_of(bought.known.as_of)
    looked_at = np.flatnonzero(
        (launches.day != UNKNOWN)
        & (launches.day >= today - LOOKED_AT_DAYS)
        & (launches.day < today)
    )
    span = bought.known.ledger.span()
    # What was launched before the data begin may have been bought before as well.
    looked_at = looked_at[launches.day[looked_at] >= (days_of(span[0]) if span else today)]
    if not len(looked_at):
        return None
    first = _first_days(bought, looked_at)
    buys = _buyers_of(bought, looked_at)
    parts = [_one(bought, launches, k, int(p), first[k], buys[k]) for k, p in enumerate(looked_at)]
    rows = pa.concat_tables([one.rows for one in parts])
    return Adoption(
        pa.Table.from_pylist([one.launch for one in parts]),
        pa.Table.from_pylist(
            [row for one in parts for row in one.course],
            pa.schema(
                [("product_id", pa.string()), ("quarter", pa.int64()), ("share", pa.float64())]
            ),
        ),
        _most_telling(rows),
        sum((one.offered for one in parts), np.zeros(bought.n, np.int64)),
        sum((one.taken for one in parts), np.zeros(bought.n, np.int64)),
        sum((one.expected for one in parts), np.zeros(bought.n)),
    )


@dataclass(frozen=True)
class _Launch:
    launch: dict[str, object]
    course: list[dict[str, object]]
    rows: pa.Table
    offered: Ints
    taken: Ints
    expected: Floats


def _one(
    bought: Bought, launches: Launches, k: int, product: int, first: Ints, buys: Bools
) -> _Launch:
    """k: place among the launches; first: day of each account's first purchase, UNKNOWN = none."""
    today, day = days_of(bought.known.as_of), int(launches.day[product])
    has = first != UNKNOWN
    eligible = (buys | has) & (bought.year > 0)
    taken = has & eligible
    wait = np.where(taken, np.maximum(first - day, 0), np.nan).astype(float)
    new = day >= today - NEW_DAYS
    name = bought.product.words[product].as_py()
    money = (
        bought.of_accounts((bought.product.code == product) & bought.in_quarters(0, 3))
        if new
        else None
    )
    share, peers_days = _beside(bought, eligible, taken, wait)
    n = int(eligible.sum())
    course = [
        {
            "product_id": name,
            "quarter": q,
            "share": float((wait[taken] < QUARTER_DAYS * q).sum() / n),
        }
        for q in range(1, min(QUARTERS, (today - day) // QUARTER_DAYS) + 1)
        if n >= LEAST_PEERS
    ]
    left = eligible & ~taken & (np.nan_to_num(share) >= TAKEN_SHARE)
    shown = np.flatnonzero(taken | left) if new else np.zeros(0, np.int64)
    rows = pa.table(
        {
            "account": shown,
            "product": np.full(len(shown), product),
            "taken": taken[shown],
            "first_on": pa.array(first[shown].astype(np.int32), mask=~taken[shown]).cast(
                pa.date32()
            ),
            "days": pa.array(wait[shown], mask=~taken[shown]),
            "peers_share": pa.array(share[shown], mask=np.isnan(share[shown])),
            "peers_days": pa.array(peers_days[shown], mask=np.isnan(peers_days[shown])),
            "money": (money if money is not None else np.zeros(bought.n))[shown],
        }
    )
    return _Launch(
        {
            "product": product,
            "product_id": name,
            "launched_on": date_of(day),
            "told": bool(launches.told[product]),
            "new": bool(new),
            "eligible": n,
            "taken": int(taken.sum()),
            "days": float(np.nanmedian(wait)) if taken.any() else None,
            "money": float(money.sum()) if money is not None else None,
        },
        course,
        rows,
        (eligible & new).astype(np.int64),
        (taken & new).astype(np.int64),
        np.where(eligible & new, np.nan_to_num(share), 0.0),
    )


def _beside(bought: Bought, eligible: Bools, taken: Bools, wait: Floats) -> tuple[Floats, Floats]:
    """Of each account's peers, without itself, the share that took it, and their median days; of all where
    fewer than LEAST_PEERS of its peers could; NaN where of all as well."""
    code, groups = bought.peers.code, len(bought.peers.n)
    n = np.bincount(code[eligible], minlength=groups)[code] - eligible
    took = np.bincount(code[taken], minlength=groups)[code] - taken
    few = n < LEAST_PEERS
    n = np.where(few, eligible.sum() - eligible, n)
    took = np.where(few, taken.sum() - taken, took)
    share = np.where(n >= LEAST_PEERS, took / np.maximum(n, 1), np.nan)
    days = bought.peers.medians(wait)
    whole = np.nanmedian(wait) if taken.sum() >= LEAST_PEERS else np.nan
    return share, np.where(np.isnan(days), whole, days)


def _first_days(bought: Bought, looked_at: Ints) -> Ints:
    """Of each launch × account the first day of buying it; UNKNOWN = never."""
    known = bought.known
    ids = bought.product.words.take(pa.array(looked_at))
    kernel = Firsts(known.as_of, tuple(ids.to_pylist()))
    rows = known.ledger.map_accounts(
        kernel, kernel.columns, known.as_of, known_until=known.known_until
    )
    account = known.places(rows["account_id"])
    launch = np.asarray(pc.index_in(rows["product_id"], value_set=ids), np.int64)
    # Of joined codes the lines come together: one row a pair.
    found = np.full((len(looked_at), bought.n), UNKNOWN)
    ours = account >= 0
    found[launch[ours], account[ours]] = np.asarray(rows["day"], np.int64)[ours]
    return found


def _buyers_of(bought: Bought, looked_at: Ints) -> Bools:
    """Who bought the category of each launch within two years; all, where it has none."""
    category, product = bought.category.code, bought.product.code
    of_product = np.full(len(bought.product.words) + 1, -1)
    some = (product >= 0) & (category >= 0)
    of_product[product[some]] = category[some]
    recent = bought.in_quarters(0, 7)
    buyers: dict[int, Bools] = {-1: np.ones(bought.n, bool)}
    for one in np.unique(of_product[looked_at]).tolist():
        if one >= 0:
            buyers[one] = bought.of_accounts(recent & (category == one)) > 0
    return np.array([buyers[int(of_product[p])] for p in looked_at])


def _most_telling(rows: pa.Table) -> pa.Table:
    """All that was taken, and of what was not the MOST_LEFT that most peers have, by account."""
    account, taken = np.asarray(rows["account"]), np.asarray(rows["taken"])
    share = np.asarray(pc.fill_null(rows["peers_share"], 0.0))
    order = np.lexsort((-share, taken, account))  # what is left first
    begins = np.searchsorted(account[order], account[order])
    kept = taken[order] | (np.arange(len(order)) - begins < MOST_LEFT)
    return rows.take(pa.array(order[kept]))
