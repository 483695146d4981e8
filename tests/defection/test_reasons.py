"""The reasons: every state says why, and no sentence lacks what it speaks of."""

from __future__ import annotations

import ast
import inspect
from datetime import date
from itertools import groupby, product
from string import Formatter
from typing import Any

import numpy as np
import pytest

from mainstay.core.texts import Text, texts_from_json, texts_to_json
from mainstay.defection import reasons as module
from mainstay.defection import silence, speaking
from mainstay.defection.cases import Cases
from mainstay.defection.reasons import reasons as reasons_in_columns
from mainstay.defection.slices import GROUPS
from mainstay.engine.tables import STATES

FIGURES: dict[str, Any] = {
    "state": "steady",
    "order_days": 20,
    "days_silent": 10,
    "rhythm_days": 14.2,
    "late_after_days": 40.7,
    "growth": None,
    "amount_52": 9000.0,
    "amount_prev_52": 12000.0,
    "amount_13": 2100.0,
    "amount_13_last_year": 2900.0,
    "open_orders": 0.0,
    "eligible": True,
    "p_complete": 0.31,
    "money_at_risk": 5000.0,
    "order_days_52": 18,
    "categories_52": 4,
    "share_of_wallet": 0.48,
    "share_of_wallet_before": 0.62,
    "first_order_on": date(2023, 1, 5),
    "last_order_on": date(2025, 5, 23),
}
TOLD: dict[str, Any] = {
    "closed_on": "2025-04-30",
    "back_on": "2025-09-01",
    "notice": "will_leave",
    "told_on": "2025-05-02",
    "silent_last_year": False,
    "left_truncated": False,
    "begin_on": "2022-12-01",
}
MEASURES = {
    "gap_mean": 15.0,
    "gap_mean_26": 21.4,
    "order_days_13": 3.0,
    "order_days_13_last_year": 7.0,
    "sisters": 4.0,
    "sisters_gone": 3.0,
}
SHORT = {
    "products": "Ink, Paper",
    "usual_share": 0.8,
    "short_weeks": 8,
    "since_on": date(2025, 3, 31),
}
NOTICES = ("will_leave", "will_reduce", "contract_ends", "dissatisfied", "asked_rival_price")
LOST = (("coffee", 5000.0), ("sugar", 800.0), ("cups", 20.0))


Case = dict[str, Any]


def case(told: dict[str, Any] | None = None, **changes: Any) -> Case:
    """One account, as `cases` takes it."""
    usual: dict[str, Any] = {
        "fell_since": date(2025, 1, 6),
        "now_share": 0.4,
        "lost_categories": (),
        "ended_categories": (),
        "speaks": {},
        "measures": MEASURES,
        "horizon_weeks": 13,
    }
    return FIGURES | usual | TOLD | (told or {}) | changes


NUMBERS = (
    *("growth", "rhythm_days", "late_after_days", "amount_13", "amount_13_last_year", "now_share"),
    *("bought_growth", "gap_mean", "gap_mean_26", "order_days_13", "order_days_13_last_year"),
    *("sisters", "sisters_gone", "last_order_times", "stocked_up", "idle_days"),
)
DAYS = ("first_order_on", "last_order_on", "fell_since", "closed_on", "back_on", "told_on")


def cases(given: list[Case]) -> Cases:
    """These accounts together; all look as far ahead as the first."""
    rows = [one | one["measures"] for one in given]
    words = (*FIGURES, *TOLD)
    figures = {name: np.array([row[name] for row in rows]) for name in words}
    figures |= {name: np.array([row.get(name) for row in rows], float) for name in NUMBERS}
    figures |= {name: np.array([row[name] for row in rows], "datetime64[D]") for name in DAYS}
    flags = ("share_fell", "by_share")
    figures |= {name: np.array([row.get(name, False) for row in rows]) for name in flags}
    return Cases(
        figures=figures,
        speaks=np.array([[row["speaks"].get(group, 0.0) for group in GROUPS] for row in rows]),
        lost_categories=[row["lost_categories"] for row in rows],
        ended_categories=[row["ended_categories"] for row in rows],
        short={i: tuple(row["short"].values()) for i, row in enumerate(rows) if "short" in row},
        begin_on=np.datetime64(rows[0]["begin_on"], "D"),
        horizon_weeks=rows[0]["horizon_weeks"],
    )


def reasons_of_all(given: list[Case]) -> list[list[Text]]:
    """By account; the first reason in plain words, and the JSON as it is written one by one."""
    found = []
    for _, alike in groupby(given, key=lambda one: one["horizon_weeks"]):
        together = cases(list(alike))
        for first, written in zip(*reasons_in_columns(together), strict=True):
            texts = texts_from_json(written)
            assert str(texts[0]) == first
            assert texts_to_json(texts) == written
            found.append(texts)
    return found


def reasons(one: Case) -> list[Text]:
    return reasons_of_all([one])[0]


def every_case() -> list[Case]:
    """Every state with everything else that may be known or not."""
    found = []
    for state, growth, lost, rhythm, orders, silent in product(
        STATES, (None, -0.25, 0.25), (0, 1, 2, 3), (None, 1.2, 14.2), (1, 20), (2, 10, 36, 80)
    ):
        if state in ("late", "steady") and rhythm is None:
            continue  # without a rhythm nothing is late, and too few orders are new
        for since in (None, date(2025, 1, 6)) if state in ("slipping", "growing") else (None,):
            found.append(
                case(
                    {"silent_last_year": orders > 1, "left_truncated": growth is None},
                    state=state,
                    growth=growth,
                    days_silent=silent,
                    amount_13=1200.0 if growth == -0.25 else None,
                    lost_categories=LOST[:lost],
                    rhythm_days=rhythm,
                    late_after_days=None if rhythm is None else 40.7,
                    order_days=orders,
                    open_orders=1200.0 if lost == 1 else 0.0,
                    fell_since=since,
                    now_share={"slipping": 0.4, "growing": 2.5}.get(state),
                )
            )
    found += [case({"notice": notice}, state="noticed") for notice in NOTICES]
    for growth, alone in product((None, 0.0, 0.08, -0.08), (True, False)):
        fell = {"share_fell": True, "by_share": alone, "bought_growth": growth}
        found.append(case(fell, state="slipping"))
    for group in GROUPS:
        found.append(case(speaks={group: 0.9}, days_silent=16))
        calm = MEASURES | {"gap_mean_26": 12.0, "order_days_13_last_year": 2.0}
        found.append(case(speaks={group: -0.9}, measures=calm))
    for weeks, p in product((1, 13), (0.02, 0.6)):
        found.append(case(state="late", horizon_weeks=weeks, p_complete=p, money_at_risk=0.0))
    found.append(case(ended_categories=LOST))
    found.append(case(state="slipping", fell_since=date(2025, 5, 24), days_silent=35))
    stocked = MEASURES | {"stocked_up": 2.0, "last_order_times": 3.04}
    found.append(case(state="steady", days_silent=30, measures=stocked))
    found.append(case(days_silent=30, measures=MEASURES | {"idle_days": 11.3}))
    found.append(case({"short": SHORT}))
    found.append(case(state="new", order_days=0, first_order_on=None, last_order_on=None))
    return found


def first(**changes: Any) -> str:
    return str(reasons(case(**changes))[0])


def test_every_state_gives_a_sentence_and_none_lacks_data() -> None:
    every = every_case()
    for one, texts in zip(every, reasons_of_all(every), strict=True):
        assert texts, one["state"]
        for text in texts:
            places = {name for _, name, _, _ in Formatter().parse(text.template) if name}
            missing = [name for name in places if text.data.get(name) in (None, "None", "nan")]
            assert not missing, (one["state"], text)
            assert str(text).endswith(".")
            assert "None" not in str(text)
            assert "{" not in str(text)


def test_every_template_is_told_of_some_account() -> None:
    """No sentence is translated that nobody can meet."""
    calls = [
        node
        for source in (module, silence, speaking)
        for node in ast.walk(ast.parse(inspect.getsource(source)))
    ]
    marked = {
        ast.literal_eval(call.args[0])
        for call in calls
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "gettext_noop"
    }
    told = {text.template for texts in reasons_of_all(every_case()) for text in texts}
    assert len(marked) > 15
    assert marked == told


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Orders in its rhythm of 14 days; the last on 2025-05-23."),
        (
            {"state": "late", "days_silent": 60},
            "Silent for 60 days; it orders every 14 days, and more than 40 days are rare.",
        ),
        (
            {"state": "lost", "days_silent": 300},
            "No order for 300 days; it used to order every 14 days.",
        ),
        (
            {"state": "lost", "days_silent": 400, "rhythm_days": None},
            "No order for 400 days, the last on 2025-05-23.",
        ),
        (
            {"state": "won_back"},
            "Ordered again on 2025-05-23 after a silence that counted as lost.",
        ),
        (
            {"state": "new", "order_days": 2, "rhythm_days": None},
            "Too few orders to judge: 2, the first on 2023-01-05.",
        ),
        (
            {"state": "new", "order_days": 0, "first_order_on": None},
            "No order yet; only returns, credit notes or fees so far.",
        ),
        ({"state": "new"}, "New since 2023-01-05, 20 order days so far."),
        ({"state": "slipping"}, "Buys 60% less a week since 2025-01-06."),
        ({"state": "growing", "now_share": 2.5}, "Buys 150% more a week since 2025-01-06."),
        ({"state": "closed"}, "Closed on 2025-04-30."),
        ({"state": "quiet"}, "Seasonal, expected back by 2025-09-01."),
        ({"state": "noticed"}, "They told us on 2025-05-02 that they will leave."),
    ],
)
def test_what_is_said_first(changes: dict[str, Any], sentence: str) -> None:
    assert first(**changes) == sentence


def test_a_change_without_a_certain_week_names_none() -> None:
    """With a low limit an account slips while no single week is the likeliest."""
    assert first(state="slipping", fell_since=None) == "Probably buys 60% less a week than before."
    growing = first(state="growing", fell_since=None, now_share=1.5)
    assert growing == "Probably buys 50% more a week than before."


def test_dropped_categories_are_named_with_their_money() -> None:
    one = [str(t) for t in reasons(case(lost_categories=LOST[:1]))]
    assert "No longer buys coffee, 5,000 in the year before." in one
    several = [str(t) for t in reasons(case(lost_categories=LOST))]
    assert "No longer buys coffee, 5,000 in the year before, and 2 other categories." in several
    for state in ("lost", "late", "new", "closed"):
        silent = reasons(case(state=state, lost_categories=LOST))
        assert not any("No longer buys" in str(t) for t in silent)


FELL = "Our share of what it buys fell from 62% to 48% within a year"


@pytest.mark.parametrize(
    ("growth", "sentence"),
    [
        (0.08, f"{FELL}, while its purchases from us rose by 8%."),
        (-0.03, f"{FELL}, while its purchases from us fell by 3%."),
        (0.004, f"{FELL}."),
        (None, f"{FELL}."),
    ],
)
def test_our_share_fell(growth: float | None, sentence: str) -> None:
    fell = {"share_fell": True, "bought_growth": growth}
    alone = [str(text) for text in reasons(case(fell | {"by_share": True}, state="slipping"))]
    assert alone[0] == sentence
    assert alone.count(sentence) == 1
    beside = [str(text) for text in reasons(case(fell, state="slipping"))]
    assert beside[:2] == ["Buys 60% less a week since 2025-01-06.", sentence]
    late = [str(text) for text in reasons(case(fell, state="late", days_silent=60))]
    assert late[1] == sentence
    for state in ("lost", "new", "closed", "quiet"):
        assert sentence not in [str(text) for text in reasons(case(fell, state=state))]


def test_change_of_the_year() -> None:
    fell = [str(t) for t in reasons(case(growth=-0.25))]
    assert "9,000 in the last 52 weeks, 25% less than 12,000 in the 52 weeks before." in fell
    rose = [str(t) for t in reasons(case(growth=0.25, amount_52=15000.0))]
    assert "15,000 in the last 52 weeks, 25% more than 12,000 in the 52 weeks before." in rose
    assert len(reasons(case(growth=0.05, eligible=False))) == 1
    assert len(reasons(case(growth=-0.5, amount_prev_52=-10.0, eligible=False))) == 1


def test_facts_come_last() -> None:
    texts = reasons(
        case(
            {"silent_last_year": True, "left_truncated": True},
            open_orders=1500.0,
            eligible=False,
            days_silent=36,
            growth=-0.5,
            lost_categories=LOST,
        )
    )
    assert [str(text) for text in texts[-3:]] == [
        "1,500 is on order.",
        "It was silent in the same weeks of last year as well.",
        "It was an account already in the first weeks of the data, which begin on 2022-12-01.",
    ]
    assert len(texts) == 6
    assert all(isinstance(text, Text) for text in texts)


def test_a_year_that_fell_is_told_also_of_who_was_there_for_a_part_of_the_one_before() -> None:
    young = {"growth": None, "amount_52": 376.0, "amount_prev_52": 1461.0, "now_share": 0.96}
    told = first(state="slipping", fell_since=None, **young)
    assert told == "376 in the last 52 weeks, 74% less than 1,461 in the 52 weeks before."


def test_nothing_falls_by_more_than_all_of_it() -> None:
    told = reasons(case(growth=-1.36, amount_52=-1574.0, amount_prev_52=4412.0))
    sentence = "-1,574 in the last 52 weeks, 100% less than 4,412 in the 52 weeks before."
    assert sentence in [str(text) for text in told]


def test_a_silence_that_an_open_order_ends_is_told_by_it() -> None:
    told = reasons(case(state="steady", days_silent=80, open_orders=700.0))
    assert str(told[0]) == "700 is on order, after 80 days without a delivery."
    assert sum("on order" in str(text) for text in told) == 1
    assert "is on order." in "".join(map(str, reasons(case(state="late", open_orders=700.0))))


def test_a_season_explains_a_silence_before_the_rhythm_does() -> None:
    told = reasons(case({"silent_last_year": True}, days_silent=154, rhythm_days=13.0))
    assert str(told[0]).startswith("Silent for 154 days, as in the same weeks of last year")
    assert not any("It was silent in the same weeks" in str(text) for text in told)


@pytest.mark.parametrize(("now", "said"), [(2000.0, True), (2100.0, False), (None, False)])
def test_a_bad_quarter_is_said_of_a_steady_account(now: float | None, said: bool) -> None:
    told = reasons(case(amount_13=now, amount_13_last_year=2900.0))
    assert any("in the last 13 weeks" in str(text) for text in told) is said


def test_what_speaks_for_and_against_leaving_comes_by_weight() -> None:
    weights = {"orders": 0.5, "silence": 1.2, "tenure": 0.9, "breadth": -0.3, "money": -0.4}
    told = [str(text) for text in reasons(case(speaks=weights, days_silent=16))]
    about = [text for text in told if text.startswith("Speaks")]
    assert about == [
        "Speaks for leaving: days of silence: 16, usual: 14.",
        "Speaks for leaving: an account since 2023-01-05.",
        "Speaks for staying: 2,100 in the last 13 weeks, 9,000 in 52 weeks.",
    ]
    assert told[told.index(about[0]) - 1] == "No order at all in the next 13 weeks: 31% probable."


def test_a_mean_of_gaps_is_not_taken_for_the_rhythm() -> None:
    told = [str(text) for text in reasons(case(speaks={"rhythm": 0.6}))]
    said = (
        "Speaks for leaving: mean of the days between its last orders: 21, between all of them: 15."
    )
    assert said in told


def test_a_late_account_that_will_hardly_stay_away_is_told_with_both() -> None:
    told = [str(text) for text in reasons(case(state="late", days_silent=60, p_complete=0.02))]
    assert told[0].startswith("Silent for 60 days")
    back = "Silent beyond its rhythm, and yet of 100 accounts like it 98 order again in the next 13 weeks."
    assert back in told
    assert not any("probable" in text for text in told)
    often = reasons(case(state="late", days_silent=60, p_complete=0.3))
    assert any("30% probable" in str(text) for text in often)


@pytest.mark.parametrize(
    ("state", "money", "said"),
    [("late", 0.0, True), ("slipping", 0.0, True), ("late", 9.0, False), ("steady", 0.0, False)],
)
def test_a_warning_without_a_sum_says_why(state: str, money: float, said: bool) -> None:
    told = reasons(case(state=state, days_silent=60, money_at_risk=money))
    sentence = "No sum at risk: what it brings is not expected to become less."
    assert (sentence in [str(text) for text in told]) is said


def test_who_orders_daily_has_no_rhythm_of_1_days() -> None:
    daily = {"rhythm_days": 1.3, "late_after_days": 4.6}
    for state, silent in product(("steady", "late", "lost"), (2, 4, 9)):
        told = str(reasons(case(state=state, days_silent=silent, **daily))[0])
        assert "every day" in told
        assert "1 days" not in told


@pytest.mark.parametrize(
    "changes",
    [
        {"speaks": {"silence": 0.2, "orders": float("nan")}},
        {"speaks": {"orders_last_year": 2.0}, "measures": {}},
        {"speaks": {"silence": 2.0}, "state": "lost"},
        {"speaks": {"silence": 2.0}, "eligible": False},
    ],
)
def test_nothing_speaks_where_it_weighs_little_or_is_not_known(changes: dict[str, Any]) -> None:
    assert not any(str(text).startswith("Speaks") for text in reasons(case(**changes)))


@pytest.mark.parametrize(
    ("speaks", "changes"),
    [
        ({"silence": 0.9}, {"days_silent": 9}),
        ({"silence": -0.9}, {"days_silent": 90}),
        ({"money": -0.9}, {"amount_13": 0.0}),
        ({"orders_last_year": -0.9}, {}),
        ({"rhythm": -0.9}, {}),
    ],
)
def test_figures_that_point_the_other_way_are_not_told(
    speaks: dict[str, float], changes: dict[str, Any]
) -> None:
    told = reasons(case(speaks=speaks, **changes))
    assert not any(str(text).startswith("Speaks") for text in told)


def test_a_long_pause_is_not_called_its_rhythm() -> None:
    told = reasons(case(days_silent=115, rhythm_days=8.0, late_after_days=213.0))
    assert str(told[0]).startswith("Silent for 115 days, 8 days are usual; it has paused before")
    assert str(reasons(case(days_silent=28))[0]).startswith("Orders in its rhythm")


def test_what_we_could_not_deliver_speaks_against_leaving() -> None:
    texts = [str(text) for text in reasons(case({"short": SHORT}, state="late", days_silent=60))]
    assert texts[-1] == (
        "Speaks for staying: we could not deliver Ink, Paper, 80% of what it usually buys, in 8 weeks "
        "since 2025-03-31."
    )
    assert not [t for t in reasons(case({"short": SHORT}, state="closed")) if "deliver" in str(t)]


def test_days_of_a_feast_within_a_silence_are_said() -> None:
    def said(idle: float, silent: int) -> list[str]:
        texts = reasons(case(days_silent=silent, measures=MEASURES | {"idle_days": idle}))
        return [str(text) for text in texts if "feast" in text.template]

    (text,) = said(11.3, 30)
    assert text.startswith("11 of its 30 days without an order lie in a feast")
    assert said(2.0, 30) == []
    assert said(11.3, 12) == []


def test_a_fall_that_is_all_silence_is_said_as_one() -> None:
    silent = {"state": "slipping", "days_silent": 35, "fell_since": date(2025, 5, 24)}
    first = reasons(case(**silent))[0]
    assert first.template.startswith("Silent for {silent_days} days")
    assert first.data["change_share"] == pytest.approx(0.6)
    before = reasons(case(**(silent | {"fell_since": date(2025, 5, 20)})))[0]
    assert before.template.startswith("Buys {change_share} less a week since")


def test_stocked_up_is_until_what_it_bought_is_used() -> None:
    measures = MEASURES | {"stocked_up": 1.5, "last_order_times": 2.0}
    said = [t for t in reasons(case(days_silent=20, measures=measures)) if "stocked" in t.template]
    assert [t.data["until_on"] for t in said] == ["2025-06-20"]  # 28 days after 23 May
    long = reasons(case(days_silent=35, measures=measures))
    assert not [t for t in long if "stocked" in t.template]
