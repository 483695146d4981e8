"""What the learner of left categories is given, and what it says of the categories of today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.defection.category_facts import AFTER, YEAR_DAYS
from mainstay.defection.category_forecast import FALLEN, Law, Shelves, p_category_left
from mainstay.defection.category_learning import Fall, Seen, learn_left
from mainstay.defection.category_outcomes import NOT_TOLD, category_outcomes
from mainstay.defection.category_shares import Share
from mainstay.defection.outcomes import FACTS, KEPT, Pace
from mainstay.defection.past import STEP_DAYS, Draw
from mainstay.standing.history import days_of
from mainstay.standing.season import Season
from mainstay.standing.supply import Supply
from mainstay.standing.treated import Treatments

Floats = npt.NDArray[np.float64]
One = TypeVar("One")
EVERY = 3  # of the slices, 12 weeks apart: what overlapping windows say has been said
NEGLIGIBLE = 0.01  # probability of a fall
MOST_PAIRS = 15_000  # account × category of a slice; more cost time and teach little


def every_few(slices: tuple[One, ...]) -> tuple[One, ...]:
    """Those of the past slices that categories are learnt from, or what belongs to them."""
    return slices[::-1][::EVERY][::-1]


def category_draw(n_pairs: float) -> Draw:
    """The accounts that categories are learnt from.

    n_pairs: account × category of a year, of all accounts
    """
    return Draw(min(1.0, MOST_PAIRS / max(n_pairs, 1.0)))


@dataclass(frozen=True)
class CategoryLessons:
    """What the learner of left categories is given.

    past: of `PastCategories`; None = there are none
    dates, seasons: of them; shares: as at as_of
    supply: what accounts could not buy of us; treated: whom something was done about, by the names in
    account_id
    """

    past: pa.Table | None
    dates: tuple[date, ...]
    seasons: tuple[Season, ...]
    shares: Mapping[str, Share]
    supply: Supply | None
    treated: Treatments | None
    account_id: list[str]
    horizon_weeks: int

    def with_p_left(self, changes: pa.Table, as_of: date, season: Season) -> pa.Table:
        """The rows of `CategoryChanges` at as_of again, with `p_left`; null where the category was not
        bought within a year."""
        rows, shelves, law, now = self._seen(changes, as_of, season)
        p_fell, moved, before, after = (
            changes[name].to_numpy()[rows]
            for name in ("p_fell", "moved", "rate_before", "rate_now")
        )
        fell = p_fell * (1.0 - np.nan_to_num(moved))
        some = fell > NEGLIGIBLE
        # What is known now is both; where it fell, the rate is so much lower.
        both = after / np.maximum(before, 1e-12)
        ratio = np.clip((both - (1.0 - p_fell)) / np.maximum(p_fell, NEGLIGIBLE), *FALLEN)
        fall = Fall(np.where(some, fell, 0.0), p_category_left(shelves, law, ratio))
        weight = min(EVERY * STEP_DAYS / (7.0 * self.horizon_weeks), 1.0)
        p = np.full(changes.num_rows, np.nan)
        p[rows] = learn_left(self._labelled(as_of), now, fall, weight)
        return changes.append_column("p_left", pa.array(p, from_pandas=True))

    def _labelled(self, as_of: date) -> list[Seen]:
        """Slices of the past with which of their categories were left."""
        found: list[Seen] = []
        if self.past is None:
            return found
        # In order, so that sums do not depend on which accounts came first.
        past = self.past.sort_by([("account_id", "ascending"), ("category", "ascending")])
        index = past["date_index"].to_numpy()
        for j, (on, season) in enumerate(zip(self.dates, self.seasons, strict=True)):
            table = past.filter(pa.array(index == j))
            if not table.num_rows:
                continue
            table = table.set_column(
                table.schema.get_field_index("date_index"),
                "date_index",
                pa.array(np.zeros(table.num_rows, np.int16)),
            )
            came = category_outcomes(
                table,
                on=on,
                until=as_of,
                horizon_weeks=self.horizon_weeks,
                season=season,
                supply=self.supply,
            )
            rows, _, _, seen = self._seen(table, on, season)
            told = (came[rows] != NOT_TOLD) & ~self._treated(table, on, as_of)[rows]
            found.append(replace(seen, came=came[rows] != KEPT).take(told))
        return [one for one in found if len(one.p)]

    def _treated(self, table: pa.Table, on: date, as_of: date) -> npt.NDArray[np.bool_]:
        if not self.treated:
            return np.zeros(table.num_rows, bool)
        names = pa.array(self.account_id, pa.string())
        who = pc.index_in(table["account_id"], value_set=names).to_numpy()
        return np.asarray(self.treated.between(days_of(on), days_of(as_of))[who])

    def _seen(
        self, table: pa.Table, on: date, season: Season
    ) -> tuple[npt.NDArray[np.int64], Shelves, Law, Seen]:
        """The places of the rows whose category was bought within a year, and what is known of them."""
        at = days_of(on)
        rows = np.flatnonzero(table["last_day"].to_numpy() >= at - YEAR_DAYS)

        def column(name: str) -> Floats:
            if name in AFTER:  # not known, and not looked at
                return np.zeros(len(rows))
            return np.asarray(table[name].to_numpy(), np.float64)[rows]

        names = pc.dictionary_encode(table["category"].combine_chunks())
        category = names.indices.to_numpy().astype(np.int64)[rows]
        pace = Pace(*map(column, FACTS))
        weeks = season.weeks_from(at, pace.window_days)
        shelves = Shelves(pace, category, column("orders_before"), weeks)
        law = Law.of(shelves, names.dictionary.to_pylist(), self.shares)
        p = p_category_left(shelves, law)
        lately = (column("orders_26") + 0.5) / (column("orders_52") + 1.0)
        since = column("orders_since")
        return rows, shelves, law, Seen.of(at, shelves, p, law, since=since, lately=lately)
