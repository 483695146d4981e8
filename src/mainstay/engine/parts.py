"""The parts of an assessment beside the accounts: their categories, and the portfolio as a whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.engine.panel import Slice
from mainstay.engine.tables import CATEGORIES, LEAVING
from mainstay.ledger.sql import sql
from mainstay.portfolio.concentration import concentration
from mainstay.portfolio.parts import Book, largest, loss_of_one, parts
from mainstay.portfolio.targets import targets_at
from mainstay.standing.facts import AccountFacts
from mainstay.standing.sisters import units

DROPPED_WEEKS = 26
ENDED = (
    0.5  # a category is what we discontinued of it where that was so much of the account's money
)
MOVED = 0.5  # what moved to other categories of ours by more than this is not lost


@dataclass(frozen=True)
class Ended:
    """What went with products that we discontinued; arrays (n_accounts,).

    money: how much less of it a year each account buys
    altogether: whether it bought nothing else since
    """

    money: npt.NDArray[np.float64]
    altogether: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Changed:
    """What the second pass found.

    slices: FIGURES of partial.py per date, in the order of the measures' slices
    living: FIGURES at the last date with the present silence left out
    categories: FIGURES per account × category; features: CategoryFeatures
    pace: FACTS of outcomes.py at the last date
    ended: DiscontinuedShare; None = we discontinued nothing
    with_ours: what that took with it, once the categories are judged
    """

    slices: tuple[Slice, ...]
    living: dict[str, npt.NDArray[Any]]
    categories: pa.Table
    features: pa.Table
    pace: Slice
    ended: pa.Table | None = None
    with_ours: Ended | None = None


def categories_table(changed: Changed, as_of: date, probability: float) -> pa.Table:
    """The table CATEGORIES, money_at_risk still the raw loss of each, plus year_money, and
    ended_money: how much less of it went with what we discontinued.

    probability: how sure one must be that a rate fell
    """
    query = """
        SELECT CASE WHEN p_fell >= $p AND moved >= $moved THEN 'kept'
                    WHEN share >= $ended AND (p_fell >= $p OR last_day < $dropped)
                    THEN 'discontinued'
                    WHEN p_fell >= $p AND last_day < $dropped THEN 'dropped'
                    WHEN p_fell >= $p THEN 'slipping'
                    WHEN first_day >= $dropped THEN 'new'
                    ELSE 'kept' END AS state,
               CASE WHEN since >= 0 THEN DATE '1970-01-01' + since END AS since,
               rate_now / rate_before AS rate_ratio, p_fell,
               p_left AS p_defection,
               last_day AS last_order_on, order_days::BIGINT AS order_days,
               coalesce(nullif(amount_52, 'NaN'), 0) AS amount_52,
               nullif(amount_prev_52, 'NaN') AS amount_prev_52,
               coalesce(rate_before * 52, nullif(amount_52, 'NaN'), 0) AS year_money,
               CASE WHEN state = 'discontinued' AND last_day < $dropped THEN 0
                    ELSE coalesce(rate_now * 52, nullif(amount_52, 'NaN'), 0) END AS now_money,
               CASE WHEN state = 'discontinued'
                    THEN share * greatest(year_money - now_money, 0) ELSE 0 END AS ended_money
        FROM rows
    """
    names = ["account_id", "category"]
    features = changed.features.select(
        [*names, "first_day", "last_day", "order_days", "amount_52", "amount_prev_52"]
    )
    features = features.set_column(1, "category", features["category"].cast(pa.string()))
    dropped = as_of - timedelta(weeks=DROPPED_WEEKS)
    columns = ["p_fell", "moved", "since", "rate_before", "rate_now", "p_left"]
    rows = _beside(features, changed.categories, columns)
    if changed.ended is None:
        rows = rows.append_column("share", pa.nulls(rows.num_rows, pa.float64()))
    else:
        rows = _beside(rows, changed.ended, ["share"])
    judged = sql(
        query,
        rows=rows.drop_columns(names),
        parameters={"p": probability, "dropped": dropped, "moved": MOVED, "ended": ENDED},
    )
    # Rows come back as they went in; names need not go along.
    for place, name in enumerate(names):
        judged = judged.add_column(place, name, rows[name])
    return judged


def lost_categories(
    categories: pa.Table, state: str = "dropped"
) -> dict[str, tuple[tuple[str, float], ...]]:
    """Per account the categories in a state, with a year's money of each, the largest first."""
    dropped = categories.filter(pc.equal(categories["state"], state))
    found: dict[str, list[tuple[str, float]]] = {}
    for row in dropped.select(["account_id", "category", "year_money"]).to_pylist():
        found.setdefault(row["account_id"], []).append((row["category"], row["year_money"]))
    return {a: tuple(sorted(rows, key=lambda r: -r[1])) for a, rows in found.items()}


def _beside(rows: pa.Table, other: pa.Table, names: list[str]) -> pa.Table:
    """Rows in order of account and category, with columns of another table's row of the same account
    and category; null where there is none.

    Places in lists of names stand for the names: a join of these takes far longer.
    """
    from mainstay.standing.history_loops import order_by

    of = ("account_id", "category")
    lists = [pc.unique(rows[name]).sort() for name in of]

    def places(table: pa.Table) -> list[npt.NDArray[np.int64]]:
        found = (pc.index_in(table[n], value_set=v) for n, v in zip(of, lists, strict=True))
        return [pc.fill_null(f, -1).to_numpy().astype(np.int64) for f in found]

    account, category = places(rows)
    _, order = order_by(category, len(lists[1]))
    order = order[order_by(account[order], len(lists[0]))[1]]
    rows = rows.take(pa.array(order))
    keys = account[order] * len(lists[1]) + category[order]
    account, category = places(other)
    wanted = np.where((account < 0) | (category < 0), -1, account * len(lists[1]) + category)
    place = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    there = np.flatnonzero(keys[place] == wanted) if len(keys) else np.empty(0, np.int64)
    source = np.full(len(keys), -1)
    source[place[there]] = there
    found = other.select(names).take(pa.array(source, mask=source < 0))
    for name in names:
        rows = rows.append_column(name, found[name])
    return rows


def counted(names: pa.ChunkedArray) -> Counter[str]:
    """How often each name comes."""
    found = pc.value_counts(names)
    values, counts = (found.field(n).to_pylist() for n in ("values", "counts"))
    return Counter(dict(zip(values, counts, strict=True)))


def ended_of(categories: pa.Table, account_id: list[str]) -> Ended:
    """From the rows of `categories_table`."""
    ended = Ended(np.zeros(len(account_id)), np.zeros(len(account_id), bool))
    if not pc.any(pc.greater(categories["ended_money"], 0)).as_py():
        return ended
    query = """
        SELECT account_id, sum(ended_money)::DOUBLE AS money,
               bool_and(ended_money > 0 OR last_order_on < ended_on) AS altogether
        FROM (SELECT *, max(CASE WHEN ended_money > 0 THEN last_order_on END)
                        OVER (PARTITION BY account_id) AS ended_on FROM categories)
        GROUP BY account_id HAVING money > 0
    """
    found = sql(query, categories=categories)
    place = pc.index_in(found["account_id"], value_set=pa.array(account_id, pa.string())).to_numpy()
    ended.money[place] = found["money"].to_numpy()
    ended.altogether[place] = found["altogether"].to_numpy(zero_copy_only=False)
    return ended


def share_out(categories: pa.Table, accounts: pa.Table) -> pa.Table:
    """Each account's money at risk, shared out over its categories by what each loses.

    Categories are never added to the account's figure: they sum to it.
    """
    owner = pc.index_in(categories["account_id"], value_set=accounts["account_id"].combine_chunks())
    if owner.null_count:  # of accounts that are none of ours
        categories, owner = categories.filter(owner.is_valid()), owner.drop_null()
    owner = owner.to_numpy()
    stays, whole = _floats(accounts, "p_alive", 1.0), _floats(accounts, "money_at_risk", 0.0)
    year, now, ended = (_floats(categories, f"{name}_money") for name in ("year", "now", "ended"))
    lost = np.maximum(year - now * stays[owner] - ended, 0.0)
    together = np.bincount(owner, lost, accounts.num_rows)[owner]
    share = np.divide(lost, together, out=np.zeros(len(lost)), where=together > 0)
    money = pa.array(np.maximum(whole, 0.0)[owner] * share)
    return (
        categories.append_column("money_at_risk", money).select(CATEGORIES.names).cast(CATEGORIES)
    )


def portfolio_of(
    accounts: pa.Table, facts: AccountFacts, targets: pa.Table, currency: str, as_of: date
) -> dict[str, Any]:
    """Who matters, as plain values for a page: curve, concentration, parts, targets."""
    columns = {name: accounts[name].to_pylist() for name in _LABELS}
    leaving = np.isin(np.array(accounts["state"].to_pylist(), dtype=str), LEAVING)
    book = Book(
        account_id=columns["account_id"],
        name=columns["name"],
        amount=_floats(accounts, "amount_52", 0.0),
        before=_floats(accounts, "amount_prev_52"),
        returns=-_floats(accounts, "returns_52", 0.0),
        at_risk=np.where(leaving, _floats(accounts, "money_at_risk"), np.nan),
        order_days=accounts["order_days_52"].to_numpy(),
    )
    parent = dict(zip(facts.account_id, facts.attribute("parent_id"), strict=True))
    unit = units(book.account_id, [parent[a] for a in book.account_id], columns["group_id"])
    _, inverse = np.unique(unit, return_inverse=True)
    together = np.zeros(len(set(unit)))
    np.add.at(together, inverse, book.amount)
    return {
        "currency": currency,
        **concentration(together).to_json(),
        "top": largest(book),
        "loss_of_largest": loss_of_one(book),
        "size_classes": parts(book, columns["size_class"], ("large", "medium", "small")),
        "tiers": parts(book, columns["tier"], ("A", "B", "C")),
        "core": parts(book, columns["core"], ("yes", "no")),
        "segments": _named(parts(book, columns["segment"])),
        "regions": _named(parts(book, columns["region"])),
        "countries": _named(parts(book, columns["country"])),
        "groups": parts(book, unit, least=2),
        "targets": _against_targets(accounts, targets, as_of),
    }


_LABELS = [
    "account_id",
    "name",
    "group_id",
    "size_class",
    "tier",
    "core",
    "segment",
    "region",
    "country",
]


def _floats(accounts: pa.Table, name: str, missing: float = np.nan) -> npt.NDArray[np.float64]:
    values = accounts[name].to_numpy(zero_copy_only=False).astype(float)
    return np.where(np.isnan(values), missing, values)


def _named(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """No table where nothing is known of the label."""
    return rows if any(row["name"] for row in rows) else []


def _against_targets(
    accounts: pa.Table, targets: pa.Table, as_of: date
) -> dict[str, dict[str, float | None]] | None:
    """The company against the sum of its targets: of accounts, else of staff."""
    if not targets.num_rows:
        return None
    rows = targets.to_pylist()
    on = as_of - timedelta(days=1)
    given = targets_at(rows, "account_id", on) or targets_at(rows, "staff_id", on)
    wanted = [
        sum(t for t in (pair[place] for pair in given.values()) if t) or None for place in (0, 1)
    ]
    done = [pc.sum(accounts[name]).as_py() or 0.0 for name in ("month_to_date", "year_to_date")]
    return {
        period: {"actual": actual, "target": target}
        for period, actual, target in zip(("month", "year"), done, wanted, strict=True)
    }
