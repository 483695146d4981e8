"""`mainstay user`: people from the command line."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

MAIN = "from mainstay.cli.main import main; main()"


@pytest.fixture
def mainstay_user(
    tmp_path: Path, python: str, python_environment: dict[str, str]
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`mainstay user …` in a process of its own: Django is set up once, for one home."""

    def run(*words: str, exit: int = 0, columns: int = 200) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [python, "-c", MAIN, "user", *words],
            env={
                **python_environment,
                "MAINSTAY_HOME": str(tmp_path / "home"),
                "COLUMNS": str(columns),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == exit, done.stderr
        return done

    return run


def test_a_staff_code_that_is_not_known_is_warned_of(
    run: Any, tmp_path: Path, mainstay_user: Any
) -> None:
    (tmp_path / "staff.csv").write_text("staff_id,name\nS1,Ann\n")
    assert run("import", tmp_path / "staff.csv", "--table", "staff").returncode == 0

    def add(name: str, staff: str) -> tuple[Any, str]:
        done = mainstay_user("add", name, "--role", "manager", "--staff", staff, "--json")
        return json.loads(done.stdout), done.stderr

    told, aside = add("ann", "S1")
    assert (told["warnings"], aside) == ([], "")
    told, aside = add("bob", "S9")
    assert told["name"] == "bob"
    (warning,) = told["warnings"]
    assert "“S9” is in none of the tables staff and assignments" in warning
    assert aside == warning + "\n"
    (warning,) = add("eve", "")[0]["warnings"]
    assert "without a staff code sees no accounts" in warning


def test_people_are_added_changed_listed_and_switched(mainstay_user: Any) -> None:
    mainstay_user("add", "Dora", "--role", "director", "--name", "Dora\x1b[31m Lin")
    mainstay_user("change", "dora", "--role", "finance", "--email", "D@Harbour.example")
    (dora,) = json.loads(mainstay_user("list", "--json").stdout)
    assert (dora["name"], dora["role"], dora["email"]) == ("dora", "finance", "d@harbour.example")
    assert dora["person"] == "Dora\x1b[31m Lin"  # what was not named stays
    assert (dora["may_sign_in"], dora["second_factor"]) == (True, False)
    assert "can't sign in any more" in mainstay_user("switch", "dora", "--off").stdout
    listed = mainstay_user("list").stdout
    assert "switched off" in listed
    assert "\x1b[31m" not in listed
    assert "can sign in." in mainstay_user("switch", "dora", "--on").stdout
    told = mainstay_user("password", "dora", "--forget-second-factor", "--json").stdout
    assert json.loads(told)["name"] == "dora"


def test_what_can_not_be_is_said_in_a_sentence(mainstay_user: Any) -> None:
    mainstay_user("add", "ada", "--role", "administrator")
    for words, sentence in (
        (("change", "ada"), "Nothing to change"),
        (("change", "ada", "--role", "boss"), "There is no role “boss”; the roles are director,"),
        (("change", "ada", "--role", "analyst"), "This is the last administrator"),
        (("change", "bob", "--role", "analyst"), "There is no user “bob”."),
        (("add", "bob", "--role", "analyst", "--email", "bob"), "“bob” is no e-mail address"),
        (("switch", "ada", "--off"), "This is the last administrator"),
    ):
        assert sentence in mainstay_user(*words, exit=1).stderr


def test_the_list_breaks_no_words_and_makes_no_folder(mainstay_user: Any, tmp_path: Path) -> None:
    refused = mainstay_user("list", exit=1)
    assert "nobody can sign in yet" in refused.stderr
    assert not (tmp_path / "home").exists()
    mainstay_user("add", "ada", "--role", "administrator", "--name", "Ada Augusta Mason-Lovelace")
    mainstay_user("add", "minsu", "--role", "manager", "--email", "minsu.kim@harbour.example")
    told = mainstay_user("list", columns=80).stdout
    for word in ("administrator", "Mason-Lovelace", "minsu.kim@harbour.example"):
        assert word in told, word
    assert "Second" not in told  # nobody has one
