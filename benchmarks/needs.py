"""What peers buy that an account doesn't, held against what accounts then began to buy.

    .venv/bin/python benchmarks/needs.py                 # two years of real orders (Online Retail II)
    .venv/bin/python benchmarks/needs.py --made 1 2      # made-up companies with these seeds

The last half year is hidden, and once more the half year up to a quarter earlier. Each account that bought within 52
weeks gets five products that it did not buy within two years; of the accounts that ordered in the hidden half year: how
many of the five they began to buy, and for how much. Beside it what most accounts buy, and what most of its peers buy.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from complete import loaded
from mainstay.engine import Ledger
from mainstay.engine.tables import ACCOUNTS, CATEGORIES
from mainstay.ledger.lines import Lines
from mainstay.simulate import Company, Distributor
from mainstay.standing.known import Known
from mainstay.standing.needs import chances as ours
from mainstay.standing.needs.bought import Bought, Floats, Ints

TOP, HALF = 5, 182
LARGE, MEDIUM = 0.05, 0.25  # of accounts, by what they bought in a year


def known_at(ledger: Ledger, as_of: date) -> Known:
    """All accounts that ever bought, large, medium or small by the money of a year."""
    bare = ledger.map_accounts(_Years(as_of), ("kind",), as_of)
    order = np.argsort(-np.asarray(bare["money"]), kind="stable")
    rank = np.empty(len(order))
    rank[order] = (np.arange(len(order)) + 0.5) / len(order)
    sizes = np.select([rank < LARGE, rank < MEDIUM], ["large", "medium"], "small")
    rows = [
        {"account_id": one, "size_class": str(size)}
        for one, size in zip(bare["account_id"].to_pylist(), sizes, strict=True)
    ]
    return Known(ledger, as_of, pa.Table.from_pylist(rows, ACCOUNTS), CATEGORIES.empty_table())


class _Years:
    """A kernel: what each account bought in the year before a day."""

    def __init__(self, as_of: date) -> None:
        self.first = (as_of - date(1970, 1, 1)).days - 364

    def __call__(self, lines: Lines) -> pa.Table:
        owner = np.repeat(np.arange(lines.n_accounts), np.diff(lines.offsets))
        money = np.bincount(owner, lines.amount * (lines.day >= self.first), lines.n_accounts)
        return pa.table(
            {"account_id": lines.account_ids.cast(pa.string()), "money": money.astype(float)}
        )


def began(ledger: Ledger, bought: Bought, as_of: date, until: date) -> tuple[Floats, Ints]:
    """Money of account × item between two days, and the accounts that ordered anything; dense."""
    later = Bought.of(Known(ledger, until, bought.known.accounts, bought.known.categories))
    quarters = (until - as_of).days // 91
    rows = later.in_quarters(0, quarters - 1)
    item, item_then = later.item, bought.item
    if not (item and item_then):
        raise SystemExit("neither products nor categories")
    place = pc.fill_null(pc.index_in(item.words, value_set=item_then.words), -1)
    code = np.append(np.asarray(place, np.int64), -1)[item.code]
    found = np.zeros((bought.n, len(item_then.words)))
    some = rows & (code >= 0)
    np.add.at(found, (later.account[some], code[some]), later.money[some])
    return found, np.flatnonzero(later.of_accounts(rows) > 0)


def proposals(bought: Bought, ridge: float) -> Iterator[tuple[str, Ints, Ints]]:
    """Of each method the accounts (n,) and their TOP items (n, TOP)."""
    item = bought.item
    assert item, "neither products nor categories"
    items = ours.offered(bought, item, 0, np.zeros(0, np.int64))
    who = np.flatnonzero(bought.year > 0)
    has = ours.matrix(bought, item, (0, 7), items).has
    own = np.asarray(has[who].todense()) > 0
    recent = np.asarray(ours.matrix(bought, item, (0, 1), items).has.todense())

    def best(score: Floats) -> Ints:
        return items[np.argsort(-np.where(own, -np.inf, score), axis=1, kind="stable")[:, :TOP]]

    yield "most bought", who, best(np.tile(recent.sum(axis=0), (len(who), 1)))
    code = bought.peers.code
    by_group = np.array([recent[code == one].mean(axis=0) for one in range(len(bought.peers.n))])
    yield "most bought by its peers", who, best(by_group[code[who]])
    top, score = ours.ranked(has, ours.weights(has, ridge), who, TOP)
    yield "fits what it buys (ours)", who, items[np.take_along_axis(top, np.argsort(-score, 1), 1)]


def measure(ledger: Ledger, as_of: date, ridge: float) -> None:
    bought = Bought.of(known_at(ledger, as_of))
    money, ordered = began(ledger, bought, as_of, as_of + timedelta(days=HALF))
    print(f"\n{as_of}: {bought.n} accounts, {len(ordered)} ordered in the half year after it")
    base: Floats | None = None
    for name, who, items in proposals(bought, ridge):
        here = np.isin(who, ordered)
        got = money[who[here][:, None], items[here]]
        hits = (got > 0).mean(axis=1)
        against = ""
        if name.startswith("fits") and base is not None:
            draws = np.random.default_rng(1).integers(0, len(hits), (500, len(hits)))
            gain = np.quantile(hits[draws].mean(1) / base[draws].mean(1), [0.05, 0.95])
            against = f"  times the better rule, 90%: {gain[0]:.2f} to {gain[1]:.2f}"
        elif base is None or hits.mean() > base.mean():
            base = hits
        print(f"  {name:26} begun {hits.mean():6.2%}  money {got.sum():10,.0f}{against}")
    start = time.process_time()
    found = ours.chances(bought, np.zeros(0, np.int64))
    seconds = time.process_time() - start
    if found is None:
        return
    here = np.isin(found["account"], ordered)
    got = money[found["account"][here], found["item"][here]]
    likely = found["likely"][here]
    inside = (2 * got >= found["low"][here]) & (2 * got <= found["high"][here])
    print(f"  shown, by lower end: {len(got)}, begun {(got > 0).mean():.2%}, foretold {np.nanmean(likely):.2%}; "
          f"money of those begun, times two, within the range {inside[got > 0].mean():.0%}, "
          f"above it {(2 * got > found['high'][here])[got > 0].mean():.0%}; CPU {seconds:.1f} s")  # fmt: skip
    edges = np.nanquantile(likely, [0, 0.5, 0.9, 1])
    for low, high in pairwise(edges):
        some = (likely >= low) & (likely <= high)
        print(
            f"    foretold {low:.1%} to {high:.1%}: {likely[some].mean():.2%}, came {(got[some] > 0).mean():.2%}"
        )


def orders(folder: Path, seed: int | None) -> Ledger:
    """Of a made-up company with a seed, or the real ones."""
    return (
        loaded(folder) if seed is None else Distributor(Company.usual(), seed=seed).run().ledger()
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--made", type=int, nargs="*", default=[])
    parser.add_argument("--ridge", type=float, default=ours.RIDGE)
    asked = parser.parse_args()
    for seed in asked.made or [None]:
        with tempfile.TemporaryDirectory() as place:
            ledger = orders(Path(place), seed)
            span = ledger.span()
            assert span, "no order lines"
            end = span[1] + timedelta(days=1)
            for back in (HALF + 91, HALF):
                measure(ledger, end - timedelta(days=back), asked.ridge)


if __name__ == "__main__":
    main()
