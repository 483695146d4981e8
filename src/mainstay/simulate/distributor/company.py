"""What made-up distributor to make: its size, how it behaves, whom it is up against, what it writes down."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from mainstay.core.errors import InvalidSetting
from mainstay.core.texts import gettext_noop as _


@dataclass(frozen=True)
class Records:
    """How facts reach the ledger.

    missing: share of facts that nobody writes down
    late: share that is written down late, by `late_days` on average (exponential); the others within
        a day or two
    wrong: share with a wrong kind or date; as many again are written down that never were
    """

    missing: float = 0.15
    late: float = 0.2
    late_days: float = 12.0
    wrong: float = 0.03


@dataclass(frozen=True)
class Conduct:
    """How the company treats its accounts; all but the first are multiples of the usual.

    favour: how far stock, visits and promotions go to the large ones before the others; 0 to 1
    neglect: accounts out of sight, a year
    rudeness: small discourtesies
    slowness: complaints and requests that wait beyond the standard
    turnover: managers and leaders who leave, and reorganisations
    faults: bad batches and other trouble with products
    shortage: stock-outs, late carriers, refused orders
    hardness: price rises, discounts taken back, broken promises, holds, terms
    turmoil: events in the company
    """

    favour: float = 0.5
    neglect: float = 1.0
    rudeness: float = 1.0
    slowness: float = 1.0
    turnover: float = 1.0
    faults: float = 1.0
    shortage: float = 1.0
    hardness: float = 1.0
    turmoil: float = 1.0


@dataclass(frozen=True)
class Rivals:
    """attacks: on an account, a year; strength: of an attack (1 = usual); wars: price wars over a
    category in a country, a year and country"""

    attacks: float = 0.14
    strength: float = 1.0
    wars: float = 0.15


@dataclass(frozen=True)
class Temper:
    """How accounts decide (see `temper`).

    edge: mean advantage that we begin with, in units of utility
    sharpness: how steeply the share turns with utility
    tolerance: of disappointment, before it fills the unrest
    patience: unrest at which an account reviews its suppliers
    rest_weeks: between two reviews
    adjust_weeks: in which it moves its orders after a review
    """

    edge: float = 2.3
    sharpness: float = 0.45
    tolerance: float = 0.8
    patience: float = 2.0
    rest_weeks: int = 10
    adjust_weeks: float = 5.0


@dataclass(frozen=True)
class Fortunes:
    """What happens to accounts that is nobody's fault, a year: share of the accounts (chains for
    `chain_decision`)."""

    shrank: float = 0.01
    new_owner: float = 0.012
    chain_decision: float = 0.04
    closed: float = 0.005
    moved: float = 0.003


@dataclass(frozen=True)
class Company:
    """A distributor to be made up.

    begin: a Monday; weeks: that `run` goes
    yearly_need: of the middle account, of what we sell, from everybody, in the company's currency
    visits: of managers, as a multiple of the usual
    """

    accounts: int = 600
    staff: int = 40
    weeks: int = 156
    products: int = 2000
    begin: date = date(2023, 1, 2)
    currency: str = "EUR"
    yearly_need: float = 60_000.0
    visits: float = 1.0
    records: Records = field(default_factory=Records)
    conduct: Conduct = field(default_factory=Conduct)
    rivals: Rivals = field(default_factory=Rivals)
    temper: Temper = field(default_factory=Temper)
    fortunes: Fortunes = field(default_factory=Fortunes)

    def __post_init__(self) -> None:
        if self.accounts < 1 or self.weeks < 1 or self.staff < 6 or self.products < 80:
            raise InvalidSetting(
                _(
                    "A made-up distributor needs 1 account, 1 week, 6 staff and 80 products at least."
                )
            )
        if self.begin.weekday():
            raise InvalidSetting(
                _("A made-up distributor begins on a Monday; {day} is none."), day=str(self.begin)
            )
        shares = (self.records.missing, self.records.late, self.records.wrong, self.conduct.favour)
        if not all(0 <= share <= 1 for share in shares):
            raise InvalidSetting(
                _("Shares of records that are missing, late or wrong, and favour, are from 0 to 1.")
            )

    @classmethod
    def usual(cls) -> Company:
        """A company like many: most of what goes wrong is forgiven."""
        return cls()

    @classmethod
    def careless(cls) -> Company:
        """Records in disorder, weak service, slow answers."""
        return replace(
            cls(),
            records=Records(missing=0.3, late=0.35, late_days=20.0, wrong=0.06),
            conduct=Conduct(neglect=1.3, rudeness=1.3, slowness=1.5, shortage=1.15),
        )

    @classmethod
    def contested(cls) -> Company:
        """Strong competitors and price wars."""
        return replace(cls(), rivals=Rivals(attacks=0.19, strength=1.1, wars=0.35))
