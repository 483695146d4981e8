"""The words of what keeping is worth, and of new accounts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from mainstay.desk import numbers
from mainstay.desk.accounts.words import SIZES
from mainstay.desk.reviews.words import CHOICES

MEASURES: dict[str, Any] = {
    "retention": pgettext_lazy("worth", "Retention of a year"),
    "margin_kept": pgettext_lazy("worth", "Margin of those that are there, 52 weeks"),
    "growth_kept": pgettext_lazy("worth", "Growth of kept accounts a year"),
    "cost_to_win": pgettext_lazy("worth", "Cost to win an account"),
    "cost_to_keep": pgettext_lazy("worth", "Cost to keep an account for a year"),
    "hours_to_keep": pgettext_lazy("worth", "Hours of visits and calls an account, a year"),
    "won_for_kept": pgettext_lazy("worth", "Winning one, beside keeping one for a year"),
    "point_value": pgettext_lazy("worth", "Worth of one point of retention a year"),
    "loss": pgettext_lazy("worth", "Margin that leaves within a year"),
    "growth_needed": pgettext_lazy("worth", "New margin that makes up for it, of what there is"),
    "first_year": pgettext_lazy("worth", "Margin of a new account's first year"),
    "accounts_needed": pgettext_lazy("worth", "New accounts that bring it in their first year"),
}
# What would tell a figure that is not known.
WANTING: dict[str, Any] = {
    "retention": gettext_lazy("Order lines of a whole year, of ten accounts or more, tell it."),
    "margin_kept": gettext_lazy("Order lines of ten accounts or more tell it."),
    "growth_kept": gettext_lazy(
        "Order lines of two whole years tell it, of ten accounts or more that were there in both."
    ),
    "cost_to_win": gettext_lazy(
        "The column “{column}” of accounts tells it, of ten accounts or more."
    ),
    "cost_to_keep": gettext_lazy(
        "Visits, deliveries, payments and promises tell it, of ten accounts or more."
    ),
    "hours_to_keep": gettext_lazy("Visits and calls tell it, of ten accounts or more."),
    "won_for_kept": gettext_lazy(
        "It takes both: the column “{column}” of accounts, and visits, deliveries, payments or promises."
    ),
    "accounts_needed": gettext_lazy("It takes ten accounts whose first year is over."),
}
WANTING["first_year"] = WANTING["accounts_needed"]
WANTING |= dict.fromkeys(("point_value", "loss", "growth_needed"), WANTING["retention"])
# Where it is written down.
TABLES = {"cost_to_win": "accounts", "won_for_kept": "accounts"}
TABLES |= dict.fromkeys(("cost_to_keep", "hours_to_keep"), "visits")
BY: dict[str, Any] = {
    "all": pgettext_lazy("retention by", "All accounts"),
    "size": pgettext_lazy("retention by", "By size"),
    "segment": pgettext_lazy("retention by", "By segment"),
    "cohort": pgettext_lazy("retention by", "By quarter of the first order"),
    "age": pgettext_lazy("retention by", "By age"),
}
HEADINGS: dict[str, Any] = {
    "all": pgettext_lazy("column", "Accounts"),
    "age": pgettext_lazy("column", "Accounts"),
    "size": pgettext_lazy("column", "Size"),
    "segment": pgettext_lazy("column", "Segment"),
    "cohort": pgettext_lazy("column", "First order"),
}
SIGNS: dict[str, Any] = {
    "early_orders": pgettext_lazy("early sign", "Order days"),
    "early_categories": pgettext_lazy("early sign", "Categories bought"),
    "early_sales": pgettext_lazy("early sign", "Sales"),
}
ORIGINS: dict[str, Any] = {
    "former_supplier": pgettext_lazy("new accounts", "Whom they bought of before"),
    "left_because": pgettext_lazy("new accounts", "Why they left it"),
    "referred_by": pgettext_lazy("new accounts", "Who sent them"),
}
# Where each is written down, and what says so when nothing is.
NOT_TOLD: dict[str, Any] = {
    "former_supplier": gettext_lazy(
        "Nobody wrote down whom new accounts bought of before. The column “{column}” of accounts tells it."
    ),
    "left_because": gettext_lazy(
        "Nobody asked new accounts why they left. A review of a new account tells it, in “{column}”."
    ),
    "referred_by": gettext_lazy(
        "Nobody wrote down who sent new accounts. The column “{column}” of accounts tells it."
    ),
}
SHOWS: dict[str, Any] = {
    "all": pgettext_lazy("new accounts", "New within a year"),
    "like": pgettext_lazy("new accounts", "Like those that went"),
    "young": pgettext_lazy("new accounts", "First 13 weeks not over"),
    "core": pgettext_lazy("new accounts", "As large as a core account"),
}

_POINTS: dict[str, Any] = {
    "kept": pgettext_lazy("download", "Still there"),
    "low": pgettext_lazy("download", "Low"),
    "high": pgettext_lazy("download", "High"),
}
_BY: dict[str, Any] = {
    "by": pgettext_lazy("download", "By"),
    "name": pgettext_lazy("download", "Name"),
}
DOWNLOADS: dict[str, tuple[str, dict[str, Any]]] = {
    "worth": (
        "worth",
        {
            "measure": pgettext_lazy("download", "Figure"),
            "value": pgettext_lazy("download", "Value"),
            "low": pgettext_lazy("download", "Low"),
            "high": pgettext_lazy("download", "High"),
            "n": pgettext_lazy("download", "Told by, accounts"),
        },
    ),
    "retention": (
        "retention",
        {
            **_BY,
            "month": pgettext_lazy("download", "Months after"),
            **_POINTS,
            "doubt": pgettext_lazy("download", "Of it doubt about who is gone"),
            "plain": pgettext_lazy("download", "By no order in 365 days"),
            "watched": pgettext_lazy("download", "Accounts watched"),
            "gone": pgettext_lazy("download", "Accounts gone"),
        },
    ),
    "groups": (
        "retention_groups",
        {
            **_BY,
            "accounts": pgettext_lazy("download", "Accounts"),
            "there_before": pgettext_lazy("download", "There before the data begin"),
            "gone": pgettext_lazy("download", "Accounts gone"),
            "won_back": pgettext_lazy("download", "Silent for a year, and back"),
            "kept_12": pgettext_lazy("download", "There after 12 months"),
            "low_12": pgettext_lazy("download", "12 months, low"),
            "high_12": pgettext_lazy("download", "12 months, high"),
            "kept_24": pgettext_lazy("download", "There after 24 months"),
            "low_24": pgettext_lazy("download", "24 months, low"),
            "high_24": pgettext_lazy("download", "24 months, high"),
        },
    ),
    "ages": (
        "worth_ages",
        {
            "age": pgettext_lazy("download", "Years before"),
            "birthday_known": pgettext_lazy("download", "Since the first order"),
            "accounts": pgettext_lazy("download", "Accounts"),
            "margin": pgettext_lazy("download", "Margin an account"),
            "low": pgettext_lazy("download", "Low"),
            "high": pgettext_lazy("download", "High"),
            "before": pgettext_lazy("download", "The same, the year before"),
            "growth": pgettext_lazy("download", "Growth of the same"),
            "growth_low": pgettext_lazy("download", "Growth, low"),
            "growth_high": pgettext_lazy("download", "Growth, high"),
        },
    ),
    "sources": (
        "newcomer_sources",
        {
            **_BY,
            "accounts": pgettext_lazy("download", "Accounts"),
            "cost": pgettext_lazy("download", "Cost to win one"),
            "costs_known": pgettext_lazy("download", "Costs known"),
            "first_year": pgettext_lazy("download", "Margin of the first year"),
            "year_old": pgettext_lazy("download", "A year old"),
            "kept_12": pgettext_lazy("download", "There after 12 months"),
            "kept_12_low": pgettext_lazy("download", "12 months, low"),
            "kept_12_high": pgettext_lazy("download", "12 months, high"),
            "core_24": pgettext_lazy("download", "Core within 24 months"),
            "core_24_low": pgettext_lazy("download", "Core, low"),
            "core_24_high": pgettext_lazy("download", "Core, high"),
        },
    ),
    "growth": (
        "newcomer_growth",
        {
            "month": pgettext_lazy("download", "Months after"),
            "core": pgettext_lazy("download", "As large as a core account"),
            "low": pgettext_lazy("download", "Low"),
            "high": pgettext_lazy("download", "High"),
            "left": pgettext_lazy("download", "Gone before that"),
            "watched": pgettext_lazy("download", "Accounts watched"),
        },
    ),
    "signs": (
        "newcomer_signs",
        {
            "sign": pgettext_lazy("download", "Sign"),
            "stayed": pgettext_lazy("download", "Stayed a year"),
            "went": pgettext_lazy("download", "Went"),
            "difference": pgettext_lazy("download", "Difference"),
            "low": pgettext_lazy("download", "Low"),
            "high": pgettext_lazy("download", "High"),
            "n_stayed": pgettext_lazy("download", "How many stayed"),
            "n_went": pgettext_lazy("download", "How many went"),
        },
    ),
}
NEWCOMERS: dict[str, Any] = {
    "account_id": pgettext_lazy("download", "Account code"),
    "name": pgettext_lazy("download", "Name"),
    "first_on": pgettext_lazy("download", "First order"),
    "like": pgettext_lazy("download", "Signs of those that went"),
    "p_gone": pgettext_lazy("download", "Probability that it is gone"),
    "early_until": pgettext_lazy("download", "13 weeks end"),
    "early_orders": pgettext_lazy("download", "Order days, 13 weeks"),
    "early_categories": pgettext_lazy("download", "Categories, 13 weeks"),
    "early_sales": pgettext_lazy("download", "Sales, 13 weeks"),
    "margin": pgettext_lazy("download", "Margin so far"),
    "core_on": pgettext_lazy("download", "As large as a core account since"),
    "former_supplier": pgettext_lazy("download", "Supplier before us"),
    "left_because": pgettext_lazy("download", "Why it left that"),
    "referred_by": pgettext_lazy("download", "Recommended by"),
    "cost": pgettext_lazy("download", "Cost to win it"),
}


def shown(value: float | None, unit: str, currency: str) -> str:
    """A figure as the reader writes it, with its unit."""
    if numbers.missing(value):
        return numbers.NOTHING
    if unit == "money":
        return numbers.money(value, currency)
    if unit == "share":
        return numbers.share(value)
    return numbers.plain(value)


def times(value: float | None) -> str:
    """How many times as much."""
    return _("%(n)s ×") % {"n": numbers.plain(value)} if value is not None else numbers.NOTHING


def range_of(low: float | None, high: float | None, unit: str, currency: str) -> str:
    """An interval in words; "" where it is not known."""
    if numbers.missing(low) or numbers.missing(high):
        return ""
    if unit == "money":
        ends: Any = numbers.money_ends(low, high, currency)
    else:
        ends = (shown(low, unit, currency), shown(high, unit, currency))
    return ends[0] if ends[0] == ends[1] else pgettext("interval", "%(low)s to %(high)s") % {"low": ends[0], "high": ends[1]}  # fmt: skip


def group(by: str, name: str) -> str:
    """A group of accounts in words."""
    if by == "cohort" and name == "before":
        return pgettext("cohort", "There before the data begin")
    if by == "size":
        return str(SIZES.get(name, name))
    if by == "age":
        return _("Since their first order")
    return name or str(BY["all"])


def origin(by: str, name: str) -> str:
    """Where new accounts come from, in words."""
    if not name:
        return pgettext("new accounts", "Not known")
    return str(CHOICES["former_supplier_reason"].get(name, name)) if by == "left_because" else name


def signs_of(like: int) -> str:
    return ngettext("%(n)s sign", "%(n)s signs", like) % {"n": numbers.plain(like)}


def same(row: dict[str, Any], currency: str) -> str:
    """What accounts of an age brought the year before, and then; of the same accounts both. A row of AGES."""
    if row["before"] is None or row["growth"] is None:
        return numbers.NOTHING
    after = row["before"] * (1 + row["growth"])
    return f"{numbers.money(row['before'], currency)} → {numbers.money(after, currency)}"


def growth(row: dict[str, Any]) -> str:
    """How the same accounts grew, with its interval."""
    if row["growth"] is None:
        return numbers.NOTHING
    return f"{numbers.change(row['growth'])} ({growth_ends(row)})"


def growth_ends(row: dict[str, Any]) -> str:
    low, high = numbers.change(row["growth_low"]), numbers.change(row["growth_high"])
    return low if low == high else pgettext("interval", "%(low)s to %(high)s") % {"low": low, "high": high}  # fmt: skip
