"""What sets requests of programs apart from those of browsers, before anything else looks at them."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from mainstay.api import problems

PREFIX = "/api/"
DOCS = "/api/docs"
Answer = Callable[[HttpRequest], HttpResponse]


class Programs:
    """Below /api/ no cookie counts, so that nothing is done in the name of who is signed in to a browser; and
    whatever goes wrong is answered as a problem, also where Django refuses a request by itself."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        request.COOKIES = {}
        if "\0" in request.path_info:
            return problems.answer(problems.not_there())
        response = self.get_response(request)
        if request.path_info.startswith(DOCS):
            return response
        response.headers.setdefault("Cache-Control", "no-store")
        if response.status_code < HTTPStatus.BAD_REQUEST or _is_problem(response):
            return response
        told = problems.answer(problems.plain(response.status_code))
        if "Allow" in response:
            told["Allow"] = response["Allow"]
        return told


def _is_problem(response: HttpResponse) -> bool:
    return response.get("Content-Type", "").startswith(problems.MEDIA_TYPE)
