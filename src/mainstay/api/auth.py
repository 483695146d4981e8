"""Who asks: the token in the Authorization header, and nothing else."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.security import HttpBearer

from mainstay.api import rates
from mainstay.api.problems import Problem
from mainstay.desk.access import tokens
from mainstay.desk.access.models import Token, User


class Bearer(HttpBearer):
    """Lets tokens in that have a scope; everything behind it asks what their person may see and write."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Token:
        found = super().__call__(request)
        if found is None:
            raise _nobody()
        return found

    def authenticate(self, request: HttpRequest, token: str) -> Token:
        found = tokens.person_of(token.strip())
        if found is None:
            raise _nobody()
        wait = rates.wait_seconds(settings.HOME.cache / "rates", str(found.pk), settings.API_RATE)
        if wait:
            raise Problem(
                HTTPStatus.TOO_MANY_REQUESTS,
                "too_many_requests",
                _("These are too many requests; wait for %(seconds)s s.") % {"seconds": wait},
                headers={"Retry-After": str(wait)},
            )
        if not found.may(self.scope):
            raise Problem(
                HTTPStatus.FORBIDDEN,
                "scope",
                _("This token has no scope “%(scope)s”.") % {"scope": self.scope},
                headers={
                    "WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{self.scope}"'
                },
            )
        request.user = found.user
        return found


READ, WRITE, IMPORT, ADMIN = (Bearer(scope) for scope in tokens.SCOPES)


def user_of(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        raise HttpError(HTTPStatus.UNAUTHORIZED, "")
    return user


def _nobody() -> Problem:
    return Problem(
        HTTPStatus.UNAUTHORIZED,
        "token",
        _("There is no such token, or it stands no more; make one under “Access for programs”."),
        headers={"WWW-Authenticate": "Bearer"},
    )
