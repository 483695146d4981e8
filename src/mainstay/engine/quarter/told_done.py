"""Sentences on what was promised and done: in reviews, by plays, to accounts."""

from __future__ import annotations

from typing import Any

from mainstay.core.texts import Text, gettext_noop
from mainstay.engine.quarter.compared import compared
from mainstay.engine.quarter.plays import KEPT
from mainstay.engine.quarter.review import Figures, Review

Bullet = list[Text]

NO_REVIEWS = gettext_noop(
    "No review of a loss is written down: what was learnt from losses, and what was promised because of them, is "
    "not known."
)
REVIEWED = gettext_noop(
    "Of {lost} accounts lost in the quarter, {reviewed} are reviewed; {opened} reviews were begun and {confirmed} "
    "confirmed in it."
)
BEGUN = gettext_noop(
    "{opened} reviews of losses were begun and {confirmed} confirmed in the quarter."
)
NONE_DUE = gettext_noop("No change that was promised in a review was due in the quarter.")
DUE = gettext_noop(
    "Changes promised in reviews that were due: {due}; done in time {in_time}, late {late}, not yet {open}."
)
OLDEST = gettext_noop(
    "{waiting} changes were overdue or without a day at the end; the oldest was due on {due_on}."
)
WAITING = gettext_noop("{waiting} changes had no day to be done by.")


def reviews(review: Review) -> list[Bullet]:
    now = review.now("reviews")
    if now is None or not now["written"]:
        return [[Text(NO_REVIEWS)]]
    said = REVIEWED if now["lost"] is not None else BEGUN
    names = ("lost", "reviewed", "opened", "confirmed")
    told = [[Text(said, {name: now[name] for name in names})]]
    if now["due"]:
        due = Text(DUE, {name: now[name] for name in ("due", "in_time", "late", "open")})
        told.append([due, *_done_before(review)])
    else:
        told.append([Text(NONE_DUE)])
    if now["oldest"]:
        data = {"waiting": now["waiting"], "due_on": now["oldest"]["due_on"]}
        told.append([Text(OLDEST, data)])
    elif now["waiting"]:
        told.append([Text(WAITING, {"waiting": now["waiting"]})])
    return told


IN_TIME_BEFORE = gettext_noop("In the quarter before {in_time} of {due} were done in time.")


def _done_before(review: Review) -> list[Text]:
    before = review.before("reviews")
    if not before or not before["due"]:
        return []
    return [Text(IN_TIME_BEFORE, {name: before[name] for name in ("in_time", "due")})]


MOST = 6  # plays whose effect has a sentence; the table has more
NO_PLAYS = gettext_noop(
    "No play and no case is written down: what was done about accounts is not known."
)
RUNS = gettext_noop("{begun} plays were begun and {ended} ended in the quarter.")
OUTCOMES = gettext_noop(
    "{closed} cases were closed; {kept} ended with the account kept, kept in part or won back: accounts that bought "
    "for {kept_money} in the better of their last two years."
)
NO_OUTCOMES = gettext_noop("No case was closed in the quarter.")
STAYED = gettext_noop("That they stayed does not say that they would have left.")
NO_EFFECTS = gettext_noop("Effects of plays are not measured yet.")
NONE_TOLD = gettext_noop(
    "Of none of {plays} plays can it be told yet whether it helps: too few cases."
)
HELPS = gettext_noop(
    "{play}: losses were {ratio_share} of what they would have been (80% interval {low_share} to {high_share}; "
    "{with_play} cases with it, {without} without)."
)
HARMS = gettext_noop(
    "{play} does harm: losses were {ratio_share} of what they would have been (80% interval {low_share} to "
    "{high_share}; {with_play} cases with it, {without} without)."
)
CHOSEN = gettext_noop("People chose for whom it was done, so that what they saw may be part of it.")
NO_HARM = gettext_noop("No play is seen to do harm.")


def plays(review: Review) -> list[Bullet]:
    now = review.now("plays")
    told = [[Text(NO_PLAYS)]]
    if now is not None and now["written"]:
        before, year = (
            one["begun"] if one and one["written"] else None
            for one in (review.before("plays"), review.last_year("plays"))
        )
        said = Text(RUNS, {name: now[name] for name in ("begun", "ended")})
        told = [[said, *compared(before, year)], _outcomes(now)]
    return told + _effects(review.effects)


def _outcomes(now: Figures) -> Bullet:
    outcomes = now["outcomes"]
    closed = sum(one["n"] for one in outcomes.values())
    if not closed:
        return [Text(NO_OUTCOMES)]
    kept = [outcomes[name] for name in KEPT if name in outcomes]
    data = {
        "closed": closed,
        "kept": sum(one["n"] for one in kept),
        "kept_money": sum(one["money"] for one in kept),
    }
    return [Text(OUTCOMES, data), Text(STAYED)]


def _effects(effects: list[dict[str, Any]] | None) -> list[Bullet]:
    if effects is None:
        return [[Text(NO_EFFECTS)]]
    named = [row for row in effects if row["verdict"] in ("harms", "helps")]
    named.sort(key=lambda row: (row["verdict"] != "harms", row["ratio"]))
    told = [_effect(row) for row in named[:MOST]]
    if not named:
        return [[Text(NONE_TOLD, {"plays": len(effects)})]]
    return told if named[0]["verdict"] == "harms" else [*told, [Text(NO_HARM)]]


def _effect(row: dict[str, Any]) -> Bullet:
    data = {name: row[name] for name in ("play", "with_play", "without")}
    data |= {f"{name}_share": row[name] for name in ("ratio", "low", "high")}
    said = Text(HARMS if row["verdict"] == "harms" else HELPS, data)
    return [said] if row["basis"] == "drawn" else [said, Text(CHOSEN)]


NO_PROMISES = gettext_noop("Nothing that we promised is written down for this quarter.")
KEPT_ALL = gettext_noop(
    "Of {n} things promised to accounts for this quarter (orders by their day, complaints by their standard, answers, "
    "money), {kept_share} were kept."
)
KINDS = {
    "promises": gettext_noop(
        "Promises made to them: {kept} of {n} kept by their day ({kept_share})."
    ),
    "deliveries": gettext_noop("Orders: {kept} of {n} on time in full ({kept_share})."),
    "complaints": gettext_noop(
        "Complaints: {kept} of {n} solved within the standard ({kept_share})."
    ),
    "requests": gettext_noop(
        "Requests: {kept} of {n} answered by the day promised ({kept_share})."
    ),
    "seasons": gettext_noop(
        "Season stock: {kept} of {n} lines confirmed before their month ({kept_share})."
    ),
}
WORST = gettext_noop(
    "The least kept, as far as it is sure: {name}, {broken} of {n} not kept; an account must have {least} or more."
)
LEAST = 20  # promises of a kind, of fewer it is not set beside other quarters


def promises(review: Review) -> list[Bullet]:
    now = review.now("promises")
    if now is None or not now["n"]:
        return [[Text(NO_PROMISES)]]
    before, year = (
        share_kept(review.alike(other))
        for other in (review.before("promises"), review.last_year("promises"))
    )
    data = {"n": now["n"], "kept_share": share_kept(now)}
    told = [[Text(KEPT_ALL, data), *compared(before, year, "_share")]]
    for kind, one in now["kinds"].items():
        said = Text(KINDS[kind], {**one, "kept_share": one["kept"] / one["n"]})
        if one["n"] < LEAST:
            told.append([said])
            continue
        last, ago = (
            _kind(one, kind) for one in (review.before("promises"), review.last_year("promises"))
        )
        told.append([said, *compared(last, ago, "_share")])
    if now["worst"]:
        worst = now["worst"][0]
        data = {name: worst[name] for name in ("name", "n", "broken")}
        told.append([Text(WORST, {**data, "least": 5})])
    return told


def share_kept(figures: Figures | None) -> float | None:
    return figures["kept"] / figures["n"] if figures and figures["n"] else None


def _kind(figures: Figures | None, kind: str) -> float | None:
    one = figures["kinds"].get(kind) if figures else None
    return one["kept"] / one["n"] if one and one["n"] >= LEAST else None
