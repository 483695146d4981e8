"""Addresses of what keeping is worth, and of new accounts."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.keeping import views

app_name = "keeping"

urlpatterns = [
    path("keeping/", views.worth, name="worth"),
    path("keeping.pdf", views.board, name="board"),
    path("keeping/<slug:table>/download.<str:kind>", views.download, name="download"),
    path("newcomers/", views.newcomers, name="newcomers"),
]
