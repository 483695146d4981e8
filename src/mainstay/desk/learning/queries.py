"""Reads of what was learnt, from what was frozen beside the plan."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from mainstay import engine
from mainstay.desk.access.rights import SETTERS
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.cases import queries as cases
from mainstay.desk.learning import services, words
from mainstay.desk.learning.looked_back import (
    Forecast,
    Group,
    Guess,
    forecasts,
    groups,
    guesses,
    people,
    salespeople,
)
from mainstay.desk.paging import Numbered

ALL, INTENTION, TREATED = "", "intention", "treated"
PAGE = 50
RATES_SHOWN, FELL_SHOWN = 8, 12
LEAST_CHANGE = 0.05  # of a rate that is worth telling
LEAST_MORE = 0.005  # falls of an account a year, by which it changed: seven times next to nothing is next to nothing
LEAST_FALLS = 3.0  # of a rate that is worth telling
WEEKS_OF_YEAR = 52
# Pages about the same question: who asks finds them here.
WAYS: tuple[tuple[str, Any, Any], ...] = (
    ("designs:list", pgettext_lazy("navigation", "Trials"), gettext_lazy("Who waits for a play, so that its effect can be told")),
    ("keeping:worth", pgettext_lazy("navigation", "What keeping is worth"), gettext_lazy("How long accounts stay, and what a point of retention brings")),
    ("keeping:newcomers", pgettext_lazy("navigation", "New accounts"), gettext_lazy("Where they come from, and which of them grow")),
    ("winback:list", pgettext_lazy("navigation", "Win back"), gettext_lazy("Who left, when to call, and second lives")),
    ("quarter:list", pgettext_lazy("navigation", "Quarterly review"), gettext_lazy("Losses, plays and promises of a quarter, to print")),
    ("trust:page", pgettext_lazy("navigation", "Can I trust it?"), gettext_lazy("Every forecast of the last year against what came")),
)  # fmt: skip


def kept(sight: Sight) -> Any:
    """What was learnt by the latest assessment's day; None where there is none, or it was made before."""
    if sight.assessment is None:
        return None
    return engine.learnt_of(settings.HOME.store, sight.assessment.pk)


def ways() -> list[dict[str, Any]]:
    """Where else to look."""
    found = ((way(name), word, why) for name, word, why in WAYS)
    return [{"href": href, "word": word, "why": why} for href, word, why in found if href]


def way(name: str) -> str:
    """The address of a page; "" of one that is not there."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@dataclass(frozen=True)
class Cost:
    """Margin that finding out would be expected to cost; None, and why not, where no figure would be true."""

    money: float | None
    why: str = ""

    @property
    def word(self) -> str:
        return str(words.NO_COST.get(self.why, ""))


@dataclass(frozen=True)
class Told:
    """One play's effect as a list shows it: a row of EFFECTS over all causes, by intention.

    causes: its rows by cause, of which something is known; needed: its row of NEEDED, or {}
    cost: what finding out would be expected to cost; None = nothing is missing
    expected: shares that were expected to be lost at its cases, and at those without a play
    """

    play: str
    title: str
    row: Mapping[str, Any]
    causes: list[Mapping[str, Any]]
    needed: Mapping[str, Any]
    cost: Cost | None = None
    expected: tuple[float, float] = (math.nan, math.nan)

    @property
    def told(self) -> str:
        return words.effect(self.row)

    @property
    def plainly(self) -> str:
        return words.naive(self.row, *self.expected)

    @property
    def takes(self) -> str:
        return words.takes(self.needed) if self.needed else ""

    @property
    def reckoned(self) -> str:
        """With what is lost without the play, and whether that is assumed."""
        return words.reckoned(self.needed) if self.needed else ""


@dataclass(frozen=True)
class Move:
    """A belief, and what it was when the plan before was made; in shares of the loss that remain.

    returns: the play wins back; the shares are those of what has gone that come back in a year
    first: before any case
    """

    play: str
    title: str
    row: Mapping[str, Any]
    before: tuple[float, float, float]
    now: tuple[float, float, float]
    used: tuple[float, float, float]
    held: Any = None  # what was last said of it here, which the next plan obeys
    returns: bool = False
    first: tuple[float, float, float] = (math.nan, math.nan, math.nan)

    @property
    def is_held(self) -> bool:
        return bool(self.held.held) if self.held is not None else bool(self.row["held"])

    @property
    def slight(self) -> bool:
        """Whether plans go by the same whole percent as before, and nobody holds it back."""
        same = round(self.before[0], 2) == round(self.now[0], 2)
        return same and not self.is_held and not self.waits

    @property
    def waits(self) -> bool:
        """Whether what was said of it here is not in the plan yet."""
        return self.is_held != bool(self.row["held"])


@dataclass(frozen=True)
class Shown:
    """The page. What is summed over the company is empty for who sees own accounts alone."""

    meta: Mapping[str, Any]
    harms: list[Told]
    helps: list[Told]
    few: list[Told]
    silent: list[Told]
    chosen: list[Told]
    back: list[Move]
    moves: list[Move]
    slight: list[Move]
    rates: list[Mapping[str, Any]]
    reasons: list[Group]
    people: list[Group]
    fell: list[dict[str, Any]]
    guesses: list[Guess]
    said: Group | None
    forecasts: list[Forecast]

    @property
    def left_out(self) -> list[tuple[str, int]]:
        return [(str(words.LEFT_OUT.get(k, k)), n) for k, n in self.meta["left_out"].items()]

    @property
    def within(self) -> int:
        return sum(one.within for one in self.forecasts)

    @property
    def inside(self) -> float | None:
        """Share of accounts that lost what their own interval held, over all forecasts; None of older ones, which
        did not count them."""
        rows = [one.all for one in self.forecasts if one.all.get("inside") is not None]
        n = sum(row["accounts"] for row in rows)
        return sum(row["inside"] for row in rows) / n if n else None

    @property
    def guessed(self) -> tuple[int, int]:
        return sum(one.right for one in self.guesses), sum(one.n for one in self.guesses)


def shown(sight: Sight, found: Any) -> Shown:
    whole = sight.user.sees_all_accounts
    told = plays(sight, found) if whole else []
    moved = moves(found) if whole else []
    put_off = own(sight, found.table("put_off"))
    return Shown(
        meta=found.meta,
        harms=[one for one in told if one.row["verdict"] == words.HARMS],
        helps=[one for one in told if one.row["verdict"] == words.HELPS],
        few=[one for one in told if one.row["verdict"] in (words.FEW, words.ALL_TREATED)],
        silent=[one for one in told if one.row["verdict"] == words.NONE_TREATED],
        chosen=[
            one
            for one in told
            if one.row["basis"] in ("chosen", "mixed") and words.known(one.row["naive"])
        ],
        back=brings_back(found) if whole else [],
        moves=[one for one in moved if not one.slight],
        slight=[one for one in moved if one.slight],
        rates=rates(found) if whole else [],
        reasons=groups(put_off, "reason"),
        people=people(put_off),
        fell=sorted(
            (r for r in put_off if r["fell"] and not r["treated"]), key=lambda r: -r["lost"]
        )[:FELL_SHOWN],
        guesses=guesses(own(sight, found.table("guesses"))),
        said=salespeople(own(sight, found.table("guesses"))),
        forecasts=forecasts(found) if whole else [],
    )


def own(sight: Sight, table: pa.Table) -> list[dict[str, Any]]:
    """The rows of the accounts that one sees."""
    rows: list[dict[str, Any]] = table.to_pylist()
    if sight.user.sees_all_accounts and not sight.hidden:
        return rows
    some = {row["account_id"] for row in rows}
    seen = set(
        sight.accounts.order_by().filter(account_id__in=some).values_list("account_id", flat=True)
    )
    return [row for row in rows if row["account_id"] in seen]


def plays(sight: Sight, found: Any) -> list[Told]:
    """Each play that keeps, the largest effect first."""
    titles = cases.catalogue()
    rows = [r for r in found.table("effects").to_pylist() if r["view"] == INTENTION]
    needed = {row["play"]: row for row in found.table("needed").to_pylist()}
    costs = cost_of_finding_out(sight, needed)
    expected = expectations(found)
    by_play: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_play.setdefault(row["play"], []).append(row)
    told = [
        Told(
            name,
            cases.title(titles, name),
            next(r for r in mine if r["cause"] == ALL),
            [r for r in mine if r["cause"] != ALL],
            needed.get(name, {}),
            costs.get(name),
            expected(name),
        )
        for name, mine in by_play.items()
    ]
    return sorted(told, key=_strongest)


def expectations(found: Any) -> Callable[[str], tuple[float, float]]:
    """By play: what share was expected to be lost at its cases, and at those for which nothing was meant."""
    table = found.table("cases")
    if "tells" in table.schema.names:  # what was kept before it was said counts whole
        table = table.filter(table["tells"])
    rows = table.group_by("drawn").aggregate([("expected", "mean")]).to_pylist()
    mean = {row["drawn"]: row["expected_mean"] for row in rows if row["expected_mean"] is not None}
    without = mean.get(words.NOTHING, math.nan)
    return lambda play: (mean.get(play, math.nan), without)


def _strongest(one: Told) -> tuple[bool, float, int, str]:
    ratio = one.row["ratio"]
    far = -abs(math.log(ratio)) if words.known(ratio) and ratio > 0 else 0.0
    return (one.row["with_play"] == 0, far, -one.row["with_play"], one.title)


def cost_of_finding_out(sight: Sight, needed: Mapping[str, Mapping[str, Any]]) -> dict[str, Cost]:
    """Margin that each play would be expected to keep within a horizon at half of the cases that it takes.

    What it would keep at one account: the mean of the newest plan, of 52 weeks, over those that could have it. Told
    only of plays that may wait, and where so many cases come: those who could have it now and ten years of as many as
    last year.
    """
    plan = cases.plan_of(sight)
    if plan is None:
        return {}
    options = plan.table("options", ["play", "kept", "kept_out"])
    options = options.filter(
        pc.is_in(options["kept_out"], value_set=pa.array(engine.COULD_HAVE, pa.string()))
    )
    mean = options.group_by("play").aggregate([("kept", "mean"), ("kept", "count")]).to_pylist()
    of = {row["play"]: (row["kept_mean"] or 0.0, row["kept_count"]) for row in mean}
    years = float(plan.meta["horizon_weeks"]) / WEEKS_OF_YEAR
    return {name: _cost(row, *of.get(name, (0.0, 0)), years) for name, row in needed.items()}


def _cost(needed: Mapping[str, Any], kept: float, could: int, years: float) -> Cost:
    """kept: at one account a year, on average of those that could have it; could: how many these are"""
    if not needed["may_wait"]:
        return Cost(None, "owed")
    if not could:
        return Cost(None, "nobody")
    if needed["cases"] > needed["had"] + could + words.MOST_QUARTERS * needed["a_quarter"]:
        return Cost(None, "never")
    return Cost(kept * needed["cases"] / 2 * years)


def moves(found: Any) -> list[Move]:
    """Beliefs that are others than the plan before had, or that are held back; the largest change first."""
    catalogue = cases.catalogue()
    said = latest_said()
    rows = [
        row
        for row in found.table("moves").to_pylist()
        if abs(row["mean"] - row["before_mean"]) > 1e-6
        or abs(row["spread"] - row["before_spread"]) > 1e-6
        or row["held"]
        or (row["play"] in said and said[row["play"]].held)
    ]
    rows.sort(key=lambda row: -abs(row["mean"] - row["before_mean"]))
    return [_move(row, catalogue, said.get(row["play"])) for row in rows]


def brings_back(found: Any) -> list[Move]:
    """Plays that win back, of which cases tell; the one of most cases first."""
    catalogue = cases.catalogue()
    rows = [row for row in found.table("moves").to_pylist() if row["cases"]]
    told = [one for one in (_move(row, catalogue) for row in rows) if one.returns]
    return sorted(told, key=lambda one: (-one.row["cases"], one.title))


def latest_said() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in services.HeldEffect.objects.order_by("on", "id").select_related("recorded_by"):
        found[one.play] = one
    return found


def _remains(mean: float, spread: float) -> tuple[float, float, float]:
    low, high = engine.Belief(mean, spread).interval
    return math.exp(mean), low, high


def rates(found: Any) -> list[Mapping[str, Any]]:
    """How often causes fell accounts, where that is another than the plan before had; the largest change first."""
    rows = [
        row | {"change": row["after"] / row["before"] - 1}
        for row in found.table("rates").to_pylist()
        if row["before"] > 0
        and row["after"] > 0
        and (row["falls"] >= LEAST_FALLS or not row["signal"])
    ]
    # Of several signals of a cause, the one that most falls tell of.
    best = {
        (row["cause"], bool(row["signal"])): row for row in sorted(rows, key=lambda r: r["falls"])
    }
    moved = [
        row
        for row in best.values()
        if abs(row["change"]) >= LEAST_CHANGE and abs(row["after"] - row["before"]) >= LEAST_MORE
    ]
    return sorted(moved, key=lambda row: -abs(math.log(1 + row["change"])))[:RATES_SHOWN]


@dataclass(frozen=True)
class Cases(Numbered):
    """A page of cases of one play; total: of all that one sees"""

    rows: list[dict[str, Any]]
    number: int
    further: bool
    total: int


def cases_of(sight: Sight, found: Any, play: str) -> list[dict[str, Any]]:
    """The cases that a play was drawn, chosen or done for, the newest first, of the accounts that one sees."""
    table = found.table("cases")
    mine = pc.or_(pc.equal(table["drawn"], play), pc.equal(table["done"], play))
    rows = own(sight, table.filter(mine))
    return sorted(rows, key=lambda row: (row["first"], row["account_id"]), reverse=True)


def page_of(sight: Sight, rows: list[dict[str, Any]], number: int) -> Cases:
    pages = max(1, -(-len(rows) // PAGE))
    number = min(number, pages)
    part = rows[(number - 1) * PAGE : number * PAGE]
    accounts = sight.accounts.order_by().filter(account_id__in=[row["account_id"] for row in part])
    names = dict(accounts.values_list("account_id", "name"))
    return Cases(
        [row | {"name": names.get(row["account_id"])} for row in part],
        number,
        number < pages,
        len(rows),
    )


def titles(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The names of what was meant and done in these cases."""
    catalogue = cases.catalogue()
    named = {row[key] for row in rows for key in ("drawn", "done")}
    return {name: words.title(catalogue, name) for name in named}


@dataclass(frozen=True)
class OfPlay:
    """One play: by view, its rows over all causes and by cause; its belief in the plan; what it would take."""

    play: str
    title: str
    views: list[tuple[str, Told]]
    move: Move | None
    first: tuple[float, float, float]


def of_play(sight: Sight, found: Any, play: str) -> OfPlay | None:
    """None where no play of that name keeps anything."""
    catalogue = cases.catalogue()
    known = catalogue.get(play)
    rows = [row for row in found.table("effects").to_pylist() if row["play"] == play]
    if known is None or not rows:
        return None
    needed = {r["play"]: r for r in found.table("needed").to_pylist() if r["play"] == play}
    cost = cost_of_finding_out(sight, needed).get(play) if needed else None
    title = cases.title(catalogue, play)
    expected = expectations(found)(play)
    views = []
    for view in (INTENTION, TREATED):
        mine = [row for row in rows if row["view"] == view]
        whole = next((row for row in mine if row["cause"] == ALL), None)
        if whole is not None:
            by_cause = sorted((r for r in mine if r["cause"]), key=lambda r: -r["with_play"])
            told = Told(play, title, whole, by_cause, needed.get(play, {}), cost, expected)
            views.append((view, told))
    moved = next((row for row in found.table("moves").to_pylist() if row["play"] == play), None)
    return OfPlay(
        play,
        title,
        views,
        _move(moved, catalogue, services.standing(play)) if moved else None,
        _first(known),
    )


def _move(row: Mapping[str, Any], catalogue: Mapping[str, Any], held: Any = None) -> Move:
    name = row["play"]
    known = catalogue.get(name)
    return Move(
        name,
        cases.title(catalogue, name),
        row,
        _remains(row["before_mean"], row["before_spread"]),
        _remains(row["mean"], row["spread"]),
        _remains(row["used_mean"], row["used_spread"]),
        held,
        *((known.returns, _first(known)) if known else ()),
    )


def _first(play: Any) -> tuple[float, float, float]:
    """What was thought of a play before any case."""
    return _remains(math.log(play.effect.median), play.effect.spread)


def may_hold(sight: Sight) -> bool:
    return sight.user.role in SETTERS
