"""What to do: from an assessment, its explanation and our people to a plan, kept beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.budgets import budgets_of
from mainstay.core.errors import NotFound
from mainstay.core.settings import Settings
from mainstay.core.texts import Text, gettext_noop
from mainstay.engine.assessment import Assessment
from mainstay.engine.comebacks import chances, returning_of
from mainstay.engine.designs import drawn_late, trials_known
from mainstay.engine.explaining import Explanation, explanations
from mainstay.engine.kept_season import season_kept
from mainstay.engine.learnt import held_back, learn, learnt_of, plays_then
from mainstay.engine.standing import standing_of
from mainstay.learning.designs import DRAWS
from mainstay.learning.moves import used
from mainstay.ledger.frozen import Frozen, FrozenFolder
from mainstay.ledger.ledger import Ledger
from mainstay.plays.catalogue import catalogue
from mainstay.plays.comebacks import LOST, comebacks, lost_table
from mainstay.plays.effects import Belief, priors, to_json
from mainstay.plays.gains import Rates
from mainstay.plays.people import staff_at, team_at
from mainstay.plays.plan import Made, Rules, make
from mainstay.plays.play import Play
from mainstay.plays.returning import Returning
from mainstay.plays.situation import NOTHING, situation
from mainstay.plays.snoozes import put_off
from mainstay.plays.trials import NO_TRIALS, Trials

PLANS = "plans"
TABLES = ("plan", "options", "limits", "alerts", "lost", "draws")


@dataclass(frozen=True)
class Plan:
    """What is planned as of a date; tables: see plays.plan_tables, plays.alerts and plays.comebacks.

    draws: of accounts that came late to a trial that runs, as learning.designs.DRAWS

    meta: as_of, assessment, seed, value, bound, gap, contradictions and what else is said (texts as
        JSON), beliefs, settings
    """

    plan: pa.Table
    options: pa.Table
    limits: pa.Table
    alerts: pa.Table
    meta: dict[str, Any]
    id: str = ""
    lost: pa.Table = field(default_factory=LOST.empty_table)
    draws: pa.Table = field(default_factory=DRAWS.empty_table)

    @property
    def as_of(self) -> date:
        return date.fromisoformat(self.meta["as_of"])

    @property
    def contradictions(self) -> list[Text]:
        return [Text.from_json(text) for text in self.meta["contradictions"]]

    @property
    def said(self) -> list[Text]:
        """What the figures rest on."""
        return [Text.from_json(text) for text in self.meta["said"]]

    def save(self, folder: FrozenFolder, identity: str) -> Plan:
        """Freeze it; all of it or nothing."""
        meta = {**self.meta, "id": identity}
        folder.save(identity, {name: getattr(self, name) for name in TABLES}, {"meta": meta})
        return replace(self, id=identity, meta=meta)

    @classmethod
    def load(cls, kept: Frozen) -> Plan:
        tables = {name: kept.table(name) for name in TABLES if name in kept.tables}
        # What was frozen before there were lost accounts in it has none; before their money was counted
        # as it is now, none of their money.
        if "lost" in tables:
            tables["lost"] = _as_now(tables["lost"])
        # Kept in the order of accounts, so that one account's rows are found quickly.
        tables["plan"] = tables["plan"].sort_by(
            [("net", "descending"), ("account_id", "ascending")]
        )
        return cls(**tables, meta=kept.meta, id=kept.id)


def _as_now(lost: pa.Table) -> pa.Table:
    """LOST, with nothing in the columns that the table has not."""
    there = set(lost.schema.names)
    nothing = pa.nulls(lost.num_rows)
    columns = [lost[one.name] if one.name in there else nothing.cast(one.type) for one in LOST]
    return pa.table(columns, schema=LOST)


# What of the settings a plan is made with.
PLANNED_WITH = (
    "margin_share",
    "hour_cost",
    "least_return",
    "weekly_hours",
    "new_plays_per_week",
    "fair_share",
    "concessions_per_year",
    "incentive_budgets",
)
ANEW = gettext_noop(
    "Settings changed since the kept plan was made ({settings}), so this one is made anew, and not kept. My "
    "week shows the kept one until `mainstay assess` makes the next."
)
_OF_EXPLANATION = ("falls", "causes", "outlook", "signals")


@dataclass(frozen=True)
class Wishes:
    """What a plan is made with beside what the ledger says; None = as the ledger and the settings say.

    hours: a week, of everybody or by staff_id
    plays: users' plays as JSON (`Play.to_json`), laid over the built-in ones
    beliefs: about effects, by play, in the place of those before any case
    snoozed: accounts that nothing is planned for until a day
    drawn: accounts for which a coin was thrown within the horizon: none is thrown again
    trials: who waits for a play, and who is to begin it
    seed: decides coins; the assessment's id unless given
    returning: what is known of returns of lost accounts; as assumed unless given
    """

    hours: float | Mapping[str, float] | None = None
    plays: tuple[Mapping[str, Any], ...] = ()
    beliefs: Mapping[str, Belief] | None = None
    snoozed: Mapping[str, date] | None = None
    drawn: frozenset[str] = frozenset()
    trials: Trials = NO_TRIALS
    seed: str | None = None
    returning: Returning | None = None


def plan(
    ledger: Ledger,
    assessment: Assessment,
    explanation: Explanation | Frozen | None = None,
    *,
    settings: Settings | None = None,
    facts_known_until: date | datetime | None = None,
    wishes: Wishes | None = None,
) -> Plan:
    """Choose what to do about whom in the week from the assessment's date.

    explanation: of that assessment; None = every cause is unknown, and only plays that need no sign
        are offered
    facts_known_until: as in `assess`
    Raises: NotFound where nobody of ours is known
    """
    settings, wishes = settings or Settings(), wishes or Wishes()
    as_of, until = assessment.as_of, facts_known_until
    account_id = assessment.accounts["account_id"].to_pylist()
    team = team_at(
        ledger,
        account_id,
        as_of=as_of,
        known_until=until,
        usual_hours=settings.weekly_hours,
        hours=wishes.hours,
    )
    if not team.people:
        raise NotFound(
            gettext_noop(
                "Nobody of yours is known, so nothing can be planned; import the tables staff and "
                "assignments first."
            )
        )
    seen = situation(
        ledger,
        assessment.accounts,
        _explained(explanation),
        as_of=as_of,
        known_until=until,
        snoozed=wishes.snoozed,
        drawn=wishes.drawn,
        trials=wishes.trials,
    )
    season = season_kept(assessment.season, assessment.meta)
    found = comebacks(ledger, seen, season, known_until=until)
    seen = replace(
        seen,
        returns=chances(
            assessment.accounts, seen.causes, wishes.returning or returning_of(None, settings)
        ),
        call_from={i: one.call_from for i, one in found.items()},
        season_told={i: one.told for i, one in found.items()},
    )
    plays = catalogue(wishes.plays)
    told = wishes.beliefs or {}
    beliefs = {name: told.get(name, before) for name, before in priors(plays).items()}
    spent = seen.incentives.spent
    rules = _rules(ledger, assessment, settings, spent)
    seed = wishes.seed or assessment.id or str(as_of)
    made = make(seen, team, plays, beliefs, rules, seed=seed)
    lost = lost_table(seen, found, plays, beliefs, rules.rates)
    whole = replace(_plan(made, assessment, beliefs, rules), lost=lost)
    whole.meta["settings"] = {name: getattr(settings, name) for name in PLANNED_WITH}
    return whole


def changed_settings(made: Plan, settings: Settings) -> list[str]:
    """The settings that a plan was made with and that are others now; none where it does not say them."""
    before = made.meta.get("settings", {})
    return [
        name for name in PLANNED_WITH if name in before and before[name] != getattr(settings, name)
    ]


def _plan(made: Made, assessment: Assessment, beliefs: Mapping[str, Belief], rules: Rules) -> Plan:
    meta = {
        "as_of": assessment.meta["as_of"],
        "assessment": assessment.id,
        "currency": assessment.meta["currency"],
        "horizon_weeks": assessment.meta["horizon_weeks"],
        **made.meta,
        "beliefs": to_json(beliefs),
        "rules": {**asdict(rules), "budgets": dict(rules.budgets)},
    }
    return Plan(made.plan, made.options, made.limits, made.alerts, meta)


def _explained(explanation: Explanation | Frozen | None) -> dict[str, pa.Table] | None:
    if explanation is None:
        return None
    if isinstance(explanation, Frozen):
        kept = set(explanation.tables)  # an older one has no outlook
        return {name: explanation.table(name) for name in _OF_EXPLANATION if name in kept}
    return {name: getattr(explanation, name) for name in _OF_EXPLANATION}


def _rules(
    ledger: Ledger, assessment: Assessment, settings: Settings, spent: Mapping[str, float]
) -> Rules:
    as_of = assessment.as_of
    margin = assessment.meta["amount"] == "margin"
    sold = 1 / max(ledger.margin_share(as_of), 0.01) if margin else 1.0
    bought = float(pc.sum(assessment.accounts["amount_52"]).as_py() or 0.0) * sold
    return Rules(
        Rates(
            1.0 if margin else settings.margin_share,
            sold,
            settings.hour_cost,
            settings.least_return,
        ),
        things=settings.new_plays_per_week,
        fair_share=settings.fair_share,
        concessions=settings.concessions_per_year,
        budgets=budgets_of(settings.incentive_budgets, max(bought, 0.0), spent, as_of),
    )


def play_catalogue(edited: Iterable[Mapping[str, Any]] = ()) -> dict[str, Play]:
    """The plays in service, users' own laid over the built-in ones.

    Raises: InvalidSetting
    """
    return catalogue(edited)


def plans(store: Path) -> FrozenFolder:
    """Where the plans of a store (`Home.store`) are kept, by the names of their assessments."""
    return FrozenFolder(store / PLANS)


def plan_of(store: Path, assessment_id: str | None = None) -> Plan:
    """The kept plan of an assessment; the newest unless named.

    Raises: NotFound
    """
    folder = plans(store)
    if assessment_id is None and not folder.ids():
        raise NotFound(gettext_noop("Nothing has been planned yet; run `mainstay plan` first."))
    return Plan.load(folder.open(assessment_id) if assessment_id else folder.open())


def plan_kept(
    ledger: Ledger, store: Path, assessment: Assessment, settings: Settings
) -> Plan | None:
    """The plan of a kept assessment, made and frozen unless it is there; None where nobody is known."""
    folder = plans(store)
    if assessment.id in folder.ids():
        return Plan.load(folder.open(assessment.id))
    if not staff_at(ledger, assessment.as_of, assessment.facts_known_until):
        return None
    return planned(ledger, store, assessment, settings).save(folder, assessment.id)


def planned(
    ledger: Ledger,
    store: Path,
    assessment: Assessment,
    settings: Settings,
    hours: float | None = None,
) -> Plan:
    """The plan of a kept assessment, with all that plays have taught by then; it is not kept.

    hours: what if everybody had so many a week
    Raises: NotFound where nobody of ours is known
    """
    until = assessment.facts_known_until
    own, wrong = plays_then(ledger, assessment)
    edited = tuple(play.to_json() for play in own)
    taught = learnt_of(store, assessment.id)
    moved = taught.table("moves") if taught else learn(ledger, store, assessment).tables["moves"]
    known = trials_known(ledger, assessment.as_of, until)
    wishes = Wishes(
        hours=hours,
        plays=edited,
        beliefs=used(moved),
        snoozed=_put_off(ledger, assessment),
        drawn=_drawn(ledger, assessment),
        trials=known.trials,
        returning=returning_of(standing_of(store, assessment.id), settings),
    )

    def with_(wishes: Wishes) -> Plan:
        explained = explanations(store).open(assessment.id)
        return plan(
            ledger,
            assessment,
            explained,
            settings=settings,
            facts_known_until=until,
            wishes=wishes,
        )

    made = with_(wishes)
    # Who comes late to a trial is drawn before anything is proposed to them: the plan is made with it.
    late = drawn_late(known, made.options, assessment.accounts, catalogue(edited))
    if late.num_rows:
        made = replace(with_(replace(wishes, trials=known.with_(late).trials)), draws=late)
    made.meta["said"] += [text.to_json() for text in (*wrong, *held_back(moved, catalogue(edited)))]
    return made


def coins_for_nothing(made: Plan) -> list[dict[str, Any]]:
    """The rows of `play_runs` of accounts for which a coin chose to do nothing.

    Written down when a plan is published, they keep the coin from being thrown again within the
    horizon, and tell what becomes of accounts that nothing is done about.
    """
    rows = made.options.filter(pc.equal(made.options["play"], NOTHING)).to_pylist()
    ends = made.as_of + timedelta(weeks=int(made.meta["horizon_weeks"]))
    return [
        {
            "account_id": row["account_id"],
            "play": NOTHING,
            "from": made.as_of,
            "to": ends,
            "chosen": "coin",
            "probability": row["p_option"],
        }
        for row in rows
        if row["coin"] and row["chosen"]
    ]


def coins(made: Plan) -> list[dict[str, Any]]:
    """The rows of `coins`: what a coin chose for whom, whether hours were left for it, and it was taken, or
    not: only so are the sides of a coin alike.
    """
    return [
        {
            "account_id": row["account_id"],
            "on": made.as_of,
            "play": row["play"],
            "probability": row["p_option"],
        }
        for row in made.options.filter(made.options["coin"]).to_pylist()
    ]


def _known(ledger: Ledger, table: str, assessment: Assessment) -> list[dict[str, Any]]:
    """The rows of a table that were written down by the day of an assessment, whatever day they speak of."""
    until = assessment.facts_known_until or assessment.as_of
    rows: list[dict[str, Any]] = ledger.table(table, None, until).to_pylist()
    return rows


def _drawn(ledger: Ledger, assessment: Assessment) -> frozenset[str]:
    """The accounts whose coin of the last horizon stands."""
    main_of = ledger.joins_at(assessment.facts_known_until or assessment.as_of).main_of
    first = assessment.as_of - timedelta(weeks=int(assessment.meta["horizon_weeks"]))
    return frozenset(
        main_of(row["account_id"])
        for row in _known(ledger, "coins", assessment)
        if row["on"] > first
    )


def _put_off(ledger: Ledger, assessment: Assessment) -> dict[str, date]:
    main_of = ledger.joins_at(assessment.facts_known_until or assessment.as_of).main_of
    rows = [
        {**row, "account_id": main_of(row["account_id"])}
        for row in _known(ledger, "snoozes", assessment)
    ]
    if not rows:
        return {}
    accounts = assessment.accounts.select(["account_id", "state_since"]).to_pydict()
    since = dict(zip(accounts["account_id"], accounts["state_since"], strict=True))
    return put_off(rows, since)
