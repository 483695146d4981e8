"""Addresses of the page of lost accounts."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.winback import views

app_name = "winback"

urlpatterns = [
    path("win-back/", views.lost, name="list"),
    path("win-back/back/", views.back, name="back"),
    path("win-back/<slug:table>/download.<str:kind>", views.download, name="download"),
    path("account/<account:account_id>/win-back/", views.take, name="take"),
    path("account/<account:account_id>/win-back/date/", views.set_date, name="date"),
    path("account/<account:account_id>/win-back/season/", views.take_back, name="take_back"),
]
