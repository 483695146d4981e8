"""From data to what the templates show: charts, headings, filters, links to the lines behind a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from mainstay.desk import numbers
from mainstay.desk.accounts import words
from mainstay.desk.accounts.addresses import lines_urls
from mainstay.desk.accounts.evidence import LinesPage
from mainstay.desk.accounts.filters import (
    ANY,
    CHANGES,
    NONE,
    SEVERAL,
    SORTS,
    Asked,
    several,
)
from mainstay.desk.accounts.models import Account
from mainstay.desk.causes import words as causes
from mainstay.desk.charts import Chart
from mainstay.desk.charts.bars import Months, month_bars
from mainstay.desk.charts.history import States, state_band
from mainstay.desk.charts.rhythm import Strip, order_days
from mainstay.desk.charts.small import sparkbars
from mainstay.engine import AccountStory, CategoryStory

# Of somebody who orders daily, three years of lines are closer than they can be told apart.
MOST_ORDER_DAYS = 240
WEEKS_52 = timedelta(days=364)
DAY = timedelta(days=1)
SILENT = frozenset({"late", "lost", "closed"})
WITH_THE_ACCOUNT = ("silent", "along")  # states of a category that are the account's own
ALONG = 0.1  # with so much less than in the 52 weeks before, “kept” would read wrongly


@dataclass(frozen=True)
class Heading:
    """A column of the list; `sort` empty = not to be sorted by. `way` is what a click asks for."""

    words: Any
    sort: str = ""
    number: bool = False
    off: bool = False
    sorted: str = ""
    way: str = ""


_HEADINGS = (
    Heading(pgettext_lazy("column", "Account"), "name"),
    Heading(pgettext_lazy("column", "State"), "state"),
    Heading(pgettext_lazy("column", "At risk"), "risk", number=True),
    Heading(pgettext_lazy("column", "Last 52 weeks"), "year", number=True),
    Heading(pgettext_lazy("column", "Against the year before"), "growth", number=True),
    Heading(pgettext_lazy("column", "Last order"), "last"),
    Heading(pgettext_lazy("column", "Silent, days"), "silent", number=True),
    Heading(pgettext_lazy("column", "Own rhythm, days"), "rhythm", number=True),
    Heading(pgettext_lazy("column", "Likeliest cause"), "cause"),
    Heading(pgettext_lazy("column", "Manager"), "manager"),
    Heading(pgettext_lazy("column", "Segment"), "segment"),
)


def headings(asked: Asked, choices: Mapping[str, list[str]]) -> list[Heading]:
    """The list's columns, each with the order that a click on it asks for.

    choices: the values there are of some of them; a column of which there is none is left out
    """
    shown = []
    for heading in _HEADINGS:
        if not choices.get(heading.sort, True):
            continue
        here = heading.sort == asked.sort
        down = not asked.descending if here else SORTS[heading.sort][1]
        state = ("descending" if asked.descending else "ascending") if here else ""
        shown.append(
            Heading(
                heading.words,
                heading.sort,
                heading.number,
                sorted=state,
                way="down" if down else "up",
            )
        )
    return shown


@dataclass(frozen=True)
class Filter:
    """One choice above the list; options are (value, words)."""

    name: str
    words: Any
    value: str
    options: list[tuple[str, Any]]


def filters(asked: Asked, choices: Mapping[str, list[str]]) -> list[Filter]:
    state_options: list[tuple[str, Any]] = [("risk", _("All at risk"))]
    state_options += [(code, word) for code, word in words.STATES.items()]
    none = pgettext("filter", "Not given")
    named: list[tuple[str, Any, list[tuple[str, Any]]]] = [
        ("tier", pgettext("column", "Tier"), _plain("ABC")),
        ("manager", pgettext("column", "Manager"), [*_plain(choices["manager"]), (NONE, none)]),
        ("segment", pgettext("column", "Segment"), [*_plain(choices["segment"]), (NONE, none)]),
        ("region", pgettext("column", "Region"), [*_plain(choices["region"]), (NONE, none)]),
        ("size", pgettext("column", "Size"), list(words.SIZES.items())),
        ("core", pgettext("column", "Core account"), list(words.ANSWERS.items())),
    ]
    country = _plain(choices["country"])
    if not choices["region"] or "country" in asked.chosen:
        named.insert(4, ("country", pgettext("column", "Country"), country))
    if choices["cause"] or asked.chosen.keys() & {"cause", "whose"}:
        families = [(name, causes.family(name)) for name in choices["cause"]]
        named += [
            (
                "cause",
                pgettext("column", "Likeliest cause"),
                [(ANY, _("Fell, by any cause")), *families],
            ),
            ("whose", _("Ours or a competitor's"), list(causes.WHOSE.items())),
        ]
    if "about" in asked.chosen:
        about = asked.chosen["about"]
        word = _("No one category") if about == NONE else about
        named.append(("about", _("Cause concerns"), [(about, word)]))
    if "group" in asked.chosen:
        named.append(("group", pgettext("column", "Group"), _plain([asked.chosen["group"]])))
    shown = [
        Filter("state", pgettext("column", "State"), asked.state, state_options),
        Filter("change", _("This week"), asked.change, list(CHANGES.items())),
    ]
    for name, word, options in named:
        # A choice of one is none.
        value = asked.chosen.get(name, "")
        if name in SEVERAL and (values := several(value)):
            options = [(value, ", ".join(values)), *options]
        if len([o for o in options if o[0] != NONE]) > 1 or name in asked.chosen:
            shown.append(Filter(name, word, value, options))
    return shown


def _plain(values: Sequence[str]) -> list[tuple[str, Any]]:
    return [(value, value) for value in values]


def links(account: Account) -> dict[str, str]:
    """The order lines behind the figures of an account."""
    as_of = account.assessment.as_of
    lines = lines_urls(account.account_id)
    last = as_of - DAY
    return {
        "total": lines(None, last),
        "year": lines(as_of - WEEKS_52, last),
        "year_before": lines(as_of - 2 * WEEKS_52, as_of - WEEKS_52 - DAY),
        "quarter": lines(as_of - timedelta(days=91), last),
        "last_order": lines(account.last_order_on, account.last_order_on)
        if account.last_order_on
        else "",
        "month": lines(last.replace(day=1), last),
        "this_year": lines(last.replace(month=1, day=1), last),
    }


def facts(account: Account) -> list[str]:
    """What the account is, in a few words under its name."""
    named = [account.segment, account.region, account.country]
    if account.group_id:
        named.append(_("group {group}").format(group=account.group_id))
    return [name for name in named if name]


@dataclass(frozen=True)
class StoryPictures:
    """The charts of one account."""

    months: Chart
    rhythm: Chart
    states: Chart | None


def _month_end(first: date, as_of: date) -> date:
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(following, as_of) - DAY


def of_story(story: AccountStory) -> StoryPictures:
    def show(value: float) -> str:
        return numbers.money(value, story.currency)

    @cache  # the wide picture, the narrow one and the table below write the same figures
    def exact(value: float | None) -> str:
        return numbers.exact_money(value, story.currency)

    lines = lines_urls(story.account_id)
    past = story.months[: story.n_past]
    months = Months(
        title=_("Orders by month and category"),
        months=story.months,
        n_past=story.n_past,
        names=tuple(
            _("All others") if c is None else c or _("No category") for c in story.categories
        ),
        amounts=story.amounts,
        expected=story.expected,
        low=story.low,
        high=story.high,
        links=tuple(lines(m, _month_end(m, story.as_of)) for m in past),
        show=show,
        exact=exact,
        name_month=words.month,
        short_month=words.short_month,
        open_month=bool(past) and story.as_of < _month_end(past[-1], date.max) + DAY,
        other_last=bool(story.categories) and story.categories[-1] is None,
    )
    latest = story.order_days[-MOST_ORDER_DAYS:]
    strip = Strip(
        title=_("Order days"),
        days=tuple((d.on, d.amount) for d in latest),
        as_of=story.as_of,
        rhythm_days=story.rhythm_days,
        late_after_days=story.late_after_days,
        links=tuple(lines(d.on, d.on) for d in latest),
        show_day=words.day,
        short_month=words.short_month,
        exact=exact,
    )
    states = States(
        title=_("State over time"),
        states=tuple((s.on, s.state) for s in story.states),
        as_of=story.as_of,
        name_state=words.state,
        show_day=words.day,
        short_month=words.short_month,
    )
    return StoryPictures(
        month_bars(months), order_days(strip), state_band(states) if story.states else None
    )


@dataclass(frozen=True)
class CategoryRow:
    """A category as the table shows it, with the lines behind its figures.

    state: "gone" = not bought for 52 weeks; "silent" = nothing can be said while the account is
        silent; "along" = it falls as the account itself does, no more
    """

    row: CategoryStory
    name: str
    state: str
    spark: SafeString | str
    year: str
    year_before: str
    fell: float | None


def categories(story: AccountStory, account: Account) -> list[CategoryRow]:
    as_of = account.assessment.as_of
    lines = lines_urls(story.account_id)
    shown = []
    for row in story.category_rows:
        name = row.category or _("No category")
        state = _category_state(row, account, as_of - WEEKS_52)
        tip = _("{category}, the last 24 months").format(category=name)
        shown.append(
            CategoryRow(
                row=row,
                name=name,
                state=state,
                spark=sparkbars(row.months[-24:], tip),
                year=lines(as_of - WEEKS_52, as_of - DAY, row.category),
                year_before=lines(as_of - 2 * WEEKS_52, as_of - WEEKS_52 - DAY, row.category),
                fell=_fell(row, state, as_of - WEEKS_52),
            )
        )
    return shown


def _fell(row: CategoryStory, state: str, year_ago: date) -> float | None:
    """The change of its rate, where that is what one wants to know.

    Where nothing of it was bought for 52 weeks, a fall by less than all would only puzzle.
    """
    bought = row.last_order_on is None or row.last_order_on >= year_ago
    if state in (*WITH_THE_ACCOUNT, "gone") or row.rate_ratio is None or not bought:
        return None
    return row.rate_ratio - 1


def _category_state(row: CategoryStory, account: Account, year_ago: date) -> str:
    """A category's rate is judged beside the account's own: “kept” is said where it reads rightly.

    Of an account that is silent no category is kept, whatever its rate was until then; of one that
    slips, none that brings less itself.
    """
    if row.state != "kept":
        return row.state
    if row.last_order_on is not None and row.last_order_on < year_ago:
        return "gone"
    if account.state in SILENT:
        return "silent"
    before = row.amount_prev_52 or 0.0
    fell = row.amount_52 < (1 - ALONG) * before
    return "along" if account.state == "slipping" and fell else row.state


LINE_WORDS: dict[str, Any] = {
    "ordered_on": pgettext_lazy("order line", "Day"),
    "order_id": pgettext_lazy("order line", "Order"),
    "product_id": pgettext_lazy("order line", "Product code"),
    "product_name": pgettext_lazy("order line", "Product"),
    "category": pgettext_lazy("order line", "Category"),
    "quantity": pgettext_lazy("order line", "Quantity"),
    "unit": pgettext_lazy("order line", "Unit"),
    "amount": pgettext_lazy("order line", "Amount"),
    "currency": pgettext_lazy("order line", "Currency"),
    "cost": pgettext_lazy("order line", "Cost"),
    "margin": pgettext_lazy("order line", "Margin"),
    "kind": pgettext_lazy("order line", "Kind"),
    "source": pgettext_lazy("order line", "From file"),
    "row": pgettext_lazy("order line", "Row"),
}
_NUMBERS = frozenset({"quantity", "amount", "cost", "margin", "row"})


def line_headings(page: LinesPage) -> list[Heading]:
    return [Heading(LINE_WORDS[name], number=name in _NUMBERS) for name in page.columns]
