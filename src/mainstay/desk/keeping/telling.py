"""What is said of the figures: sentences for the page and for the board's document."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mainstay.desk import numbers
from mainstay.desk.keeping import words
from mainstay.desk.keeping.queries import Curve, Figure, Origins, Worth

MONTHS = (24, 12)
APART = 0.005  # of a share: closer, the plain rule says the same


def lead(found: Worth) -> str:
    """What one point is worth: the sentence that matters."""
    point, years = found.figures["point_value"], int(found.used.get("worth_years", 0))
    if not point.known:
        return _("What one point of retention is worth is not known yet.")
    if not years:
        return _("One point of retention a year is worth {value}: {between}.").format(
            value=point.shown, between=point.between
        )
    said = ngettext(
        "One point of retention a year is worth %(value)s over %(n)s year: %(between)s.",
        "One point of retention a year is worth %(value)s over %(n)s years: %(between)s.",
        years,
    )
    return said % {"value": point.shown, "n": numbers.plain(years), "between": point.between}


def meaning(found: Worth) -> str:
    """What a point is, beside what retention there is."""
    point, kept = found.figures["point_value"], found.figures["retention"]
    if not point.known:
        return point.wanting
    said = [
        _("That is the margin that comes when, of 100 accounts, one more stays each year than the {share} that stay now.").format(
            share=numbers.plain(100 * (kept.value or 0.0))
        ),
        _("Retention of a year is that of the last 52 weeks: of all accounts that were there when they began, who is there now."),
    ]  # fmt: skip
    return " ".join(said)


def leaving(found: Worth) -> list[str]:
    """What leaves a year, and how much new business makes up for it."""
    loss, share, accounts = (
        found.figures[name] for name in ("loss", "growth_needed", "accounts_needed")
    )
    if not loss.known:
        return []
    said = [
        _("At these rates {loss} of margin a year leaves within the next twelve months: {between}.").format(
            loss=loss.shown, between=loss.between
        )
    ]  # fmt: skip
    if share.known:
        said.append(
            _("New business must bring {share} of the margin there is to make up for it.").format(
                share=share.shown
            )
        )
    if accounts.known:
        n = max(1, round(accounts.value or 0))
        one = ngettext(
            "That is %(n)s new account in its first year: %(between)s.",
            "That is %(n)s new accounts in their first year: %(between)s.",
            n,
        )
        said.append(one % {"n": numbers.plain(n), "between": _whole(accounts)})
        said += _first_year(found)
    else:
        said.append(_("How many new accounts that takes is not known: {why}").format(why=accounts.wanting))  # fmt: skip
    return said


def _first_year(found: Worth) -> list[str]:
    """Whose first year that is: other figures of first years are of other accounts."""
    first = found.figures.get("first_year")
    if first is None or not first.known:
        return []
    told = _(
        "A first year brings {value} here, the mean of {n} accounts whose first order is in the data and a year ago. Margin by age, below, also counts accounts that were there before; the page of new accounts only those of the last three years."
    )
    return [told.format(value=first.shown, n=numbers.plain(first.n))]


def _whole(figure: Figure) -> str:
    low, high = (float(round(end or 0)) for end in (figure.low, figure.high))
    return words.range_of(low, high, "accounts", "")


def kept(one: Curve) -> list[str]:
    """What a curve says: how many are there, how sure that is, and what the plain rule would say."""
    by_month = {row["month"]: row for row in one.rows}
    month = next((m for m in MONTHS if m in by_month), None)
    if month is None:
        return []
    row = by_month[month]
    between = words.range_of(row["low"], row["high"], "share", "")
    said = [
        _("After {n} months {share} are still there: {between}.").format(
            n=numbers.plain(month), share=numbers.share(row["kept"]), between=between
        ),
        _doubt(row),
        _("Months count from when each account was first seen, so earlier years are in it; retention of a year is of the last 52 weeks alone."),
    ]  # fmt: skip
    last = one.rows[-1]
    if last["plain"] - last["kept"] >= APART:
        said.append(
            _("At the end, after {n} months, the rule “no order in 365 days” says {rule} where this says {share}: who left within the last year is not silent for so long yet.").format(
                n=numbers.plain(last["month"]), rule=numbers.share(last["plain"]), share=numbers.share(last["kept"])
            )
        )  # fmt: skip
    return said


def _doubt(row: dict[str, Any]) -> str:
    if row["doubt"] < 0.005:
        return _("Hardly any of that interval is doubt about who is gone; it is how few were watched.")  # fmt: skip
    return _(
        "{part} of that interval (of its variance) is doubt about who is gone; the rest is how few were watched."
    ).format(part=numbers.share(row["doubt"]))


def before(one: Curve) -> str:
    """That some were there when the data begin; "" where none was."""
    n = one.head["there_before"]
    if not n:
        return ""
    said = ngettext(
        "%(n)s was there when the data begin, and counts from that day only: who left before is not seen.",
        "%(n)s were there when the data begin, and count from that day only: who left before is not seen.",
        n,
    )
    return said % {"n": numbers.plain(n)}


def won_back(one: Curve) -> str:
    """How many came back after a year; "" where none did."""
    n = one.head["won_back"]
    if not n:
        return ""
    said = ngettext(
        "%(n)s was silent for a year or more and came back: it counts as having stayed.",
        "%(n)s were silent for a year or more and came back: they count as having stayed.",
        n,
    )
    return said % {"n": numbers.plain(n)}


def used(found: Worth) -> list[str]:
    """By which settings, and which growth, it was measured."""
    said = []
    growth = found.figures["growth_kept"]
    if growth.known:
        said.append(
            _("Margins grow as those of kept accounts did: {change} a year, {between}; never by more than 20% either way.").format(
                change=growth.shown, between=growth.between
            )
        )  # fmt: skip
    else:
        said.append(_("Growth of kept accounts is not known: their margins are taken to stay as they are."))  # fmt: skip
    if found.used:
        years = int(found.used["worth_years"])
        said.append(
            ngettext(
                "Counted over %(n)s year; margin a year later is worth %(share)s less.",
                "Counted over %(n)s years; margin a year later is worth %(share)s less.",
                years,
            )
            % {"n": numbers.plain(years), "share": numbers.share(found.used["discount_share"])}
        )
    return said


def compared() -> tuple[str, str]:
    """The two ways of comparing margins by age."""
    return (
        _("Margin an account: all that had that age. The old ones are those that stayed, so a rise may be who stayed, not growth."),
        _("Growth of the same: those that are still there, by their age when the last 52 weeks began, these beside the 52 before. This alone shows growth."),
    )  # fmt: skip


def new(found: Origins) -> list[str]:
    """What becomes of new accounts."""
    row, said = found.all, []
    if row["kept_12"] is not None:
        said.append(
            _("After 12 months {share} of them were still there: {between}.").format(
                share=numbers.share(row["kept_12"]),
                between=words.range_of(row["kept_12_low"], row["kept_12_high"], "share", ""),
            )
        )
    if row["core_24"] is not None:
        said.append(
            _("Within 24 months {share} were as large as a core account: {between}.").format(
                share=numbers.share(row["core_24"]),
                between=words.range_of(row["core_24_low"], row["core_24_high"], "share", ""),
            )
        )
    return said
