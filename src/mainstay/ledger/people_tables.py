"""The tables of what people know beside accounts and staff: who is who there, what was said and promised."""

from __future__ import annotations

from mainstay.ledger.table_types import (
    A_YEAR,
    TOMORROW,
    TWENTY_YEARS,
    Never,
    Outsider,
    Stays,
    Table,
)
from mainstay.ledger.table_types import noted as _table

_COMPLAINT = "question|quality|delivery|service|invoice|conduct|other"
# The reasons of `causes.families`, in its order, and that none is known.
CAUSES = (
    "drift.no_contact|courtesy.discourtesy|courtesy.slow_answers|people.manager_left|"
    "people.leader_left|people.manager_changed|product.quality|product.fit|product.age|"
    "product.discontinued|service.complaint_unsolved|service.service_slow|delivery.late|"
    "delivery.short|delivery.stock_out|delivery.refused|money.price_rise|money.promise_broken|"
    "money.credit_hold|money.harsh_terms|money.unbalanced|turmoil.company_event|competitor.price|"
    "competitor.product|competitor.service|competitor.favours|own_business.shrank|"
    "own_business.new_owner|own_business.chain_decision|own_business.closed|own_business.moved|"
    "unknown"
)
# Those that can be said of the supplier that a new account left; `competitor`: of us, who won it.
CAUSES_ELSEWHERE = (
    "drift.no_contact|courtesy.slow_answers|people.manager_left|product.quality|product.fit|"
    "service.complaint_unsolved|delivery.late|delivery.stock_out|money.price_rise|"
    "money.promise_broken|money.harsh_terms|turmoil.company_event|competitor.price|"
    "competitor.product|competitor.service|own_business.new_owner|unknown"
)
# What the ledger can say of a goal; where an account's own business stands (R15).
LEDGER_MEASURES = "sales|category|product|margin|wallet|new_products|otif|complaints|order_days|days_to_pay|visits"
STAGES = "starting|growing|established|shrinking|changing"
_CAUSE = "({root_cause} IS NOT NULL OR {second_cause} IS NOT NULL)"
_NONE_FOUND = "coalesce({nothing_found}, false)"
_OF_OTHERS = "coalesce(split_part({}, '.', 1), 'unknown') NOT IN ('own_business', 'unknown')"
# Reviews of one account whose falls began so near are of the same loss.
SAME_LOSS_DAYS = 182
# Farther from what its orders show, a fall is another.
FAR_ONSET_DAYS = 364
_OF_REVIEWS = (
    Never("cause_twice", "{root_cause} = {second_cause}"),
    Never("cause_and_none", f"{_NONE_FOUND} AND {_CAUSE}"),
    Never("second_alone", "{second_cause} IS NOT NULL AND {root_cause} IS NULL"),
    Never(
        "confirmed_nothing",
        "{confirmed_on} IS NOT NULL AND {kind} IN ('lost', 'slipping') "
        f"AND NOT {_NONE_FOUND} AND NOT {_CAUSE}",
    ),
    Never(
        "natural_otherwise",
        f"coalesce({{natural}}, false) AND ({_OF_OTHERS.format('{root_cause}')} "
        f"OR {_OF_OTHERS.format('{second_cause}')})",
    ),
    Never("asked_by_own", "{interviewed_by} = {salesperson_id}"),
)

PEOPLE: tuple[Table, ...] = (
    _table(
        "contacts",
        "contact_id* account_id* name* title "
        "department:purchasing|management|technical|user|finance|other "
        "power:decides|influences|uses|blocks attitude:-2..2 email phone from:date left_on:date "
        "reports_to",
        "contact_id",
        happened="from",
        span=("from", "left_on"),
    ),
    # Who of ours knows whom of theirs.
    _table(
        "ties",
        "contact_id* staff_id* strength:0..3 since:date",
        "contact_id staff_id",
        happened="since",
    ),
    # 1 price, 2 service, 3 strategic.
    _table(
        "relationship_levels",
        "account_id* on:date* level:1..3* why",
        "account_id on",
        happened="on",
        ahead_days=A_YEAR,
    ),
    # `contacts`: their ids, separated by “;”.
    _table(
        "visits",
        "visit_id account_id* on:date* staff_id* contacts "
        "kind:visit|visited_us|service_call|call|video|message received_well:yes_no purpose notes "
        "mood:-2..2 asked_for_opinion:yes_no next_on:date",
        "visit_id",
        happened="on",
        ahead_days=A_YEAR,
        made_of=("account_id", "on", "staff_id", "kind"),
        back_days=TWENTY_YEARS,
    ),
    _table(
        "requests",
        "request_id account_id* raised_on:date* text* "
        "kind:product|custom_product|service|terms|other owner_id answer_due_on:date "
        "answered_on:date outcome visit_id",
        "request_id",
        happened="raised_on",
        ahead_days=A_YEAR,
        made_of=("account_id", "raised_on", "text"),
        stands_once=True,
        back_days=TWENTY_YEARS,
        past=("answered_on",),
    ),
    _table(
        "complaints",
        f"complaint_id* account_id* opened_at:moment* kind:{_COMPLAINT} severity:1..3 text "
        "product_id batch contact_id owner_id first_answer_at:moment on_site_at:moment "
        "solved_at:moment accepted_by_customer:yes_no root_cause",
        "complaint_id",
        happened="opened_at",
        ahead_days=A_YEAR,
        span=("opened_at", "solved_at"),
        back_days=TWENTY_YEARS,
        past=("first_answer_at", "on_site_at", "solved_at"),
        in_order=(("opened_at", "first_answer_at"), ("opened_at", "on_site_at")),
    ),
    # What production was asked about a complaint, a product or a batch of it, and what was learned.
    _table(
        "corrective_actions",
        "action_id* product_id batch complaint_id asked_on:date* owner_id answer_due_on:date* "
        "answered_on:date root_cause lesson closed_on:date",
        "action_id",
        happened="asked_on",
        ahead_days=TOMORROW,
        back_days=TWENTY_YEARS,
        past=("answered_on", "closed_on"),
        in_order=tuple(
            ("asked_on", name) for name in ("answer_due_on", "answered_on", "closed_on")
        ),
        one_of=("product_id", "complaint_id"),
    ),
    _table(
        "promises",
        "promise_id* account_id* made_on:date* by_id kind:rebate|reward|credit|price|support|other "
        "text amount:money currency due_on:date* kept_on:date kept_amount:money",
        "promise_id",
        happened="made_on",
        ahead_days=TOMORROW,
        back_days=TWENTY_YEARS,
        span=("made_on", "due_on"),
        not_negative=("amount", "kept_amount"),
        past=("kept_on",),
    ),
    _table(
        "incentives",
        "incentive_id* account_id* kind:discount|joint_promotion|sales_contest|rebate|goods "
        "from:date* to:date budget:money spent:money currency owner_id* in_return_for",
        "incentive_id",
        happened="from",
        span=("from", "to"),
        not_negative=("budget", "spent"),
    ),
    _table(
        "agreements",
        "agreement_id account_id segment from:date* to:date payment_terms_days:integer "
        "minimum_order:money penalties quota:money currency exclusive:yes_no rebate_rule price_list "
        "otif_promised:number fill_rate_promised:number",
        "agreement_id",
        happened="from",
        span=("from", "to"),
        one_of=("account_id", "segment"),
        not_negative=(
            *("payment_terms_days", "minimum_order", "quota"),
            *("otif_promised", "fill_rate_promised"),
        ),
        shares=("otif_promised", "fill_rate_promised"),
        never=tuple(
            Never("outside_range", f"{{{name}}} > 1")
            for name in ("otif_promised", "fill_rate_promised")
        ),
        made_of=("account_id", "segment", "from"),
        stands_once=True,
    ),
    # Within so many hours: of opening hours, or around the clock.
    _table(
        "service_standards",
        f"kind:{_COMPLAINT}* severity:1..3* answer_within:number* solve_within:number* "
        "on_site_within:number calendar:hours|always",
        "kind severity",
        not_negative=("answer_within", "solve_within", "on_site_within"),
    ),
    _table(
        "unit_conversions",
        "product_id* unit* factor:number* pack:number pallet:number minimum_lot:number",
        "product_id unit",
        not_negative=("factor", "pack", "pallet", "minimum_lot"),
    ),
    # What they buy by, and whether we and a competitor meet it.
    _table(
        "criteria",
        "account_id* criterion* weight:number we_meet:yes_no* competitor competitor_meets:yes_no* "
        "assessed_on:date* source*",
        "account_id criterion competitor assessed_on",
        happened="assessed_on",
        ahead_days=A_YEAR,
        not_negative=("weight",),
    ),
    _table(
        "competitor_sightings",
        "sighting_id account_id* on:date* competitor* what:price|product|service|visit|favours "
        "price:money currency product_id detail contact_id source:contact|ours|public*",
        "sighting_id",
        happened="on",
        ahead_days=A_YEAR,
        not_negative=("price",),
        made_of=("account_id", "on", "competitor", "what"),
    ),
    # `ledger_measure`: what of the ledger says how far it is (of which category or product: `measure_of`);
    # empty = `measure`, in words, and `reached` as people write it.
    _table(
        "goals",
        "goal_id account_id* period* their_strategy common_goal* measure target reached "
        f"ledger_measure:{LEDGER_MEASURES} measure_of benefit_ours benefit_theirs owner_id",
        "goal_id",
        made_of=("account_id", "period", "common_goal"),
    ),
    # The plan as it was looked at with them on a day: where they stand, what was agreed, when again.
    _table(
        "plan_reviews",
        f"account_id* on:date* stage:{STAGES} their_strategy agreed next_on:date",
        "account_id on",
        happened="on",
        ahead_days=TOMORROW,
        back_days=TWENTY_YEARS,
        in_order=(("on", "next_on"),),
    ),
    # `scope`: of which regions, segments, categories or products; empty = of all.
    _table(
        "company_events",
        "event_id on:date* kind:price_rise|shortage|conflict|accident|cash|policy|leadership* "
        "scope text",
        "event_id",
        happened="on",
        made_of=("on", "kind", "scope", "text"),
    ),
    _table(
        "absences",
        "staff_id* from:date* to:date",
        "staff_id from",
        happened="from",
        span=("from", "to"),
    ),
    # Hours a week that somebody has for key accounts.
    _table(
        "hours",
        "staff_id* from:date* to:date weekly_hours:number*",
        "staff_id from",
        happened="from",
        span=("from", "to"),
        not_negative=("weekly_hours",),
    ),
    # Why an account went, or stays, or came: what we say, what they say, and what was found.
    _table(
        "reviews",
        "review_id account_id* opened_on:date* kind:lost|slipping|healthy|new* "
        "scope:complete|partial onset_on:date "
        f"salesperson_reason:{CAUSES} salesperson_text salesperson_id customer_reason:{CAUSES} "
        "customer_text contact_id interviewed_on:date interviewed_by "
        "interview_way:meeting|call|survey why_1 why_2 why_3 why_4 why_5 "
        f"root_cause:{CAUSES} second_cause:{CAUSES} nothing_found:yes_no confirmed_on:date "
        "confirmed_by natural:yes_no curable:yes_no prevention change_text change_owner_id "
        f"change_due_on:date changed_on:date former_supplier_reason:{CAUSES_ELSEWHERE}",
        "review_id",
        happened="opened_on",
        ahead_days=TOMORROW,
        back_days=TWENTY_YEARS,
        made_of=("account_id", "opened_on", "kind"),
        past=("onset_on", "interviewed_on", "confirmed_on", "changed_on"),
        in_order=tuple(
            ("opened_on", name)
            for name in ("interviewed_on", "confirmed_on", "change_due_on", "changed_on")
        ),
        never=_OF_REVIEWS,
        outsider=Outsider("asked_by_own", "interviewed_by", ("interviewed_on", "opened_on")),
        # What they wrote themselves.
        stays=Stays(
            "over_survey",
            "interview_way",
            "survey",
            ("customer_reason", "former_supplier_reason", "customer_text", "interview_way"),
        ),
    ),
)
