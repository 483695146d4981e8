"""What was kept of one account: what was expected to be lost, less what did not come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.compute as pc
import pytest

from mainstay import Ledger, assess
from mainstay.core.home import Home
from mainstay.core.settings import Settings
from mainstay.engine import measured
from mainstay.ledger import given
from mainstay.simulate import Plan as Histories
from mainstay.simulate import histories

MADE = Histories(accounts=30, weeks=80, orders_a_year=26, regularity=(2.0,), losses_a_year=0.4)
END = MADE.begin + timedelta(weeks=MADE.weeks)


def test_it_is_measured_when_the_horizon_is_over_and_not_before(tmp_path: Path) -> None:
    lines = histories(MADE, seed=4).lines
    home = Home(tmp_path / "home").prepare()
    ledger = Ledger.open(home.store)
    given.load(ledger, {"order_lines": lines}, None, now=datetime(2030, 1, 1, tzinfo=UTC))
    day = END - timedelta(weeks=14)
    judged = assess(ledger.refresh(), day).save(ledger.assessments, "past")
    row = judged.accounts.filter(pc.greater(judged.accounts["horizon_baseline"], 0)).to_pylist()[0]
    account, begins = row["account_id"], day + timedelta(days=3)
    over_on = begins + timedelta(weeks=13)
    early = measured(home, account, begins, as_of=over_on - timedelta(days=1))
    assert early is not None
    assert (early.over_on, early.lost, early.kept) == (over_on, None, None)
    found = measured(home, account, begins, as_of=END)
    mine = [
        line
        for line in lines.filter(pc.equal(lines["account_id"], account)).to_pylist()
        if begins <= line["ordered_on"] < over_on
    ]
    came = sum(float(line["amount"]) for line in mine)
    share = Settings().margin_share
    assert found is not None
    assert found.expected == pytest.approx(share * row["horizon_loss"])
    assert found.lost == pytest.approx(share * (row["horizon_baseline"] - came))
    assert found.kept == pytest.approx(found.expected - (found.lost or 0))
    assert measured(home, account, day - timedelta(days=1), as_of=END) is None  # nobody knew
    assert measured(home, account, day + timedelta(days=36), as_of=END) is None  # too long ago
    assert measured(home, "nobody", begins, as_of=END) is None
