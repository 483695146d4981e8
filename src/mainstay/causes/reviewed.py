"""What failure reviews confirmed, as it was known at a date."""

from __future__ import annotations

from typing import Any

import numpy as np

from mainstay.causes.families import CAUSE_NAMES
from mainstay.causes.network import Confirmed, N
from mainstay.causes.purchases import period_of
from mainstay.causes.view import View
from mainstay.ledger.confirmations import contradicting

ROOT, SECOND = 0.6, 0.4  # of the fall, where a review names two causes
OF_FALLS = ("lost", "slipping")


def reviews_of(view: View) -> Confirmed:
    """Confirmed causes of falls, and reviewed healthy accounts; of two reviews of one loss that contradict
    each other the first confirmed, of two losses the later.

    A review that confirms two causes counts for both, a little more for the root; one that found none
    counts as a fall without a cause that anybody could name. The fall began when the review says so.
    """
    fell: dict[int, Any] = {}
    onset: dict[int, Any] = {}
    healthy = set()
    rows = view.table("reviews").to_pylist()
    places = view.places(view.table("reviews")["account_id"]).tolist() if rows else []
    counted = [
        (place, row) for place, row in zip(places, rows, strict=True) if _counts(place, row, view)
    ]
    counted.sort(key=lambda one: one[1]["confirmed_on"])
    wrong = contradicting([row for _, row in counted if row["kind"] in OF_FALLS])
    refused = {row["review_id"] for row in wrong}
    for place, row in counted:
        if row["review_id"] in refused:
            continue
        if row["kind"] == "healthy":
            healthy.add(place)
        elif row["kind"] in OF_FALLS:
            fell[place] = _shares(row["root_cause"], row["second_cause"])
            onset.pop(place, None)
            if row["onset_on"] is not None and row["onset_on"] < view.as_of:
                onset[place] = row["onset_on"]
    period = {place: period_of(day, view.as_of) for place, day in onset.items()}
    seen = {place: at for place, at in period.items() if at > 0}
    return Confirmed(fell, frozenset(healthy - set(fell)), onset, seen)


def _counts(place: int, row: dict[str, Any], view: View) -> bool:
    # A row that is assumed to have been known from its first day may tell of a later one.
    on = row["confirmed_on"]
    return place >= 0 and on is not None and on < view.told_before and not _contradicts_itself(row)


def _shares(root: str | None, second: str | None) -> Any:
    share = np.zeros(N)
    for cause, part in ((root, ROOT), (second, SECOND)):
        if cause in CAUSE_NAMES:
            share[CAUSE_NAMES.index(cause)] += part
    return share / max(share.sum(), 1e-9)


def _contradicts_itself(row: dict[str, Any]) -> bool:
    """Of a row from before such rows were refused: what it confirms cannot be told."""
    root, second, none = row["root_cause"], row["second_cause"], row["nothing_found"]
    if none:
        return bool(root or second)
    settles = root or row["kind"] not in OF_FALLS
    return not settles or bool(second and not root) or bool(root and root == second)
