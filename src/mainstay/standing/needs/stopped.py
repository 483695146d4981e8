"""What accounts bought regularly and stopped, and what they still buy of what we give up."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from mainstay.core.arrays import distinct, summed
from mainstay.standing.needs.bought import Bools, Bought, Floats, Named

# Bought on d days in the six quarters before, none in the two since: by chance with probability
# e^(−d/3) (Poisson: a third as long); so many days that it is at most one in ten.
BEFORE, SINCE = (2, 7), (0, 1)
LEAST_DAYS = math.ceil(3 * math.log(10))
LEAST_QUARTERS = 3
KEPT_SHARE = 0.8  # of what its category brought: it went on there with something else
ENDING_DAYS = 182  # ahead, in which what ends is to be spoken of
MOST = 12  # of an account


@dataclass(frozen=True)
class _Pairs:
    """Sums of account × item."""

    bought: Bought
    key: np.ndarray
    rows: np.ndarray
    place: np.ndarray

    @classmethod
    def of(cls, bought: Bought, item: Named) -> _Pairs:
        rows = np.flatnonzero((item.code >= 0) & bought.in_quarters(0, 7))
        size = max(len(item.words), 1)
        key, place = np.unique(bought.account[rows] * size + item.code[rows], return_inverse=True)
        return cls(bought, key, rows, place)

    def sums(self, values: np.ndarray, quarters: tuple[int, int]) -> Floats:
        inside = self.bought.in_quarters(*quarters)[self.rows]
        return summed(self.place, values[self.rows] * inside, len(self.key))


def stopped(bought: Bought, gone: Bools) -> pa.Table | None:
    """Products (else categories) that accounts bought regularly, also in the same half year a year before,
    and not within 26 weeks, though they bought something; None where nothing names them.

    gone: by code of `bought.item`, that we no longer sell it and nothing took its place
    Columns: account, item (code), quarter (of the last purchase), money (of the 52 weeks before the half
        year), why: ours (we gave it up), moved (what they buy of its category did not fall), open
    """
    item = bought.item
    if item is None:
        return None
    pairs = _Pairs.of(bought, item)
    size = max(len(item.words), 1)
    account, code = pairs.key // size, pairs.key % size
    days = pairs.sums(bought.order_days, BEFORE)
    times = sum(
        (pairs.sums(np.ones_like(bought.money), (q, q)) > 0).astype(int)
        for q in range(BEFORE[0], BEFORE[1] + 1)
    )
    none = pairs.sums(bought.money, SINCE) == 0
    in_season = pairs.sums(bought.money, (4, 5)) > 0
    buying = bought.of_accounts(bought.in_quarters(*SINCE)) > 0
    found = np.flatnonzero(
        none & in_season & (days >= LEAST_DAYS) & (times >= LEAST_QUARTERS) & buying[account]
    )
    money = pairs.sums(bought.money, (2, 5))[found]
    last = np.full(len(pairs.key), 99)
    np.minimum.at(last, pairs.place, bought.quarter[pairs.rows])
    account, code = account[found], code[found]
    why = np.where(
        gone[code], "ours", np.where(_went_on(bought, item, account, code), "moved", "open")
    )
    order = np.lexsort((-money, account))
    rank = np.arange(len(order)) - np.searchsorted(account[order], account[order])
    order = order[rank < MOST]
    return pa.table(
        {
            "account": account[order],
            "item": code[order],
            "quarter": last[found][order],
            "money": money[order],
            "why": pa.array(why[order], pa.string()),
        }
    )


def _went_on(bought: Bought, item: Named, account: np.ndarray, code: np.ndarray) -> Bools:
    """Whether what they buy of the item's category is what it was: half a year beside that a year before."""
    if item is bought.category:
        return np.zeros(len(account), bool)
    of_item = np.full(len(item.words) + 1, -1)
    told = (item.code >= 0) & (bought.category.code >= 0)
    of_item[item.code[told]] = bought.category.code[told]
    categories = max(len(bought.category.words), 1)
    wanted = account * categories + of_item[code]
    some = distinct(wanted[of_item[code] >= 0])
    key = np.where(told, bought.account * categories + bought.category.code, -1)
    place = np.searchsorted(some, key)
    ours = (place < len(some)) & (key >= 0)
    ours[ours] = some[place[ours]] == key[ours]

    def of(quarters: tuple[int, int]) -> Floats:
        rows = ours & bought.in_quarters(*quarters)
        return summed(place[rows], bought.money[rows], len(some) + 1)

    kept = of(SINCE) >= KEPT_SHARE * of((4, 5))
    at = np.minimum(np.searchsorted(some, wanted), max(len(some) - 1, 0))
    return (of_item[code] >= 0) & kept[at] if len(some) else np.zeros(len(account), bool)


def outdated(bought: Bought) -> pa.Table:
    """Products that accounts bought within 26 weeks and that we give up, or replace: ask now.

    Columns: account, product_id, ends_on (null = only replaced), ended, heir (product_id of the last
        successor, null = none), taken (it bought the heir within 52 weeks), money (26 weeks)
    """
    known = bought.known
    half = known.sql(
        """
        select product_id, account_id, sum(amount) as money from goods
        where kind = 'sale' and amount > 0 and quarter < 2 and product_id is not null
        group by all
        """
    )
    heirs = known.ledger.assortment(known.as_of, known.known_until or known.as_of).successor
    heir = pa.table(
        {
            "product_id": pa.array(list(heirs), pa.string()),
            "heir": pa.array(list(heirs.values()), pa.string()),
        }
    )
    return known.sql(
        f"""
        with ending as (
            select coalesce(p.product_id, h.product_id) as product_id, p.discontinued_on as ends_on,
                coalesce(h.heir, p.replaced_by) as heir
            from (select * from products where discontinued_on is not null
                    and discontinued_on < $as_of::date + {ENDING_DAYS}) p
            full join heir h using (product_id)
        ),
        had as (
            select distinct account_id, product_id from goods
            where kind = 'sale' and amount > 0 and quarter < 4 and product_id in (select heir from ending)
        )
        select row_number() over () as n, b.account_id, product_id, e.ends_on,
            coalesce(e.ends_on < $as_of, false) as ended, e.heir, t.product_id is not null as taken, money
        from half b join ending e using (product_id)
        left join had t on t.account_id = b.account_id and t.product_id = e.heir
        order by b.account_id, money desc, product_id
        """,
        half=half,
        heir=heir,
    ).drop_columns(["n"])
