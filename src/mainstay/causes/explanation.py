"""The tables of an explanation: which accounts fell, when, why, and how sure one can be."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.causes.answers import FAMILY_NAMES, FAMILY_OF, Answer
from mainstay.causes.catalogue import catalogue
from mainstay.causes.evidence import Evidence
from mainstay.causes.families import CAUSE_NAMES, FAMILIES, UNKNOWN, WHOSE
from mainstay.causes.purchases import PERIOD_DAYS, YEAR_PERIODS
from mainstay.causes.view import View

Floats = npt.NDArray[np.float64]
# One row an account that fell, or is judged to be leaving or lost.
FALLS = pa.schema(
    [
        ("account_id", pa.string()),
        ("began_on", pa.date32()),  # likeliest first day of four weeks
        ("p_fell", pa.float64()),  # that it fell at all; 1 where its state says so
        ("lost_52", pa.float64()),  # money a year less than before it fell, net sales
        ("first", pa.string()),  # family, or unknown
        ("p_first", pa.float64()),
        ("p_unknown", pa.float64()),
        ("p_ours", pa.float64()),
        ("p_theirs", pa.float64()),
        ("p_nobodys", pa.float64()),
        ("reviewed", pa.bool_()),
    ]
)
# One row an account × family; probabilities that it fell and this was the main cause.
CAUSES = pa.schema(
    [
        ("account_id", pa.string()),
        ("rank", pa.int64()),  # of the families, unknown left out; 1 = likeliest
        ("family", pa.string()),
        ("cause", pa.string()),  # family.reason, the likeliest of the family
        ("p", pa.float64()),
        ("p_took_part", pa.float64()),  # that it was one of the causes
        ("category", pa.string()),  # of theirs that its weightiest fact concerns; null = all
        ("speaks_for", pa.string()),  # JSON, see evidence.py
        ("against", pa.string()),
    ]
)
LEAST_P_FELL = 0.2  # of an account that no state says to be leaving
LEAST_P = 0.02  # of a family worth a row
LEFT = ("noticed", "late", "slipping", "lost", "closed")


def tables(view: View, answer: Answer) -> dict[str, pa.Table]:
    """FALLS, CAUSES and SIGNALS of an answer."""
    state = np.array(view.accounts["state"].to_pylist(), object)
    fell = np.where(np.isin(state, LEFT), 1.0, answer.p_fell)
    who = np.flatnonzero(fell >= LEAST_P_FELL)
    return {
        "falls": _falls(view, answer, fell, who),
        "causes": _causes(view, answer, fell, who),
        "signals": answer.signals,
    }


def _falls(view: View, answer: Answer, fell: Floats, who: Any) -> pa.Table:
    families = answer.by_family()
    whose = np.array([FAMILIES[name].whose for name in FAMILY_NAMES])
    named = families.max(axis=1)
    unknown = answer.unknown > named
    first = np.where(unknown, UNKNOWN, np.array(FAMILY_NAMES, object)[families.argmax(axis=1)])
    period = answer.by_period.argmax(axis=1)
    every = np.arange(len(fell))
    less = answer.fallen.before[every, period] - answer.fallen.after[every, period]
    reviewed = np.zeros(len(fell), bool)
    reviewed[list(answer.confirmed.fell)] = True
    columns = {
        "account_id": view.account_id.take(pa.array(who)),
        "began_on": pa.array(answer.fell_on[who].astype(np.int32)).view(pa.date32()),
        "p_fell": fell[who],
        "lost_52": np.maximum(less, 0.0)[who] * YEAR_PERIODS * (364 / (YEAR_PERIODS * PERIOD_DAYS)),
        "first": first[who].tolist(),
        "p_first": (np.where(unknown, answer.unknown, named) * fell)[who],
        "p_unknown": (answer.unknown * fell)[who],
        **{f"p_{word}": (families[:, whose == word].sum(axis=1) * fell)[who] for word in WHOSE},
        "reviewed": reviewed[who],
    }
    return pa.table([pa.array(columns[f.name], f.type) for f in FALLS], schema=FALLS)


def _causes(view: View, answer: Answer, fell: Floats, who: Any) -> pa.Table:
    evidence = Evidence(answer, catalogue())
    families = answer.by_family()
    likeliest = _likeliest(answer.main)
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
            rows.append(
                (
                    ids[place],
                    rank,
                    name,
                    CAUSE_NAMES[likeliest[place, family]],
                    p,
                    took * fell[place],
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
