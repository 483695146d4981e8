"""Money for kernels: from decimals and currencies to float64 in the reporting currency."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.ledger.schema import MONEY, MONEY_UNIT

RATE_LASTS_MONTHS = 12  # a month without a rate takes the latest before it, no older than this


def to_float(money: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    """decimal128(18, 4) as float64; empty = NaN.

    Up to 900 billion each is the nearest float there is; beyond, within one part in 10^15.

    Eighteen digits fit the lower of a decimal's two 64-bit halves, so we look at that half alone:
    a cast by Arrow takes ten times as long.
    """
    pieces = []
    for chunk in money.chunks:
        if chunk.type != MONEY:
            chunk = chunk.cast(MONEY)
        halves = np.frombuffer(chunk.buffers()[1], np.int64)
        lower = halves[2 * chunk.offset : 2 * (chunk.offset + len(chunk)) : 2]
        piece = lower / float(MONEY_UNIT)
        if chunk.null_count:
            piece[chunk.is_null().to_numpy(zero_copy_only=False)] = np.nan
        pieces.append(piece)
    return np.concatenate(pieces) if pieces else np.empty(0)


@dataclass(frozen=True)
class Rates:
    """What one unit of a currency is worth in the reporting currency, by month.

    reporting: the reporting currency; lines without a currency are taken to be in it
    by_currency: for each, months (months since 1970-01, rising) and rates
    """

    reporting: str | None
    by_currency: dict[str, tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]]

    @classmethod
    def of(cls, reporting: str | None, table: pa.Table) -> Rates:
        """From the table exchange_rates; rates of later rows win."""
        found: dict[str, dict[int, float]] = {}
        for row in table.select(["currency", "month", "rate"]).to_pylist():
            month = (row["month"].year - 1970) * 12 + row["month"].month - 1
            found.setdefault(row["currency"], {})[month] = row["rate"]
        return cls(
            reporting,
            {
                currency: (
                    np.array(sorted(rates), np.int64),
                    np.array([rates[m] for m in sorted(rates)]),
                )
                for currency, rates in found.items()
            },
        )

    def factors(
        self, currency: pa.ChunkedArray, day: npt.NDArray[np.int32]
    ) -> npt.NDArray[np.float64]:
        """What to multiply each line's amount by; NaN where there is no rate."""
        words = pc.fill_null(currency, self.reporting or "").combine_chunks()
        words = words if pa.types.is_dictionary(words.type) else words.dictionary_encode()
        codes = words.indices.to_numpy(zero_copy_only=False)
        factor = np.ones(len(codes))
        month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        for code, word in enumerate(words.dictionary.to_pylist()):
            if word == (self.reporting or ""):
                continue
            mine = codes == code
            factor[mine] = self._at(word, month[mine])
        return factor

    def _at(self, currency: str, month: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        months, rates = self.by_currency.get(currency, (np.empty(0, np.int64), np.empty(0)))
        if not len(months):
            return np.full(len(month), np.nan)
        place = np.searchsorted(months, month, side="right") - 1
        rate = rates[place.clip(0)]
        fresh = (place >= 0) & (month - months[place.clip(0)] <= RATE_LASTS_MONTHS)
        return np.where(fresh, rate, np.nan)
