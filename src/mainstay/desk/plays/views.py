"""The plays: the list, the form of one, in and out of service; each parses, asks and renders."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay import engine
from mainstay.core.errors import MainstayError
from mainstay.desk.access.rights import SETTERS, allowed
from mainstay.desk.access.views import in_words
from mainstay.desk.accounts.pages import context_of
from mainstay.desk.accounts.queries import Sight
from mainstay.desk.numbers import typed
from mainstay.desk.plays import forms, queries, services, words


def _page(
    request: HttpRequest, template: str, sight: Sight, status: int = 200, **context: Any
) -> HttpResponse:
    context |= {"section": "check"}
    return render(request, f"plays/{template}.html", context_of(sight) | context, status=status)


@require_safe
@allowed(SETTERS)
def plays(request: HttpRequest) -> HttpResponse:
    sight = Sight.of(request.user)
    found = queries.plays(sight)
    show = request.GET.get("show", "")
    show = show if show in words.SHOWS else ""
    return _page(
        request,
        "list",
        sight,
        plays=queries.shown(found, show),
        show=show,
        shows=words.SHOWS.items(),
        counts=queries.counts(found),
    )


def _known(request: HttpRequest, name: str) -> tuple[Sight, queries.Listed]:
    """Raises: Http404 where there is no such play"""
    sight, row = Sight.of(request.user), services.row_of(name)
    if row is None and name not in engine.play_catalogue():
        raise Http404
    return sight, queries.one(name, row, queries.beliefs_of(sight))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(SETTERS)
def add(request: HttpRequest) -> HttpResponse:
    name = services.new_name()
    form = forms.PlayForm(name, request.POST or None)
    return _form(request, Sight.of(request.user), form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(SETTERS)
def edit(request: HttpRequest, name: str) -> HttpResponse:
    sight, found = _known(request, name)
    seen = found.row.version if found.row is not None else 0
    # One that can't be read is typed anew; a built-in one from what it was.
    play = found.play or engine.play_catalogue().get(name)
    form = forms.PlayForm(name, request.POST or None, play=play, seen=seen)
    return _form(request, sight, form, found)


def _form(
    request: HttpRequest, sight: Sight, form: forms.PlayForm, found: queries.Listed | None
) -> HttpResponse:
    """Save what was sent where it is right; else the form, with what is wrong at its fields."""
    user: Any = request.user
    if request.method == "POST" and form.is_valid():
        try:
            services.save(user, form.name, form.definition(), seen=form.cleaned_data["seen"])
        except MainstayError as error:
            form.add_error(None, in_words(error))
        else:
            messages.success(request, _("Saved. Plans heed it from the next assessment on."))
            return redirect("plays:list")
    return _page(request, "form", sight, 422 if form.is_bound else 200, form=form, found=found)


@require_POST
@allowed(SETTERS)
def service(request: HttpRequest, name: str) -> HttpResponse:
    """Take a play out of service, or put it back."""
    _known(request, name)
    user: Any = request.user
    back = request.POST.get("in") == "yes"
    seen = typed(request.POST.get("seen", ""), 0)
    try:
        services.put(user, name, in_service=back, seen=seen)
    except MainstayError as error:
        messages.error(request, in_words(error))
    else:
        said = (
            _("In service again.") if back else _("Out of service: no plan proposes it any more.")
        )
        messages.success(request, said)
    return redirect("plays:list")


@require_POST
@allowed(SETTERS)
def built_in(request: HttpRequest, name: str) -> HttpResponse:
    """Have the built-in play stand again as it was."""
    _known(request, name)
    user: Any = request.user
    try:
        services.as_built_in(user, name, seen=typed(request.POST.get("seen", ""), 0))
    except MainstayError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(request, _("It is the built-in play again."))
    return redirect("plays:list")
