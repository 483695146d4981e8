"""One's own digest; for administrators how it is sent, and who gets what."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.core.errors import MainstayError
from mainstay.desk.access.rights import ADMINISTRATORS, allowed
from mainstay.desk.access.views import in_words
from mainstay.desk.digests import contents, queries, sending, services
from mainstay.desk.digests.forms import PostForm, WayForm, WishForm
from mainstay.desk.digests.messengers import SERVICES
from mainstay.desk.digests.models import Channel
from mainstay.desk.paging import page_number


@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """When, how and where one gets one's digest."""
    user: Any = request.user
    data = request.POST if request.method == "POST" else None
    form = WishForm(queries.subscription_of(user), _language(request), data)
    if data is not None and form.is_valid():
        services.subscribe(user, form.said(), timezone.now())
        messages.success(request, _("Saved."))
        if form.said().on and not queries.channels_of(user):
            messages.warning(request, _("Add a way below: without one nothing is sent."))
        return redirect("digests:own")
    return _own(request, form=form)


def _own(request: HttpRequest, *, form: Any = None, way_form: Any = None) -> HttpResponse:
    user, post = request.user, queries.post()
    subscription = queries.subscription_of(user)
    wrong = any(one is not None and one.errors for one in (form, way_form))
    queries.failures(user).update(told=True)  # this page says it
    ways = queries.ways(user, post)
    context = {
        "form": form or WishForm(subscription, _language(request)),
        "way_form": way_form or WayForm(),
        "subscription": subscription,
        "next": queries.next_of(subscription, post, timezone.localtime()) if ways else None,
        "ways": ways,
        "has_mail": any(one.service == queries.MAIL for one in queries.channels_of(user)),
        "post": post,
        "messengers": [SERVICES[code].name for code in post.services if code in SERVICES],
        "zone": timezone.get_current_timezone_name(),
        "section": "check",
    }
    return render(request, "digests/own.html", context, status=422 if wrong else 200)


def _language(request: HttpRequest) -> str:
    user: Any = request.user
    return user.language or translation.get_language() or "en"


@require_POST
def add_way(request: HttpRequest) -> HttpResponse:
    """A messenger by its address, or the mail address that administrators entered."""
    user: Any = request.user
    by_mail = request.POST.get("way") == queries.MAIL
    form = WayForm(request.POST)
    if not by_mail and not form.is_valid():
        return _own(request, way_form=form)
    url = "" if by_mail else form.cleaned_data["url"]
    try:
        services.add_channel(user, url, timezone.now())
    except MainstayError as error:
        if by_mail:
            messages.error(request, in_words(error))
            return redirect("digests:own")
        form.add_error("url", in_words(error))
        return _own(request, way_form=form)
    messages.success(request, _("Added. Send yourself one now to see whether it arrives."))
    return redirect("digests:own")


@require_POST
def remove_way(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    if not services.remove_channel(user, pk):
        raise Http404
    messages.success(request, _("Removed."))
    return redirect("digests:own")


@require_POST
def test_way(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one now; the next page says whether it was taken, or why not."""
    user: Any = request.user
    channel = Channel.objects.select_related("user").filter(user_id=user.pk, pk=pk).first()
    if channel is None:
        raise Http404
    known = queries.subscription_of(user)
    try:
        services.count_test(user, timezone.now())
        post = queries.check_ready()
        language = known.language if known else _language(request)
        sending.send(channel, language, post, timezone.localtime())
    except MainstayError as error:
        said = _("{way}: nothing was sent. {why}")
        messages.error(request, said.format(way=queries.way(channel), why=in_words(error)))
    else:
        said = _("{way}: it was taken. Look there whether it has arrived.")
        messages.success(request, said.format(way=queries.way(channel)))
    return redirect("digests:own")


@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """What would be sent now, as the mail has it."""
    user: Any = request.user
    known = queries.subscription_of(user)
    language = known.language if known else _language(request)
    try:
        with translation.override(language):
            digest = contents.make(user, queries.post(), timezone.localdate())
            subject = digest.subject
    except MainstayError as error:
        messages.error(request, in_words(error))
        return redirect("digests:own")
    context = {"digest": digest, "subject": subject, "section": "check"}
    context["digest_language"] = language
    return render(request, "digests/preview.html", context)


administrators = allowed(ADMINISTRATORS)


@administrators
@require_http_methods(["GET", "HEAD", "POST"])
def everybody(request: HttpRequest) -> HttpResponse:
    """How digests are sent here, and who gets what."""
    user: Any = request.user
    form = PostForm(queries.post(), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_post(user, form.values(), password=form.password())
        except MainstayError as error:
            form.add_error(None, in_words(error))
        else:
            messages.success(request, _("Saved."))
            if unusual := form.unusual_port():
                messages.warning(request, unusual)
            return redirect("digests:everybody")
    known = queries.post()
    context = {
        "form": form,
        "post": known,
        "has_password": bool(known.mail_password),
        "page": queries.everybody(page_number(request.GET), timezone.localtime()),
    }
    status = 422 if form.errors else 200
    return render(request, "digests/everybody.html", context, status=status)


@administrators
@require_POST
def stop(request: HttpRequest, user_id: int) -> HttpResponse:
    """End somebody's digests and calendar."""
    user: Any = request.user
    try:
        services.stop_for(user, user_id)
    except MainstayError as error:
        raise Http404 from error
    messages.success(request, _("Ended: nothing is sent to this person any more."))
    return redirect("digests:everybody")
