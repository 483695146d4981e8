"""An SQLite database of the desk with rows in every table, links and all, whatever the models are."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any

ROWS = (1, 2, 3)
BY_ITSELF = ("django_migrations", "django_content_type", "auth_permission")


def fill(file: Path) -> dict[str, int]:
    """Write ROWS into each table that migrations leave empty; gives how many rows each table has."""
    with sqlite3.connect(file) as connection:
        tables = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
        ]
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for table in tables:
            if table not in BY_ITSELF:
                _fill(connection, table)
        assert not connection.execute("PRAGMA foreign_key_check").fetchall()
        counted = {
            table: connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
            for table in tables
        }
    connection.close()
    return counted


def _fill(connection: sqlite3.Connection, table: str) -> None:
    links = {row[3] for row in connection.execute(f'PRAGMA foreign_key_list("{table}")')}
    columns = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
    (written,) = connection.execute(
        "SELECT sql FROM sqlite_master WHERE name = ?", [table]
    ).fetchone()
    json = set(re.findall(r'JSON_VALID\("(\w+)"\)', written))
    for k in ROWS:
        row = [
            k
            if name in links and "char" not in kind
            else _json(k)
            if name in json
            else _value(kind, k)
            for _, name, kind, *_ in columns
        ]
        connection.execute(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(row))})', row)


def _json(k: int) -> str:
    return f'{{"k": {k}, "share": 0.{k}, "of": ["大客戶", null, true], "much": 1e{k}}}'


def _value(kind: str, k: int) -> Any:
    kind = kind.lower()
    if length := re.search(r"char\((\d+)\)", kind):
        return {32: f"{k:032x}", 39: f"10.0.0.{k}"}.get(int(length[1]), f"{k}문")
    if "char" in kind or kind == "text":
        return f"{k} 大客戶\n\t“\\”, 流失 \U0001f600"
    for words, value in _VALUES.items():
        if words in kind:
            return value.format(k=k) if isinstance(value, str) else value * k
    return k


_VALUES: dict[str, Any] = {
    "datetime": "2026-0{k}-03 04:05:06.00000{k}",
    "date": "2026-0{k}-03",
    "time": "0{k}:02:03.5",
    "decimal": 1.25,
    "real": 0.1,
    "bool": 0,
    "blob": b"\x00\xff",
}
