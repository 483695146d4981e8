"""Addresses of the pages of product needs."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.needs import views

app_name = "needs"

urlpatterns = [
    path("needs/", views.portfolio, name="portfolio"),
    path("needs/<slug:table>.<slug:kind>", views.download, name="download"),
    path("account/<account:account_id>/needs/", views.account, name="account"),
    path(
        "account/<account:account_id>/needs/<slug:table>.<slug:kind>",
        views.download_account,
        name="download_account",
    ),
]
