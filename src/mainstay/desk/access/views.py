"""Pages about people, for administrators; the choice of language, for everybody."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from mainstay.core.errors import MainstayError
from mainstay.desk import errors
from mainstay.desk.access import downloads, queries, services, sessions, words
from mainstay.desk.access.forms import EventsForm, NewPersonForm, PersonForm
from mainstay.desk.access.models import User
from mainstay.desk.access.rights import ADMINISTRATORS, allowed
from mainstay.desk.accounts import words as account_words
from mainstay.desk.accounts.downloads import KINDS

administrators = allowed(ADMINISTRATORS)
ONE_TIME = "one_time_password"


@administrators
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    return render(request, "access/people.html", {"people": queries.everybody()})


@administrators
@never_cache
def add(request: HttpRequest) -> HttpResponse:
    form = NewPersonForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            user, password = services.add_user(
                _actor(request), form.cleaned_data["username"], form.said()
            )
        except MainstayError as error:
            form.add_error(None, in_words(error))
        else:
            _warn_of_nothing_to_see(request, user)
            return _to_password(request, user, password)
    return render(request, "access/person.html", {"form": form})


@administrators
def change(request: HttpRequest, user_id: int) -> HttpResponse:
    user = get_object_or_404(User, pk=user_id)
    form = PersonForm(request.POST or None, instance=user, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change_user(
                _actor(request), user_id, form.said(), keep=_key(request)
            )
        except MainstayError as error:
            form.add_error(None, in_words(error))
        else:
            messages.success(request, _("Saved."))
            _warn_of_nothing_to_see(request, changed)
            return redirect("access:people")
    person = get_object_or_404(User, pk=user_id)
    context = {
        "form": form,
        "person": person,
        "sessions": sessions.shown(person, _key(request)),
        "second_factor": queries.has_second_factor(person),
    }
    return render(request, "access/person.html", context)


@administrators
@require_POST
@never_cache
def reset(request: HttpRequest, user_id: int) -> HttpResponse:
    user = get_object_or_404(User, pk=user_id)
    user, password = services.reset_password(_actor(request), user.pk)
    return _to_password(request, user, password)


@administrators
@require_safe
@never_cache
def password(request: HttpRequest, user_id: int) -> HttpResponse:
    """A new one-time password, shown once: it is not kept."""
    user = get_object_or_404(User, pk=user_id)
    given = request.session.pop(ONE_TIME, None)
    if given is None or given["user_id"] != user.pk:
        messages.warning(
            request,
            _("A one-time password is shown only once. Make a new one if nobody noted it."),
        )
        return redirect("access:change", user.pk)
    return render(request, "access/password.html", {"person": user, "password": given["password"]})


@administrators
@require_POST
def switch(request: HttpRequest, user_id: int) -> HttpResponse:
    user = get_object_or_404(User, pk=user_id)
    try:
        services.switch_user(_actor(request), user.pk, on=request.POST.get("on") == "yes")
    except MainstayError as error:
        messages.error(request, in_words(error))
    return redirect("access:people")


@administrators
@require_POST
def end_sessions(request: HttpRequest, user_id: int) -> HttpResponse:
    user = get_object_or_404(User, pk=user_id)
    services.end_sessions(_actor(request), user, keep=_key(request))
    messages.success(request, _("The sessions are ended."))
    return redirect("access:change", user.pk)


@administrators
@require_POST
def forget_second_factor(request: HttpRequest, user_id: int) -> HttpResponse:
    user = get_object_or_404(User, pk=user_id)
    services.forget_second_factor(_actor(request), user.pk)
    messages.success(request, _("The second factor is set back."))
    return redirect("access:change", user.pk)


@administrators
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """The record of events, searched; pages go by the event before, so that none is counted."""
    form = EventsForm(request.GET)
    asked = form.asked()
    page = queries.page_of_events(asked, form.after_event)
    context = {
        "asked": asked,
        "page": page,
        "rows": [(event, words.done(event), words.about(event)) for event in page.events],
        "people": User.objects.order_by("name", "username"),
        "verbs": sorted(((code, str(said)) for code, said in words.VERBS.items()), key=_by_word),
        "downloads": KINDS,
    }
    return render(request, "access/events.html", context)


@administrators
@require_safe
def download_events(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    try:
        return downloads.events(_actor(request), EventsForm(request.GET).asked(), kind)
    except MainstayError as error:
        messages.error(request, in_words(error))
        return redirect(f"{reverse('access:events')}?{request.GET.urlencode()}")


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language in which somebody wants to read: for users with them, else in a cookie."""
    chosen = request.POST.get("language", "")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if chosen in dict(settings.LANGUAGES):
        if isinstance(request.user, User):
            services.set_language(request.user, chosen)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
            httponly=True,
        )
    return response


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """What axes answers when a name had too many wrong passwords."""
    return errors.too_many(request)


def in_words(error: MainstayError) -> str:
    """An error of the engine or a service in the reader's language."""
    return account_words.sentence(error.text)


def _key(request: HttpRequest) -> str:
    return request.session.session_key or ""


def _by_word(verb: tuple[str, str]) -> str:
    return verb[1]


def _actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # `allowed` has checked; this tells mypy
    return request.user


def _warn_of_nothing_to_see(request: HttpRequest, user: User) -> None:
    if services.sees_nothing(user):
        messages.warning(request, services.NO_STAFF_CODE)


def _to_password(request: HttpRequest, user: User, password: str) -> HttpResponse:
    """A page of its own: one that answered the POST would give another password when loaded anew."""
    request.session[ONE_TIME] = {"user_id": user.pk, "password": password}
    return redirect("access:password", user.pk)
