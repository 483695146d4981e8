"""The words of reviews: causes by family as our people choose them, and everything else one can choose."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from mainstay import engine

NOT_KNOWN = pgettext_lazy("cause", "Not known")
# Lazy, since texts of the engine are in English and readers are many.
WORDINGS: dict[str, Any] = {
    **{name: gettext_lazy(cause.wording) for name, cause in engine.CAUSES_BY_NAME.items()},
    engine.UNKNOWN: NOT_KNOWN,
}
FAMILIES: dict[str, Any] = {
    **{name: gettext_lazy(family.wording) for name, family in engine.FAMILIES.items()},
    engine.UNKNOWN: NOT_KNOWN,
}
# As a form offers them: family, and its causes; that nothing is known comes last.
BY_FAMILY: tuple[tuple[Any, tuple[str, ...]], ...] = (
    *(
        (FAMILIES[family], tuple(n for n, c in engine.CAUSES_BY_NAME.items() if c.family == family))
        for family in engine.FAMILIES
    ),
    (pgettext_lazy("cause", "None of these"), (engine.UNKNOWN,)),
)
CAUSE_COLUMNS = ("salesperson_reason", "customer_reason", "root_cause", "second_cause")

KINDS: dict[str, Any] = {
    "lost": pgettext_lazy("kind of review", "Lost"),
    "slipping": pgettext_lazy("kind of review", "Slipping"),
    "healthy": pgettext_lazy("kind of review", "Healthy, for comparison"),
    "new": pgettext_lazy("kind of review", "New account"),
}
# Kinds that tell of a failure; the others are for comparison and for what we do well.
FAILURES = ("lost", "slipping")
CHOICES: dict[str, dict[Any, Any]] = {
    "kind": KINDS,
    "scope": {
        "complete": pgettext_lazy("scope of review", "They buy nothing any more"),
        "partial": pgettext_lazy("scope of review", "They buy a part elsewhere"),
    },
    **dict.fromkeys(CAUSE_COLUMNS, WORDINGS),
    "interview_way": {
        "meeting": pgettext_lazy("way of interview", "Met in person"),
        "call": pgettext_lazy("way of interview", "By telephone or video"),
        "survey": pgettext_lazy("way of interview", "By survey"),
    },
    # Of the supplier that a new account left for us.
    "former_supplier_reason": {
        "drift.no_contact": pgettext_lazy("former supplier", "Nobody there was in touch"),
        "courtesy.slow_answers": pgettext_lazy("former supplier", "It answered slowly"),
        "people.manager_left": pgettext_lazy("former supplier", "Their contact there left"),
        "product.quality": pgettext_lazy("former supplier", "The quality of its product"),
        "product.fit": pgettext_lazy("former supplier", "Its product no longer fitted"),
        "service.complaint_unsolved": pgettext_lazy(
            "former supplier", "It did not solve a complaint"
        ),
        "delivery.late": pgettext_lazy("former supplier", "It delivered late or too little"),
        "delivery.stock_out": pgettext_lazy("former supplier", "It had no stock"),
        "money.price_rise": pgettext_lazy("former supplier", "It raised its price"),
        "money.promise_broken": pgettext_lazy("former supplier", "It did not keep a promise"),
        "money.harsh_terms": pgettext_lazy("former supplier", "Its terms were too hard"),
        "turmoil.company_event": pgettext_lazy("former supplier", "Turmoil at that company"),
        "competitor.price": pgettext_lazy("former supplier", "Our price is better"),
        "competitor.product": pgettext_lazy("former supplier", "Our product is better"),
        "competitor.service": pgettext_lazy("former supplier", "Our service is better"),
        "own_business.new_owner": pgettext_lazy("former supplier", "New people decide there"),
        engine.UNKNOWN: NOT_KNOWN,
    },
}
LABELS: dict[str, Any] = {
    "onset_on": pgettext_lazy("review", "When did it begin?"),
    "scope": pgettext_lazy("review", "What left us?"),
    "salesperson_reason": pgettext_lazy("review", "What do we think was the reason?"),
    "salesperson_text": pgettext_lazy("review", "In our own words"),
    "salesperson_id": pgettext_lazy("review", "Who looked after them"),
    "customer_reason": pgettext_lazy("review", "Which reason do they give?"),
    "customer_text": pgettext_lazy("review", "In their own words"),
    "contact_id": pgettext_lazy("review", "Who of them spoke"),
    "interviewed_on": pgettext_lazy("review", "When"),
    "interviewed_by": pgettext_lazy("review", "Who of us asked and listened"),
    "interview_way": pgettext_lazy("review", "How"),
    "why_1": pgettext_lazy("review", "Why did they go?"),
    "why_2": pgettext_lazy("review", "And why was that so?"),
    "why_3": pgettext_lazy("review", "And why that?"),
    "why_4": pgettext_lazy("review", "And why that, in turn?"),
    "why_5": pgettext_lazy("review", "And what in our way of working lies behind it?"),
    "root_cause": pgettext_lazy("review", "Root cause"),
    "second_cause": pgettext_lazy("review", "A second cause, if there is one"),
    "nothing_found": pgettext_lazy("review", "Looked at, and no cause could be found"),
    "natural": pgettext_lazy("review", "Was it a natural loss: closed, moved, changed trade?"),
    "curable": pgettext_lazy("review", "Could anything have been done about it?"),
    "prevention": pgettext_lazy("review", "What would have prevented it?"),
    "change_text": pgettext_lazy("review", "What do we change?"),
    "change_owner_id": pgettext_lazy("review", "Who sees to it"),
    "change_due_on": pgettext_lazy("review", "By when"),
    "changed_on": pgettext_lazy("review", "Done on"),
    "former_supplier_reason": pgettext_lazy("review", "Why did they leave their former supplier?"),
}
STAGES: dict[str, Any] = {
    "open": pgettext_lazy("stage of review", "Open"),
    "waiting": pgettext_lazy("stage of review", "Waiting for their words"),
    "confirm": pgettext_lazy("stage of review", "To confirm"),
    "done": pgettext_lazy("stage of review", "Done"),
}
# What one can do about a review: heading of the part, and what is said when it is written.
STEPS: dict[str, tuple[Any, Any]] = {
    "onset": (
        pgettext_lazy("step of review", "What happened, and since when"),
        gettext_lazy("Written down: what happened, and since when."),
    ),
    "ours": (
        pgettext_lazy("step of review", "What we think"),
        gettext_lazy("Written down: what we think was the reason."),
    ),
    "interview": (
        pgettext_lazy("step of review", "What they say"),
        gettext_lazy("Written down: what they say."),
    ),
    "whys": (
        pgettext_lazy("step of review", "Ask why five times"),
        gettext_lazy("Written down: the five whys."),
    ),
    "finding": (
        pgettext_lazy("step of review", "What it was"),
        gettext_lazy("Written down. A director or administrator confirms it."),
    ),
    "change": (
        pgettext_lazy("step of review", "What changes, by whom, by when"),
        gettext_lazy("Written down. It stands in the owner's list of things to do."),
    ),
    "confirm": (
        pgettext_lazy("step of review", "Confirm"),
        gettext_lazy("Confirmed. Thank you: this is how we learn."),
    ),
    "reopen": (
        pgettext_lazy("step of review", "Open again"),
        gettext_lazy("The review is open again."),
    ),
    "survey": (
        pgettext_lazy("step of review", "Ask by survey"),
        gettext_lazy("The link is made. Copy it, and send it yourself."),
    ),
    "close": (
        pgettext_lazy("step of review", "Close the link"),
        gettext_lazy("The link is closed."),
    ),
    "changed": (
        pgettext_lazy("step of review", "It is changed"),
        gettext_lazy("Written down: it is changed."),
    ),
}
CHOOSE_A_DAY = gettext_lazy("Say on which day it was changed: today, or an earlier one.")


def cause(name: str | None) -> str:
    """A cause in plain words; the code itself where files brought another."""
    return str(WORDINGS.get(name or "", name or "–"))


def family_of(name: str | None) -> str:
    """The family of a cause: delivery for delivery.late."""
    return (name or "").partition(".")[0]


def family(name: str | None) -> str:
    """A cause's family in plain words."""
    code = family_of(name)
    return str(FAMILIES.get(code, code or "–"))


HELD_BACK = frozenset({"customer_reason", "customer_text"})


def held_back(review: Any) -> frozenset[str]:
    """What they say is not shown beside a failure before we have said what we think (R10)."""
    if review.kind in FAILURES and not review.salesperson_reason and not review.confirmed_on:
        return HELD_BACK
    return frozenset()


def since(days: int) -> str:
    """For how long a survey has not been answered."""
    if days < 1:
        return _("made today, not answered yet")
    return _("not answered for %(days)s days") % {"days": days}
