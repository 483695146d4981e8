"""A plan: what is chosen for whom, what is left out and why, and that it says so."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import planned
import pytest
from planned import MARIA, MONDAY, One, kept_out, of, person, plan

from mainstay.core.texts import Text, texts_from_json
from mainstay.plays.catalogue import PLAYS, catalogue
from mainstay.plays.effects import Belief, priors
from mainstay.plays.plan import make
from mainstay.plays.plan_tables import KEPT_OUT
from mainstay.plays.play import Cost, Effect, Play, Step
from mainstay.plays.situation import Run


def test_the_play_that_suits_the_cause_is_chosen_with_its_money():
    late = One(causes={"delivery.late": 0.9}, signals=("delivery_late",))
    made = plan([late])
    row = of(made)["A000"]
    assert row["play"] == "delivery_plan"
    # .25 of the money at risk, what a relative risk of exp(m + s²/2) keeps, how far it suits.
    suits = 0.9 * 1 + 0.1 * PLAYS["delivery_plan"].fits["unknown"]
    expected = 0.25 * 100_000 * (1 - 0.8 * np.exp(0.2**2 / 2)) * suits
    assert row["kept"] == pytest.approx(expected)
    assert row["cost"] == pytest.approx(5.5 * 40)
    assert row["net"] == pytest.approx(expected - 220)
    assert (row["p_option"], row["coin"], row["starts_on"]) == (1.0, False, MONDAY)
    assert row["runner_up"] in PLAYS
    assert row["runner_up_net"] < row["net"]
    said = " ".join(map(str, texts_from_json(row["why"])))
    assert "100,000 of the next 52 weeks may still be lost here" in said
    assert "our delivery (90%)" in said
    assert "stop their work" in said
    assert "less." in str(texts_from_json(row["why_not"])[0])


def test_who_does_it_leads_it_and_hours_are_counted_in_their_weeks():
    made = plan(
        [One(causes={"drift.no_contact": 1.0}, signals=("visit_overdue",))], only=("visits",)
    )
    assert of(made)["A000"]["staff_id"] == MARIA
    (maria,) = [row for row in made.limits.to_pylist() if row["id"] == MARIA]
    # Visits on days 5, 33 and 61: the first in this week, none in the three after it.
    assert (maria["planned"], maria["later_planned"], maria["things"]) == (2.0, 0.0, 1)


def test_nobody_gets_more_new_things_than_a_person_can_take_on():
    accounts = [One(risk=50_000.0 + i) for i in range(30)]
    made = plan(accounts, rules=replace(planned.RULES, things=2))
    leads = made.plan["staff_id"].to_pylist()
    assert max(leads.count(who) for who in set(leads)) == 2
    assert "things" in {why for i in range(30) for why, _ in kept_out(made, f"A{i:03}").values()}


def test_hours_go_where_most_is_kept_and_the_others_are_told_whose_hours_they_lack():
    accounts = [One(risk=risk) for risk in (40_000, 200_000, 90_000)]
    made = plan(
        accounts, only=("listen",), people=(person("S0", "senior", 3.0), *planned.PEOPLE[1:])
    )
    assert set(of(made)) == {"A001"}
    assert kept_out(made, "A000")["listen"] == ("hours", "S0")
    (director,) = [row for row in made.limits.to_pylist() if row["id"] == "S0"]
    assert director["binds"]
    assert director["price"] > 0


def test_somebody_on_leave_gets_nothing_new():
    people = (planned.PEOPLE[0], person(MARIA, week=0.0), *planned.PEOPLE[2:])
    accounts = [One(), One(manager="S2")]
    made = plan(accounts, people=people, only=("season_stock", "level"))
    assert set(of(made)) == {"A001"}


def test_without_hours_nothing_is_planned_and_it_says_so():
    nobody = tuple(replace(one, week=0.0) for one in planned.PEOPLE)
    made = plan([One(state="noticed", since=MONDAY)], people=nobody)
    assert made.plan.num_rows == 0
    (said,) = [Text.from_json(text) for text in made.meta["contradictions"]]
    assert "Nobody has any hours" in str(said)


def test_what_costs_more_than_it_keeps_is_not_done():
    made = plan([One(risk=500.0), One(risk=-100.0), One(risk=100_000.0)])
    assert set(of(made)) == {"A002"}
    assert {why for why, _ in kept_out(made, "A000").values()} == {"not_worth"}
    assert all(row["net"] > 0 for row in made.plan.to_pylist())


def test_what_keeps_next_to_nothing_for_its_hours_is_not_proposed():
    """One visit of four hours at 40; what is owed is proposed as soon as it keeps more than it costs."""

    def visit(**changes):
        return Play(
            "visit", "Visit", "Visit them", "They like it", "Visited", (), {"unknown": 1.0}, ("slipping",),
            (Step("manager", 1, 4.0, "Visit"),), Effect(0.5, 0.0), Cost(), **changes,
        )  # fmt: skip

    def nets(play, least):
        rates = replace(planned.RULES.rates, margin_share=1.0, least=least)
        rules = replace(planned.RULES, rates=rates)
        # Half of the risk is kept; 160 are the cost: 2, 79, 81 and 200 are left.
        accounts = [One(risk=2 * (160 + net), tier="A") for net in (2.0, 79.0, 81.0, 200.0)]
        plays = {"visit": play}
        seen, beliefs = planned.situation(accounts), {"visit": Belief(np.log(0.5), 0.0)}
        made = make(seen, planned.team(accounts), plays, beliefs, rules, seed="s")
        assert made.meta["value"] <= made.meta["bound"] * (1 + 1e-9)
        assert made.meta["gap"] == pytest.approx(0.0, abs=1e-9)
        return sorted(made.plan["net"].to_pylist()), made

    assert nets(visit(), 0.0)[0] == pytest.approx([2.0, 79.0, 81.0, 200.0])
    some, made = nets(visit(), 0.5)
    assert some == pytest.approx([81.0, 200.0])
    assert kept_out(made, "A000") == {"visit": ("not_worth", None)}
    assert len(nets(visit(owed=True), 0.5)[0]) == 4


def test_a_play_dearer_than_every_account_is_never_chosen():
    golden = Play(
        "golden", "Golden", "Gold", "They like gold", "Gold given", (), {"unknown": 1.0}, ("slipping",),
        (Step("manager", 1, 1, "Give it"),), Effect(0.5, 0.1), Cost(money=1e9, pool="goods"),
    )  # fmt: skip
    plays = {"golden": golden}
    seen, rules = planned.situation([One()]), planned.RULES
    made = make(seen, planned.team([One()]), plays, priors(plays), rules, seed="s")
    assert made.plan.num_rows == 0
    assert kept_out(made, "A000") == {"golden": ("not_worth", None)}


def test_money_is_taken_from_its_budget_and_no_more():
    fallen = One(causes={"competitor.price": 1.0}, risk=190_000.0)
    rules = replace(planned.RULES, budgets={"rebate": 4_000.0})
    less = replace(fallen, risk=140_000.0)
    made = plan([fallen, less], only=("rebate_return",), rules=rules)
    assert made.plan["money"].to_pylist() == [pytest.approx(0.015 * 200_000)]
    (pool,) = [row for row in made.limits.to_pylist() if row["id"] == "rebate"]
    assert pool["planned"] == pytest.approx(3_000)
    assert kept_out(made, "A001")["rebate_return"] == ("budget", "rebate")
    assert made.plan["needs_approval"].to_pylist() == [True]
    assert made.plan["stops_on"].to_pylist() == [MONDAY + timedelta(days=91)]


def test_an_overdrawn_budget_is_named_and_gives_nothing():
    rules = replace(planned.RULES, budgets={"rebate": -50.0})
    made = plan([One(causes={"competitor.price": 1.0})], only=("rebate_return",), rules=rules)
    assert made.plan.num_rows == 0
    assert "rebate" in str(Text.from_json(made.meta["contradictions"][0]))


def test_what_is_under_way_goes_on_and_its_hours_are_taken():
    begun = MONDAY - timedelta(days=30)
    runs = (Run(0, "visits", begun, MARIA),)
    made = plan([One(), One()], runs=runs)
    assert set(of(made)) == {"A001"}
    assert set(kept_out(made, "A000").values()) == {("under_way", "under_way")}
    (maria,) = [row for row in made.limits.to_pylist() if row["id"] == MARIA]
    assert maria["under_way"] == 2.0  # the second visit, on day 33


def test_more_under_way_than_there_are_hours_is_named():
    runs = tuple(Run(i, "visits", MONDAY - timedelta(days=30), MARIA) for i in range(11))
    made = plan([One()] * 12, runs=runs, only=("visits", "season_stock"))
    assert made.plan.num_rows == 0
    (said,) = [str(Text.from_json(text)) for text in made.meta["contradictions"]]
    assert said.startswith("Name of S1 has 20.0 hours this week and 22.0 under way")


def test_a_notice_is_answered_first_while_it_is_fresh():
    accounts = [
        One(state="noticed", since=MONDAY, risk=10_000.0),
        One(state="noticed", since=MONDAY - timedelta(days=40), risk=10_000.0),
        One(risk=500_000.0),
    ]
    people = (person("S0", "senior", 3.0), *planned.PEOPLE[1:])
    made = plan(accounts, people=people, only=("rescue", "listen"))
    assert {a: row["play"] for a, row in of(made).items()} == {"A000": "rescue"}


def test_rescues_beyond_the_hours_are_named_and_the_others_stand():
    accounts = [One(state="noticed", since=MONDAY, risk=50_000.0 + i) for i in range(4)]
    people = (person("S0", "senior", 4.0), *planned.PEOPLE[1:])
    made = plan(accounts, people=people)
    assert [row["play"] for row in of(made).values()].count("rescue") == 2
    first, second, hours = [str(Text.from_json(text)) for text in made.meta["contradictions"]]
    # Those that keep most have one.
    assert first.startswith("Account 1 told us that it may leave, and this week's hours allow no")
    assert second.startswith("Account 0 told us")
    assert hours.startswith("Name of S0 has 0.0 hours left this week beside what is planned;")


def test_who_told_us_what_and_who_is_away_are_named():
    accounts = [
        One(state="noticed", since=MONDAY, risk=50_000.0 - i, manager="S2") for i in range(5)
    ]
    people = (planned.PEOPLE[0], planned.PEOPLE[1], person("S2", week=0.0), planned.PEOPLE[3])
    notices = {0: "will_reduce", 1: "contract_ends"}
    made = plan(accounts[:1], people=people, notices=notices)
    texts = [Text.from_json(text) for text in made.meta["contradictions"]]
    assert [str(text) for text in texts] == [
        "Account 0 told us that it will buy less, and this week's hours allow no rescue of it.",
        "Name of S2 is away this week, and nobody stands in: a rescue that needs them can't begin.",
    ]
    assert texts[0].data["account_id"] == "A000"
    for n, said in ((4, "And 1 more account told us so,"), (5, "And 2 more accounts told us so,")):
        made = plan(accounts[:n], people=people, notices=notices)
        told = [str(Text.from_json(text)) for text in made.meta["contradictions"]]
        assert "the contract ends" in told[1]
        assert told[3].startswith(said)
        assert len(told) == 5


def test_small_accounts_get_their_fair_share_of_hours():
    large = [One(risk=100_000.0 + i) for i in range(8)]
    small = [One(risk=20_000.0 + i, baseline=160_000.0, size="small") for i in range(8)]
    rules = replace(planned.RULES, things=100, fair_share=0.0)
    without = plan(large + small, only=("listen",), rules=rules)
    assert without.meta["small_share_of_hours"] == 0
    fair = plan(large + small, only=("listen",), rules=replace(rules, fair_share=0.5))
    money = fair.meta["small_share_of_money"]
    assert fair.meta["small_share_of_hours"] >= 0.5 * money > 0.1
    assert fair.meta["value"] < without.meta["value"]


def test_the_lost_are_won_back_where_their_money_is_worth_it():
    gone = One(
        state="lost", risk=0.0, baseline=0.0, gone=300_000.0, causes={"people.manager_left": 1.0}
    )
    row = of(plan([gone]))["A000"]
    assert row["play"] == "win_back"
    expected = 0.25 * 300_000 * 0.12 * np.exp(0.5**2 / 2)
    assert row["kept"] == pytest.approx(expected)
    assert "300000" in row["why"]


def test_of_who_still_buys_the_part_that_went_elsewhere_is_asked_back():
    part = One(
        state="steady", risk=0.0, gone=300_000.0, causes={"competitor.price": 0.9, "drift.no_contact": 0.1}
    )  # fmt: skip
    row = of(plan([part]))["A000"]
    assert row["play"] == "take_back"
    assert row["kept"] == pytest.approx(
        0.25 * 300_000 * 0.12 * np.exp(0.5**2 / 2) * (0.9 * 0.7 + 0.1)
    )


def test_a_coin_decides_between_ways_that_are_worth_the_same_and_says_how_probable_it_was():
    twin = replace(PLAYS["training"], name="twin")
    plays = {"training": PLAYS["training"], "twin": twin}
    accounts = [One(causes={"service.service_slow": 1.0}, tier=tier) for tier in "AB" * 60]
    rules = replace(planned.RULES, things=1000)
    people = tuple(replace(one, week=1000.0, later=3000.0) for one in planned.PEOPLE)
    seen, team = planned.situation(accounts), planned.team(accounts, people)
    made = make(seen, team, plays, priors(plays), rules, seed="s")
    rows = of(made)
    coins = {a: row for a, row in rows.items() if row["coin"]}
    assert set(coins) == {f"A{i:03}" for i in range(1, 120, 2)}  # never among tier A
    assert {row["p_option"] for row in coins.values()} == {0.5}
    drawn = [row["play"] for row in coins.values()]
    assert 18 < drawn.count("twin") < 42  # of 60; beyond 3 standard deviations otherwise
    assert "a coin chose this one (probability 50%)" in coins["A001"]["why"].replace(
        "{p_share}", "50%"
    )
    again = make(seen, team, plays, priors(plays), rules, seed="s")
    assert again.plan.equals(made.plan)
    other = make(seen, team, plays, priors(plays), rules, seed="another")
    assert not other.plan.equals(made.plan)


def test_no_coin_is_thrown_against_what_we_owe():
    owed = replace(PLAYS["training"], name="owed", owed=True)
    plays = {"training": PLAYS["training"], "owed": owed}
    accounts = [One(causes={"service.service_slow": 1.0}) for _ in range(8)]
    made = make(
        planned.situation(accounts), planned.team(accounts), plays, priors(plays), planned.RULES, seed="s"
    )  # fmt: skip
    assert made.meta["coins"] == 0


def test_doing_nothing_is_a_side_of_the_coin_where_a_play_is_hardly_worth_it():
    play = PLAYS["training"]
    one = 0.25 * (1 - np.exp(np.log(0.88) + 0.15**2 / 2))
    barely = play.hours * 40 / one * 1.01
    accounts = [One(causes={"service.service_slow": 1.0}, risk=barely) for _ in range(80)]
    people = tuple(replace(one, week=1000.0, later=3000.0) for one in planned.PEOPLE)
    made = plan(
        accounts, only=("training",), people=people, rules=replace(planned.RULES, things=99)
    )
    nothing = [row for row in made.options.to_pylist() if row["play"] == "nothing"]
    assert made.meta["coins"] == 80
    assert made.plan.num_rows + len(nothing) == 80
    assert 22 < len(nothing) < 58
    assert {row["p_option"] for row in nothing} == {0.5}
    assert {kept_out(made, row["account_id"])["training"][0] for row in nothing} == {"coin"}


def test_what_was_learnt_changes_what_is_chosen():
    fallen = One(causes={"service.service_slow": 1.0}, signals=("complaint_open",))
    plays = catalogue()
    seen, team = planned.situation([fallen]), planned.team([fallen])
    before = make(seen, team, plays, priors(plays), planned.RULES, seed="s")
    assert of(before)["A000"]["play"] == "complaint"
    beliefs = priors(plays) | {"complaint": Belief(0.1, 0.05, 40)}
    after = make(seen, team, plays, beliefs, planned.RULES, seed="s")
    assert of(after)["A000"]["play"] != "complaint"


def test_every_option_says_why_it_was_not_chosen():
    accounts = [One(risk=10_000.0 * i, signals=("complaint_open",)) for i in range(1, 20)]
    for row in plan(accounts).options.to_pylist():
        assert row["chosen"] == (row["kept_out"] == "")
        assert row["kept_out"] in ("", *KEPT_OUT)


def test_braces_that_users_write_stand_for_themselves():
    odd = replace(PLAYS["listen"], why="Ask {them} 100%")
    plays = {"listen": odd}
    made = make(
        planned.situation([One()]), planned.team([One()]), plays, priors(plays), planned.RULES, seed="s"
    )  # fmt: skip
    assert "Ask {them} 100%" in [str(t) for t in texts_from_json(of(made)["A000"]["why"])]


def test_alerts_are_changes_of_state_within_what_one_can_take():
    fresh = MONDAY - timedelta(days=3)
    accounts = [One(risk=1_000.0 * (i + 1), since=fresh) for i in range(4)]
    accounts.append(One(risk=900_000.0, since=date(2025, 9, 1)))
    accounts.append(One(state="noticed", risk=1.0, since=fresh))
    made = plan(accounts, rules=replace(planned.RULES, things=2), snoozed={3: date(2026, 4, 1)})
    told = {row["account_id"]: row["kept_out"] for row in made.alerts.to_pylist()}
    assert told == {"A005": "", "A003": "snoozed", "A002": "", "A001": "budget", "A000": "budget"}
    assert "A003" not in of(made)


def test_accounts_that_nobody_looks_after_are_counted():
    held = plan([One(), One()])
    assert not any("nobody looks after" in text["template"] for text in held.meta["said"])
    made = plan([One(), One(manager="S9"), One(manager="S9", state="closed")])
    said = [str(Text.from_json(text)) for text in made.meta["said"]]
    assert any(
        "nobody looks after, so that they are in no manager's week: 1." in one for one in said
    )
