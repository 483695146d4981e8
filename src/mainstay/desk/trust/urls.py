"""Addresses of the page about trust."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.trust import views

app_name = "trust"

urlpatterns = [
    path("", views.trust, name="page"),
    path("start/", views.start, name="start"),
    path("progress/", views.progress, name="progress"),
    path("cancel/<slug:job_id>/", views.cancel, name="cancel"),
    path("limits/", views.limits, name="limits"),
    path("<slug:table>/download.<str:kind>", views.download, name="download"),
]
