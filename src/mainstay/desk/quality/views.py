"""The pages of quality: each view parses, asks and renders."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mainstay.core.errors import MainstayError
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts import words as account_words
from mainstay.desk.accounts.downloads import KINDS
from mainstay.desk.accounts.queries import Sight, sight_and_account
from mainstay.desk.accounts.words import SIZES
from mainstay.desk.complaints.rights import Seen
from mainstay.desk.facts.forms import staff_names
from mainstay.desk.facts.rights import may_write
from mainstay.desk.guarantees import queries as guarantees
from mainstay.desk.quality import downloads, pictures, queries, services
from mainstay.desk.team.watch import no_bulk

TABLE = "corrective_actions"


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    sight = Sight.of(request.user)
    context: dict[str, Any] = {"section": "standing", "assessment": sight.assessment}
    if sight.assessment is None:
        return render(request, "accounts/nothing.html", context)
    context |= _answers(sight)
    found = queries.kept(sight.assessment.pk)
    if found is None:
        return render(request, "quality/nothing.html", context)
    asked = guarantees.Asked.read(request.GET, "quality")
    whole = queries.portfolio(found) if sight.user.sees_all_accounts else None
    title = _("Complaints and returns per 1,000 units, by month")
    hits, n_hits = queries.hit_twice(sight, found)
    context |= {
        "found": whole,
        "batches": _with_asked(whole.batches) if whole else [],
        "chart": pictures.by_month(title, whole.months, sight.assessment.as_of) if whole else None,
        "hits": hits,
        "n_hits": n_hits,
        "asked": asked,
        "page": guarantees.worst(sight, asked),
        "sizes": SIZES.items(),
        "currency": sight.currency,
        "downloads": KINDS,
    }
    return render(request, "quality/portfolio.html", context)


def _answers(sight: Sight, about: Q | None = None) -> dict[str, Any]:
    """What production answers, for a template."""
    return {
        "answers": queries.answers(sight.user, timezone.localdate(), about),
        "staff": staff_names(),
        "may_ask": may_write(sight.user, TABLE),
        "may_write": may_write(sight.user, TABLE),
    }


@require_safe
def product(request: HttpRequest, product_id: str) -> HttpResponse:
    sight, found = _measured(request)
    told = queries.product(sight, found, product_id)
    if told is None or sight.assessment is None:
        raise Http404
    title = _("Complaints and returns per 1,000 units, by month")
    context = {
        "section": "standing",
        "assessment": sight.assessment,
        "product_id": product_id,
        "found": told,
        "row": told.row,
        "chart": pictures.by_month(title, told.months, sight.assessment.as_of),
        "complaints": queries.complaint_pages(sight, told.cases),
        "batches": _with_asked(told.batches),
        "asked_already": services.asked(services.About(product_id)),
        "currency": sight.currency,
        "downloads": KINDS,
        **_answers(sight, queries.about_product(sight, product_id)),
    }
    return render(request, "quality/product.html", context)


def _with_asked(batches: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Batches, each with the day on which production was asked where it owes an answer."""
    asked = services.asked_of(row["product_id"] for row in batches)
    found = ((row, asked.get((row["product_id"], row["batch"]))) for row in batches)
    return [{**row, "asked_on": one.asked_on if one else None} for row, one in found]


def _measured(request: HttpRequest) -> tuple[Sight, Any]:
    """Raises: Http404 where nothing was measured"""
    sight = Sight.of(request.user)
    found = queries.kept(sight.assessment.pk) if sight.assessment else None
    if found is None:
        raise Http404
    return sight, found


@require_safe
def account(request: HttpRequest, account_id: str) -> HttpResponse:
    sight, account = sight_and_account(request.user, account_id)
    found = queries.kept(account.assessment_id)
    context: dict[str, Any] = {
        "section": "accounts",
        "account": account,
        "assessment": account.assessment,
    }
    told = queries.of_account(sight, found, account) if found is not None else None
    if told is None or (told.row is None and not told.cases):
        return render(request, "quality/nothing.html", context)
    context |= {
        "found": told,
        "row": told.row,
        "card": told.card,
        "chart": pictures.by_quarter(told.quarters, told.peers, account.assessment.as_of),
        "downloads": KINDS,
        "complaints": queries.complaint_pages(sight, told.cases),
        **_answers(sight, queries.about_account(account)),
    }
    return render(request, "quality/account.html", context)


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Ask production for an answer on a complaint, a product or a batch; back to where that stands."""
    user: Any = request.user
    if not may_write(user, TABLE):
        raise PermissionDenied
    about, back = _about(request)
    if there := services.asked(about):
        said = _("Production was asked already, on {asked}; the answer is due on {day}.")
        days = {
            "asked": account_words.day(there.asked_on),
            "day": account_words.day(there.answer_due_on),
        }
        messages.info(request, said.format(**days))
        return redirect(back)
    once = request.POST.get("once", "")[:64]
    try:
        action = services.ask(user, about, today=timezone.localdate(), once=once)
    except MainstayError as error:
        messages.error(request, in_words(error))
    else:
        day = account_words.day(action.answer_due_on)
        messages.success(
            request, _("Production is asked; the answer is due on {day}.").format(day=day)
        )
    return redirect(back)


def _about(request: HttpRequest) -> tuple[services.About, str]:
    """What is asked about, and the page that it is shown on.

    Raises: Http404 for what is not there, or not for this reader
    """
    named = {
        name: request.POST.get(name, "").replace("\0", "").strip() or None
        for name in ("product", "batch", "complaint")
    }
    if named["complaint"]:
        complaint = Seen.by(request.user).complaints.filter(complaint_id=named["complaint"]).first()
        if complaint is None:
            raise Http404
        about = services.About(complaint.product_id, complaint.batch, complaint.complaint_id)
        return about, reverse("complaints:show", args=[complaint.pk])
    sight, found = _measured(request)
    if named["product"] is None or queries.product(sight, found, named["product"]) is None:
        raise Http404
    batch = named["batch"]
    if batch and not queries.has_batch(sight, found, named["product"], batch):
        raise Http404
    about = services.About(named["product"], batch)
    return about, reverse("quality:product", args=[named["product"]])


@require_safe
@no_bulk
def download(request: HttpRequest, table: str, kind: str) -> HttpResponse:
    """A table as a file: accounts, hits and answers those that one sees, all others for those who see all."""
    sight, found = _measured(request)
    allowed = table in downloads.OWN or (table in downloads.TABLES and sight.user.sees_all_accounts)
    if kind not in KINDS or not allowed:
        raise Http404
    return downloads.table(sight, found, table, kind)


@require_safe
@no_bulk
def download_months(request: HttpRequest, product_id: str, kind: str) -> HttpResponse:
    sight, found = _measured(request)
    if kind not in KINDS or not sight.user.sees_all_accounts:
        raise Http404
    return downloads.months(sight, found, product_id, kind)


@require_safe
@no_bulk
def download_cases(request: HttpRequest, account_id: str, kind: str) -> HttpResponse:
    sight, account = sight_and_account(request.user, account_id)
    found = queries.kept(account.assessment_id)
    if found is None or kind not in KINDS:
        raise Http404
    return downloads.cases(sight, account, found, kind)
