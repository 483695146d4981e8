"""Why this play, and why not another: in words and money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mainstay.core.texts import Text, gettext_noop
from mainstay.plays.effects import Belief
from mainstay.plays.play import Play
from mainstay.plays.restraint import SENTENCES

_KEEPS = gettext_noop(
    "{risk_money} of the next 52 weeks may still be lost here; this is expected to keep {kept_money} of "
    "margin, for {hours} hours and {cost_money} in all."
)
_RETURNS = gettext_noop(
    "{risk_money} a year goes elsewhere by now; this is expected to bring back {kept_money} of margin, for "
    "{hours} hours and {cost_money} in all."
)
_JUDGED = gettext_noop(
    "How well it helps is judged, not measured yet: where it suits fully, {high_share} to {low_share} of "
    "the loss is taken to remain."
)
_LEARNT = gettext_noop(
    "Measured in {cases} cases so far: where it suits fully, {high_share} to {low_share} of the loss remains."
)
_LEARNT_BACK = gettext_noop(
    "Measured in {cases} cases so far: {low_share} to {high_share} of what has gone comes back in a year."
)
LEAST_MEASURED = 5  # cases; by fewer an effect is judged still
_COIN = gettext_noop(
    "Another way was worth about the same; a coin chose this one (probability {p_share}), so that effects "
    "can be learnt."
)
_APPROVAL = gettext_noop("It needs approval, and ends on {stops_on}.")
CAUSES: dict[str, str] = {
    "drift": gettext_noop("Likeliest cause: too little communication ({p_share})."),
    "courtesy": gettext_noop("Likeliest cause: details and courtesy ({p_share})."),
    "people": gettext_noop("Likeliest cause: our people left or changed ({p_share})."),
    "product": gettext_noop("Likeliest cause: our product ({p_share})."),
    "service": gettext_noop("Likeliest cause: our service, complaints not solved ({p_share})."),
    "delivery": gettext_noop("Likeliest cause: our delivery ({p_share})."),
    "money": gettext_noop("Likeliest cause: our prices, promises and terms ({p_share})."),
    "turmoil": gettext_noop("Likeliest cause: turmoil at our company ({p_share})."),
    "competitor": gettext_noop("Likeliest cause: a competitor ({p_share})."),
    "own_business": gettext_noop("Likeliest cause: their own business ({p_share})."),
    "unknown": gettext_noop("Why it buys less is not known yet ({p_share})."),
}
_NOTHING = gettext_noop("Nothing else there is worth what it costs.")
_LESS = gettext_noop(
    "The next best would keep {kept_money} and cost {cost_money}: {less_money} less."
)
_MORE = gettext_noop(
    "The next would keep {kept_money} and cost {cost_money}. It is worth {more_money} more, but takes hours "
    "or money that do more elsewhere."
)


@dataclass(frozen=True)
class Chosen:
    """What the words of one chosen play speak of.

    cause: the likeliest family of causes, or "unknown", with its probability
    season: of a lost account, why it is called now
    """

    play: Play
    belief: Belief
    risk: float
    kept: float
    cost: float
    cause: str
    p_cause: float
    probability: float
    stops_on: str
    season: tuple[Text, ...] = ()


def why(chosen: Chosen) -> list[Text]:
    """Money first, then the cause, the play's own reason, how sure one is, and the coin."""
    play, belief = chosen.play, chosen.belief
    money = {
        "risk_money": round(chosen.risk, 2),
        "kept_money": round(chosen.kept, 2),
        "hours": round(play.hours, 1),
        "cost_money": round(chosen.cost, 2),
    }
    found = [
        Text(_RETURNS if play.returns else _KEEPS, money),
        Text(CAUSES[chosen.cause], {"p_share": round(chosen.p_cause, 4)}),
        plain_text(play.why),
    ]
    if play.returns:
        found[1:1] = chosen.season
    found += _how_sure(play, belief)
    if chosen.probability < 1:
        found.append(Text(_COIN, {"p_share": round(chosen.probability, 4)}))
    if play.asks:
        found.append(Text(_APPROVAL, {"stops_on": chosen.stops_on}))
    return found


def _how_sure(play: Play, belief: Belief) -> list[Text]:
    """What is known of its effect by cases; of a play that wins back nothing is said before."""
    low, high = (round(end, 3) for end in belief.interval)
    measured = {"cases": belief.cases} if belief.cases >= LEAST_MEASURED else {}
    if play.returns:
        back = Text(_LEARNT_BACK, {"low_share": low, "high_share": high} | measured)
        return [back] if measured else []
    # What remains: the low end of the interval is the better one.
    sure = {"high_share": low, "low_share": high}
    return [Text(_LEARNT if measured else _JUDGED, sure | measured)]


def why_not(runner_up: str, kept: float, cost: float, less: float) -> Text:
    """Why not the next best; less: by how much it is worth less than the one that was chosen."""
    if runner_up == "nothing":
        return Text(_NOTHING)
    data: Mapping[str, float] = {"kept_money": round(kept, 2), "cost_money": round(cost, 2)}
    if less >= 0:
        return Text(_LESS, {**data, "less_money": round(less, 2)})
    return Text(_MORE, {**data, "more_money": round(-less, 2)})


def rule_text(rule: str) -> Text:
    """The sentence of a rule of restraint."""
    return Text(SENTENCES[rule])


def plain_text(wording: str) -> Text:
    """A play's wording as a sentence; what users wrote may hold braces, which stand for themselves."""
    return Text(wording.replace("{", "{{").replace("}", "}}"))


MARGIN_TAKEN = gettext_noop(
    "Costs are not known, so margin is taken as {margin_share} of sales (setting margin_share)."
)
UNRATED = gettext_noop(
    "Money given in {currencies} is not taken off the budgets, since no exchange rate of its day is known; "
    "import exchange_rates."
)
UNASSIGNED = gettext_noop(
    "Accounts that nobody looks after, so that they are in no manager's week: {n}. Import the table "
    "assignments, or set who looks after whom at the desk, under Team."
)
OVERBOOKED = gettext_noop(
    "{name} has {there_is} hours this week and {under_way} under way already: nothing new fits, and what is "
    "under way needs somebody else or another date."
)
OVERSPENT = gettext_noop(
    "Of the budget “{pool}” {over_money} more is spent than there is by now; nothing new is taken from it."
)
SMALL_SHARE = gettext_noop(
    "The fair share of small accounts ({hours} hours) and what else is asked for do not fit together; the "
    "share was given up."
)
# By what they told us; None where it is not known.
NO_RESCUE: dict[str | None, str] = {
    "will_leave": gettext_noop(
        "{name} told us that it leaves, and this week's hours allow no rescue of it."
    ),
    "will_reduce": gettext_noop(
        "{name} told us that it will buy less, and this week's hours allow no rescue of it."
    ),
    "contract_ends": gettext_noop(
        "{name} told us that the contract ends, and this week's hours allow no rescue of it."
    ),
    "dissatisfied": gettext_noop(
        "{name} told us that it is dissatisfied, and this week's hours allow no rescue of it."
    ),
    "asked_rival_price": gettext_noop(
        "{name} asked us about a rival's price, and this week's hours allow no rescue of it."
    ),
    None: gettext_noop(
        "{name} told us that it may leave, and this week's hours allow no rescue of it."
    ),
}
ONE_MORE_RESCUE = gettext_noop("And 1 more account told us so, with no hours for a rescue.")
MORE_RESCUES = gettext_noop("And {n} more accounts told us so, with no hours for a rescue.")
AWAY = gettext_noop(
    "{person} is away this week, and nobody stands in: a rescue that needs them can't begin."
)
FEW_HOURS = gettext_noop(
    "{person} has {left} hours left this week beside what is planned; a rescue takes {needed} hours of theirs."
)
NO_THINGS = gettext_noop(
    "Nobody may begin anything new (setting new_plays_per_week is 0), so nothing new is planned."
)
NO_HOURS = gettext_noop("Nobody has any hours this week, so nothing new is planned.")
