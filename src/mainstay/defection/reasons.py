"""Why an account is in its state: sentences with the figures that made it so, first the weightiest.

Places are named by what they hold, so that the desk can write them as the reader does:
`…_on` dates, `…_days`, `…_weeks`, `…_share` (0..1), `…_money`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mainstay.core.texts import Text, gettext_noop
from mainstay.defection.case import Case
from mainstay.defection.silence import is_silent, late, lost, silence, steady, won_back
from mainstay.defection.speaking import odds

GROWTH_WORTH_SAYING = 0.1
ROSE_OR_FELL = 0.01  # less is neither
# A quarter so far below the same weeks of last year is said even of an account that counts as steady.
QUARTER_WORTH_SAYING = 0.7
IDLE_WORTH_SAYING, IDLE_SHARE = 4, 0.2  # days of a silence on which nothing was to be expected
STILL_MUCH = 0.7  # of its rate before: no fall to speak of
QUIET_DAYS = 28  # what is shorter is no season
MOST_ENDED = 2  # categories of ours that ended


def reasons(case: Case) -> list[Text]:
    """The sentences for one account; never empty."""
    found = [_state(case), *_share(case), *_categories(case), *_ended(case), *_quarter(case)]
    found += [*_change(case), *_facts(case), *odds(case), *_short(case)]
    texts = [text for text in found if text is not None]
    return texts[:1] + [t for t in texts[1:] if t != texts[0]]


def _short(case: Case) -> list[Text]:
    """R9: what it may have bought less of because we had none."""
    short = case.told.get("short")
    if not short or case["state"] in ("new", "closed"):
        return []
    return [
        Text(
            gettext_noop(
                "Speaks for staying: we could not deliver {products}, {usual_share} of what it "
                "usually buys, in {short_weeks} weeks since {since_on}."
            ),
            short,
        )
    ]


def _waits_for_delivery(case: Case) -> bool:
    """Whether what is on order is all that speaks against its silence."""
    open_order = case["state"] in ("won_back", "steady") and case["open_orders"]
    return bool(open_order and is_silent(case))


def _state(case: Case) -> Text:
    if _waits_for_delivery(case):
        return Text(
            gettext_noop("{open_money} is on order, after {silent_days} days without a delivery."),
            silence(case) | {"open_money": case["open_orders"]},
        )
    by_state = {
        "closed": _told,
        "noticed": _told,
        "quiet": _told,
        "lost": lost,
        "late": late,
        "won_back": won_back,
        "new": _new,
        "slipping": _slipping_or_growing,
        "growing": _slipping_or_growing,
        "steady": steady,
    }
    return by_state[case["state"]](case)


def _new(case: Case) -> Text:
    order_days = case["order_days"]
    if not order_days:
        return Text(gettext_noop("No order yet; only returns, credit notes or fees so far."))
    data = {"order_days": order_days, "first_order_on": str(case["first_order_on"])}
    if order_days < 3:
        return Text(
            gettext_noop("Too few orders to judge: {order_days}, the first on {first_order_on}."),
            data,
        )
    return Text(gettext_noop("New since {first_order_on}, {order_days} order days so far."), data)


def _slipping_or_growing(case: Case) -> Text:
    if case.told.get("by_share"):
        return _share(case)[0]
    fell = case["state"] == "slipping"
    if fell and (case.now_share is None or case.now_share > STILL_MUCH) and (year := _fell(case)):
        return year  # it fell longer ago than the changepoint looks
    data: dict[str, Any] = {"change_share": abs(1 - (case.now_share or 1.0))}
    if case.fell_since is None:  # with a low limit, no single week is the likeliest
        if fell:
            return Text(gettext_noop("Probably buys {change_share} less a week than before."), data)
        return Text(gettext_noop("Probably buys {change_share} more a week than before."), data)
    seldom = round(case["rhythm_days"] or 0.0) > 1
    if fell and seldom and case.fell_since > case["last_order_on"]:  # the fall is its silence
        return Text(
            gettext_noop(
                "Silent for {silent_days} days, {rhythm_days} days are usual: it probably buys "
                "{change_share} less a week."
            ),
            data | silence(case),
        )
    data["since_on"] = str(case.fell_since)
    if fell:
        return Text(gettext_noop("Buys {change_share} less a week since {since_on}."), data)
    return Text(gettext_noop("Buys {change_share} more a week since {since_on}."), data)


def _told(case: Case) -> Text:
    told = case.told
    if case["state"] == "closed":
        return Text(gettext_noop("Closed on {closed_on}."), {"closed_on": told["closed_on"]})
    if case["state"] == "quiet":
        return Text(
            gettext_noop("Seasonal, expected back by {back_on}."), {"back_on": told["back_on"]}
        )
    return notice_text(told["notice"], told["told_on"])


def notice_text(kind: str, told_on: str) -> Text:
    """What a notice says, by its kind and the day on which it was given."""
    sentences = {
        "will_leave": gettext_noop("They told us on {told_on} that they will leave."),
        "will_reduce": gettext_noop("They told us on {told_on} that they will buy less."),
        "contract_ends": gettext_noop("They told us on {told_on} that the contract ends."),
        "dissatisfied": gettext_noop("They told us on {told_on} that they are dissatisfied."),
        "asked_rival_price": gettext_noop("They asked a rival for prices on {told_on}."),
    }
    return Text(sentences[kind], {"told_on": told_on})


def _share(case: Case) -> list[Text]:
    """R4: our share of what it buys fell, even where the amount rose."""
    if not case.told.get("share_fell") or case["state"] in ("lost", "new", "closed", "quiet"):
        return []
    data = {
        "before_share": case["share_of_wallet_before"],
        "now_share": case["share_of_wallet"],
    }
    growth = case.told.get("bought_growth")
    if growth is None or abs(growth) < ROSE_OR_FELL:
        return [
            Text(
                gettext_noop(
                    "Our share of what it buys fell from {before_share} to {now_share} within a year."
                ),
                data,
            )
        ]
    data["change_share"] = abs(growth)
    if growth > 0:
        return [
            Text(
                gettext_noop(
                    "Our share of what it buys fell from {before_share} to {now_share} within a "
                    "year, while its purchases from us rose by {change_share}."
                ),
                data,
            )
        ]
    return [
        Text(
            gettext_noop(
                "Our share of what it buys fell from {before_share} to {now_share} within a year, "
                "while its purchases from us fell by {change_share}."
            ),
            data,
        )
    ]


def _categories(case: Case) -> list[Text]:
    if case["state"] in ("lost", "late", "new", "closed") or not case.lost_categories:
        return []
    name, money = case.lost_categories[0]
    data = {"category": name, "year_money": money, "more": len(case.lost_categories) - 1}
    if len(case.lost_categories) == 1:
        return [
            Text(gettext_noop("No longer buys {category}, {year_money} in the year before."), data)
        ]
    if len(case.lost_categories) == 2:
        return [
            Text(
                gettext_noop(
                    "No longer buys {category}, {year_money} in the year before, "
                    "and one other category."
                ),
                data,
            )
        ]
    return [
        Text(
            gettext_noop(
                "No longer buys {category}, {year_money} in the year before, "
                "and {more} other categories."
            ),
            data,
        )
    ]


def _ended(case: Case) -> list[Text]:
    if case["state"] in ("new", "closed"):
        return []
    return [
        Text(
            gettext_noop(
                "We discontinued what it bought of {category}, {year_money} in the year before."
            ),
            {"category": name, "year_money": money},
        )
        for name, money in case.ended_categories[:MOST_ENDED]
    ]


def _quarter(case: Case) -> list[Text]:
    now, before = case["amount_13"], case["amount_13_last_year"]
    if case["state"] in ("lost", "late", "new", "closed") or now is None or not before:
        return []
    if now >= QUARTER_WORTH_SAYING * before:
        return []
    fell = min(1 - now / before, 1.0)
    data = {"quarter_money": now, "change_share": fell, "before_money": before}
    return [
        Text(
            gettext_noop(
                "{quarter_money} in the last 13 weeks, {change_share} less than {before_money} in "
                "the same weeks of last year."
            ),
            data,
        )
    ]


def _fell(case: Case) -> Text | None:
    """The year beside the one before, where it brought less; also of who was there for a part of that."""
    now, before = case["amount_52"], case["amount_prev_52"]
    if not before or before <= 0 or now > (1 - GROWTH_WORTH_SAYING) * before:
        return None
    fell = min(1 - now / before, 1.0)  # also where credit notes outweigh what it bought
    data = {"change_share": fell, "year_money": now, "before_money": before}
    return Text(
        gettext_noop(
            "{year_money} in the last 52 weeks, {change_share} less than {before_money} "
            "in the 52 weeks before."
        ),
        data,
    )


def _change(case: Case) -> list[Text]:
    growth = case["growth"]
    if growth is None or abs(growth) < GROWTH_WORTH_SAYING or case["amount_prev_52"] <= 0:
        return []
    if growth < 0:
        fell = _fell(case)
        return [fell] if fell else []
    data = {
        "change_share": growth,
        "year_money": case["amount_52"],
        "before_money": case["amount_prev_52"],
    }
    return [
        Text(
            gettext_noop(
                "{year_money} in the last 52 weeks, {change_share} more than {before_money} in "
                "the 52 weeks before."
            ),
            data,
        )
    ]


def _facts(case: Case) -> list[Text]:
    texts = []
    if case["open_orders"] and not _waits_for_delivery(case):
        texts.append(
            Text(gettext_noop("{open_money} is on order."), {"open_money": case["open_orders"]})
        )
    rhythm = case["rhythm_days"]
    beyond = rhythm is not None and case["days_silent"] > rhythm
    if case.measures.get("stocked_up", 1.0) > 1.0 and beyond and not is_silent(case):
        lasts = round(case.measures["last_order_times"] * rhythm)
        until = case["last_order_on"] + timedelta(days=lasts)
        data = {"times": round(case.measures["last_order_times"], 1), "until_on": str(until)}
        if lasts >= case["days_silent"]:
            texts.append(
                Text(
                    gettext_noop(
                        "Its last order was {times} times its usual: it may be stocked up until "
                        "{until_on}."
                    ),
                    data,
                )
            )
    idle = round(case.measures.get("idle_days", 0.0))
    enough = max(IDLE_WORTH_SAYING, IDLE_SHARE * case["days_silent"]) if beyond else 0.0
    if beyond and idle >= enough and case["state"] != "lost":
        data = {"idle_days": idle, "silent_days": case["days_silent"]}
        texts.append(
            Text(
                gettext_noop(
                    "{idle_days} of its {silent_days} days without an order lie in a feast or in "
                    "weeks in which we were closed."
                ),
                data,
            )
        )
    quiet = beyond and case["days_silent"] > QUIET_DAYS
    if case.told.get("silent_last_year") and quiet and not is_silent(case):
        texts.append(Text(gettext_noop("It was silent in the same weeks of last year as well.")))
    if case.told.get("left_truncated"):
        texts.append(
            Text(
                gettext_noop(
                    "It was an account already in the first weeks of the data, which begin on {begin_on}."
                ),
                {"begin_on": case.told["begin_on"]},
            )
        )
    return texts
