"""Around every request: its number, its line in the log, its time; and the answers for machines that watch.

These come before everything else: a probe names no host that the desk knows, has no session, and must be
answered when the database is away.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.utils.log import log_response

from mainstay.desk import logs
from mainstay.desk.health import checks

log = logging.getLogger("mainstay.access")
health_log = logging.getLogger("mainstay.health")

Answer = Callable[[HttpRequest], HttpResponse]
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_OWN_NAME = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?", re.ASCII | re.IGNORECASE)


class Observed:
    """Numbers a request, counts it, and writes a line about it: its page and not its address, which
    may hold accounts or what somebody looked for."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        from mainstay.desk.health import metrics

        number = request_number(request)
        token = logs.belongs_to.set({"request": number})
        begun = time.perf_counter()
        try:
            response = self.get_response(request)
            seconds = time.perf_counter() - begun
            match = request.resolver_match
            page = (match.view_name if match else "") or "none"
            metrics.count(request.method or "", page, response.status_code, seconds)
            if log.isEnabledFor(logging.INFO):
                _line(request, page, response.status_code, seconds)
        finally:
            logs.belongs_to.reset(token)
        response["X-Request-ID"] = number
        return response


def request_number(request: HttpRequest) -> str:
    """The proxy's own, where there is one in front; else a new one."""
    given = request.headers.get("X-Request-ID", "")
    if settings.PROXIES and _ID.fullmatch(given):
        return given
    return secrets.token_hex(8)


def _line(request: HttpRequest, page: str, status: int, seconds: float) -> None:
    milliseconds = round(1000 * seconds, 1)
    user = getattr(request, "user", None)
    fields = {
        "method": request.method,
        "page": page,
        "status": status,
        "milliseconds": milliseconds,
        "user": getattr(user, "pk", None),
    }
    said = "%s %s %s in %s ms"
    log.info(said, request.method, page, status, milliseconds, extra={"fields": fields})


class Watched:
    """Answers /health/live, /health/ready and /metrics."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = PLACES.get(request.path.rstrip("/")) if request.method in ("GET", "HEAD") else None
        if answer is None:
            return self.get_response(request)
        response = answer(request)
        response["Cache-Control"] = "no-store"
        return response


def live(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> HttpResponse:
    """All that pages and work need is there; 503 where it is not."""
    found = checks.ready()
    if found["status"] != "failing":
        return JsonResponse(found)
    response = JsonResponse(found, status=503)
    missing = ", ".join(name for name in checks.NEEDED if not found["checks"][name]["ok"])
    # While the desk starts that is so, and nothing is wrong; Django would call each an error.
    level = "info" if checks.starting() else "error"
    log_response("Not ready: %s", missing, response=response, logger=health_log, level=level)
    return response


def metrics(request: HttpRequest) -> HttpResponse:
    from mainstay.desk.health import metrics as figures

    if not _may_read(request):
        said = "For this machine alone, or with the token in MAINSTAY_METRICS_TOKEN.\n"
        return HttpResponse(said, status=403, content_type="text/plain; charset=utf-8")
    return HttpResponse(figures.scrape(), content_type=figures.TYPE)


def _may_read(request: HttpRequest) -> bool:
    """With the token; without one, from this machine by its own name.

    Not where a proxy stands in front: whoever comes through it seems to come from this machine.
    """
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}")
    if settings.PROXIES or not _OWN_NAME.fullmatch(request.headers.get("Host", "")):
        return False
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


PLACES: dict[str, Answer] = {
    "/health/live": live,
    "/health/ready": ready,
    "/metrics": metrics,
}
