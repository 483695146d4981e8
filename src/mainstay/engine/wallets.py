"""Share of wallet in a run: now, a year ago, and how it fell up to each date that a state is told of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mainstay.core.texts import Text, gettext_noop, texts_to_json
from mainstay.engine.panel import Panel
from mainstay.ledger.ledger import Ledger
from mainstay.standing.facts import AccountFacts
from mainstay.standing.history import date_of, days_of
from mainstay.standing.net_sales import Bought
from mainstay.standing.wallet import YEAR_DAYS, YEAR_MONTHS, Wallet, share_fall, share_of_wallet
from mainstay.standing.wallet_facts import known_wallets
from mainstay.standing.wallet_similar import LEAST_SIMILAR, Kinds, estimated

Floats = npt.NDArray[np.float64]
YEAR = timedelta(days=YEAR_DAYS)


@dataclass(frozen=True)
class Wallets:
    """Evidence of wallets at the last date, a year before it, and falls between; accounts in order.

    now, before: measured or declared
    falls: by date, by how much our share fell within the year before it; NaN = not known
    known_on: by date, when the newest fact came to be known, days since 1970-01-01; −1 = none
    growth: of what these accounts bought from us, in net sales, against the year before
    """

    now: Wallet
    before: Wallet
    falls: dict[date, Floats]
    known_on: dict[date, npt.NDArray[np.int64]]
    growth: Floats


def wallets_at(
    ledger: Ledger,
    account_id: Sequence[str],
    dates: Sequence[date],
    *,
    begin: date,
    known_until: Any = None,
) -> Wallets:
    """What was known of wallets at each date, and a year before each; dates rise."""
    n = len(account_id)
    if not ledger.table("wallets").num_rows and not ledger.table("account_volumes").num_rows:
        none = Wallet.unknown(n)
        never = dict.fromkeys(dates, none.known_on)
        return Wallets(none, none, dict.fromkeys(dates, none.share), never, none.share)
    asked = sorted({*dates, *(on - YEAR for on in dates)})
    known = known_wallets(ledger, account_id, asked, begin=begin, known_until=known_until)
    at = {on: known.at(on) for on in asked}
    falls = {on: share_fall(at[on], at[on - YEAR]) for on in dates}
    known_on = {on: at[on].known_on for on in dates}
    last, before = dates[-1], dates[-1] - YEAR
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = known.year_to(last) / known.year_to(before) - 1
    return Wallets(at[last], at[before], falls, known_on, growth)


def year_edges(as_of: date) -> npt.NDArray[np.int64]:
    """Where the 52 weeks before a date begin and end, days since 1970-01-01."""
    return np.array([days_of(as_of) - YEAR_DAYS, days_of(as_of)])


def year_of_net_sales(seen: Panel, year: pa.Table | None, begin: date) -> Floats:
    """What every account bought in the 52 weeks before the last date; NaN = not known.

    year: rows of `NetSales` of `year_edges`; None = amounts of the run are net sales
    """
    last, n = seen.slices[-1], len(seen.account_id)
    if year is None:
        found = np.full(n, np.nan)
        found[last.who] = last["amount_52"]
        return found
    edges = year_edges(last.on)
    return Bought.of(year, edges, seen.account_id, begin).between_all(*edges.tolist())


def with_estimates(
    known: Wallet, seen: Panel, facts: AccountFacts, bought: Callable[[], Floats]
) -> Wallet:
    """The wallets of the last date, those of which nothing is known estimated from similar accounts.

    bought: what each account bought from us in the 52 weeks before; asked for where it is needed
    """
    segment = [
        None if answer == "not_ours" else word
        for word, answer in zip(facts.attribute("segment"), facts.answer, strict=True)
    ]
    if sum(word is not None for word in segment) < LEAST_SIMILAR:
        return known
    last = seen.slices[-1]
    on = days_of(last.on)
    since = [on if day is None else days_of(day) for day in facts.attribute("since")]
    first = np.full(len(segment), on, np.int64)
    first[last.who] = last["first_day"]
    kinds = Kinds(
        account_id=seen.account_id,
        segment=segment,
        region=facts.attribute("region"),
        country=facts.attribute("country"),
        age_days=(on - np.minimum(first, np.array(since))).astype(float),
    )
    return share_of_wallet(known, estimated(kinds, bought()))


def wallet_columns(now: Wallet, before: Wallet) -> dict[str, Any]:
    """The columns of ACCOUNTS that tell of the wallet."""
    return {
        "yearly_purchases": now.purchases,
        "share_of_wallet": now.share,
        "share_of_wallet_low": now.share_low,
        "share_of_wallet_high": now.share_high,
        "wallet_source": now.source,
        "share_of_wallet_before": before.share,
        "wallet_reasons": _told(now),
    }


def _told(wallet: Wallet) -> list[str | None]:
    """Where each figure comes from, as JSON texts; made once for all that are told the same."""
    kept: dict[tuple[Any, ...], str] = {}
    part, sold = wallet.is_part, np.nan_to_num(wallet.bought)
    more = ~part & (sold > np.nan_to_num(wallet.purchases, nan=np.inf))
    young = np.isnan(wallet.bought)
    found: list[str | None] = []
    for i, key in enumerate(
        zip(
            wallet.source.tolist(),
            wallet.number.tolist(),
            wallet.first_day.tolist(),
            wallet.last_day.tolist(),
            wallet.by.tolist(),
            more.tolist(),
            young.tolist(),
            strict=True,
        )
    ):
        if key[0] is None:
            found.append(None)
        elif part[i]:
            found.append(texts_to_json([*_sentences(*key), _only_a_part(wallet, i)]))
        else:
            if key not in kept:
                kept[key] = texts_to_json(_sentences(*key))
            found.append(kept[key])
    return found


def _sentences(
    source: str, number: int, first: int, last: int, by: str | None, more: bool, young: bool
) -> list[Text]:
    """more: we sell it more than it buys; young: a year of our own sales is not known."""
    if source == "estimated":
        return [
            Text(
                gettext_noop(
                    "Estimated from {accounts} similar accounts; it cannot be known from our orders "
                    "alone."
                ),
                {"accounts": number},
            )
        ]
    if source == "measured":
        texts = _measured(number, date_of(first), date_of(last))
    else:
        texts = _declared(number, date_of(first), by)
    if more:
        texts.append(
            Text(gettext_noop("We sell it more than that: please check what it buys a year."))
        )
    if young:
        texts.append(
            Text(gettext_noop("Our share of it is told once the order lines reach back a year."))
        )
    return texts


def _only_a_part(wallet: Wallet, i: int) -> Text:
    reported = wallet.number[i] / YEAR_MONTHS
    return Text(
        gettext_noop(
            "In these months it reported buying {reported_money} from all suppliers together, and we "
            "alone sold it {sold_money}. So what it reported can't be all, and our share is not told "
            "from it."
        ),
        {
            "reported_money": float(wallet.purchases[i] * reported),
            "sold_money": float(wallet.bought[i] * reported),
        },
    )


def _measured(months: int, first: date, last: date) -> list[Text]:
    data = {"first_month": f"{first:%Y-%m}", "last_month": f"{last:%Y-%m}", "months": months}
    if months == YEAR_MONTHS:
        return [
            Text(
                gettext_noop("Measured from its own volumes, {first_month} to {last_month}."), data
            )
        ]
    return [
        Text(
            gettext_noop(
                "Measured from its own volumes in {months} months from {first_month} to "
                "{last_month}; the rest of the year is projected."
            ),
            data,
        )
    ]


def _declared(statements: int, on: date, by: str | None) -> list[Text]:
    data = {"source": by, "declared_on": str(on), "statements": statements}
    if statements == 1:
        return [Text(gettext_noop("Declared by {source} on {declared_on}."), data)]
    return [
        Text(
            gettext_noop(
                "Declared for {statements} categories, the latest by {source} on {declared_on}."
            ),
            data,
        )
    ]
