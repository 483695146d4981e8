"""What accounts answer when they are asked about a solved complaint: drawn from what is written down, beside the company's course.

Whether somebody is asked and what they answer changes nothing of what happens: its chance is a stream of its own for each
complaint, so that all others stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from mainstay.simulate.distributor.book import DAY
from mainstay.simulate.distributor.care import SOLVE_DAYS
from mainstay.simulate.distributor.dice import Dice

ASKED = 0.6  # of complaints, once they are solved
ANSWER_CONTENT, ANSWER_CROSS = (
    0.7,
    0.35,
)  # who answers: of those served in time, and of those who waited
WITHIN_DAYS = 9
LANGUAGES = {"TW": "zh-hant", "HK": "zh-hant", "CN": "zh-hans", "KR": "ko"}
Version = tuple[int, Mapping[str, Any]]


def opinions(
    dice: Dice, complaints: Sequence[Version], accounts: Sequence[Version]
) -> list[tuple[int, dict[str, Any]]]:
    """Versions of rows of `opinions`, with the minute at which each is recorded.

    complaints, accounts: versions of theirs, in the order of recording
    """
    country = {row["account_id"]: row.get("country") for _at, row in accounts}
    found: list[tuple[int, dict[str, Any]]] = []
    for at, row in _solved(complaints):
        rng = dice(f"opinion {row['complaint_id']}")
        if rng.random() < ASKED:
            found += _one(rng, at, row, LANGUAGES.get(country.get(row["account_id"]) or "", "en"))
    return found


def _solved(complaints: Sequence[Version]) -> Iterator[Version]:
    """Each complaint as it was when it was first written down as solved."""
    seen = set()
    for at, row in sorted(complaints, key=lambda version: version[0]):
        if row.get("solved_at") is not None and row["complaint_id"] not in seen:
            seen.add(row["complaint_id"])
            yield at, row


def _one(
    rng: np.random.Generator, at: int, row: Mapping[str, Any], language: str
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The question, the day after, and maybe the answer."""
    asked = at // DAY + 1
    waited = (row["solved_at"] - row["opened_at"]) / DAY / SOLVE_DAYS[row["severity"] - 1]
    draw = rng.random(8)
    question = {
        "opinion_id": f"OP-{row['complaint_id']}",
        "account_id": row["account_id"],
        "complaint_id": row["complaint_id"],
        "asked_on": asked,
        "asked_by_id": row.get("owner_id"),
        "contact_id": row.get("contact_id"),
    }
    yield asked * DAY + 9 * 60, question
    if draw[0] > (ANSWER_CONTENT if waited <= 1 else ANSWER_CROSS):
        return
    answered = asked + int(WITHIN_DAYS * draw[1] ** 2)
    quick = _score(4.6 - 2.0 * np.log1p(max(waited - 0.5, 0)), draw[2])
    solved = _score(4.6 if row.get("accepted_by_customer") else 3.0, draw[3])
    treated = _score(4.4 - 0.5 * np.log1p(max(waited - 1, 0)), draw[4])
    answers = {
        "was_solved": solved,
        "was_quick": quick,
        "was_treated_well": treated,
        "would_stay": _score((solved + quick + 2 * treated) / 4, draw[5]),
    }
    at_hour = answered * DAY + 10 * 60 + int(420 * draw[6])
    yield at_hour, {**question, **answers, "answered_on": answered, "language": language}


def _score(around: float, draw: float) -> int:
    """1 to 5, about so much."""
    return int(np.clip(round(float(around) + 2.4 * (draw - 0.5)), 1, 5))
