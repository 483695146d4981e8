"""The words for what people write down: tables, choices, scales."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from mainstay.desk.cases import words as cases
from mainstay.desk.imports import words as files
from mainstay.desk.reviews import words as reviews

# What a table is called where people write it down: one row, many rows, the button that adds one.
TABLES: dict[str, tuple[Any, Any, Any]] = {
    "visits": (
        pgettext_lazy("what people know", "Visit"),
        pgettext_lazy("what people know", "Visits"),
        gettext_lazy("Record a visit"),
    ),
    "requests": (
        pgettext_lazy("what people know", "Request"),
        pgettext_lazy("what people know", "Requests"),
        gettext_lazy("Write down a request"),
    ),
    "complaints": (
        pgettext_lazy("what people know", "Complaint"),
        pgettext_lazy("what people know", "Complaints and questions"),
        gettext_lazy("Take down a complaint"),
    ),
    "corrective_actions": (
        pgettext_lazy("what people know", "Answer asked of production"),
        pgettext_lazy("what people know", "Answers asked of production"),
        gettext_lazy("Ask production for an answer"),
    ),
    "promises": (
        pgettext_lazy("what people know", "Promise"),
        pgettext_lazy("what people know", "Promises"),
        gettext_lazy("Write down a promise"),
    ),
    "notices": (
        pgettext_lazy("what people know", "Notice"),
        pgettext_lazy("what people know", "What they told us"),
        gettext_lazy("They told us"),
    ),
    "incentives": (
        pgettext_lazy("what people know", "Incentive"),
        pgettext_lazy("what people know", "Incentives"),
        gettext_lazy("Add an incentive"),
    ),
    "agreements": (
        pgettext_lazy("what people know", "Agreement"),
        pgettext_lazy("what people know", "Agreements"),
        gettext_lazy("Add an agreement"),
    ),
    "service_standards": (
        pgettext_lazy("what people know", "Service standard"),
        pgettext_lazy("what people know", "Service standards"),
        gettext_lazy("Add a service standard"),
    ),
    "contacts": (
        pgettext_lazy("what people know", "Contact"),
        pgettext_lazy("what people know", "Contacts"),
        gettext_lazy("Add a contact"),
    ),
    "ties": (
        pgettext_lazy("what people know", "Tie"),
        pgettext_lazy("what people know", "Who knows whom"),
        gettext_lazy("Say who knows them"),
    ),
    "relationship_levels": (
        pgettext_lazy("what people know", "Level of the relationship"),
        pgettext_lazy("what people know", "Levels of the relationship"),
        gettext_lazy("Set the level"),
    ),
    "criteria": (
        pgettext_lazy("what people know", "Purchase criterion"),
        pgettext_lazy("what people know", "Purchase criteria"),
        gettext_lazy("Add a criterion"),
    ),
    "competitor_sightings": (
        pgettext_lazy("what people know", "Competitor seen"),
        pgettext_lazy("what people know", "Competitors seen"),
        gettext_lazy("A competitor was seen"),
    ),
    "goals": (
        pgettext_lazy("what people know", "Common goal"),
        pgettext_lazy("what people know", "Common goals"),
        gettext_lazy("Add a goal"),
    ),
    "plan_reviews": (
        pgettext_lazy("what people know", "Review of the account plan"),
        pgettext_lazy("what people know", "Reviews of account plans"),
        gettext_lazy("Write down a review"),
    ),
    "wallets": (
        pgettext_lazy("what people know", "Wallet"),
        pgettext_lazy("what people know", "What they buy from everybody"),
        gettext_lazy("Say what they buy in all"),
    ),
    "accounts": (
        pgettext_lazy("what people know", "Account"),
        pgettext_lazy("what people know", "Accounts"),
        gettext_lazy("Add an account"),
    ),
    "staff": (
        pgettext_lazy("what people know", "Member of staff"),
        pgettext_lazy("what people know", "Staff"),
        gettext_lazy("Add a member of staff"),
    ),
    "assignments": (
        pgettext_lazy("what people know", "Assignment"),
        pgettext_lazy("what people know", "Who looks after whom"),
        gettext_lazy("Assign somebody"),
    ),
    "absences": (
        pgettext_lazy("what people know", "Absence"),
        pgettext_lazy("what people know", "Absences"),
        gettext_lazy("Add an absence"),
    ),
    "hours": (
        pgettext_lazy("what people know", "Hours"),
        pgettext_lazy("what people know", "Hours for key accounts"),
        gettext_lazy("Set the hours"),
    ),
    "products": (
        pgettext_lazy("what people know", "Product"),
        pgettext_lazy("what people know", "Products"),
        gettext_lazy("Add a product"),
    ),
    "unit_conversions": (
        pgettext_lazy("what people know", "Unit"),
        pgettext_lazy("what people know", "Units of products"),
        gettext_lazy("Add a unit"),
    ),
    "company_events": (
        pgettext_lazy("what people know", "Event at our company"),
        pgettext_lazy("what people know", "Events at our company"),
        gettext_lazy("Write down an event"),
    ),
    "reviews": (
        pgettext_lazy("what people know", "Failure review"),
        pgettext_lazy("what people know", "Failure reviews"),
        gettext_lazy("Open a review"),
    ),
    "cases": (
        pgettext_lazy("what people know", "Case"),
        pgettext_lazy("what people know", "Cases"),
        gettext_lazy("Open a case"),
    ),
    "case_steps": (
        pgettext_lazy("what people know", "Step of a case"),
        pgettext_lazy("what people know", "Steps of cases"),
        gettext_lazy("Add a step"),
    ),
    "case_comments": (
        pgettext_lazy("what people know", "Comment on a case"),
        pgettext_lazy("what people know", "Comments on cases"),
        gettext_lazy("Write a comment"),
    ),
    "coins": (
        pgettext_lazy("what people know", "What a coin chose"),
        pgettext_lazy("what people know", "What coins chose"),
        gettext_lazy("Write down what a coin chose"),
    ),
    "designs": (
        pgettext_lazy("what people know", "Trial"),
        pgettext_lazy("what people know", "Trials"),
        gettext_lazy("Write down a trial"),
    ),
    "design_draws": (
        pgettext_lazy("what people know", "Account drawn in a trial"),
        pgettext_lazy("what people know", "Who was drawn in trials"),
        gettext_lazy("Write down what was drawn"),
    ),
    "held_effects": (
        pgettext_lazy("what people know", "Effect of a play held back"),
        pgettext_lazy("what people know", "Effects of plays held back"),
        gettext_lazy("Hold back an effect"),
    ),
    "win_backs": (
        pgettext_lazy("what people know", "Date to win back"),
        pgettext_lazy("what people know", "When to win back"),
        gettext_lazy("Set a date to win back"),
    ),
    "play_runs": (
        pgettext_lazy("what people know", "Play begun"),
        pgettext_lazy("what people know", "Plays begun"),
        gettext_lazy("Write down what was begun"),
    ),
    "snoozes": (
        pgettext_lazy("what people know", "Put off"),
        pgettext_lazy("what people know", "What is put off"),
        gettext_lazy("Put something off"),
    ),
    "approvals": (
        pgettext_lazy("what people know", "Request for money"),
        pgettext_lazy("what people know", "Requests for money"),
        gettext_lazy("Ask for money"),
    ),
    "allocations": (
        pgettext_lazy("what people know", "Allocation of short stock"),
        pgettext_lazy("what people know", "Who got short stock"),
        gettext_lazy("Write down an allocation"),
    ),
    "opinions": (
        pgettext_lazy("what people know", "Opinion on a solved complaint"),
        pgettext_lazy("what people know", "Opinions on solved complaints"),
        gettext_lazy("Ask for an opinion"),
    ),
    "season_plans": (
        pgettext_lazy("what people know", "Season stock of a product"),
        pgettext_lazy("what people know", "Season stock agreed"),
        gettext_lazy("Write down season stock"),
    ),
    "confirmations": (
        pgettext_lazy("what people know", "Confirmation of season stock"),
        pgettext_lazy("what people know", "Confirmations of season stock"),
        gettext_lazy("Write down a confirmation"),
    ),
    "plays": (
        pgettext_lazy("what people know", "Play of our own"),
        pgettext_lazy("what people know", "Plays of our own"),
        gettext_lazy("Add a play"),
    ),
}

# In which order the page of all tables shows them.
GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        gettext_lazy("How accounts are looked after"),
        (
            *("visits", "requests", "complaints", "promises", "notices", "incentives"),
            *("agreements", "reviews", "corrective_actions", "opinions"),
        ),
    ),
    (
        gettext_lazy("What is done about accounts"),
        (
            *("cases", "case_steps", "case_comments", "approvals", "play_runs", "coins", "snoozes"),
            *("designs", "design_draws", "held_effects", "win_backs", "plays", "allocations"),
        ),
    ),
    (
        gettext_lazy("People and relationship"),
        (
            *("contacts", "ties", "relationship_levels", "criteria", "competitor_sightings"),
            *("goals", "plan_reviews"),
        ),
    ),
    (
        gettext_lazy("Accounts and products"),
        (
            *("accounts", "wallets", "products", "unit_conversions", "season_plans"),
            "confirmations",
        ),
    ),
    (
        gettext_lazy("Our company"),
        ("staff", "assignments", "absences", "hours", "service_standards", "company_events"),
    ),
)

_KINDS_OF_COMPLAINT = {
    "question": pgettext_lazy("kind of complaint", "Question"),
    "quality": pgettext_lazy("kind of complaint", "Quality"),
    "delivery": pgettext_lazy("kind of complaint", "Delivery"),
    "service": pgettext_lazy("kind of complaint", "Service"),
    "invoice": pgettext_lazy("kind of complaint", "Invoice"),
    "conduct": pgettext_lazy("kind of complaint", "Conduct"),
    "other": pgettext_lazy("kind of complaint", "Other"),
}
_MOODS = {
    2: pgettext_lazy("mood", "Very good"),
    1: pgettext_lazy("mood", "Good"),
    0: pgettext_lazy("mood", "Neutral"),
    -1: pgettext_lazy("mood", "Poor"),
    -2: pgettext_lazy("mood", "Very poor"),
}
# Words of the columns that know a few values only, by table and column.
CHOICES: dict[tuple[str, str], dict[Any, Any]] = {
    ("visits", "kind"): {
        "visit": pgettext_lazy("kind of visit", "We visited them"),
        "visited_us": pgettext_lazy("kind of visit", "They visited us"),
        "service_call": pgettext_lazy("kind of visit", "Service call"),
        "call": pgettext_lazy("kind of visit", "Phone call"),
        "video": pgettext_lazy("kind of visit", "Video call"),
        "message": pgettext_lazy("kind of visit", "Message"),
    },
    ("visits", "mood"): _MOODS,
    ("season_plans", "state"): {
        "proposed": pgettext_lazy("season plan", "Proposed"),
        "agreed": pgettext_lazy("season plan", "Agreed"),
        "ended": pgettext_lazy("season plan", "Ended"),
    },
    ("confirmations", "by_role"): {
        "production": pgettext_lazy("season plan", "Production"),
        "transport": pgettext_lazy("season plan", "Transport"),
    },
    ("requests", "kind"): {
        "product": pgettext_lazy("kind of request", "Product"),
        "custom_product": pgettext_lazy("kind of request", "Custom product"),
        "service": pgettext_lazy("kind of request", "Service"),
        "terms": pgettext_lazy("kind of request", "Terms"),
        "other": pgettext_lazy("kind of request", "Other"),
    },
    ("complaints", "kind"): _KINDS_OF_COMPLAINT,
    ("service_standards", "kind"): _KINDS_OF_COMPLAINT,
    ("complaints", "severity"): {
        1: pgettext_lazy("severity", "1 – a nuisance"),
        2: pgettext_lazy("severity", "2 – it disturbs their work"),
        3: pgettext_lazy("severity", "3 – it stops their work"),
    },
    ("service_standards", "severity"): {
        1: pgettext_lazy("severity", "1 – a nuisance"),
        2: pgettext_lazy("severity", "2 – it disturbs their work"),
        3: pgettext_lazy("severity", "3 – it stops their work"),
    },
    ("service_standards", "calendar"): {
        "hours": pgettext_lazy("calendar", "Working hours"),
        "always": pgettext_lazy("calendar", "Around the clock"),
    },
    ("promises", "kind"): {
        "rebate": pgettext_lazy("kind of promise", "Rebate"),
        "reward": pgettext_lazy("kind of promise", "Reward"),
        "credit": pgettext_lazy("kind of promise", "Credit"),
        "price": pgettext_lazy("kind of promise", "Price"),
        "support": pgettext_lazy("kind of promise", "Support"),
        "other": pgettext_lazy("kind of promise", "Other"),
    },
    ("notices", "kind"): {
        "will_leave": pgettext_lazy("kind of notice", "They will leave"),
        "will_reduce": pgettext_lazy("kind of notice", "They will buy less"),
        "contract_ends": pgettext_lazy("kind of notice", "Their contract ends"),
        "dissatisfied": pgettext_lazy("kind of notice", "They are dissatisfied"),
        "asked_rival_price": pgettext_lazy("kind of notice", "They asked a rival's price"),
    },
    ("contacts", "department"): {
        "purchasing": pgettext_lazy("department", "Purchasing"),
        "management": pgettext_lazy("department", "Management"),
        "technical": pgettext_lazy("department", "Technical"),
        "user": pgettext_lazy("department", "Users"),
        "finance": pgettext_lazy("department", "Finance"),
        "other": pgettext_lazy("department", "Other"),
    },
    ("contacts", "power"): {
        "decides": pgettext_lazy("power", "Decides"),
        "influences": pgettext_lazy("power", "Influences"),
        "uses": pgettext_lazy("power", "Uses"),
        "blocks": pgettext_lazy("power", "Blocks"),
    },
    ("contacts", "attitude"): {
        2: pgettext_lazy("attitude", "For us, and says so"),
        1: pgettext_lazy("attitude", "For us"),
        0: pgettext_lazy("attitude", "Neutral"),
        -1: pgettext_lazy("attitude", "Against us"),
        -2: pgettext_lazy("attitude", "Against us, and says so"),
    },
    ("ties", "strength"): {
        0: pgettext_lazy("tie", "0 – by name"),
        1: pgettext_lazy("tie", "1 – has met"),
        2: pgettext_lazy("tie", "2 – knows well"),
        3: pgettext_lazy("tie", "3 – trusts"),
    },
    ("relationship_levels", "level"): {
        1: pgettext_lazy("level", "1 – price"),
        2: pgettext_lazy("level", "2 – service"),
        3: pgettext_lazy("level", "3 – strategic"),
    },
    ("competitor_sightings", "what"): {
        "price": pgettext_lazy("competitor", "Price"),
        "product": pgettext_lazy("competitor", "Product"),
        "service": pgettext_lazy("competitor", "Service"),
        "visit": pgettext_lazy("competitor", "Visit"),
        "favours": pgettext_lazy("competitor", "Favours"),
    },
    ("competitor_sightings", "source"): {
        "contact": pgettext_lazy("source", "A contact told us"),
        "ours": pgettext_lazy("source", "We saw it"),
        "public": pgettext_lazy("source", "Publicly known"),
    },
    ("company_events", "kind"): {
        "price_rise": pgettext_lazy("company event", "Price rise"),
        "shortage": pgettext_lazy("company event", "Shortage"),
        "conflict": pgettext_lazy("company event", "Conflict"),
        "accident": pgettext_lazy("company event", "Accident"),
        "cash": pgettext_lazy("company event", "Cash shortage"),
        "policy": pgettext_lazy("company event", "New policy"),
        "leadership": pgettext_lazy("company event", "Change of leadership"),
    },
    ("assignments", "role"): {
        "manager": pgettext_lazy("assignment", "Manager"),
        "service": pgettext_lazy("assignment", "Service"),
        "deputy": pgettext_lazy("assignment", "Deputy"),
    },
    ("accounts", "tier"): {"A": "A", "B": "B", "C": "C"},
    ("allocations", "given_by"): {
        "rule": pgettext_lazy("allocation", "By the rule"),
        "hand": pgettext_lazy("allocation", "By hand"),
    },
    ("allocations", "state"): {
        "proposed": pgettext_lazy("allocation", "Proposed"),
        "approved": pgettext_lazy("allocation", "Approved"),
    },
    ("accounts", "language"): {
        "en": pgettext_lazy("language", "English"),
        "zh_hant": pgettext_lazy("language", "Traditional Chinese"),
        "zh_hans": pgettext_lazy("language", "Simplified Chinese"),
        "ko": pgettext_lazy("language", "Korean"),
    },
    ("goals", "ledger_measure"): {
        "sales": pgettext_lazy("measure of a goal", "Sales"),
        "category": pgettext_lazy("measure of a goal", "Sales of a category"),
        "product": pgettext_lazy("measure of a goal", "Sales of a product"),
        "margin": pgettext_lazy("measure of a goal", "Margin"),
        "wallet": pgettext_lazy("measure of a goal", "Share of wallet"),
        "new_products": pgettext_lazy("measure of a goal", "Share of new products"),
        "otif": pgettext_lazy("measure of a goal", "On time in full"),
        "complaints": pgettext_lazy("measure of a goal", "Complaints"),
        "order_days": pgettext_lazy("measure of a goal", "Days with orders"),
        "days_to_pay": pgettext_lazy("measure of a goal", "Days paid late"),
        "visits": pgettext_lazy("measure of a goal", "Visits"),
    },
    ("plan_reviews", "stage"): {
        "starting": pgettext_lazy("stage of an account", "Starting"),
        "growing": pgettext_lazy("stage of an account", "Growing"),
        "established": pgettext_lazy("stage of an account", "Established"),
        "shrinking": pgettext_lazy("stage of an account", "Shrinking"),
        "changing": pgettext_lazy("stage of an account", "Changing its trade"),
    },
    **{("reviews", column): known for column, known in reviews.CHOICES.items()},
    **cases.CHOICES,
}
# Columns whose values are offered group by group: the group's name, and its values.
GROUPED: dict[tuple[str, str], tuple[tuple[Any, tuple[str, ...]], ...]] = {
    ("reviews", column): reviews.BY_FAMILY for column in reviews.CAUSE_COLUMNS
}
YES_NO = {
    True: pgettext_lazy("answer", "Yes"),
    False: pgettext_lazy("answer", "No"),
}
# Columns that read otherwise in a form than as the heading of a file.
LABELS: dict[tuple[str, str], Any] = {
    ("visits", "on"): pgettext_lazy("form", "When"),
    ("visits", "contacts"): pgettext_lazy("form", "With whom"),
    ("visits", "staff_id"): pgettext_lazy("form", "Who of us"),
    ("visits", "next_on"): pgettext_lazy("form", "Next time"),
    ("visits", "mood"): pgettext_lazy("form", "How was the mood?"),
    ("visits", "kind"): pgettext_lazy("form", "How did we meet?"),
    ("visits", "received_well"): pgettext_lazy("form", "Well received?"),
    ("visits", "asked_for_opinion"): pgettext_lazy("form", "Asked for their opinion?"),
    ("visits", "purpose"): pgettext_lazy("form", "What for"),
    ("visits", "notes"): pgettext_lazy("form", "Notes"),
    ("requests", "text"): pgettext_lazy("form", "What they asked for"),
    ("requests", "kind"): pgettext_lazy("form", "Kind"),
    ("requests", "owner_id"): pgettext_lazy("form", "Who of us answers"),
    ("requests", "answer_due_on"): pgettext_lazy("form", "Answer by"),
    ("corrective_actions", "owner_id"): pgettext_lazy("form", "Who in production answers"),
    ("corrective_actions", "answer_due_on"): pgettext_lazy("form", "Answer by"),
    ("competitor_sightings", "competitor"): pgettext_lazy("form", "Which competitor"),
    ("competitor_sightings", "what"): pgettext_lazy("form", "What they came with"),
    ("competitor_sightings", "price"): pgettext_lazy("form", "Their price"),
    ("competitor_sightings", "detail"): pgettext_lazy("form", "In detail"),
    ("competitor_sightings", "source"): pgettext_lazy("form", "How we know"),
    ("promises", "text"): pgettext_lazy("form", "What we promised"),
    ("promises", "kind"): pgettext_lazy("form", "Kind"),
    ("promises", "amount"): pgettext_lazy("form", "Amount"),
    ("promises", "due_on"): pgettext_lazy("form", "By when"),
    ("notices", "on"): pgettext_lazy("form", "When they said so"),
    ("notices", "takes_effect_on"): pgettext_lazy("form", "Takes effect on"),
    ("notices", "by_contact_id"): pgettext_lazy("form", "Who of them"),
    ("notices", "text"): pgettext_lazy("form", "In their words"),
    ("goals", "period"): pgettext_lazy(
        "form", "Period, like 2026, 2026-H1, 2026-Q3 or 2026-04..2027-03"
    ),
    ("goals", "ledger_measure"): pgettext_lazy("form", "Figure that follows by itself"),
    ("goals", "measure"): pgettext_lazy("form", "Or measured by, in words"),
    ("goals", "target"): pgettext_lazy("form", "Target, like +10%, 30% or 120000"),
    ("goals", "reached"): pgettext_lazy("form", "Reached, where no figure follows by itself"),
    ("goals", "owner_id"): pgettext_lazy("form", "Who of us"),
    ("plan_reviews", "on"): pgettext_lazy("form", "Looked at with them on"),
    ("plan_reviews", "next_on"): pgettext_lazy("form", "Next review"),
    ("ties", "contact_id"): pgettext_lazy("form", "Who of them"),
    ("ties", "staff_id"): pgettext_lazy("form", "Who of us"),
    **{("reviews", column): label for column, label in reviews.LABELS.items()},
}


def held_back(fact: Any) -> frozenset[str]:
    """Columns of a row that are not shown beside it yet."""
    return reviews.held_back(fact) if fact.TABLE == "reviews" else frozenset()


def one(table: str) -> str:
    return str(TABLES[table][0]) if table in TABLES else table


def many(table: str) -> str:
    return str(TABLES[table][1]) if table in TABLES else table


def add(table: str) -> str:
    return str(TABLES[table][2]) if table in TABLES else table


def label(table: str, column: str) -> str:
    return str(LABELS.get((table, column)) or files.column(column, table))


def choice(table: str, column: str, value: Any) -> str:
    """A value as people read it; itself where it has no words."""
    known = CHOICES.get((table, column), {})
    return str(known.get(value, value))
