"""Access for programs: one's own tokens, made, seen and revoked; administrators see everybody's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mainstay.core.errors import MainstayError
from mainstay.desk.access import tokens
from mainstay.desk.access.models import Token, User
from mainstay.desk.access.views import in_words
from mainstay.desk.paging import page_number

MADE = "token_made"
PAGE = 100


class TokenForm(forms.Form):
    """What a token shall be; only scopes that are of use to this person are offered."""

    name = forms.CharField(
        label=gettext_lazy("What is it for?"),
        max_length=tokens.LONGEST_NAME,
        help_text=gettext_lazy("The program's name, by which you know it again."),
    )
    scopes = forms.MultipleChoiceField(
        label=pgettext_lazy("of a token", "It may"),
        widget=forms.CheckboxSelectMultiple,
        initial=[tokens.READ],
    )
    days = forms.TypedChoiceField(
        label=pgettext_lazy("of a token", "For how long"),
        coerce=int,
        initial=365,
        choices=[
            (30, gettext_lazy("30 days")),
            (90, gettext_lazy("90 days")),
            (365, gettext_lazy("a year")),
            (3 * 365, gettext_lazy("three years")),
        ],
    )

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        offered: Any = self.fields["scopes"]
        offered.choices = [(code, tokens.SCOPES[code]) for code in tokens.scopes_for(user)]

    def wish(self) -> tokens.Wish:
        said = self.cleaned_data
        return tokens.Wish(said["name"], said["scopes"], said["days"])


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def own(request: HttpRequest) -> HttpResponse:
    """The list, and the form that makes one."""
    user = _user(request)
    form = TokenForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            token, secret = tokens.make(user, user, form.wish())
        except MainstayError as error:
            form.add_error(None, in_words(error))
        else:
            request.session[MADE] = {"id": token.pk, "secret": secret}
            return redirect("token_made")
    number = page_number(request.GET)
    found = tokens.tokens_for(user)[(number - 1) * PAGE : number * PAGE + 1]
    context = {
        "form": form,
        "tokens": [(one, _state(one), _scopes(one)) for one in found[:PAGE]],
        "further": number + 1 if len(found) > PAGE else None,
        "everybody": user.is_administrator,
        "section": "people" if user.is_administrator else "",
    }
    return render(request, "access/tokens.html", context, status=422 if form.errors else 200)


@require_safe
@never_cache
def made(request: HttpRequest) -> HttpResponse:
    """A new token's secret, shown once: it is not kept."""
    kept = request.session.pop(MADE, None)
    token = tokens.tokens_for(_user(request)).filter(pk=kept["id"]).first() if kept else None
    if token is None:
        messages.warning(
            request, _("A token is shown only once. Make a new one if nobody noted it.")
        )
        return redirect("tokens")
    return render(request, "access/token.html", {"token": token, "secret": kept["secret"]})


@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    try:
        token = tokens.revoke(_user(request), token_id)
    except MainstayError as error:
        messages.error(request, in_words(error))
    else:
        messages.success(
            request, _("“%(name)s” is revoked; it opens nothing any more.") % {"name": token}
        )
    return redirect("tokens")


def _state(token: Token) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "standing" if token.expires_at > timezone.now() else "over"


def _scopes(token: Token) -> list[Any]:
    return [words for scope, words in tokens.SCOPES.items() if token.may(scope)]


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # the middleware has checked; tells mypy
    return request.user
