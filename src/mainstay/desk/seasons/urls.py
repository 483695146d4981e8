"""Addresses of season stock."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.seasons import views

app_name = "seasons"

urlpatterns = [
    path("seasons/", views.portfolio, name="list"),
    path("seasons/download/<str:kind>/", views.download, name="download"),
    path("account/<account:account_id>/season/", views.season, name="account"),
    path("account/<account:account_id>/season/ask/", views.ask, name="ask"),
    path("account/<account:account_id>/season/progress/", views.progress, name="progress"),
    path("account/<account:account_id>/season/meeting/", views.meeting, name="meeting"),
    path("account/<account:account_id>/season/sheet/", views.sheet, name="sheet"),
    path("account/<account:account_id>/season/agree/", views.agree, name="agree"),
    path("account/<account:account_id>/season/end/", views.end, name="end"),
    path("account/<account:account_id>/season/confirm/", views.confirm, name="confirm"),
]
