"""The licences of what Mainstay runs with, as docs/licences.md has them: `make licences` writes it.

Told of what a plain installation brings along, and of what each extra for users adds.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "licences.md"
NOT_FOR_USERS = {"dev"}
# Extras that `dev` does not install, so that nothing here can be asked; read off their own pages.
ELSEWHERE = {
    "mariadb": {"pymysql": ("MIT License", "Pure Python MySQL driver")},
    "mssql": {"pymssql": ("LGPL-2.1", "DB-API interface to Microsoft SQL Server for Python")},
}
HEAD = """# Licences

Mainstay is under the [Apache License 2.0](../LICENSE). It runs with the libraries below, each under its own licence; the texts lie in the installed packages. Written by `make licences` from what is installed, which stops at a licence that does not go with ours. Libraries under the LGPL are used as they come and can be replaced.

The data of the demo: Chen, D. (2012), Online Retail II, UCI Machine Learning Repository, CC BY 4.0.
"""
# What may be used together with Apache 2.0. The GPL may not, unless another licence can be chosen.
FITTING = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software|MPL|Mozilla|LGPL|Artistic|Zope|Unlicense|CC0|Eclipse",
    re.IGNORECASE,
)


def parts() -> dict[str, list[str]]:
    """Requirements of Mainstay itself (key "") and of each extra that users install."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    return {"": project["dependencies"]} | {
        name: asked for name, asked in extras.items() if name not in NOT_FOR_USERS
    }


def closure(asked: list[str]) -> dict[str, Distribution]:
    """Everything installed that these requirements bring along, by canonical name.

    Raises: PackageNotFoundError where one of `asked` is not installed
    """
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(Requirement(line), True) for line in asked]
    while waiting:
        requirement, direct = waiting.pop()
        name = canonicalize_name(requirement.name)
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:  # of another system or Python
            if direct:
                raise
            continue
        for extra in ("", *requirement.extras):
            if (name, extra) not in seen:
                seen.add((name, extra))
                waiting += [(one, False) for one in _below(found[name], extra)]
    return found


def _below(installed: Distribution, extra: str) -> list[Requirement]:
    lines = [Requirement(line) for line in installed.requires or []]
    return [one for one in lines if not one.marker or one.marker.evaluate({"extra": extra})]


def licences() -> dict[str, str]:
    """The licence of each installed package, by canonical name, as pip-licenses reads it."""
    command = [sys.executable, "-m", "piplicenses", "--from=mixed", "--format=json"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {canonicalize_name(one["Name"]): one["License"] for one in json.loads(told)}


def rows() -> dict[str, dict[str, tuple[str, str]]]:
    """By part of `parts`, what it adds: name to (licence, what it is)."""
    known = licences()
    told: dict[str, dict[str, tuple[str, str]]] = {}
    before: set[str] = set()
    for part, asked in parts().items():
        if part in ELSEWHERE:
            told[part] = ELSEWHERE[part]
            continue
        found = closure(asked)
        told[part] = {
            name: (known.get(name, "UNKNOWN"), found[name].metadata.get("Summary") or "")
            for name in sorted(set(found) - before)
        }
        before |= set(found) if not part else set()
    return told


def unfitting(told: dict[str, dict[str, tuple[str, str]]]) -> list[str]:
    """What must not be used: packages whose licence does not go with ours, or is not known."""
    return [
        f"{name}: {licence}"
        for some in told.values()
        for name, (licence, _) in some.items()
        if not FITTING.search(licence)
    ]


def page() -> str:
    """The page as it has to be.

    Raises: SystemExit naming what does not fit
    """
    told = rows()
    if wrong := unfitting(told):
        raise SystemExit("These licences do not go with ours: " + "; ".join(wrong))
    text = [HEAD]
    for part, some in told.items():
        title = f"With `mainstay[{part}]` also" if part else "Always"
        lines = [f"| {n} | {licence} | {_short(what)} |" for n, (licence, what) in some.items()]
        text.append(
            f"## {title}\n| library | licence | what it is |\n|---|---|---|\n"
            + "\n".join(lines)
            + "\n"
        )
    return "\n".join(text)


def _short(what: str) -> str:
    return " ".join(what.split()).replace("|", "\\|").rstrip(".")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
