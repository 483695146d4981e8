"""What may not be offered: one rule, one test."""

from datetime import date

import planned
import pytest
from planned import One, kept_out, of, plan

from mainstay.plays.restraint import RULES, SENTENCES

PRICE = {"competitor.price": 1.0}
HARSH = One(causes={"money.harsh_terms": 1.0}, signals=("terms_harsher",), size="small")


def test_a_concession_is_offered_where_nothing_speaks_against_it():
    assert of(plan([HARSH], only=("terms",)))["A000"]["play"] == "terms"


def test_no_concession_after_one_without_a_return():
    begging = One(**{**vars(HARSH), "bare_last": True})
    made = plan([begging], only=("terms",))
    assert kept_out(made, "A000")["terms"] == ("restraint", "twice_without_return")
    assert made.plan.num_rows == 0


def test_no_more_concessions_than_a_year_allows():
    made = plan([One(**{**vars(HARSH), "bare_year": 2})], only=("terms",))
    assert kept_out(made, "A000")["terms"] == ("restraint", "concessions_of_year")
    assert of(plan([One(**{**vars(HARSH), "bare_year": 1})], only=("terms",)))


def test_the_price_is_looked_at_only_where_nothing_else_is_worth_it():
    made = plan([One(causes=PRICE, risk=190_000.0)], only=("price_review", "rebate_return"))
    assert of(made)["A000"]["play"] == "rebate_return"
    assert kept_out(made, "A000")["price_review"] == ("restraint", "last_resort")
    alone = of(plan([One(causes=PRICE, risk=300_000.0)], only=("price_review",)))["A000"]
    assert alone["play"] == "price_review"
    assert alone["needs_approval"]
    assert alone["stops_on"] > alone["starts_on"]


def test_where_favours_are_likely_nothing_is_offered_but_visits():
    bought = One(causes={"competitor.favours": 0.6, "competitor.price": 0.4})
    made = plan([bought], only=("listen", "rebate_return", "level"))
    assert of(made)["A000"]["play"] == "listen"
    assert kept_out(made, "A000")["level"] == ("restraint", "favours")


@pytest.mark.parametrize(
    "one",
    [One(state="closed"), One(state="quiet"), One(causes={"own_business.closed": 0.9})],
    ids=["closed", "quiet", "natural"],
)
def test_the_closed_the_quiet_and_the_naturally_gone_are_left_in_peace(one):
    made = plan([one])
    assert made.plan.num_rows == 0
    assert {by for _, by in kept_out(made, "A000").values()} <= {"in_peace"}


def test_what_is_put_off_waits():
    made = plan([One()], snoozed={0: date(2026, 5, 1)})
    assert made.plan.num_rows == 0
    assert set(kept_out(made, "A000").values()) == {("snoozed", "snoozed")}


def test_every_rule_has_its_sentence():
    assert set(RULES) < set(SENTENCES)
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())
    assert planned.RULES.concessions == 2
