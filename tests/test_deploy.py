"""What stands in deploy/ is what linters, systemd and Compose understand."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(*command: str | Path) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_dockerfile_has_no_faults(deploy_linters: Path) -> None:
    run(deploy_linters / "hadolint", "--failure-threshold", "style", "deploy/Dockerfile")


def test_the_compose_file_is_one(deploy_linters: Path) -> None:
    schema = ("--builtin-schema", "vendor.compose-spec")
    run(deploy_linters / "check-jsonschema", *schema, "deploy/compose.yaml")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    """With a program that is there: what it says of the unit counts, and not that none is installed."""
    unit = (ROOT / "deploy" / "mainstay.service").read_text()
    installed = unit.replace("/opt/mainstay/bin/mainstay", "/bin/true")
    (tmp_path / "mainstay.service").write_text(installed)
    told = run("systemd-analyze", "verify", "--man=no", tmp_path / "mainstay.service")
    assert "mainstay.service" not in told


def test_each_variable_in_deploy_is_a_setting() -> None:
    documented = (ROOT / "docs" / "settings.md").read_text()
    for file in (ROOT / "deploy").iterdir():
        for name in re.findall(r"\b(MAINSTAY_[A-Z_]+|DATABASE_URL)\b", file.read_text()):
            # Where the host's folder lies is Compose's own.
            assert f"`{name}`" in documented or name == "MAINSTAY_SOURCES", (file.name, name)


def test_the_image_has_what_is_promised_and_the_package_what_is_named() -> None:
    known = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = re.search(r"'\.\[(.+)\]'", (ROOT / "deploy" / "Dockerfile").read_text())
    assert asked
    extras = set(asked[1].split(","))
    assert extras == {"forecast", "mariadb", "mssql", "assistants"}
    assert extras <= set(known["project"]["optional-dependencies"])
    named = known["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    assert {"deploy", "benchmarks", "constraints.txt"} <= set(named)
    assert all((ROOT / one).exists() for one in named)


def test_settings_of_containers_are_read_and_scratch_is_on_the_disk() -> None:
    compose = (ROOT / "deploy" / "compose.yaml").read_text()
    assert "- path: ./environment\n        required: false" in compose
    assert "- scratch:/tmp" in compose
    assert "tmpfs" not in compose
    kept_out = (ROOT / ".gitignore").read_text().splitlines()
    assert {".env", "deploy/environment"} <= set(kept_out)  # secrets
