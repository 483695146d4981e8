"""What was kept of one account since something was done about it, from what it ordered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from mainstay.core.home import Home
from mainstay.core.settings import Settings
from mainstay.engine.home import open_ledger
from mainstay.engine.then import WEEK_DAYS, came, dates_of, last_before, to_be_expected
from mainstay.standing.history import days_of


@dataclass(frozen=True)
class Measured:
    """Margin within the horizon from the day on which something began, in the reporting currency.

    over_on: the day on which that horizon is over; before it nothing is measured
    expected: of what was to be expected if nothing changed, what the last assessment before it said
        would be lost
    lost: what did not come; None before `over_on`
    """

    over_on: date
    expected: float
    lost: float | None

    @property
    def kept(self) -> float | None:
        """Less lost than was expected; below 0: more. Of one account alone it tells little."""
        return None if self.lost is None else self.expected - self.lost


def measured(home: Home, account_id: str, begins: date, *, as_of: date) -> Measured | None:
    """What became of an account since a day, by the order lines before `as_of`.

    Returns: None where no assessment of the five weeks before knows what was to be expected
    """
    ledger = open_ledger(home)
    identity = last_before(begins, dates_of(ledger))
    if identity is None:
        return None
    judged = ledger.assessments.open(identity)
    columns = ["state", "horizon_baseline", "horizon_loss"]
    rows = judged.rows("accounts", account_id, columns).to_pylist()
    expected = to_be_expected(rows[0]) if rows else None
    if expected is None:
        return None
    baseline, loss = expected
    margin = judged.meta["amount"] == "margin"
    share = 1.0 if margin else Settings.load(home.folder).margin_share
    weeks = int(judged.meta["horizon_weeks"])
    over_on = begins + timedelta(weeks=weeks)
    if over_on > as_of:
        return Measured(over_on, loss * share, None)
    window = ([account_id], [days_of(begins)], [weeks * WEEK_DAYS])
    money = float(came(ledger, window, as_of)[0])
    money *= ledger.margin_share(as_of) if margin else 1.0
    return Measured(over_on, loss * share, (baseline - money) * share)
