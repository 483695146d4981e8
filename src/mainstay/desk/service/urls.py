"""Addresses of the opinions that are given without signing in."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.service import survey_views

app_name = "service"

urlpatterns = [path("opinion/<slug:token>/", survey_views.opinion, name="opinion")]
