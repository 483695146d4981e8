"""The pages: this week, the accounts, one account, its order lines. Each parses, asks and renders."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from mainstay import engine
from mainstay.core.errors import MainstayError
from mainstay.desk import numbers
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts import downloads, evidence, lacking, not_ours, pictures, queries, saved
from mainstay.desk.accounts.filters import CHANGES, Asked
from mainstay.desk.accounts.forms import LinesForm, SaveViewForm
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.accounts.templatetags.desk import THEME_COOKIE, THEMES
from mainstay.desk.care import queries as care
from mainstay.desk.causes import queries as causes
from mainstay.desk.guarantees import queries as guarantees
from mainstay.desk.relations import queries as relationships
from mainstay.desk.team.queries import looking_after
from mainstay.desk.team.watch import no_bulk

WEEK_ROWS = 40
STILL_ROWS = 15
MOST_LETTERS = 100  # of a search
BACK_ROWS = 5
WORTH_SAYING = 0.01  # of the sum that they are not in
YEAR_SECONDS = 365 * 86400


def _page(request: HttpRequest, template: str, sight: Sight, **context: Any) -> HttpResponse:
    context |= {"assessment": sight.assessment, "currency": sight.currency}
    return render(request, template, context)


@require_safe
def week(request: HttpRequest) -> HttpResponse:
    sight = Sight.of(request.user)
    if sight.assessment is None:
        return _page(request, "accounts/nothing.html", sight, section="week")
    kind = request.GET.get("change", "")
    kind = kind if kind in CHANGES and kind not in ("any", "worse") else ""
    changes = queries.changes(sight)
    rows = queries.changed_accounts(sight, kind or "worse", WEEK_ROWS)
    back = [] if kind else queries.changed_accounts(sight, "back", BACK_ROWS)
    still = [] if kind else queries.still_at_risk(sight, STILL_ROWS)
    told = [] if kind else care.told_lately(sight, timezone.now(), rows)
    on_top = {one.account.pk for one in told if one.account}
    rows = [row for row in rows if row.pk not in on_top]
    return _page(
        request,
        "accounts/week.html",
        sight,
        section="week",
        kind=kind,
        kind_word=CHANGES.get(kind),
        changes=changes,
        n_changes=sum(
            c.accounts for c in changes if c.kind == kind or not (kind or c.kind == "back")
        ),
        total=queries.at_risk(sight),
        lost=queries.lost(sight),
        told=told,
        lacks=lacking.lacks(sight, timezone.localdate()),
        shown=len(rows) + len(on_top),
        rows=rows,
        most=_most(rows),
        back=back,
        still=still,
        most_still=_most(still),
        managers=queries.manager_names([a.manager_id for a in [*rows, *back, *still]]),
    )


def _most(rows: list[Account]) -> float:
    """The end of the scale that the rows of one table share."""
    return max((a.money_at_risk_high or 0.0 for a in rows), default=0.0)


@require_safe
@vary_on_headers("HX-Target")  # else the back button shows a part of a page as the page
def accounts(request: HttpRequest) -> HttpResponse:
    sight = Sight.of(request.user)
    if sight.assessment is None:
        return _page(request, "accounts/nothing.html", sight, section="accounts")
    if len(request.GET.get("q", "")) > MOST_LETTERS:
        query = request.GET.copy()
        query["q"] = query["q"][:MOST_LETTERS]  # else each link of the page would carry it all
        return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")
    asked = Asked.read(request.GET)
    page = queries.accounts_page(sight, asked)
    choices = queries.choices(sight)
    context: dict[str, Any] = {
        "section": "accounts",
        "asked": asked,
        "page": page,
        "headings": pictures.headings(asked, choices),
        "choices": choices,
        "most": _most(page.rows),
        "managers": queries.manager_names([a.manager_id for a in page.rows]),
        "downloads": downloads.KINDS,
    }
    if request.headers.get("HX-Target") == "results":
        return _page(request, "accounts/_results.html", sight, **context)
    context["filters"] = pictures.filters(asked, choices)
    context["filter_managers"] = queries.manager_names(choices["manager"])
    context["views"] = saved.views_of(sight.user)
    context["form"] = SaveViewForm()
    context["not_ours"] = not_ours.all_said(sight.user)
    return _page(request, "accounts/list.html", sight, **context)


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    sight = Sight.of(request.user)
    words = request.GET.get("q", "")[:100].replace("\0", "").strip()
    found = queries.find(sight, words) if words else []
    return _page(request, "accounts/_found.html", sight, words=words, found=found)


@require_safe
@no_bulk
def download(request: HttpRequest, kind: str) -> HttpResponse:
    sight = Sight.of(request.user)
    if kind not in downloads.KINDS or sight.assessment is None:
        raise Http404
    return downloads.accounts(sight, Asked.read(request.GET), kind)


def _elsewhere(request: HttpRequest, account_id: str, page: str) -> HttpResponse:
    """For an account that is not in the assessment: the one that it was joined to, or what was said.

    Raises: Http404
    """
    sight = Sight.of(request.user)
    main = evidence.ledger().joins.main_of(account_id) if sight.assessment else account_id
    if main != account_id and queries.one_account(sight, main):
        query = request.GET.urlencode()
        return HttpResponseRedirect(reverse(page, args=[main]) + (f"?{query}" if query else ""))
    said = not_ours.said_of(sight.user, account_id)
    if said is None:
        raise Http404
    return _page(request, "accounts/not_ours.html", sight, section="accounts", said=said)


@require_safe
def account(request: HttpRequest, account_id: str) -> HttpResponse:
    sight = Sight.of(request.user)
    found = queries.one_account(sight, account_id)
    if found is None:
        return _elsewhere(request, account_id, "accounts:account")
    told = evidence.story(found.assessment_id, account_id)
    carers = looking_after(found, timezone.localdate())
    return _page(
        request,
        "accounts/account.html",
        sight,
        section="accounts",
        account=found,
        links=pictures.links(found),
        pictures=pictures.of_story(told.story) if told.story else None,
        categories=pictures.categories(told.story, found) if told.story else [],
        trouble=told.trouble,
        facts=pictures.facts(found),
        carers=carers,
        carer_names=queries.manager_names([one.staff_id for one in carers]),
        causes=causes.why_of(sight, found),
        card=guarantees.card_of(sight, found),
        relationship=relationships.summary(found),
        left_out=_left_out(sight, found, told.story),
        joined=evidence.joined_codes(account_id),
        said=not_ours.said_of(sight.user, account_id) if found.answer == "not_ours" else None,
    )


def _left_out(sight: Sight, account: Account, story: engine.AccountStory | None) -> str:
    """Fees and discounts that an account's sums leave out, where they are worth saying."""
    sums = story.fees if story else ()
    whole = abs(account.amount_total or 0.0)
    if not any(abs(amount) > WORTH_SAYING * whole for _currency, amount in sums):
        return ""
    return ", ".join(numbers.exact_money(amount, own or sight.currency) for own, amount in sums)


@require_safe
def lines(request: HttpRequest, account_id: str) -> HttpResponse:
    sight = Sight.of(request.user)
    found = queries.one_account(sight, account_id)
    if found is None:
        return _elsewhere(request, account_id, "accounts:lines")
    asked = LinesForm(request.GET).asked()
    page = None
    trouble = ""
    try:
        number = request.GET.get("page", "1")
        table = evidence.lines(account_id, asked, sight.assessment)
        page = evidence.page_of(table, numbers.typed(number, 1))
    except MainstayError as error:
        trouble = in_words(error)
    return _page(
        request,
        "accounts/lines.html",
        sight,
        section="accounts",
        account=found,
        asked=asked,
        page=page,
        headings=pictures.line_headings(page) if page else [],
        trouble=trouble,
        downloads=downloads.KINDS,
    )


@require_safe
@no_bulk
def download_lines(request: HttpRequest, account_id: str, kind: str) -> HttpResponse:
    sight, found = queries.sight_and_account(request.user, account_id)
    if kind not in downloads.KINDS:
        raise Http404
    return downloads.lines(sight, found, LinesForm(request.GET).asked(), kind)


@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    form = SaveViewForm(request.POST)
    if form.is_valid():
        saved.save_view(request.user, **form.cleaned_data)
        messages.success(request, _("The view is saved."))
        query = form.cleaned_data["query"]
        return HttpResponseRedirect(f"{reverse('accounts:list')}?{query}")
    messages.error(request, _("Give the view a name of at most 100 letters."))
    return HttpResponseRedirect(reverse("accounts:list"))


@require_POST
def remove_view(request: HttpRequest, view_id: int) -> HttpResponse:
    if not saved.remove_view(request.user, view_id):
        raise Http404
    messages.success(request, _("The view is removed."))
    return HttpResponseRedirect(reverse("accounts:list"))


@login_not_required
@login_not_required
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the system has it; kept in a cookie, since it belongs to the screen."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    theme = request.POST.get("theme")
    if theme in THEMES:
        response.set_cookie(
            THEME_COOKIE, theme, max_age=YEAR_SECONDS, samesite="Lax", secure=request.is_secure()
        )
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response
