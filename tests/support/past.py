"""A replay of the named cast whose figures are known: who was warned of, who left, who was missed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

FIRST = date(2025, 6, 30)
DATES = [FIRST + timedelta(weeks=4 * step) for step in range(6)]
LAST = DATES[-1]

# date, id, name, manager, state, money at risk, p, outcome, right, weeks early, lost
WARNINGS = [
    (0, "A100", "Harbour Hardware Ltd", "S1", "late", 90e3, 0.9, "complete", True, 8.0, 45e3),
    (1, "A102", "华东机电有限公司", "S2", "late", 50e3, 0.8, "complete", True, 2.0, 20e3),
    (1, "A103", "한빛산업 주식회사", "S2", "late", 40e3, 0.6, "kept", False, None, 0.0),
    (2, "A101", "林氏五金行", "S1", "slipping", 30e3, 0.2, "kept", None, None, 0.0),
    (3, "X1", 'Gone <b>"Corner"</b>', "S1", "late", 1e3, 0.7, "complete", True, 4.0, 1e3),
]
# date, id, name, manager, last order days before, named on (date's place), missed, lost
LEFT = [
    (0, "A100", "Harbour Hardware Ltd", "S1", 5, 0, False, 45e3),
    (0, "A102", "华东机电有限公司", "S2", 9, 1, False, 20e3),
    (1, "B/108 ?&#", "大同貿易股份有限公司", "S2", 3, None, True, 12e3),
]
# date, id, category, name, manager, state, money at risk, p, outcome, right, weeks early, lost
CATEGORY_WARNINGS = [
    (1, "A101", "Paint", "林氏五金行", "S1", "slipping", 8e3, 0.8, "complete", True, 3.0, 2e3),
    (
        2,
        "A103",
        "Tools & <i>more",
        "한빛산업 주식회사",
        "S2",
        "dropped",
        4e3,
        0.7,
        None,
        None,
        None,
        0.0,
    ),
    (3, "A103", "Paint", "한빛산업 주식회사", "S2", "slipping", 2e3, 0.6, "kept", False, 5.0, 0.0),
]
# date, id, category, name, manager, last order days before, missed, lost
CATEGORY_LEFT = [(1, "A103", "Fixings", "한빛산업 주식회사", "S2", 4, True, 700.0)]


def keep(store: Path, identity: str = "20260301-000000-past") -> Any:
    """Freeze it as the newest replay of a store."""
    from mainstay.engine.replay_tables import (
        ASSUMED,
        CURVE,
        DIFFERENCES,
        JUDGED,
        PUT_OFF,
        SCORES,
        Replay,
    )
    from mainstay.engine.replay_tables import (
        CATEGORY_LEFT as CATEGORY_LEFT_SCHEMA,
    )
    from mainstay.engine.replay_tables import (
        CATEGORY_WARNINGS as CATEGORY_WARNING_SCHEMA,
    )
    from mainstay.engine.replay_tables import (
        LEFT as LEFT_SCHEMA,
    )
    from mainstay.engine.replay_tables import (
        WARNINGS as WARNING_SCHEMA,
    )
    from mainstay.ledger.frozen import FrozenFolder

    warnings = [
        {
            "as_of": DATES[on], "account_id": id_, "name": name, "manager_id": manager,
            "state": state, "since": DATES[on] - timedelta(days=4), "money_at_risk": money,
            "p_complete": p, "outcome": outcome, "right": right, "lead_weeks": lead, "lost": lost,
        }
        for on, id_, name, manager, state, money, p, outcome, right, lead, lost in WARNINGS
    ]  # fmt: skip
    left = [
        {
            "as_of": DATES[on], "account_id": id_, "name": name, "manager_id": manager,
            "state": "steady", "last_order_on": DATES[on] - timedelta(days=silent),
            "named_on": None if named is None else DATES[named],
            "report_on": DATES[on] + timedelta(weeks=8),
            "lead_weeks": None if named is None else 8.0 - 4 * (named - on),
            "history": [100.0 * (i % 5) for i in range(26)], "missed": missed, "lost": lost,
        }
        for on, id_, name, manager, silent, named, missed, lost in LEFT
    ]  # fmt: skip
    category_warnings = [
        {
            "as_of": DATES[on], "account_id": id_, "category": category, "name": name,
            "manager_id": manager, "state": state, "since": DATES[on], "money_at_risk": money,
            "p_defection": p, "outcome": outcome, "right": right, "lead_weeks": lead, "lost": lost,
        }
        for on, id_, category, name, manager, state, money, p, outcome, right, lead, lost
        in CATEGORY_WARNINGS
    ]  # fmt: skip
    category_left = [
        {
            "as_of": DATES[on], "account_id": id_, "category": category, "name": name,
            "manager_id": manager, "state": "kept",
            "last_order_on": DATES[on] - timedelta(days=silent),
            "history": [10.0 * (i % 3) for i in range(26)], "missed": missed, "lost": lost,
        }
        for on, id_, category, name, manager, silent, missed, lost in CATEGORY_LEFT
    ]  # fmt: skip
    partial_left = [left[0] | {"account_id": "A104", "name": "Less & Less", "missed": True}]
    judged = [
        {
            "outcome": "complete", "as_of": on, "account_id": f"A10{i}", "manager_id": f"S{1 + i % 2}",
            "p": (i + 0.5) / 10, "happened": i % 10 > 5, "money": 1e4, "lost": 0.0, "report_weeks": None,
        }
        for on in DATES
        for i in range(10)
    ]  # fmt: skip
    judged += [
        {
            "outcome": outcome, "as_of": on, "account_id": f"A10{i}", "manager_id": f"S{1 + i % 2}",
            "p": i / 20, "happened": i == 7, "money": 1e3, "lost": 0.0,
            "category": "Paint" if outcome == "category" else None,
        }
        for outcome in ("partial", "category")
        for on in DATES
        for i in range(8)
    ]  # fmt: skip
    scores = [
        {
            "outcome": "complete", "as_of": on, "method": method, "n": 10, "happened": 4, "auc": auc,
            "average_precision": 0.7, "lift": 2.0, "money_flagged": 0.6, "false_alarms": 1.0,
        }
        for on in (*DATES, None)
        for method, auc in (("mainstay", 0.81), ("recency", 0.7))
    ]  # fmt: skip
    scores += [
        {
            "outcome": outcome, "as_of": None, "method": method, "n": 48, "happened": 6, "auc": auc,
            "average_precision": 0.3, "money_flagged": 0.5, "calibration_error": error,
            "calibration_floor": floor,
        }
        for outcome in ("partial", "category")
        for method, auc, error, floor in (("mainstay", 0.77, 0.02, 0.01), ("recency", 0.6, None, None))
    ]  # fmt: skip
    gain = {"outcome": "complete", "measure": "auc", "method": "recency", "best": True}
    curve = {"n": 30, "low": 0.1, "high": 0.4}
    tables = {
        "scores": (scores, SCORES),
        "curve": (
            [
                {**curve, "outcome": outcome, "bin": i, "predicted": i / 4, "observed": i / 5}
                for outcome in ("complete", "partial") for i in (1, 2, 3)
            ],
            CURVE,
        ),
        "differences": ([{**gain, "as_of": None, "gain": 0.11, "low": 0.05, "high": 0.17}], DIFFERENCES),
        "judged": (judged, JUDGED),
        "warnings": (warnings, WARNING_SCHEMA),
        "left": (left, LEFT_SCHEMA),
        "partial_left": (partial_left, LEFT_SCHEMA),
        "category_warnings": (category_warnings, CATEGORY_WARNING_SCHEMA),
        "category_left": (category_left, CATEGORY_LEFT_SCHEMA),
    }  # fmt: skip
    assumed = [
        {
            "outcome": "complete", "assumed": used, "judged": 60, "happened": 24, "auc": auc,
            "average_precision": 0.7, "money_flagged": 0.6, "warnings": warnings, "right": 3, "wrong": 1,
        }
        for used, auc, warnings in ((False, 0.79, 4), (True, 0.81, 5))
    ]  # fmt: skip
    tables["assumed"] = (assumed, ASSUMED)
    off = {"as_of": DATES[0], "put_off_on": DATES[0], "until": DATES[1], "treated": False}
    put_off = [
        {
            **off,
            "account_id": "A100",
            "manager_id": "S1",
            "kind": "dismiss",
            "fell": True,
            "outcome": "complete",
            "lost": 21e3,
        },
        {
            **off,
            "account_id": "A101",
            "manager_id": "S1",
            "kind": "dismiss",
            "fell": False,
            "outcome": "kept",
            "lost": 0.0,
        },
        {
            **off,
            "account_id": "A102",
            "manager_id": "S2",
            "kind": "snooze",
            "fell": None,
            "lost": 0.0,
        },
    ]
    tables["put_off"] = (put_off, PUT_OFF)
    meta = {
        "as_of": [str(on) for on in DATES], "horizon_weeks": 8, "outcomes": ["complete", "partial", "category"],
        "methods": ["mainstay", "recency"], "currency": "EUR", "alerts_per_month": 10,
        "managers": 2, "intervals": {"n": 50, "covered": 0.78}, "intervals_horizon": {"n": 60, "covered": 0.81}, "desks": 2.0, "months": 5.0, "assumed": {"notices": 3},
    }  # fmt: skip
    made = {
        name: pa.Table.from_pylist(rows, schema=schema) for name, (rows, schema) in tables.items()
    }
    return Replay(**made, meta=meta).save(FrozenFolder(store / "replays"), identity)
