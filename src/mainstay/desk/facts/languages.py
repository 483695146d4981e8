"""The language in which an account reads what it is given: sheets, packs, surveys."""

from __future__ import annotations

from django.conf import settings

from mainstay.core.holidays import code_of
from mainstay.desk.accounts.models import Account
from mainstay.desk.facts.models import AccountFacts

OF_COUNTRIES = {
    **dict.fromkeys(("TW", "HK", "MO"), "zh-hant"),
    **dict.fromkeys(("CN", "SG"), "zh-hans"),
    "KR": "ko",
}


def language_of(account: Account) -> str | None:
    """The account's own, else the one that is likely read in its country; None where neither tells."""
    rows = AccountFacts.objects.filter(account_id=account.account_id)
    told = (rows.values_list("language", flat=True).first() or "").replace("_", "-")
    known = {code for code, _name in settings.LANGUAGES}
    return told if told in known else OF_COUNTRIES.get(code_of(account.country))
