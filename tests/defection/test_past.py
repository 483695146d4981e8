"""Slices of the past: when an account next ordered, which dates, whom."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainstay import Ledger
from mainstay.defection.past import NONE, Draw, PastSlices, past_dates

BEGIN, AS_OF = date(2024, 1, 1), date(2025, 7, 1)
DATES = (date(2024, 6, 3), date(2024, 9, 2), date(2025, 3, 3))
LATEST = (AS_OF - BEGIN).days
EPOCH = date(1970, 1, 1)

histories = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d"]),
    st.lists(st.integers(0, (AS_OF - BEGIN).days + 20), min_size=1, max_size=12),
    min_size=1,
)


def slices(days: dict[str, list[int]], share: float = 1.0) -> list[dict]:
    rows = [
        {"account_id": a, "ordered_on": BEGIN + timedelta(days=d), "amount": 5.0, "currency": "EUR"}
        for a, some in days.items()
        for d in some
    ]
    ledger = Ledger.from_tables(order_lines=pa.Table.from_pylist(rows))
    kernel, sample = PastSlices(DATES, AS_OF, BEGIN), Draw(share)
    assert ledger.count_accounts(AS_OF) == len([d for d in days.values() if min(d) < LATEST])
    return ledger.map_accounts(
        lambda lines: kernel(sample.of(lines)), columns=PastSlices.columns, as_of=AS_OF
    ).to_pylist()


def drawn(names: pa.Array, share: float, chains: dict[str, str] | None = None) -> np.ndarray:
    return Draw(share, chains or {}).places(names)


@given(histories)
def test_the_next_order_day_is_the_first_on_or_after_the_date_and_before_today(
    days: dict[str, list[int]],
) -> None:
    if min(min(some) for some in days.values()) >= (AS_OF - BEGIN).days:
        return
    found = {(r["account_id"], r["date_index"]): r["next_order_day"] for r in slices(days)}
    for account, some in days.items():
        ordered = sorted(BEGIN + timedelta(days=d) for d in some)
        for index, on in enumerate(DATES):
            if ordered[0] >= on:
                assert (account, index) not in found
                continue
            later = [d for d in ordered if on <= d < AS_OF]
            expected = (later[0] - EPOCH).days if later else NONE
            assert found[account, index] == expected


def test_dates_end_a_horizon_ago_and_begin_with_something_known() -> None:
    dates = past_dates(AS_OF, BEGIN, 91)
    assert dates[-1] == AS_OF - timedelta(days=91)
    assert {(b - a).days for a, b in itertools.pairwise(dates)} == {28}
    assert dates[0] >= BEGIN + timedelta(days=91)
    assert len(past_dates(AS_OF, date(2010, 1, 1), 91)) == 24
    assert past_dates(BEGIN + timedelta(days=100), BEGIN, 91) == ()


def test_a_sample_is_the_same_accounts_however_many_others_there_are() -> None:
    names = [f"account {i}" for i in range(4_000)]
    some = {names[i] for i in drawn(pa.array(names), 0.25)}
    assert len(some) == pytest.approx(1_000, rel=0.1)
    assert {names[i] for i in drawn(pa.array(names[:500]), 0.25)} == some & set(names[:500])
    assert some <= {names[i] for i in drawn(pa.array(names), 0.5)}
    assert len(drawn(pa.array([], pa.string()), 0.5)) == 0


def test_chains_come_whole_and_every_account_is_as_likely_to_come() -> None:
    names = [f"account {i}" for i in range(40_000)]
    chains = {name: f"chain {i // 20}" for i, name in enumerate(names[:20_000])}
    chains |= {name: f"giant {i // 4_000}" for i, name in enumerate(names[20_000:])}
    some = {names[i] for i in drawn(pa.array(names), 0.25, chains)}
    of_small, of_giants = some & set(names[:20_000]), some - set(names[:20_000])
    assert len(of_small) == pytest.approx(5_000, rel=0.15)  # 250 chains, not 5,000 accounts
    assert len(of_giants) == pytest.approx(5_000, rel=0.1)
    assert {chains[name] for name in of_small}.isdisjoint(
        chains[name] for name in set(names[:20_000]) - some
    )
    # Of giants that come at all, enough come to tell how many left.
    giants = Counter(chains[names[i]] for i in drawn(pa.array(names), 0.01, chains))
    assert all(many > 200 for name, many in giants.items() if name.startswith("giant"))
    assert {names[i] for i in drawn(pa.array(names), 0.25, {})} == {
        names[i] for i in drawn(pa.array(names), 0.25)
    }


def test_only_the_sample_is_in_the_table() -> None:
    days = {f"account {i}": [0, 40, 200] for i in range(60)}
    found = {row["account_id"] for row in slices(days, 0.5)}
    names = pa.array(sorted(days))
    assert found == {names[int(i)].as_py() for i in drawn(names, 0.5)}
    assert 0 < len(found) < 60


def test_nobody_who_ordered_before_the_dates() -> None:
    assert slices({"late to come": [530]}) == []
    assert np.iinfo(np.int32).max == NONE
