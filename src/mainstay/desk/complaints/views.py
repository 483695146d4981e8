"""The complaints' desk: the clocks, one complaint worked to its end, what production answers, the settings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from mainstay.core.errors import MainstayError
from mainstay.desk.access.services import record
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts import downloads
from mainstay.desk.accounts.models import Account
from mainstay.desk.accounts.queries import Sight, find, one_account
from mainstay.desk.care.models import Complaint
from mainstay.desk.complaints import (
    escalation,
    forms,
    queries,
    repeated,
    services,
    words,
)
from mainstay.desk.complaints import (
    settings_page as sets,
)
from mainstay.desk.complaints.rights import Seen, may_set, may_work
from mainstay.desk.facts import changes
from mainstay.desk.facts.drafts import saved
from mainstay.desk.facts.forms import staff_names, staff_there
from mainstay.desk.facts.handing import say_unseen
from mainstay.desk.facts.services import ChangedMeanwhile

MOST_LETTERS = 100  # of a search


def _page(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    context |= {"may_work": may_work(request.user), "may_set": may_set(request.user)}
    context["section"] = "todo"
    return render(request, f"complaints/{template}.html", context, status=status)


@require_safe
@vary_on_headers("HX-Target")  # else the back button shows a part of a page as the page
def desk(request: HttpRequest) -> HttpResponse:
    now, sight = timezone.now(), Sight.of(request.user)
    seen = Seen.by(request.user, sight.assessment.pk if sight.assessment else None)
    asked = queries.Asked.read(request.GET)
    part = request.headers.get("HX-Target") == "clocks"
    return _page(
        request,
        "_clocks" if part else "desk",
        asked=asked,
        sight=sight,
        tabs=queries.tabs(seen, asked, now),
        page=queries.desk_page(seen, asked, now),
        now=now,
    )


@require_safe
def badge(request: HttpRequest) -> HttpResponse:
    """How many clocks are escalated to the user, for the navigation."""
    return _page(request, "_badge", count=escalation.count(request.user, timezone.now()))


def _complaint(request: HttpRequest, pk: int) -> Complaint:
    found = queries.one(Seen.by(request.user), pk)
    if found is None:
        raise Http404
    return found


def _show(
    request: HttpRequest, complaint: Complaint, sent: forms.DeedForm | None = None
) -> HttpResponse:
    """One complaint; with a step that was sent and could not be written."""
    whole, deeds = queries.whole(complaint, staff_names(), timezone.now()), {}
    if may_work(request.user):
        deeds = forms.deed_forms(complaint, staff_there(), whole.standard)
    if sent is not None and sent.what in deeds:
        deeds[sent.what] = sent
    return _page(
        request,
        "show",
        422 if sent else 200,
        whole=whole,
        complaint=complaint,
        deeds=deeds,
        sent=sent,
    )


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, _complaint(request, pk))


@require_POST
def act(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    complaint = _complaint(request, pk)
    if not may_work(request.user):
        raise PermissionDenied
    if what not in services.DEEDS:
        raise Http404
    form = forms.DeedForm(what, complaint, staff_there(), request.POST)
    if not form.is_valid():
        return _show(request, complaint, form)
    typed = form.cleaned_data
    try:
        done = services.do(
            request.user,
            complaint,
            form.deed(),
            seen=typed["seen"],
            once=typed["once"],
            now=timezone.now(),
        )
    except ChangedMeanwhile as error:
        form.add_error(None, in_words(error))
        form.now_at(error.fact.version)
        return _show(request, _complaint(request, pk), form)
    except MainstayError as error:
        form.add_error(None, in_words(error))
        return _show(request, complaint, form)
    messages.success(request, str(words.SAID[what]))
    say_unseen(request, done, complaint)
    return saved(request, reverse("complaints:show", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Take down a complaint or a question: of which account first, then what they say."""
    if not may_work(request.user):
        raise PermissionDenied
    sight = Sight.of(request.user)
    named = request.GET.get("account", "").replace("\0", "")
    if not named:
        asked = request.GET.get("q", "")[:MOST_LETTERS].replace("\0", "").strip()
        found = find(sight, asked) if asked else []
        return _page(request, "which", asked=asked, found=found)
    account = one_account(sight, named)
    if account is None:
        raise Http404
    return _take_down(request, account)


def _take_down(request: HttpRequest, account: Account) -> HttpResponse:
    initial = changes.first_values(request.user, "complaints")
    form = forms.NewComplaint(request.POST or None, account_id=account.account_id, initial=initial)
    if request.method == "POST" and form.is_valid():
        values, once = form.values(), form.cleaned_data["once"]
        try:
            made = services.take_down(request.user, account.account_id, values, once=once)
        except MainstayError as error:
            form.add_error(None, in_words(error))
        else:
            messages.success(request, _("Written down. The clock runs."))
            say_unseen(request, made)
            address = reverse("complaints:show", args=[made.pk]) if made else None
            return saved(request, address or reverse("complaints:desk"))
    return _page(
        request,
        "new",
        422 if form.errors else 200,
        form=form,
        account=account,
        suggested=repeated.suggestions(Seen.by(request.user), account.account_id),
    )


@require_safe
@vary_on_headers("HX-Target")
def production(request: HttpRequest) -> HttpResponse:
    """What production has to answer: repeated complaints, and open ones by product and batch."""
    now, seen = timezone.now(), Seen.by(request.user)
    found = repeated.repeated(seen, now)
    counted = request.GET.get("orders") == "1"
    top = found[: repeated.ON_TOP]
    shown = {
        "repeated": repeated.with_orders(top, now) if counted else top,
        "counted": counted,
        "days": repeated.DAYS,
        "more": len(found) > len(top),
    }
    if request.headers.get("HX-Target") == "repeated":
        return _page(request, "_repeated", **shown)
    return _page(
        request,
        "production",
        **shown,
        lines=repeated.digest(seen, found, now),
        most=repeated.ON_PAGE,
        downloads=downloads.KINDS,
        now=now,
    )


@require_safe
def download(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in downloads.KINDS:
        raise Http404
    now, seen = timezone.now(), Seen.by(request.user)
    lines = repeated.digest(seen, repeated.repeated(seen, now), now, most=repeated.IN_FILE)
    table = repeated.as_table(lines, _local)
    record(
        request.user,
        "complaints.download",
        object_kind="complaints",
        after={"rows": table.num_rows, "kind": kind},
    )
    name = f"complaints-{timezone.localdate(now)}"
    return downloads.as_file(table, name, kind, repeated.HEADINGS)


def _local(moment: datetime | None) -> str | None:
    return None if moment is None else f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """Standards, working hours, days off: each a form of its own, edited where it is read."""
    if not may_set(request.user):
        raise PermissionDenied
    part = request.POST.get("part", "")
    found = sets.page(request.POST or None, part)
    trouble = ""
    if request.method == "POST" and part in sets.PARTS:
        valid = [form.is_valid() for form in found.forms(part)]  # each one, to mark each mistake
        if all(valid):
            try:
                sets.save(request.user, found, part)
            except MainstayError as error:
                trouble = in_words(error)
            else:
                messages.success(request, _("Set. The clocks that run go by it in a moment."))
                return redirect(f"{reverse('complaints:settings')}#{part}")
        else:
            trouble = _("Not saved yet: look at the lines that are marked.")
    return _page(
        request,
        "settings",
        422 if trouble else 200,
        found=found,
        part=part,
        trouble=trouble,
        zone=settings.TIME_ZONE,
    )
