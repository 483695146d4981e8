"""Whatever the accounts: no limit is broken, nothing is done twice or at a loss, and it is the same again."""

from dataclasses import replace

import planned
from hypothesis import given, settings
from hypothesis import strategies as st
from planned import One, person, plan

from mainstay.causes.families import CAUSE_NAMES
from mainstay.plays.play import STATES

SIGNALS = ("visit_overdue", "complaint_open", "delivery_late", "terms_harsher", "manager_left")
ones = st.builds(
    One,
    state=st.sampled_from(STATES),
    risk=st.floats(-1e4, 1e6),
    baseline=st.floats(0, 2e6),
    causes=st.dictionaries(st.sampled_from(CAUSE_NAMES), st.floats(0.1, 0.3), max_size=3),
    signals=st.lists(st.sampled_from(SIGNALS), unique=True).map(tuple),
    tier=st.sampled_from("ABC"),
    size=st.sampled_from(("large", "medium", "small")),
    manager=st.sampled_from((planned.MARIA, planned.ZHENG, "nobody")),
    since=st.sampled_from((planned.MONDAY, One.since)),
    bare_last=st.booleans(),
    bare_year=st.integers(0, 4),
)
hours = st.tuples(*[st.sampled_from((0.0, 2.0, 7.5, 40.0))] * 4)


@settings(max_examples=40, deadline=None)
@given(st.lists(ones, min_size=1, max_size=25), hours, st.integers(0, 3), st.text(max_size=5))
def test_any_plan_keeps_to_its_limits(accounts, there_is, things, seed):
    people = tuple(
        person(one.staff_id, one.role, week, 3 * week)
        for one, week in zip(planned.PEOPLE, there_is, strict=True)
    )
    rules = replace(planned.RULES, things=things)
    made = plan(accounts, people=people, rules=rules, seed=seed)
    rows = made.plan.to_pylist()
    assert len({row["account_id"] for row in rows}) == len(rows)
    assert all(row["net"] > 0 and row["kept"] > row["cost"] for row in rows)
    assert all(0 < row["p_option"] <= 1 and row["coin"] == (row["p_option"] < 1) for row in rows)
    for limit in made.limits.to_pylist():
        assert limit["planned"] <= max(limit["there_is"] - limit["under_way"], 0) + 1e-6
        assert (limit["things"] or 0) <= things
        assert (limit["later_planned"] or 0) <= (limit["later"] or 0) + 1e-6
    assert made.meta["value"] <= made.meta["bound"] + 1e-6
    chosen = {(r["account_id"], r["play"]) for r in made.options.to_pylist() if r["chosen"]}
    assert {(row["account_id"], row["play"]) for row in rows} <= chosen
    again = plan(accounts, people=people, rules=rules, seed=seed)
    assert again.plan.equals(made.plan)
