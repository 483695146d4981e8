"""The ten families of causes and the reasons in each: whose they are, and whether something can be done.

Source: MISSION R8 and R9.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mainstay.core.texts import gettext_noop

Whose = Literal["ours", "theirs", "nobodys"]
WHOSE: tuple[Whose, ...] = ("ours", "theirs", "nobodys")
UNKNOWN = "unknown"  # beside the families: nothing that is recorded explains it


@dataclass(frozen=True)
class Family:
    """One family of causes; wording in English, which is the catalogue's key."""

    name: str
    whose: Whose
    wording: str
    curable: bool = True


@dataclass(frozen=True)
class Cause:
    """One reason of a family: a node of the network.

    accusing: that somebody did wrong, which is said only where it is likelier than not
    """

    family: str
    reason: str
    wording: str
    curable: bool = True
    accusing: bool = False

    @property
    def name(self) -> str:
        """`delivery.late`"""
        return f"{self.family}.{self.reason}"


FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Family("drift", "ours", gettext_noop("Too little communication")),
        Family("courtesy", "ours", gettext_noop("Details and courtesy")),
        Family("people", "ours", gettext_noop("Our people left or changed")),
        Family("product", "ours", gettext_noop("Our product")),
        Family("service", "ours", gettext_noop("Our service, complaints not solved")),
        Family("delivery", "ours", gettext_noop("Our delivery")),
        Family("money", "ours", gettext_noop("Our prices, promises and terms")),
        Family("turmoil", "ours", gettext_noop("Turmoil at our company")),
        Family("competitor", "theirs", gettext_noop("A competitor")),
        Family("own_business", "nobodys", gettext_noop("Their own business"), curable=False),
    )
}

CAUSES: tuple[Cause, ...] = (
    Cause("drift", "no_contact", gettext_noop("Nobody was in touch")),
    Cause("courtesy", "discourtesy", gettext_noop("Small discourtesies")),
    Cause("courtesy", "slow_answers", gettext_noop("Slow answers to small questions")),
    Cause("people", "manager_left", gettext_noop("Their account manager left us")),
    Cause("people", "leader_left", gettext_noop("A sales leader left us")),
    Cause("people", "manager_changed", gettext_noop("Their account manager was changed")),
    Cause("product", "quality", gettext_noop("Quality of our product")),
    Cause("product", "fit", gettext_noop("Our product does not fit their need")),
    Cause("product", "age", gettext_noop("Our product is out of date")),
    Cause("product", "discontinued", gettext_noop("We gave up a product that they bought")),
    Cause("service", "complaint_unsolved", gettext_noop("A complaint was not solved")),
    Cause("service", "service_slow", gettext_noop("Our service was slow")),
    Cause("delivery", "late", gettext_noop("We delivered late")),
    Cause("delivery", "short", gettext_noop("We delivered less than ordered")),
    Cause("delivery", "stock_out", gettext_noop("We had no stock")),
    Cause("delivery", "refused", gettext_noop("We refused urgent orders")),
    Cause("money", "price_rise", gettext_noop("Our price rose")),
    Cause("money", "promise_broken", gettext_noop("A promise or rebate was not kept")),
    Cause("money", "credit_hold", gettext_noop("We held their credit")),
    Cause("money", "harsh_terms", gettext_noop("Our terms were too hard for them")),
    Cause("money", "unbalanced", gettext_noop("Attention went to larger accounts")),
    Cause("turmoil", "company_event", gettext_noop("What happened at our company")),
    Cause("competitor", "price", gettext_noop("A competitor's price")),
    Cause("competitor", "product", gettext_noop("A competitor's product")),
    Cause("competitor", "service", gettext_noop("A competitor's service")),
    Cause("competitor", "favours", gettext_noop("A competitor's improper favours"), accusing=True),
    Cause("own_business", "shrank", gettext_noop("Their own business shrank"), curable=False),
    Cause("own_business", "new_owner", gettext_noop("New people decide there"), curable=True),
    Cause("own_business", "chain_decision", gettext_noop("Their chain decided"), curable=False),
    Cause("own_business", "closed", gettext_noop("They closed"), curable=False),
    Cause("own_business", "moved", gettext_noop("They moved or changed trade"), curable=False),
)
BY_NAME: dict[str, Cause] = {cause.name: cause for cause in CAUSES}
CAUSE_NAMES: tuple[str, ...] = tuple(BY_NAME)


def whose(family: str) -> Whose:
    """Ours, theirs or nobody's."""
    return FAMILIES[family].whose
