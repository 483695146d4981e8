"""Addresses of nightly runs."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.nightly import views

app_name = "nightly"

urlpatterns = [
    path("", views.page, name="page"),
    path("run/", views.run, name="run"),
    path("badge/", views.badge, name="badge"),
    path("<int:pk>/", views.night, name="night"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("sources/add/", views.source, name="add"),
    path("sources/<int:pk>/", views.source, name="source"),
    path("sources/<int:pk>/remove/", views.remove, name="remove"),
]
