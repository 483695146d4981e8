"""Homes that earlier versions wrote: today's opens them, brings them up to date, shows and assesses them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from kept_homes import ALL, HOMES, command, unpack

from mainstay.ledger.ledger import Ledger

# Lines, accounts and net sales of the files that all of them were made from.
LINES, ACCOUNTS, NET = 2328, 24, "1706313.10"
SHOW = """
from mainstay.desk import serve
serve.prepare()
from django.test import Client
from mainstay.desk.access.models import User
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
client = Client()
user = User.objects.filter(role="administrator").first()
user.role, user.must_change_password = "director", False
user.save()
client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
page = client.get("/accounts/")
print(page.status_code, page.content.decode().count("Northern Tools"))
"""


@pytest.mark.parametrize("name", ALL)
def test_a_home_of_an_earlier_version_opens_and_is_shown(
    name: str, tmp_path: Path, python_environment: dict[str, str]
) -> None:
    home = unpack(name, tmp_path / "home")
    ledger = Ledger.open(home.store)
    assert ledger.n_lines == LINES
    lines = ledger.order_lines(None, columns=["account_id", "amount"])
    assert len(set(lines["account_id"].to_pylist())) == ACCOUNTS
    assert sum(lines["amount"].to_pylist()) == Decimal(NET)
    shown = subprocess.run(
        [sys.executable, "-c", SHOW],
        env={**python_environment, "MAINSTAY_HOME": str(home.folder), "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr[-2000:]
    status, n_shown = shown.stdout.split()[-2:]
    assert (status, int(n_shown) > 0) == ("200", True)


def test_the_oldest_is_assessed_anew(tmp_path: Path) -> None:
    home = unpack(ALL[0], tmp_path / "home")
    out, said = command(home.folder, "assess", "--json").communicate()
    assert json.loads(out), said


def test_there_are_kept_homes_and_they_are_small() -> None:
    assert len(ALL) >= 2
    assert all(os.stat(HOMES / f"{name}.tar.gz").st_size < 300_000 for name in ALL)
