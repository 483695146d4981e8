"""The run: ledger → measures → models → states and money → assessment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from mainstay.core import stages
from mainstay.core.errors import InvalidSetting
from mainstay.core.memory import give_back
from mainstay.core.settings import Settings
from mainstay.core.texts import gettext_noop
from mainstay.defection.category_facts import PastCategories
from mainstay.defection.category_shares import CategoryShares, Share, shares_of
from mainstay.defection.outcomes import Paces
from mainstay.defection.partial import (
    AccountChanges,
    CategoryChanges,
    LivingChanges,
)
from mainstay.defection.past import MOST_ACCOUNTS, Draw, PastSlices, past_dates
from mainstay.engine.assessment import Assessment
from mainstay.engine.category_training import CategoryLessons, category_draw, every_few
from mainstay.engine.figures import accounts_table
from mainstay.engine.first_pass import Measured, together
from mainstay.engine.inputs import (
    change_setting,
)
from mainstay.engine.judged import Found, Judged, history_of
from mainstay.engine.judging import Judging
from mainstay.engine.lessons import Lessons, Sample
from mainstay.engine.panel import Panel, aligned, panel, sorted_ids
from mainstay.engine.partial_training import (
    PastChanges,
)
from mainstay.engine.parts import (
    Changed,
    categories_table,
    counted,
    ended_of,
    lost_categories,
    portfolio_of,
    share_out,
)
from mainstay.engine.since import history_dates
from mainstay.engine.training import (
    labelled,
)
from mainstay.engine.wallets import (
    wallets_at,
    with_estimates,
    year_edges,
    year_of_net_sales,
)
from mainstay.ledger.executor import Amount
from mainstay.ledger.ledger import Ledger
from mainstay.ledger.lines import Kernel, Lines
from mainstay.standing.categories import CategoryFeatures
from mainstay.standing.discontinued import DiscontinuedShare
from mainstay.standing.facts import facts_at
from mainstay.standing.features import AccountFeatures
from mainstay.standing.margin import margin_rates
from mainstay.standing.net_sales import NetSales
from mainstay.standing.season import Season, WeeklyTotals
from mainstay.standing.shortages import Watch
from mainstay.standing.sisters import Chains
from mainstay.standing.supply import Supply
from mainstay.standing.treated import Treatments

Progress = Callable[[int, int], None]
LEAST_COST_COVERAGE = 0.9


def assess(
    ledger: Ledger,
    as_of: date | str | None = None,
    horizon_weeks: int | None = None,
    *,
    settings: Settings | None = None,
    facts_known_until: date | datetime | None = None,
    progress: Progress | None = None,
) -> Assessment:
    """Judge every account as of a date, from rows dated before it alone.

    as_of: a date, or one as text like 2011-09-09; the day after the last order line unless given
    horizon_weeks: how far ahead `p_complete` and `expected_orders` look; 13 unless set otherwise
    facts_known_until: facts recorded later do not count; as_of unless given. Only a first look at
        old data gives a later day, and the assessment says so
    progress: called with (done, total)
    Raises: NotFound where there is no order line before as_of; InvalidSetting for what is no date,
        a date before the data, or a horizon that can't be
    """
    settings = settings or Settings()
    if horizon_weeks is not None:
        settings = settings.changed({"horizon_weeks": horizon_weeks})
    if facts_known_until is not None and not isinstance(facts_known_until, datetime):
        facts_known_until = day_of(facts_known_until)
    on = None if as_of is None else day_of(as_of)
    run = _Run(ledger, settings, _date(ledger, on), facts_known_until, progress)
    return run.assessment()


def day_of(given: object) -> date:
    """The day that a date, a moment or a text like 2011-09-09 names.

    Raises: InvalidSetting
    """
    if isinstance(given, datetime):
        return given.date()
    if isinstance(given, date):
        return given
    try:
        # A day alone: `fromisoformat` would read 20110909 and 2011-W36 as well.
        return datetime.strptime(str(given), "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise InvalidSetting(
            gettext_noop("“{text}” is no date; write it as 2011-09-09."), text=str(given)
        ) from None


def _date(ledger: Ledger, as_of: date | None) -> date:
    span = ledger.span_there()
    if as_of is None:
        return span[1] + timedelta(days=1)
    if as_of <= span[0]:
        raise InvalidSetting(
            gettext_noop("The data begin on {begin}; choose a date after it instead of {as_of}."),
            begin=str(span[0]),
            as_of=str(as_of),
        )
    return as_of


@dataclass
class _Run:
    """One run; each step takes what the steps before it found."""

    ledger: Ledger
    settings: Settings
    as_of: date
    facts_known_until: date | datetime | None
    progress: Progress | None
    weeks: dict[str, Any] = field(default_factory=dict)
    shares: Mapping[str, Share] = field(default_factory=dict)
    margins: dict[str, float] = field(default_factory=dict)
    supply: Supply | None = None
    missing: dict[str, int] = field(default_factory=dict)
    year: pa.Table | None = None  # of net sales, where amounts are margins
    lines: dict[int, Lines] = field(default_factory=dict)  # from the first pass to the second

    def assessment(self) -> Assessment:
        ledger, until = self.ledger, self.facts_known_until
        begin: date = ledger.span()[0]  # type: ignore[index]
        dates = past_dates(self.as_of, begin, 7 * self.settings.horizon_weeks)
        share = min(1.0, MOST_ACCOUNTS / max(ledger.count_accounts(self.as_of), 1))
        sample = Sample(dates, share, chains=self.chains.at(self.as_of))
        stages.begin("first_pass", ledger.n_lines)
        seen, past, season = self.measures(history_dates(self.as_of, begin), begin, sample)
        seasons = [season.before(cut.on) for cut in seen.slices]
        past_seasons = [season.before(cut.on) for cut in past.slices]
        supply = [self.supply] * len(past.slices)
        settings = tuple(map(change_setting, past.slices, past_seasons, supply))
        sample = replace(sample, settings=settings)
        n_accounts = len(seen.account_id)
        self.begin("wallets", n_accounts)
        at = [cut.on for cut in seen.slices]
        wallets = wallets_at(ledger, seen.account_id, at, begin=begin, known_until=until)
        stages.begin("second_pass", ledger.n_lines)
        changed, known = self.changes(seen, seasons, begin, sample)
        self.begin("lessons", n_accounts)
        treated = Treatments.of(ledger, seen.account_id, as_of=self.as_of, known_until=until)
        gone = labelled(
            past,
            past_seasons,
            self.settings.horizon_weeks,
            chains=self.chains,
            supply=self.supply,
            treated=treated,
        )
        shelves = CategoryLessons(
            past=known.categories if known else None,
            dates=every_few(sample.dates),
            seasons=every_few(tuple(past_seasons)),
            shares=self.shares,
            supply=self.supply,
            treated=treated,
            account_id=seen.account_id,
            horizon_weeks=self.settings.horizon_weeks,
        )
        left = shelves.with_p_left(changed.categories, self.as_of, seasons[-1])
        changed = replace(changed, categories=left)
        categories = categories_table(changed, self.as_of, self.settings.slipping_probability)
        changed = replace(changed, with_ours=ended_of(categories, seen.account_id))
        lessons = Lessons(gone, past, past_seasons, known)
        judging = Judging(
            ledger, self.settings, self.as_of, until, self.chains, self.supply, self.part(2)
        )
        judged = judging.judge(seen, seasons, changed, lessons, wallets)
        del past, known, gone, shelves, lessons, changed, left
        self.begin("accounts", n_accounts)
        facts = facts_at(ledger, seen.account_id, as_of=self.as_of, known_until=until)
        wallet = with_estimates(
            wallets.now,
            seen,
            facts,
            lambda: year_of_net_sales(seen, self.year, begin),
        )
        n_categories = counted(categories["account_id"])
        lost, ended = (lost_categories(categories, s) for s in ("dropped", "discontinued"))
        found = Found(
            seen,
            judged,
            facts,
            lost,
            n_categories,
            begin,
            self.margins,
            wallet=wallet,
            wallets=wallets,
            ended_categories=ended,
            supply=self.supply,
        )
        targets = ledger.table("targets", as_of=self.as_of, known_until=until)
        accounts = accounts_table(found, self.settings, targets)
        return Assessment(
            accounts=accounts,
            categories=share_out(categories, accounts),
            history=history_of(seen, judged, accounts),
            portfolio=portfolio_of(accounts, facts, targets, self.currency, self.as_of),
            meta=self.meta(seen, judged, begin)
            | {
                "feasts": {e.name: e.factors.tolist() for e in season.feasts},
                "supply": self.missing,
            },
            season=self.weeks,
        )

    @cached_property
    def amount(self) -> Amount:
        """What an amount is in this run: margin where nearly all costs are known, else net sales."""
        if self.settings.amount == "auto":
            known = self.ledger.cost_coverage(self.as_of)
            return "margin" if known >= LEAST_COST_COVERAGE else "net"
        return "margin" if self.settings.amount == "margin" else "net"

    @cached_property
    def chains(self) -> Chains:
        """Whose sister each account is."""
        until = self.facts_known_until
        return Chains(self.ledger, until, until or self.as_of)

    @property
    def currency(self) -> str:
        return self.ledger.reporting_currency or ""

    def begin(self, stage: str, n_rows: int) -> None:
        """Begin a stage with what the one before no longer needs given back."""
        give_back(self.ledger.n_lines)
        stages.begin(stage, n_rows)

    def part(self, number: int) -> Progress | None:
        """Progress of one of the run's passes, as part of the whole."""
        progress = self.progress
        if progress is None:
            return None
        return lambda done, total: progress(1000 * number + 1000 * done // max(total, 1), 3000)

    def measures(
        self, dates: tuple[date, ...], begin: date, sample: Sample
    ) -> tuple[Panel, Panel, Season]:
        """First pass over all lines: what each account did before each date, slices of the past to
        learn from, and the season."""
        features, weekly = AccountFeatures(dates, begin), WeeklyTotals(self.as_of)
        slices, usual = PastSlices(sample.dates, self.as_of, begin), CategoryShares(self.as_of)
        drawn = Draw(sample.share, sample.chains)
        shelf = Watch(self.ledger, self.as_of, self.facts_known_until)
        missing, margins = shelf.kernel, self.amount == "margin"
        year_of = NetSales(year_edges(self.as_of))

        def all_of_them(lines: Lines) -> Measured:
            some = drawn.of(lines)
            return Measured(
                ids=lines.account_ids,
                totals=weekly(lines),
                shares=usual(some),
                before=slices(some) if slices.dates else None,
                margins=margin_rates(lines) if margins else {},
                year=year_of(lines) if margins else None,
                missing=missing.of(lines) if missing else None,
                features=features(lines),
            )

        found = self.ledger.map_buckets(
            all_of_them,
            columns=shelf.columns(AccountFeatures.columns),
            as_of=self.as_of,
            amount=self.amount,
            progress=stages.sharing(self.part(0)),
            known_until=self.facts_known_until,
            kept=self.lines,
        )
        for one in found:
            self.margins.update(one.margins)
        shelf.saw([one.missing for one in found if one.missing])
        self.supply, self.missing = shelf.supply, shelf.about()
        self.year = together(one.year for one in found)
        weekly_totals = pa.concat_tables(one.totals for one in found)
        weekly_totals = weekly_totals.group_by("week").aggregate([("order_days", "sum")])
        weekly_totals = weekly_totals.rename_columns(["week", "order_days"]).sort_by("week")
        self.weeks = {
            "week": [str(day) for day in weekly_totals["week"].to_pylist()],
            "order_days": weekly_totals["order_days"].to_pylist(),
        }
        self.shares = shares_of(pa.concat_tables(one.shares for one in found))
        season = Season.of(weekly_totals, self.as_of, begin, self.settings.calendar)
        names = sorted_ids([one.ids for one in found])
        before = together(one.before for one in found)
        past = Panel([], ()) if before is None else panel(before, names, sample.dates)
        table = pa.concat_tables(one.features for one in found)
        return panel(table, names, dates), past, season

    def changes(
        self, seen: Panel, seasons: list[Season], begin: date, sample: Sample
    ) -> tuple[Changed, PastChanges | None]:
        """Second pass over all lines: whether and since when each account's money changed; and, of
        the slices of the past, that too and what became of them."""
        supply = [self.supply] * len(seen.slices)
        settings = tuple(map(change_setting, seen.slices, seasons, supply))
        past: tuple[Kernel, ...] = (
            (AccountChanges(sample.settings), Paces(sample.dates, self.settings.horizon_weeks))
            if sample.dates
            else ()
        )
        sold_no_more = self.ledger.assortment(self.as_of, self.facts_known_until).discontinued
        ended = (DiscontinuedShare(self.as_of, sold_no_more),) if sold_no_more else ()
        if ended:  # needs one column more
            self.lines.clear()
        weeks = self.settings.horizon_weeks
        pairs = category_draw(float(seen.slices[-1]["categories_52"].sum()))
        before_now = PastCategories(every_few(sample.dates), weeks, self.as_of)
        others: tuple[Kernel, ...] = (
            LivingChanges(settings[-1]),
            CategoryChanges((replace(settings[-1], shares=self.shares),), weeks),
            CategoryFeatures(self.as_of, begin),
            Paces((self.as_of,), weeks),
            *ended,
        )
        by_account, drawn = AccountChanges(settings), Draw(sample.share, sample.chains)

        def all_of_them(lines: Lines) -> list[pa.Table]:
            some = drawn.of(lines) if past else lines
            kernels: list[tuple[Kernel, Lines]] = [(by_account, lines)]
            kernels += [(kernel, lines) for kernel in others]
            kernels += [(kernel, some) for kernel in past]
            if past:
                kernels.append((before_now, pairs.of(lines)))
            return [kernel(of) for kernel, of in kernels]

        found = self.ledger.map_buckets(
            all_of_them,
            columns=DiscontinuedShare.columns if ended else CategoryChanges.columns,
            as_of=self.as_of,
            amount=self.amount,
            progress=stages.sharing(self.part(1)),
            known_until=self.facts_known_until,
            kept=self.lines,
        )
        table, *rest = (pa.concat_tables(tables) for tables in zip(*found, strict=True))
        account_id = pa.array(seen.account_id, pa.string())
        slices = panel(table, account_id, tuple(cut.on for cut in seen.slices)).slices
        living, changes, features, paces, *before = rest
        living_now = aligned(living, seen.slices[-1], account_id)
        ended_share = before.pop(0) if ended else None
        known = None
        if before:
            own, paces_before, of_categories = before
            known = PastChanges(own, paces_before, self.supply, of_categories)
        (pace,) = panel(paces, account_id, (self.as_of,)).slices
        return Changed(slices, living_now, changes, features, pace, ended_share), known

    def missing_rates(self) -> dict[str, int]:
        """By currency, how many lines are in no figure for want of an exchange rate."""
        missing = self.ledger.missing_rates()
        missing = missing.filter(pc.less(missing["month"], pa.scalar(self.as_of)))
        rows = missing.group_by("currency").aggregate([("lines", "sum")]).to_pylist()
        return {row["currency"]: row["lines_sum"] for row in rows}

    def meta(self, seen: Panel, judged: Judged, begin: date) -> dict[str, Any]:
        """What made this result, for the record."""
        return {
            "as_of": str(self.as_of),
            "horizon_weeks": self.settings.horizon_weeks,
            "currency": self.currency,
            "amount": self.amount,
            "store_version": self.ledger.version,
            "missing_rates": self.missing_rates(),
            "facts_known_until": str(self.facts_known_until) if self.facts_known_until else None,
            "data_begin": str(begin),
            "states_from": str(seen.slices[0].on),
            "settings": asdict(self.settings),
            "models": judged.forecast.models,
            "learnt": judged.learnt.about(),
            "accounts_seen": len(seen.account_id),
            "eligible": int(judged.eligible.sum()),
        }
