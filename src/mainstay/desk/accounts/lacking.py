"""What figures lack, and how it is mended: said on pages, in digests and by the doctor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from mainstay.core.texts import Text, gettext_noop
from mainstay.desk.accounts.models import Assessment
from mainstay.desk.accounts.queries import Sight

UNRATED_MATTERS = gettext_noop("Accounts that order in them alone are in no list.")


@dataclass(frozen=True)
class Lack:
    """Something that is missing.

    what: what is so; why: why that matters
    mend: what to do about it at the desk, and command at the command line
    url: of the page where that is done
    """

    code: str
    what: Text
    why: str
    mend: Text
    url: str
    command: str


def lacks(sight: Sight) -> list[Lack]:
    """For who sees all accounts: the numbers are the company's."""
    if sight.assessment is None or not sight.user.sees_all_accounts:
        return []
    found = (without_rate(sight.assessment),)
    return [one for one in found if one]


def without_rate(assessment: Assessment) -> Lack | None:
    """Order lines in a currency that has no exchange rate in their month."""
    lines: Mapping[str, int] = assessment.meta.get("missing_rates") or {}
    if not lines:
        return None
    said = gettext_noop(
        "Order lines in {currencies} are in no figure, since there is no exchange rate: {lines}."
    )
    return Lack(
        "exchange_rates",
        Text(said, {"currencies": ", ".join(sorted(lines)), "lines": sum(lines.values())}),
        UNRATED_MATTERS,
        Text(gettext_noop("Load exchange rates under Imports, then assess again.")),
        reverse("imports:list"),
        "mainstay import FILE --table exchange_rates",
    )
