"""The tables of an explanation: which accounts fell, when, why, and how sure one can be."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.causes.answers import CONFIRMED, FAMILY_NAMES, FAMILY_OF, Answer
from mainstay.causes.beginnings import Fallen
from mainstay.causes.catalogue import catalogue
from mainstay.causes.evidence import Evidence
from mainstay.causes.families import CAUSES as CAUSES_IN_ORDER
from mainstay.causes.families import FAMILIES, UNKNOWN, WHOSE
from mainstay.causes.outlook import outlook
from mainstay.causes.view import View

Floats = npt.NDArray[np.float64]
# One row an account that fell, or is judged to be leaving or lost.
FALLS = pa.schema(
    [
        ("account_id", pa.string()),
        ("began_on", pa.date32()),  # likeliest first day of four weeks
        ("p_fell", pa.float64()),  # that it fell at all; 1 where its state or a review says so
        ("counts", pa.bool_()),  # as fallen: see beginnings.Fallen
        ("lost_52", pa.float64()),  # money a year less than in the year before it fell, net sales
        ("first", pa.string()),  # family, or unknown
        ("p_first", pa.float64()),
        ("p_unknown", pa.float64()),
        ("p_ours", pa.float64()),
        ("p_theirs", pa.float64()),
        ("p_nobodys", pa.float64()),
        ("reviewed", pa.bool_()),  # confirmed by a review: p_first is no guess
    ]
)
# One row an account × family; probabilities that it fell and this was the main cause.
CAUSES = pa.schema(
    [
        ("account_id", pa.string()),
        ("rank", pa.int64()),  # of the families, unknown left out; 1 = likeliest
        ("family", pa.string()),
        (
            "cause",
            pa.string(),
        ),  # family.reason, the likeliest of the family
        ("named", pa.bool_()),  # whether pages may name it: an accusation only from NAMED on
        ("p", pa.float64()),
        ("p_took_part", pa.float64()),  # that it was one of the causes
        ("confirmed", pa.bool_()),  # by a review
        ("category", pa.string()),  # of theirs that its weightiest fact concerns; null = all
        ("speaks_for", pa.string()),  # JSON, see evidence.py
        ("against", pa.string()),
    ]
)
LEAST_P_FELL = 0.2  # of an account worth a row
LEAST_P = 0.02  # of a family worth a row
NAMED = 0.5  # less likely than this, nobody is named as having done wrong


def tables(view: View, answer: Answer) -> dict[str, pa.Table]:
    """FALLS, CAUSES, OUTLOOK and SIGNALS of an answer."""
    fallen = answer.fell
    who = np.flatnonzero(fallen.p >= LEAST_P_FELL)
    return {
        "falls": _falls(view, answer, fallen, who),
        "causes": _causes(view, answer, fallen.p, who),
        "outlook": outlook(view, answer),
        "signals": answer.signals,
    }


def _falls(view: View, answer: Answer, fallen: Fallen, who: Any) -> pa.Table:
    fell = fallen.p
    families = answer.by_family()
    whose = np.array([FAMILIES[name].whose for name in FAMILY_NAMES])
    named = families.max(axis=1)
    unknown = answer.unknown > named
    first = np.where(unknown, UNKNOWN, np.array(FAMILY_NAMES, object)[families.argmax(axis=1)])
    reviewed = np.zeros(len(fell), bool)
    reviewed[list(answer.confirmed.fell)] = True
    # A review that confirms two causes leaves no doubt about the first of them.
    p_first = np.where(unknown, answer.unknown, np.where(reviewed, CONFIRMED, named))
    columns = {
        "account_id": view.account_id.take(pa.array(who)),
        "began_on": pa.array(answer.fell_on[who].astype(np.int32)).view(pa.date32()),
        "p_fell": fell[who],
        "counts": fallen.counts[who],
        "lost_52": fallen.lost_52[who],
        "first": first[who].tolist(),
        "p_first": (p_first * fell)[who],
        "p_unknown": (answer.unknown * fell)[who],
        **{f"p_{word}": (families[:, whose == word].sum(axis=1) * fell)[who] for word in WHOSE},
        "reviewed": reviewed[who],
    }
    return pa.table([pa.array(columns[f.name], f.type) for f in FALLS], schema=FALLS)


def _causes(view: View, answer: Answer, fell: Floats, who: Any) -> pa.Table:
    evidence = Evidence(answer, catalogue())
    families = answer.by_family()
    likeliest = _likeliest(answer.main)
    nothing: Floats = np.zeros(len(CAUSES_IN_ORDER))
    ids = view.account_id.to_pylist()
    rows: list[tuple[Any, ...]] = []
    for place in who.tolist():
        order = np.argsort(-families[place], kind="stable")
        for rank, family in enumerate(order.tolist(), start=1):
            p = families[place, family] * fell[place]
            if p < LEAST_P:
                break
            name = FAMILY_NAMES[family]
            sides = evidence.of(place, name)
            some = family == FAMILY_OF
            took = 1 - np.prod(1 - answer.took_part[place, some])
            confirmed = bool(answer.confirmed.fell.get(place, nothing)[some].any())
            cause = CAUSES_IN_ORDER[likeliest[place, family]]
            p_cause = answer.main[place, likeliest[place, family]] * fell[place]
            named = confirmed or not cause.accusing or p_cause >= NAMED
            rows.append(
                (
                    ids[place],
                    rank,
                    name,
                    cause.name,
                    named,
                    p,
                    took * fell[place],
                    confirmed,
                    sides.category,
                    json.dumps(sides.speaks_for, ensure_ascii=False),
                    json.dumps(sides.against, ensure_ascii=False),
                )
            )
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [[] for _ in CAUSES]
    return pa.table(
        [pa.array(c, f.type) for c, f in zip(columns, CAUSES, strict=True)], schema=CAUSES
    )


def _likeliest(main: Floats) -> npt.NDArray[np.int64]:
    """Of each account and family, the place of its likeliest cause."""
    found = np.zeros((len(main), len(FAMILY_NAMES)), np.int64)
    for family in range(len(FAMILY_NAMES)):
        some = np.flatnonzero(family == FAMILY_OF)
        found[:, family] = some[main[:, some].argmax(axis=1)]
    return found
