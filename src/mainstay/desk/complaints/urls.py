"""Addresses of the complaints' desk."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.complaints import views

app_name = "complaints"

urlpatterns = [
    path("", views.desk, name="desk"),
    path("badge/", views.badge, name="badge"),
    path("new/", views.new, name="new"),
    path("production/", views.production, name="production"),
    path("production/complaints.<slug:kind>", views.download, name="download"),
    path("settings/", views.settings_page, name="settings"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/<slug:what>/", views.act, name="act"),
]
