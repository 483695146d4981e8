"""What a company event explains: goods that come late in a shortage are its consequence.

Both the event and what follows from it are recorded. If each counted in full, the shortage would lose the
falls that it caused to the late deliveries by which it caused them (R8: turmoil is a family of its own).
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.causes.types import Signal

EVENT = "company_event"
WITHIN_WEEKS = 12  # after an event: its consequences
EARLIER_DAYS = 7  # an event is often written down when its consequences are seen
OF_ITS_OWN = 0.3  # of the strength of a consequence that stays with it


def without_consequences(signals: pa.Table, catalogue: Mapping[str, Signal]) -> pa.Table:
    """The same table SIGNALS, with the strength of what follows from a company event lowered."""
    kinds = sorted({kind for one in catalogue.values() for kind in one.follows})
    weaker = np.zeros(signals.num_rows, bool)
    for kind in kinds:
        names = [name for name, one in catalogue.items() if kind in one.follows]
        weaker |= _soon_after(signals, kind, names)
    if not weaker.any():
        return signals
    strength = signals["strength"].to_numpy() * np.where(weaker, OF_ITS_OWN, 1.0)
    place = signals.schema.get_field_index("strength")
    return signals.set_column(place, signals.schema.field(place), pa.array(strength))


def _soon_after(signals: pa.Table, kind: str, names: list[str]) -> npt.NDArray[np.bool_]:
    """(n_signals,): instances of these signals that began soon after such an event at their account."""
    name = signals["signal"].combine_chunks()
    events = np.flatnonzero(pc.equal(name, EVENT))
    told = signals["data"].take(pa.array(events)).combine_chunks().dictionary_encode()
    of_kind = np.array(
        [json.loads(data)["kind"] == kind for data in told.dictionary.to_pylist()], bool
    )
    events = events[of_kind[np.asarray(told.indices)]] if len(events) else events
    here = np.flatnonzero(pc.is_in(name, value_set=pa.array(names, name.type)))
    found = np.zeros(signals.num_rows, bool)
    if not len(events) or not len(here):
        return found
    account = np.asarray(
        signals["account_id"].combine_chunks().dictionary_encode().indices, np.int64
    )
    day = np.asarray(pc.cast(signals["since"].combine_chunks(), pa.int32()), np.int64)
    # One number for account and day, in whose order the last event before an instance is found.
    width = int(day.max() - day.min()) + EARLIER_DAYS + 2
    number = account * width + (day - day.min())
    known = np.sort(number[events])
    last = np.searchsorted(known, number[here] + EARLIER_DAYS, side="right") - 1
    before = number[here] - known[np.maximum(last, 0)]
    found[here] = (last >= 0) & (before >= -EARLIER_DAYS) & (before <= 7 * WITHIN_WEEKS)
    found[here] &= account[here] == known[np.maximum(last, 0)] // width
    return found
