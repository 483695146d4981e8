"""Figures beside those of the quarter before and of the same quarter a year before."""

from __future__ import annotations

from mainstay.core.texts import Text, gettext_noop

_BEFORE = {
    "": gettext_noop("The quarter before: {value}."),
    "_money": gettext_noop("The quarter before: {value_money}."),
    "_share": gettext_noop("The quarter before: {value_share}."),
}
_YEAR = {
    "": gettext_noop("The same quarter a year before: {value}."),
    "_money": gettext_noop("The same quarter a year before: {value_money}."),
    "_share": gettext_noop("The same quarter a year before: {value_share}."),
}
_NEITHER = gettext_noop("The quarter before and the same quarter a year before are not known.")
_NOT_BEFORE = gettext_noop("The quarter before is not known.")
_NOT_YEAR = gettext_noop("The same quarter a year before is not known.")


def compared(before: float | None, last_year: float | None, kind: str = "") -> list[Text]:
    """One or two sentences; kind: "", "_money" or "_share" """
    if before is None and last_year is None:
        return [Text(_NEITHER)]
    told = (
        [Text(_NOT_BEFORE)] if before is None else [Text(_BEFORE[kind], {f"value{kind}": before})]
    )
    year = [Text(_NOT_YEAR)]
    if last_year is not None:
        year = [Text(_YEAR[kind], {f"value{kind}": last_year})]
    return told + year
