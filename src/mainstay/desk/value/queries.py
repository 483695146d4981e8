"""Reads of value: of the portfolio, and of one account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from mainstay import engine
from mainstay.desk import numbers
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight, manager_names
from mainstay.desk.accounts.words import day, sentences
from mainstay.desk.causes.rows import Link, links
from mainstay.desk.paging import Numbered, page_number
from mainstay.desk.value import ways, words
from mainstay.desk.value.models import NextStep, Unearning

PAGE = 25
PAID_SHARE = 0.95  # of what was promised; less is a part
MOST_MANAGERS = 500
REBATES_SHOWN, EFFECTS_SHOWN, ENDS_SHOWN = 12, 12, 8
SHOWS = ("steps", "never", "less")


@dataclass(frozen=True)
class Asked:
    """The lists as an address asks for them; what makes no sense is as if it were not there."""

    show: str = "steps"
    manager: str = ""
    size: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Any) -> Asked:
        show, size = query.get("show", ""), query.get("size", "")
        return cls(
            show if show in SHOWS else "steps",
            query.get("manager", "")[:200],
            size if size in ("large", "medium", "small") else "",
            page_number(query),
        )

    def of(self, table: str) -> Asked:
        """The same, of the list that a file is of."""
        if table == "steps":
            return replace(self, show="steps")
        return self if self.show != "steps" else replace(self, show="less")

    def where_something_is(self, counts: Mapping[str, tuple[int, float]]) -> Asked:
        """The same, of the first list that is not empty; of this one where all are."""
        return replace(self, show=next((one for one in SHOWS if counts[one][0]), self.show))

    @property
    def narrowed(self) -> bool:
        return bool(self.manager or self.size)


@dataclass(frozen=True)
class Page(Numbered):
    """One page of a list; rows: (row, account)."""

    rows: list[tuple[Any, Account]]
    number: int
    further: bool


@dataclass(frozen=True)
class Portfolio:
    """What all accounts bring, for who sees all of them.

    curve: (accounts so far, what remains of them so far), from the best on
    sizes: rows of value_sizes
    """

    curve: list[tuple[int, float]]
    sizes: list[dict[str, Any]]

    @property
    def total(self) -> float:
        return self.curve[-1][1] if self.curve else 0.0

    @property
    def peak(self) -> tuple[int, float]:
        return max(self.curve, key=lambda point: point[1], default=(0, 0.0))

    @property
    def accounts(self) -> int:
        return self.curve[-1][0] if self.curve else 0

    @property
    def lost(self) -> float:
        """What the accounts behind the peak take away again."""
        return self.peak[1] - self.total

    @property
    def served(self) -> bool:
        """Whether anything is known of what serving costs."""
        return any(row["margin"] - row["remains"] > 0.005 for row in self.sizes)


def frozen(sight: Sight) -> Any:
    """How accounts stood with the assessment that is shown; None where value was not measured then."""
    if sight.assessment is None:
        return None
    found = engine.standing_of(settings.HOME.store, sight.assessment.pk)
    return found if found is not None and "value" in found.tables else None


def portfolio(sight: Sight) -> Portfolio | None:
    """None for who sees their own accounts alone, and where value was not measured."""
    found = frozen(sight) if sight.user.sees_all_accounts else None
    if found is None:
        return None
    curve = found.table("value_curve")
    points = zip(curve["accounts"].to_pylist(), curve["so_far"].to_pylist(), strict=True)
    return Portfolio(list(points), found.table("value_sizes").to_pylist())


def _of_accounts(sight: Sight, asked: Asked, rows: QuerySet[Any]) -> QuerySet[Any]:
    accounts = sight.accounts.order_by()
    if asked.manager:
        accounts = accounts.filter(manager_id=asked.manager)
    if asked.size:
        accounts = accounts.filter(size_class=asked.size)
    if sight.user.sees_all_accounts and not asked.narrowed:
        # Nearly all of them are seen: the list is walked in its order, and left at the page's end.
        return rows.filter(Exists(accounts.filter(account_id=OuterRef("account_id"))))
    return rows.filter(account_id__in=accounts.values("account_id"))


def listed(sight: Sight, asked: Asked) -> QuerySet[Any]:
    """The list that is asked for, what is worth most first."""
    of = {"assessment_id": sight.assessment.pk if sight.assessment else ""}
    if asked.show == "steps":
        rows: QuerySet[Any] = NextStep.objects.filter(**of).order_by("-gain", "id")
    else:
        rows = Unearning.objects.filter(**of).order_by("remains", "id")
        if asked.show == "never":
            rows = rows.filter(never=True)
    return _of_accounts(sight, asked, rows)


def page(sight: Sight, asked: Asked) -> Page:
    start = (asked.page - 1) * PAGE
    found = list(listed(sight, asked)[start : start + PAGE + 1])
    return Page(with_accounts(sight, found[:PAGE]), asked.page, len(found) > PAGE)


def with_accounts(sight: Sight, rows: Sequence[Any]) -> list[tuple[Any, Account]]:
    ids = {row.account_id for row in rows}
    known = {one.account_id: one for one in sight.accounts.filter(account_id__in=ids)}
    return [(row, known[row.account_id]) for row in rows if row.account_id in known]


def counts(sight: Sight, asked: Asked) -> dict[str, tuple[int, float]]:
    """By list: how many there are, and their money."""

    def count() -> dict[str, tuple[int, float]]:
        steps = listed(sight, Asked("steps", asked.manager, asked.size)).order_by()
        less = listed(sight, Asked("less", asked.manager, asked.size)).order_by()
        near = steps.aggregate(n=Count("id"), money=Sum("gain"))
        of = less.aggregate(
            n=Count("id"),
            money=Sum("remains"),
            n_never=Count("id", filter=Q(never=True)),
            never=Sum("remains", filter=Q(never=True)),
        )
        return {
            "steps": (near["n"], near["money"] or 0.0),
            "never": (of["n_never"], of["never"] or 0.0),
            "less": (of["n"], of["money"] or 0.0),
        }

    return sight.kept(f"value {asked.manager} {asked.size}", count)


def managers(sight: Sight) -> list[tuple[str, str]]:
    """Whose accounts there are, for who sees several managers' accounts."""
    rows = sight.accounts.exclude(manager_id=None).order_by()
    codes = sight.kept(
        "managers of value",
        lambda: list(rows.values_list("manager_id", flat=True).distinct()[:MOST_MANAGERS]),
    )
    names = manager_names(codes)
    found = [(one, names.get(one, one)) for one in codes if one]
    return sorted(found, key=lambda pair: pair[1]) if len(found) > 1 else []


_NOTHING = {"criteria": 0, "seen": 0, "priced": 0} | dict.fromkeys(
    ("ours", "theirs", "competitor", "rivals")
)


@dataclass(frozen=True)
class Head:
    """One head beside a competitor, with the ways to what says so."""

    row: Mapping[str, Any]
    name: str
    verdict: str
    links: list[Link]

    @property
    def beside(self) -> str:
        """Whom it was assessed against, else who was seen there."""
        return ", ".join(self.row.get("rivals") or []) or self.row["competitor"] or ""


@dataclass(frozen=True)
class Line:
    """A row of a table of the account's page, with the ways to what is behind it; said: what is wrong with it."""

    row: Mapping[str, Any]
    links: list[Link] = field(default_factory=list)
    name: str = ""
    said: str = ""


@dataclass(frozen=True)
class OfAccount:
    """Value at one account; tables are empty where nothing is known.

    sums: the row of `value`; None where it neither bought nor cost anything within two years
    """

    sums: Mapping[str, Any] | None
    balance: list[str]
    help: list[str]
    heads: list[Head]
    prices: Mapping[str, Any] | None
    dealer: list[Mapping[str, Any]]
    costs: list[Line]
    rebates: list[Line]
    more_rebates: int
    effects: list[Line]
    forward: list[Line]

    @property
    def running(self) -> list[Line]:
        return [one for one in self.rebates if one.row["ended"] is False and one.row["part"]]

    @property
    def next_step(self) -> Line | None:
        steps = [one for one in self.running if one.row["gain"]]
        return max(steps, key=lambda one: one.row["gain"], default=None)

    @property
    def accrued(self) -> float:
        return sum(one.row["owed"] or 0.0 for one in self.running)

    @property
    def latest(self) -> Mapping[str, Any]:
        """What they earn in the half year that they told of last."""
        return self.dealer[0] if self.dealer else {"earned_share": None, "turn": None}

    @property
    def remains(self) -> float | None:
        return self.sums["remains"] if self.sums else None

    @property
    def habit(self) -> bool:
        return any(one.row["habit"] for one in self.forward)

    @property
    def met(self) -> tuple[float, float] | None:
        """What they buy by: the shares that we and that the best competitor of each meet, by weight."""
        rows = [one.row for one in self.heads if one.row["criteria"]]
        total = sum(row["weight"] for row in rows)
        if not total:
            return None
        ours = sum(row["ours"] * row["weight"] for row in rows)
        return ours / total, sum(row["theirs"] * row["weight"] for row in rows) / total


def of_account(sight: Sight, account: Account) -> OfAccount | None:
    """None where value was not measured with the assessment that is shown."""
    found = frozen(sight)
    if found is None:
        return None
    who = account.account_id

    def rows(table: str) -> list[dict[str, Any]]:
        return list(found.rows(table, who).to_pylist())

    sums = next(iter(rows("value")), None)
    rebates = sorted(rows("value_rebates"), key=_newest_first, reverse=True)
    return OfAccount(
        sums=sums,
        balance=sentences(sums["balance"] if sums else None, sight.currency),
        help=sentences(sums["help"] if sums else None, sight.currency),
        heads=_heads(who, rows("value_heads")),
        prices=next(iter(rows("value_prices")), None),
        dealer=sorted(rows("value_dealers"), key=lambda row: row["half"]),
        costs=_costs(account, rows("value_costs")),
        rebates=[_rebate(sight, who, row) for row in rebates[:REBATES_SHOWN]],
        more_rebates=max(0, len(rebates) - REBATES_SHOWN),
        effects=[
            Line(
                row,
                links(who, [["incentives", row["incentive_id"]]]),
                said=str(words.EFFECTS[row["verdict"]]),
            )
            for row in sorted(rows("value_effects"), key=lambda r: r["first_on"], reverse=True)
        ][:EFFECTS_SHOWN],
        forward=[
            Line(row, links(who, [ways.around(row["last_on"])]))
            for row in sorted(rows("value_forward"), key=lambda r: r["last_on"], reverse=True)
        ][:ENDS_SHOWN],
    )


def _newest_first(row: Mapping[str, Any]) -> tuple[bool, date, str, int]:
    return (row["part"] == 0, row["last_on"], row["agreement_id"], -row["part"])


def _heads(account_id: str, rows: list[dict[str, Any]]) -> list[Head]:
    known = {row["head"]: row for row in rows}
    found = []
    for head, name in words.HEADS.items():
        row = known.get(head)
        if row is None and head == "other":
            continue
        verdict = row["verdict"] if row else "unknown"
        ways_to = ways.of_head(account_id, row["rows"]) if row else []
        found.append(Head(row or _NOTHING, str(name), verdict, ways_to))
    return found


def _costs(account: Account, rows: list[dict[str, Any]]) -> list[Line]:
    known = {row["kind"]: row for row in rows}
    as_of = account.assessment.as_of
    return [
        Line(known[kind], ways.of_cost(account.account_id, kind, as_of), str(name))
        for kind, name in words.COSTS.items()
        if kind in known
    ]


def _rebate(sight: Sight, account_id: str, row: dict[str, Any]) -> Line:
    proofs: list[list[str]] = [["agreements", row["agreement_id"]]]
    if row["part"]:
        product = row["code"] if row["of"] == "product" else ""
        proofs.append(["order_lines", str(row["first_on"]), str(row["last_on"]), product])
    if row["promise_id"]:
        proofs.append(["promises", row["promise_id"]])
    of = words.OF.get(row["of"] or "")
    said = sentences(f"[{row['trouble']}]", sight.currency) if row["trouble"] else _open(sight, row)
    return Line(row, links(account_id, proofs), f"{of} {row['code']}" if of else "", " ".join(said))


def _open(sight: Sight, row: Mapping[str, Any]) -> list[str]:
    """What is open of a promise whose day has passed."""
    assert sight.assessment is not None  # noqa: S101  # the page has asked
    promised, paid = row["promised"] or 0.0, row["paid"] or 0.0
    if not promised or paid >= PAID_SHARE * promised or row["due_on"] >= sight.assessment.as_of:
        return []
    sums = {"sum": numbers.money(promised - paid, sight.currency), "day": day(row["due_on"])}
    return [_("%(sum)s of what was promised is open, due %(day)s") % sums]
