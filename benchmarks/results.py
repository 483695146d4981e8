"""What was measured, kept as JSON under `results/`, and written into docs/benchmarks.md as tables.

A result is one run of one benchmark on one machine: when, where, of what commit, and its tables, each with
a name of its own. In the page a table stands between `<!-- table: NAME -->` and `<!-- end -->`; what is
between them is made of the results, all else is written by hand.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FOLDER = HERE / "results"
PAGE = HERE.parent / "docs" / "benchmarks.md"
NOT_MEASURED = "*Not measured yet.*"
PLACE = re.compile(r"<!-- table: (?P<name>[\w-]+) -->\n(?P<between>.*?)<!-- end -->", re.DOTALL)


@dataclass
class Table:
    """Rows as the page shows them; numbers stay numbers until then."""

    head: list[str]
    rows: list[list[Any]]


@dataclass
class Result:
    """One run of one benchmark.

    tables: by the names that the page calls them
    raw: what each run gave, so that other figures can be made of it later
    """

    name: str
    command: str
    tables: dict[str, Table]
    raw: Any
    versions: dict[str, str]
    measured: str = field(default_factory=lambda: f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
    commit: str = field(default_factory=lambda: commit())
    machine: dict[str, Any] = field(default_factory=lambda: machine())

    def save(self) -> Path:
        FOLDER.mkdir(exist_ok=True)
        file = FOLDER / f"{self.name}.json"
        file.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n")
        return file

    @classmethod
    def load(cls, file: Path) -> Result:
        told = json.loads(file.read_text())
        tables = {name: Table(**table) for name, table in told.pop("tables").items()}
        return cls(**told, tables=tables)

    def text(self, table: str) -> str:
        """A table with where it comes from, in Markdown."""
        of, on = self.tables[table], self.machine
        lines = [of.head, ["---", *["---:"] * (len(of.head) - 1)], *of.rows]
        versions = {"Python": on["python"], **self.versions}
        where = (
            f"`{self.command}`, {self.measured}, commit {self.commit}; {on['processor']}, {on['cores']} cores, "
            f"{on['memory_gb']} GB, load {on['load']}; "
            f"{', '.join(' '.join(one) for one in versions.items())}."
        )
        return "\n".join([where, "", *("| " + " | ".join(map(shown, row)) + " |" for row in lines)])


def shown(cell: Any) -> str:
    """A cell as the page shows it: three digits that count, thousands with a comma."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "**no**"
    if isinstance(cell, int) or (isinstance(cell, float) and abs(cell) >= 1000):
        return f"{cell:,.0f}"
    if isinstance(cell, float):
        text = f"{cell:.3g}"
        return text if "e" not in text else f"{cell:.6f}".rstrip("0")
    return str(cell)


def machine() -> dict[str, Any]:
    """What it ran on, and how busy that was."""
    told = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    name = re.search(r"^model name\s*:\s*(.*)$", told, re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": name[1] if name else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory),
        "load": round(os.getloadavg()[1], 1),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
    }


def commit() -> str:
    """The commit's short name, with a + where the code beside it was changed."""

    def git(*words: str) -> str:
        command = ["git", "-C", str(HERE), *words]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()

    changed = git("status", "--porcelain", "--", "../src", "*.py", "peers")
    return (git("rev-parse", "--short", "HEAD") or "unknown") + "+" * bool(changed)


def all_results() -> list[Result]:
    return [Result.load(file) for file in sorted(FOLDER.glob("*.json"))]


def with_tables(page: str, results: list[Result]) -> str:
    """The page with every table as the results tell it; what no result holds is said not to be measured."""
    holders = {name: result for result in results for name in result.tables}

    def fill(place: re.Match[str]) -> str:
        name = place["name"]
        text = holders[name].text(name) if name in holders else NOT_MEASURED
        return f"<!-- table: {name} -->\n{text}\n<!-- end -->"

    return PLACE.sub(fill, page)


def write_page() -> None:
    PAGE.write_text(with_tables(PAGE.read_text(), all_results()))
