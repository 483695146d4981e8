"""The words of a timeline: families to show or hide, and what happened."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

FAMILIES: dict[str, Any] = {
    "orders": pgettext_lazy("timeline", "Orders"),
    "warnings": pgettext_lazy("timeline", "Warnings"),
    "visits": pgettext_lazy("timeline", "Visits"),
    "requests": pgettext_lazy("timeline", "Requests"),
    "complaints": pgettext_lazy("timeline", "Complaints"),
    "promises": pgettext_lazy("timeline", "Promises"),
    "terms": pgettext_lazy("timeline", "Prices and terms"),
    "relationship": pgettext_lazy("timeline", "Relationship"),
    "people": pgettext_lazy("timeline", "People"),
    "competitors": pgettext_lazy("timeline", "Competitors"),
    "reviews": pgettext_lazy("timeline", "Reviews"),
    "company": pgettext_lazy("timeline", "Our company"),
}
# What machines write by the thousand is shown where somebody asks for it.
ON_REQUEST: dict[str, Any] = {
    "deliveries": pgettext_lazy("timeline", "Deliveries"),
    "books": pgettext_lazy("timeline", "Payments and credit holds"),
}
# What happened; {kind} is its kind in words, and left out with what stands before it where there is none.
WHAT: dict[str, Any] = {
    "state": gettext_lazy("State"),
    "notice": gettext_lazy("They told us"),
    "visit": pgettext_lazy("what people know", "Visit"),
    "request": gettext_lazy("Request raised"),
    "request_answered": gettext_lazy("Request answered"),
    "complaint": gettext_lazy("Complaint opened"),
    "complaint_solved": gettext_lazy("Complaint solved"),
    "promise": gettext_lazy("Promise made"),
    "promise_due": gettext_lazy("Promise due"),
    "promise_kept": gettext_lazy("Promise kept"),
    "incentive": gettext_lazy("Incentive begins"),
    "agreement": gettext_lazy("Agreement begins"),
    "agreement_ended": gettext_lazy("Agreement ends"),
    "wallet": gettext_lazy("What they buy from everybody, a year"),
    "level": pgettext_lazy("what people know", "Level of the relationship"),
    "criterion": gettext_lazy("Purchase criterion assessed"),
    "goal": pgettext_lazy("what people know", "Common goal"),
    "contact": gettext_lazy("Contact came"),
    "contact_left": gettext_lazy("Contact left"),
    "assigned": gettext_lazy("Looks after them from now on"),
    "unassigned": gettext_lazy("Looks after them no more"),
    "sighting": pgettext_lazy("what people know", "Competitor seen"),
    "review": gettext_lazy("Review opened"),
    "review_confirmed": gettext_lazy("Review confirmed"),
    "review_changed": gettext_lazy("Changed after a review"),
    "event": gettext_lazy("At our company"),
    "price": gettext_lazy("Prices changed"),
    "deliveries": pgettext_lazy("timeline", "Deliveries"),
    "payments": pgettext_lazy("timeline", "They paid"),
    "held": gettext_lazy("We held their credit"),
    "held_no_more": gettext_lazy("We held their credit no more"),
}
ICONS = {
    "orders": "lines",
    "warnings": "warning",
    "visits": "user",
    "requests": "info",
    "complaints": "noticed",
    "promises": "check",
    "terms": "portfolio",
    "relationship": "star",
    "people": "people",
    "competitors": "slipping",
    "reviews": "review",
    "company": "accounts",
    "deliveries": "download",
    "books": "portfolio",
}
