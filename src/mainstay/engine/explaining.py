"""Why accounts fell: from an assessment and the ledger to an explanation, kept beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.causes.answers import Answer, answer
from mainstay.causes.catalogue import catalogue
from mainstay.causes.explanation import tables
from mainstay.causes.families import CAUSE_NAMES
from mainstay.causes.figures import FIRST, figures, first_causes
from mainstay.causes.managers import by_manager
from mainstay.causes.missing import missing
from mainstay.causes.purchases import YEAR_PERIODS
from mainstay.causes.view import View
from mainstay.causes.waves import waves
from mainstay.core.settings import Settings
from mainstay.engine.assessment import Assessment
from mainstay.ledger.frozen import Frozen, FrozenFolder
from mainstay.ledger.ledger import Ledger

EXPLANATIONS = "explanations"
YEAR_DAYS = 364


@dataclass(frozen=True)
class Explanation:
    """Why accounts fell, as of one date.

    falls, causes, signals, outlook: Arrow tables, see causes.explanation, causes.types, causes.outlook
    portfolio: causes of the portfolio as a whole, as plain values
    learnt: the rates of each cause, as plain values
    """

    falls: pa.Table
    causes: pa.Table
    signals: pa.Table
    outlook: pa.Table
    portfolio: dict[str, Any]
    learnt: dict[str, Any]
    meta: dict[str, Any]

    def save(self, folder: FrozenFolder, identity: str) -> None:
        """Freeze it; all of it or nothing."""
        kept = {name: getattr(self, name) for name in ("falls", "causes", "signals", "outlook")}
        documents = {"portfolio": self.portfolio, "learnt": self.learnt, "meta": self.meta}
        folder.save(identity, kept, documents)


def explain(
    ledger: Ledger,
    assessment: Assessment,
    *,
    facts_known_until: date | datetime | None = None,
    view: View | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Explanation:
    """Say why accounts fell, from what was known at the assessment's date.

    facts_known_until: as in `assess`
    view: what was known then, where the caller has it (`view_at`)
    progress: called with (done, total)
    """
    view = view or view_at(ledger, assessment, facts_known_until)
    found = answer(view, progress=progress)
    made = tables(view, found)
    return Explanation(
        **made,
        portfolio=_portfolio(view, found, made),
        learnt=_learnt(found),
        meta={"as_of": str(assessment.as_of), "currency": assessment.meta["currency"]},
    )


def view_at(
    ledger: Ledger,
    assessment: Assessment,
    facts_known_until: date | datetime | None = None,
    settings: Settings | None = None,
) -> View:
    """What was known at an assessment's date of the accounts that it judged; arguments as in `explain`."""
    return View(
        ledger,
        assessment.as_of,
        assessment.accounts,
        assessment.categories,
        facts_known_until,
        settings or Settings(),
    )


def with_causes(accounts: pa.Table, explained: Frozen) -> pa.Table:
    """Accounts with the columns of FIRST, empty of those that do not count as fallen.

    explained: the kept explanation of their assessment
    """
    causes = explained.table("causes", ["account_id", "rank", "family", "category"])
    first = first_causes(explained.table("falls"), causes)
    place = pc.index_in(accounts["account_id"], value_set=first["account_id"].combine_chunks())
    for name in FIRST.names[1:]:
        accounts = accounts.append_column(name, first[name].take(place))
    return accounts


def money_lost(accounts: pa.Table, explained: Frozen) -> float:
    """What the accounts that are lost take less a year than before they fell, net sales.

    explained: the kept explanation of their assessment
    """
    lost = accounts.filter(pc.field("state") == "lost")["account_id"].combine_chunks()
    falls = explained.table("falls", ["account_id", "lost_52"])
    theirs = falls.filter(pc.is_in(falls["account_id"], value_set=lost))["lost_52"]
    return float(pc.sum(pc.max_element_wise(theirs, 0.0)).as_py() or 0.0)


def explanations(store: Path) -> FrozenFolder:
    """Where the explanations of a store (`Home.store`) are kept, by the names of their assessments."""
    return FrozenFolder(store / EXPLANATIONS)


def explanation_of(store: Path, assessment_id: str) -> Frozen:
    """The kept explanation of an assessment.

    Raises: NotFound
    """
    return explanations(store).open(assessment_id)


def cause_figures(
    falls: pa.Table, causes: pa.Table, accounts: pa.Table, as_of: date
) -> dict[str, Any]:
    """`causes.figures.figures` of all that is known, and under `year` of falls since 52 weeks ago."""
    year = figures(falls, causes, accounts, since=as_of - timedelta(days=YEAR_DAYS))
    return figures(falls, causes, accounts) | {"year": year}


def _portfolio(view: View, found: Answer, made: dict[str, pa.Table]) -> dict[str, Any]:
    return {
        **cause_figures(made["falls"], made["causes"], view.accounts, view.as_of),
        "waves": [asdict(w) | {"on": str(w.on)} for w in waves(view, found)],
        "missing": missing(view, catalogue()),
        "by_manager": [
            asdict(one)
            for one in by_manager(
                made["falls"], view.accounts, view.as_of, _managers_then(view, made["falls"])
            )
        ],
    }


def _managers_then(view: View, falls: pa.Table) -> dict[str, str]:
    """Who looked after each account that fell, when its fall began: not who inherited it since."""
    rows = view.sql(
        """
        select fell.account_id, max_by(a.staff_id, a."from") as staff_id
        from fell join assignments a on a.account_id = fell.account_id
        where a.role = 'manager' and a."from" <= fell.began_on
            and (a."to" is null or a."to" >= fell.began_on)
        group by 1
        """,
        fell=falls.select(["account_id", "began_on"]),
    )
    return dict(zip(rows["account_id"].to_pylist(), rows["staff_id"].to_pylist(), strict=True))


def _learnt(found: Answer) -> dict[str, Any]:
    rates = found.rates
    return {
        "channels": [
            {
                "signal": channel.signal,
                "cause": channel.cause,
                "falls_a_year": float(rates.rate[i] * YEAR_PERIODS),
                "falls": float(rates.falls[i]),
                "exposed_years": float(rates.exposed_years[i]),
            }
            for i, channel in enumerate(found.context.channels)
        ],
        "hidden_a_year": {
            name: float(rates.hidden[i] * YEAR_PERIODS) for i, name in enumerate(CAUSE_NAMES)
        },
        "leak_a_year": float(rates.leak * YEAR_PERIODS),
        "reviews": len(found.confirmed.fell),
        "reviewed_healthy": len(found.confirmed.healthy),
        "signals": len(catalogue()),
    }
