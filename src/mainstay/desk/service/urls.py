"""Addresses of the pages of service, and of the opinions that are given without signing in."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.service import survey_views, views

app_name = "service"

urlpatterns = [
    path("service/", views.portfolio, name="portfolio"),
    path("service/<slug:table>.<slug:kind>", views.download, name="download"),
    path("service/ask/<int:pk>/<slug:what>/", views.act, name="act"),
    path("account/<account:account_id>/service/", views.account, name="account"),
    path(
        "account/<account:account_id>/service.<slug:kind>",
        views.download_complaints,
        name="download_complaints",
    ),
    path("opinion/<slug:token>/", survey_views.opinion, name="opinion"),
]
