"""What a replay gives: its tables, and how they are kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core.errors import NotFound
from mainstay.core.texts import gettext_noop
from mainstay.engine.tables import LEAVING
from mainstay.ledger.frozen import FrozenFolder

OURS = "mainstay"
OUTCOMES = ("complete", "partial", "category")
# A state that names an account, and what it says will come of it.
SAYS = {"noticed": "complete", "late": "complete", "lost": "complete", "slipping": "partial"}
NAMED = (*LEAVING, "lost")
# The same of a category of an account: left wholly or in part, or that no order of it comes.
CATEGORY_SAYS = {"slipping": "category", "dropped": "complete"}
BY_ACCOUNT = "account"  # in their place, where the account's own state names it already

# One row an outcome, date and method; as_of null: the mean over the dates.
SCORES = pa.schema(
    [
        ("outcome", pa.string()),
        ("as_of", pa.date32()),
        ("method", pa.string()),
        ("n", pa.int64()),  # eligible accounts; over the dates, their sum
        ("happened", pa.int64()),
        ("auc", pa.float64()),  # null where all accounts fared alike
        ("average_precision", pa.float64()),
        ("lift", pa.float64()),  # among the tenth called likeliest, over all
        ("brier", pa.float64()),  # null where the method gives no probability; so with the next two
        ("calibration_error", pa.float64()),
        ("calibration_floor", pa.float64()),  # what true probabilities show by chance
        ("money_flagged", pa.float64()),  # share of the money lost, within the alert budget
        ("lead_weeks", pa.float64()),  # of the flagged that were right, in the middle
        ("false_alarms", pa.float64()),  # a manager and month, within the alert budget
    ]
)

# Of Mainstay's probabilities, all dates together.
CURVE = pa.schema(
    [
        ("outcome", pa.string()),
        ("bin", pa.int64()),
        ("n", pa.int64()),
        ("predicted", pa.float64()),
        ("observed", pa.float64()),
        ("low", pa.float64()),  # 90% interval of what was observed
        ("high", pa.float64()),
    ]
)

# What Mainstay gains over a method; as_of null: over the dates.
DIFFERENCES = pa.schema(
    [
        ("outcome", pa.string()),
        ("as_of", pa.date32()),
        ("measure", pa.string()),  # auc, average_precision
        ("method", pa.string()),
        ("best", pa.bool_()),  # of the peers, the best on average by this measure
        ("gain", pa.float64()),
        ("low", pa.float64()),  # 90% interval, accounts drawn with all their dates
        ("high", pa.float64()),
    ]
)

# One row an outcome, date and eligible account; of the outcome “category”, and category of it.
JUDGED = pa.schema(
    [
        ("outcome", pa.string()),
        ("as_of", pa.date32()),
        ("account_id", pa.string()),
        ("manager_id", pa.string()),
        ("p", pa.float64()),
        ("happened", pa.bool_()),
        ("money", pa.float64()),  # what it brought in as many weeks of the year before
        ("lost", pa.float64()),  # of it, what did not come within the horizon; 0 where not happened
        ("report_weeks", pa.float64()),  # see defection.aftermath
        ("category", pa.string()),  # null: of the account as a whole
        ("treated", pa.bool_()),  # something was done about it within the horizon; in no score
    ]
)

# Each change of state that names an account, at the date when it was first to be seen.
WARNINGS = pa.schema(
    [
        ("as_of", pa.date32()),
        ("account_id", pa.string()),
        ("name", pa.string()),
        ("manager_id", pa.string()),
        ("state", pa.string()),
        ("since", pa.date32()),
        ("money_at_risk", pa.float64()),
        ("p_complete", pa.float64()),
        (
            "outcome",
            pa.string(),
        ),  # complete, partial, kept; kept also where partial is not measured
        ("right", pa.bool_()),  # null where what it says is not measured
        ("lead_weeks", pa.float64()),  # before the sales report shows it; null: never, or not known
        ("lost", pa.float64()),  # money that did not come within the horizon
        ("treated", pa.bool_()),  # something was done about it: neither right nor a false alarm
    ]
)

# Each account that left for good, at the first date after its last order day: it ordered no more to
# the end of the data, for a horizon at least and for longer than any gap it had had.
LEFT = pa.schema(
    [
        ("as_of", pa.date32()),
        ("account_id", pa.string()),
        ("name", pa.string()),
        ("manager_id", pa.string()),
        ("state", pa.string()),
        ("last_order_on", pa.date32()),
        ("named_on", pa.date32()),  # first date of the replay at which its state named it
        ("report_on", pa.date32()),  # when the sales report would; null = not known
        (
            "lead_weeks",
            pa.float64(),
        ),  # named_on to report_on; below 0: named later; null: not known
        (
            "history",
            pa.list_(pa.float64()),
        ),  # money by four weeks, 22 of them before as_of, 4 after
        ("missed", pa.bool_()),  # never named
        ("lost", pa.float64()),
    ]
)


def _of_categories(schema: pa.Schema) -> pa.Schema:
    place = schema.get_field_index("account_id") + 1
    return schema.insert(place, pa.field("category", pa.string()))


# `partial_left`, with LEFT's columns: each account that bought far less, at the first date whose
# horizon shows it.

# The same of categories of accounts that are not named themselves, and that still buy. `state` is the
# category's; `outcome` null where it can't be told, so with `right`. Neither is part of the tables of
# accounts nor added to them.
CATEGORY_WARNINGS = _of_categories(WARNINGS).set(
    WARNINGS.get_field_index("p_complete") + 1, pa.field("p_defection", pa.float64())
)
CATEGORY_LEFT = _of_categories(LEFT)

# What people put off or dismissed, at the first date at which that was known, and what came of it.
PUT_OFF = pa.schema(
    [
        ("as_of", pa.date32()),
        ("account_id", pa.string()),
        ("name", pa.string()),
        ("manager_id", pa.string()),
        ("kind", pa.string()),  # snooze, dismiss
        ("put_off_on", pa.date32()),
        ("until", pa.date32()),
        ("state", pa.string()),  # null: it was not judged
        ("outcome", pa.string()),  # complete, partial, kept; null: it was not judged
        ("fell", pa.bool_()),  # wholly or in part, within the horizon of as_of; null: can't be told
        ("lost", pa.float64()),  # money that did not come; 0 where it did not fall
        ("treated", pa.bool_()),  # something was done about it all the same
    ]
)

# Where facts are assumed to have been recorded when they happened: our figures over the dates, with
# them and without.
ASSUMED = pa.schema(
    [
        ("outcome", pa.string()),
        ("assumed", pa.bool_()),  # whether they counted
        ("judged", pa.int64()),
        ("happened", pa.int64()),
        ("auc", pa.float64()),
        ("average_precision", pa.float64()),
        ("brier", pa.float64()),
        ("calibration_error", pa.float64()),
        ("calibration_floor", pa.float64()),
        ("money_flagged", pa.float64()),
        ("warnings", pa.int64()),
        ("right", pa.int64()),
        ("wrong", pa.int64()),
        ("covered", pa.float64()),  # losses of accounts within the horizon, in their 80% intervals
    ]
)

TABLES = {
    "scores": SCORES,
    "curve": CURVE,
    "differences": DIFFERENCES,
    "judged": JUDGED,
    "warnings": WARNINGS,
    "left": LEFT,
    "partial_left": LEFT,
    "category_warnings": CATEGORY_WARNINGS,
    "category_left": CATEGORY_LEFT,
    "assumed": ASSUMED,
    "put_off": PUT_OFF,
}


@dataclass(frozen=True)
class Replay:
    """The past judged as it would have been, beside what came of it.

    scores, curve, differences, judged, warnings, left, partial_left, category_warnings,
        category_left, assumed, put_off: Arrow tables, see above. Accounts that something was done about are in no score and no curve
    meta: as_of (ISO dates), horizon_weeks, outcomes, methods, currency, alerts_per_month, managers
        (in the middle of the dates; 0 = none known), desks (managers, and each 100 accounts without
        one), months, intervals (of the next 52 weeks' loss: n, and
        the share that held it), intervals_horizon (the same within the horizon), assumed
        (rows of facts by table that are only assumed to have been known; {} = none), data_begin,
        dates_early (that have fewer than 26 weeks of data before them), store_version, settings
    """

    scores: pa.Table
    curve: pa.Table
    differences: pa.Table
    judged: pa.Table
    warnings: pa.Table
    left: pa.Table
    partial_left: pa.Table
    category_warnings: pa.Table
    category_left: pa.Table
    assumed: pa.Table
    put_off: pa.Table
    meta: dict[str, Any]
    id: str = ""

    @property
    def as_of(self) -> list[date]:
        return [date.fromisoformat(on) for on in self.meta["as_of"]]

    @property
    def missed(self) -> pa.Table:
        """The accounts that left unnamed, most money first."""
        return _missed(self.left)

    @property
    def missed_partial(self) -> pa.Table:
        """The accounts that bought far less unnamed, most money first."""
        return _missed(self.partial_left)

    @property
    def missed_categories(self) -> pa.Table:
        """The categories that were left for good unnamed, most money first."""
        return _missed(self.category_left)

    @property
    def overall(self) -> pa.Table:
        """Of `scores`, the means over the dates."""
        return self.scores.filter(pc.is_null(self.scores["as_of"]))

    def save(self, folder: FrozenFolder, identity: str) -> Replay:
        """Freeze it; all of it or nothing."""
        meta = {**self.meta, "id": identity}
        folder.save(identity, {name: getattr(self, name) for name in TABLES}, {"meta": meta})
        return replace(self, id=identity, meta=meta)

    @classmethod
    def load(cls, folder: FrozenFolder, identity: str | None = None) -> Replay:
        """A frozen replay; the newest unless named.

        Raises: NotFound
        """
        if identity is None and not folder.ids():
            raise NotFound(
                gettext_noop("Nothing has been replayed yet; run `mainstay replay` first.")
            )
        kept = folder.open(identity) if identity else folder.open()
        tables = {
            name: fitted(kept.table(name) if name in kept.tables else None, schema)
            for name, schema in TABLES.items()
        }
        return cls(**tables, meta=kept.meta, id=kept.id)


def fitted(table: pa.Table | None, schema: pa.Schema) -> pa.Table:
    """A table as it was frozen, with the columns that there are now; those it lacks are empty."""
    if table is None:
        return schema.empty_table()
    columns = [
        table[field.name] if field.name in table.schema.names else pa.nulls(len(table), field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


def _missed(left: pa.Table) -> pa.Table:
    return left.filter(pc.field("missed")).sort_by(
        [("lost", "descending"), ("account_id", "ascending")]
    )
