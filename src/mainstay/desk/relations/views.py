"""Pages of a relationship: its map with all that is known, what is written in it, and who hangs on one person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.core.errors import MainstayError
from mainstay.desk.access.rights import SETTERS
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts.models import Account
from mainstay.desk.facts import changes
from mainstay.desk.facts.drafts import saved
from mainstay.desk.facts.followed import followed
from mainstay.desk.facts.forms import FactForm
from mainstay.desk.facts.rights import may_write
from mainstay.desk.facts.services import SentBefore
from mainstay.desk.facts.watched import looked_at
from mainstay.desk.numbers import typed
from mainstay.desk.relations import (
    buying,
    forms,
    grid,
    levels,
    listing,
    pictures,
    queries,
    services,
    words,
)
from mainstay.desk.relations.drawn import drawn
from mainstay.desk.relations.findings import findings
from mainstay.desk.relations.leaving import hanging
from mainstay.desk.relations.models import Contact
from mainstay.desk.relations.types import People


@require_safe
def people(request: HttpRequest, account_id: str) -> HttpResponse:
    """The relationship map of an account, and what else is known of the relationship."""
    account, today = queries.account(request.user, account_id), timezone.localdate()
    user: Any = request.user
    looked_at(user, "contacts", account_id, account.name, now=timezone.now())
    found = queries.people(account, today)
    context = _standing(request, found) | _relationship(account, found, today)
    return _page(request, "relations/people.html", account, **context)


def _relationship(account: Account, people: People, today: date) -> dict[str, Any]:
    """What is known beside the people: level, what was earned, criteria, goals, sightings."""
    known = queries.known(account, today)
    level = known.level
    suggested = levels.suggest(queries.evidence(people, known, today))
    chosen = level.level if level else suggested.level
    return {
        "known": known,
        "level": level,
        "level_word": words.LEVELS.get(level.level) if level else None,
        "suggested": suggested,
        "suggested_word": words.LEVELS[suggested.level],
        "next_word": words.LEVELS.get(suggested.next_level or 0),
        "seen": words.conditions(suggested.seen),
        "missing": words.conditions(suggested.missing),
        "earned": words.earned(queries.what_it_earned(account, known, today)),
        "locks": next((s.kind for s in known.seen if s.what == "account" and s.kind), ""),
        "bar": pictures.standing_bar(buying.shares(known.criteria)),
        "form": forms.LevelForm(None, today=today, initial={"level": chosen}),
    }


def _standing(request: HttpRequest, people: People) -> dict[str, Any]:
    """What changes with each click in the table: findings, map, table."""
    asked = forms.asked(request.GET)
    found, names = drawn(people, asked), people.names
    others = (*found.hidden, *people.others)
    added = [one for one in others if one.staff_id == request.GET.get("with")]
    return {
        "people": people,
        "asked": asked,
        "findings": [(f.code, words.sentence(f, names)) for f in findings(people)],
        "chart": pictures.map_of(people, asked, found) if people.theirs else None,
        "drawn": found,
        "grid": grid.grid_of(people, found, added),
        "n_left": len(people.theirs) - len(people.there),
        "departments": words.choices("contacts", "department"),
        "powers": words.choices("contacts", "power"),
        "others": others,
    }


@require_POST
def cells(request: HttpRequest, account_id: str) -> HttpResponse:
    """What was clicked in the table; by script, the findings and the map come back."""
    account, today = queries.account(request.user, account_id), timezone.localdate()
    user: Any = request.user
    try:
        changed = forms.changed_cells(request.POST.dict())
        services.set_cells(user, account_id, changed, today=today)
    except forms.CannotRead:
        return _refused(request, account, _("The page is too old to be saved; it is loaded anew."))
    except MainstayError as error:
        return _refused(request, account, in_words(error))
    if not request.headers.get("HX-Request"):
        messages.success(request, _("Written down."))
        return HttpResponseRedirect(_address(request, account))
    context = _standing(request, queries.people(account, today))
    return _page(request, "relations/_standing.html", account, changed=True, **context)


def _refused(request: HttpRequest, account: Account, why: str) -> HttpResponse:
    messages.error(request, why)
    address = _address(request, account)
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


@followed
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, account_id: str, pk: int | None = None) -> HttpResponse:
    """A new contact, or a change of one."""
    account = queries.account(request.user, account_id)
    user: Any = request.user
    fact = queries.contact(user, account_id, pk) if pk is not None else None
    if not may_write(user, "contacts"):
        raise PermissionDenied
    form = FactForm(Contact, request.POST or None, fact=fact, account_id=account_id)
    others: list[Any] = []
    if request.method == "POST" and form.is_valid():
        tried = changes.try_to_write(user, form, fact)
        others = tried.others
        if tried.done:
            messages.success(request, _("Written down."))
            return saved(request, _address(request, account))
    context: dict[str, Any] = {"form": form, "fact": fact, "others": others}
    if fact is not None:
        found = hanging(queries.people(account, timezone.localdate()), fact.contact_id)
        context |= {
            "hanging": found,
            "department": words.department(found.last_in) if found.last_in else "",
        }
    return _page(request, "relations/contact.html", account, **context)


@require_POST
def left(request: HttpRequest, account_id: str, pk: int) -> HttpResponse:
    """A contact left: written down at once; then it is asked who takes over."""
    account = queries.account(request.user, account_id)
    user: Any = request.user
    fact = queries.contact(user, account_id, pk)
    seen = request.POST.get("seen", "")
    try:
        services.leaves(user, fact, on=timezone.localdate(), seen=typed(seen, 0))
    except MainstayError as error:
        return _refused(request, account, in_words(error))
    messages.success(request, _("{name} has left; it is written down.").format(name=fact.name))
    return redirect("relations:successor", account_id, pk)


@followed
@require_http_methods(["GET", "HEAD", "POST"])
def successor(request: HttpRequest, account_id: str, pk: int) -> HttpResponse:
    """Who takes over from a contact who left."""
    account, today = queries.account(request.user, account_id), timezone.localdate()
    user: Any = request.user
    fact = queries.contact(user, account_id, pk)
    found = queries.people(account, today)
    form = forms.SuccessorForm(request.POST or None, found, fact.contact_id)

    def write() -> None:
        once = form.cleaned_data["once"]
        services.takes_over(user, fact, form.successor(), today=today, once=once)

    if request.method == "POST" and form.is_valid() and _written(form, write):
        messages.success(request, _("Written down."))
        return saved(request, _address(request, account))
    knew = [o.name for o in found.ours if _knew(found, fact.contact_id, o.staff_id)]
    return _page(request, "relations/successor.html", account, form=form, fact=fact, knew=knew)


def _knew(people: People, contact_id: str, staff_id: str) -> bool:
    return any(t.contact_id == contact_id and t.staff_id == staff_id for t in people.ties)


@require_http_methods(["GET", "HEAD", "POST"])
def level(request: HttpRequest, account_id: str) -> HttpResponse:
    """At which level the relationship stands."""
    account, today = queries.account(request.user, account_id), timezone.localdate()
    user: Any = request.user
    form = forms.LevelForm(request.POST or None, today=today)

    def write() -> None:
        given = form.cleaned_data
        services.set_level(
            user,
            account_id,
            level=given["level"],
            why=given["why"],
            on=given["on"],
            once=given["once"],
        )

    if request.method == "POST" and form.is_valid() and _written(form, write):
        messages.success(request, _("Written down."))
        return saved(request, _address(request, account) + "#level")
    return _page(request, "relations/level.html", account, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def criteria(request: HttpRequest, account_id: str) -> HttpResponse:
    """All criteria of an account assessed anew, in one entry."""
    account, today = queries.account(request.user, account_id), timezone.localdate()
    user: Any = request.user
    known = queries.criteria(account)
    form = forms.CriteriaForm(request.POST or None, known=known, today=today, source=str(user))

    def write() -> None:
        once = form.cleaned_data["once"]
        services.assess_criteria(user, account_id, form.assessed(), once=once)

    if request.method == "POST" and form.is_valid() and _written(form, write):
        messages.success(request, _("Written down."))
        return saved(request, _address(request, account) + "#criteria")
    return _page(request, "relations/criteria.html", account, form=form)


@require_safe
def company(request: HttpRequest) -> HttpResponse:
    """The accounts that hang on one person, most money first."""
    kind = request.GET.get("kind", "")
    number = request.GET.get("page", "1")
    sight = listing.Sight.of(request.user)
    found = listing.page(sight, kind if kind in words.KINDS else "", typed(number, 1))
    context = {"page": found, "kinds": words.KINDS, "section": "relations"}
    return render(request, "relations/company.html", context | {"currency": sight.currency})


def _written(form: Any, write: Callable[[], None]) -> bool:
    """Whether it is written down now, or was before; the form says why not."""
    try:
        write()
    except SentBefore:
        return True
    except MainstayError as error:
        form.add_error(None, in_words(error))
        return False
    return True


def _address(request: HttpRequest, account: Account) -> str:
    address = reverse("relations:people", args=[account.account_id])
    query = request.GET.urlencode()
    return f"{address}?{query}" if query else address


def _page(request: HttpRequest, template: str, account: Account, **context: Any) -> HttpResponse:
    context |= {
        "account": account,
        "currency": account.assessment.currency,
        "section": "accounts",
        "may_write": may_write(request.user, "contacts"),
        "may_erase": getattr(request.user, "role", None) in SETTERS,
        "back": reverse("accounts:account", args=[account.account_id]),
        "people_url": reverse("relations:people", args=[account.account_id]),
        "query": request.GET.urlencode(),
    }
    # A form that was sent and is shown again is one with errors.
    trouble = request.method == "POST" and not context.get("changed")
    return render(request, template, context, status=422 if trouble else 200)
