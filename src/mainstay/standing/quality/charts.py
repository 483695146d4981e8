"""The control charts: of all products together, and of each that anything was wrong with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.standing.known import Known
from mainstay.standing.quality.cases import Told
from mainstay.standing.quality.control import NONE, UChart, limits, u_chart

THOUSAND = 1_000.0
LEAST_TOLD = 0.9  # of a month's lines that have a quantity; of fewer the units are not known
LATELY = 3  # months in which a signal is news, the running one with them
HALF_YEAR = 6
YEAR = 12
HIGH = (1, 3)  # places in SIGNALS of what lies above
SIGNALS = (None, "high", "low", "run_high", "run_low")
ALL = ""  # in the place of a product: all of them together

# One row a product and month, the oldest first. centre, low, high: cases per 1,000 units, null where not judged;
# signal: one of SIGNALS
MONTHS = pa.schema(
    [
        ("product_id", pa.string()),
        ("month", pa.int32()),
        ("cases", pa.int64()),
        ("units", pa.float64()),
        ("centre", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("expected", pa.float64()),
        ("signal", pa.string()),
    ]
)


@dataclass(frozen=True)
class Charts:
    """cases, units (thousands): float arrays (n, months), the oldest month first; the first row is of all."""

    product_id: list[str]
    cases: npt.NDArray[np.float64]
    units: npt.NDArray[np.float64]
    chart: UChart

    @property
    def months(self) -> int:
        return self.cases.shape[1]


def charts(told: Told) -> Charts:
    """Of products with a case; where nothing at all was sold or said, of no month."""
    names = pc.drop_null(pc.unique(told.cases["product_id"])).cast(pa.string())
    names = names.take(pc.sort_indices(names))
    shape = (len(names) + 1, told.months)
    cases = _by_month(told.cases, np.ones(told.cases.num_rows), names, shape)
    sold = told.sold
    n_units, lines, unknown = (
        np.asarray(sold[name], np.float64) for name in ("units", "lines", "unknown")
    )
    doubtful = pc.is_in(sold["product_id"], value_set=told.doubts["product_id"].combine_chunks())
    missing = np.where(np.asarray(doubtful), lines, unknown)
    units = _by_month(sold, n_units / THOUSAND, names, shape)
    of = _by_month(sold, lines, names, shape)
    units[_by_month(sold, missing, names, shape) > (1 - LEAST_TOLD) * of] = np.nan
    return Charts([ALL, *names.to_pylist()], cases, units, u_chart(cases, units))


def _by_month(
    rows: pa.Table, values: npt.NDArray[np.float64], names: pa.Array, shape: tuple[int, int]
) -> npt.NDArray[np.float64]:
    """Values of rows summed by product and month, the oldest first; in the first row of all products."""
    month = np.asarray(rows["month"], np.int64)
    place = np.asarray(pc.fill_null(pc.index_in(rows["product_id"], names), -1), np.int64) + 1
    sums = np.zeros(shape)
    here = month < shape[1]
    at = shape[1] - 1 - month
    np.add.at(sums[0], at[here], values[here])
    here &= place > 0
    np.add.at(sums, (place[here], at[here]), values[here])
    return sums


def months_of(found: Charts) -> pa.Table:
    """Rows of MONTHS."""
    n, months = found.cases.shape
    chart = found.chart

    def flat(values: npt.NDArray[np.float64]) -> pa.Array:
        return pa.array(values.ravel(), from_pandas=True)

    return pa.table(
        {
            "product_id": pa.array(np.repeat(np.array(found.product_id, object), months)),
            "month": np.tile(np.arange(months - 1, -1, -1, dtype=np.int32), n),
            "cases": found.cases.ravel().astype(np.int64),
            "units": flat(found.units * THOUSAND),
            **{name: flat(getattr(chart, name)) for name in ("centre", "low", "high", "expected")},
            "signal": pa.array(np.array(SIGNALS, object)[chart.signal.ravel()], pa.string()),
        }
    ).cast(MONTHS)


def products_of(known: Known, told: Told, found: Charts) -> pa.Table:
    """A row a product with a case: how it stands now, beside what is usual of it.

    state: out (more than chance lately), better (less), usual, unjudged; signal: the newest of the last LATELY months,
    signal_month: its number; expected, excess: of those months, cases; cases, units, rate: of the last
    HALF_YEAR months, the running one with them; …_before: of as many before; excess_half: cases of the last
    HALF_YEAR months less those expected; out_until: the number of the newest month of the last YEAR that lay above,
    null where the product is out of control now; accounts: that complained or sent
    back in 52 weeks; returned: units that came back in them
    """
    chart = found.chart
    newest = chart.signal[:, -LATELY:]
    place = newest.shape[1] - 1 - np.argmax(newest[:, ::-1] != NONE, axis=1) if found.months else 0
    rows = np.arange(len(found.product_id))
    signal = newest[rows, place] if found.months else np.zeros(len(rows), np.int8)
    judged = ~np.isnan(chart.expected[:, -LATELY:])
    table = pa.table(
        {
            "product_id": pa.array(found.product_id, pa.string()),
            "signal": pa.array(np.array(SIGNALS, object)[signal], pa.string()),
            "signal_month": pa.array(newest.shape[1] - 1 - place + np.zeros(len(rows)), pa.int32()),
            "judged": judged.any(1),
            "expected": np.nansum(chart.expected[:, -LATELY:], axis=1),
            "lately": np.sum(found.cases[:, -LATELY:] * judged, axis=1),
            "excess_half": np.nansum((found.cases - chart.expected)[:, -HALF_YEAR:], axis=1),
            "above": _newest_above(found),
            **_halves(found),
        }
    )
    return known.sql(
        """
        with hit as (
            select product_id, count(distinct account_id) as accounts
            from wrong where "on" >= $as_of::date - 364 group by 1
        ),
        came as (
            select product_id, sum(units) as returned from back
            where "on" >= $as_of::date - 364 group by 1
        ),
        names as (select product_id, max(category) as category from goods group by 1)
        select t.* exclude (lately, judged, signal_month, above), coalesce(p.name, t.product_id) as name,
            coalesce(p.category, n.category) as category,
            if(signal is null, null, signal_month) as signal_month, lately - expected as excess,
            if(coalesce(signal, '') in ('high', 'run_high'), null, above) as out_until,
            case when signal in ('high', 'run_high') then 'out' when signal is not null then 'better'
                when judged then 'usual' else 'unjudged' end as state,
            1000 * cases / nullif(units, 0) as rate,
            1000 * cases_before / nullif(units_before, 0) as rate_before,
            coalesce(accounts, 0) as accounts, coalesce(returned, 0) as returned
        from found t left join products p using (product_id) left join names n using (product_id)
        left join hit using (product_id) left join came using (product_id)
        order by state = 'out' desc, excess_half desc, cases desc, t.product_id
        """,
        found=table,
        wrong=told.cases,
        back=told.back,
    )


def _newest_above(found: Charts) -> pa.Array:
    """How many months ago each product lay above, the newest such month of a year; null where it did not."""
    above = np.isin(found.chart.signal[:, -YEAR:], HIGH)[:, ::-1]
    if not found.months:
        return pa.nulls(len(found.product_id), pa.int32())
    return pa.array(np.argmax(above, axis=1), pa.int32(), mask=~above.any(1))


def _halves(found: Charts) -> dict[str, npt.NDArray[np.float64]]:
    """Cases and units of the last half year and of the one before it, of months whose units are known."""
    known = ~np.isnan(found.units)
    sums = {}
    for name, end in (("", None), ("_before", -HALF_YEAR)):
        part = slice(-HALF_YEAR if end is None else -2 * HALF_YEAR, end)
        sums[f"cases{name}"] = np.sum(found.cases[:, part] * known[:, part], axis=1)
        sums[f"units{name}"] = np.nansum(found.units[:, part], axis=1) * THOUSAND
    return sums


def batches_of(known: Known, told: Told, found: Charts) -> pa.Table:
    """A row a batch that was complained of within 52 weeks, what is furthest beyond chance first.

    How many units of a batch were sold is mostly not known: its cases are counted against all units of the product in
    the months in which the batch was complained of, and beside what those usually bring. units: null where they are
    not known; limit: the count that chance passes with .00135; beyond: whether it did
    """
    rows = known.sql(
        """
        select product_id, batch, count(*) as cases, count(distinct account_id) as accounts,
            min("on") as first_on, max("on") as last_on, max(month) as first_month,
            min(month) as last_month, max(severity) as severity
        from wrong where batch is not null and product_id is not null
            and "on" >= $as_of::date - 364
        group by all order by all
        """,
        wrong=told.cases,
    )
    place = {product: i for i, product in enumerate(found.product_id)}
    base = np.full((3, rows.num_rows), np.nan)
    for k, row in enumerate(rows.to_pylist()):
        i, first = place[row["product_id"]], found.months - 1 - row["first_month"]
        if first >= 0:
            months = found.units[i, first : found.months - row["last_month"]]
            base[:, k] = (
                found.chart.base_cases[i, first],
                found.chart.base_units[i, first],
                np.nan if np.isnan(months).any() or not months.sum() else months.sum(),
            )
    high = np.full(rows.num_rows, np.nan)
    judged = ~np.isnan(base).any(0)
    high[judged] = limits(*base[:, judged]).high
    for name, values in (
        ("units", base[2] * THOUSAND),
        ("expected", base[0] / base[1] * base[2]),
        ("limit", high),
    ):
        rows = rows.append_column(name, pa.array(values, from_pandas=True))
    return known.sql(
        """
        select r.* exclude (first_month, last_month), coalesce(p.name, r.product_id) as name,
            cases > "limit" as beyond, 1000 * cases / units as rate
        from found r left join products p using (product_id)
        order by coalesce(beyond, false) desc, cases - coalesce(expected, 0) desc, last_on desc,
            product_id, batch
        """,
        found=rows,
    )
