"""`mainstay assistants`: who asks has to be said, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


def test_for_whom_is_said_once(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAINSTAY_TOKEN", raising=False)
    nobody = run("assistants", "stdio")
    monkeypatch.setenv("MAINSTAY_TOKEN", "mainstay_x")
    two = run("assistants", "stdio", "--as", "minsu")
    assert nobody.returncode == two.returncode == 1
    assert nobody.stderr == two.stderr
    assert nobody.stderr.startswith("Say for whom the assistant asks")
    assert "leave --write out" in run("assistants", "stdio", "--write").stderr
