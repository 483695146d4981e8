"""Makes the files of this folder: two and a half years of a small tool wholesaler that never was.

`python docs/examples/make.py` writes them again, the same to the byte.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
BEGIN, WEEKS, ACCOUNTS = date(2024, 1, 1), 130, 36
TOWNS = ("Ashford", "Belmont", "Carlow", "Denholm", "Elgin", "Fenwick")
TRADES = ("Tools", "Hardware", "Fixings", "Supplies", "Trade Centre", "Builders")
CATEGORIES = {"Drills": 92.0, "Fixings": 7.5, "Saws": 61.0, "Safety": 18.0}
LAST_WEEKS = 30  # before the end, in which accounts 1 to 12 fall
STAFF = (
    ("S1", "Dora Lind", "sales director", ""),
    ("S2", "Kim Minsu", "key account manager", "S1"),
    ("S3", "Ann Berger", "key account manager", "S1"),
    ("S4", "Lin Yijun", "customer service", "S1"),
)


def share_left(n: int, week: int) -> float:
    """What an account still orders in a week: four stop, four buy a third, four drop drills only."""
    begun = WEEKS - LAST_WEEKS + n % 4
    if week < begun or n >= 8:
        return 1.0
    return 0.0 if n < 4 else 0.33


def order_lines() -> list[list[object]]:
    rng = np.random.default_rng(20240101)
    rows: list[list[object]] = []
    for n in range(ACCOUNTS):
        every = 1 + n % 4  # weeks from one order to the next
        size = float(rng.lognormal(1.1, 0.7))
        bought = [name for name in CATEGORIES if name == "Drills" or rng.random() < 0.7]
        for week in range(n % every, WEEKS, every):
            if rng.random() > 0.96 * share_left(n, week):
                continue
            day = BEGIN + timedelta(weeks=week, days=int(rng.integers(0, 5)))
            dropped = 8 <= n < 12 and week >= WEEKS - LAST_WEEKS
            for line, name in enumerate(bought, start=1):
                if dropped and name == "Drills":
                    continue
                quantity = max(1, round(size * float(rng.lognormal(0, 0.3))))
                amount = round(quantity * CATEGORIES[name], 2)
                order = f"{n + 1:02d}{week:03d}"
                rows.append([order, line, f"A{n + 1:02d}", day, name, quantity, f"{amount:.2f}"])
    return sorted(rows, key=lambda row: (str(row[3]), str(row[0]), str(row[1])))


def accounts() -> list[list[object]]:
    return [
        [f"A{n + 1:02d}", f"{TOWNS[n % 6]} {TRADES[n // 6]}", ("North", "South")[n % 2], "GB"]
        for n in range(ACCOUNTS)
    ]


def assignments() -> list[list[object]]:
    managers = [[f"A{n + 1:02d}", f"S{2 + n % 2}", "manager", BEGIN] for n in range(ACCOUNTS)]
    return managers + [[f"A{n + 1:02d}", "S4", "service", BEGIN] for n in range(ACCOUNTS)]


def write(name: str, head: str, rows: list[list[object]]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as out:
        sheet = csv.writer(out, lineterminator="\n")
        sheet.writerow(head.split(","))
        sheet.writerows(rows)


if __name__ == "__main__":
    write("orders.csv", "Order no,Line,Customer no,Date,Category,Quantity,Amount", order_lines())
    write("accounts.csv", "Customer no,Customer name,Region,Country", accounts())
    write("staff.csv", "Staff no,Name,Role,Reports to", [list(row) for row in STAFF])
    write("assignments.csv", "Customer no,Staff no,Role,From", assignments())
