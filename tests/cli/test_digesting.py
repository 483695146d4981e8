"""`mainstay digest`: what is due is sent, or shown."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

MAIN = "from mainstay.cli.main import main; main()"
POPULATE = (
    "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'mainstay.desk.settings'; "
    "from mainstay.desk.serve import open_database; open_database(); "
    "import cast; cast.people(); cast.show(cast.assessment()); "
    "from mainstay.desk.digests.models import Post; "
    "Post.objects.create(pk=1, on={on}, public_url='https://desk.example.com')"
)


@pytest.fixture
def digest(tmp_path: Path, python: str, python_environment: dict[str, str]) -> Any:
    """`mainstay digest …` in a process of its own, for the cast."""
    environment = {**python_environment, "MAINSTAY_HOME": str(tmp_path / "home")}

    def run(*words: str, code: str = MAIN, exit: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [python, "-c", code, "digest", *words],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == exit, done.stderr
        return done

    return run


def test_what_somebody_would_get_is_shown_and_what_is_due_is_sent(digest: Any) -> None:
    digest(code=POPULATE.format(on=True))
    shown = digest("--show", "minsu").stdout
    assert "as of 2 Mar 2026" in shown
    assert "https://desk.example.com/week/" in shown
    assert json.loads(digest("--json").stdout) == {"sent": 0, "failed": 0, "waiting": 0}
    nobody = digest("--show", "strange", exit=1)
    assert "There is no user “strange”" in nobody.stderr


def test_without_an_address_it_is_refused_in_one_sentence(digest: Any) -> None:
    for words in ((), ("--json",)):
        refused = digest(*words, exit=1)
        assert "public address is not set" in refused.stderr
        assert "Traceback" not in refused.stderr
