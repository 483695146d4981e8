"""What was learnt by the day of an assessment, kept beside its plan: effects, beliefs before and after, what was said and came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from mainstay.core.errors import NotFound
from mainstay.core.texts import Text, gettext_noop
from mainstay.engine.assessment import Assessment
from mainstay.engine.draws import Known
from mainstay.engine.explaining import explanation_of
from mainstay.engine.learning import cases_of
from mainstay.engine.looking_back import looked_back
from mainstay.engine.outcomes import outcomes_of
from mainstay.learning.cases import NEVER, Cases, tells, usable
from mainstay.learning.effects import beliefs, effects
from mainstay.learning.moves import Held, before, moves, used
from mainstay.learning.needed import needed
from mainstay.ledger.frozen import Frozen, FrozenFolder
from mainstay.ledger.ledger import Ledger
from mainstay.plays.catalogue import PLAYS
from mainstay.plays.effects import Belief, learnt, priors
from mainstay.plays.own import readable
from mainstay.plays.play import Play

EFFECTS_FOLDER = "effects"
APART = timedelta(
    days=7
)  # the plan before: a week's, so that a change of Saturday is seen on Monday

HELD_BACK = gettext_noop(
    "Of “{play}”, plans go by what was believed before: what cases told since is held back from {held_on} on ({reason})."
)

CASES = pa.schema(
    [
        ("account_id", pa.string()),
        ("drawn", pa.string()),
        ("done", pa.string()),
        ("cause", pa.string()),
        ("expected", pa.float64()),
        ("lost", pa.float64()),  # null = not known
        ("probability", pa.float64()),  # null = a person or the rule chose
        ("design", pa.string()),
        ("first", pa.date32()),
        ("last", pa.date32()),
        ("began", pa.date32()),  # null = no play was done
        ("tells", pa.bool_()),  # something of effects; else it is left out
    ]
)
RATES = pa.schema(
    [
        ("signal", pa.string()),  # "" = by what nobody recorded
        ("cause", pa.string()),
        ("before", pa.float64()),  # falls of an exposed account a year
        ("after", pa.float64()),
        ("falls", pa.float64()),
    ]
)


def learnt_folder(store: Path) -> FrozenFolder:
    """Where it is kept (`Home.store`), by the names of the assessments."""
    return FrozenFolder(store / EFFECTS_FOLDER)


def learnt_of(store: Path, assessment_id: str) -> Frozen | None:
    """What was learnt by an assessment's day; None of one made before anything was."""
    try:
        return learnt_folder(store).open(assessment_id)
    except NotFound:
        return None


@dataclass(frozen=True)
class Lessons:
    """Tables effects, needed, moves, cases, rates, put_off, guesses, forecasts, as their modules say; meta: as_of,
    before (the date of the plan before; None = there is none), left_out (cases, by reason), cases."""

    tables: dict[str, pa.Table]
    meta: dict[str, Any]


def plays_then(ledger: Ledger, assessment: Assessment) -> tuple[list[Play], list[Text]]:
    """The company's own plays by the day of an assessment; and of each that can't be read, why."""
    until = assessment.facts_known_until or assessment.as_of
    return readable(ledger.table("plays", None, until).to_pylist())


def keep_learnt(ledger: Ledger, store: Path, assessment: Assessment) -> Frozen:
    """What was learnt by an assessment's day, found and frozen unless it is there."""
    kept = learnt_of(store, assessment.id)
    if kept is not None:
        return kept
    found = learn(ledger, store, assessment)
    meta = {**found.meta, "id": assessment.id}
    return learnt_folder(store).save(assessment.id, found.tables, {"meta": meta})


def learn(ledger: Ledger, store: Path, assessment: Assessment) -> Lessons:
    """What is known by an assessment's day of plays, causes and forecasts."""
    as_of, until = assessment.as_of, assessment.facts_known_until
    own, _ = plays_then(ledger, assessment)
    # Also those out of service: what they did stays known.
    plays = PLAYS | {play.name: play for play in own}
    cases = cases_of(ledger, store, plays, as_of=as_of, known_until=until)
    back = outcomes_of(ledger, store, plays, as_of=as_of, known_until=until)
    returned = {k: b for k, b in learnt(plays, back).items() if plays[k].returns}
    after = beliefs(cases, plays) | returned
    found = effects(cases, plays)
    earlier = _earlier(store, assessment)
    last = _week_before(earlier, as_of)
    held = _held(ledger, assessment, earlier[0] if earlier else None, priors(plays))
    was = used(last.table("moves")) if last is not None else priors(plays)
    known = Known(ledger, plays, as_of, until)
    tables = {
        "effects": found.table(),
        "needed": needed(cases, plays, found),
        "moves": moves(was, after, held),
        "cases": _table(cases),
        "rates": _rates(store, assessment.id, last.id if last is not None else None),
        **looked_back(known, store),
    }
    meta = {
        "as_of": str(as_of),
        "before": last.meta["as_of"] if last is not None else None,
        "left_out": found.left_out,
        "cases": len(usable(cases)[0]),
    }
    return Lessons(tables, meta)


def held_back(moved: pa.Table, plays: Mapping[str, Play]) -> list[Text]:
    """What a plan says of the plays whose effects somebody holds back."""
    return [
        Text(
            HELD_BACK,
            {
                "play": plays[row["play"]].title if row["play"] in plays else row["play"],
                "held_on": str(row["held_on"]),
                "reason": row["held_reason"] or "–",
            },
        )
        for row in moved.to_pylist()
        if row["held"]
    ]


def _earlier(store: Path, assessment: Assessment) -> list[Frozen]:
    """What was kept before, of dates up to this one; the newest first."""
    day = assessment.as_of
    some = [one for one in learnt_folder(store).all() if one.id != assessment.id]
    return [
        one
        for one in some
        if one.id < assessment.id and date.fromisoformat(one.meta["as_of"]) <= day
    ]


def _week_before(earlier: list[Frozen], as_of: date) -> Frozen | None:
    older = [one for one in earlier if date.fromisoformat(one.meta["as_of"]) <= as_of - APART]
    return older[0] if older else earlier[-1] if earlier else None


def _held(
    ledger: Ledger, assessment: Assessment, latest: Frozen | None, first: Mapping[str, Belief]
) -> dict[str, Held]:
    """Of each play that is held back: the belief that stood when somebody held it.

    latest: what they looked at then, and in which what was held already goes on
    """
    until = assessment.facts_known_until or assessment.as_of
    rows = sorted(ledger.table("held_effects", None, until).to_pylist(), key=lambda row: row["on"])
    now = {row["play"]: row for row in rows}
    table = latest.table("moves") if latest is not None else None
    stood = used(table) if table is not None else {}
    shown = before(table) if table is not None else {}
    was_held = {r["play"] for r in table.to_pylist() if r["held"]} if table is not None else set()
    found = {}
    for play, row in now.items():
        if row["held"] and play in first:
            belief = (stood if play in was_held else shown).get(play, first[play])
            found[play] = Held(belief, row)
    return found


def _table(cases: Cases) -> pa.Table:
    epoch = date(1970, 1, 1).toordinal()

    def days(values: Any) -> pa.Array:
        known = values != NEVER
        found = np.where(known, values - epoch, 0).astype(np.int32)
        return pa.array(found, pa.int32(), mask=~known).cast(pa.date32())

    def numbers(values: Any) -> pa.Array:
        return pa.array(values, pa.float64(), mask=~np.isfinite(values))

    words = ("account_id", "drawn", "done", "cause", "design")
    columns = {name: pa.array(getattr(cases, name).tolist(), pa.string()) for name in words}
    columns |= {name: numbers(getattr(cases, name)) for name in ("expected", "lost", "probability")}
    columns |= {name: days(getattr(cases, name)) for name in ("first", "last", "began")}
    columns["tells"] = pa.array(tells(cases), pa.bool_())
    return pa.table(columns).select(CASES.names).cast(CASES)


def _rates(store: Path, assessment_id: str, before_id: str | None) -> pa.Table:
    """How often each cause fells accounts, as the explanations learnt it then and now."""
    now, was = (_learnt_rates(store, one) for one in (assessment_id, before_id))
    rows = [
        {"signal": key[0], "cause": key[1], "before": was[key][0], "after": rate, "falls": falls}
        for key, (rate, falls) in now.items()
        if key in was
    ]
    return pa.Table.from_pylist(rows, RATES)


def _learnt_rates(store: Path, identity: str | None) -> dict[tuple[str, str], tuple[float, float]]:
    if identity is None:
        return {}
    try:
        told = explanation_of(store, identity).document("learnt")
    except NotFound:
        return {}
    found = {
        (one["signal"], one["cause"]): (one["falls_a_year"], one["falls"])
        for one in told.get("channels", ())
    }
    hidden = told.get("hidden_a_year", {})
    return found | {("", cause): (rate, 0.0) for cause, rate in hidden.items()}
