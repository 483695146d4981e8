"""Addresses of the pages of quality."""

from __future__ import annotations

from django.urls import path, register_converter

from mainstay.desk.accounts.addresses import AccountPart
from mainstay.desk.quality import views

# Product codes are anybody's text, as account codes are.
register_converter(AccountPart, "product")
app_name = "quality"

urlpatterns = [
    path("quality/", views.portfolio, name="portfolio"),
    path("quality/ask/", views.ask, name="ask"),
    path("quality/<slug:table>.<slug:kind>", views.download, name="download"),
    path("quality/product/<product:product_id>/", views.product, name="product"),
    path(
        "quality/product/<product:product_id>/months.<slug:kind>",
        views.download_months,
        name="download_months",
    ),
    path("account/<account:account_id>/quality/", views.account, name="account"),
    path(
        "account/<account:account_id>/quality.<slug:kind>",
        views.download_cases,
        name="download_cases",
    ),
]
