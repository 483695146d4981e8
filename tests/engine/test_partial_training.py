"""Partial defection, learnt: who is going to buy far less, beside who just pauses."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from mainstay import Ledger, assess
from mainstay.defection.slices import FEATURES, Examples
from mainstay.engine.panel import Slice
from mainstay.engine.partial_training import learn_partial, with_changes
from mainstay.simulate.histories import Decline, Plan, histories

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
    since = truth["declines_on"].reindex(known.index)
    fallen = since.notna().to_numpy()
    fresh = (since > as_of - timedelta(weeks=20)).fillna(False).to_numpy(bool)
    steady = known.loc[~fallen, "p_partial"]
    assert known.loc[fresh, "p_partial"].mean() > 1.5 * steady.mean()
    assert steady.mean() < 0.25
    categories = result.categories.to_pandas()
    told = categories["p_defection"].dropna()
    assert told.between(0, 1).all()
    assert (told <= categories.loc[told.index, "p_fell"] + 1e-12).all()


def at(who: list[int], **columns: list[float]) -> Slice:
    return Slice(ON, np.array(who), {name: np.array(c) for name, c in columns.items()})


def test_without_a_past_the_changepoints_word_stands_as_far_as_it_is_news() -> None:
    n = 3
    who = np.arange(n)
    given = Examples(ON, who, who, np.zeros((n, len(FEATURES))), np.zeros(n), np.zeros(n))
    year = at(
        [0, 1, 2, 3],
        amount_52=[520.0, np.nan, 104.0, 0.0],
        amount_total=[900.0, 50.0, 104.0, 0.0],
        first_day=[0.0, (ON - date(1970, 1, 1)).days - 70.0, 0.0, 0.0],
    )
    changes = at([0, 1, 2, 3], p_fell=[0.9, 0.1, 0.9, 0.4], rate_now=[2.0, 5.0, 2.0, 0.0])
    now = with_changes(given, year, changes)
    assert now.features.shape == (3, len(FEATURES) + 2)
    assert now.features[:, -1] == pytest.approx([np.log(0.2), 0.0, 0.0])
    # The third fell long ago: what it buys now is what it bought in the whole last year.
    assert now.p_prior == pytest.approx([0.9, 0.0, 0.03], abs=0.02)
    assert learn_partial([], now, 13).tolist() == now.p_prior.tolist()
