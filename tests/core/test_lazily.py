"""What a package loads late, and the engine's door, which is one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from mainstay import engine
from mainstay.core.lazily import names_of


def test_a_name_is_loaded_when_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lazy_part.py").write_text("A = [1]\n")
    door = tmp_path / "lazy_door.py"
    door.write_text("if TYPE_CHECKING:\n    from lazy_part import A as B\n")
    monkeypatch.syspath_prepend(tmp_path)
    package = ModuleType("lazy_door")
    monkeypatch.setitem(sys.modules, "lazy_door", package)
    monkeypatch.delitem(sys.modules, "lazy_part", raising=False)
    load = names_of("lazy_door", str(door))
    assert "lazy_part" not in sys.modules
    assert load("B") == [1]
    assert vars(package)["B"] is load("B")
    with pytest.raises(AttributeError, match=r"lazy_door.*nowhere"):
        load("nowhere")


def test_every_name_of_the_engines_door_leads_somewhere() -> None:
    for name in engine.__all__:
        assert getattr(engine, name) is not None
    modules = {path.stem for path in Path(engine.__file__).parent.iterdir()}
    assert not modules & set(engine.__all__), "a module would stand in the place of the name"


def test_a_desk_that_starts_loads_no_statistics(
    tmp_path: Path, python_environment: dict[str, str]
) -> None:
    ask = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'mainstay.desk.settings'; "
        "import django; django.setup(); "
        "print(*{'scipy', 'numba', 'pandas', 'duckdb', 'deltalake'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", ask],
        env={**python_environment, "MAINSTAY_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == ""
