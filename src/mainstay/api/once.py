"""Writes that may be sent again: under one key what was written is told again, and nothing is written twice.

    Idempotency-Key: 7c9e6679-7425-40de-944b-e07fc1f90ae7

The key, the write and its answer are one transaction: whoever sends it again while the first is under way
waits for that, and where it failed nothing is left of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from mainstay.api.auth import user_of
from mainstay.api.forgetting import forget_old
from mainstay.api.models import Answered
from mainstay.api.problems import unprocessable

HEADER = "Idempotency-Key"
LONGEST = 200
_KEPT_HEADERS = ("Content-Type", "ETag", "Location")


def once(request: HttpRequest, write: Callable[[], HttpResponse]) -> HttpResponse:
    """Do a write, or tell again what came of it under this key; without a key it is done each time.

    Raises: Problem for a key that stands for another write
    """
    key = request.headers.get(HEADER)
    if key is None:
        return write()
    if not 1 <= len(key) <= LONGEST or not key.isprintable():
        raise unprocessable(
            "idempotency_key",
            _("An Idempotency-Key has 1 to %(most)s letters.") % {"most": LONGEST},
        )
    said = _fingerprint(request)
    user = user_of(request)
    with transaction.atomic():
        forget_old(timezone.now())
        try:
            with transaction.atomic():
                kept = Answered.objects.create(user=user, key=key, fingerprint=said)
        except IntegrityError:
            return _again(Answered.objects.get(user=user, key=key), said)
        response = write()
        kept.status, kept.body = response.status_code, response.content.decode()
        kept.headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
        kept.save(update_fields=["status", "body", "headers"])
    return response


def _again(kept: Answered, said: str) -> HttpResponse:
    if kept.fingerprint != said:
        raise unprocessable(
            "idempotency_key",
            _("This Idempotency-Key stands for another write; take a new one for each."),
        )
    response = HttpResponse(kept.body, status=kept.status, headers=kept.headers)
    response["Idempotency-Replayed"] = "true"
    return response


def _fingerprint(request: HttpRequest) -> str:
    said = hashlib.sha256(f"{request.method} {request.get_full_path()}".encode())
    said.update(request.headers.get("If-Match", "").encode())
    if request.FILES:
        for name, values in sorted(request.POST.lists()):
            said.update(f"{name}={values}".encode("utf-8", "replace"))
        for file in request.FILES.getlist("files"):
            said.update(f"file {file.name}".encode("utf-8", "replace"))
            for chunk in file.chunks():
                said.update(chunk)
            file.seek(0)
    else:
        said.update(request.body)
    return said.hexdigest()
