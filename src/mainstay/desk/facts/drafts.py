"""The answer to a form whose draft is kept on the user's device (static/mainstay/drafts.js)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect


def saved(request: HttpRequest, url: str) -> HttpResponse:
    """It is written down: go on to `url`; the device forgets its draft.

    Sent by the script, the form wants the address to go to, not the page behind it.
    """
    if request.headers.get("X-Draft"):
        return HttpResponse(headers={"X-Draft": "clear", "X-Next": url})
    return HttpResponseRedirect(url)
