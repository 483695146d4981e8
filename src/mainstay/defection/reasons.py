"""Why accounts are in their states: sentences with the figures that made it so, first the weightiest.

Places are named by what they hold, so that the desk can write them as the reader does:
`…_on` dates, `…_days`, `…_weeks`, `…_share` (0..1), `…_money`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from mainstay.core.texts import Text, gettext_noop
from mainstay.defection.cases import Amounts, Cases, Flags
from mainstay.defection.said import Said, told
from mainstay.defection.silence import late, lost, silence, steady, won_back
from mainstay.defection.speaking import odds

GROWTH_WORTH_SAYING = 0.1
ROSE_OR_FELL = 0.01  # less is neither
# A quarter so far below the same weeks of last year is said even of an account that counts as steady.
QUARTER_WORTH_SAYING = 0.7
IDLE_WORTH_SAYING, IDLE_SHARE = 4, 0.2  # days of a silence on which nothing was to be expected
STILL_MUCH = 0.7  # of its rate before: no fall to speak of
QUIET_DAYS = 28  # what is shorter is no season
MOST_ENDED = 2  # categories of ours that ended

# What they told us, by the kind of the notice.
NOTICES = {
    "will_leave": gettext_noop("They told us on {told_on} that they will leave."),
    "will_reduce": gettext_noop("They told us on {told_on} that they will buy less."),
    "contract_ends": gettext_noop("They told us on {told_on} that the contract ends."),
    "dissatisfied": gettext_noop("They told us on {told_on} that they are dissatisfied."),
    "asked_rival_price": gettext_noop("They asked a rival for prices on {told_on}."),
}


def notice_text(kind: str, told_on: str) -> Text:
    """What a notice says, by its kind and the day on which it was given."""
    return Text(NOTICES[kind], {"told_on": told_on})


def reasons(cases: Cases) -> tuple[list[str], list[str]]:
    """Per account its first reason in plain words, and all of them as JSON; no account is without."""
    return told(_states(cases), _further(cases), len(cases))


def _states(cases: Cases) -> Iterator[Said]:
    """One sentence for each account."""
    yield cases.said(
        cases.waits_for_delivery,
        gettext_noop("{open_money} is on order, after {silent_days} days without a delivery."),
        **silence(cases),
        open_money=cases["open_orders"],
    )
    for of_state in (_told, lost, late, won_back, _new, _slipping_or_growing, steady):
        yield from of_state(cases)


def _further(cases: Cases) -> Iterator[Said]:
    sloping = ~cases.state("lost", "new", "closed", "quiet")
    yield from _share(cases, cases["share_fell"] & sloping)
    yield from _categories(cases)
    yield from _ended(cases)
    yield from _quarter(cases)
    yield from _change(cases)
    yield from _on_order(cases)
    yield from _pauses(cases)
    yield from odds(cases)
    yield from _short(cases)


def _short(cases: Cases) -> Iterator[Said]:
    """R9: what it may have bought less of because we had none."""
    asked = ~cases.state("new", "closed")
    short = {i: told for i, told in cases.short.items() if asked[i]}
    columns = {
        "products": np.array([told[0] for told in short.values()], object),
        "usual_share": np.array([told[1] for told in short.values()], float),
        "short_weeks": np.array([told[2] for told in short.values()], np.int64),
        "since_on": np.array([told[3] for told in short.values()], "datetime64[D]"),
    }
    yield Said(
        np.array([*short], np.int64),
        gettext_noop(
            "Speaks for staying: we could not deliver {products}, {usual_share} of what it "
            "usually buys, in {short_weeks} weeks since {since_on}."
        ),
        columns,
    )


def _new(cases: Cases) -> Iterator[Said]:
    new, order_days = cases.state("new"), cases["order_days"]
    data = {"order_days": order_days, "first_order_on": cases["first_order_on"]}
    yield cases.said(
        new & (order_days == 0),
        gettext_noop("No order yet; only returns, credit notes or fees so far."),
    )
    yield cases.said(
        new & (order_days > 0) & (order_days < 3),
        gettext_noop("Too few orders to judge: {order_days}, the first on {first_order_on}."),
        **data,
    )
    yield cases.said(
        new & (order_days >= 3),
        gettext_noop("New since {first_order_on}, {order_days} order days so far."),
        **data,
    )


def _slipping_or_growing(cases: Cases) -> Iterator[Said]:
    slipping, growing = cases.state("slipping"), cases.state("growing")
    by_share = (slipping | growing) & cases["by_share"]
    yield from _share(cases, by_share)
    # It fell longer ago than the changepoint looks.
    by_year = slipping & ~by_share & ~(cases["now_share"] <= STILL_MUCH) & _year_fell(cases)
    yield _fell(cases, by_year)
    slipping, growing = slipping & ~by_share & ~by_year, growing & ~by_share
    now_share = cases["now_share"]
    change = np.abs(1 - np.where(np.isnan(now_share), 1.0, now_share))
    no_week = np.isnat(cases["fell_since"])  # with a low limit, no single week is the likeliest
    yield cases.said(
        slipping & no_week,
        gettext_noop("Probably buys {change_share} less a week than before."),
        change_share=change,
    )
    yield cases.said(
        growing & no_week,
        gettext_noop("Probably buys {change_share} more a week than before."),
        change_share=change,
    )
    seldom = np.rint(cases["rhythm_days"]) > 1
    is_silence = slipping & seldom & (cases["fell_since"] > cases["last_order_on"])
    yield cases.said(
        is_silence,
        gettext_noop(
            "Silent for {silent_days} days, {rhythm_days} days are usual: it probably buys "
            "{change_share} less a week."
        ),
        change_share=change,
        **silence(cases),
    )
    data = {"change_share": change, "since_on": cases["fell_since"]}
    yield cases.said(
        slipping & ~no_week & ~is_silence,
        gettext_noop("Buys {change_share} less a week since {since_on}."),
        **data,
    )
    yield cases.said(
        growing & ~no_week,
        gettext_noop("Buys {change_share} more a week since {since_on}."),
        **data,
    )


def _told(cases: Cases) -> Iterator[Said]:
    yield cases.said(
        cases.state("closed"),
        gettext_noop("Closed on {closed_on}."),
        closed_on=cases["closed_on"],
    )
    yield cases.said(
        cases.state("quiet"),
        gettext_noop("Seasonal, expected back by {back_on}."),
        back_on=cases["back_on"],
    )
    for notice, sentence in NOTICES.items():
        noticed = cases.state("noticed") & (cases["notice"] == notice)
        yield cases.said(noticed, sentence, told_on=cases["told_on"])


def _share(cases: Cases, them: Flags) -> Iterator[Said]:
    """R4: our share of what it buys fell, even where the amount rose."""
    growth = cases["bought_growth"]
    data = {"before_share": cases["share_of_wallet_before"], "now_share": cases["share_of_wallet"]}
    rose, fell = growth >= ROSE_OR_FELL, growth <= -ROSE_OR_FELL
    yield cases.said(
        them & ~rose & ~fell,
        gettext_noop(
            "Our share of what it buys fell from {before_share} to {now_share} within a year."
        ),
        **data,
    )
    data["change_share"] = np.abs(growth)
    yield cases.said(
        them & rose,
        gettext_noop(
            "Our share of what it buys fell from {before_share} to {now_share} within a "
            "year, while its purchases from us rose by {change_share}."
        ),
        **data,
    )
    yield cases.said(
        them & fell,
        gettext_noop(
            "Our share of what it buys fell from {before_share} to {now_share} within a year, "
            "while its purchases from us fell by {change_share}."
        ),
        **data,
    )


def _categories(cases: Cases) -> Iterator[Said]:
    asked = ~cases.state("lost", "late", "new", "closed")
    lost = np.where(asked, _counted(cases.lost_categories), 0)
    sentences = (
        (lost == 1, gettext_noop("No longer buys {category}, {year_money} in the year before.")),
        (
            lost == 2,
            gettext_noop(
                "No longer buys {category}, {year_money} in the year before, "
                "and one other category."
            ),
        ),
        (
            lost > 2,
            gettext_noop(
                "No longer buys {category}, {year_money} in the year before, "
                "and {more} other categories."
            ),
        ),
    )
    for them, sentence in sentences:
        yield _of_category(cases.lost_categories, 0, them, sentence, more=lost - 1)


def _ended(cases: Cases) -> Iterator[Said]:
    ended = np.where(cases.state("new", "closed"), 0, _counted(cases.ended_categories))
    for place in range(MOST_ENDED):
        yield _of_category(
            cases.ended_categories,
            place,
            ended > place,
            gettext_noop(
                "We discontinued what it bought of {category}, {year_money} in the year before."
            ),
        )


def _counted(categories: Sequence[Amounts]) -> npt.NDArray[np.int64]:
    return np.fromiter(map(len, categories), np.int64, len(categories))


def _of_category(
    categories: Sequence[Amounts],
    place: int,
    them: Flags,
    template: str,
    **data: npt.NDArray[np.int64],
) -> Said:
    """A sentence about the account's category in that place."""
    who = np.flatnonzero(them)
    found = [categories[i][place] for i in who.tolist()]
    of_category = {
        "category": np.array([name for name, _ in found], object),
        "year_money": np.array([money for _, money in found], float),
    }
    return Said(who, template, of_category | {name: of[who] for name, of in data.items()})


def _quarter(cases: Cases) -> Iterator[Said]:
    now, before = cases["amount_13"], cases["amount_13_last_year"]
    asked = ~cases.state("lost", "late", "new", "closed") & (before != 0)
    yield cases.said(
        asked & (now < QUARTER_WORTH_SAYING * before),
        gettext_noop(
            "{quarter_money} in the last 13 weeks, {change_share} less than {before_money} in "
            "the same weeks of last year."
        ),
        quarter_money=now,
        change_share=_part_gone(now, before),
        before_money=before,
    )


def _part_gone(
    now: npt.NDArray[np.float64], before: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """All of it also where credit notes outweigh what it bought."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.minimum(1 - now / before, 1.0)


def _year_fell(cases: Cases) -> Flags:
    """Whether the year brought less than the one before; also of who was there for a part of that."""
    now, before = cases["amount_52"], cases["amount_prev_52"]
    return np.asarray((before > 0) & (now <= (1 - GROWTH_WORTH_SAYING) * before))


def _fell(cases: Cases, them: Flags) -> Said:
    now, before = cases["amount_52"], cases["amount_prev_52"]
    return cases.said(
        them,
        gettext_noop(
            "{year_money} in the last 52 weeks, {change_share} less than {before_money} "
            "in the 52 weeks before."
        ),
        change_share=_part_gone(now, before),
        year_money=now,
        before_money=before,
    )


def _change(cases: Cases) -> Iterator[Said]:
    growth, before = cases["growth"], cases["amount_prev_52"]
    yield _fell(cases, (growth <= -GROWTH_WORTH_SAYING) & _year_fell(cases))
    yield cases.said(
        (growth >= GROWTH_WORTH_SAYING) & (before > 0),
        gettext_noop(
            "{year_money} in the last 52 weeks, {change_share} more than {before_money} in "
            "the 52 weeks before."
        ),
        change_share=growth,
        year_money=cases["amount_52"],
        before_money=before,
    )


def _on_order(cases: Cases) -> Iterator[Said]:
    """What is on order, and what it may still have in stock."""
    yield cases.said(
        (cases["open_orders"] != 0) & ~cases.waits_for_delivery,
        gettext_noop("{open_money} is on order."),
        open_money=cases["open_orders"],
    )
    times, rhythm, silent = cases["last_order_times"], cases["rhythm_days"], cases["days_silent"]
    lasts = np.nan_to_num(np.rint(times * rhythm))
    stocked_up = (cases["stocked_up"] > 1.0) & (silent > rhythm) & ~cases.is_silent
    yield cases.said(
        stocked_up & (lasts >= silent),
        gettext_noop(
            "Its last order was {times} times its usual: it may be stocked up until {until_on}."
        ),
        times=np.array([round(value, 1) for value in times.tolist()]),
        until_on=cases["last_order_on"] + lasts.astype("timedelta64[D]"),
    )


def _pauses(cases: Cases) -> Iterator[Said]:
    """What else explains a silence, or a history that begins with the data."""
    silent, beyond = cases["days_silent"], cases["days_silent"] > cases["rhythm_days"]
    enough = np.maximum(IDLE_WORTH_SAYING, IDLE_SHARE * silent)
    yield cases.said(
        beyond & (np.rint(cases["idle_days"]) >= enough) & ~cases.state("lost"),
        gettext_noop(
            "{idle_days} of its {silent_days} days without an order lie in a feast or in "
            "weeks in which we were closed."
        ),
        idle_days=cases.whole("idle_days"),
        silent_days=silent,
    )
    quiet = beyond & (silent > QUIET_DAYS) & ~cases.is_silent
    yield cases.said(
        cases["silent_last_year"] & quiet,
        gettext_noop("It was silent in the same weeks of last year as well."),
    )
    yield cases.said(
        cases["left_truncated"],
        gettext_noop(
            "It was an account already in the first weeks of the data, which begin on {begin_on}."
        ),
        begin_on=cases.begin_on,
    )
