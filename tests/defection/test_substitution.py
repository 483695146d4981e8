"""What moved to another category of ours is told from what is lost."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from mainstay.defection.partial import LONGEST_WEEKS, CategoryChanges, Setting
from mainstay.defection.substitution import moved_share
from mainstay.ledger.lines import KINDS, Lines
from mainstay.simulate import Decline, Plan, histories


def share(rows: list[tuple[int, float, float, int, float]]) -> list[float]:
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    return moved_share(*columns).round(3).tolist()


def test_gains_are_set_against_losses_of_the_same_account_and_time() -> None:
    fell, rose = (0.9, 0.0), (0.0, 0.9)
    assert share([(1, *fell, 500, -100.0), (1, *rose, 520, 80.0)]) == [0.8, 0.0]
    assert share([(1, *fell, 500, -100.0), (1, *rose, 520, 300.0)]) == [1.0, 0.0]
    assert share([(1, *fell, 500, -100.0), (2, *rose, 520, 80.0)]) == [0.0, 0.0]
    assert share([(1, *fell, 500, -100.0), (1, *rose, 700, 80.0)]) == [0.0, 0.0]
    assert share([(1, 0.9, 0.0, 500, -100.0), (1, 0.0, 0.3, 520, 80.0)]) == [0.0, 0.0]
    assert share([(1, 0.9, 0.0, -1, -100.0), (1, *rose, 520, 80.0)]) == [0.0, 0.0]


def test_no_gain_is_counted_twice() -> None:
    rows = [(1, 0.9, 0.0, 500, -300.0), (1, 0.0, 0.9, 510, 200.0), (1, 0.9, 0.0, 520, -100.0)]
    assert share(rows) == [0.5, 0.0, 0.5]
    assert moved_share(*(np.empty(0, t) for t in (int, float, float, int, float))).tolist() == []


@pytest.mark.parametrize("moved", [True, False])
def test_a_category_bought_in_place_of_another(moved: bool) -> None:
    """From a known week on tools are not ordered any more; or what was tools is lighting."""
    plan = Plan(
        accounts=60,
        weeks=130,
        orders_a_year=52,
        spread=None,
        categories={"tools": 0.5, "paint": 0.4, "lighting": 0.1},
        decline=None if moved else Decline(1.0, 104, (0.0,), "tools"),
    )
    lines = histories(plan, seed=1).lines
    if moved:
        turned = pa.scalar(plan.begin + timedelta(weeks=104))
        later = pc.greater_equal(lines["ordered_on"], turned)
        to = pc.and_(later, pc.equal(lines["category"], "tools"))
        lines = lines.set_column(4, "category", pc.if_else(to, "lighting", lines["category"]))
    on = plan.begin + timedelta(weeks=130)
    setting = Setting(on, np.ones(LONGEST_WEEKS), shape=1.0, rate=1.0)
    table = CategoryChanges((setting,))(_lines(lines))
    tools = table.filter(pc.equal(table["category"], "tools"))
    assert (tools["p_fell"].to_numpy() > 0.5).mean() > 0.9
    if moved:
        assert np.median(tools["moved"].to_numpy()) > 0.5
        assert (tools["moved"].to_numpy() > 0.1).mean() > 0.75
    else:
        assert np.median(tools["moved"].to_numpy()) == 0.0
        assert (tools["moved"].to_numpy() > 0.5).mean() < 0.15


def _lines(table: pa.Table) -> Lines:
    account = table["account_id"].combine_chunks().dictionary_encode()
    category = table["category"].combine_chunks().dictionary_encode()
    code = account.indices.to_numpy()
    return Lines(
        account_ids=account.dictionary,
        offsets=np.searchsorted(code, np.arange(len(account.dictionary) + 1)).astype(np.int64),
        day=(table["ordered_on"].cast(pa.int32()).to_numpy()),
        amount=table["amount"].cast(pa.float64()).to_numpy(),
        codes={
            "kind": np.zeros(len(code), np.int32),
            "category": category.indices.to_numpy().astype(np.int32),
        },
        names={"kind": pa.array(KINDS), "category": category.dictionary},
        values={},
    )


def test_no_change_no_share() -> None:
    assert share([(1, 0.1, 0.1, -1, 0.0), (1, 0.0, 0.2, -1, 5.0)]) == [0.0, 0.0]
