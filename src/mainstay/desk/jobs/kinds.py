"""The kinds of work and their steps: each step calls the engine and returns what the next ones need.

A step that was finished is never run again. One that was interrupted is, so each must be safe to repeat:
what it needs to know its own work again is found out in a step before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mainstay.core.home import Home
from mainstay.core.stages import time_left
from mainstay.core.texts import Text, gettext_noop

ASSESSING = gettext_noop("Assessing accounts")


def _silent(done: float, total: float, note: Text | None = None) -> None:
    pass


@dataclass(frozen=True)
class Run:
    """What a step gets.

    results: of the steps before, by their codes
    part: which of several this step is for, where the job has it once for each; else empty
    progress: to be told (done, total) now and then, and what is being done; it ends the step when the
        work was called off
    """

    home: Home
    arguments: Mapping[str, Any]
    results: Mapping[str, Any] = field(default_factory=dict)
    part: str = ""
    progress: Callable[..., None] = _silent


Step = Callable[[Run], Any]


def new_id(run: Run) -> str:
    from mainstay import engine

    return engine.new_id()


def plan(run: Run) -> dict[str, Any]:
    """How the files would be imported, for people to correct; see `Proposal.to_json`."""
    from mainstay import engine

    return engine.plan_import(
        run.home, run.arguments["files"], import_options(run.arguments)
    ).to_json()


def imports_before(run: Run) -> list[str]:
    from mainstay import engine

    return [one.import_id for one in engine.open_ledger(run.home).imports()]


def load(run: Run) -> dict[str, Any]:
    """Import the files that the arguments name; gives the report.

    arguments: `files` (paths), `options` (see `import_options`), `secrets` (`password`)
    """
    return load_files(run, run.arguments["files"], import_options(run.arguments))


def load_files(run: Run, files: Sequence[str], options: Any) -> dict[str, Any]:
    """Import files or databases, once, however often it is interrupted; gives the report.

    results: `imports_before`, of a step that ended before
    Interrupted after its commit and run again, it finds the files loaded by an import that was not
    there before: that is its own, and so is its report.
    """
    from mainstay import engine

    report = engine.run_import(
        run.home,
        files,
        options,
        progress=lambda text, share: run.progress(share, 1, text),
    )
    mine = report.already_loaded
    if mine and mine not in run.results["imports_before"]:
        for one in engine.open_ledger(run.home).imports():
            if one.import_id == mine and one.report:
                return one.report
    return report.to_json()


def show_facts(run: Run) -> list[str]:
    """Bring what files say of accounts and people to the desk's own tables; gives which."""
    from mainstay.desk.facts.loading import catch_up

    return sorted(catch_up(run.progress))


def import_options(arguments: Mapping[str, Any]) -> Any:
    """The engine's ImportOptions from plain JSON: its fields by name; mappings as `Mapping.to_json`."""
    from mainstay import engine

    options = dict(arguments.get("options", {}))
    read = {**options.pop("read", {}), **arguments.get("secrets", {})}
    for name in ("fee_codes", "amount_from"):
        if options.get(name) is not None:
            options[name] = tuple(options[name])
    mappings = options.pop("mappings", {})
    return engine.ImportOptions(
        read=engine.ReadOptions(**read),
        mappings={source: engine.Mapping.from_json(m) for source, m in mappings.items()},
        **options,
    )


def undo(run: Run) -> Any:
    """Undo an import; one that is undone already stays so."""
    from mainstay import engine

    ledger = engine.open_ledger(run.home)
    import_id = run.arguments["import_id"]
    if any(one.import_id == import_id for one in ledger.imports()):
        ledger.undo(import_id)
    return import_id


def assess(run: Run) -> str | None:
    """Assess and keep the frozen assessment; gives its id, or None where nothing is new to assess."""
    from mainstay import engine
    from mainstay.desk.complaints.rules import tell_engine

    taken = run.results.get("load", {}).get("rows_taken", 1)
    if not taken or engine.open_ledger(run.home).span() is None:
        return None
    tell_engine()
    as_of = run.arguments.get("as_of")
    with engine.stages_of(run.home) as stages:

        def progress(done: int, total: int) -> None:
            run.progress(done, total, time_left(stages.seconds_left()) or Text(ASSESSING))

        result = engine.assess_home(
            run.home,
            as_of=date.fromisoformat(as_of) if as_of else None,
            horizon_weeks=run.arguments.get("horizon_weeks"),
            progress=progress,
            identity=run.results["assessment_id"],
        )
    return result.id


def publish(run: Run) -> str | None:
    from mainstay import engine
    from mainstay.desk import bulk
    from mainstay.desk.accounts.services import publish as to_the_pages
    from mainstay.desk.cases.publishing import keep_coins
    from mainstay.desk.designs.services import keep_draws
    from mainstay.desk.facts import derived
    from mainstay.desk.guarantees.publishing import show_cards
    from mainstay.desk.keeping.publishing import show_newcomers
    from mainstay.desk.needs.publishing import show_chances
    from mainstay.desk.seasons.following import follow
    from mainstay.desk.strategy.publishing import show_plans
    from mainstay.desk.value.publishing import show_value
    from mainstay.desk.winback.publishing import show_lost

    if run.results["assess"] is None:
        return None
    assessment = engine.load_assessment(run.home.store, run.results["assess"])
    published = to_the_pages(assessment, run.progress).id
    keep_coins(run.home.store, assessment)
    keep_draws(run.home.store, assessment)
    show_lost(run.home.store, published)
    show_cards(run.home.store, published)
    show_value(run.home.store, published)
    show_plans(run.home.store, published)
    show_chances(run.home.store, published)
    show_newcomers(run.home.store, published)
    follow(None)
    derived.remake_all(["complaints"])  # their accounts may have other managers and countries now
    bulk.settle()
    return published


def season(run: Run) -> str:
    """Forecast a season of an account and plan its stock; gives its id.

    arguments: `asked`, see `engine.SeasonAsked`
    """
    from mainstay import engine

    asked = engine.SeasonAsked.from_json(run.arguments["asked"])
    return engine.make_season(run.home, asked, identity=run.results["season_id"]).id


def show_season(run: Run) -> str:
    from mainstay.desk.seasons.services import show

    return show(run.results["season"], run.arguments.get("user_id"))


def clocks(run: Run) -> None:
    """Make all clocks of complaints anew, by standards, working hours and days off as they are now."""
    from mainstay.desk.complaints.remaking import remake

    remake(None, run.progress)


def replay(run: Run) -> str:
    """Replay the past and keep it frozen; gives its id."""
    from mainstay import engine

    result = engine.replay_home(run.home, progress=run.progress, identity=run.results["replay_id"])
    return result.id


def tidy(run: Run) -> Any:
    """Join small files of the store and clear away what nobody needs."""
    from mainstay import engine

    engine.open_ledger(run.home).tidy()


def allocate(run: Run) -> str:
    """Allocate what is short, and show it; gives the sheet's name."""
    from mainstay import engine
    from mainstay.desk.allocation.publishing import show

    made = engine.allocate_home(
        run.home,
        small_share=run.arguments.get("small_share"),
        days=run.arguments.get("days"),
    )
    return show(run.results["sheet_id"], made, run.arguments.get("by"))


def approve(run: Run) -> int:
    """Write down who gets what of a sheet; gives how many lines."""
    from mainstay.desk.allocation.services import write_down

    return write_down(run.arguments["sheet_id"], run.arguments["by"], run.progress)


def source(run: Run) -> dict[str, Any]:
    """Import what one set source has; what fails is in its result and stops nobody else."""
    from mainstay.desk.nightly.fetching import fetch

    return fetch(run)


def digests(run: Run) -> dict[str, Any]:
    """Send the digests that are due and waited for this run."""
    from mainstay.desk.nightly.running import send_digests

    return send_digests()


_LOAD: dict[str, Step] = {
    "imports_before": imports_before,
    "load": load,
    "show_facts": show_facts,
}
_ASSESS: dict[str, Step] = {"assessment_id": new_id, "assess": assess, "publish": publish}

KINDS: dict[str, dict[str, Step]] = {
    "plan": {"plan": plan},
    "load": _LOAD,
    "import": {**_LOAD, **_ASSESS},
    "undo": {"undo": undo, "show_facts": show_facts, **_ASSESS},
    "assess": _ASSESS,
    "replay": {"replay_id": new_id, "replay": replay},
    "season": {"season_id": new_id, "season": season, "show_season": show_season},
    "clocks": {"clocks": clocks},
    "allocate": {"sheet_id": new_id, "allocate": allocate},
    "approve_allocation": {"approve": approve},
    "tidy": {"tidy": tidy},
    "nightly": {
        "imports_before": imports_before,
        "source": source,
        "show_facts": show_facts,
        **_ASSESS,
        "digests": digests,
    },
}


def codes(kind: str, arguments: Mapping[str, Any]) -> list[str]:
    """The codes of a job's steps, in order.

    arguments: where `each` names a step with a list, it is taken once for each part: `source:7`
    """
    each = arguments.get("each", {})
    return [
        one
        for code in KINDS[kind]
        for one in ([f"{code}:{part}" for part in each[code]] if code in each else [code])
    ]


def step_of(kind: str, code: str) -> tuple[Step, str]:
    """The step that a code means, and its part."""
    name, _, part = code.partition(":")
    return KINDS[kind][name], part
