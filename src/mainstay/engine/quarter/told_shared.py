"""Sentences on how much hangs on few accounts, and on what small ones get beside large ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mainstay.core.texts import Text, gettext_noop
from mainstay.engine.quarter.fairness import LARGE, SMALL
from mainstay.engine.quarter.review import Review

Bullet = list[Text]

NO_SALES = gettext_noop("Nobody bought anything in the 52 weeks before.")
NOT_THEN = gettext_noop(
    "How much hung on how few at the end of this quarter is not known: nobody looked then."
)
THREE = gettext_noop(
    "Without the three largest {gone_money} a year would be gone, {gone_share} of the sales of 52 weeks; a quarter "
    "before it was {before_share}, a year before {year_share}."
)
LARGEST = gettext_noop(
    "The largest brings {largest_share} of the sales, the ten largest {top10_share}."
)
FIFTH = gettext_noop("The largest fifth of {accounts} accounts brings {fifth_share}.")
EFFECTIVE = gettext_noop(
    "Sales are as concentrated as with {equal} equal accounts (Herfindahl index {index}); a quarter before with "
    "{before}, a year before with {year}."
)
LEAVING = gettext_noop(
    "At risk among the three largest: {leaving} (told us that they leave, late or slipping)."
)
NONE_LEAVING = gettext_noop("None of the three largest told us that it leaves, is late or slips.")
GROUPS = gettext_noop(
    "Groups and chains are one account each in these figures, as on the page of the portfolio."
)
AS_OF = gettext_noop("These figures are of {as_of_on}, not of the quarter's last day.")
_STATES = ("noticed", "late", "slipping")
FAR_DAYS = 31


def concentration(review: Review) -> list[Bullet]:
    found = review.concentration
    now = found.get("now")
    if not now:
        return [[Text(NOT_THEN if review.late else NO_SALES)]]
    before, year = found.get("quarter") or {}, found.get("year") or {}
    gone = {"gone_money": now["top3_money"], "gone_share": now["top3_share"]}
    gone |= {"before_share": before.get("top3_share"), "year_share": year.get("top3_share")}
    largest = {"largest_share": now["largest_share"], "top10_share": now["top10_share"]}
    equal = {"equal": now["effective_accounts"], "index": f"{now['herfindahl']:.4f}"}
    equal |= {"before": before.get("effective_accounts"), "year": year.get("effective_accounts")}
    fifth = {"accounts": now["n_accounts"], "fifth_share": now["share_of_top_fifth"]}
    leaving = sum(one["state"] in _STATES for one in found["largest"])
    told = [
        [Text(THREE, gone)],
        [Text(LARGEST, largest), Text(FIFTH, fifth)],
        [Text(EFFECTIVE, equal)],
        [Text(LEAVING, {"leaving": leaving}) if leaving else Text(NONE_LEAVING)],
        [Text(GROUPS)],
    ]
    if (review.as_of - review.quarter.over).days > FAR_DAYS:
        told.append([Text(AS_OF, {"as_of_on": str(review.as_of)})])
    return told


NO_FAIRNESS = gettext_noop(
    "What small accounts get beside large ones is not known for this quarter."
)
LESS = {
    "deliveries": gettext_noop(
        "Orders on time in full: small accounts {small_share}, large {large_share}; small ones get {points} points less "
        "(80% interval {low} to {high})."
    ),
    "answers": gettext_noop(
        "Complaints answered in time: small accounts {small_share}, large {large_share}; small ones get {points} points "
        "less (80% interval {low} to {high})."
    ),
    "complaints": gettext_noop(
        "Complaints solved in time: small accounts {small_share}, large {large_share}; small ones get {points} points "
        "less (80% interval {low} to {high})."
    ),
    "requests": gettext_noop(
        "Requests answered by the day: small accounts {small_share}, large {large_share}; small ones get {points} points "
        "less (80% interval {low} to {high})."
    ),
    "stock": gettext_noop(
        "Of short stock that was shared out: small accounts {small_share} of what they ordered, large {large_share}; "
        "small ones get {points} points less (80% interval {low} to {high})."
    ),
}
NO_LESS = {
    "deliveries": gettext_noop(
        "Orders on time in full: small accounts {small_share}, large {large_share}; that small ones get less is not seen "
        "(80% interval of the difference {low} to {high} points)."
    ),
    "answers": gettext_noop(
        "Complaints answered in time: small accounts {small_share}, large {large_share}; that small ones get less is not "
        "seen (80% interval of the difference {low} to {high} points)."
    ),
    "complaints": gettext_noop(
        "Complaints solved in time: small accounts {small_share}, large {large_share}; that small ones get less is not "
        "seen (80% interval of the difference {low} to {high} points)."
    ),
    "requests": gettext_noop(
        "Requests answered by the day: small accounts {small_share}, large {large_share}; that small ones get less is not "
        "seen (80% interval of the difference {low} to {high} points)."
    ),
    "stock": gettext_noop(
        "Of short stock that was shared out: small accounts {small_share} of what they ordered, large {large_share}; that "
        "small ones get less is not seen (80% interval of the difference {low} to {high} points)."
    ),
}
FEW = {
    "deliveries": gettext_noop(
        "Orders on time in full: too few accounts to tell; {lacking} more on the smaller side would be needed."
    ),
    "answers": gettext_noop(
        "Complaints answered in time: too few accounts to tell; {lacking} more on the smaller side would be needed."
    ),
    "complaints": gettext_noop(
        "Complaints solved in time: too few accounts to tell; {lacking} more on the smaller side would be needed."
    ),
    "requests": gettext_noop(
        "Requests answered by the day: too few accounts to tell; {lacking} more on the smaller side would be needed."
    ),
    "stock": gettext_noop(
        "Short stock that was shared out: too few accounts to tell; {lacking} more on the smaller side would be needed."
    ),
}
HOURS = gettext_noop(
    "Small accounts get {hours_share} of the hours of visits and calls, and bring {money_share} of the sales of 52 weeks."
)
FLOORS = gettext_noop(
    "Where stock was short, small accounts were to get at least {floor_share} of what they ordered; that held for {held} "
    "of {n} products."
)
NO_FLOORS = gettext_noop(
    "No short stock that small accounts had ordered was shared out in the quarter."
)


def fairness(review: Review) -> list[Bullet]:
    now = review.now("fairness")
    if now is None:
        return [[Text(NO_FAIRNESS)]]
    told = [[_difference(row)] for row in now["measures"] if row["measure"] in LESS]
    if now["hours"] is not None and now["money"] is not None:
        data = {"hours_share": now["hours"], "money_share": now["money"]}
        told.append([Text(HOURS, data)])
    floors = now["floors"]
    if floors:
        data = {"floor_share": now["floor"], "held": floors["held"], "n": floors["n"]}
        told.append([Text(FLOORS, data)])
    else:
        told.append([Text(NO_FLOORS)])
    return told


def clearest(review: Review) -> Bullet | None:
    """Where small accounts surely get less, the clearest; None where nowhere."""
    now = review.now("fairness")
    rows = [row for row in now["measures"] if row["measure"] in LESS and _less(row)] if now else []
    return [_difference(min(rows, key=lambda row: row["high"]))] if rows else None


def _less(row: Mapping[str, Any]) -> bool:
    return row["high"] is not None and row["high"] < 0


def _difference(row: Mapping[str, Any]) -> Text:
    measure = row["measure"]
    if row["difference"] is None:
        return Text(FEW[measure], {"lacking": row["lacking"]})
    data = {"small_share": row[SMALL]["value"], "large_share": row[LARGE]["value"]}
    if _less(row):
        ends = {"points": row["difference"], "low": row["high"], "high": row["low"]}
        return Text(LESS[measure], data | {name: -100 * end for name, end in ends.items()})
    return Text(NO_LESS[measure], data | {name: 100 * row[name] for name in ("low", "high")})
