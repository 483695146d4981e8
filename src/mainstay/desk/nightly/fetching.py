"""What one set source has, imported: each file by itself, a database by its query or recipe.

What fails is said in the outcome and stops nobody else. Interrupted and begun again, what was loaded is
not loaded twice: files that are done stand in `SourceFile`, and the engine knows its imports again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.utils import timezone

from mainstay.core.errors import MainstayError, refused_by_machine
from mainstay.core.texts import Text, gettext_noop
from mainstay.desk.jobs.kinds import Run, import_options, load_files
from mainstay.desk.nightly import places, sealing
from mainstay.desk.nightly.models import Source, SourceFile

log = logging.getLogger(__name__)

SYSTEMS = ("tryton://", "tryton+http://", "tryton+https://")
NO_ROWS = "no_rows"  # `code` of ledger.refusals.NoRows
MOST_TOLD = 20  # failures that are kept of one source


@dataclass
class Outcome:
    """What came of one source in one run.

    rows_taken, rows_copies, rows_set_aside: of all its imports
    imports: their ids
    files, known: files that were loaded; that were loaded before and have not changed since
    failed: [{what, error}] of what could not be loaded: a file's name or nothing, and a text (core.texts)
    failures: how many, also beyond those that are kept
    """

    rows_taken: int = 0
    rows_copies: int = 0
    rows_set_aside: int = 0
    imports: list[str] = field(default_factory=list)
    files: int = 0
    known: int = 0
    failed: list[dict[str, Any]] = field(default_factory=list)
    failures: int = 0

    def add(self, report: dict[str, Any]) -> None:
        self.rows_taken += report["rows_taken"]
        self.rows_copies += report["rows_copies"]
        aside = report["rows_set_aside"]
        self.rows_set_aside += sum(aside.values()) if isinstance(aside, dict) else aside
        if report["import_id"]:
            self.imports.append(report["import_id"])

    def fail(self, what: str, error: Text) -> None:
        self.failures += 1
        if len(self.failed) < MOST_TOLD:
            self.failed.append({"what": what, "error": error.to_json()})


def fetch(run: Run) -> dict[str, Any]:
    """Import what the source has whose key is the step's part; gives its Outcome as JSON."""
    source = Source.objects.filter(pk=int(run.part)).first()
    if source is None:  # removed since the run was asked for
        return {}
    outcome = Outcome()
    if source.is_database:
        _told(outcome, "", lambda: _database(run, source, outcome))
    else:
        _told(outcome, "", lambda: _files(run, source, outcome))
    result = asdict(outcome)
    Source.objects.filter(pk=source.pk).update(seen_at=timezone.now(), result=result)
    return result


def _told(outcome: Outcome, what: str, work: Callable[[], None]) -> None:
    """Do it; what goes wrong is told in the outcome."""
    try:
        work()
    except Exception as error:  # one source's trouble must not stop the others
        known = error if isinstance(error, MainstayError) else refused_by_machine(error)
        if known is not None:
            if known.code != NO_ROWS:  # a night on which nothing came is no failure
                outcome.fail(what, known.text)
            return
        log.exception("a source could not be imported")
        text = gettext_noop("This should not have happened: {error}. The log has the details.")
        outcome.fail(what, Text(text, {"error": type(error).__name__}))


def _files(run: Run, source: Source, outcome: Outcome) -> None:
    known = {one.path: one for one in source.files.all()}
    found = places.files(source.address)
    for n, path in enumerate(found):
        run.progress(n, len(found), Text(gettext_noop("Reading {file}"), {"file": path.name}))
        _told(outcome, path.name, lambda path=path: _file(run, source, path, known, outcome))  # type: ignore[misc]


def _file(
    run: Run, source: Source, path: Path, known: dict[str, SourceFile], outcome: Outcome
) -> None:
    places.check(path)
    night = run.arguments["night"]
    mark, before = places.mark(path), known.get(str(path))
    if before is not None and before.mark == mark:
        if before.night == night:  # this run's own, before it was interrupted
            outcome.files += 1
            outcome.add(before.outcome)
        else:
            outcome.known += 1
        return
    report = load_files(run, [str(path)], _options(source))
    outcome.files += 1
    outcome.add(report)
    kept = ("import_id", "rows_taken", "rows_copies", "rows_set_aside")
    SourceFile.objects.update_or_create(
        source=source,
        path=str(path),
        defaults={
            "mark": mark,
            "night": night,
            "outcome": {name: report[name] for name in kept},
        },
    )


def _database(run: Run, source: Source, outcome: Outcome) -> None:
    places.check_address(source.address)
    if source.recipe:
        _recipe(run, source, outcome)
        return
    if source.address.startswith(SYSTEMS):
        _system(run, source, outcome)
        return
    from mainstay.engine.recipes import check_query

    check_query(source.query, source.name)
    address = sealing.with_password(source.address, sealing.secret_of(source))
    outcome.add(load_files(run, [address], _options(source)))


def _system(run: Run, source: Source, outcome: Outcome) -> None:
    """An ERP that says itself what its tables are, and remembers what it has brought."""
    from mainstay.engine.systems import import_system

    reports = import_system(
        run.home,
        source.address,
        secret=sealing.secret_of(source),
        progress=lambda text, share: run.progress(share, 1, text),
    )
    for report in reports:
        outcome.add(report.to_json())


def _recipe(run: Run, source: Source, outcome: Outcome) -> None:
    """An ERP by a recipe, which says what its tables are and remembers what it has seen."""
    from mainstay.engine.recipes import Order, import_recipe

    if "/" in source.recipe:
        places.check(Path(source.recipe))
    order = Order(
        source.address,
        variables=source.options.get("variables", {}),
        secret=sealing.secret_of(source) or None,
    )
    report = import_recipe(
        run.home,
        source.recipe,
        order,
        progress=lambda text, share: run.progress(share, 1, text),
    )
    for part in report.parts:
        if part.report is not None:
            outcome.add(part.report.to_json())


def _options(source: Source) -> Any:
    given = {name: value for name, value in source.options.items() if name != "variables"}
    read = {**given.pop("read", {}), **({"sql": source.query} if source.query else {})}
    return import_options({"options": {"table": source.table, "read": read, **given}})
