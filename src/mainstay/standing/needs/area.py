"""Product needs, measured: what accounts buy of what is new, what they stopped, asked for, and could buy (R14)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.standing.card import Standing
from mainstay.standing.history import days_of
from mainstay.standing.known import Known
from mainstay.standing.needs.asked import asked
from mainstay.standing.needs.bought import Bools, Bought, Floats, Named
from mainstay.standing.needs.cards import cards
from mainstay.standing.needs.chances import COLUMNS, chances
from mainstay.standing.needs.launches import Launches
from mainstay.standing.needs.mix import mixes
from mainstay.standing.needs.news import Adoption, adoption, quarters, shares
from mainstay.standing.needs.stopped import outdated, stopped


def measure(known: Known) -> Standing:
    """What is known of accounts' product needs, as of a date; nothing where nothing was bought or asked for.

    tables: needs (an account a row); needs_mix (account × category, `mix.mixes`), needs_new (`news.Adoption`),
        needs_stopped, needs_outdated (`stopped`), needs_chances (`chances`), needs_asked (`asked`), by account;
        needs_launches, needs_courses, needs_quarters, needs_shifts: of all accounts
    """
    bought = Bought.of(known)
    launches = Launches.of(bought)
    adopted = adoption(bought, launches)
    gone = _gone(bought)
    moved, categories = mixes(known, bought.peers)
    found = {
        "needs_mix": _categories(known, categories),
        "needs_new": _new(bought, adopted),
        "needs_stopped": _stopped(bought, gone),
        "needs_outdated": _outdated(known, outdated(bought)),
        "needs_chances": _chances(bought, gone),
        "needs_asked": asked(known),
        "needs_launches": _launches(known, adopted),
        "needs_courses": adopted.courses if adopted else _EMPTY["needs_courses"],
        "needs_quarters": quarters(bought, launches),
    }
    found["needs"] = _accounts(bought, launches, adopted, moved, found)
    found["needs_shifts"] = _shifts(known, found)
    if not found["needs"].num_rows:
        return Standing()
    return Standing(found, cards(known, found))


_EMPTY = {
    "needs_new": pa.schema(
        [
            *((name, pa.int64()) for name in ("account", "product")),
            ("taken", pa.bool_()),
            ("first_on", pa.date32()),
            *((name, pa.float64()) for name in ("days", "peers_share", "peers_days", "money")),
        ]
    ).empty_table(),
    "needs_stopped": pa.schema(
        [
            *((name, pa.int64()) for name in ("account", "item", "quarter")),
            ("money", pa.float64()),
            ("why", pa.string()),
        ]
    ).empty_table(),
    "needs_chances": pa.table({name: pa.array([], pa.float64()) for name in COLUMNS}),
    "needs_launches": pa.schema(
        [
            ("product_id", pa.string()),
            ("launched_on", pa.date32()),
            *((name, pa.bool_()) for name in ("told", "new")),
            *((name, pa.int64()) for name in ("eligible", "taken")),
            *((name, pa.float64()) for name in ("days", "money")),
        ]
    ).empty_table(),
    "needs_courses": pa.schema(
        [("product_id", pa.string()), ("quarter", pa.int64()), ("share", pa.float64())]
    ).empty_table(),
}


def _gone(bought: Bought) -> Bools:
    """By code of `bought.item`: that we no longer sell it, and nothing took its place."""
    item = bought.item
    if item is None:
        return np.zeros(0, bool)
    known = bought.known
    ended = known.ledger.assortment(known.as_of, known.known_until or known.as_of).discontinued
    if item is bought.category:
        return np.zeros(len(item.words), bool)
    words = pc.is_in(item.words, value_set=pa.array(list(ended), pa.string()))
    return np.asarray(words.to_numpy(zero_copy_only=False), bool)


def _named(known: Known, rows: pa.Table, *columns: str, order: str = "") -> pa.Table:
    """Rows with `account_id` for `account`, and of each column of products the name beside it."""
    places = np.asarray(rows["account"], np.int64)
    rows = rows.drop_columns(["account"]).add_column(
        0, "account_id", known.account_id.take(pa.array(places))
    )
    names = ", ".join(
        f"p{i}.name as {'name' if column in ('item', 'product_id') else column + '_name'}"
        for i, column in enumerate(columns)
    )
    joins = " ".join(
        f"left join products p{i} on p{i}.product_id = r.{column}"
        for i, column in enumerate(columns)
    )
    # The second order keeps rows as they came: the most important of an account first.
    return known.sql(
        f"""
        select r.* exclude (n), {names} from (select *, row_number() over () as n from told_rows) r {joins}
        order by account_id, {order or "n"}
        """,
        told_rows=rows,
    )


def _coded(rows: pa.Table, column: str, named: Named) -> pa.Table:
    codes = np.asarray(rows[column], np.int64)
    return rows.set_column(rows.schema.get_field_index(column), column, named.word(codes))


def _categories(known: Known, rows: pa.Table) -> pa.Table:
    """With the state of the category in the assessment, and since when."""
    told = rows.drop_columns(["account"]).add_column(
        0, "account_id", known.account_id.take(rows["account"])
    )
    return known.sql(
        """
        select m.*, c.state, c.since from mix m
        left join judged_categories c using (account_id, category)
        order by account_id, greatest(now, before) desc, category
        """,
        mix=told,
    )


def _new(bought: Bought, adopted: Adoption | None) -> pa.Table:
    rows = adopted.rows if adopted else _EMPTY["needs_new"]
    rows = _coded(rows, "product", bought.product).rename_columns({"product": "product_id"})
    named = _named(bought.known, rows, "product_id", order="taken, peers_share desc nulls last, n")
    return bought.known.sql(
        """
        select r.*, p.category, p.launched_on from new_rows r left join products p using (product_id)
        order by account_id, taken, peers_share desc nulls last, product_id
        """,
        new_rows=named,
    )


def _stopped(bought: Bought, gone: Bools) -> pa.Table:
    rows = stopped(bought, gone)
    if rows is None or bought.item is None:
        rows, item = _EMPTY["needs_stopped"], bought.product
    else:
        item = bought.item
    return _named(bought.known, _coded(rows, "item", item), "item")


def _outdated(known: Known, rows: pa.Table) -> pa.Table:
    return known.sql(
        """
        select r.*, p.name, h.name as heir_name from outdated_rows r
        left join products p using (product_id) left join products h on h.product_id = r.heir
        order by account_id, money desc, product_id
        """,
        outdated_rows=rows,
    )


def _chances(bought: Bought, gone: Bools) -> pa.Table:
    found = chances(bought, np.flatnonzero(gone))
    if found is None or bought.item is None:
        rows, item = _EMPTY["needs_chances"], bought.product
    else:
        likely = found["likely"]
        rows = pa.table({**found, "likely": pa.array(likely, mask=np.isnan(likely))})
        item = bought.item
    for column in ("item", "because"):
        rows = _coded(rows, column, item)
    return _named(bought.known, rows, "item", "because", order="low desc, n")


def _launches(known: Known, adopted: Adoption | None) -> pa.Table:
    rows = adopted.launched.drop_columns(["product"]) if adopted else _EMPTY["needs_launches"]
    return known.sql(
        """
        select l.*, p.name, p.category from launches l left join products p using (product_id)
        order by launched_on desc, product_id
        """,
        launches=rows,
    )


def _accounts(
    bought: Bought,
    launches: Launches,
    adopted: Adoption | None,
    moved: pa.Table,
    found: dict[str, pa.Table],
) -> pa.Table:
    """Accounts that bought within 52 weeks, or that asked for products."""
    share = shares(bought, launches)
    told = bool((launches.new_at(_today(bought))).any())
    new, before = (_or_null(share[name], told) for name in ("new", "new_before"))
    zero = np.zeros(bought.n)
    columns: dict[str, Any] = {
        "account_id": bought.known.account_id,
        "size_class": bought.known.accounts["size_class"],
        "money": bought.year,
        "new_share": new,
        "new_before": before,
        "peers_new": _or_null(bought.peers.medians(share["new"]), told),
        "newest_share": _or_null(share["newest"]),
        "peers_newest": _or_null(bought.peers.medians(share["newest"])),
        "offered": adopted.offered if adopted else zero.astype(np.int64),
        "taken": adopted.taken if adopted else zero.astype(np.int64),
        "expected": adopted.expected if adopted else zero,
    }
    columns |= {name: moved[name] for name in moved.schema.names if name != "account"}
    return bought.known.sql(
        """
        with s as (select account_id, count(*) as stopped, sum(money) as stopped_money
            from stopped_rows where why = 'open' group by account_id),
        o as (select account_id, count(*) as outdated, sum(money) as outdated_money
            from outdated_rows where not taken group by account_id),
        c as (select account_id, count(*) as chances, sum(low) as chances_low, sum(money) as chances_money,
                max(low) as best_low from chance_rows group by account_id),
        a as (select account_id, count(*) filter (open) as open, count(*) filter (overdue) as overdue,
                max(waited_days) filter (open) as waited_days, count(*) as requests
            from asked_rows group by account_id)
        select n.*, s.* exclude (account_id), o.* exclude (account_id), c.* exclude (account_id),
            a.* exclude (account_id)
        from told_needs n left join s using (account_id) left join o using (account_id)
        left join c using (account_id) left join a using (account_id)
        where n.money > 0 or a.requests > 0 order by account_id
        """,
        told_needs=pa.table(columns),
        stopped_rows=found["needs_stopped"],
        outdated_rows=found["needs_outdated"],
        chance_rows=found["needs_chances"],
        asked_rows=found["needs_asked"],
    )


def _shifts(known: Known, found: dict[str, pa.Table]) -> pa.Table:
    """A row a category: what it brings, and how many accounts' mix shifted away from it, or to it.

    less, more: accounts whose mix shifted, of whose purchases it is 5 points less, or more
    """
    return known.sql(
        """
        select category, sum(m.money) as money, sum(m.money_before) as money_before,
            sum(m.money) / nullif(sum(sum(m.money)) over (), 0) as share,
            sum(m.money_before) / nullif(sum(sum(m.money_before)) over (), 0) as share_before,
            count(*) filter (m.money > 0) as accounts,
            count(*) filter (n.shifted and now - before <= -0.05) as less,
            count(*) filter (n.shifted and now - before >= 0.05) as more
        from mix_rows m left join account_rows n using (account_id)
        group by category order by less - more desc, money_before desc, category
        """,
        mix_rows=found["needs_mix"],
        account_rows=found["needs"],
    )


def _today(bought: Bought) -> int:
    return days_of(bought.known.as_of)


def _or_null(values: Floats, told: bool = True) -> pa.Array:
    return pa.array(values, mask=np.isnan(values) | (not told))
