"""From numbers to pixels: linear scales, and ticks at round numbers and at month starts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

LEAST_SPAN = 1e-6  # less than a hundredth of a cent is nothing


@dataclass(frozen=True)
class Scale:
    """Maps low..high linearly to start..end (pixels; end may be smaller than start)."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        span = self.high - self.low
        part = (value - self.low) / span if span else 0.5
        return self.start + part * (self.end - self.start)


def finite(values: Iterable[float | None]) -> list[float]:
    return [v for v in values if v is not None and math.isfinite(v)]


def known_runs(values: Sequence[float | None]) -> list[list[int]]:
    """Places that follow one another and are known."""
    runs: list[list[int]] = [[]]
    for i, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(i)
    return [run for run in runs if run]


def step_for(span: float, most: int) -> float:
    """The round step (1, 2, 2.5 or 5 × 10ⁿ) that cuts a span into at most `most` parts."""
    if span <= 0 or not math.isfinite(span):
        return 1.0
    rough = span / max(1, most)
    ten: float = 10.0 ** math.floor(math.log10(rough))
    for factor in (1, 2, 2.5, 5, 10):
        if factor * ten >= rough * (1 - 1e-9):
            return factor * ten
    return 10 * ten


def nice_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers that cover low..high, both ends included; zero always is among them."""
    low, high = min(low, 0.0), max(high, 0.0)
    if high - low < LEAST_SPAN:
        high = low + 1.0
    step = step_for(high - low, most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(i * step, 10) + 0.0 for i in range(first, last + 1)]


def month_ticks(months: list[date], most: int) -> list[int]:
    """Places of the months to be labelled: every 1st, 2nd, 3rd or 6th month of the year, or years."""
    for every in (1, 2, 3, 6, 12, 24, 60, 120):
        places = [i for i, m in enumerate(months) if (m.year * 12 + m.month - 1) % every == 0]
        if len(places) <= max(1, most):
            return places
    return []
