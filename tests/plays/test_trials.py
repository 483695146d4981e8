"""In a trial nobody gets a play before the day that was drawn, and who is drawn to begin gets it proposed."""

from datetime import date

from planned import DIRECTOR, MARIA, One, kept_out, of, person, plan

JUNE = date(2026, 6, 1)


def test_who_waits_is_offered_everything_else():
    made = plan([One(), One()], waits={0: ("listen", JUNE)})
    assert kept_out(made, "A000")["listen"] == ("restraint", "waits")
    assert of(made)["A000"]["play"] == "level"
    assert of(made)["A001"]["play"] == "listen"


def test_no_price_is_given_because_something_better_waits():
    dear = [One(causes={"competitor.price": 1.0}, risk=190_000.0)]
    both = ("rebate_return", "price_review")
    waiting = plan(dear, only=both, waits={0: ("rebate_return", JUNE)})
    assert kept_out(waiting, "A000")["price_review"] == ("restraint", "last_resort")
    assert not of(waiting)


def test_who_is_drawn_to_begin_comes_before_what_is_worth_more():
    accounts = [One(), One(risk=50_000.0)]

    def planned(hours, **changes):
        people = (person(DIRECTOR, "senior", week=hours, later=60.0), person(MARIA))
        return of(plan(accounts, people=people, only=("listen",), **changes))

    assert set(planned(5.0)) == {"A000"}  # hours for one of them
    assert set(planned(5.0, begins={1: "listen"})) == {"A001"}
    assert set(planned(50.0, begins={1: "listen"})) == {"A000", "A001"}
    assert not planned(0.0, begins={1: "listen"})  # hours there must be


def test_no_coin_is_thrown_for_who_is_in_a_trial():
    accounts = [One(baseline=100_000.0, risk=float(risk)) for risk in range(20_000, 40_000, 500)]
    thrown = {row["account_id"] for row in plan(accounts).options.to_pylist() if row["coin"]}
    assert thrown
    there = {int(account[1:]): "visits" for account in thrown}
    again = plan(accounts, begins=there).options.to_pylist()
    assert not thrown & {row["account_id"] for row in again if row["coin"]}
