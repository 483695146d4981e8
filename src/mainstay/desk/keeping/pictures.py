"""The charts of what keeping is worth, and of new accounts."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mainstay.desk import numbers
from mainstay.desk.charts import Chart, Column
from mainstay.desk.charts.curves import LOOKS, Curve, Curves, curves, share_ticks
from mainstay.desk.charts.scale import nice_ticks
from mainstay.desk.keeping import queries, words

QUARTER, YEAR = 3, 12
LEAST = 3  # points of a curve
LONG = 60  # months from which on a year is a step of the table


def retention(found: queries.Worth) -> Chart | None:
    """One curve with its band and the plain rule beside it, or several without."""
    drawn = found.drawn
    if not drawn:
        return None
    lines = [_kept(one, LOOKS[n] if len(drawn) > 1 else "curve") for n, one in enumerate(drawn)]
    rows = drawn[0].rows
    if found.whole:
        rule = tuple((float(row["month"]), row["plain"]) for row in rows)
        lines.append(Curve(_("No order in 365 days"), "line plain", rule))
    values = [value for line in lines for _month, value in line.points]
    values += [low for line in lines for _month, low, _high in line.band]
    longest = max(one.rows[-1]["month"] for one in drawn)
    title = _("Accounts that are still there")
    return curves(
        Curves(
            title,
            _("The share that is still there, by months. The axis begins at {floor}.").format(
                floor=numbers.share(share_ticks(values)[0])
            ),
            _months_since(found.by),
            tuple(lines),
            share_ticks(values),
            _months(longest),
            numbers.share,
            _("80% interval") if found.whole else "",
            _columns(drawn, whole=found.whole),
            _table(drawn, longest, whole=found.whole),
        )
    )


def _months_since(by: str) -> str:
    return (
        _("months since their first order") if by == "age" else _("months since they were first seen")
    )  # fmt: skip


def _months(longest: int) -> tuple[tuple[float, str], ...]:
    step = QUARTER if longest <= LONG else YEAR
    return tuple((float(m), numbers.plain(m)) for m in range(0, longest + 1, step))


def _kept(one: queries.Curve, cls: str) -> Curve:
    longest = one.rows[-1]["month"]
    shown = {month for month, _words in _months(longest)}
    return Curve(
        one.name,
        cls,
        tuple((float(row["month"]), row["kept"]) for row in one.rows),
        tuple((float(row["month"]), row["low"], row["high"]) for row in one.rows) if cls == "curve" else (),
        tuple((float(row["month"]), _tip(one.name, row)) for row in one.rows if row["month"] in shown),
    )  # fmt: skip


def _tip(name: str, row: queries.Row) -> str:
    month = _("after {n} months").format(n=numbers.plain(row["month"]))
    between = words.range_of(row["low"], row["high"], "share", "")
    return f"{name}\n{month}\n{numbers.share(row['kept'])} ({between})"


def _columns(drawn: Sequence[queries.Curve], *, whole: bool) -> tuple[Column, ...]:
    first = Column(pgettext("column", "Months after"), number=True)
    if not whole:
        return (first, *(Column(one.name, number=True) for one in drawn))
    named = (
        pgettext("column", "Still there"),
        _("80% interval"),
        _("Of it doubt about who is gone"),
        _("No order in 365 days"),
        pgettext("column", "Watched"),
    )
    return (first, *(Column(name, number=True) for name in named))


def _table(
    drawn: Sequence[queries.Curve], longest: int, *, whole: bool
) -> tuple[tuple[str, ...], ...]:
    months = [int(month) for month, _words in _months(longest)]
    by_month = [{row["month"]: row for row in one.rows} for one in drawn]
    if not whole:
        return tuple(
            (numbers.plain(m), *(numbers.share(one[m]["kept"]) if m in one else numbers.NOTHING for one in by_month))
            for m in months
        )  # fmt: skip
    rows = [by_month[0][m] for m in months if m in by_month[0]]
    return tuple(
        (
            numbers.plain(row["month"]),
            numbers.share(row["kept"]),
            words.range_of(row["low"], row["high"], "share", ""),
            numbers.share(row["doubt"]),
            numbers.share(row["plain"]),
            numbers.plain(row["watched"]),
        )
        for row in rows
    )


def ages(found: queries.Worth, currency: str) -> Chart | None:
    """Margin an account by age, of all that had that age."""
    rows = found.ages
    if len(rows) < LEAST:
        return None

    def show(value: float) -> str:
        return numbers.money(value, currency)

    top = max(row["high"] for row in rows)
    bottom = min([0.0, *(row["low"] for row in rows)])
    since = _("years since the first order") if found.since_born else _("years since they were first seen")  # fmt: skip
    line = Curve(
        _("Margin an account"),
        "curve",
        tuple((row["age"] + 1.0, row["margin"]) for row in rows),
        tuple((row["age"] + 1.0, row["low"], row["high"]) for row in rows),
        tuple(
            (
                row["age"] + 1.0,
                f"{_year(row['age'])}\n{show(row['margin'])} ({words.range_of(row['low'], row['high'], 'money', currency)})",
            )
            for row in rows
        ),
    )
    return curves(
        Curves(
            _("Margin an account, by age"),
            _("The mean margin of a year, by how old the account was."),
            since,
            (line,),
            tuple(nice_ticks(bottom, top, 5)),
            tuple((row["age"] + 1.0, numbers.plain(row["age"] + 1)) for row in rows),
            show,
            _("80% interval"),
            (),
            (),
        )
    )


def _year(age: int) -> str:
    return _("year {n}").format(n=numbers.plain(age + 1))


def growth(rows: Sequence[queries.Row]) -> Chart | None:
    """Which share of new accounts grew into core accounts, and which left before that, by months."""
    if len(rows) < LEAST:
        return None
    core = Curve(
        _("As large as a core account"),
        "curve",
        tuple((float(row["month"]), row["core"]) for row in rows),
        tuple((float(row["month"]), row["low"], row["high"]) for row in rows),
        tuple((float(row["month"]), _grown(row)) for row in rows if row["month"] % QUARTER == 0),
    )
    left = Curve(
        _("Gone before that"),
        "line plain",
        tuple((float(row["month"]), row["left"]) for row in rows),
    )
    top = max(max(row["high"], row["left"]) for row in rows)
    named = (
        pgettext("column", "Months after"), _("As large as a core account"), _("80% interval"),
        _("Gone before that"), pgettext("column", "Watched"),
    )  # fmt: skip
    return curves(
        Curves(
            _("New accounts that grew into core accounts"),
            _("The share of new accounts that reached the size of a core account, by months."),
            _("months since their first order"),
            (core, left),
            tuple(nice_ticks(0.0, min(top, 1.0), 5)),
            _months(rows[-1]["month"]),
            numbers.share,
            _("80% interval"),
            tuple(Column(name, number=True) for name in named),
            tuple(
                (
                    numbers.plain(row["month"]),
                    numbers.share(row["core"]),
                    words.range_of(row["low"], row["high"], "share", ""),
                    numbers.share(row["left"]),
                    numbers.plain(row["watched"]),
                )
                for row in rows
                if row["month"] % QUARTER == 0
            ),
        )
    )


def _grown(row: queries.Row) -> str:
    between = words.range_of(row["low"], row["high"], "share", "")
    month = _("after {n} months").format(n=numbers.plain(row["month"]))
    return f"{month}\n{numbers.share(row['core'])} ({between})"
