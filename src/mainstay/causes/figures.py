"""Money lost and at risk by cause: of a whole portfolio, or of the accounts that somebody looks after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.causes.beginnings import NAMED_FELL
from mainstay.causes.families import FAMILIES, UNKNOWN, WHOSE

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]

STILL_BUYS = ("noticed", "late", "slipping")  # states in which money is at risk, not lost
NAMES = (*FAMILIES, UNKNOWN)


@dataclass(frozen=True)
class Cases:
    """The accounts that fell, each shared out among its causes; arrays (n_cases, …).

    p: (n, 11), by NAMES; what no family explains is unknown
    lost: money a year less than before; at_risk: of the next 52 weeks, where the account still buys
    first: the family that comes first, a place in NAMES
    place: of the account in the table it was found in
    row: of each entry of `family`, `share` and `category`, its case
    family, share, category: of the causes that have a row; category "" = of no one category
    """

    began_on: list[date]
    p: Floats
    lost: Floats
    at_risk: Floats
    first: Longs
    place: Longs
    row: Longs
    family: Longs
    share: Floats
    category: pa.Array


def counted(falls: pa.Table) -> Any:
    """Which rows of an explanation's `falls` count as fallen: the same for all figures, lists and pages.

    Explanations of before this was asked knew the probability alone.
    """
    likely = pc.greater_equal(falls["p_fell"], NAMED_FELL)
    return pc.coalesce(falls["counts"], likely) if "counts" in falls.column_names else likely


def cases_of(
    falls: pa.Table, causes: pa.Table, accounts: pa.Table, *, since: date | None = None
) -> Cases:
    """Those who fell, of some accounts.

    falls, causes: tables of an explanation
    accounts: account_id, state, money_at_risk of those that count
    since: only falls that began on this day or later
    """
    place = pc.index_in(falls["account_id"], value_set=accounts["account_id"].combine_chunks())
    counts = pc.and_(pc.is_valid(place), counted(falls))
    if since:
        counts = pc.and_(counts, pc.greater_equal(falls["began_on"], pa.scalar(since)))
    fell = falls.filter(counts)
    at = np.asarray(place.filter(counts), np.int64)
    known = causes.append_column(
        "row", pc.index_in(causes["account_id"], value_set=fell["account_id"].combine_chunks())
    )
    known = known.filter(pc.is_valid(known["row"]))
    row = np.asarray(known["row"], np.int64)
    family = np.asarray(pc.index_in(known["family"], value_set=pa.array(NAMES)), np.int64)
    p_fell = np.asarray(fell["p_fell"], float)
    # Who counts as fallen counts whole: the causes share out all of it.
    share = np.asarray(known["p"], float) / p_fell[row]
    p = np.zeros((fell.num_rows, len(NAMES)))
    np.add.at(p, (row, family), share)
    p[:, -1] = np.maximum(1.0 - p.sum(axis=1), 0.0)
    buys = np.asarray(pc.is_in(accounts["state"], value_set=pa.array(STILL_BUYS)), bool)
    money = np.asarray(pc.fill_null(accounts["money_at_risk"], 0.0), float)
    return Cases(
        fell["began_on"].to_pylist(),
        p,
        np.asarray(fell["lost_52"], float),
        np.where(buys, np.maximum(money, 0.0), 0.0)[at],
        np.asarray(pc.index_in(fell["first"], value_set=pa.array(NAMES)), np.int64),
        at,
        row,
        family,
        share,
        pc.fill_null(known["category"], "").combine_chunks(),
    )


def figures(
    falls: pa.Table, causes: pa.Table, accounts: pa.Table, *, since: date | None = None
) -> dict[str, Any]:
    """What the accounts that fell lost to which cause, as plain values.

    accounts: account_id, region, segment, state, money_at_risk of those that count
    Each account that counts as fallen counts whole, and its money is shared out among its causes by
    their probability, so that all parts add up to the whole.

    Returns: accounts (how many fell), lost, at_risk; by_cause: rows of family, accounts (of which it
    is the first cause), falls (expected), lost, at_risk, the most lost first; by_whose: the same for
    ours, theirs, nobodys, unknown; by_quarter (of the beginning, without gaps), by_region,
    by_segment, by_category: rows of name, falls, lost, at_risk, families (family → lost) and firsts
    (family → accounts of which it is the first cause, which is what a list of them shows); name ""
    = not known, of a category: of none in particular
    """
    cases = cases_of(falls, causes, accounts, since=since)
    by_cause = _by_cause(cases)
    return {
        "accounts": len(cases.lost),
        "lost": float(cases.lost.sum()),
        "at_risk": float(cases.at_risk.sum()),
        "by_cause": sorted(by_cause, key=lambda row: -row["lost"]),
        "by_whose": _by_whose(by_cause),
        "by_quarter": _by_quarter(cases),
        "by_region": _by(cases, _labels(accounts["region"], cases.place)),
        "by_segment": _by(cases, _labels(accounts["segment"], cases.place)),
        "by_category": _by_category(cases),
    }


def quarter_of(day: date) -> str:
    """`2025-Q3`"""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def _by_cause(cases: Cases) -> list[dict[str, Any]]:
    first = np.bincount(cases.first, minlength=len(NAMES))
    columns = zip(
        NAMES,
        first.tolist(),
        cases.p.sum(axis=0).tolist(),
        (cases.lost @ cases.p).tolist(),
        (cases.at_risk @ cases.p).tolist(),
        strict=True,
    )
    names = ("family", "accounts", "falls", "lost", "at_risk")
    return [dict(zip(names, row, strict=True)) for row in columns]


def _by_whose(by_cause: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = {
        word: {"whose": word, "accounts": 0, "falls": 0.0, "lost": 0.0, "at_risk": 0.0}
        for word in (*WHOSE, UNKNOWN)
    }
    for row in by_cause:
        name = row["family"]
        total = rows[UNKNOWN if name == UNKNOWN else FAMILIES[name].whose]
        for column in ("accounts", "falls", "lost", "at_risk"):
            total[column] += row[column]
    return list(rows.values())


def _labels(column: pa.ChunkedArray, place: Longs) -> pa.Array:
    return pc.fill_null(column, "").take(pa.array(place)).combine_chunks()


def _coded(label: pa.Array) -> tuple[list[str], Longs]:
    """The different labels, and of each entry the place of its own."""
    known = label.dictionary_encode()
    return known.dictionary.to_pylist(), np.asarray(known.indices, np.int64)


def _by(cases: Cases, label: pa.Array) -> list[dict[str, Any]]:
    """One row a label, the most lost first."""
    names, code = _coded(label)
    by = np.zeros((len(names), len(NAMES)))
    np.add.at(by, code, cases.p * cases.lost[:, None])
    falls = np.bincount(code, cases.p.sum(axis=1), len(names))
    risk = np.bincount(code, cases.at_risk * cases.p.sum(axis=1), len(names))
    firsts = np.zeros((len(names), len(NAMES)), np.int64)
    np.add.at(firsts, (code, cases.first), 1)
    return _rows(names, by, firsts, falls, risk)


def _by_category(cases: Cases) -> list[dict[str, Any]]:
    """By the category that each cause's weightiest fact concerns; unknown concerns none."""
    n = len(cases.lost)
    label = pa.concat_arrays([cases.category, pa.array([""] * n, pa.string())])
    row = np.concatenate([cases.row, np.arange(n)])
    family = np.concatenate([cases.family, np.full(n, len(NAMES) - 1)])
    share = np.concatenate([cases.share, cases.p[:, -1]])
    names, code = _coded(label)
    by = np.zeros((len(names), len(NAMES)))
    np.add.at(by, (code, family), share * cases.lost[row])
    falls = np.bincount(code, share, len(names))
    risk = np.bincount(code, share * cases.at_risk[row], len(names))
    firsts = np.zeros((len(names), len(NAMES)), np.int64)
    is_first = family == cases.first[row]
    np.add.at(firsts, (code[is_first], family[is_first]), 1)
    return _rows(names, by, firsts, falls, risk)


def _by_quarter(cases: Cases) -> list[dict[str, Any]]:
    """In the order of time, quarters without falls too."""
    if not cases.began_on:
        return []
    found = {
        row["name"]: row
        for row in _by(cases, pa.array([quarter_of(day) for day in cases.began_on], pa.string()))
    }
    first, last = min(cases.began_on), max(cases.began_on)
    place, end = (day.year * 4 + (day.month - 1) // 3 for day in (first, last))
    names = [f"{at // 4}-Q{at % 4 + 1}" for at in range(place, end + 1)]
    nothing = {"falls": 0.0, "lost": 0.0, "at_risk": 0.0, "families": {}, "firsts": {}}
    return [found.get(name, {"name": name, **nothing}) for name in names]


def _rows(
    names: list[str], by: Floats, firsts: Longs, falls: Any, risk: Any
) -> list[dict[str, Any]]:
    rows = [
        {
            "name": name,
            "falls": float(falls[i]),
            "lost": float(by[i].sum()),
            "at_risk": float(risk[i]),
            "families": {NAMES[f]: float(by[i, f]) for f in np.flatnonzero(by[i] > 0)},
            "firsts": {NAMES[f]: int(firsts[i, f]) for f in np.flatnonzero(firsts[i])},
        }
        for i, name in enumerate(names)
    ]
    return sorted(rows, key=lambda row: (-row["lost"], row["name"]))


FIRST = pa.schema(
    [
        ("account_id", pa.string()),
        ("fell_on", pa.date32()),
        ("lost_52", pa.float64()),
        ("cause_first", pa.string()),  # family, or unknown
        ("cause_p", pa.float64()),
        ("cause_whose", pa.string()),  # WHOSE, or unknown
        ("cause_category", pa.string()),  # of theirs that it concerns; null = none in particular
    ]
)


def first_causes(falls: pa.Table, causes: pa.Table) -> pa.Table:
    """The first cause of each account that fell, for lists: table FIRST."""
    fell = falls.filter(counted(falls))
    best = causes.filter(pc.equal(causes["rank"], 1))
    at = pc.index_in(fell["account_id"], value_set=best["account_id"].combine_chunks())
    first = fell["first"]
    whose = {name: family.whose for name, family in FAMILIES.items()} | {UNKNOWN: UNKNOWN}
    known = pc.not_equal(first, UNKNOWN)
    category = pc.if_else(known, best["category"].take(at), pa.scalar(None, pa.string()))
    columns = {
        "account_id": fell["account_id"],
        "fell_on": fell["began_on"],
        "lost_52": fell["lost_52"],
        "cause_first": first,
        "cause_p": fell["p_first"],
        "cause_whose": pa.array([whose[name] for name in first.to_pylist()], pa.string()),
        "cause_category": category,
    }
    return pa.table([columns[f.name] for f in FIRST], schema=FIRST)
