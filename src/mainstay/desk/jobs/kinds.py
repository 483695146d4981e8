"""The kinds of work and their steps: each step calls the engine and returns what the next ones need.

A step that was finished is never run again. One that was interrupted is, so each must be safe to repeat:
imports and assessments carry ids that were chosen in a step of their own, before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from mainstay.core.home import Home


def _silent(done: float, total: float) -> None:
    pass


@dataclass(frozen=True)
class Run:
    """What a step gets.

    results: of the steps before, by their codes
    progress: to be told (done, total) now and then; it ends the step when the work was called off
    """

    home: Home
    arguments: Mapping[str, Any]
    results: Mapping[str, Any] = field(default_factory=dict)
    progress: Callable[[float, float], None] = _silent


Step = Callable[[Run], Any]


def new_import_id(run: Run) -> str:
    from mainstay import engine

    return engine.new_import_id()


def load(run: Run) -> Any:
    from mainstay import engine

    return engine.run_import(
        run.home,
        [Path(file) for file in run.arguments["files"]],
        run.arguments.get("options", {}),
        import_id=run.results["import_id"],
        progress=run.progress,
    )


def undo(run: Run) -> Any:
    from mainstay import engine

    return engine.run_undo(run.home, run.arguments["import_id"])


def assess(run: Run) -> Any:
    """Assess and keep the frozen assessment; gives its id."""
    from mainstay import engine

    as_of = run.arguments.get("as_of")
    result = engine.assess_home(
        run.home,
        as_of=date.fromisoformat(as_of) if as_of else None,
        horizon_weeks=run.arguments.get("horizon_weeks"),
        progress=run.progress,
    )
    return result.id


def publish(run: Run) -> Any:
    from mainstay import engine
    from mainstay.desk.accounts.services import publish as to_the_pages

    assessment = engine.load_assessment(run.home.store, run.results["assess"])
    return to_the_pages(assessment, run.progress).id


KINDS: dict[str, dict[str, Step]] = {
    "import": {"import_id": new_import_id, "load": load, "assess": assess, "publish": publish},
    "undo": {"undo": undo, "assess": assess, "publish": publish},
    "assess": {"assess": assess, "publish": publish},
}
