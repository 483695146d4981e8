"""The desk's words for the engine's codes, and its sentences in the reader's language."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from mainstay import engine
from mainstay.core.texts import Text, gettext_noop
from mainstay.desk import numbers

STATES: dict[str, Any] = {
    "noticed": pgettext_lazy("state", "Told us"),
    "late": pgettext_lazy("state", "Late"),
    "slipping": pgettext_lazy("state", "Slipping"),
    "lost": pgettext_lazy("state", "Lost"),
    "won_back": pgettext_lazy("state", "Ordered again"),
    "new": pgettext_lazy("state", "New"),
    "growing": pgettext_lazy("state", "Growing"),
    "steady": pgettext_lazy("state", "Steady"),
    "quiet": pgettext_lazy("state", "Quiet until its season"),
    "closed": pgettext_lazy("state", "Closed"),
}
CATEGORY_STATES: dict[str, Any] = {
    "kept": pgettext_lazy("category", "Kept"),
    "slipping": pgettext_lazy("category", "Slipping"),
    "dropped": pgettext_lazy("category", "Dropped"),
    "discontinued": pgettext_lazy("category", "Discontinued by us"),
    "new": pgettext_lazy("category", "New"),
    "gone": pgettext_lazy("category", "No longer bought"),
}
# A category's state shares the shapes of the account states.
CATEGORY_ICONS = {
    "kept": "steady",
    "slipping": "slipping",
    "dropped": "lost",
    "discontinued": "closed",
    "new": "new",
    "gone": "lost",
}
SIZES: dict[str, Any] = {
    "large": pgettext_lazy("size", "Large"),
    "medium": pgettext_lazy("size", "Medium"),
    "small": pgettext_lazy("size", "Small"),
}
# Rows of figures by size, with the one of all of them.
SIZES_AND_ALL: dict[str, Any] = {"all": gettext_lazy("All accounts"), **SIZES}
ANSWERS: dict[str, Any] = {
    "yes": pgettext_lazy("answer", "Yes"),
    "no": pgettext_lazy("answer", "No"),
    "not_known": pgettext_lazy("answer", "Not known"),
}

ANY_THERE: dict[bool, Any] = {
    True: pgettext_lazy("whether there are any", "yes"),
    False: pgettext_lazy("whether there are any", "none"),
}
WALLET_SOURCES: dict[str, Any] = {
    "measured": pgettext_lazy("share of wallet", "Measured"),
    "declared": pgettext_lazy("share of wallet", "Declared"),
    "estimated": pgettext_lazy("share of wallet", "Estimated"),
}
LINE_KINDS: dict[str, Any] = {
    "sale": pgettext_lazy("order line", "Sale"),
    "return": pgettext_lazy("order line", "Return"),
    "credit": pgettext_lazy("order line", "Credit note"),
    "fee": pgettext_lazy("order line", "Fee, not counted"),
}

# What the engine says to people at the command line, as it is said to those at the desk.
AT_THE_DESK = {
    '“{file}” has no column for {missing}; its headings are those of the table {table}. Load it with --table {table}, or say which heading it is: --map "Heading={column}".': gettext_noop(
        "“{file}” has no column for {missing}; its headings are those of the table {table}. Say that it is that table, or choose a heading."
    ),
    '“{file}” has no column for {missing}; its headings are {headings}. Say which of them it is: --map "Heading={column}".': gettext_noop(
        "“{file}” has no column for {missing}; its headings are {headings}. Choose one of them for it."
    ),
    "“{place}” is a database: say with --sql which rows to load.": gettext_noop(
        "“{place}” is a database: save the rows that you want as a CSV file, and load that."
    ),
    "“{file}” is locked with a password: give it with --password, or save the file without one.": gettext_noop(
        "“{file}” is locked with a password: type it in below, or save the file without one."
    ),
    "Mainstay may not read or write here{place}. Ask for the right to it, or name another folder with --home or MAINSTAY_HOME.": gettext_noop(
        "Mainstay may not read or write here{place}. Tell your administrator."
    ),
    "A file is where a folder is needed{place}. Name another folder with --home or MAINSTAY_HOME.": gettext_noop(
        "A file is where a folder is needed{place}. Tell your administrator."
    ),
    "Nothing can be written into “{folder}” ({reason}), where Mainstay keeps what it makes. Ask for the right to it, have its disk mounted for writing, or name another folder with --home or MAINSTAY_HOME.": gettext_noop(
        "Nothing can be written into “{folder}” ({reason}), where Mainstay keeps what it makes. Tell your administrator."
    ),
    "“{folder}” can't be the folder that Mainstay keeps everything in ({place}: {reason}). Name another with --home or MAINSTAY_HOME.": gettext_noop(
        "“{folder}” can't be the folder that Mainstay keeps everything in ({place}: {reason}). Tell your administrator."
    ),
    "The file “{file}” of the order store's log is missing or damaged, so nobody can know which order lines count. Bring everything back from a backup with “mainstay restore FILE --replace”; nothing was changed.": gettext_noop(
        "The file “{file}” of the order store's log is missing or damaged, so nobody can know which order lines count. Nothing was changed. Tell your administrator: a backup brings everything back."
    ),
}
_OPTION = re.compile(r"\s*[(（]--[a-z-]+[)）]")  # (--map): of use at the command line alone


def state(code: str | None) -> str:
    return str(STATES.get(code or "", code or numbers.NOTHING))


def day(value: date | str | None) -> str:
    """A date as the reader writes it."""
    if not value:
        return numbers.NOTHING
    on = date.fromisoformat(value) if isinstance(value, str) else value
    return _day(date(on.year, on.month, on.day), get_language())


@lru_cache(maxsize=10_000)  # the order days of a page were those of the last one too
def _day(on: date, language: str | None) -> str:
    return date_format(on, "DATE_FORMAT")


def month(value: date) -> str:
    """Month and year: Nov 2011, 2011年11月."""
    return date_format(value, pgettext("date format: month and year", "M Y"))


def short_month(value: date) -> str:
    """A month on an axis; January is the year."""
    if value.month == 1:
        return date_format(value, pgettext("date format: year", "Y"))
    return date_format(value, pgettext("date format: month", "M"))


def _shown(name: str, value: Any, currency: str | None) -> Any:
    """One place of a sentence, by what its name says that it holds."""
    if value is None or value == "None":
        return _("an unknown number of") if name.endswith(("_days", "_weeks")) else numbers.NOTHING
    if name.endswith(("_on", "_month")):
        try:
            return day(value) if name.endswith("_on") else month(date.fromisoformat(f"{value}-01"))
        except ValueError:
            return value
    if name.endswith("_cause"):
        cause = engine.CAUSES_BY_NAME.get(str(value))
        return sentence(Text(cause.wording)) if cause else value
    if isinstance(value, bool):
        return str(ANY_THERE[value])
    if not isinstance(value, int | float):
        return value
    if name.endswith("_money"):
        return numbers.money(float(value), currency)
    if name.endswith("_share"):
        return numbers.share(float(value))
    if name.endswith("_rate"):
        return numbers.rate(float(value))
    if name.endswith("_ratio"):
        return numbers.plain(float(value))
    return numbers.plain(float(value)) if abs(value) < 10 else numbers.plain(round(value))


def sentence(text: Text | Mapping[str, Any], currency: str | None = None) -> str:
    """A text of the engine, in the reader's language; never fails for a stranger's template."""
    known = text if isinstance(text, Text) else Text.from_json(text)
    known = Text(AT_THE_DESK.get(known.template, known.template), known.data)
    try:
        told = known.render(_, lambda name, value: _shown(name, value, currency))
    except (KeyError, IndexError, ValueError):
        return known.template
    return _OPTION.sub("", told) if "--" in told else told


def sentences(stored: str | None, currency: str | None = None) -> list[str]:
    """The texts of a JSON column (Account.reasons), in the reader's language."""
    try:
        found = json.loads(stored or "[]")
    except ValueError:
        return []
    return [sentence(text, currency) for text in found]
