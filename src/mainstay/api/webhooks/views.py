"""Endpoints and what became of deliveries, for administrators."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.api.webhooks import queries, services, words
from mainstay.api.webhooks.forms import EndpointForm
from mainstay.api.webhooks.models import Endpoint
from mainstay.core.errors import MainstayError
from mainstay.desk.access.rights import ADMINISTRATORS, allowed
from mainstay.desk.access.views import in_words
from mainstay.desk.paging import one_of, page_number

administrators = allowed(ADMINISTRATORS)
ONCE = "webhook secret"


@administrators
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """The endpoints, and what was sent to them."""
    show = one_of(request.GET, "show", words.SHOWS)
    context = {
        "endpoints": queries.endpoints(),
        "page": queries.deliveries(show, page_number(request.GET)),
        "counts": queries.counts(),
        "shows": words.SHOWS.items(),
        "show": show,
        "section": "people",
    }
    return render(request, "webhooks/list.html", context)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    form = EndpointForm(None, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = services.add(_user(request), form.said(), timezone.now())
        except MainstayError as error:
            form.add_error("address", in_words(error))
        else:
            return _to_secret(request, made, secret)
    status = 422 if form.errors else 200
    return render(request, "webhooks/endpoint.html", {"form": form}, status=status)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """One endpoint: what is said of it, and what can be done with it."""
    known = _endpoint(pk)
    form = EndpointForm(known, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.change(_user(request), pk, form.said())
        except MainstayError as error:
            form.add_error("address", in_words(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("webhooks:list")
    context = {"form": form, "endpoint": known, "counts": queries.counts(pk)}
    return render(request, "webhooks/endpoint.html", context, status=422 if form.errors else 200)


@administrators
@require_POST
@never_cache
def new_secret(request: HttpRequest, pk: int) -> HttpResponse:
    _endpoint(pk)
    return _to_secret(request, *services.new_secret_of(_user(request), pk, timezone.now()))


def _to_secret(request: HttpRequest, endpoint: Endpoint, secret: str) -> HttpResponse:
    """A page of its own: one that answered the POST would make another when loaded anew."""
    request.session[ONCE] = {"endpoint": endpoint.pk, "secret": secret}
    return redirect("webhooks:secret", endpoint.pk)


@administrators
@require_safe
@never_cache
def secret(request: HttpRequest, pk: int) -> HttpResponse:
    """A new secret, shown once."""
    known, given = _endpoint(pk), request.session.pop(ONCE, None)
    if given is None or given["endpoint"] != pk:
        said = _("A secret is shown only once. Make a new one if nobody noted it.")
        messages.warning(request, said)
        return redirect("webhooks:change", pk)
    context = {"endpoint": known, "secret": given["secret"], "both": known.old_secret}
    return render(request, "webhooks/secret.html", context)


@administrators
@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    _endpoint(pk)
    on = request.POST.get("on") == "yes"
    services.switch(_user(request), pk, timezone.now(), on=on)
    return redirect("webhooks:list")


@administrators
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    _endpoint(pk)
    services.remove(_user(request), pk)
    messages.success(request, _("Removed."))
    return redirect("webhooks:list")


@administrators
@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a happening that says nothing; the list shows in a moment what came of it."""
    _endpoint(pk)
    try:
        services.test(_user(request), pk, timezone.now())
    except MainstayError as error:
        messages.error(request, in_words(error))
    else:
        said = _("A test is on its way. Load this page again in a moment to see what came of it.")
        messages.success(request, said)
    return redirect("webhooks:list")


@administrators
@require_POST
def replay(request: HttpRequest, message_id: str) -> HttpResponse:
    """Send one delivery again."""
    try:
        services.replay(_user(request), message_id, timezone.now())
    except MainstayError as error:
        raise Http404 from error
    messages.success(request, _("It is sent again."))
    return redirect("webhooks:list")


@administrators
@require_POST
def replay_dead(request: HttpRequest) -> HttpResponse:
    """Send all that were given up again."""
    n = services.replay_dead(_user(request), timezone.now())
    said = ngettext("%(n)s delivery is sent again.", "%(n)s deliveries are sent again.", n)
    messages.success(request, said % {"n": n})
    return redirect("webhooks:list")


@administrators
@require_safe
def badge(request: HttpRequest) -> HttpResponse:
    """How many endpoints were switched off by themselves, for the navigation."""
    return render(request, "webhooks/_badge.html", {"count": queries.n_stopped()})


def _endpoint(pk: int) -> Endpoint:
    found = queries.endpoint(pk)
    if found is None:
        raise Http404
    return found


def _user(request: HttpRequest) -> Any:
    return request.user
