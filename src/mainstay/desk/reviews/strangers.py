"""What pages that are answered without signing in share: who calls and how often, whose name, which language."""

from __future__ import annotations

from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from mainstay.desk.access.origin import address
from mainstay.desk.accounts.models import Account, latest_id
from mainstay.desk.facts import languages
from mainstay.desk.reviews import survey_words
from mainstay.desk.reviews.models import Knock

LONGEST_TOKEN = 64
MOST_KNOCKS = 40  # an hour from one address


def knock(address: str, now: datetime) -> bool:
    """Count that an address asks for a survey; whether it may go on."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    Knock.objects.filter(hour__lt=hour).delete()
    made, _new = Knock.objects.get_or_create(address=address[:64], hour=hour)
    Knock.objects.filter(pk=made.pk).update(times=F("times") + 1)
    return made.times < MOST_KNOCKS


def caller(request: HttpRequest) -> str:
    """Where a request comes from; of the newer addresses the network, which is one household's."""
    found = ip_address(address(request))
    if isinstance(found, IPv6Address):
        return str(ip_network(f"{found}/64", strict=False))
    return str(found)


def account_of(account_id: str | None) -> Account | None:
    """The account that is asked, by the latest assessment."""
    if account_id is None:
        return None
    rows = Account.objects.filter(assessment_id=latest_id(), account_id=account_id)
    return rows.only("id", "account_id", "name", "country").first()


def language_for(request: HttpRequest, account: Account | None) -> str:
    """As chosen on the page; else the account's; else as the reader's browser asks for."""
    asked = request.POST.get("lang") or request.GET.get("lang") or ""
    if asked in survey_words.NAMES:
        return asked
    of_account = languages.language_of(account) if account else None
    of_browser = translation.get_language_from_request(request)
    return of_account or (of_browser if of_browser in survey_words.NAMES else "en")


def page(
    request: HttpRequest, template: str, language: str, status: int, **context: Any
) -> HttpResponse:
    """A page of two names and no more; template: extends `reviews/stranger.html`."""
    context |= {
        "languages": survey_words.NAMES.items(),
        "chosen_language": language,
        "company": settings.COMPANY,
    }
    return render(request, template, context, status=status)
