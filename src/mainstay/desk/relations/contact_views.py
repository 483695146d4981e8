"""One contact: made one with another, what is kept of them, erased."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mainstay.core.errors import MainstayError
from mainstay.desk.access.rights import SETTERS, allowed
from mainstay.desk.access.views import in_words
from mainstay.desk.cases.files import cases_with_words
from mainstay.desk.facts import queries as facts
from mainstay.desk.facts import words
from mainstay.desk.facts.followed import followed
from mainstay.desk.facts.rights import sees_account, visible
from mainstay.desk.facts.rows import ERASED
from mainstay.desk.imports.services import KEPT_DAYS
from mainstay.desk.numbers import typed
from mainstay.desk.relations import merging, personal
from mainstay.desk.relations.identities import before_merges, codes_of, is_erased
from mainstay.desk.relations.models import Contact, Merge
from mainstay.desk.team.watch import no_bulk

setters = allowed(SETTERS)
MOST = 200


@followed
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the contact that this one is, look at what would change, and do it."""
    gone = facts.one(request.user, "contacts", pk)
    named = request.POST.get("into") or request.GET.get("into") or ""
    into = _other(request, gone, named)
    trouble = ""
    changes: list[merging.Change] = []
    try:
        if into is not None and request.method == "POST":
            made = merging.merge(_user(request), gone, into)
            messages.success(request, _("They are one contact now."))
            return redirect("relations:merged", made.pk)
        changes = merging.preview(gone, into) if into is not None else []
    except MainstayError as error:
        trouble = in_words(error)
    others = visible(request.user, Contact).filter(account_id=gone.account_id).exclude(pk=gone.pk)
    others = others.exclude(name=ERASED)
    return render(
        request,
        "relations/merge.html",
        {
            "gone": gone,
            "into": into,
            "others": others[:MOST],
            "changes": [(words.one(c.fact.TABLE), c.fact) for c in changes],
            "trouble": trouble,
            "rows": _side_by_side(gone, into) if into and not trouble else [],
        },
    )


def _side_by_side(gone: Contact, into: Contact) -> list[tuple[str, list[Any]]]:
    """What is known of two contacts: a label, and the value of each."""
    both = (gone, into)
    rows: list[tuple[str, list[Any]]] = [
        (
            words.label("contacts", name),
            [
                words.choice("contacts", name, value) if (value := getattr(one, name)) else "–"
                for one in both
            ],
        )
        for name in ("title", "department", "power", "email", "phone")
    ]
    counted = [merging.figures(one) for one in both]
    tables = ("ties", "visits", "complaints", "notices", "competitor_sightings")
    return rows + [(words.many(table), [n[table] for n in counted]) for table in tables]


def _other(request: HttpRequest, gone: Contact, named: str) -> Contact | None:
    if not named.isdecimal():
        return None
    found: Contact = facts.one(request.user, "contacts", typed(named, 0))
    if found.account_id != gone.account_id:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def merged(request: HttpRequest, merge_id: int) -> HttpResponse:
    """What was made one, and taking it back."""
    made = Merge.objects.filter(pk=merge_id).select_related("by").first()
    if made is None or not sees_account(_user(request), made.account_id):
        raise Http404
    if request.method == "POST":
        try:
            merging.undo(_user(request), made.pk)
        except MainstayError as error:
            messages.error(request, in_words(error))
        else:
            messages.success(request, _("Taken back: they are two contacts again."))
        return redirect("relations:merged", made.pk)
    context = {"made": made, "rows": len(made.before), "erased": is_erased(made)}
    return render(request, "relations/merged.html", context)


@setters
@followed
@require_safe
def data(request: HttpRequest, pk: int) -> HttpResponse:
    """What is kept of a contact, with the ways to hand it out and to erase it."""
    contact = facts.one(request.user, "contacts", pk)
    try:
        known = personal.known_of(_user(request), contact)
    except MainstayError as error:
        messages.error(request, in_words(error))
        return redirect("facts:change", "contacts", pk)
    tables = [table for table in known if table in words.TABLES]
    counts = [(words.many(table), len(known[table])) for table in tables]
    names = facts.names_at(contact.account_id)
    gone = [(one, facts.cells(one, names)) for one in before_merges(known["codes"])]
    return render(
        request,
        "relations/data.html",
        {"contact": contact, "cells": facts.cells(contact, names), "gone": gone, "counts": counts},
    )


@setters
@require_safe
@no_bulk
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that is kept of a contact, as a file for them."""
    contact = facts.one(request.user, "contacts", pk)
    known = personal.known_of(_user(request), contact)
    answer = HttpResponse(
        json.dumps(known, ensure_ascii=False, indent=1), content_type="application/json"
    )
    answer["Content-Disposition"] = 'attachment; filename="contact.json"'
    return answer


@setters
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """What would go with who a contact was; and erasing it."""
    contact = facts.one(request.user, "contacts", pk)
    if request.method != "POST":
        codes = codes_of(contact)
        goes = [(one, personal.said_of(one)) for one in (contact, *before_merges(codes))]
        context = {"contact": contact, "goes": goes, "reviews": personal.reviews_told(codes)}
        context["cases"] = cases_with_words(contact.account_id)
        context |= {"uploads": settings.HOME.uploads, "days": KEPT_DAYS}
        return render(request, "relations/erase.html", context)
    try:
        personal.erase(_user(request), contact)
    except MainstayError as error:
        messages.error(request, in_words(error))
        return redirect("relations:data", pk)
    messages.success(request, _("Erased: who it was is not known here any more."))
    return redirect("accounts:account", contact.account_id)


def _user(request: HttpRequest) -> Any:
    return request.user
