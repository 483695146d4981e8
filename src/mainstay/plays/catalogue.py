"""The built-in plays, and the users' own laid over them.

What a play does before anything is learnt: MODELS.md, section 7, for complaints (.8), service visits (.9), handovers
(a third of the loss comes back) and discounts nobody asked for (harm as often as they help); the others are
judged, with wide spreads. Hours are judged too; users set their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mainstay.core.texts import gettext_noop
from mainstay.plays.play import LEAVING, RETURNS, STANDING, Cost, Effect, Play, Step

KEPT = (*LEAVING, *STANDING)

_ALL = (
    Play(
        "rescue",
        gettext_noop("Rescue: somebody senior goes at once"),
        gettext_noop(
            "Within a day somebody senior calls or goes there, listens, and agrees what happens next; the answer follows within a week."
        ),
        gettext_noop(
            "They said that they leave. Who answers at once, and with weight, can still change it."
        ),
        gettext_noop(
            "A visit or call by somebody senior within a day of the notice, and what was agreed written down."
        ),
        ("R7", "R12"),
        {
            "unknown": 0.7, "drift": 1, "courtesy": 1, "people": 0.8, "service": 0.8, "product": 0.6,
            "delivery": 0.7, "money": 0.7, "turmoil": 0.8, "competitor": 0.7, "own_business": 0.2,
        },
        ("noticed",),
        (
            Step("senior", 0, 2, gettext_noop("Call or go there; listen, promise nothing improper")),
            Step("manager", 1, 1, gettext_noop("Write down what they said and who answers what by when")),
            Step("senior", 7, 1.5, gettext_noop("Bring the answer in person")),
        ),
        Effect(0.7, 0.25),
        owed=True,
        visit=True,
        fresh_days=28,
    ),
    Play(
        "listen",
        gettext_noop("Senior visit to listen"),
        gettext_noop(
            "Somebody senior visits to ask for their opinion, without selling anything; what they raise is answered by a date."
        ),
        gettext_noop("Most losses come from too little communication; a senior ear shows that they count."),
        gettext_noop("A visit with “asked for their opinion”, and each point written down as a request."),
        ("R12", "R13"),
        {
            "unknown": 0.6, "drift": 1, "courtesy": 1, "people": 0.6, "service": 0.6, "product": 0.4,
            "delivery": 0.4, "money": 0.5, "turmoil": 0.8, "competitor": 0.5, "own_business": 0.1,
        },
        KEPT,
        (
            Step("manager", 2, 1, gettext_noop("Prepare: what we know of them, what they raised before")),
            Step("senior", 5, 3, gettext_noop("Visit, ask and listen")),
            Step("manager", 12, 1, gettext_noop("Answer each point by its date")),
        ),
        Effect(0.86, 0.2),
        visit=True,
    ),
    Play(
        "visits",
        gettext_noop("Regular visits restored"),
        gettext_noop("The manager visits in the rhythm of their tier again, three times in nine weeks to begin with."),
        gettext_noop("Nobody was there for too long; what drifts away for want of contact comes back with it."),
        gettext_noop("Three visits on record in nine weeks, and the date of the next."),
        ("R13",),
        {
            "unknown": 0.5, "drift": 1, "courtesy": 0.7, "people": 0.6, "service": 0.4, "product": 0.3,
            "delivery": 0.3, "money": 0.3, "turmoil": 0.5, "competitor": 0.5, "own_business": 0.1,
        },
        KEPT,
        (
            Step("manager", 5, 2, gettext_noop("First visit: ask what they need")),
            Step("manager", 33, 2, gettext_noop("Second visit")),
            Step("manager", 61, 2, gettext_noop("Third visit; agree the next")),
        ),
        Effect(0.9, 0.1),
        needs=("visit_overdue", "never_visited", "opinion_never_asked", "attention_below_share"),
        visit=True,
    ),
    Play(
        "complaint",
        gettext_noop("Complaint brought to an end"),
        gettext_noop("One person solves it with whoever can, says so to the customer, and hears from them that it is solved."),
        gettext_noop("A complaint that is solved well binds more than none; one left open drives them away."),
        gettext_noop("The complaint is solved and accepted by the customer."),
        ("R16", "R17"),
        {
            "service": 1, "product.quality": 0.9, "product": 0.5, "courtesy": 0.6, "delivery": 0.3,
            "turmoil": 0.2, "unknown": 0.2, "competitor": 0.2,
        },
        KEPT,
        (
            Step("service", 1, 3, gettext_noop("Call, see for yourself, agree what solves it")),
            Step("quality", 2, 2, gettext_noop("Find the cause and confirm the remedy")),
            Step("manager", 7, 1, gettext_noop("Ask whether it is solved; apologise")),
        ),
        Effect(0.8, 0.15),
        needs=("complaint_open", "complaint_not_accepted", "complaint_repeated", "complaint_slow"),
        owed=True,
    ),
    Play(
        "promise",
        gettext_noop("Promise settled, with an apology"),
        gettext_noop("What was promised is paid or done in full, with an apology and a date that holds."),
        gettext_noop("A broken promise costs more than it is worth; kept late and with an apology, it still counts."),
        gettext_noop("The promise is marked as kept in full."),
        ("R8",),
        {"money.promise_broken": 1, "money": 0.2, "courtesy": 0.3, "unknown": 0.1},
        (*KEPT, "lost"),
        (
            Step("finance", 1, 1, gettext_noop("Release what was promised")),
            Step("manager", 2, 1.5, gettext_noop("Apologise, and hand it over")),
        ),
        Effect(0.8, 0.2),
        needs=("promise_overdue", "promise_kept_late", "promise_kept_partly"),
        owed=True,
    ),
    Play(
        "handover",
        gettext_noop("Handover introduced in person"),
        gettext_noop("Whoever looks after them now is introduced by somebody whom they know, and learns what was agreed."),
        gettext_noop("Accounts follow people who leave; a colleague whom they know saves about a third of the loss."),
        gettext_noop("A visit of the new manager together with somebody whom they know, and a tie on record."),
        ("R7", "R21"),
        {"people": 1, "drift": 0.4, "courtesy": 0.2, "unknown": 0.2},
        KEPT,
        (
            Step("manager", 3, 1, gettext_noop("Read what was agreed; call the contacts")),
            Step("senior", 7, 1.5, gettext_noop("Introduce the manager in person")),
            Step("manager", 7, 2, gettext_noop("Be introduced; ask what they expect")),
            Step("manager", 28, 1, gettext_noop("Second visit, alone")),
        ),
        Effect(0.68, 0.12),
        needs=("manager_left", "manager_changed", "leader_left", "service_person_left"),
        visit=True,
    ),
    Play(
        "contacts",
        gettext_noop("Second and third contact, department to department"),
        gettext_noop("Two more people there are met, in other departments, each with a counterpart of ours."),
        gettext_noop("What hangs on one person goes with that person."),
        gettext_noop("Three contacts in two departments, known to two of ours."),
        ("R21",),
        {"own_business.new_owner": 0.8, "people": 0.6, "drift": 0.5, "competitor": 0.5, "unknown": 0.3},
        KEPT,
        (
            Step("manager", 10, 2, gettext_noop("Ask to meet who decides and who uses")),
            Step("service", 14, 2, gettext_noop("Meet those who use it")),
            Step("manager", 40, 2, gettext_noop("Meet who decides; write down who is who")),
        ),
        Effect(0.88, 0.15),
        needs=("single_contact", "ties_on_one", "contact_left"),
        visit=True,
    ),
    Play(
        "level",
        gettext_noop("Relationship raised one level"),
        gettext_noop("What is missing for the next level is agreed with them and done: from price to service, from service to partnership."),
        gettext_noop("Who buys for the price alone goes for a lower one; service and partnership cannot be copied."),
        gettext_noop("A higher level on record, with the reason."),
        ("R20",),
        {"competitor": 0.8, "drift": 0.6, "money.price_rise": 0.3, "people": 0.4, "unknown": 0.35},
        KEPT,
        (
            Step("manager", 7, 3, gettext_noop("Agree with them what is missing for the next level")),
            Step("senior", 21, 3, gettext_noop("Meet their management")),
            Step("manager", 56, 2, gettext_noop("See what was done; put down the level")),
        ),
        Effect(0.86, 0.22),
        sizes=("large", "medium"),
    ),
    Play(
        "criteria",
        gettext_noop("Purchase criteria influenced"),
        gettext_noop("What we do well is shown where they decide by it, until it stands among what they ask of every supplier."),
        gettext_noop("A criterion that only a competitor meets is an alarm; one that only we meet is safe."),
        gettext_noop("A criterion that we meet and the competitor does not, assessed anew."),
        ("R22",),
        {"competitor": 1, "product.fit": 0.8, "product.age": 0.5, "product": 0.3, "unknown": 0.1},
        KEPT,
        (
            Step("manager", 7, 2, gettext_noop("Ask what they buy by, and how each supplier does")),
            Step("service", 14, 2, gettext_noop("Show those who use it what ours does")),
            Step("manager", 35, 1.5, gettext_noop("Agree how it is to be measured")),
        ),
        Effect(0.86, 0.22),
        needs=("criterion_in_alarm", "competitor_seen", "competitor_told"),
    ),
    Play(
        "trial",
        gettext_noop("Trial of the newest generation"),
        gettext_noop("They try the newest product in their own work, with help, and say what they think of it."),
        gettext_noop("Needs change as products are renewed; who is left with the old one looks elsewhere."),
        gettext_noop("The trial's result in their own words, and an order or a reason."),
        ("R14",),
        {
            "product.age": 1, "product.discontinued": 0.8, "competitor.product": 1, "product.fit": 0.6,
            "product": 0.5, "competitor": 0.4, "unknown": 0.15,
        },
        KEPT,
        (
            Step("manager", 7, 1.5, gettext_noop("Agree what is tried and how it is judged")),
            Step("service", 14, 3, gettext_noop("Bring it, set it up, show it")),
            Step("manager", 42, 1, gettext_noop("Hear the result")),
        ),
        Effect(0.86, 0.22),
        Cost(money=150, pool="goods"),
    ),
    Play(
        "custom_request",
        gettext_noop("Request decided"),
        gettext_noop("What they asked for, a product made for them above all, is decided: yes with a date, or no with the reason."),
        gettext_noop("Waiting for an answer is worse than a no."),
        gettext_noop("The request has an answer and an outcome."),
        ("R13", "R14"),
        {"product.fit": 1, "courtesy.slow_answers": 0.9, "service": 0.4, "courtesy": 0.4, "drift": 0.2, "unknown": 0.1},
        KEPT,
        (
            Step("quality", 3, 3, gettext_noop("Say what it takes and when it can be had")),
            Step("manager", 7, 1.5, gettext_noop("Bring the answer")),
        ),
        Effect(0.82, 0.2),
        needs=("request_unanswered", "custom_product_waiting"),
        owed=True,
    ),
    Play(
        "delivery_plan",
        gettext_noop("Delivery put right"),
        gettext_noop("Why it was late or short is found and mended; their next three orders are watched one by one."),
        gettext_noop("Late and short deliveries stop their work; what counts is that the next ones come."),
        gettext_noop("Three deliveries in a row on time and in full."),
        ("R18",),
        {"delivery": 1, "turmoil": 0.3, "service": 0.2, "unknown": 0.1},
        KEPT,
        (
            Step("supply", 2, 3, gettext_noop("Find why, and mend it; name the next dates")),
            Step("manager", 5, 1.5, gettext_noop("Explain, apologise, and give the dates")),
            Step("supply", 30, 1, gettext_noop("Watch the next three orders")),
        ),
        Effect(0.8, 0.2),
        needs=("delivery_late", "delivery_short", "urgent_order_refused"),
        owed=True,
    ),
    Play(
        "stock_reserved",
        gettext_noop("Stock reserved for them"),
        gettext_noop("What they usually buy of what is short is put aside for them, for a quarter."),
        gettext_noop("Who meets an empty shelf with us twice has found another supplier."),
        gettext_noop("Their orders of the quarter delivered in full."),
        ("R18",),
        {"delivery.stock_out": 1, "delivery.short": 0.9, "delivery": 0.5, "unknown": 0.1},
        KEPT,
        (
            Step("supply", 2, 2, gettext_noop("Put aside what they need")),
            Step("manager", 4, 1, gettext_noop("Tell them what is kept for them, and until when")),
        ),
        Effect(0.82, 0.2),
        needs=("stock_out_met", "delivery_short"),
        owed=True,
        stop_days=91,
    ),
    Play(
        "season_stock",
        gettext_noop("Season stock agreed"),
        gettext_noop("Before their season we learn what they sell and hold, agree a sensible stock, and line up production and transport."),
        gettext_noop("Who has planned the season with us does not buy it elsewhere."),
        gettext_noop("A quantity by product and week, agreed by both."),
        ("R18",),
        {"delivery": 0.6, "drift": 0.5, "competitor": 0.4, "own_business.shrank": 0.2, "unknown": 0.25},
        KEPT,
        (
            Step("manager", 7, 2, gettext_noop("Ask for their sales and stock")),
            Step("supply", 14, 2, gettext_noop("Propose quantities by week")),
            Step("manager", 21, 1.5, gettext_noop("Agree them")),
        ),
        Effect(0.9, 0.15),
        sizes=("large", "medium"),
    ),
    Play(
        "joint_plan",
        gettext_noop("Joint plan with goals"),
        gettext_noop("Their strategy is written down with them, with goals of both and how each is measured, and looked at every quarter."),
        gettext_noop("Who plans the year with us thinks of us as part of their own."),
        gettext_noop("Goals on record for the period, and the date on which they are looked at."),
        ("R15",),
        {"drift": 0.8, "competitor": 0.7, "own_business.shrank": 0.4, "product.fit": 0.4, "unknown": 0.35},
        ("slipping", *STANDING),
        (
            Step("manager", 7, 2, gettext_noop("Prepare: their figures with us, their trade")),
            Step("senior", 14, 2, gettext_noop("Meet their management; agree goals")),
            Step("manager", 14, 3, gettext_noop("Meet them; write the plan")),
            Step("manager", 91, 2, gettext_noop("Look at it together")),
        ),
        Effect(0.87, 0.2),
        sizes=("large", "medium"),
    ),
    Play(
        "rebate_return",
        gettext_noop("Rebate or joint promotion, for something in return"),
        gettext_noop("A rebate or a promotion for a quarter, for volume, range, shelf or data in return, agreed in writing."),
        gettext_noop("Money helps where a competitor's price is the reason; without a return it is asked for again."),
        gettext_noop("The incentive with what it is in return for, and the return measured."),
        ("R19", "R24"),
        {"competitor.price": 1, "money.price_rise": 0.8, "competitor": 0.5, "money": 0.3, "unknown": 0.1},
        KEPT,
        (
            Step("manager", 5, 2, gettext_noop("Agree what is given and what comes back")),
            Step("finance", 7, 1, gettext_noop("Check the sum against the budget")),
            Step("manager", 49, 1.5, gettext_noop("See that the return came")),
        ),
        Effect(0.86, 0.22),
        Cost(share=0.015, pool="rebate"),
        stop_days=91,
        approval=True,
    ),
    Play(
        "contest",
        gettext_noop("Sales contest for their staff"),
        gettext_noop("Their sales staff win something for what they sell of ours in six weeks, agreed with their management."),
        gettext_noop("Who sells to their customers decides whose product is shown first."),
        gettext_noop("The contest's result, and their sales of ours before and after."),
        ("R19",),
        {"competitor": 0.6, "own_business.shrank": 0.3, "drift": 0.4, "unknown": 0.15},
        ("slipping", *STANDING),
        (
            Step("manager", 7, 2, gettext_noop("Agree it with their management")),
            Step("manager", 14, 1.5, gettext_noop("Begin it with their staff")),
            Step("manager", 56, 1.5, gettext_noop("Hand over what was won")),
        ),
        Effect(0.88, 0.22),
        Cost(share=0.008, pool="sales_contest"),
        sizes=("large", "medium"),
        stop_days=56,
    ),
    Play(
        "terms",
        gettext_noop("Terms softened for a small account"),
        gettext_noop("Smaller minimum orders or more days to pay, as large accounts have them already."),
        gettext_noop("Terms made for large accounts drive small ones away, and small ones pay the better margin."),
        gettext_noop("An agreement of their own with the softer terms, and its end."),
        ("R3", "R8"),
        {"money.harsh_terms": 1, "money.credit_hold": 0.6, "money.unbalanced": 0.6, "money": 0.2, "unknown": 0.05},
        KEPT,
        (
            Step("manager", 3, 1.5, gettext_noop("Ask what they can bear; propose it")),
            Step("finance", 5, 1, gettext_noop("Check the risk, and release it")),
        ),
        Effect(0.8, 0.22),
        Cost(share=0.005, pool="discount"),
        needs=("terms_harsher", "credit_hold", "attention_below_share"),
        sizes=("small", "medium"),
        concession=True,
        approval=True,
        stop_days=182,
    ),
    Play(
        "training",
        gettext_noop("Training or help on site"),
        gettext_noop("Somebody from service spends half a day with those who use our product: trains, mends, watches."),
        gettext_noop("Good service that comes unasked, and sells nothing, is remembered."),
        gettext_noop("A service call on record, and who was there."),
        ("R17",),
        {
            "service": 1, "competitor.service": 1, "product.fit": 0.6, "product.quality": 0.4,
            "courtesy": 0.4, "drift": 0.3, "unknown": 0.2,
        },
        KEPT,
        (
            Step("manager", 3, 0.5, gettext_noop("Ask what would help")),
            Step("service", 10, 4, gettext_noop("Half a day on site")),
        ),
        Effect(0.88, 0.15),
        visit=True,
    ),
    Play(
        "quality_report",
        gettext_noop("Quality report with production"),
        gettext_noop("Production says what went wrong with the batch, what was changed, and brings it to the customer in writing."),
        gettext_noop("Faults are forgiven once it is plain that they will not come again."),
        gettext_noop("The report sent, the complaint's root cause filled in, no complaint of the kind for a quarter."),
        ("R16",),
        {"product.quality": 1, "product": 0.4, "service.complaint_unsolved": 0.5, "service": 0.3, "unknown": 0.1},
        KEPT,
        (
            Step("quality", 7, 4, gettext_noop("Find the root cause; write what was changed")),
            Step("manager", 10, 1.5, gettext_noop("Bring the report and explain it")),
        ),
        Effect(0.82, 0.2),
        needs=("complaint_repeated", "complaint_not_accepted", "complaint_open"),
        owed=True,
    ),
    Play(
        "price_review",
        gettext_noop("Price reviewed, as the last resort"),
        gettext_noop("The price of what they compare is looked at anew, for a quarter, with approval."),
        gettext_noop("Only where nothing else is worth it: a relationship bought with price is the easiest to copy."),
        gettext_noop("The approval, the new price with its last day, and what became of the volume."),
        ("R19", "R24"),
        {"competitor.price": 1, "money.price_rise": 0.9, "competitor": 0.2, "money": 0.2},
        LEAVING,
        (
            Step("manager", 2, 2, gettext_noop("Find out what they compare, and with whom")),
            Step("finance", 4, 1, gettext_noop("Work out what it costs, and until when")),
            Step("senior", 5, 0.5, gettext_noop("Approve or refuse")),
        ),
        Effect(0.85, 0.3),
        Cost(share=0.03, pool="discount"),
        concession=True,
        last_resort=True,
        approval=True,
        stop_days=91,
    ),
    Play(
        "win_back",
        gettext_noop("Win back, with a date and a reason"),
        gettext_noop("Somebody senior calls before their next season, says what has changed since they left, and asks for a trial order."),
        gettext_noop("They know us, and what drove them away may be gone; what is asked for at the right time is often given."),
        gettext_noop("The talk on record, and an order or the true reason why not."),
        ("R12", "R27"),
        {
            "drift": 1, "courtesy": 1, "people": 1, "service": 0.9, "delivery": 0.9, "money": 0.8, "product": 0.6,
            "turmoil": 1, "competitor": 0.7, "own_business.new_owner": 0.6, "own_business.chain_decision": 0.2,
            "own_business.shrank": 0.2, "unknown": 0.6,
        },
        ("lost",),
        (
            Step("manager", 3, 1.5, gettext_noop("Find out why they left, and what has changed with us")),
            Step("senior", 7, 1.5, gettext_noop("Call or visit; listen first")),
            Step("manager", 21, 1.5, gettext_noop("Offer a trial order for their season")),
        ),
        Effect(0.07, 0.5, RETURNS),
    ),
    Play(
        "leave_in_peace",
        gettext_noop("Leave in peace"),
        gettext_noop("Nothing is done: it closed, moved or changed trade, or it never earned what it costs."),
        gettext_noop("Not every account can be kept, nor is every one worth it; effort spent here is taken from others."),
        gettext_noop("The reason is on record."),
        ("R1", "R8"),
        {"own_business": 1},
        (*LEAVING, "lost", "closed"),
        (),
        Effect(1.0, 0.0),
        idle=True,
    ),
)  # fmt: skip

PLAYS: dict[str, Play] = {play.name: play for play in _ALL}


def catalogue(edited: Iterable[Mapping[str, Any]] = ()) -> dict[str, Play]:
    """The plays in service: the built-in ones, with the users' own laid over them.

    edited: plays as JSON (`Play.to_json`); one of a built-in name takes its place
    Raises: InvalidSetting
    """
    plays = dict(PLAYS)
    for row in edited:
        play = Play.from_json(row)
        plays[play.name] = play
    return {name: play for name, play in plays.items() if play.in_service}
