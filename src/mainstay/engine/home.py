"""What an installation does with its ledger: assess and keep, load what was kept, hand out tables."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from mainstay.causes.view import View
from mainstay.core.errors import InvalidSetting
from mainstay.core.home import Home
from mainstay.core.memory import give_back
from mainstay.core.settings import Settings
from mainstay.core.stages import Stages, begin, heard, sharing
from mainstay.core.texts import Text, gettext_noop
from mainstay.engine.assessment import Assessment
from mainstay.engine.explaining import Explanation, explain, explanations, view_at
from mainstay.engine.learnt import keep_learnt
from mainstay.engine.machines import prepare_rows
from mainstay.engine.planning import ANEW, Plan, changed_settings, plan_kept, planned
from mainstay.engine.quarter import keep_quarters, quarters
from mainstay.engine.replay_tables import Replay
from mainstay.engine.replaying import EVERY_WEEKS, replay, replay_dates
from mainstay.engine.run import assess
from mainstay.engine.standing import keep_standing, standings
from mainstay.ledger.frozen import FrozenFolder
from mainstay.ledger.ledger import Ledger

Progress = Callable[[int, int], None]
ASKED = "-asked"  # at the end of the name of a replay that somebody asked for in particular
REPLAYS = "replays"
STAGES = "stages.json"
STEPS = 4000  # of an assessment with all that belongs beside it
# After how many of them each of its parts begins; about a third of the time is the assessment's own.
BEGINS = {
    "explanation": 1600,
    "standing": 2200,
    "quarters": 3400,
    "order_numbers": 3500,
    "freezing": 3550,
    "learning": 3600,
    "plan": 3900,
}


def open_ledger(home: Home, *, reading: bool = False) -> Ledger:
    """The ledger of an installation, in its currency.

    reading: it is only looked at, and may lie where nothing can be written
    Raises: RefusedByMachine where nothing can be written and somebody wants to
    """
    if not reading:
        home.prepare()
    settings = Settings.load(home.folder)
    return Ledger.open(
        home.store,
        reporting_currency=settings.currency or None,
        order_lines=home.order_lines,
    )


def assess_home(
    home: Home,
    *,
    as_of: date | None = None,
    horizon_weeks: int | None = None,
    progress: Progress | None = None,
    identity: str | None = None,
) -> Assessment:
    """Assess an installation's accounts and freeze the result.

    as_of: given, the past is judged by what was known then; not given, today's facts count, also
        where the order lines end earlier, and the result says so
    identity: the name of the result; a new one unless given. One that is there is loaded instead,
        so that a run which was interrupted after its end is not done twice
    Where the time goes is told to whoever has entered `stages_of`, and kept for the next run.
    """
    ledger = open_ledger(home)
    if identity and identity in ledger.assessments.ids():
        result = Assessment.load(ledger.assessments, identity)
        _complete(home, ledger, result, progress)
        if progress is not None:
            progress(STEPS, STEPS)
        return result
    now = datetime.now(UTC)
    with heard(stages_of(home)) as stages:
        stages.n_rows = ledger.n_lines
        result = assess(
            ledger,
            as_of,
            horizon_weeks,
            settings=Settings.load(home.folder),
            facts_known_until=None if as_of else now,
            progress=_part(progress, 0, BEGINS["explanation"]),
        )
        result.meta["made_at"] = now.isoformat(timespec="seconds")
        result = _kept(home, ledger, result, identity or new_id(now), progress)
        stages.keep()
    if progress is not None:
        progress(STEPS, STEPS)
    return result


def stages_of(home: Home) -> Stages:
    """Where the time of an assessment goes, beside where that of the last one here went."""
    return Stages(home.cache / STAGES)


def _kept(
    home: Home, ledger: Ledger, result: Assessment, identity: str, progress: Progress | None
) -> Assessment:
    """Freeze an assessment and all that belongs beside it."""
    kept = explanations(home.store)
    give_back(ledger.n_lines)
    # The explanation first: who finds an assessment shows it at once, and shows it whole.
    n_accounts = result.accounts.num_rows
    _begin("explanation", n_accounts, progress)
    view = view_at(ledger, result, result.facts_known_until, Settings.load(home.folder))
    explained = _explained(view, result, _shared(progress, "explanation", "standing"))
    if identity in kept.ids():  # of a run that was interrupted before its assessment was kept
        kept.delete(identity)
    explained.save(kept, identity)
    del explained
    view.forget_falls()
    give_back(ledger.n_lines)
    _begin("standing", n_accounts, progress)
    keep_standing(home.store, view, identity, _shared(progress, "standing", "quarters"))
    _begin("quarters", n_accounts, progress)
    keep_quarters(home.store, view, result.history, identity)
    del view
    give_back(ledger.n_lines)
    _begin("order_numbers", None, progress)
    prepare_rows(ledger)
    _begin("freezing", n_accounts, progress)
    result = result.save(ledger.assessments, identity)
    _complete(home, ledger, result, progress)
    return result


def _begin(name: str, n_rows: int | None, progress: Progress | None) -> None:
    """A stage begins, and so many of STEPS are done."""
    begin(name, n_rows)
    if progress is not None:
        progress(BEGINS[name], STEPS)


def _shared(progress: Progress | None, name: str, until: str) -> Progress | None:
    """Progress of the stage under way, which ends where another begins."""
    return sharing(_part(progress, BEGINS[name], BEGINS[until]))


def _part(progress: Progress | None, begin: int, end: int) -> Progress | None:
    """Progress of a part of the work, from one of STEPS to another."""
    if progress is None:
        return None
    return lambda done, total: progress(begin + (end - begin) * done // max(total, 1), STEPS)


def _complete(
    home: Home, ledger: Ledger, result: Assessment, progress: Progress | None = None
) -> Plan | None:
    """Make what belongs beside a kept assessment and is not there: what was learnt, the plan; why, how accounts stand
    and the figures of the quarters, of one made before Mainstay asked.

    Returns: the plan; None where nobody of ours is known
    """
    kept, settings = explanations(home.store), Settings.load(home.folder)
    view = view_at(ledger, result, result.facts_known_until, settings)
    if result.id not in kept.ids():
        told = _part(progress, 0, BEGINS["standing"])
        _explained(view, result, told).save(kept, result.id)
    if result.id not in standings(home.store).ids():
        keep_standing(home.store, view, result.id)
    _begin("learning", result.accounts.num_rows, progress)
    keep_learnt(ledger, home.store, result)
    if result.id not in quarters(home.store).ids():
        keep_quarters(home.store, view, result.history, result.id)
    _begin("plan", result.accounts.num_rows, progress)
    return plan_kept(ledger, home.store, result, settings)


def _explained(view: View, result: Assessment, progress: Progress | None = None) -> Explanation:
    """Why the accounts of an assessment fell, by what it knew."""
    return explain(view.ledger, result, view=view, progress=progress)


def plan_home(
    home: Home,
    *,
    as_of: date | None = None,
    hours: float | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Plan an installation's week: the kept plan of its newest assessment, made unless it is there.

    as_of: assesses that date first, unless the newest assessment is of it
    hours: what if everybody had so many a week; such a plan is not kept, nor is one that is made anew
        since the settings are others than those of the kept one
    Raises: NotFound where nobody of ours is known
    """
    ledger = open_ledger(home)
    settings = Settings.load(home.folder)
    names = ledger.assessments.ids()
    result = Assessment.load(ledger.assessments) if names else None
    if result is None or (as_of and result.as_of != as_of):
        result = assess_home(home, as_of=as_of, progress=progress)
    kept = _complete(home, ledger, result)
    changed = changed_settings(kept, settings) if kept is not None else []
    if hours is None and kept is not None and not changed:
        return kept
    found = planned(ledger, home.store, result, settings, hours)
    if changed:
        found.meta["said"].append(Text(ANEW, {"settings": ", ".join(changed)}).to_json())
    return found


def replay_home(
    home: Home,
    *,
    as_of: Sequence[date] | None = None,
    horizon_weeks: int | None = None,
    progress: Progress | None = None,
    identity: str | None = None,
) -> Replay:
    """Replay an installation's past and freeze the result; arguments as in `assess_home`.

    as_of: the dates; a year of them unless given
    A replay of other dates or another horizon is kept under a name that ends in ASKED: the desk shows
    the usual ones alone, which all look at the same question.
    """
    ledger = open_ledger(home)
    folder = FrozenFolder(home.store / REPLAYS)
    if identity and identity in folder.ids():
        return Replay.load(folder, identity)
    now = datetime.now(UTC)
    result = replay(
        ledger, as_of, horizon_weeks, settings=Settings.load(home.folder), progress=progress
    )
    result.meta["made_at"] = now.isoformat(timespec="seconds")
    usual = as_of is None and horizon_weeks is None
    return result.save(folder, identity or new_id(now) + ("" if usual else ASKED))


def dates_to_replay(
    home: Home,
    *,
    since: date | None = None,
    until: date | None = None,
    every_weeks: int = EVERY_WEEKS,
    horizon_weeks: int | None = None,
) -> list[date] | None:
    """The dates of a replay of an installation, see `replay_dates`; None where it has no lines."""
    span = open_ledger(home).span()
    if span is None:
        return None
    weeks = horizon_weeks or Settings.load(home.folder).horizon_weeks
    end = span[1] + timedelta(days=1)
    return replay_dates(span[0], end, weeks, since=since, until=until, every_weeks=every_weeks)


def load_replay(store: Path, identity: str | None = None) -> Replay:
    """A frozen replay of the store in `Home.store`; the newest unless named.

    Raises: NotFound
    """
    return Replay.load(FrozenFolder(store / REPLAYS), identity)


def new_id(now: datetime | None = None) -> str:
    """A name that sorts by time, for an import or an assessment."""
    return f"{now or datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def load_assessment(store: Path, identity: str | None = None) -> Assessment:
    """A frozen assessment of the store in `Home.store`; the newest unless named.

    Raises: NotFound
    """
    return Assessment.load(FrozenFolder(store / "assessments"), identity)


def export(table: pa.Table, file: Path) -> None:
    """Write a table to .xlsx, .csv or .parquet.

    Raises: InvalidSetting for any other ending
    """
    from mainstay.engine import files

    writers = {".xlsx": files.write_xlsx, ".csv": files.write_csv, ".parquet": files.write_parquet}
    writer = writers.get(file.suffix.lower())
    if writer is None:
        raise InvalidSetting(
            gettext_noop(
                "“{file}” has no ending that can be written; use .xlsx, .csv or .parquet."
            ),
            file=file.name,
        )
    try:
        writer(table, file)
    except OSError as error:
        raise InvalidSetting(
            gettext_noop("“{file}” can't be written: {error}."), file=str(file), error=str(error)
        ) from error


def to_bytes(
    table: pa.Table, kind: str, headings: dict[str, str] | None = None, zone: str = "UTC"
) -> bytes:
    """A table as the bytes of an "xlsx" or "csv" file; headings in the reader's language, times in a zone."""
    from mainstay.engine import files

    return files.as_bytes(table, kind, headings or {}, zone)
