"""Addresses of the pages of causes."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.causes import views

app_name = "causes"

urlpatterns = [
    path("causes/", views.portfolio, name="portfolio"),
    path("causes/<slug:table>/download.<str:kind>", views.download, name="download"),
    path("account/<account:account_id>/signals/", views.signals, name="signals"),
    path("account/<account:account_id>/rows/<slug:table>/", views.records, name="records"),
    path(
        "account/<account:account_id>/rows/<slug:table>/download.<str:kind>",
        views.download_records,
        name="download_records",
    ),
    path("account/<account:account_id>/record/<slug:table>/", views.row, name="row"),
]
