"""When a lost account is best called (R27): some weeks before its next season, with the reason for it.

Its own season counts, where its years agree on one; else the company's; where there is none, any day is as
good. Who left for the price is called sooner, since terms are settled long before a season. A date that
somebody set, with the reason, takes the place of all that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from mainstay.core.texts import Text, gettext_noop, texts_to_json
from mainstay.ledger.ledger import Ledger
from mainstay.plays.effects import Belief
from mainstay.plays.gains import LOST_STATE, Rates, coming_back, gone_money
from mainstay.plays.play import Play
from mainstay.plays.returning import GROUPS, PRICE, Chance, by_group
from mainstay.plays.situation import LIKELY, Situation
from mainstay.standing.own_season import (
    MOST_YEARS,
    WEEK_DAYS,
    YEAR_WEEKS,
    YearProfile,
    company_season,
    own_season,
)
from mainstay.standing.season import Season

# One row an account that is lost.
LOST = pa.schema(
    [
        ("account_id", pa.string()),
        ("lost_since", pa.date32()),  # null = not known
        ("season_on", pa.date32()),  # its next season begins; null = none is seen
        ("season_of", pa.string()),  # own, company; null = none
        ("by_season", pa.date32()),  # when to call it by that season; as_of where there is none
        (
            "call_from",
            pa.date32(),
        ),  # the plan wins it back from this day on: as somebody set it, else by_season
        ("for_price", pa.bool_()),  # it left for the price, likely
        ("gone", pa.float64()),  # net sales a year that it takes less than before it fell
        (
            "share",
            pa.float64(),
        ),  # of it, the part that a plan counts on within a year; null = no play wins back
        ("kept", pa.float64()),  # margin of that; null likewise
        ("play", pa.string()),  # that wins back most of it; null likewise
        ("cause", pa.string()),  # why it left, of returning.GROUPS, likeliest
        ("p_cause", pa.float64()),
        ("chance", pa.float64()),  # that it comes back within a year, as others who left for it did
        ("chance_low", pa.float64()),  # 80% interval
        ("chance_high", pa.float64()),
        ("margin_year", pa.float64()),  # of a second life, expected
        ("years", pa.float64()),  # that it lasts, within `worth_years`, discounted
        ("value", pa.float64()),  # chance · margin_year · years
        ("why", pa.string()),  # JSON list of texts
    ]
)
LEAD_WEEKS = 8
PRICE_LEAD_WEEKS = 16
INTO_SEASON_WEEKS = 4  # a season that has just begun is still the next one

OWN = gettext_noop(
    "Its own season begins on {season_on}, as its past years agree: call from {call_on}, {lead} weeks before."
)
COMPANY = gettext_noop(
    "No season of its own is seen; yours begins on {season_on}: call from {call_on}, {lead} weeks before."
)
ANY_DAY = gettext_noop("No season is seen in its orders or in yours, so any day is as good.")
FOR_PRICE = gettext_noop(
    "It left for the price, likely ({p_share}): it is called sooner, since terms are settled before the season."
)
SET = gettext_noop("Somebody set {call_on}: {reason}")


@dataclass(frozen=True)
class Comeback:
    """One lost account: when to call, and why then; fields: see LOST.

    given: the date that somebody set, with their reason; None = nobody did
    why: when by the season, and why
    """

    season_on: date | None
    season_of: str | None
    by_season: date
    for_price: bool
    why: tuple[Text, ...]
    given: Mapping[str, Any] | None = None

    @property
    def call_from(self) -> date:
        return self.given["call_on"] if self.given else self.by_season

    @property
    def told(self) -> tuple[Text, ...]:
        """All of it in sentences, what somebody said first."""
        if not self.given:
            return self.why
        said = {"call_on": str(self.call_from), "reason": self.given["reason"]}
        return (Text(SET, said), *self.why)


def comebacks(
    ledger: Ledger,
    seen: Situation,
    season: Season,
    *,
    known_until: Any = None,
) -> dict[int, Comeback]:
    """Of each account that is lost, when to call it; by its place in the situation."""
    lost = np.flatnonzero(seen.state == LOST_STATE).tolist()
    if not lost:
        return {}
    ids = [seen.account_id[i] for i in lost]
    rows = ledger.map_accounts(
        YearProfile(seen.as_of),
        columns=YearProfile.columns,
        as_of=seen.as_of,
        accounts=ids,
        known_until=known_until,
    )
    told = {account: n for n, account in enumerate(rows["account_id"].to_pylist())}
    profiles = rows["profile"].combine_chunks().flatten().to_numpy()
    profiles = profiles.reshape(-1, MOST_YEARS, YEAR_WEEKS)
    years = rows["years"].to_pylist()
    company = company_season(season.coming(YEAR_WEEKS))
    given = _set_by_hand(ledger, seen, known_until)
    price = by_group(seen.causes)[:, GROUPS.index(PRICE)]
    found = {}
    for i, account in zip(lost, ids, strict=True):
        n = told.get(account)
        own = own_season(profiles[n], years[n]) if n is not None else None
        begin, whose = (own, "own") if own is not None else (company, "company")
        when = _when(seen.as_of, begin, whose, float(price[i]))
        found[i] = replace(when, given=given.get(i))
    return found


def _when(as_of: date, begin: int | None, whose: str, price: float) -> Comeback:
    """begin: the week in which the season begins, None = there is none; whose: own, company
    price: probability that it left for the price
    """
    for_price = price >= LIKELY
    if begin is None:
        return Comeback(None, None, as_of, for_price, (Text(ANY_DAY),))
    lead = PRICE_LEAD_WEEKS if for_price else LEAD_WEEKS
    ago = YEAR_WEEKS if begin >= YEAR_WEEKS - INTO_SEASON_WEEKS else 0
    season_on = as_of + timedelta(days=WEEK_DAYS * (begin - ago))
    call_from = season_on - timedelta(weeks=lead)
    data = {"season_on": str(season_on), "call_on": str(call_from), "lead": lead}
    why = [Text(OWN if whose == "own" else COMPANY, data)]
    if for_price:
        why.append(Text(FOR_PRICE, {"p_share": round(price, 4)}))
    return Comeback(season_on, whose, call_from, for_price, tuple(why))


def _set_by_hand(ledger: Ledger, seen: Situation, known_until: Any) -> dict[int, dict[str, Any]]:
    """The dates that somebody set since the account was lost; an older one was of another loss."""
    until = known_until or seen.as_of
    main_of = ledger.joins_at(until).main_of
    place = {account: i for i, account in enumerate(seen.account_id)}
    found: dict[int, dict[str, Any]] = {}
    for row in ledger.table("win_backs", None, until).to_pylist():
        i = place.get(main_of(row["account_id"]))
        since = seen.since[i] if i is not None else None
        if i is not None and (since is None or row["set_on"] >= since):
            found[i] = row
    return found


def lost_table(
    seen: Situation,
    found: Mapping[int, Comeback],
    plays: Mapping[str, Play],
    beliefs: Mapping[str, Belief],
    rates: Rates,
) -> pa.Table:
    """LOST, by account; what a plan counts with, and what a second life is worth (`seen.returns`)."""
    wins = [p for p in plays.values() if p.returns and p.in_service and LOST_STATE in p.states]
    parts = {play.name: coming_back(seen, play, beliefs[play.name]) for play in wins}
    gone = gone_money(seen, rates)
    why_left = by_group(seen.causes)
    rows = []
    for i, one in sorted(found.items(), key=lambda item: seen.account_id[item[0]]):
        play = max(parts, key=lambda name: parts[name][i], default=None)
        share = None if play is None else float(parts[play][i])
        cause = int(why_left[i].argmax())
        rows.append(
            {
                "account_id": seen.account_id[i],
                "lost_since": seen.since[i],
                "season_on": one.season_on,
                "season_of": one.season_of,
                "by_season": one.by_season,
                "call_from": one.call_from,
                "for_price": one.for_price,
                "gone": float(seen.gone[i]),
                "share": share,
                "kept": None if share is None else float(gone[i]) * share * rates.margin_share,
                "play": play,
                "cause": GROUPS[cause],
                "p_cause": float(why_left[i, cause]),
                **_worth(seen.returns, i, float(gone[i]) * rates.margin_share),
                "why": texts_to_json(one.why),
            }
        )
    return pa.Table.from_pylist(rows, LOST)


def _worth(returns: Chance | None, i: int, margin: float) -> dict[str, float]:
    """What its second life is expected to be worth; nothing where returns are not known.

    margin: a year, of what has gone
    """
    if returns is None:
        return {}
    chance, years = float(returns.p[i]), float(returns.years[i])
    a_year = margin * float(returns.margin_part[i])
    return {
        "chance": chance,
        "chance_low": float(returns.low[i]),
        "chance_high": float(returns.high[i]),
        "margin_year": a_year,
        "years": years,
        "value": chance * a_year * years,
    }
