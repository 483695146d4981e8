"""The tables of the quarterly review: what stands beside its sentences, number by number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mainstay.desk import numbers
from mainstay.desk.accounts.words import SIZES, day, state
from mainstay.desk.cases import queries as cases
from mainstay.desk.causes import words as cause_words
from mainstay.desk.quarter import words

MOST = 10
MOST_CHANGES, LONGEST = 8, 120  # rows, and signs of what was to change: a page holds no more


@dataclass(frozen=True)
class Table:
    """caption, headings and shown cells; the first column is the name of the row, `words` of the next are words"""

    caption: str
    columns: list[str]
    rows: list[list[str]]
    words: int = 0


def of(review: Any, currency: str, plays: Any) -> dict[str, list[Table]]:
    """By page, those that have rows."""
    made = {
        "losses": _losses(review, currency),
        "causes": _causes(review, currency),
        "reviews": _reviews(review),
        "plays": _plays(review, currency, plays),
        "promises": _promises(review),
        "concentration": _concentration(review, currency),
        "fairness": _fairness(review),
    }
    return {page: [table for table in tables if table.rows] for page, tables in made.items()}


def _losses(review: Any, currency: str) -> Iterator[Table]:
    now = review.now("losses")
    if now is None:
        return
    columns = [str(word) for word in words.KINDS.values()]
    for caption, key, name_of in (
        (_("By size"), "sizes", lambda name: str(SIZES[name])),
        (_("By tier"), "tiers", str),
    ):
        rows = [
            [name_of(row["name"]), numbers.plain(row["there"]["n"])]
            + [_count(row[kind], currency) for kind in words.KINDS]
            for row in now[key]
        ]
        yield Table(caption, [caption, pgettext("column", "Accounts before"), *columns], rows)
    yield Table(
        _("The largest that were lost"),
        [
            pgettext("column", "Account"),
            pgettext("column", "Tier"),
            pgettext("column", "A year less than before"),
        ],
        [
            [row["name"], row["tier"] or numbers.NOTHING, numbers.money(row["money"], currency)]
            for row in now["named"]
        ],
        words=1,
    )


def _count(one: Mapping[str, Any], currency: str) -> str:
    return f"{numbers.plain(one['n'])} · {numbers.money(one['money'], currency)}"


def _causes(review: Any, currency: str) -> Iterator[Table]:
    now = review.now("causes")
    if now is None or not now["accounts"]:
        return
    yield Table(
        _("Whose cause"),
        [
            _("Whose cause"),
            pgettext("column", "First cause of"),
            pgettext("column", "Lost a year"),
            pgettext("column", "80% interval"),
            pgettext("column", "Confirmed in reviews"),
        ],
        [
            [
                str(cause_words.WHOSE[row["whose"]]),
                numbers.plain(row["accounts"]),
                numbers.money(row["money"], currency),
                numbers.money_between(row["low"], row["high"], currency),
                numbers.money(row["confirmed"], currency),
            ]
            for row in now["whose"]
        ],
    )
    yield Table(
        _("By family of causes"),
        [
            pgettext("column", "Family"),
            pgettext("column", "First cause of"),
            pgettext("column", "Lost a year"),
        ],
        [
            [
                _family(row["family"]),
                numbers.plain(row["accounts"]),
                numbers.money(row["money"], currency),
            ]
            for row in _with_others(now["families"])
        ],
    )


def _with_others(rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The largest, and the others together, so that they add up to all; family "" = the others."""
    if len(rows) <= MOST:
        return rows
    rest = rows[MOST - 1 :]
    sums = {name: sum(row[name] for row in rest) for name in ("accounts", "money")}
    return [*rows[: MOST - 1], {"family": "", **sums}]


def _family(name: str) -> str:
    return cause_words.family(name) if name else pgettext("families of causes", "All others")


def _reviews(review: Any) -> Iterator[Table]:
    now = review.now("reviews")
    if now is None:
        return
    columns = [
        pgettext("column", "Account"),
        pgettext("column", "What was to change"),
        pgettext("column", "Who"),
        pgettext("column", "Due"),
        pgettext("column", "Done"),
    ]
    yield Table(
        _("Changes that were due"),
        columns,
        [_change(one) for one in now["changes"][:MOST_CHANGES]],
        words=4,
    )
    if now["oldest"]:
        yield Table(_("The oldest that is open"), columns, [_change(now["oldest"])], words=4)


def _change(one: Mapping[str, Any]) -> list[str]:
    done = (
        day(one["changed_on"]) if one["changed_on"] else pgettext("change of a review", "Not yet")
    )
    text = Truncator(one["text"]).chars(LONGEST)
    return [one["name"], text, one["owner"] or numbers.NOTHING, day(one["due_on"]), done]


def _plays(review: Any, currency: str, plays: Any) -> Iterator[Table]:
    now = review.now("plays")
    if now is not None:
        yield Table(
            _("Plays of the quarter"),
            [
                pgettext("column", "Play"),
                pgettext("plays in a quarter", "Begun"),
                pgettext("plays in a quarter", "Ended"),
            ],
            [
                [cases.title(plays, row["play"]), numbers.plain(row["begun"]), numbers.plain(row["ended"])]
                for row in now["runs"][:MOST]
            ],
        )  # fmt: skip
        yield Table(
            _("How cases ended"),
            [
                pgettext("column", "Outcome"),
                pgettext("column", "Cases"),
                pgettext("column", "A year, the better of two"),
            ],
            [
                [str(word), numbers.plain(one["n"]), numbers.money(one["money"], currency)]
                for name, word in words.OUTCOMES.items()
                if (one := now["outcomes"].get(name))
            ],
        )
    yield Table(
        _("What plays did"),
        [
            pgettext("column", "Play"),
            pgettext("column", "Cases with it"),
            pgettext("column", "Without"),
            pgettext("column", "Losses, of what they would have been"),
            pgettext("column", "80% interval"),
        ],
        [
            [
                cases.title(plays, row["play"]),
                numbers.plain(row["with_play"]),
                numbers.plain(row["without"]),
                numbers.share(row["ratio"]),
                f"{numbers.share(row['low'])} – {numbers.share(row['high'])}",
            ]
            for row in sorted(review.effects or (), key=lambda row: -row["with_play"])[:MOST]
            if row["with_play"]
        ],
    )


def _promises(review: Any) -> Iterator[Table]:
    now = review.now("promises")
    if now is None:
        return
    before = review.before("promises") or {"kinds": {}}
    yield Table(
        _("By kind of promise"),
        [
            pgettext("column", "Kind"),
            pgettext("column", "Promised"),
            pgettext("column", "Kept"),
            pgettext("column", "Kept, the quarter before"),
        ],
        [
            [
                str(word),
                numbers.plain(one["n"]),
                numbers.share(one["kept"] / one["n"]),
                _kept(before["kinds"].get(kind)),
            ]
            for kind, word in words.PROMISES.items()
            if (one := now["kinds"].get(kind))
        ],
    )
    yield Table(
        _("The five accounts where the least was kept"),
        [
            pgettext("column", "Account"),
            pgettext("column", "Promised"),
            pgettext("column", "Not kept"),
        ],
        [
            [row["name"], numbers.plain(row["n"]), numbers.plain(row["broken"])]
            for row in now["worst"]
        ],
    )


def _kept(one: Mapping[str, Any] | None) -> str:
    return numbers.share(one["kept"] / one["n"]) if one and one["n"] else numbers.NOTHING


def _concentration(review: Any, currency: str) -> Iterator[Table]:
    found = review.concentration
    yield Table(
        _("The three largest"),
        [
            pgettext("column", "Account"),
            pgettext("column", "State"),
            pgettext("column", "52 weeks"),
            pgettext("column", "Share"),
        ],
        [
            [
                row["name"],
                state(row["state"]),
                numbers.money(row["money"], currency),
                numbers.share(row["share"]),
            ]
            for row in found.get("largest") or []
        ],
        words=1,
    )
    if not found.get("now"):
        return
    shown = {
        _("The largest"): ("largest_share", numbers.share),
        _("The three largest"): ("top3_share", numbers.share),
        _("The ten largest"): ("top10_share", numbers.share),
        _("The largest fifth"): ("share_of_top_fifth", numbers.share),
        _("As many equal accounts"): ("effective_accounts", numbers.plain),
    }
    times = [found.get(when) for when in ("now", "quarter", "year")]
    yield Table(
        _("Shares of the sales of 52 weeks"),
        [
            pgettext("column", "Measure"),
            pgettext("stretch of time", "Now"),
            _("A quarter before"),
            _("A year before"),
        ],
        [
            [name, *(show(one[key]) if one else numbers.NOTHING for one in times)]
            for name, (key, show) in shown.items()
        ],
    )


def _fairness(review: Any) -> Iterator[Table]:
    now = review.now("fairness")
    rows = [row for row in now["measures"] if row["small"]["n"] or row["large"]["n"]] if now else []
    yield Table(
        _("Small accounts beside large ones"),
        [
            pgettext("column", "Measure"),
            pgettext("column", "Small"),
            pgettext("column", "Accounts"),
            pgettext("column", "Large"),
            pgettext("column", "Accounts"),
        ],
        [
            [
                str(words.MEASURES[row["measure"]]),
                _value(row, "small"),
                numbers.plain(row["small"]["accounts"]),
                _value(row, "large"),
                numbers.plain(row["large"]["accounts"]),
            ]
            for row in rows
        ],
    )


def _value(row: Mapping[str, Any], size: str) -> str:
    show = numbers.plain if row["measure"] == "hours" else numbers.share
    return str(show(row[size]["value"]))
