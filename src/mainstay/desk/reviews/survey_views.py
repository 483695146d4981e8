"""The page that somebody of an account answers: no sign-in, one address, one answer, two names and no more."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mainstay.desk.reviews import services, strangers
from mainstay.desk.reviews.forms import SurveyForm
from mainstay.desk.reviews.models import Review, Survey


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """Four questions; the reader chooses the language."""
    now = timezone.now()
    may_go_on = strangers.knock(strangers.caller(request), now)
    found = (
        Survey.objects.select_related("made_by")
        .filter(token=token[: strangers.LONGEST_TOKEN])
        .first()
    )
    review = Review.objects.filter(key=found.review_key).first() if found else None
    account = strangers.account_of(review.account_id if review else None)
    language = strangers.language_for(request, account)
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
    return strangers.page(request, "reviews/survey.html", language, status, **context)
