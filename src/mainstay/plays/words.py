"""Why this play, and why not another: in words and money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mainstay.core.texts import Text, gettext_noop
from mainstay.plays.effects import Belief
from mainstay.plays.play import RETURNS, Play
from mainstay.plays.restraint import SENTENCES

_KEEPS = gettext_noop(
    "{risk_money} of the next 52 weeks is at risk here; this is expected to keep {kept_money} of margin, "
    "for {hours} hours and {cost_money} in all."
)
_RETURNS = gettext_noop(
    "It would bring {risk_money} in 52 weeks had it stayed; this is expected to bring back {kept_money} of "
    "margin, for {hours} hours and {cost_money} in all."
)
_JUDGED = gettext_noop(
    "How well it helps is judged, not measured yet: where it suits fully, {high_share} to {low_share} of "
    "the loss is taken to remain."
)
_LEARNT = gettext_noop(
    "Measured in {cases} cases so far: where it suits fully, {high_share} to {low_share} of the loss remains."
)
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
        Text(_RETURNS if play.effect.of == RETURNS else _KEEPS, money),
        Text(CAUSES[chosen.cause], {"p_share": round(chosen.p_cause, 4)}),
        plain_text(play.why),
    ]
    if play.effect.of != RETURNS:
        low, high = belief.interval
        sure = {"high_share": round(low, 3), "low_share": round(high, 3)}
        found.append(
            Text(_LEARNT, {**sure, "cases": belief.cases}) if belief.cases else Text(_JUDGED, sure)
        )
    if chosen.probability < 1:
        found.append(Text(_COIN, {"p_share": round(chosen.probability, 4)}))
    if play.approval:
        found.append(Text(_APPROVAL, {"stops_on": chosen.stops_on}))
    return found


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
RESCUES = gettext_noop(
    "{n} accounts told us that they leave, and hours for a rescue are there for fewer; those that keep most "
    "come first."
)
NO_HOURS = gettext_noop("Nobody has any hours this week, so nothing new is planned.")
