"""The documentation holds what there is, and its example runs."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from typer.main import get_command

from mainstay.causes.catalogue import catalogue
from mainstay.causes.families import CAUSE_NAMES
from mainstay.core.settings import Settings
from mainstay.defection import estimators
from mainstay.engine import STATES
from mainstay.ledger.schema import TABLES

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
SIGNALS = (ROOT / "docs" / "signals.md").read_text(encoding="utf-8")
MEASURES = (ROOT / "docs" / "measures.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_every_setting_is_documented_with_its_default(name):
    (line,) = [row for row in SETTINGS.splitlines() if row.startswith(f"| `{name}` |")]
    default = getattr(Settings(), name)
    shown = line.split("|")[2].strip().strip("`")
    if isinstance(default, str):
        assert shown == (default or "empty")
    else:
        assert float(shown) == default


def environment_variables() -> set[str]:
    found = set()
    for file in (ROOT / "src").rglob("*.py"):
        found |= set(
            re.findall(r"\"(MAINSTAY_[A-Z_]+|DATABASE_URL)\"", file.read_text(encoding="utf-8"))
        )
    # Set by `mainstay serve` for its own children.
    return found - {"MAINSTAY_PARENT"}


def test_every_environment_variable_is_documented():
    variables = environment_variables()
    assert len(variables) >= 5
    assert {name for name in variables if f"`{name}`" not in SETTINGS} == set()


def test_every_command_and_option_that_users_need_is_documented():
    from mainstay.cli.app import app

    names = set(get_command(app).commands)  # type: ignore[attr-defined]
    assert {name for name in names if f"`mainstay {name}" not in GUIDE} == set()


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_documented(table):
    assert f"`{table}`" in GUIDE


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_table_is_documented_with_its_columns(table):
    (line,) = [row for row in GUIDE.splitlines() if row.startswith(f"| `{table.name}` | ")]
    cells = line.split("|")[2]
    assert re.findall(r"`(\w+)`", cells) == [column.name for column in table.columns]
    assert tuple(re.findall(r"\*\*`(\w+)`\*\*", cells)) == table.required
    both = " and ".join(f"`{name}`" for name in table.one_of)
    assert not both or f"one of {both} is" in GUIDE


@pytest.mark.parametrize("column", [c for t in TABLES.values() for c in t.columns if c.choices])
def test_every_value_that_a_column_can_have_is_documented(column):
    assert ", ".join(f"`{choice}`" for choice in column.choices) in GUIDE


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_documented(state):
    assert f"**{state.replace('_', ' ')}**" in MEASURES


def test_every_estimator_is_documented():
    names = set(estimators.__all__) - {"all_estimators"}
    assert {name for name in names if f"`{name}`" not in MEASURES} == set()


@pytest.mark.parametrize("signal", catalogue().values(), ids=catalogue())
def test_every_signal_is_documented(signal):
    (line,) = [row for row in SIGNALS.splitlines() if row.startswith(f"| `{signal.name}` |")]
    sees, strength, direction, role, rule, causes = (c.strip() for c in line.split("|")[2:8])
    assert sees
    assert strength
    assert (direction, role, rule) == (signal.direction, signal.role, signal.rule)
    links = [*signal.links, *(link for some in signal.by_data.values() for link in some)]
    told = set(CAUSE_NAMES) if causes == "every cause" else set(re.findall(r"`([\w.]+)`", causes))
    assert told == {link.cause for link in links}


def test_no_signal_is_documented_that_is_not_there():
    assert set(re.findall(r"^\| `(\w+)` \|", SIGNALS, re.MULTILINE)) == set(catalogue())


def test_links_between_the_pages_lead_somewhere():
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    broken = []
    for page in pages:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                broken.append(f"{page.name}: {target}")
    assert broken == []


def test_the_readmes_example_runs(tmp_path, monkeypatch):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    sample = ROOT / "tests" / "data" / "online_retail_ii_slice.parquet"
    (tmp_path / "orders.parquet").write_bytes(sample.read_bytes())
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    exec(compile(example.replace("2011, 9, 9", "2011, 12, 10"), "README.md", "exec"), names)
    assert names["result"].accounts.num_rows > 0


def test_no_page_holds_two_versions_of_itself() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    assert len(pages) > 10
    marks = ("<" * 7 + " ", "=" * 7 + "\n", ">" * 7 + " ")
    assert [p.name for p in pages if any(mark in p.read_text("utf-8") for mark in marks)] == []
