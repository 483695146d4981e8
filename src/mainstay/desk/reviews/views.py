"""Reviews: whom to review, one review step by step, what is to change, what was learnt."""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from mainstay.core.errors import MainstayError
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts.queries import Sight, sight_and_account
from mainstay.desk.causes import queries as causes
from mainstay.desk.facts import changes as fact_changes
from mainstay.desk.facts.drafts import saved
from mainstay.desk.facts.services import ChangedMeanwhile, SentBefore, ThereAlready, was_sent
from mainstay.desk.numbers import typed
from mainstay.desk.reviews import deeds, forms, proposals, queries, services, words
from mainstay.desk.reviews.models import Review
from mainstay.desk.reviews.rights import changes_seen, code_of, may_confirm, may_review
from mainstay.desk.timeline import queries as timeline_queries
from mainstay.desk.timeline import words as timeline_words

AFTER = timedelta(weeks=13)  # the black box goes on for so long after the onset
BOX_MONTHS, BOX_MOMENTS = 15, 60


def _page(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    context |= {
        "may_review": may_review(request.user),
        "may_confirm": may_confirm(request.user),
        "section": context.get("section", "review"),
        "today": timezone.localdate(),
        "once": secrets.token_urlsafe(12),
    }
    return render(request, f"reviews/{template}.html", context, status=status)


@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """The reviews by their stage, and whom to review next."""
    sight, asked = Sight.of(request.user), queries.Asked.read(request.GET)
    now = timezone.now()
    shows = may_review(request.user) and asked.stage != "done" and asked.page == 1
    return _page(
        request,
        "list",
        sight=sight,
        currency=sight.currency,
        asked=asked,
        page=queries.reviews_page(sight, asked, now),
        counts=queries.counts(sight, now),
        stages=words.STAGES,
        kinds=words.KINDS,
        proposed=_proposed(request, sight) if shows else None,
        now=now,
    )


def _proposed(request: HttpRequest, sight: Sight) -> proposals.Proposals:
    number = min(typed(request.GET.get("more", "")[:4], 0), proposals.MOST_PAGES)
    return proposals.proposals(sight, timezone.localdate(), number=max(0, number))


@require_safe
def learnt(request: HttpRequest) -> HttpResponse:
    return _page(request, "learnt", figures=queries.figures(request.user), enough=queries.ENOUGH)


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """What is to change, what is overdue first and by name."""
    sight = Sight.of(request.user)
    mine = request.GET.get("whose") == "mine"
    found = queries.changes(
        sight,
        mine=mine,
        number=queries.page_number(request.GET),
        today=timezone.localdate(),
    )
    return _page(
        request,
        "changes",
        sight=sight,
        page=found,
        mine=mine,
        me=code_of(sight.user),
        names=queries.names(),
        section="todo",
    )


@require_POST
def open_review(request: HttpRequest) -> HttpResponse:
    """One tap on a proposal, or on the account's page."""
    if not may_review(request.user):
        raise PermissionDenied
    named = request.POST.get("account", "").replace("\0", "")
    sight, account = sight_and_account(request.user, named)
    kind = request.POST.get("review_as", "")
    if kind not in words.KINDS:
        raise Http404
    try:
        made = services.open_review(sight.user, account, kind, today=timezone.localdate())
    except ThereAlready as error:
        messages.info(request, in_words(error))
        there = queries.of_account(account)
        return redirect("reviews:show", there[0].pk) if there else redirect("reviews:list")
    return redirect("reviews:show", made.pk)


def _review(request: HttpRequest, pk: int) -> Review:
    found = queries.one(request.user, pk)
    if found is None:
        raise Http404
    return found


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, _review(request, pk))


def _show(
    request: HttpRequest,
    review: Review,
    sent: forms.StepForm | None = None,
    others: list[tuple[str, str, str]] | None = None,
) -> HttpResponse:
    """One review; with a step that was sent and can't be so."""
    sight, now = Sight.of(request.user), timezone.now()
    whole = queries.whole(sight, review, now)
    steps = deeds.steps(sight.user, whole)
    if sent is not None:
        steps = [step.with_form(sent) if step.name == sent.step else step for step in steps]
    address = ""
    if whole.survey and whole.running and whole.asks:
        path = reverse("reviews:survey", args=[whole.survey.token])
        address = request.build_absolute_uri(path)
    return _page(
        request,
        "show",
        422 if sent else 200,
        sight=sight,
        currency=sight.currency,
        whole=whole,
        review=review,
        account=whole.account,
        steps=steps,
        others=others,
        address=address,
        why=causes.why_of(sight, whole.account) if whole.account else None,
        mine=review.change_owner_id == code_of(sight.user),
    )


@require_safe
def black_box(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened around the onset, as far as it is known."""
    review = _review(request, pk)
    sight, account = sight_and_account(request.user, review.account_id)
    until = (review.onset_on or review.opened_on) + AFTER
    found = timeline_queries.timeline(
        account,
        frozenset(timeline_words.FAMILIES),
        until=min(until, timezone.localdate()),
        months=BOX_MONTHS,
        most=BOX_MOMENTS,
    )
    return _page(request, "box", timeline=found, currency=sight.currency)


@require_POST
def act(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Write one step of a review."""
    if step == "changed":
        return _changed(request, pk)
    review = _review(request, pk)
    if not may_review(request.user):
        raise PermissionDenied
    if step in deeds.TAPS:
        return _tap(request, review, step)
    whole = queries.whole(Sight.of(request.user), review, timezone.now())
    if step not in deeds.open_to(request.user, whole):
        raise Http404
    form = forms.StepForm(step, review, queries.people(), request.POST)
    if not form.is_valid():
        return _show(request, review, form)
    user: Any = request.user
    seen, once = form.cleaned_data["seen"] or 0, form.cleaned_data["once"]
    try:
        with suppress(SentBefore):  # it is written: answered as it was the first time
            services.write(user, review, form.values(), seen=seen, once=once)
    except ChangedMeanwhile as error:
        others = fact_changes.differences(form, error.fact)
        form.add_error(None, in_words(error))
        form.now_at(error.fact.version)
        return _show(request, _review(request, pk), form, others)
    except MainstayError as error:
        form.add_error(None, in_words(error))
        return _show(request, review, form)
    messages.success(request, str(words.STEPS[step][1]))
    return saved(request, reverse("reviews:show", args=[pk]))


def _tap(request: HttpRequest, review: Review, step: str) -> HttpResponse:
    """What needs no more than a button: confirm, open again, make a link, close it."""
    user: Any = request.user
    seen, once = typed(request.POST.get("seen", ""), 0), request.POST.get("once", "")
    try:
        match step:
            case "confirm":
                today = timezone.localdate()
                services.confirm(user, review, seen=seen, today=today, once=once)
            case "reopen":
                services.reopen(user, review, seen=seen, once=once)
            case "survey":
                services.make_survey(user, review, now=timezone.now())
            case "close":
                services.close_survey(user, review, now=timezone.now())
    except SentBefore:
        messages.success(request, str(words.STEPS[step][1]))
    except MainstayError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(request, str(words.STEPS[step][1]))
    return redirect("reviews:show", review.pk)


def _changed(request: HttpRequest, pk: int) -> HttpResponse:
    """What was to change is changed; its owner may say so of an account that is not theirs."""
    user: Any = request.user
    review = changes_seen(user).filter(pk=pk).first()
    if review is None:
        if not was_sent(user, request.POST.get("once", "")):
            raise Http404
        messages.success(request, str(words.STEPS["changed"][1]))
        return redirect("reviews:changes")
    if not may_review(user) and review.change_owner_id != code_of(user):
        raise PermissionDenied
    form = forms.ChangedForm(request.POST)
    if not form.is_valid() or not _can_be(review, form.cleaned_data["changed_on"]):
        messages.error(request, str(words.CHOOSE_A_DAY))
        return redirect("reviews:changes")
    given = form.cleaned_data
    try:
        with suppress(SentBefore):
            services.changed(
                user, review, given["changed_on"], seen=given["seen"], once=given["once"]
            )
    except MainstayError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(request, str(words.STEPS["changed"][1]))
    return redirect("reviews:changes")


def _can_be(review: Review, changed_on: date) -> bool:
    return review.opened_on <= changed_on <= timezone.localdate()
