"""What is different about each account of a week: what went, since when, how much, and why.

The same play may suit several accounts of one person; what tells them apart stands first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mainstay import engine
from mainstay.core.errors import NotFound
from mainstay.desk import numbers
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.accounts.words import day, sentence
from mainstay.desk.causes import words
from mainstay.desk.causes.published import kept

LESS = ("slipping", "dropped")
TELLS_DAYS = (
    78 * 7
)  # so long after a fall the year before the last still has half a year from before it
OF_REVIEWS = "reviews"  # what is heard in a review is not for all to read (R10)


@dataclass(frozen=True)
class Story:
    """One account's story, in sentences.

    headline: what happened, in one line; "" where only its reasons say it
    because: why, or what else happened; "" where nothing more is known
    """

    headline: str = ""
    because: str = ""


def stories(sight: Sight, wanted: Iterable[tuple[Account, Any]], *, plan: str) -> dict[str, Story]:
    """By account.

    wanted: accounts, each with the play that is proposed there (None = none)
    """
    pairs = list(wanted)
    named = " ".join(f"{account.account_id}:{play and play.name}" for account, play in pairs)
    found = sight.kept(
        f"stories of {plan} {named}",
        lambda: {account.account_id: _raw(sight, account, play) for account, play in pairs},
    )
    return {
        account.account_id: _story(account, found[account.account_id], sight.currency)
        for account, _play in pairs
    }


def _raw(sight: Sight, account: Account, play: Any) -> dict[str, Any]:
    """What tells of an account, in no language yet.

    category: in which most went; evidence, sign: texts, of the likeliest cause and of what its play needs
    """
    explained = kept(account.assessment_id)
    needs = set(play.needs) if play is not None else set()
    return {
        "category": _category(sight, account),
        "evidence": _evidence(account, explained) if explained and account.cause_first else None,
        "sign": _sign(account, explained, needs) if explained and needs else None,
    }


def _category(sight: Sight, account: Account) -> str:
    """The category that lost most money beside the year before, of those that fell; "" = none is known."""
    if account.fell_on is None or sight.assessment is None:
        return ""
    if (sight.assessment.as_of - account.fell_on).days > TELLS_DAYS:
        return ""
    try:
        table = engine.assessment_rows(
            settings.HOME.store, account.assessment_id, "categories", account.account_id
        )
    except NotFound:
        return ""
    less = {
        row["category"]: (row["amount_prev_52"] or 0.0) - (row["amount_52"] or 0.0)
        for row in table.to_pylist()
        if row["state"] in LESS
    }
    most = max(less, key=lambda name: (less[name], name), default="")
    return most if most and less[most] > 0 else ""


def _evidence(account: Account, explained: Any) -> Any:
    """What speaks most for the likeliest cause, and comes from no review; None where nothing does."""
    rows = explained.rows("causes", account.account_id).to_pylist()
    of_first = [row for row in rows if row["family"] == account.cause_first]
    for row in sorted(of_first, key=lambda row: row["rank"]):
        told = [one for one in _listed(row["speaks_for"]) if not _of_reviews(one)]
        facts = [one for one in told if one.get("kind") == "fact"]
        if facts or told:
            return (facts or told)[0]["text"]
    return None


def _sign(account: Account, explained: Any, needs: set[str]) -> Any:
    """The newest of the signals that the account's play needs; None where none is there."""
    known = engine.signal_catalogue()
    rows = [
        row
        for row in explained.rows("signals", account.account_id).to_pylist()
        if row["signal"] in needs & set(known)
        and not _of_reviews(row | {"rows": _listed(row["rows"])})
    ]
    if not rows:
        return None
    newest = max(rows, key=lambda row: (row["since"], row["strength"], row["signal"]))
    data = json.loads(newest["data"] or "{}")
    return {"template": known[newest["signal"]].wording_of(data), "data": data}


def _of_reviews(one: Mapping[str, Any]) -> bool:
    return any(proof and proof[0] == OF_REVIEWS for proof in one.get("rows") or [])


def _listed(stored: str | None) -> list[Any]:
    found = json.loads(stored or "[]")
    return found if isinstance(found, list) else []


def _story(account: Account, raw: Mapping[str, Any], currency: str) -> Story:
    fell = _fell(account, raw["category"], currency)
    if raw["sign"]:
        return Story(sentence(raw["sign"], currency), fell)
    return Story(fell, _because(account, raw["evidence"], currency) if fell else "")


def _fell(account: Account, category: str, currency: str) -> str:
    if account.fell_on is None or (account.lost_52 or 0.0) <= 0:
        return ""
    said = {"sum": numbers.money(account.lost_52, currency), "day": day(account.fell_on)}
    if category:
        template = _("{sum} a year less since {day}, above all {category}")
        return template.format(**said, category=category)
    return _("{sum} a year less since {day}").format(**said)


def _because(account: Account, evidence: Any, currency: str) -> str:
    if not account.cause_first or account.cause_first == words.UNKNOWN:
        return pgettext("win back", "Why is not known")
    said = {
        "cause": words.family(account.cause_first),
        "likely": words.likely(account.cause_p),
    }
    if evidence is None:
        return _("{cause}, {likely}").format(**said)
    return _("{cause}, {likely}: {evidence}").format(**said, evidence=sentence(evidence, currency))
