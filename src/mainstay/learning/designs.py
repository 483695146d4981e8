"""Who gets a play and who waits: drawn, and written down with its probability, before anything happens.

order: accounts that are equals for a play begin in waves, in random order
managers: all accounts of a manager begin together, managers in random order
hold_out: a stated share goes without for as long as the design lasts: of all and of each kind of equals just that
    share, rounded up or down by chance

The draws follow from the design's seed and the codes alone, so that anybody can make them again. Only plays that are
extra wait (`Play.extra`): never supply, answers, complaints, promises owed. Nobody of tier A waits; what a play does there
is carried over from the others. An account is in one design at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop
from mainstay.plays.coin import NOT_FOR_TIERS, uniform
from mainstay.plays.play import Play

ORDER, MANAGERS, HOLD_OUT = "order", "managers", "hold_out"
KINDS = (ORDER, MANAGERS, HOLD_OUT)
BEGINS, HELD = "begins", "held"
MOST_HELD = 0.5

# Why a candidate is in no draw.
NO_PLAY, OWED, TIER, IN_DESIGN, TWICE, ALONE, NOBODY = (
    "no_play",
    "owed",
    "tier",
    "in_design",
    "twice",
    "alone",
    "nobody",
)

CANDIDATES = pa.schema(
    [
        ("account_id", pa.string()),
        ("play", pa.string()),
        ("tier", pa.string()),
        ("manager_id", pa.string()),  # null = nobody looks after it
        ("equals", pa.string()),  # who is drawn with whom: size, state, worth
    ]
)
DRAWS = pa.schema(
    [
        ("design", pa.string()),
        ("kind", pa.string()),
        ("account_id", pa.string()),
        ("play", pa.string()),
        ("unit", pa.string()),  # what was drawn: the account or its manager
        ("arm", pa.string()),  # begins, held
        ("wave", pa.int32()),  # 1 = first; 0 = held
        ("probability", pa.float64()),  # of this arm and wave
        ("draw", pa.float64()),  # the number in [0, 1) that decided
        ("from", pa.date32()),  # of the play; of who is held, of the time without
        ("to", pa.date32()),  # last day of the design
    ]
)
LEFT_OUT = pa.schema([("account_id", pa.string()), ("play", pa.string()), ("why", pa.string())])


@dataclass(frozen=True)
class Design:
    """name: also the seed; starts: first day of each wave, ascending (one, for a hold-out); to: its last day
    held: share that goes without, for a hold-out"""

    name: str
    kind: str
    starts: tuple[date, ...]
    to: date
    held: float = 0.0

    def __post_init__(self) -> None:
        several = self.kind != HOLD_OUT
        fine = (
            bool(self.name)
            and self.kind in KINDS
            and len(self.starts) >= (2 if several else 1)
            and list(self.starts) == sorted(set(self.starts))
            and self.starts[-1] <= self.to
            and (several or (len(self.starts) == 1 and 0 < self.held <= MOST_HELD))
        )
        if not fine:
            raise InvalidSetting(
                gettext_noop(
                    "The design “{design}” can't be used: it takes a name, days of start that ascend (two or more, or one and a share of at most a half that goes without), and a last day after them."
                ),
                design=self.name,
            )


@dataclass(frozen=True)
class Drawn:
    """draws: a row of DRAWS each account; left_out: a row of LEFT_OUT each candidate that is in none"""

    draws: pa.Table
    left_out: pa.Table


def draw(
    design: Design,
    candidates: pa.Table,
    plays: Mapping[str, Play],
    standing: pa.Table | None = None,
) -> Drawn:
    """Who begins when, and who goes without.

    candidates: CANDIDATES; standing: DRAWS of earlier designs, whose accounts are left alone until those are over
    """
    busy = _busy(design, standing)
    rows: list[dict[str, str]] = []
    left: list[dict[str, str]] = []
    seen: set[str] = set()
    for row in candidates.select(CANDIDATES.names).to_pylist():
        why = _why_not(design, row, plays, busy)
        if not why and row["account_id"] in seen:
            why = TWICE
        if why:
            left.append({"account_id": row["account_id"], "play": row["play"], "why": why})
            continue
        seen.add(row["account_id"])
        rows.append(row)
    groups: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in rows:
        # Managers are drawn against each other, whichever equals their accounts have.
        equals = "" if design.kind == MANAGERS else row["equals"] or ""
        groups.setdefault((row["play"], equals), []).append(row)
    found: list[dict[str, object]] = []
    if design.kind == HOLD_OUT:
        found, groups = _held_out(design, groups), {}
    for (play, equals), mine in sorted(groups.items()):
        drawn = _of_group(design, f"{design.name}\0{play}\0{equals}", mine)
        if drawn is None:
            left += [{"account_id": r["account_id"], "play": play, "why": ALONE} for r in mine]
        else:
            found += drawn
    found.sort(key=lambda one: str(one["account_id"]))
    return Drawn(pa.Table.from_pylist(found, DRAWS), pa.Table.from_pylist(left, LEFT_OUT))


def draw_later(
    design: Design,
    candidates: pa.Table,
    plays: Mapping[str, Play],
    standing: pa.Table,
    on: date,
) -> pa.Table:
    """The draws of accounts that became candidates while the design runs, each by itself.

    One that comes later has few equals on the same day, so it is not drawn against others: each wave that is still to begin is as
    probable, and there must be two. An account of a manager who was drawn goes with that manager.
    standing: DRAWS of all designs that are not over, this one's among them
    Returns: DRAWS
    """
    mine = standing.filter(pc.equal(standing["design"], design.name)).to_pylist()
    there = {row["account_id"] for row in mine}
    managers = {row["unit"]: row for row in mine} if design.kind == MANAGERS else {}
    busy = _busy(design, standing, on)
    found = []
    for row in candidates.select(CANDIDATES.names).to_pylist():
        if row["account_id"] in there or _why_not(design, row, plays, busy):
            continue
        there.add(row["account_id"])
        drawn = _later(design, row, managers, on)
        if drawn is not None:
            found.append(drawn)
    found.sort(key=lambda one: str(one["account_id"]))
    return pa.Table.from_pylist(found, DRAWS)


def _later(
    design: Design, row: dict[str, str], managers: Mapping[str, dict[str, Any]], on: date
) -> dict[str, object] | None:
    seed = f"{design.name}\0{row['play']}\0later"
    if design.kind == HOLD_OUT:
        drawn = _held(design, seed, row)
        return drawn | {"from": max(design.starts[0], on)}
    unit = row["manager_id"] if design.kind == MANAGERS else row["account_id"]
    if unit in managers:
        same = ("arm", "wave", "probability", "draw")
        with_it = {name: managers[unit][name] for name in same}
        return _row(design, row, unit, 0.0) | with_it | {"from": max(managers[unit]["from"], on)}
    ahead = [wave for wave, start in enumerate(design.starts, 1) if start >= on]
    if len(ahead) < 2:
        return None
    number = uniform(seed, unit)
    wave = ahead[int(number * len(ahead))]
    return _row(design, row, unit, number) | {
        "arm": BEGINS,
        "wave": wave,
        "probability": 1 / len(ahead),
        "from": design.starts[wave - 1],
    }


def _busy(design: Design, standing: pa.Table | None, on: date | None = None) -> set[str]:
    """Accounts of other designs that are not over when this one begins, or on a later day."""
    if standing is None or not standing.num_rows:
        return set()
    lasts = pc.greater_equal(standing["to"], pa.scalar(on or design.starts[0], pa.date32()))
    other = pc.not_equal(standing["design"], design.name)
    return set(standing.filter(pc.and_(lasts, other))["account_id"].to_pylist())


def _why_not(
    design: Design, row: Mapping[str, str], plays: Mapping[str, Play], busy: set[str]
) -> str:
    play = plays.get(row["play"])
    if play is None:
        return NO_PLAY
    if not play.extra:
        return OWED
    if row["tier"] is None or row["tier"] in NOT_FOR_TIERS:
        return TIER
    if row["account_id"] in busy:
        return IN_DESIGN
    return NOBODY if design.kind == MANAGERS and not row["manager_id"] else ""


def _of_group(
    design: Design, seed: str, rows: list[dict[str, str]]
) -> list[dict[str, object]] | None:
    """The draws of equals; None where one is alone, and nothing is left to chance."""
    by = "manager_id" if design.kind == MANAGERS else "account_id"
    units = sorted({row[by] for row in rows})
    if len(units) < 2:
        return None
    number = {unit: uniform(seed, unit) for unit in units}
    order = sorted(units, key=lambda unit: (number[unit], unit))
    waves = min(len(design.starts), len(units))
    parts = [part.tolist() for part in np.array_split(np.array(order, object), waves)]
    # Which waves are larger by one is fixed; which unit is in which is not.
    wave_of = {unit: w for w, part in enumerate(parts) for unit in part}
    return [
        _row(design, row, row[by], number[row[by]])
        | {
            "arm": BEGINS,
            "wave": wave_of[row[by]] + 1,
            "probability": len(parts[wave_of[row[by]]]) / len(units),
            "from": design.starts[wave_of[row[by]]],
        }
        for row in rows
    ]


def _held_out(
    design: Design, groups: Mapping[tuple[str, str], list[dict[str, str]]]
) -> list[dict[str, object]]:
    """A systematic sample: equals in random order, one kind after the other, and every (1 / held)th of that row from
    a random start. So each is held with the probability `held`, and of any run of n accounts n · held are, up to one.

    Source: Madow & Madow (1944), On the theory of systematic sampling
    """
    found = []
    plays = {play for play, _ in groups}
    step = {play: uniform(f"{design.name}\0{play}\0start", "") for play in plays}
    for (play, equals), mine in sorted(groups.items()):
        seed = f"{design.name}\0{play}\0{equals}"
        number = {row["account_id"]: uniform(seed, row["account_id"]) for row in mine}
        for row in sorted(mine, key=lambda one: (number[one["account_id"]], one["account_id"])):
            step[play] += design.held
            held = step[play] >= 1
            step[play] -= held
            found.append(_arm(design, row, number[row["account_id"]], held))
    return found


def _held(design: Design, seed: str, row: dict[str, str]) -> dict[str, object]:
    """One that comes by itself."""
    number = uniform(seed, row["account_id"])
    return _arm(design, row, number, number < design.held)


def _arm(design: Design, row: dict[str, str], number: float, held: bool) -> dict[str, object]:
    return _row(design, row, row["account_id"], number) | {
        "arm": HELD if held else BEGINS,
        "wave": 0 if held else 1,
        "probability": design.held if held else 1 - design.held,
        "from": design.starts[0],
    }


def _row(design: Design, row: dict[str, str], unit: str, number: float) -> dict[str, object]:
    return {
        "design": design.name,
        "kind": design.kind,
        "account_id": row["account_id"],
        "play": row["play"],
        "unit": unit,
        "draw": number,
        "to": design.to,
    }


def chance_now(draws: pa.Table, on: date) -> pa.Table:
    """Of who still waited the day before: who has begun by a day, and the probability of what it got then.

    draws: DRAWS of one design
    Returns: account_id, play, unit, begun (bool), probability; accounts that had begun before are left out
    """
    rows = [
        row for row in draws.to_pylist() if row["arm"] != BEGINS or row["from"] >= on
    ]  # who is held waits to the end
    units = {(row["play"], row["unit"]): row["from"] for row in rows}
    waiting = Counter(play for play, _ in units)
    begin = Counter(play for (play, _), day in units.items() if day == on)
    found = []
    for row in rows:
        begun = row["arm"] == BEGINS and row["from"] == on
        chance = row["probability"]
        if row["kind"] != HOLD_OUT:
            part = begin[row["play"]] / waiting[row["play"]]
            chance = part if begun else 1 - part
        found.append(
            {name: row[name] for name in ("account_id", "play", "unit")}
            | {"begun": begun, "probability": chance}
        )
    schema = [DRAWS.field(name) for name in ("account_id", "play", "unit")]
    return pa.Table.from_pylist(
        found, pa.schema([*schema, ("begun", pa.bool_()), ("probability", pa.float64())])
    )
