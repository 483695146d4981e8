"""What was said then, beside what came: what people put off, first guesses of causes, forecasts of losses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.causes.families import UNKNOWN
from mainstay.engine.alone import Begun, begun_of
from mainstay.engine.draws import Known
from mainstay.engine.then import WEEK_DAYS, Kept, Then, came, last_before
from mainstay.standing.history import days_of

FELL = 0.3  # of what was to be expected within the horizon: who lost so much, fell after all
CENT = 0.01
FORECASTS, DAYS_APART = 12, 28  # of the kept assessments, the newest so far apart

PUT_OFF = pa.schema(
    [
        ("account_id", pa.string()),
        ("name", pa.string()),
        ("on", pa.date32()),
        ("kind", pa.string()),
        ("reason", pa.string()),
        ("manager_id", pa.string()),  # who looked after it by the assessment then
        ("baseline", pa.float64()),  # money of the horizon to be expected, as assessed
        ("expected", pa.float64()),  # of it, what was expected to be lost
        ("lost", pa.float64()),  # what was
        ("fell", pa.bool_()),
        ("treated", pa.bool_()),  # something was done about it all the same
    ]
)
GUESSES = pa.schema(
    [
        ("account_id", pa.string()),
        ("opened_on", pa.date32()),
        ("confirmed_on", pa.date32()),
        ("guessed", pa.string()),  # family, or unknown
        ("p", pa.float64()),
        ("said", pa.string()),  # by the salesperson, first; null = nothing
        ("confirmed", pa.string()),
    ]
)
FORECAST = pa.schema(
    [
        ("as_of", pa.date32()),
        ("weeks", pa.int64()),
        ("alone", pa.bool_()),  # of accounts that nothing was done about, else of all
        ("accounts", pa.int64()),
        ("baseline", pa.float64()),
        ("expected", pa.float64()),  # loss within the horizon, with its 80% interval
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("lost", pa.float64()),  # what did not come
        ("inside", pa.int64()),  # accounts that lost what their own 80% interval held
    ]
)


@dataclass(frozen=True)
class Back:
    """Where from one looks back."""

    known: Known
    store: Path
    kept: Kept

    @classmethod
    def at(cls, known: Known, store: Path) -> Back:
        return cls(known, store, Kept.of(known.ledger, known.as_of))

    def then(self, identity: str) -> Then:
        return Then.open(self.known.ledger, self.store, identity, self.known.as_of)

    def came(self, account: Sequence[str], first: Sequence[date], days: Sequence[int]) -> Any:
        windows = (account, [days_of(one) for one in first], days)
        return came(self.known.ledger, windows, self.known.as_of, self.known.until)

    def by_assessment(self, rows: Sequence[Mapping[str, Any]], day: str) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for row in rows:
            identity = last_before(row[day], self.kept.dates)
            if identity is not None:
                found.setdefault(identity, []).append(row)
        return found


def looked_back(known: Known, store: Path) -> dict[str, pa.Table]:
    """put_off, guesses, forecasts: what is told by what is known on a day."""
    back = Back.at(known, store)
    return {"put_off": put_off(back), "guesses": guesses(back), "forecasts": forecasts(back)}


def put_off(back: Back) -> pa.Table:
    """A row of PUT_OFF each saying whose horizon is over."""
    begun = begun_of(back.known)
    found: list[dict[str, Any]] = []
    share: list[float] = []
    days: list[int] = []
    for identity, rows in sorted(back.by_assessment(back.known.rows("snoozes"), "on").items()):
        judged = back.then(identity).only([row["account_id"] for row in rows])
        horizon = timedelta(weeks=judged.weeks)
        for row in rows:
            i = judged.place.get(row["account_id"])
            if i is None or row["on"] + horizon > back.known.as_of or not judged.expected[0][i] > 0:
                continue
            runs = begun.get(row["account_id"], ())
            found.append(
                {
                    **{key: row[key] for key in ("account_id", "on", "kind", "reason")},
                    "name": judged.words("name")[i],
                    "manager_id": judged.words("manager_id")[i] or None,
                    "baseline": float(judged.expected[0][i]),
                    "expected": float(judged.expected[1][i]),
                    "treated": any(row["on"] <= one < row["on"] + horizon for one, *_ in runs),
                }
            )
            share.append(judged.share)
            days.append(judged.weeks * WEEK_DAYS)
    money = back.came([r["account_id"] for r in found], [r["on"] for r in found], days)
    for row, amount in zip(found, (money * share).tolist(), strict=True):
        row["lost"] = row["baseline"] - amount
        row["fell"] = row["lost"] >= FELL * row["baseline"]
    return pa.Table.from_pylist(found, PUT_OFF)


def guesses(back: Back) -> pa.Table:
    """A row of GUESSES each review that confirmed a cause, beside what the explanation had said before it was opened."""
    confirmed = [
        row
        for row in back.known.rows("reviews")
        if row["root_cause"] and row["confirmed_on"] and row["opened_on"]
    ]
    found: list[dict[str, Any]] = []
    for identity, rows in sorted(back.by_assessment(confirmed, "opened_on").items()):
        falls = back.then(identity).falls
        told = {} if falls is None else {r["account_id"]: r for r in falls.to_pylist()}
        for row in rows:
            fall = told.get(row["account_id"])
            if fall is None or fall["reviewed"]:
                continue
            said = row["salesperson_reason"]
            found.append(
                {
                    **{key: row[key] for key in ("account_id", "opened_on", "confirmed_on")},
                    "guessed": fall["first"] or UNKNOWN,
                    "p": fall["p_first"],
                    "said": family_of(said) if said else None,
                    "confirmed": family_of(row["root_cause"]),
                }
            )
    return pa.Table.from_pylist(found, GUESSES)


def family_of(cause: str) -> str:
    return cause.split(".")[0]


def forecasts(back: Back) -> pa.Table:
    """Two rows of FORECAST each kept assessment whose horizon is over, some weeks apart: all, and left alone."""
    then = [back.then(identity) for identity in _apart(back)]
    accounts = [one.ids.to_pylist() for one in then]
    first = [one.as_of for one, mine in zip(then, accounts, strict=True) for _ in mine]
    days = [one.weeks * WEEK_DAYS for one, mine in zip(then, accounts, strict=True) for _ in mine]
    money = back.came([account for mine in accounts for account in mine], first, days)
    begun = begun_of(back.known)
    found: list[dict[str, Any]] = []
    begin = 0
    for judged, mine in zip(then, accounts, strict=True):
        amount = money[begin : begin + len(mine)] * judged.share
        begin += len(mine)
        known = judged.expected[0] > 0
        alone = known & ~_busy(judged, begun)
        for which, by_itself in ((known, False), (alone, True)):
            found.append(_forecast(judged, which, amount, alone=by_itself))
    return pa.Table.from_pylist(found, FORECAST)


def _busy(judged: Then, begun: Begun) -> Any:
    """Accounts (n,) with something under way within the horizon."""
    over_on = judged.as_of + timedelta(weeks=judged.weeks)
    busy = [
        account
        for account, runs in begun.items()
        if any(first < over_on and (last or date.max) >= judged.as_of for first, last, _ in runs)
    ]
    return pc.is_in(judged.ids, value_set=pa.array(busy, pa.string())).to_numpy(
        zero_copy_only=False
    )


def _apart(back: Back) -> list[str]:
    """The names of kept assessments whose horizon is over, the newest first, some weeks apart."""
    found: list[str] = []
    dates, weeks = back.kept.dates, back.kept.weeks
    before = date.max
    for name, day in sorted(dates.items(), key=lambda item: (item[1], item[0]), reverse=True):
        over = day + timedelta(weeks=weeks[name]) <= back.known.as_of
        if over and (before - day).days >= DAYS_APART:
            found.append(name)
            before = day
        if len(found) == FORECASTS:
            break
    return found


def _forecast(judged: Then, which: Any, money: Any, *, alone: bool) -> dict[str, Any]:
    baseline, loss = (one[which] for one in judged.expected)
    low, high = (
        np.nan_to_num(judged.column(f"horizon_loss_{end}")[which]) for end in ("low", "high")
    )
    expected = float(loss.sum())
    lost = baseline - money[which]
    inside = (low - CENT <= lost) & (lost <= high + CENT)
    # Losses of accounts apart from each other: half widths add up by their squares.
    down, up = (float(np.sqrt(((end - loss) ** 2).sum())) for end in (low, high))
    return {
        "as_of": judged.as_of,
        "weeks": judged.weeks,
        "alone": alone,
        "accounts": int(which.sum()),
        "baseline": float(baseline.sum()),
        "expected": expected,
        "low": expected - down,
        "high": expected + up,
        "lost": float(lost.sum()),
        "inside": int(inside.sum()),
    }
