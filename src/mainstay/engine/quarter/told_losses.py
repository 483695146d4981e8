"""Sentences on who was lost, and to whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from mainstay.core.texts import Text, gettext_noop
from mainstay.engine.quarter.compared import compared
from mainstay.engine.quarter.review import Figures, Review

Bullet = list[Text]
LEAST = 5  # falls, of fewer nothing is said of shares

NOT_LOSSES = gettext_noop(
    "Who was lost in this quarter is not known: no assessment looked at states so long ago."
)
LOST = gettext_noop(
    "We lost {lost} accounts, {part_share} of the {there} that there were; they buy {lost_money} a year less than "
    "before they fell."
)
NONE_LOST = gettext_noop("We lost none of the {there} accounts that there were.")
SLIPPING = gettext_noop(
    "{slipping} more accounts began to slip; in the better of their last two years these bought for {slipping_money}."
)
RETURNED = gettext_noop(
    "Of those lost before, {returned} ordered again, be it once; in the better of their last two years these bought "
    "for {returned_money}. Who is back for good is told under Win back, by half a year of orders."
)
CLOSED = gettext_noop("Closed their business: {closed}, with {closed_money} a year.")
SIZES = gettext_noop(
    "By size: {large} of {large_there} large accounts were lost, {medium} of {medium_there} medium, "
    "{small} of {small_there} small."
)
DAYS = gettext_noop(
    "States are compared as of {first_on} and {last_on}, {apart} weeks apart: they are looked at every four weeks."
)
UNLIKE = gettext_noop("Beside the quarter before, count by week: that one was {before} weeks long.")
FORETOLD = gettext_noop(
    "On {on_on} we expected that {expected} of {accounts} accounts would not order any more within 13 weeks "
    "(80% interval {low} to {high}); it was {were}."
)
OUTSIDE = gettext_noop("That is outside the interval.")
INSIDE = gettext_noop("That is within the interval.")
FORETOLD_MONEY = gettext_noop(
    "They were expected to buy for {expected_money} ({low_money} to {high_money}); they bought for {came_money}."
)
NOT_FORETOLD = gettext_noop(
    "Forecasts can't be set beside what came: no assessment of 13 weeks before is kept."
)


def losses(review: Review) -> list[Bullet]:
    now = review.now("losses")
    if now is None:
        return [[Text(NOT_LOSSES)], *_foretold(review)]
    kinds, there = now["kinds"], now["there"]
    lost = kinds["lost"]
    if lost["n"]:
        part = lost["n"] / there["n"] if there["n"] else None
        first = Text(
            LOST,
            {
                "lost": lost["n"],
                "part_share": part,
                "there": there["n"],
                "lost_money": lost["money"],
            },
        )
    else:
        first = Text(NONE_LOST, {"there": there["n"]})
    told = [
        [
            first,
            *compared(_lost(review.before("losses")), _lost(review.last_year("losses")), "_money"),
        ]
    ]
    for kind, template in (("slipping", SLIPPING), ("returned", RETURNED), ("closed", CLOSED)):
        one = kinds[kind]
        if one["n"] or kind == "slipping":
            told.append([Text(template, {kind: one["n"], f"{kind}_money": one["money"]})])
    told.append([_sizes(now)])
    told += _foretold(review)
    return [*told, _days(now, review.before("losses"))]


def _days(now: Figures, before: Figures | None) -> Bullet:
    """Between which days states are compared, and whether the quarter before is as long."""
    apart = _weeks(now)
    said = [Text(DAYS, {"first_on": now["first"], "last_on": now["last"], "apart": apart})]
    if before and _weeks(before) != apart:
        said.append(Text(UNLIKE, {"before": _weeks(before)}))
    return said


def _weeks(figures: Figures) -> int:
    days = date.fromisoformat(figures["last"]) - date.fromisoformat(figures["first"])
    return round(days.days / 7)


def _lost(figures: Figures | None) -> float | None:
    return figures["kinds"]["lost"]["money"] if figures else None


def _sizes(now: Figures) -> Text:
    data: dict[str, Any] = {}
    for row in now["sizes"]:
        data |= {row["name"]: row["lost"]["n"], f"{row['name']}_there": row["there"]["n"]}
    return Text(SIZES, data)


def _foretold(review: Review) -> list[Bullet]:
    found = review.forecast
    if found is None:
        return [[Text(NOT_FORETOLD)]]
    gone = found["gone"]
    said = Text(FORETOLD, {"on_on": found["on"], "accounts": found["accounts"], **gone})
    within = gone["low"] <= gone["were"] <= gone["high"]
    told = [[said, Text(INSIDE if within else OUTSIDE)]]
    money = found["money"]
    if money is not None:
        told.append([Text(FORETOLD_MONEY, {f"{name}_money": v for name, v in money.items()})])
    return told


NO_CAUSES = gettext_noop("Why accounts fell in this quarter is not known.")
NO_FALLS = gettext_noop("No account is seen to have begun to fall in this quarter.")
OURS = gettext_noop(
    "{accounts} accounts began to fall, by {lost_money} a year; of that {ours_share} is laid to us "
    "({ours_money}, 80% interval {low_money} to {high_money})."
)
OTHERS = gettext_noop(
    "To a competitor {theirs_share} ({theirs_money}), to nobody, but the customer's own business, {nobodys_share} ({nobodys_money}); of "
    "{unknown_share} ({unknown_money}) nothing that is recorded says why."
)
CONFIRMED = gettext_noop(
    "Confirmed in reviews: {reviewed} of these accounts, {reviewed_share} of the money; all else is judged from what "
    "is recorded."
)
NONE_CONFIRMED = gettext_noop(
    "No review confirms any of it: all of it is judged from what is recorded."
)
LARGEST = gettext_noop("The largest family: {family}, {family_money}, first cause of {n} accounts.")
FEW = gettext_noop(
    "Fewer than {least} accounts fell: shares of so few say little, and are not set beside other quarters."
)
MOVED = gettext_noop("Our part was {before_share} in the quarter before and is {now_share} now.")
LATER = gettext_noop(
    "Falls show only after a while: a quarter that is just over will have more of them when it is looked at again."
)


def causes(review: Review) -> list[Bullet]:
    now = review.now("causes")
    if now is None:
        return [[Text(NO_CAUSES)]]
    if not now["accounts"]:
        return [[Text(NO_FALLS)], [Text(LATER)]]
    whose = {row["whose"]: row for row in now["whose"]}
    shares = {f"{name}_share": _part(row["money"], now["lost"]) for name, row in whose.items()}
    money = {f"{name}_money": row["money"] for name, row in whose.items()}
    ours = whose["ours"]
    data = {"low_money": ours["low"], "high_money": ours["high"], "lost_money": now["lost"]}
    told = [[Text(OURS, {"accounts": now["accounts"], **shares, **money, **data})]]
    told.append([Text(OTHERS, {**shares, **money})])
    if now["families"]:
        top = now["families"][0]
        family = {"family": top["family"], "family_money": top["money"], "n": top["accounts"]}
        told.append([Text(LARGEST, family)])
    told.append([_confirmed(now)])
    if now["accounts"] < LEAST:
        told.append([Text(FEW, {"least": LEAST})])
    else:
        told += _moved(review, shares["ours_share"])
    return [*told, [Text(LATER)]]


def _confirmed(now: Mapping[str, Any]) -> Text:
    reviewed = now["reviewed"]
    if not reviewed["n"]:
        return Text(NONE_CONFIRMED)
    part = _part(reviewed["money"], now["lost"])
    return Text(CONFIRMED, {"reviewed": reviewed["n"], "reviewed_share": part})


def _moved(review: Review, now: float | None) -> list[Bullet]:
    before, year = (_our_part(one) for one in (review.before("causes"), review.last_year("causes")))
    said = [Text(MOVED, {"before_share": before, "now_share": now})] if before is not None else []
    if said:
        return [[*said, *compared(before, year, "_share")[1:]]]
    return [compared(before, year, "_share")]


def _our_part(figures: Figures | None) -> float | None:
    if figures is None or figures["accounts"] < LEAST:
        return None
    ours = next(row for row in figures["whose"] if row["whose"] == "ours")
    return _part(ours["money"], figures["lost"])


def _part(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
