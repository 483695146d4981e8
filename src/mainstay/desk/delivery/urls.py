"""Addresses of the pages of delivery."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.delivery import views

app_name = "delivery"

urlpatterns = [
    path("delivery/", views.portfolio, name="portfolio"),
    path("delivery/<slug:table>.<slug:kind>", views.download, name="download"),
    path("account/<account:account_id>/delivery/", views.account, name="account"),
    path(
        "account/<account:account_id>/delivery.<slug:kind>",
        views.download_lines,
        name="download_lines",
    ),
]
