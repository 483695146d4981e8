"""What failure reviews confirmed, as it was known at a date."""

from __future__ import annotations

from typing import Any

import numpy as np

from mainstay.causes.families import CAUSE_NAMES
from mainstay.causes.network import Confirmed, N
from mainstay.causes.view import View


def reviews_of(view: View) -> Confirmed:
    """Confirmed causes of falls, and reviewed healthy accounts.

    A review that confirms two causes counts half for each; one that found none counts as a fall
    without a cause that anybody could name.
    """
    fell: dict[int, Any] = {}
    healthy = set()
    rows = view.table("reviews").to_pylist()
    places = view.places(view.table("reviews")["account_id"]).tolist() if rows else []
    for place, row in sorted(
        zip(places, rows, strict=True), key=lambda p: str(p[1]["confirmed_on"])
    ):
        # A row that is assumed to have been known from its first day may tell of a later one.
        if place < 0 or row["confirmed_on"] is None or row["confirmed_on"] >= view.as_of:
            continue
        if _contradicts_itself(row):
            continue
        if row["kind"] == "healthy":
            healthy.add(place)
        elif row["kind"] in ("lost", "slipping"):
            named = [row["root_cause"], row["second_cause"]]
            causes = {CAUSE_NAMES.index(c) for c in named if c in CAUSE_NAMES}
            share = np.zeros(N)
            share[list(causes)] = 1 / max(len(causes), 1)
            fell[place] = share
    return Confirmed(fell, frozenset(healthy - set(fell)))


def _contradicts_itself(row: dict[str, Any]) -> bool:
    """Of a row from before such rows were refused: what it confirms cannot be told."""
    root, second, none = row["root_cause"], row["second_cause"], row["nothing_found"]
    if none:
        return bool(root or second)
    settles = root or row["kind"] not in ("lost", "slipping")
    return not settles or bool(second and not root) or bool(root and root == second)
