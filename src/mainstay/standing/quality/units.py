"""How many units were sold: of each product month by month, to each account quarter by quarter; and what came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.arrays import groups, summed
from mainstay.ledger.lines import RETURN, SALE, Lines
from mainstay.standing.history import days_of, kind_codes

QUARTER_DAYS = 91
QUARTERS = 8
MONTHS = 37  # the running one, and three years
Longs = npt.NDArray[np.int64]
# of: product (product_id, month), account (account_id, quarter), return (account_id, product_id, on) or unit
# (product_id, unit: one that does not convert). units: in each product's own unit, ≥ 0; lines: sale lines; unknown: those
# of them without a quantity. month: 0 = that of the day before as_of; quarter: 0 = the 91 days before as_of
UNITS = pa.schema(
    [
        ("of", pa.string()),
        ("account_id", pa.string()),
        ("product_id", pa.string()),
        ("unit", pa.string()),
        ("month", pa.int32()),
        ("quarter", pa.int32()),
        ("on", pa.date32()),
        ("units", pa.float64()),
        ("lines", pa.int64()),
        ("unknown", pa.int64()),
    ]
)


def month_of(day: date) -> int:
    """Months since 1970-01."""
    return (day.year - 1970) * 12 + day.month - 1


@dataclass(frozen=True)
class Units:
    """A kernel: rows of UNITS; sums of products are those of the accounts at hand.

    factors: product_id, unit, factor into the product's own unit; what is not named counts as it is
    """

    as_of: date
    factors: pa.Table
    columns: ClassVar[tuple[str, ...]] = ("kind", "product_id", "quantity", "unit")

    def __call__(self, lines: Lines) -> pa.Table:
        kind = kind_codes(lines)
        day = lines.day.astype(np.int64)
        month = month_of(date.fromordinal(self.as_of.toordinal() - 1)) - day.astype(
            "datetime64[D]"
        ).astype("datetime64[M]").astype(np.int64)
        account = np.repeat(np.arange(lines.n_accounts), np.diff(lines.offsets))
        product = lines.codes["product_id"].astype(np.int64)
        in_time = (day < days_of(self.as_of)) & (month < MONTHS)
        factor, listed = self._grid(lines)
        code = lines.codes["unit"].astype(np.int64)
        units = lines.values["quantity"] * factor[product, code]
        # A sale of less than nothing is a correction of another.
        sold = np.flatnonzero(in_time & (kind == SALE) & ~(units < 0))
        back = np.flatnonzero(in_time & (kind == RETURN) & (product >= 0))
        odd = sold[(code[sold] >= 0) & (product[sold] >= 0) & ~listed[product[sold], code[sold]]]
        quarter = (days_of(self.as_of) - 1 - day) // QUARTER_DAYS
        lately = sold[quarter[sold] < QUARTERS]
        named = sold[product[sold] >= 0]
        names = _Names(lines)
        return pa.concat_tables(
            [
                names.sums("product", units[named], product_id=product[named], month=month[named]),
                names.sums(
                    "account", units[lately], account_id=account[lately], quarter=quarter[lately]
                ),
                names.sums(
                    "return",
                    np.abs(units[back]),
                    account_id=account[back],
                    product_id=product[back],
                    on=day[back],
                ),
                names.sums("unit", units[odd], product_id=product[odd], unit=code[odd]),
            ]
        )

    def _grid(self, lines: Lines) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
        """By codes of product and unit: the factor, and whether one is told; the last of each: none named."""
        shape = tuple(len(lines.names[name]) + 1 for name in ("product_id", "unit"))
        factor, listed = np.ones(shape), np.zeros(shape, bool)
        places = [
            pc.index_in(
                self.factors[name].combine_chunks(), value_set=lines.names[name].cast(pa.string())
            )
            for name in ("product_id", "unit")
        ]
        here = pc.and_(*(pc.is_valid(place) for place in places))
        at = tuple(np.asarray(place.filter(here), np.int64) for place in places)
        factor[at] = np.asarray(self.factors["factor"].combine_chunks().filter(here), np.float64)
        listed[at] = True
        return factor, listed


@dataclass(frozen=True)
class _Names:
    """Rows of UNITS from codes."""

    lines: Lines

    def sums(self, of: str, units: npt.NDArray[np.float64], **key: Longs) -> pa.Table:
        """One row for each key that there is."""
        first, place = groups(*key.values())
        n = len(first)
        columns = {name: self._named(name, values[first]) for name, values in key.items()}
        columns["of"] = pa.repeat(of, n)
        columns["units"] = pa.array(summed(place, np.nan_to_num(units), n))
        columns["lines"] = pa.array(np.bincount(place, minlength=n))
        columns["unknown"] = pa.array(summed(place, np.isnan(units), n).astype(np.int64))
        return pa.table(
            {field.name: columns.get(field.name, pa.nulls(n, field.type)) for field in UNITS}
        ).cast(UNITS)

    def _named(self, name: str, values: Longs) -> pa.Array:
        if name == "account_id":
            return self.lines.account_ids.cast(pa.string()).take(pa.array(values))
        if name in self.lines.names:
            return self.lines.names[name].cast(pa.string()).take(pa.array(values))
        whole = pa.array(values.astype(np.int32))
        return whole.cast(pa.date32()) if name == "on" else whole
