"""The kinds of work and their steps: each step calls the engine and returns what the next ones need.

A step that was finished is never run again. One that was interrupted is, so each must be safe to repeat:
imports and assessments carry ids that were chosen in a step of their own, before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
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


def new_id(run: Run) -> str:
    from mainstay import engine

    return engine.new_id()


def load(run: Run) -> Any:
    """Import the files that the arguments name; gives the report, as it lies beside the import."""
    from mainstay import engine

    ledger = engine.open_ledger(run.home)
    import_id = run.results["import_id"]
    if all(one.import_id != import_id for one in ledger.imports()):
        ledger.import_files(
            run.arguments["files"],
            engine.import_options(run.arguments.get("options", {})),
            now=datetime.now(UTC),
            import_id=import_id,
            progress=run.progress,
        )
    return import_id


def undo(run: Run) -> Any:
    """Undo an import; one that is undone already stays so."""
    from mainstay import engine

    ledger = engine.open_ledger(run.home)
    import_id = run.arguments["import_id"]
    if any(one.import_id == import_id for one in ledger.imports()):
        ledger.undo(import_id)
    return import_id


def assess(run: Run) -> Any:
    """Assess and keep the frozen assessment; gives its id."""
    from mainstay import engine

    as_of = run.arguments.get("as_of")
    result = engine.assess_home(
        run.home,
        as_of=date.fromisoformat(as_of) if as_of else None,
        horizon_weeks=run.arguments.get("horizon_weeks"),
        progress=run.progress,
        identity=run.results["assessment_id"],
    )
    return result.id


def publish(run: Run) -> Any:
    from mainstay import engine
    from mainstay.desk.accounts.services import publish as to_the_pages

    assessment = engine.load_assessment(run.home.store, run.results["assess"])
    return to_the_pages(assessment, run.progress).id


def tidy(run: Run) -> Any:
    """Join small files of the store and clear away what nobody needs."""
    from mainstay import engine

    engine.open_ledger(run.home).tidy()


_ASSESS: dict[str, Step] = {"assessment_id": new_id, "assess": assess, "publish": publish}

KINDS: dict[str, dict[str, Step]] = {
    "import": {"import_id": new_id, "load": load, **_ASSESS},
    "undo": {"undo": undo, **_ASSESS},
    "assess": _ASSESS,
    "tidy": {"tidy": tidy},
}
