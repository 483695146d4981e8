"""Core accounts by the three questions of R1, each answered from the evidence that is there.

Where there is no evidence the answer is "not_known", which is shown as such and counts neither way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mainstay.core.texts import Text, gettext_noop, texts_to_json

Floats = npt.NDArray[np.float64]
Answers = npt.NDArray[np.str_]

PAYS_ON_TIME = 0.8  # share of payments due that came in time
LOYAL_WEEKS = 52
OUR_SHARE = 0.5  # of what they buy of what we sell, from everybody


@dataclass(frozen=True)
class Evidence:
    """What is known of each account; float arrays (n_accounts,), NaN where not known.

    tier: int8, 0 = A
    buys_regularly: bool, at least four order days in the last 52 weeks
    leaving: bool, by its state
    tenure_weeks: since the first order
    pays_on_time: share of payments due
    wallet_share: our share of their yearly purchases
    relative_margin: the account's margin rate over the company's; NaN without costs
    """

    tier: npt.NDArray[np.int8]
    buys_regularly: npt.NDArray[np.bool_]
    leaving: npt.NDArray[np.bool_]
    tenure_weeks: Floats
    pays_on_time: Floats
    wallet_share: Floats
    relative_margin: Floats


@dataclass(frozen=True)
class CoreAnswers:
    loyal: Answers
    values_us: Answers
    worth_more_to_us: Answers
    core: Answers


def _answer(yes: npt.NDArray[np.bool_], known: npt.NDArray[np.bool_]) -> Answers:
    return np.where(~known, "not_known", np.where(yes, "yes", "no"))


def core_accounts(evidence: Evidence) -> CoreAnswers:
    """The three questions and the verdict: yes when every known answer is yes.

    An account whose loyalty is denied is no core account, whatever else is known.
    """
    slow = evidence.pays_on_time < PAYS_ON_TIME  # NaN compares false: not known is not slow
    loyal = _answer(
        (evidence.tier == 0)
        & evidence.buys_regularly
        & ~evidence.leaving
        & (evidence.tenure_weeks >= LOYAL_WEEKS)
        & ~slow,
        np.ones(len(slow), bool),
    )
    values_us = _answer(evidence.wallet_share >= OUR_SHARE, ~np.isnan(evidence.wallet_share))
    worth = _answer(evidence.relative_margin >= 1, ~np.isnan(evidence.relative_margin))
    denied = (loyal == "no") | (values_us == "no") | (worth == "no")
    return CoreAnswers(loyal, values_us, worth, np.where(denied, "no", "yes"))


def core_reasons(evidence: Evidence) -> list[str]:
    """The evidence behind the three answers of each account, one sentence each, as JSON texts."""
    tier, weeks = evidence.tier.tolist(), evidence.tenure_weeks.astype(np.int64).tolist()
    columns = (
        _once(_regular, tier, evidence.buys_regularly.tolist(), evidence.leaving.tolist(), weeks),
        _once(_pays, _shown(evidence.pays_on_time, 3)),
        _once(_supplied, _shown(evidence.wallet_share, 3)),
        _once(_earns, _shown(evidence.relative_margin, 2)),
    )
    return [f"[{', '.join(texts)}]" for texts in zip(*columns, strict=True)]


def _shown(values: Floats, digits: int) -> list[float | None]:
    """As sentences show them; None = not known."""
    return [None if v != v else round(v, digits) for v in values.tolist()]


def _once(say: Callable[..., Text], *columns: list[Any]) -> list[str]:
    """What is said of each account, as JSON: made once for all of which the same is said."""
    kept: dict[tuple[Any, ...], str] = {}
    found = []
    for known in zip(*columns, strict=True):
        if known not in kept:
            kept[known] = texts_to_json([say(*known)])[1:-1]
        found.append(kept[known])
    return found


def _regular(tier: int, buys_regularly: bool, leaving: bool, weeks: int) -> Text:
    data = {"tier": "ABC"[tier], "tenure_weeks": weeks}
    if not buys_regularly:
        return Text(
            gettext_noop(
                "Tier {tier}, does not buy regularly, an account for {tenure_weeks} weeks."
            ),
            data,
        )
    if leaving:
        return Text(
            gettext_noop(
                "Tier {tier}, bought regularly but is at risk or lost now, an account for {tenure_weeks} weeks."
            ),
            data,
        )
    return Text(
        gettext_noop("Tier {tier}, buys regularly, an account for {tenure_weeks} weeks."), data
    )


def _pays(on_time: float | None) -> Text:
    if on_time is None:
        return Text(gettext_noop("Whether it pays on time is not known: no payments are loaded."))
    return Text(
        gettext_noop("Paid {on_time_share} of what was due on time."), {"on_time_share": on_time}
    )


def _supplied(share: float | None) -> Text:
    if share is None:
        return Text(
            gettext_noop(
                "Our share of what it buys is not known: no yearly purchases are recorded."
            )
        )
    return Text(
        gettext_noop("We supply {wallet_share} of what it buys of what we sell."),
        {"wallet_share": share},
    )


def _earns(ratio: float | None) -> Text:
    if ratio is None:
        return Text(
            gettext_noop(
                "Whether it earns more with us than elsewhere is not known: no costs are loaded."
            )
        )
    return Text(
        gettext_noop("Its margin rate is {margin_ratio} times the company's."),
        {"margin_ratio": ratio},
    )
