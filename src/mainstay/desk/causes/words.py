"""Words for causes: families, whose they are, how likely, how strong, when."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from mainstay import engine
from mainstay.desk.accounts.words import sentence
from mainstay.desk.imports import words as files

_KEYED = re.compile(r"(^|[;,、，；\n|]\s*)([^\W\d][\w ]*?)\s*[:=：＝]\s*")
UNKNOWN = engine.UNKNOWN
TOLD_WITHIN_WEEKS = 4  # so finely orders tell when a fall began
WHOSE: dict[str, Any] = {
    "ours": pgettext_lazy("whose cause", "Ours"),
    "theirs": pgettext_lazy("whose cause", "A competitor's"),
    "nobodys": pgettext_lazy("whose cause", "Nobody's"),
    UNKNOWN: pgettext_lazy("whose cause", "Not known"),
}
MEANT: dict[str, Any] = {
    "ours": gettext_lazy("something at our company"),
    "theirs": gettext_lazy("a competitor"),
    "nobodys": gettext_lazy("their own business, which nobody could have changed"),
    UNKNOWN: gettext_lazy("nothing that is recorded explains it"),
}
DIRECTIONS: dict[str, Any] = {
    "us": pgettext_lazy("a signal points at", "Us"),
    "them": pgettext_lazy("a signal points at", "Them"),
    "nobody": pgettext_lazy("a signal points at", "Nobody"),
}
STRENGTHS = (
    (0.67, pgettext_lazy("strength of a signal", "strong")),
    (0.34, pgettext_lazy("strength of a signal", "medium")),
    (0.0, pgettext_lazy("strength of a signal", "weak")),
)
LIKELY = (
    (0.9, pgettext_lazy("probability", "almost certainly")),
    (0.7, pgettext_lazy("probability", "very probably")),
    (0.5, pgettext_lazy("probability", "probably")),
    (0.3, pgettext_lazy("probability", "perhaps")),
    (0.15, pgettext_lazy("probability", "possibly")),
    (0.0, pgettext_lazy("probability", "hardly")),
)
FAMILY_DOWNLOAD: dict[str, Any] = {
    "cause": pgettext_lazy("download", "Cause"),
    "whose": pgettext_lazy("download", "Ours, a competitor's, nobody's"),
    "accounts": pgettext_lazy("download", "Accounts of which it is the first cause"),
    "falls": pgettext_lazy("download", "Falls, shared out by probability"),
    "lost": pgettext_lazy("download", "Lost, a year"),
    "at_risk": pgettext_lazy("download", "At risk, 52 weeks"),
}
# What the parts of a table of figures are.
PART_DOWNLOAD: dict[str, Any] = {
    "by_quarter": pgettext_lazy("column", "Quarter"),
    "by_region": pgettext_lazy("column", "Region"),
    "by_segment": pgettext_lazy("column", "Segment"),
    "by_category": pgettext_lazy("column", "Category"),
}


def family(name: str | None) -> str:
    """A family of causes, or what is unknown, in the reader's language."""
    if name == UNKNOWN:
        return _("We don't know yet")
    known = engine.FAMILIES.get(name or "")
    return sentence({"template": known.wording}) if known else name or ""


def whose(name: str | None) -> str:
    """Whose a family is: a key of WHOSE."""
    known = engine.FAMILIES.get(name or "")
    return known.whose if known else UNKNOWN


def reason(cause: str | None) -> str:
    """`delivery.late` in words; empty for one that is not known any more."""
    known = engine.CAUSES_BY_NAME.get(cause or "")
    return sentence({"template": known.wording}) if known else ""


def likely(p: float | None) -> str:
    """A probability as people say it."""
    return str(next(word for least, word in LIKELY if (p or 0.0) >= least))


def strength(value: float | None) -> str:
    return str(next(word for least, word in STRENGTHS if (value or 0.0) >= least))


def when(weeks_before: int | None) -> str:
    """How long before the fall began it happened, or after."""
    if weeks_before is None:
        return ""
    if weeks_before > 0:
        said = ngettext("%(n)s week before it began", "%(n)s weeks before it began", weeks_before)
        return said % {"n": weeks_before}
    if weeks_before < 0:
        said = ngettext("%(n)s week after it began", "%(n)s weeks after it began", -weeks_before)
        return said % {"n": -weeks_before}
    return _("in the week it began")


def about_when(weeks_before: int | None) -> bool:
    """Whether something that acted is dated so soon after the beginning that either may have been first."""
    return weeks_before is not None and -TOLD_WITHIN_WEEKS <= weeks_before < 0


def scope(text: str) -> str:
    """The scope of a company event as people wrote it, what it names by a key said in words."""
    named = {name: files.column(name) for name in ("region", "segment", "category", "product_id")}

    def said(found: re.Match[str]) -> str:
        name = engine.scope_key(found[2])
        return f"{found[1]}{named[name]}: " if name else found[0]

    return re.sub(r",(?=\S)", ", ", _KEYED.sub(said, text))


def quarter(name: str) -> str:
    """`2025-Q3` in words."""
    year, _dash, number = name.partition("-Q")
    return _("{year} Q{quarter}").format(year=year, quarter=number)
