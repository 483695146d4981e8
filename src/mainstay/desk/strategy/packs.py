"""What a pack for the review of a plan says: for them only what both may see, for us also what we prepare.

In the pack for them there is no state, risk or cause, no margin and no share of wallet, no attitude, and no
text of ours that was not said to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mainstay import engine
from mainstay.desk import numbers
from mainstay.desk.accounts import words as account_words
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.accounts.words import day
from mainstay.desk.care.models import Complaint, Promise, Request
from mainstay.desk.facts.rights import of_account
from mainstay.desk.facts.words import choice
from mainstay.desk.seasons import sheets
from mainstay.desk.strategy import around, queries, words

OURS_ALONE = frozenset({"margin", "wallet"})  # measures of goals that are never shown to them
YEAR, QUARTER_DAYS = timedelta(days=364), 91
MOST = 8  # rows of a list: a page holds no more
CATEGORIES = 6
Section = dict[str, Any]


def language_of(account: Account, asked: str) -> str:
    """The language of a pack: what is asked for, else the account's."""
    return sheets.language_of(account, asked, [code for code, _name in settings.LANGUAGES])


def pack(
    sight: Sight, account: Account, today: date, language: str, *, internal: bool
) -> dict[str, Any]:
    """The pack as plain values for the printer.

    Each section has a title and any of: lines (texts), goals, columns and rows, bars; it is left out where
    there is nothing in it.
    """
    with translation.override(language):
        plan = queries.plan(sight, account)
        sections = list(_shared(sight, account, plan, today, internal))
        if internal:
            sections += _ours(sight, account, plan, today)
        return {
            "title": account.name,
            "heading": _("Account plan") if internal else _("Review of our work together"),
            "day": day(today),
            "mark": _("Internal: not for the account") if internal else "",
            "sections": [one for one in sections if _filled(one)],
            "nothing": _("Nothing is written down yet."),
        }


def _filled(section: Section) -> bool:
    return any(section.get(part) for part in ("lines", "goals", "rows", "bars"))


def _shared(
    sight: Sight, account: Account, plan: queries.Plan, today: date, internal: bool
) -> Iterator[Section]:
    yield _goals(plan, internal)
    frozen = queries.frozen(sight)
    if frozen is not None:
        yield from _bought(frozen, account, sight.currency, internal)
        yield _delivered(frozen, account)
    yield _complained(account, today)
    yield _agreed(plan)
    yield _open(account, sight.currency)
    yield _next(plan, today)


def _goals(plan: queries.Plan, internal: bool) -> Section:
    shown = [
        one
        for one in plan.goals
        if internal
        or (one.row or {"measure": one.goal.ledger_measure})["measure"] not in OURS_ALONE
    ]
    return {"title": _("Common goals"), "goals": [_goal(one, internal) for one in shown[:MOST]]}


def _goal(one: queries.Followed, internal: bool) -> dict[str, Any]:
    goal = one.goal
    told: list[str] = []
    if one.measured:
        told += [
            _("Reached: {value}").format(value=one.shown("reached")),
            _("Expected by now: {value}").format(value=one.shown("expected")),
            _("Target: {value}").format(value=one.shown("aim")),
        ]
    else:
        told += [_("Target: {value}").format(value=goal.target)] if goal.target else []
        told += [_("Reached: {value}").format(value=goal.reached)] if goal.reached else []
    benefits = []
    if goal.benefit_theirs:
        words_theirs = _("Benefit to them: {text}") if internal else _("Your benefit: {text}")
        benefits.append(words_theirs.format(text=goal.benefit_theirs))
    if internal and goal.benefit_ours:
        benefits.append(_("Benefit to us: {text}").format(text=goal.benefit_ours))
    return {
        "name": goal.common_goal,
        "period": goal.period,
        "measure": one.measure,
        "state": str(words.STATES[one.state]) if one.row else "",
        "told": told,
        "benefits": benefits,
        "places": one.places if one.measured else None,
    }


def _bought(frozen: Any, account: Account, currency: str, internal: bool) -> Iterator[Section]:
    """What they bought, quarter by quarter beside the year before, and by category."""
    rows = frozen.rows("strategy_sales", account.account_id).to_pylist()
    sums = [sum(row["net"] for row in rows if row["quarter"] == n) for n in range(8)]
    as_of, most = account.assessment.as_of, max([*sums, 0.0])
    if most <= 0:
        return
    yield {
        "title": _("What they bought from us") if internal else _("What you bought from us"),
        "legend": [_("These 52 weeks"), _("The 52 weeks before")],
        "bars": [
            {
                "name": account_words.month(as_of - timedelta(days=1 + QUARTER_DAYS * n)),
                "now": [max(sums[n], 0) / most, numbers.money(sums[n], currency)],
                "before": [max(sums[n + 4], 0) / most, numbers.money(sums[n + 4], currency)],
            }
            for n in (3, 2, 1, 0)
        ],
        "lines": [_("Each pair is a quarter of 13 weeks, named by the month in which it ends.")],
    }
    yield _categories(rows, currency)


def _categories(rows: list[dict[str, Any]], currency: str) -> Section:
    found: dict[str, list[float]] = {}
    for row in rows:
        sums = found.setdefault(row["category"] or _("Other goods"), [0.0, 0.0])
        sums[0 if row["quarter"] < 4 else 1] += row["net"]
    largest = sorted(found.items(), key=lambda pair: -pair[1][0])[:CATEGORIES]
    return {
        "title": _("By category"),
        "columns": [pgettext("column", "Category"), _("These 52 weeks"), _("The 52 weeks before"), pgettext("column", "Change")],
        "rows": [
            [
                name,
                numbers.money(now, currency),
                numbers.money(before, currency),
                numbers.change(now / before - 1) if before > 0 else numbers.NOTHING,
            ]
            for name, (now, before) in largest
        ],
    }  # fmt: skip


def _delivered(frozen: Any, account: Account) -> Section:
    """How we delivered, against what was promised."""
    section: Section = {"title": _("How we delivered")}
    if "delivery" not in frozen.tables:
        return section
    row = next(iter(frozen.rows("delivery", account.account_id).to_pylist()), None)
    quarters = frozen.rows("delivery_quarters", account.account_id).to_pylist()
    shown = sorted((one for one in quarters if one["quarter"] < 4), key=lambda q: -q["quarter"])
    as_of = account.assessment.as_of
    promised = row.get("otif_promised") if row else None
    return section | {
        "columns": [
            pgettext("column", "Quarter up to"),
            pgettext("column", "Orders"),
            pgettext("column", "On time in full"),
            pgettext("column", "Promised"),
        ],
        "rows": [
            [
                account_words.month(as_of - timedelta(days=1 + QUARTER_DAYS * one["quarter"])),
                numbers.plain(one["otif_n"]),
                numbers.share(one["otif_orders"] / one["otif_n"]),
                numbers.share(promised),
            ]
            for one in shown
            if one["otif_n"]
        ],
    }


def _complained(account: Account, today: date) -> Section:
    rows = of_account(account, Complaint).filter(opened_at__date__gte=today - YEAR)[:MOST]
    return {
        "title": _("Complaints, and when they were solved"),
        "columns": [
            pgettext("column", "Opened"),
            pgettext("complaint", "About"),
            pgettext("column", "Product"),
            pgettext("column", "Answered"),
            pgettext("column", "Solved"),
        ],
        "rows": [
            [
                day(one.opened_at.date()),
                choice("complaints", "kind", one.kind) if one.kind else numbers.NOTHING,
                one.product_id or numbers.NOTHING,
                day(one.first_answer_at and one.first_answer_at.date()),
                day(one.solved_at.date()) if one.solved_at else pgettext("complaint", "open"),
            ]
            for one in rows
        ],
    }


def _agreed(plan: queries.Plan) -> Section:
    told = [one for one in plan.reviews if one.agreed][:3]
    return {
        "title": _("What was agreed"),
        "lines": [f"{day(one.on)}: {one.agreed}" for one in told],
    }


def _open(account: Account, currency: str) -> Section:
    """Promises that are not kept yet, and what they asked for and is not answered."""
    promises = of_account(account, Promise).filter(kept_on__isnull=True).order_by("due_on")[:MOST]
    requests = of_account(account, Request).filter(answered_on__isnull=True)[:MOST]
    rows = [
        [
            pgettext("open with an account", "Promised"),
            _what(one, currency),
            day(one.due_on),
        ]
        for one in promises
    ]
    rows += [
        [pgettext("open with an account", "Asked for"), one.text, day(one.answer_due_on)]
        for one in requests
    ]
    return {
        "title": _("Open between us"),
        "columns": ["", pgettext("open with an account", "What"), pgettext("column", "By")],
        "rows": rows[:MOST],
    }


def _what(one: Promise, currency: str) -> str:
    kind = choice("promises", "kind", one.kind) if one.kind else ""
    amount = numbers.exact_money(one.amount, one.currency or currency) if one.amount else ""
    return " · ".join(part for part in (one.text or kind, amount) if part)


def _next(plan: queries.Plan, today: date) -> Section:
    ahead = plan.due_on
    lines = [_("Next review: {day}").format(day=day(ahead))] if ahead and ahead >= today else []
    return {"title": _("Next steps"), "lines": lines}


def _ours(sight: Sight, account: Account, plan: queries.Plan, today: date) -> Iterable[Section]:
    """What we prepare with, and they never see."""
    found = around.of(sight, account, plan, today)
    level = found.level
    strategy = [plan.strategy] if plan.strategy else []
    if plan.stage:
        stage = str(words.STAGES.get(plan.stage.stage, plan.stage.stage))
        strategy.insert(0, f"{stage} ({day(plan.stage.on)})")
    yield {"title": _("Their strategy and stage"), "lines": strategy}
    lines = [_("Level {n}: {word}").format(n=level.now, word=level.word)] if level.now else []
    yield {"title": _("Relationship, and the step up"), "lines": lines + level.missing}
    yield {
        "title": pgettext("account plan", "Team"),
        "columns": [pgettext("column", "Ours"), pgettext("column", "Role"), pgettext("column", "Knows")],
        "rows": [[one.name, one.role, ", ".join(one.knows)] for one in found.team[:MOST]],
    }  # fmt: skip
    yield {
        "title": pgettext("account plan", "Risks"),
        "lines": _risks(account, sight.currency, found),
    }


def _risks(account: Account, currency: str, found: around.Around) -> list[str]:
    lines = [account_words.state(account.state)]
    if account.state in engine.LEAVING and account.money_at_risk:
        at_risk = numbers.money(account.money_at_risk, currency)
        lines.append(_("Money at risk in 52 weeks: {money}").format(money=at_risk))
    lines += [" – ".join(part for part in one if part) for one in found.causes]
    return lines + found.findings
