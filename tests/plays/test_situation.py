"""Where accounts stand: from an assessment's tables, an explanation's, and what was recorded."""

import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from mainstay import Ledger
from mainstay.causes.explanation import CAUSES
from mainstay.causes.families import CAUSE_NAMES
from mainstay.causes.types import SIGNALS
from mainstay.plays.approvals import waiting_steps
from mainstay.plays.catalogue import catalogue
from mainstay.plays.situation import situation

MONDAY = date(2026, 3, 2)
IDS = ["A1", "A2", "A3"]


def accounts():
    n = len(IDS)
    return pa.table(
        {
            "account_id": IDS,
            "name": ["One", "Two", "Three"],
            "tier": ["A", "B", "C"],
            "size_class": ["large", "medium", "small"],
            "state": ["slipping", "steady", "lost"],
            "state_since": pa.array([MONDAY] * n, pa.date32()),
            "money_at_risk": pa.array([100.0, None, -5.0]),
            "baseline_52": [500.0, 400.0, 300.0],
        }
    )


def causes(*rows):
    made = [
        {
            "account_id": a,
            "rank": 1,
            "family": c.split(".")[0],
            "cause": c,
            "p": p,
            "p_took_part": p,
        }
        for a, c, p in rows
    ]
    return pa.Table.from_pylist(made, CAUSES)


def signals(*rows):
    made = [
        {"account_id": a, "signal": s, "since": since, "until": until, "strength": 1.0,
         "rows": json.dumps([]), "data": "{}"}
        for a, s, since, until in rows
    ]  # fmt: skip
    return pa.Table.from_pylist(made, SIGNALS)


def seen(book=None, explained=None, **options):
    book = book or Ledger.from_tables(staff=pa.table({"staff_id": ["M"], "name": ["Maria"]}))
    return situation(book, accounts(), explained, as_of=MONDAY, **options)


def test_money_that_is_not_known_is_none():
    found = seen()
    assert found.risk.tolist() == [100.0, 0.0, -5.0]
    assert found.causes[:, -1].tolist() == [1.0] * 3
    assert not found.there


def test_what_is_not_explained_is_unknown():
    explained = {
        "causes": causes(("A1", "delivery.late", 0.6), ("A1", "money.price_rise", 0.1),
                         ("A3", "own_business.closed", 0.5), ("A3", "own_business.moved", 0.4),
                         ("gone", "delivery.late", 1.0)),
        "signals": signals(),
    }  # fmt: skip
    found = seen(explained=explained)
    assert found.causes[0, CAUSE_NAMES.index("delivery.late")] == pytest.approx(0.6)
    assert found.causes[:, -1] == pytest.approx([0.3, 1.0, 0.1])
    assert found.causes.sum(axis=1) == pytest.approx(np.ones(3))
    assert found.natural.tolist() == [False, False, True]
    assert not found.favours.any()


def test_a_signal_is_there_while_it_lasts_or_for_half_a_year():
    old, new = MONDAY - timedelta(days=400), MONDAY - timedelta(days=20)
    over = MONDAY - timedelta(days=2)
    explained = {
        "causes": causes(),
        "signals": signals(
            ("A1", "delivery_late", new, None),
            ("A2", "delivery_late", old, None),
            ("A1", "complaint_open", old, over),
            ("A3", "complaint_open", new, None),
            ("A2", "single_contact", old, None),  # goes on until it ends
        ),
    }
    there = seen(explained=explained).there
    assert there["delivery_late"].tolist() == [True, False, False]
    assert there["complaint_open"].tolist() == [False, False, True]
    assert there["single_contact"].tolist() == [False, True, False]


def test_what_was_given_and_what_is_under_way_is_seen():
    def days(*values):
        return pa.array(values, pa.date32())

    book = Ledger.from_tables(
        incentives=pa.table(
            {
                "incentive_id": ["I1", "I2", "I3", "I4"],
                "account_id": ["A1", "A1", "A2", "A3"],
                "kind": ["discount", "rebate", "rebate", "rebate"],
                "from": days(
                    date(2025, 9, 1), date(2026, 1, 5), date(2026, 2, 2), date(2024, 1, 1)
                ),
                "to": days(date(2025, 12, 1), date(2026, 2, 1), None, None),
                "budget": pa.array([100, 200, 300, 400], pa.decimal128(18, 4)),
                "spent": pa.array([90, 150, 20, 0], pa.decimal128(18, 4)),
                "owner_id": ["M"] * 4,
                "in_return_for": [None, "volume", " ", None],
            }
        ),
        play_runs=pa.table(
            {
                "account_id": ["A1", "A2", "A3"],
                "play": ["visits", "nothing", "listen"],
                "from": days(*[date(2026, 2, 1)] * 3),
                "to": days(None, date(2026, 5, 1), date(2026, 2, 20)),
                "staff_id": ["M", None, "M"],
            }
        ),
    )
    found = seen(book, snoozed={"A2": date(2026, 4, 1), "A1": date(2026, 3, 1), "?": date.max})
    assert found.incentives.bare_last.tolist() == [False, True, True]
    assert found.incentives.bare_year.tolist() == [1, 1, 0]
    # Of this year: what is over counts as spent, what still runs with its whole budget.
    assert found.incentives.spent == {"rebate": 150.0 + 300.0}
    assert [(run.account, run.play, run.staff_id) for run in found.runs] == [
        (0, "visits", "M"),
        (1, "nothing", None),
    ]
    assert found.snoozed == {1: date(2026, 4, 1)}


def test_money_that_is_approved_or_asked_for_is_counted_once():
    def days(*values):
        return pa.array(values, pa.date32())

    def money(*values):
        return pa.array(values, pa.decimal128(18, 4))

    names = ["seen", "later", "waits", "refused", "last year", "taken back"]
    book = Ledger.from_tables(
        incentives=pa.table(
            {
                "incentive_id": ["I1", "I2"],
                "account_id": ["A1", "A2"],
                "kind": ["rebate", "rebate"],
                # The second begins after the last order line: the plan reads it not yet.
                "from": days(date(2026, 2, 1), date(2026, 3, 20)),
                "budget": money(200, 300),
                "owner_id": ["M", "M"],
                "in_return_for": ["volume", "volume"],
            }
        ),
        approvals=pa.table(
            {
                "approval_id": names,
                "account_id": ["A1", "A2", "A3", "A3", "A1", "A1"],
                "case_id": ["C"] * 6,
                "play": ["rebate_return", "rebate_return", "trial", "trial", None, "trial"],
                "kind": ["rebate", "rebate", "goods", "goods", "rebate", "goods"],
                "asked_on": days(*[date(2026, 2, 1)] * 4, date(2025, 6, 1), date(2026, 2, 1)),
                "asked_by": ["M"] * 6,
                "amount": money(250, 350, 150, 999, 888, 777),
                "state": ["approved", "approved", "asked", "refused", "approved", "withdrawn"],
                "decided_on": days(
                    date(2026, 2, 1), date(2026, 2, 2), None, date(2026, 2, 2),
                    date(2025, 6, 2), date(2026, 2, 3),
                ),
                "approved_amount": money(200, 300, None, None, 888, None),
                "incentive_id": ["I1", "I2", None, None, None, None],
            }
        ),
    )  # fmt: skip
    found = seen(book)
    assert found.incentives.spent == {"rebate": 200.0 + 300.0, "goods": 150.0}
    # What waits has not begun, but its account and its hours are taken.
    assert [(run.account, run.play, run.staff_id) for run in found.runs] == [(2, "trial", "M")]


def test_money_in_other_currencies_counts_at_the_rate_of_its_day():
    def days(*values):
        return pa.array(values, pa.date32())

    def money(*values):
        return pa.array(values, pa.decimal128(18, 4))

    january, february = date(2026, 1, 15), date(2026, 2, 10)
    tables = {
        "incentives": pa.table(
            {
                "incentive_id": ["E", "U1", "U2", "K", "old"],
                "account_id": ["A1", "A1", "A2", "A3", "A3"],
                "kind": ["rebate"] * 5,
                "from": days(january, january, february, february, date(2024, 1, 1)),
                "budget": money(100, 200, 200, 9_000_000, 5_000),
                "currency": [None, "USD", "USD", "KRW", "THB"],
                "owner_id": ["M"] * 5,
            }
        ),
        "approvals": pa.table(
            {
                "approval_id": ["waits", "was approved", "unknown"],
                "account_id": ["A1", "A2", "A3"],
                "case_id": ["C"] * 3,
                "kind": ["goods"] * 3,
                "asked_on": days(january, january, february),
                "amount": money(10, 10, 10),
                "currency": ["USD", "USD", "JPY"],
                "state": ["asked", "approved", "asked"],
                "decided_on": days(None, february, None),
                "approved_amount": money(None, 10, None),
            }
        ),
        "exchange_rates": pa.table(
            {
                "currency": ["USD", "USD", "JPY"],
                "month": days(date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)),
                "rate": [0.5, 0.8, 0.01],
            }
        ),
    }
    found = seen(Ledger.from_tables(**tables, reporting_currency="EUR")).incentives
    assert found.spent == pytest.approx({"rebate": 100 + 200 * 0.5 + 200 * 0.8, "goods": 5 + 8})
    # Of what counts this year alone: the rate of March says nothing of February.
    assert found.unrated == ("JPY", "KRW")


def test_steps_wait_from_the_first_one_that_gives():
    plays = catalogue()
    waiting = {name: len(waiting_steps(play)) for name, play in plays.items() if play.asks}
    assert waiting == {"rebate_return": 3, "contest": 3, "terms": 1, "price_review": 1, "trial": 2}
    unmarked = replace(
        plays["terms"], steps=tuple(replace(s, gives=False) for s in plays["terms"].steps)
    )
    assert waiting_steps(unmarked) == unmarked.steps


def test_what_somebody_told_us_last_is_known_by_its_kind():
    book = Ledger.from_tables(
        notices=pa.table(
            {
                "account_id": ["A1", "A1", "A2"],
                "on": pa.array([MONDAY - timedelta(days=n) for n in (3, 9, -1)], pa.date32()),
                "kind": ["will_reduce", "will_leave", "dissatisfied"],
            }
        )
    )
    assert seen(book).notices == {0: "will_reduce"}  # the last is told tomorrow
