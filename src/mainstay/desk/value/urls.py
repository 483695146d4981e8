"""Addresses of value."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.value import views

app_name = "value"

urlpatterns = [
    path("value/", views.portfolio, name="portfolio"),
    path("value/<slug:table>/download.<str:kind>", views.download, name="download"),
    path("account/<account:account_id>/value/", views.account, name="account"),
    path(
        "account/<account:account_id>/value/<slug:table>/download.<str:kind>",
        views.download_account,
        name="download_account",
    ),
]
