"""Addresses of an account's timeline."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.timeline import views

app_name = "timeline"

urlpatterns = [
    path("account/<account:account_id>/timeline/", views.page, name="page"),
    path("account/<account:account_id>/timeline.pdf", views.printed, name="print"),
]
