"""Core accounts by the three questions of R1, each answered from the evidence that is there.

Where there is no evidence the answer is "not_known", which is shown as such and counts neither way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mainstay.core.texts import Text, gettext_noop

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


def core_reasons(evidence: Evidence, i: int) -> list[Text]:
    """The evidence behind the three answers for account `i`, one sentence each."""
    tier = "ABC"[evidence.tier[i]]
    weeks = evidence.tenure_weeks[i]
    texts = [Text(_regular(evidence, i), {"tier": tier, "tenure_weeks": int(weeks)})]
    texts.append(
        Text(gettext_noop("Whether it pays on time is not known: no payments are loaded."))
        if np.isnan(evidence.pays_on_time[i])
        else Text(
            gettext_noop("Paid {on_time_share} of what was due on time."),
            {"on_time_share": round(float(evidence.pays_on_time[i]), 3)},
        )
    )
    texts.append(
        Text(
            gettext_noop(
                "Our share of what it buys is not known: no yearly purchases are recorded."
            )
        )
        if np.isnan(evidence.wallet_share[i])
        else Text(
            gettext_noop("We supply {wallet_share} of what it buys of what we sell."),
            {"wallet_share": round(float(evidence.wallet_share[i]), 3)},
        )
    )
    texts.append(
        Text(
            gettext_noop(
                "Whether it earns more with us than elsewhere is not known: no costs are loaded."
            )
        )
        if np.isnan(evidence.relative_margin[i])
        else Text(
            gettext_noop("Its margin rate is {margin_ratio} times the company's."),
            {"margin_ratio": round(float(evidence.relative_margin[i]), 2)},
        )
    )
    return texts


def _regular(evidence: Evidence, i: int) -> str:
    if not evidence.buys_regularly[i]:
        return gettext_noop(
            "Tier {tier}, does not buy regularly, an account for {tenure_weeks} weeks."
        )
    if evidence.leaving[i]:
        return gettext_noop(
            "Tier {tier}, bought regularly but is at risk or lost now, an account for {tenure_weeks} weeks."
        )
    return gettext_noop("Tier {tier}, buys regularly, an account for {tenure_weeks} weeks.")
