"""The REST API below /api/: its first version, its description and the page that shows it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

from mainstay.api import problems
from mainstay.api.v1 import accounts, administration, docs, imports, ledger, results, tables
from mainstay.desk.facts.rows import models_by_table

ABOUT = """
Accounts, why they leave, what is planned, and all tables, for programs.

Send a token in `Authorization: Bearer …`; people make their own under *Access for programs*. A token sees what its
person sees on the pages. Sentences come in the language of `Accept-Language`: en, zh-hant, zh-hans or ko.
"""


class Docs(DocsBase):
    """Swagger UI as a page of ours: nothing from elsewhere, nothing inline."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        address = reverse(f"{api.urls_namespace}:openapi-json")
        return render(request, "api/docs.html", {"address": address})


class Api(NinjaAPI):
    """All operations, with the schemas that are made of the tables' columns."""

    _described: Any = None

    def get_openapi_schema(self, **options: Any) -> Any:
        if self._described is None:
            made = super().get_openapi_schema(**options)
            schemas = made["components"].setdefault("schemas", {})
            schemas["Problem"] = docs.PROBLEM
            schemas.update(docs.tables(sorted(models_by_table())))
            Api._described = made
        return self._described


api = Api(
    title="Mainstay",
    version="1",
    description=ABOUT,
    docs=Docs(),
    urls_namespace="api",
    docs_decorator=login_not_required,
)
problems.handle(api)
for part in (accounts, results, tables, ledger, imports, administration):
    api.add_router("/v1", part.router)


def _open(patterns: list[Any]) -> list[Any]:
    """No address here asks for a sign-in: tokens are asked for by the operations themselves."""
    for pattern in patterns:
        pattern.callback.login_required = False
    return patterns


_patterns, _app_name, _namespace = api.urls
urlpatterns = _open(_patterns)
app_name = _namespace
