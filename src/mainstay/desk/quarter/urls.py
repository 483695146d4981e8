"""Addresses of the quarterly review."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.quarter import views

app_name = "quarter"

urlpatterns = [
    path("quarter/", views.quarters, name="list"),
    path("quarter/<slug:name>/", views.show, name="show"),
    path("quarter/<slug:name>.pdf", views.printed, name="pdf"),
]
