"""Partial defection, learnt: who is going to buy far less, beside who just pauses."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from mainstay import Ledger, assess
from mainstay.defection.slices import FEATURES, Examples
from mainstay.engine.panel import Slice
from mainstay.engine.partial_training import learn_partial, with_forecast
from mainstay.simulate.histories import Decline, Plan, histories
from mainstay.standing.history import days_of
from mainstay.standing.season import Season

WEEKS = 117
ON = date(2025, 1, 6)


@pytest.fixture(scope="module")
def made() -> object:
    """Accounts that order every two weeks; a third of them fell to a third at some time."""
    plan = Plan(
        accounts=150,
        weeks=WEEKS,
        orders_a_year=26,
        regularity=(2.0,),
        decline=Decline(share=0.4, week=(60, WEEKS - 6), factors=(0.3,)),
    )
    return histories(plan, seed=5)


def test_who_has_begun_to_fall_is_told_from_who_has_not(made: object) -> None:
    begin = Plan().begin
    as_of = begin + timedelta(weeks=WEEKS)
    ledger = Ledger.from_tables(order_lines=made.lines)  # type: ignore[attr-defined]
    result = assess(ledger, as_of=as_of)
    truth = made.truth.to_pandas().set_index("account_id")  # type: ignore[attr-defined]
    found = result.accounts.to_pandas().set_index("account_id")
    known = found[found["eligible"]]
    assert known["p_partial"].between(0, 1).all()
    assert (known["p_partial"] + known["p_complete"] <= 1 + 1e-9).all()
    assert found.loc[~found["eligible"], "p_partial"].isna().all()
    assert known["p_fell"].between(0, 1).all()
    since = truth["declines_on"].reindex(known.index)
    fallen = since.notna().to_numpy()
    fresh = (since > as_of - timedelta(weeks=20)).fillna(False).to_numpy(bool)
    steady = known.loc[~fallen, "p_partial"]
    assert known.loc[fresh, "p_partial"].mean() > 1.5 * steady.mean()
    assert steady.mean() < 0.1
    assert known.loc[fresh, "p_fell"].mean() > 4 * known.loc[~fallen, "p_fell"].mean()
    categories = result.categories.to_pandas()
    told = categories["p_defection"].dropna()
    assert told.between(0, 1).all()
    bought = categories["last_order_on"] >= as_of - timedelta(days=365)
    often = categories["p_fell"].notna()
    assert (categories["p_defection"].notna() == (bought & often)).all()


def at(who: list[int], **columns: list[float]) -> Slice:
    return Slice(ON, np.array(who), {name: np.array(c, float) for name, c in columns.items()})


def test_without_a_past_the_forecast_stands() -> None:
    """Three accounts with weekly orders of 10: one has just fallen to a fifth, one long ago, one not;
    and one that has hardly ever ordered."""
    who = np.arange(4)
    given = Examples(ON, who, who, np.zeros((4, len(FEATURES))), np.zeros(4), np.zeros(4))
    changes = at(
        [0, 1, 2, 3, 4],
        p_fell=[0.9, 0.9, 0.0, 0.4, 0.0],
        rate_before=[10.0, 10.0, 10.0, 1.0, 1.0],
        rate_now=[2.8, 2.8, 10.0, 0.5, 1.0],
        shape=[30.0] * 5,
    )
    year = {"days_known": 364.0, "gaps": 51.0, "gap_sum": 364.0, "gap_squares": 51 * 60.0}
    year |= {"window_days": 91.0, "last_year_days": 13.0, "bought": 0.0, "orders": 0.0}
    facts = {name: [value] * 3 for name, value in year.items()}
    orders = [52.0, 10.0, 52.0]
    pace = at(
        [0, 1, 2],
        **facts,
        order_days=orders,
        amount=[10.0 * n for n in orders],
        squares=[150.0 * n for n in orders],
        window_orders=[0.0] * 3,
    )
    season = Season(days_of(ON), np.ones(52), 1, np.ones(104), days_of(ON) - 728)
    now = with_forecast(given, changes, pace, season)
    assert now.p_prior[0] > 0.5
    assert now.p_prior[1] < 0.4 * now.p_prior[0]  # what it buys now is what the last year brought
    assert now.p_prior[2] < 0.05
    assert now.p_prior[3] == 0.0
    assert learn_partial([], now, 13).tolist() == now.p_prior.tolist()
