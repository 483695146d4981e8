"""The page that somebody of an account answers: no sign-in, one address, one answer, two names and no more."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mainstay.desk.access.origin import address
from mainstay.desk.accounts.models import Account, latest_id
from mainstay.desk.reviews import services, survey_words
from mainstay.desk.reviews.forms import SurveyForm
from mainstay.desk.reviews.models import Review, Survey

LONGEST_TOKEN = 64


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """Four questions; the reader chooses the language."""
    now = timezone.now()
    may_go_on = services.knock(_caller(request), now)
    found = Survey.objects.select_related("made_by").filter(token=token[:LONGEST_TOKEN]).first()
    review = Review.objects.filter(key=found.review_key).first() if found else None
    account = _account(review)
    language = _language(request, account)
    with translation.override(language):
        if not may_go_on:
            return _page(request, language, 429, said=_("Too many attempts. Try again in an hour."))
        if found is None or review is None:
            return _page(request, language, 404, said=_("There is no survey at this address."))
        name = account.name if account else review.account_id
        if not services.is_open(found, review, now):
            said = _("This link was used, or is no longer valid. Thank you.")
            return _page(request, language, 410, said=said, name=name)
        form = SurveyForm(review.kind, request.POST or None)
        if request.method == "POST" and form.is_valid():
            return _answered(request, found, form, language, name)
        return _page(request, language, 422 if form.errors else 200, form=form, name=name)


def _answered(
    request: HttpRequest, found: Survey, form: SurveyForm, language: str, name: str
) -> HttpResponse:
    try:
        answer = form.answer(language)
        services.answer(found, answer, said_by=f"{name} (survey)"[:200], now=timezone.now())
    except services.LinkClosed:
        said = _("This link was used, or is no longer valid. Thank you.")
        return _page(request, language, 410, said=said, name=name)
    return _page(request, language, 200, thanks=True, name=name)


def _page(request: HttpRequest, language: str, status: int, **context: Any) -> HttpResponse:
    context |= {
        "languages": survey_words.NAMES.items(),
        "chosen_language": language,
        "company": settings.COMPANY,
    }
    return render(request, "reviews/survey.html", context, status=status)


def _account(review: Review | None) -> Account | None:
    if review is None:
        return None
    rows = Account.objects.filter(assessment_id=latest_id(), account_id=review.account_id)
    return rows.only("id", "account_id", "name", "country").first()


def _language(request: HttpRequest, account: Account | None) -> str:
    """As chosen on the page; else that of the account's country; else as the reader's browser asks for."""
    asked = request.POST.get("lang") or request.GET.get("lang") or ""
    if asked in survey_words.NAMES:
        return asked
    of_country = survey_words.language_of(account.country) if account else None
    of_browser = translation.get_language_from_request(request)
    return of_country or (of_browser if of_browser in survey_words.NAMES else "en")


def _caller(request: HttpRequest) -> str:
    """Where a request comes from; of the newer addresses the network, which is one household's."""
    found = ip_address(address(request))
    if isinstance(found, IPv6Address):
        return str(ip_network(f"{found}/64", strict=False))
    return str(found)
