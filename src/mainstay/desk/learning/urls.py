"""Addresses of what was learnt."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.learning import views

app_name = "learning"

urlpatterns = [
    path("learning/", views.learnt, name="page"),
    path("learning/hold/", views.hold, name="hold"),
    path("learning/<slug:table>/download.<str:kind>", views.download, name="download"),
    path("learning/plays/<str:play>/", views.play, name="play"),
    path("learning/plays/<str:play>/cases.<str:kind>", views.download_cases, name="download_cases"),
]
