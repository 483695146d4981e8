"""What was learnt, in the sentences that a careful analyst would write."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from mainstay.desk import numbers
from mainstay.desk.cases import queries as cases
from mainstay.desk.reviews.words import FAMILIES, WORDINGS

NOTHING = "nothing"
UNLIKE = 1.1  # of what was expected: from here on two groups were not alike
MOST_QUARTERS = 40
HELPS, HARMS, FEW, ALL_TREATED, NONE_TREATED = (
    "helps",
    "harms",
    "few",
    "all_treated",
    "none_treated",
)
VERDICTS: dict[str, Any] = {
    HARMS: pgettext_lazy("effect of play", "Does harm"),
    HELPS: pgettext_lazy("effect of play", "Helps"),
    FEW: pgettext_lazy("effect of play", "Too few to tell"),
    ALL_TREATED: pgettext_lazy("effect of play", "Nobody went without"),
    NONE_TREATED: pgettext_lazy("effect of play", "No case yet"),
}
VIEWS: dict[str, Any] = {
    "intention": gettext_lazy("By what was drawn or chosen, done or not"),
    "treated": gettext_lazy("By what was done"),
}
BASES: dict[str, Any] = {
    "drawn": pgettext_lazy("how an effect is known", "drawn"),
    "chosen": pgettext_lazy("how an effect is known", "people chose"),
    "mixed": pgettext_lazy("how an effect is known", "partly drawn"),
    "": numbers.NOTHING,
}
LEFT_OUT: dict[str, Any] = {
    "no_loss": gettext_lazy("less than 2% was expected to be lost, or it is not known what was"),
    "before": gettext_lazy("their outcome ended before the play began"),
    "two_designs": gettext_lazy("their account was in two trials at once"),
}
KINDS: dict[str, Any] = {
    "dismiss": pgettext_lazy("what was put off", "Dismissed"),
    "snooze": pgettext_lazy("what was put off", "Put off"),
}
DOWNLOAD: dict[str, Any] = {
    "play": pgettext_lazy("download", "Play"),
    "cause": pgettext_lazy("download", "Likeliest cause"),
    "view": pgettext_lazy("download", "Told by"),
    "with_play": pgettext_lazy("download", "Cases with the play"),
    "without": pgettext_lazy("download", "Cases without"),
    "ratio": pgettext_lazy("download", "Loss with it over loss without"),
    "low": pgettext_lazy("download", "80%, low"),
    "high": pgettext_lazy("download", "80%, high"),
    "p_harm": pgettext_lazy("download", "Probability of harm"),
    "verdict": pgettext_lazy("download", "Verdict"),
    "basis": pgettext_lazy("download", "Who had it"),
    "naive": pgettext_lazy("download", "Naive comparison"),
    "naive_low": pgettext_lazy("download", "Naive, low"),
    "naive_high": pgettext_lazy("download", "Naive, high"),
    "cases": pgettext_lazy("download", "Cases that it takes"),
    "had": pgettext_lazy("download", "Cases so far, as if half had it"),
    "a_quarter": pgettext_lazy("download", "Cases a quarter"),
    "loss": pgettext_lazy("download", "Share lost without it"),
    "before": pgettext_lazy("download", "Believed before"),
    "now": pgettext_lazy("download", "By the cases now"),
    "used": pgettext_lazy("download", "Plans go by"),
    "new_cases": pgettext_lazy("download", "New cases"),
    "held": pgettext_lazy("download", "Held back"),
    "held_reason": pgettext_lazy("download", "Why held back"),
    "account_id": pgettext_lazy("download", "Account code"),
    "name": pgettext_lazy("download", "Name"),
    "on": pgettext_lazy("download", "On"),
    "kind": pgettext_lazy("download", "What was said"),
    "reason": pgettext_lazy("download", "Reason"),
    "manager_id": pgettext_lazy("download", "Manager"),
    "baseline": pgettext_lazy("download", "To be expected if nothing changed"),
    "expected": pgettext_lazy("download", "Expected to be lost"),
    "lost": pgettext_lazy("download", "Lost"),
    "fell": pgettext_lazy("download", "Fell after all"),
    "treated": pgettext_lazy("download", "Something was done"),
    "opened_on": pgettext_lazy("download", "Review opened on"),
    "confirmed_on": pgettext_lazy("download", "Confirmed on"),
    "guessed": pgettext_lazy("download", "First guess"),
    "p": pgettext_lazy("download", "Its probability"),
    "said": pgettext_lazy("download", "Salesperson's guess"),
    "confirmed": pgettext_lazy("download", "Confirmed cause"),
    "as_of": pgettext_lazy("download", "As of"),
    "weeks": pgettext_lazy("download", "Weeks"),
    "alone": pgettext_lazy("download", "Left alone only"),
    "inside": pgettext_lazy("download", "Accounts within their own interval"),
    "accounts": pgettext_lazy("download", "Accounts"),
    "drawn": pgettext_lazy("download", "Meant for it"),
    "done": pgettext_lazy("download", "Done"),
    "probability": pgettext_lazy("download", "Drawn with probability"),
    "design": pgettext_lazy("download", "Trial"),
    "first": pgettext_lazy("download", "Looked at from"),
    "last": pgettext_lazy("download", "Looked at until"),
    "began": pgettext_lazy("download", "Began"),
    "tells": pgettext_lazy("download", "Tells something"),
}


def cause(code: str) -> str:
    """A family of causes, or one of its reasons."""
    return str(FAMILIES.get(code) or WORDINGS.get(code) or code) if code else _("all causes")


def title(plays: Mapping[str, Any], name: str) -> str:
    """A play's name, also that of doing nothing."""
    return pgettext("play", "nothing") if name == NOTHING else cases.title(plays, name)


def known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def effect(row: Mapping[str, Any]) -> str:
    """What a play did, of one row of the engine's EFFECTS."""
    verdict, n = row["verdict"], row["with_play"]
    if verdict == NONE_TREATED:
        return _("No case yet whose outcome is known.")
    if verdict == ALL_TREATED:
        return ngettext(
            "The only case had it: there is nobody to compare with.",
            "All %(n)s cases had it: there is nobody to compare with.",
            n,
        ) % {"n": numbers.plain(n)}
    data = {"n": numbers.plain(n), "share": "", "low": "", "high": ""}
    if verdict == HELPS:
        data |= _shares(1 - row["ratio"], 1 - row["high"], 1 - row["low"])
        return (
            ngettext(
                "It keeps about %(share)s of what would have gone, %(low)s to %(high)s, of %(n)s case.",
                "It keeps about %(share)s of what would have gone, %(low)s to %(high)s, of %(n)s cases.",
                n,
            )
            % data
        )
    if verdict == HARMS:
        data |= _shares(row["ratio"] - 1, row["low"] - 1, row["high"] - 1)
        return (
            ngettext(
                "With it about %(share)s more goes than would have gone, %(low)s to %(high)s more, of %(n)s case.",
                "With it about %(share)s more goes than would have gone, %(low)s to %(high)s more, of %(n)s cases.",
                n,
            )
            % data
        )
    return _few(row, data)


def _few(row: Mapping[str, Any], data: dict[str, str]) -> str:
    n = row["with_play"]
    if row["low"] < 1 < row["high"]:
        data |= _shares(0.0, 1 - row["low"], row["high"] - 1)
        return (
            ngettext(
                "Too few cases to tell: anything from %(low)s less lost to %(high)s more, of %(n)s case.",
                "Too few cases to tell: anything from %(low)s less lost to %(high)s more, of %(n)s cases.",
                n,
            )
            % data
        )
    if row["ratio"] < 1:
        data |= _shares(0.0, 1 - row["high"], 1 - row["low"])
        return (
            ngettext(
                "Too few cases to tell yet: it rather helps, by %(low)s to %(high)s, of %(n)s case.",
                "Too few cases to tell yet: it rather helps, by %(low)s to %(high)s, of %(n)s cases.",
                n,
            )
            % data
        )
    data |= _shares(0.0, row["low"] - 1, row["high"] - 1)
    return (
        ngettext(
            "Too few cases to tell yet: it rather harms, by %(low)s to %(high)s, of %(n)s case.",
            "Too few cases to tell yet: it rather harms, by %(low)s to %(high)s, of %(n)s cases.",
            n,
        )
        % data
    )


def _shares(share: float, low: float, high: float) -> dict[str, str]:
    return {"share": whole(share), "low": whole(low), "high": whole(high)}


def whole(share: float) -> str:
    """A share in whole percent: more would promise more than is known."""
    return numbers.share(round(max(share, 0.0), 2))


def lost(ratio: float | None) -> str:
    """A relative risk in a table: how much less or more is lost."""
    if not known(ratio):
        return numbers.NOTHING
    assert ratio is not None  # noqa: S101  # `known` says so
    if ratio < 1:
        return _("%(share)s less") % {"share": whole(1 - ratio)}
    return _("%(share)s more") % {"share": whole(ratio - 1)}


def span(low: float | None, high: float | None) -> str:
    if not (known(low) and known(high)):
        return numbers.NOTHING
    assert low is not None and high is not None  # noqa: S101, PT018  # `known` says so
    if high <= 1:
        return _("%(low)s to %(high)s less") % {"low": whole(1 - high), "high": whole(1 - low)}
    if low >= 1:
        return _("%(low)s to %(high)s more") % {"low": whole(low - 1), "high": whole(high - 1)}
    return _("%(low)s less to %(high)s more") % {"low": whole(1 - low), "high": whole(high - 1)}


def naive(row: Mapping[str, Any], with_play: float, without: float) -> str:
    """Why the plain comparison is wrong; shares that were expected to be lost, with the play and without."""
    if not (known(with_play) and known(without) and known(row["naive"]) and known(row["ratio"])):
        return ""
    data = {"with_play": whole(with_play), "without": whole(without)}
    told = (
        _("Those that got it were expected to lose %(with_play)s, the others %(without)s.") % data
    )
    if with_play > UNLIKE * without and row["naive"] > row["ratio"]:
        why = _("They were worse off to begin with, which makes it look worse than it is.")
    elif without > UNLIKE * with_play and row["naive"] < row["ratio"]:
        why = _("They were better off to begin with, which makes it look better than it is.")
    else:
        why = _(
            "What differs is that few cases are drawn to no effect, and that people may have seen what no forecast did."
        )
    return f"{told} {why}"


NO_COST: dict[str, Any] = {
    "owed": gettext_lazy("Owed, or supply: nobody waits for it."),
    "nobody": pgettext_lazy("cost of finding out", "no account could have it now"),
    "never": pgettext_lazy(
        "cost of finding out", "can't be found out: too few cases come in ten years"
    ),
}


def reckoned(row: Mapping[str, Any]) -> str:
    """What the number of cases rests on; the same sentences as before a trial."""
    data = {"loss_share": numbers.share(row["loss"]), "told_by": numbers.plain(row.get("told_by"))}
    if row.get("told_by"):
        said = _(
            "This is reckoned with {loss_share} of the money lost without the play, as at {told_by} cases of your own."
        )
    else:
        said = _(
            "This is reckoned with {loss_share} of the money lost without the play. That is assumed: too few cases of your own tell it yet."
        )
    return said.format(**data)


def takes(row: Mapping[str, Any]) -> str:
    """How many cases it would take, of one row of the engine's NEEDED."""
    if not math.isfinite(row["cases"]):
        return _("The effect that is believed is none: no number of cases would show it.")
    data = {
        "share": numbers.share(abs(1 - row["ratio"])),
        "cases": numbers.plain(math.ceil(row["cases"])),
        "each": numbers.plain(row["a_quarter"]),
    }
    told = _(
        "About %(cases)s cases would tell an effect of %(share)s, half of them without the play."
    )
    if row["a_quarter"] <= 0:
        return told % data + " " + _("At present none comes in a quarter.")
    quarters = math.ceil(max(row["cases"] - row["had"], 0) / row["a_quarter"])
    if quarters > MOST_QUARTERS:
        pace = _("At %(each)s a quarter that would take more than ten years.")
    else:
        data["quarters"] = numbers.plain(quarters)
        pace = ngettext(
            "At %(each)s a quarter that is %(quarters)s quarter from now.",
            "At %(each)s a quarter that is %(quarters)s quarters from now.",
            quarters,
        )
    return f"{told} {pace}" % data
