"""Words for what came of nightly runs."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from mainstay.desk import numbers
from mainstay.desk.accounts import words as account_words
from mainstay.desk.nightly import queries

VERDICTS: dict[str, Any] = {
    "running": pgettext_lazy("nightly run", "under way"),
    "done": pgettext_lazy("nightly run", "all done"),
    "in_part": pgettext_lazy("nightly run", "done, but not all sources"),
    "failed": pgettext_lazy("nightly run", "failed"),
    "cancelled": pgettext_lazy("nightly run", "called off"),
}
STEPS: dict[str, Any] = {
    "imports_before": gettext_lazy("Seeing what is there"),
    "show_facts": gettext_lazy("Bringing the rows to the pages"),
    "assessment_id": gettext_lazy("Getting ready to assess"),
    "assess": gettext_lazy("Assessing all accounts"),
    "publish": gettext_lazy("Bringing the result to the pages"),
    "digests": gettext_lazy("Sending the digests that are due"),
}
# Steps that are over in no time and tell nobody anything.
UNTOLD = ("imports_before", "assessment_id")


def outcome(one: Any) -> str:
    """What a source brought, in a line."""
    if not one:
        return _("nothing")
    parts = []
    if one.get("files") or one.get("known"):
        files = ngettext("{n} file", "{n} files", one["files"])
        parts.append(files.format(n=numbers.plain(one["files"])))
    rows = ngettext("{n} row taken", "{n} rows taken", one["rows_taken"])
    parts.append(rows.format(n=numbers.plain(one["rows_taken"])))
    if one.get("rows_set_aside"):
        aside = ngettext("{n} row set aside", "{n} rows set aside", one["rows_set_aside"])
        parts.append(aside.format(n=numbers.plain(one["rows_set_aside"])))
    return ", ".join(parts)


def troubles(one: Any) -> list[str]:
    """What of a source could not be imported, and why."""
    if not one:
        return []
    told = []
    for failed in one.get("failed", []):
        why = account_words.sentence(failed["error"])
        told.append(f"{failed['what']}: {why}" if failed["what"] else why)
    further = one.get("failures", 0) - len(told)
    if further > 0:
        said = ngettext("and {n} more", "and {n} more", further)
        told.append(said.format(n=numbers.plain(further)))
    return told


def for_digest(user: Any) -> list[str]:
    """What an administrator is told of the last run on top of a digest; nothing where all was done."""
    trouble = queries.trouble() if user.is_administrator else None
    if trouble is None:
        return []
    said = _("The nightly run of {day} did not do all: {verdict}. Look under People › Every night.")
    day = account_words.day(timezone.localdate(trouble.night.begun_at))
    return [said.format(day=day, verdict=VERDICTS[trouble.verdict])]


def duration(seconds: float | None) -> str:
    """How long something took, in words."""
    if seconds is None:
        return "–"
    if seconds < 60:
        whole = max(1, round(seconds))
        return ngettext("{n} second", "{n} seconds", whole).format(n=whole)
    if seconds < 3 * 3600:
        whole = round(seconds / 60)
        return ngettext("{n} minute", "{n} minutes", whole).format(n=whole)
    whole = round(seconds / 3600)
    return ngettext("{n} hour", "{n} hours", whole).format(n=whole)
