"""`mainstay import tryton://…`, as it is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mainstay.engine import systems
from mainstay.ledger.readers import tryton_rpc

Run = Callable[..., Any]
ADDRESS = "tryton://anna@127.0.0.1:9/erp"


def test_a_system_is_imported_by_itself(run: Run) -> None:
    for more in (["orders.csv"], ["--plan"]):
        failed = run("import", ADDRESS, *more)
        assert failed.returncode == 1
        assert "An ERP is imported by itself" in failed.stderr


def test_no_answer_is_one_sentence_without_the_password(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tryton_rpc, "WAIT_SECONDS", 0.0)
    failed = run("import", "tryton://anna:Geheim-77@127.0.0.1:9/erp")
    assert failed.returncode == 1
    assert "There is no answer from Tryton at http://127.0.0.1:9" in failed.stderr
    assert failed.stderr.count("\n") == 1
    assert "Geheim" not in failed.stderr + failed.stdout


def test_the_password_comes_from_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}

    def import_system(home: Any, address: str, **options: Any) -> list[Any]:
        given.update(options, address=address)
        return []

    monkeypatch.setattr(systems, "import_system", import_system)
    monkeypatch.setenv("MAINSTAY_ERP_PASSWORD", "Geheim-77")
    done = run("import", ADDRESS, "--whole")
    assert done.returncode == 0, done.stderr
    assert "Nothing has changed there since the last import." in done.stdout
    assert (given["address"], given["secret"], given["whole"]) == (ADDRESS, "Geheim-77", True)
