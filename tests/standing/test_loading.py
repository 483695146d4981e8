"""Stocking up: what is a large order for an account, and for how long it excuses silence."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay import Ledger
from mainstay.defection.states import lost_after_days
from mainstay.engine.panel import Slice, panel
from mainstay.simulate import Load, Plan, histories, stock_up
from mainstay.standing.features import AccountFeatures
from mainstay.standing.loading import MOST_TIMES, SIZES, stocked_up, with_loading
from mainstay.standing.rhythm import Gaps, rhythm

BEGIN = date(2024, 1, 1)
EPOCH = date(1970, 1, 1)


def slices(lines: pa.Table, dates: tuple[date, ...]) -> tuple[Slice, ...]:
    ledger = Ledger.from_tables(order_lines=lines)
    kernel = AccountFeatures(dates, BEGIN)
    table = ledger.map_accounts(kernel, columns=kernel.columns, as_of=dates[-1])
    names = sorted(set(lines["account_id"].to_pylist()))
    return panel(table, pa.array(names), dates).slices


def bought(*orders: tuple[int, float]) -> pa.Table:
    rows = [
        {"account_id": "a", "ordered_on": BEGIN + timedelta(days=d), "amount": m} for d, m in orders
    ]
    return pa.Table.from_pylist(rows)


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=40),
    st.lists(st.sampled_from([10.0, 25.0, 60.0, 400.0]), min_size=40, max_size=40),
    st.integers(1, 1700),
)
def test_the_last_order_beside_the_26_before(gaps: list[int], sizes: list[float], at: int) -> None:
    days = np.cumsum(gaps)
    cut = slices(
        bought(*zip(days.tolist(), sizes, strict=False)),
        (BEGIN + timedelta(days=int(days[0]) + 1), BEGIN + timedelta(days=int(days[0]) + 1 + at)),
    )[1]
    n = int((days < days[0] + 1 + at).sum())
    money, when = np.array(sizes[:n]), days[:n]
    start = n - 1
    near = min(7.0, 0.25 * (when[-1] - when[0]) / max(n - 1, 1))
    while start > 0 and when[start] - when[start - 1] <= near:
        start -= 1
    others = money[max(start - 26, 0) : start]
    found = np.array([cut[name][0] for name in SIZES])
    if n <= 3 or len(others) < 3:
        assert np.isnan(found).all()
        return
    last = money[start:].sum()
    logs = np.log(others)
    expected = [last / others.mean(), np.log(last) - logs.mean(), logs.std(ddof=1)]
    assert found == pytest.approx(expected, rel=1e-4, abs=1e-4)


def test_only_what_is_large_for_the_account_itself_counts() -> None:
    columns = {
        "order_days": np.array([20, 20, 20, 3, 20]),
        "last_order_times": np.array([3.0, 3.0, 1.1, np.nan, 0.2]),
        "last_order_log": np.log([3.0, 3.0, 1.1, np.nan, 0.2]),
        "order_log_sd": np.array([0.2, 0.9, 0.2, np.nan, 0.2]),
    }
    assert stocked_up(columns).tolist() == [3.0, 1.0, 1.0, 1.0, 1.0]
    columns["last_order_times"][0], columns["last_order_log"][0] = 1.7, np.log(1.7)
    assert stocked_up(columns)[0] == pytest.approx(1.7)
    nobody = {name: values[:0] for name, values in columns.items()}
    assert stocked_up(nobody).shape == (0,)


PLAN = Plan(accounts=300, weeks=130, orders_a_year=20, spread=3.0, regularity=(4,), begin=BEGIN)
AT = PLAN.begin + timedelta(weeks=104)
DATES = tuple(AT + timedelta(weeks=w) for w in range(27))
LOADERS = np.arange(300) < 150
LOST = np.arange(300) >= 250


@pytest.fixture(scope="module")
def course() -> dict[str, np.ndarray]:
    """By week since AT and account: silence, and the limits without and with what is stocked up."""
    lines = histories(PLAN, seed=11).lines
    rng = np.random.default_rng(11)
    loads = [Load(f"S{i:06}", AT, float(rng.uniform(2.0, 4.0))) for i in np.flatnonzero(LOADERS)]
    lines = stock_up(lines, loads)
    account = np.array([int(a[1:]) for a in lines["account_id"].to_pylist()])
    gone = LOST[account] & (lines["ordered_on"].cast(pa.int32()).to_numpy() >= (AT - EPOCH).days)
    found = {name: np.full((len(DATES), 300), np.nan) for name in ("silent", "usual", "loaded")}
    for j, cut in enumerate(slices(lines.filter(pa.array(~gone)), DATES)):
        own = with_loading(rhythm(Gaps.of(cut)), cut)
        found["silent"][j, cut.who] = (cut.on - EPOCH).days - 1 - cut["last_day"].astype(int)
        found["usual"][j, cut.who] = own.usual_late_after_days
        found["loaded"][j, cut.who] = own.late_after_days
    return found


def test_loaders_are_less_often_called_late(course: dict[str, np.ndarray]) -> None:
    before = (course["silent"] > course["usual"])[:, LOADERS].mean()
    after = (course["silent"] > course["loaded"])[:, LOADERS].mean()
    assert before > 0.05
    assert after < 0.6 * before


def test_who_is_lost_is_found_as_early(course: dict[str, np.ndarray]) -> None:
    def week_found(limit: str) -> np.ndarray:
        late = (course["silent"] > course[limit])[:, LOST]
        return np.where(late.any(axis=0), late.argmax(axis=0), len(DATES))

    before, after = week_found("usual"), week_found("loaded")
    assert (after <= 13).mean() >= (before <= 13).mean() - 0.02
    assert after.mean() < before.mean() + 0.5


def test_no_loss_is_hidden_for_longer_than_the_cap(course: dict[str, np.ndarray]) -> None:
    assert MOST_TIMES == 2.0
    assert (course["loaded"] > 1.5 * course["usual"]).any()
    assert (course["loaded"] <= MOST_TIMES * course["usual"] * (1 + 1e-9)).all()
    # What counts as lost is told from the usual limit: stocking up does not put that off.
    lost = course["silent"] > lost_after_days(course["usual"])
    assert (course["silent"] > course["loaded"])[lost].all()
