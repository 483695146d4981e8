"""Addresses of the plays."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.plays import views

app_name = "plays"

urlpatterns = [
    path("", views.plays, name="list"),
    path("add/", views.add, name="add"),
    path("play/<account:name>/", views.edit, name="edit"),
    path("play/<account:name>/service/", views.service, name="service"),
    path("play/<account:name>/built-in/", views.built_in, name="built_in"),
]
