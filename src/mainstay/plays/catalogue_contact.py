"""Plays of people and of the relationship: who goes there, who knows whom, who comes back."""

from __future__ import annotations

from mainstay.core.texts import gettext_noop
from mainstay.plays.play import KEPT, LEAVING, RETURNS, STANDING, Effect, Play, Step

CONTACT = (
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
        Effect(0.12, 0.5, RETURNS),
    ),
    Play(
        "take_back",
        gettext_noop("Win back the part that went elsewhere"),
        gettext_noop("Somebody senior says openly that a part of the business is missed, asks what took it away and what would bring it back, and agrees a trial."),
        gettext_noop("Who still buys part of it from us need not change anything to give us the rest again; mostly nobody asks."),
        gettext_noop("The talk on record, and a trial order or the true reason why not."),
        ("R12", "R27"),
        {
            "drift": 1, "courtesy": 1, "people": 1, "service": 0.9, "delivery": 0.9, "money": 0.8, "product": 0.6,
            "turmoil": 1, "competitor": 0.7, "own_business.new_owner": 0.6, "own_business.chain_decision": 0.2,
            "own_business.shrank": 0.2, "unknown": 0.6,
        },
        ("noticed", "slipping", "growing", "steady", "won_back"),
        (
            Step("manager", 3, 1.5, gettext_noop("Find out what they buy elsewhere now, and why")),
            Step("senior", 7, 1.5, gettext_noop("Call or visit; listen first")),
            Step("manager", 21, 1.5, gettext_noop("Offer a trial order of what they no longer buy")),
        ),
        Effect(0.12, 0.5, RETURNS),
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
