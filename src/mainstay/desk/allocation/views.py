"""The pages of short stock: each view parses, asks and renders."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from mainstay.core.errors import MainstayError
from mainstay.core.settings import Settings
from mainstay.core.texts import Text
from mainstay.desk.access.rights import allowed
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts import words as account_words
from mainstay.desk.accounts.downloads import KINDS
from mainstay.desk.accounts.queries import Sight, sight_and_account
from mainstay.desk.allocation import downloads, forms, pictures, queries, services, words
from mainstay.desk.allocation.models import Sheet, SheetLine, ShortProduct
from mainstay.desk.imports import notices
from mainstay.desk.imports import progress as work

MOST_BROKEN = 12  # sentences about what changes by hand break


def _page(
    request: HttpRequest, template: str, sight: Sight, status: int = 200, **context: Any
) -> HttpResponse:
    context |= {
        "sight": sight,
        "assessment": sight.assessment,
        "section": "standing",
        "may_decide": services.may_decide(request.user),
        "states": words.STATES,
        "downloads": KINDS,
    }
    return render(request, f"allocation/{template}.html", context, status=status)


def _sheet(sheet_id: str) -> Sheet:
    """Raises: Http404"""
    found = Sheet.objects.select_related("made_by", "approved_by").filter(pk=sheet_id).first()
    if found is None:
        raise Http404
    return found


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The newest sheet, those before it, and the form that makes one."""
    return _overview(request)


def _overview(request: HttpRequest, form: forms.StartForm | None = None) -> HttpResponse:
    sight = Sight.of(request.user)
    newest = queries.newest()
    set_ = Settings.load(settings.HOME.folder)
    first = {"floor": round(100 * set_.small_floor, 2), "days": set_.allocation_days}
    job = services.under_way()
    return _page(
        request,
        "list",
        sight,
        422 if form else 200,
        newest=newest,
        sheets=queries.sheets(),
        work=work.shown(job) if job else None,
        form=form or forms.StartForm(initial=first),
        **(_of_sheet(request, sight, newest) if newest else {}),
    )


def _of_sheet(request: HttpRequest, sight: Sight, sheet: Sheet) -> dict[str, Any]:
    """What a sheet's page shows: sums and products to who sees all accounts, else their own lines."""
    context: dict[str, Any] = {"sheet": sheet, "currency": sheet.currency}
    if not sight.user.sees_all_accounts:
        rows = queries.lines(sight, sheet).order_by("-lost", "n")
        return context | {"page": queries.shown(sight, sheet, rows, request.GET)}
    changed = queries.changed(sheet)
    by_hand = queries.with_hand(sheet, changed)
    return context | {
        "page": queries.products(sheet, request.GET),
        "rules": [*queries.rules(sheet), *([by_hand] if by_hand else [])],
        "broken": _in_words(sheet, queries.broken(sheet, changed)),
        "most_broken": MOST_BROKEN,
        "rule_words": words.RULES,
        "chart": pictures.lost(sheet),
        "said": [account_words.sentence(one, sheet.currency) for one in sheet.said],
    }


def _in_words(sheet: Sheet, texts: list[Text]) -> list[str]:
    return [account_words.sentence(text, sheet.currency) for text in texts]


@require_safe
def sheet(request: HttpRequest, sheet_id: str) -> HttpResponse:
    found, sight = _sheet(sheet_id), Sight.of(request.user)
    return _page(request, "sheet", sight, **_of_sheet(request, sight, found))


@require_POST
@allowed(services.DECIDERS)
def start(request: HttpRequest) -> HttpResponse:
    form = forms.StartForm(request.POST)
    if not form.is_valid():
        return _overview(request, form)
    said, user = form.cleaned_data, Sight.of(request.user).user
    share = round(said["floor"] / 100, 6)
    notices.watch(request, services.start(user, small_share=share, days=said["days"]))
    return redirect("allocation:list")


@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """How far the work is; the page comes anew when it is over."""
    job = services.under_way()
    if job is not None:
        return render(request, "allocation/_work.html", {"work": work.shown(job)})
    if request.headers.get("HX-Request"):
        return HttpResponseClientRefresh()
    return redirect("allocation:list")


@require_POST
@allowed(services.DECIDERS)
def approve(request: HttpRequest, sheet_id: str) -> HttpResponse:
    found, user = _sheet(sheet_id), Sight.of(request.user).user
    try:
        job = services.approve(user, found, aware="aware" in request.POST)
    except MainstayError as error:
        messages.error(request, in_words(error))
        return redirect("allocation:sheet", found.pk)
    if job is not None:
        notices.watch(request, job)
        return redirect("allocation:list")
    messages.success(request, _("Approved, and written down line by line."))
    return redirect("allocation:sheet", found.pk)


@require_safe
def download(request: HttpRequest, sheet_id: str, kind: str) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    return downloads.export(Sight.of(request.user), _sheet(sheet_id), kind)


@require_safe
def product(request: HttpRequest, sheet_id: str, pk: int) -> HttpResponse:
    """One short product: who gets what of it, and why; of the reader's accounts alone, where they look after some."""
    found, sight = _sheet(sheet_id), Sight.of(request.user)
    one = ShortProduct.objects.filter(sheet=found, pk=pk).first()
    if one is None:
        raise Http404
    rows = queries.lines(sight, found).filter(product_id=one.product_id).order_by("n")
    page = queries.shown(sight, found, rows, request.GET)
    if not page.rows and not sight.user.sees_all_accounts:
        raise Http404
    return _page(
        request, "product", sight, sheet=found, currency=found.currency, one=one, page=page
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(services.DECIDERS)
def line(request: HttpRequest, sheet_id: str, pk: int) -> HttpResponse:
    """Set what one line gets by hand: first what it costs and who pays, then it is kept."""
    found, sight = _sheet(sheet_id), Sight.of(request.user)
    row = SheetLine.objects.filter(sheet=found, pk=pk).first()
    if row is None:
        raise Http404
    first = {"given": row.given, "reason": row.hand_reason or "", "seen": row.version}
    form = forms.HandForm(request.POST or None, initial=first)
    made = None
    if request.method == "POST" and form.is_valid():
        made = _set(request, sight, found, row, form)
        if isinstance(made, HttpResponse):
            return made
    one = ShortProduct.objects.get(sheet=found, product_id=row.product_id)
    return _page(
        request,
        "line",
        sight,
        422 if form.errors else 200,
        sheet=found,
        currency=found.currency,
        row=row,
        one=one,
        form=form,
        made=made,
        broken=_in_words(found, made.broken) if made else [],
        most_broken=MOST_BROKEN,
        aware=repr(form.cleaned_data["given"]) if made else "",
        reasons=queries.reasons(row, found.currency),
    )


def _set(
    request: HttpRequest, sight: Sight, found: Sheet, row: SheetLine, form: forms.HandForm
) -> Any:
    """The price of the change, or the way on after it was kept; None where it can't be.

    What breaks something is kept only after that was shown, of the same quantity.
    """
    said = form.cleaned_data
    aware = "rule" in request.POST or request.POST.get("aware") == repr(said["given"])
    try:
        if "save" not in request.POST and "rule" not in request.POST:
            return services.priced(found, row, said["given"])
        if not aware and found.is_draft and row.version == said["seen"]:
            made = services.priced(found, row, said["given"])
            if made.broken:
                return made
        services.set_by_hand(
            sight.user,
            row,
            said["given"],
            said["reason"] or "",
            seen=said["seen"],
            today=timezone.localdate(),
        )
    except MainstayError as error:
        form.add_error(None, in_words(error))
        return None
    messages.success(request, _("Kept. The rest was shared out anew."))
    product_pk = ShortProduct.objects.get(sheet=found, product_id=row.product_id).pk
    return redirect("allocation:product", found.pk, product_pk)


@require_safe
def account(request: HttpRequest, account_id: str) -> HttpResponse:
    """What one account gets of what is short, and why, in words that it may be told."""
    sight, one = sight_and_account(request.user, account_id)
    newest = queries.newest()
    context: dict[str, Any] = {"account": one, "sheet": newest, "currency": sight.currency}
    if newest is not None:
        rows = SheetLine.objects.filter(sheet=newest, account_id=one.account_id).order_by("n")
        context["sums"] = queries.sums(list(rows))
        context["page"] = queries.shown(sight, newest, rows, request.GET)
        context["currency"] = newest.currency
    return _page(request, "account", sight, **context)
