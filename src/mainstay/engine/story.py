"""One account, told: orders by month and category, the course to be expected, rhythm, states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.errors import NotFound
from mainstay.core.texts import gettext_noop
from mainstay.engine.kept_season import season_kept
from mainstay.ledger.frozen import Frozen
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.schema import MONEY
from mainstay.standing.history import date_of, days_of
from mainstay.standing.season import Season
from mainstay.standing.story import AccountStory, CategoryStory, OrderDay, StateOn

Floats = npt.NDArray[np.float64]
PAST_MONTHS = 36
NEXT_MONTHS = 12
SHOWN_CATEGORIES = 7
YEAR_WEEKS = 52
LEAST_WEEKS = 8
BAND = (0.1, 0.9)
_OF_THE_ACCOUNT = ("amount_52", "expected_52", "p_alive", "rhythm_days", "late_after_days")


def account_lines(
    ledger: Ledger,
    account_ids: Sequence[str],
    first: date | None = None,
    last: date | None = None,
    category: str | None = None,
    *,
    margin_at: date | None = None,
) -> pa.Table:
    """The order lines behind any figure of an account, the newest first.

    first, last: days, both included
    category: only these; a line without one has that of its product, one of a product that was replaced
        that of its successor
    margin_at: the date of an assessment whose amounts are margins; adds the column `margin`
    """
    table = ledger.assortment().categorised(ledger.order_lines(account_ids))
    if margin_at:
        margins = as_margin(table, ledger.margin_share(margin_at))["amount"]
        table = table.append_column("margin", pc.round(margins, 4).cast(MONEY))
    if first:
        table = table.filter(pc.greater_equal(table["ordered_on"], pa.scalar(first)))
    if last:
        table = table.filter(pc.less_equal(table["ordered_on"], pa.scalar(last)))
    if category:
        table = table.filter(pc.equal(table["category"], category))
    return table.sort_by([("ordered_on", "descending"), ("order_id", "ascending")])


def as_margin(lines: pa.Table, share: float) -> pa.Table:
    """The lines with their margin as the amount: less their cost, or by the company's mean share."""
    amount, cost = (lines[name].cast(pa.float64()) for name in ("amount", "cost"))
    margin = pc.coalesce(pc.subtract(amount, cost), pc.multiply(amount, share))
    return lines.set_column(lines.schema.get_field_index("amount"), "amount", margin)


def account_story(ledger: Ledger, assessment_id: str, account_id: str) -> AccountStory:
    """The page of one account, as of the assessment's date.

    Raises: NotFound if the assessment does not know the account
    """
    kept = ledger.assessments.open(assessment_id)
    found = kept.rows("accounts", account_id, _OF_THE_ACCOUNT).to_pylist()
    if not found:
        raise NotFound(
            gettext_noop("There is no account “{account_id}” in this assessment."),
            account_id=account_id,
        )
    row = found[0]
    as_of = date.fromisoformat(kept.meta["as_of"])
    until = kept.meta.get("facts_known_until")
    known = datetime.fromisoformat(until) if until else None
    columns = ["ordered_on", "amount", "cost", "currency", "kind", "category", "product_id"]
    lines = ledger.order_lines([account_id], as_of, columns, known_until=known)
    lines = ledger.assortment(as_of, known).categorised(lines)
    fees = sums_by_currency(lines.filter(pc.fill_null(pc.equal(lines["kind"], "fee"), False)))
    lines = ledger.in_reporting_currency(lines, as_of)
    if kept.meta["amount"] == "margin":
        lines = as_margin(lines, ledger.margin_share(as_of))
    days = order_days(lines)
    months, n_past = _months(days, as_of)
    by_category = _by_category(lines, months[:n_past])
    names, amounts = _shown(by_category)
    course = _Course(days, _season(ledger, assessment_id), row, as_of).of(months)
    states = kept.rows("history", account_id).sort_by("on").to_pylist()
    return AccountStory(
        account_id=account_id,
        currency=kept.meta["currency"],
        as_of=as_of,
        months=months,
        n_past=n_past,
        categories=names,
        amounts=amounts,
        expected=course[0],
        low=course[1],
        high=course[2],
        order_days=tuple(
            OrderDay(date_of(d), float(v)) for d, v, is_order in zip(*days, strict=True) if is_order
        ),
        rhythm_days=row["rhythm_days"],
        late_after_days=row["late_after_days"],
        states=_changes_of_state(states),
        category_rows=_category_rows(kept, account_id, row["amount_52"], by_category),
        fees=tuple(fees),
    )


def sums_by_currency(lines: pa.Table, column: str = "amount") -> list[tuple[str, Decimal]]:
    """(currency, sum) of lines, to the cent, as the books have it; "" where a line names no currency."""
    small = pa.table({"currency": pc.fill_null(lines["currency"], ""), "amount": lines[column]})
    found = small.group_by("currency").aggregate([("amount", "sum")]).sort_by("currency")
    return [(row["currency"], row["amount_sum"]) for row in found.to_pylist()]


def order_days(lines: pa.Table) -> tuple[npt.NDArray[np.int64], Floats, npt.NDArray[np.bool_]]:
    """Days with money, net money of each, and which are order days; fees count in neither."""
    kind = lines["kind"].combine_chunks()
    counted = lines.filter(pc.fill_null(pc.not_equal(kind, "fee"), True))
    day = counted["ordered_on"].cast(pa.int32()).to_numpy().astype(np.int64)
    amount = counted["amount"].cast(pa.float64()).to_numpy()
    sale = pc.fill_null(pc.equal(counted["kind"], "sale"), True).to_numpy(zero_copy_only=False)
    found, inverse = np.unique(day, return_inverse=True)
    net, sold = np.zeros(len(found)), np.zeros(len(found))
    np.add.at(net, inverse, amount)
    np.add.at(sold, inverse, np.where(sale, amount, 0.0))
    return found, net, sold > 1e-9


def _months(days: Any, as_of: date) -> tuple[tuple[date, ...], int]:
    last = (as_of - timedelta(days=1)).replace(day=1)
    opened = date_of(days[0][0]) if len(days[0]) else last
    n_past = min((last.year - opened.year) * 12 + last.month - opened.month + 1, PAST_MONTHS)
    first = last.year * 12 + last.month - 1 - (n_past - 1)
    numbers = range(first, first + n_past + NEXT_MONTHS)
    return tuple(date(n // 12, n % 12 + 1, 1) for n in numbers), n_past


def _by_category(lines: pa.Table, months: Sequence[date]) -> dict[str, tuple[float, ...]]:
    """What each category brought each month, the largest first; "" gathers lines without one."""
    kept = lines.filter(pc.fill_null(pc.not_equal(lines["kind"], "fee"), True))
    edges = np.array([days_of(m) for m in months])
    place = np.searchsorted(edges, kept["ordered_on"].cast(pa.int32()).to_numpy(), "right") - 1
    encoded = pc.fill_null(kept["category"], "").combine_chunks().dictionary_encode()
    code, words = encoded.indices.to_numpy(), encoded.dictionary.to_pylist()
    table = np.zeros((len(words), len(months)))
    inside = place >= 0
    np.add.at(
        table, (code[inside], place[inside]), kept["amount"].cast(pa.float64()).to_numpy()[inside]
    )
    order = np.argsort(-np.abs(table).sum(axis=1), kind="stable")
    return {words[i]: tuple(table[i].tolist()) for i in order}


def _shown(
    by_category: Mapping[str, tuple[float, ...]],
) -> tuple[tuple[str | None, ...], tuple[tuple[float, ...], ...]]:
    """The largest categories, as many as a chart has colours for; None gathers the others."""
    named = [name for name in by_category if name]
    names: list[str | None] = [*named[:SHOWN_CATEGORIES]]
    rows = [by_category[name] for name in named[:SHOWN_CATEGORIES]]
    rest = [row for name, row in by_category.items() if name not in names]
    if rest:
        names.append(None)
        rows.append(tuple(np.sum(rest, axis=0).tolist()))
    return tuple(names), tuple(rows)


@lru_cache(maxsize=2)
def _season_of(folder: str, assessment_id: str) -> Season:
    from pathlib import Path

    kept = Frozen(Path(folder, assessment_id))
    return season_kept(kept.document("season"), kept.meta)


def _season(ledger: Ledger, assessment_id: str) -> Season:
    """The company's season; read once, since an assessment never changes."""
    return _season_of(str(ledger.assessments.folder), assessment_id)


@dataclass(frozen=True)
class _Lumps:
    """A month's money: grain × a negative binomial of that shape and mean, 0 unless it is alive."""

    shape: float
    mean: float
    grain: float
    alive: float


@dataclass(frozen=True)
class _Course:
    """What was, and is, to be expected of each month, by what was known at its beginning."""

    days: tuple[npt.NDArray[np.int64], Floats, npt.NDArray[np.bool_]]
    season: Season
    row: dict[str, Any]
    as_of: date

    def of(self, months: Sequence[date]) -> tuple[tuple[float | None, ...], ...]:
        """expected, low, high of each month; None where nothing was known."""
        weight = self._weights(months)
        lumps = [
            self._past(month, w) if month < self.as_of else self._next(w, weight, months)
            for month, w in zip(months, weight, strict=True)
        ]
        return tuple(zip(*_bands(lumps), strict=True))

    def _weights(self, months: Sequence[date]) -> list[float]:
        """How many ordinary weeks each month holds."""
        weights = []
        for month in months:
            following = (month + timedelta(days=31)).replace(day=1)
            span = np.arange(days_of(month), days_of(following))
            known = self.season if month >= self.as_of else self.season.before(month)
            weights.append(float(known.at(span).sum()) / 7)
        return weights

    def _past(self, month: date, weight: float) -> _Lumps | None:
        """The own weekly money of the year before the month, times the month's weeks."""
        day, net, _ = self.days
        at = days_of(month)
        first = int(day[0]) if len(day) else at
        weeks = min((at - first) // 7, YEAR_WEEKS)
        if weeks < LEAST_WEEKS:
            return None
        inside = (day >= at - 7 * weeks) & (day < at)
        exposure = float(self.season.before(month).exposure(month, weeks).sum())
        grain = _grain(net[inside])
        lumps = max(float(net[inside].sum()), 0.0) / grain + 0.5
        return _Lumps(lumps, weight * lumps / max(exposure, 1e-9), grain, 1.0)

    def _next(self, weight: float, weights: list[float], months: Sequence[date]) -> _Lumps | None:
        """The coming months share what the assessment expects of the next 52 weeks."""
        expected = self.row["expected_52"]
        if expected is None:
            return None
        year = sum(w for m, w in zip(months, weights, strict=True) if m >= self.as_of)
        net = self.days[1][self.days[0] >= days_of(self.as_of) - 7 * 2 * YEAR_WEEKS]
        alive = self.row["p_alive"] or 0.0
        if alive <= 0:
            return _Lumps(0.5, 0.0, 1.0, 0.0)
        grain = _grain(net)
        share = weight / year
        return _Lumps(
            max(expected / alive / grain, 0.5), expected * share / alive / grain, grain, alive
        )


def _grain(net: Floats) -> float:
    """Money of a typical order: mean square / mean."""
    bought = net[net > 0]
    return float(np.square(bought).sum() / bought.sum()) if len(bought) else 1.0


def _bands(months: Sequence[_Lumps | None]) -> list[tuple[float | None, ...]]:
    """Mean and 80% band of each month's money."""
    from scipy.stats import nbinom

    known = [(m.shape, m.mean, m.grain, m.alive) for m in months if m is not None]
    shape, mean, grain, alive = np.array(known, float).reshape(-1, 4).T
    columns = [mean * grain * alive]
    for quantile in BAND:
        within = 1 - (1 - quantile) / np.maximum(alive, 1e-12)
        columns.append(_quantile(nbinom(shape, shape / (shape + mean)), within) * grain)
    bands = iter(np.transpose(columns).tolist())
    return [(None, None, None) if m is None else tuple(next(bands)) for m in months]


def _quantile(orders: Any, within: Floats) -> Floats:
    """A quantile of how many typical orders a month holds, without teeth.

    Real orders are larger and smaller than the typical one: what lies on a whole number k ≥ 1 is
    spread evenly over k ± ½, on 1 over 0 to 1½, so that the edge moves as smoothly as the mean does.

    orders: a frozen distribution of whole numbers; within: ≤ 0 = none at all
    """
    asked = np.maximum(within, 0.0)
    k = np.maximum(orders.ppf(asked), 0.0)
    part = np.clip((asked - orders.cdf(k - 1)) / np.maximum(orders.pmf(k), 1e-300), 0.0, 1.0)
    edge = np.where(k == 1, 1.5 * part, k - 0.5 + part)
    return np.where((k < 1) | (within <= 0), 0.0, edge)


def _changes_of_state(rows: list[dict[str, Any]]) -> tuple[StateOn, ...]:
    changes: list[StateOn] = []
    for row in rows:
        if not changes or changes[-1].state != row["state"]:
            changes.append(StateOn(row["on"], row["state"]))
    return tuple(changes)


def _category_rows(
    kept: Frozen,
    account_id: str,
    amount_52: float,
    by_category: Mapping[str, tuple[float, ...]],
) -> tuple[CategoryStory, ...]:
    rows = kept.rows("categories", account_id).to_pylist()
    rows.sort(key=lambda r: (-r["money_at_risk"], -r["amount_52"], r["category"]))
    return tuple(
        CategoryStory(
            category=r["category"],
            state=r["state"],
            since=r["since"],
            rate_ratio=r["rate_ratio"],
            p_fell=r["p_fell"],
            last_order_on=r["last_order_on"],
            order_days=r["order_days"],
            amount_52=r["amount_52"],
            amount_prev_52=r["amount_prev_52"] or 0.0,
            share=r["amount_52"] / amount_52 if amount_52 and amount_52 > 0 else None,
            money_at_risk=r["money_at_risk"],
            months=by_category.get(r["category"], ()),
        )
        for r in rows
    )
