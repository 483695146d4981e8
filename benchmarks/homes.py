"""A home folder at size: the order lines of make_lines.py, with names, regions and managers, assessed."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from features import make_store
from mainstay.core.home import Home
from mainstay.engine import ImportOptions, open_ledger, run_import
from make_lines import Size

MANAGERS, LEADERS = 40, 4  # those who lead look after accounts too
FIRST = (
    "Harbour",
    "North",
    "Lin",
    "大同",
    "华东",
    "한빛",
    "Müller",
    "Northwind",
    "Sakura",
    "Grand",
)
SECOND = (
    "Hardware",
    "Tools",
    "五金行",
    "机电有限公司",
    "산업 주식회사",
    "Bakery",
    "Trading",
    "Parts",
)
SEGMENTS = ("Dealer", "Distributor", "Chain", "Factory", "Shop", "Public")
REGIONS = ("North", "South", "East", "West", "Centre", "Islands", "Overseas")
COUNTRIES = ("TW", "CN", "KR", "DE", "GB")


def make_home(folder: Path, size: Size) -> Home:
    """The home folder, made as far as it is not there yet."""
    home = Home(folder).prepare()
    if not (home.store / "order_lines").exists():
        make_store(home.store, size)
    ledger = open_ledger(home)
    for name, table in _facts(size).items():
        if not ledger.table(name).num_rows:
            with tempfile.TemporaryDirectory() as place:
                file = Path(place, f"{name}.parquet")
                pq.write_table(table, file)
                run_import(home, [file], ImportOptions(table=name, assume_recorded=True))
    return home


def _facts(size: Size) -> dict[str, pa.Table]:
    """Master data of the accounts and who looks after them."""
    rng = np.random.default_rng(size.seed)
    n = size.accounts
    ids = [f"A{i:06}" for i in range(n)]

    def some(words: tuple[str, ...]) -> list[str]:
        return [words[i] for i in rng.integers(0, len(words), n)]

    names = [
        f"{a} {b} {i % 9973}"
        for i, (a, b) in enumerate(zip(some(FIRST), some(SECOND), strict=True))
    ]
    accounts = pa.table(
        {
            "account_id": ids,
            "name": names,
            "segment": some(SEGMENTS),
            "region": some(REGIONS),
            "country": some(COUNTRIES),
        }
    )
    managers = [f"S{i:02}" for i in rng.integers(0, MANAGERS, n)]
    assignments = pa.table(
        {
            "account_id": ids,
            "staff_id": managers,
            "role": ["manager"] * n,
            "from": ["2021-01-01"] * n,
        }
    )
    return {"accounts": accounts, "assignments": assignments, "staff": staff_table()}


def staff_table() -> pa.Table:
    """Who looks after accounts; the first of them lead the others."""
    codes = [f"S{i:02}" for i in range(MANAGERS)]
    leads = np.arange(MANAGERS) < LEADERS
    return pa.table(
        {
            "staff_id": codes,
            "name": [f"Name {code}" for code in codes],
            "role": ["director" if one else "manager" for one in leads],
            "reports_to": [None if i < LEADERS else codes[i % LEADERS] for i in range(MANAGERS)],
        }
    )
