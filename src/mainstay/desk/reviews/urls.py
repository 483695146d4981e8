"""Addresses of reviews, and of the surveys that are answered without signing in."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.reviews import survey_views, views

app_name = "reviews"

urlpatterns = [
    path("reviews/", views.reviews, name="list"),
    path("reviews/learnt/", views.learnt, name="learnt"),
    path("reviews/changes/", views.changes, name="changes"),
    path("reviews/open/", views.open_review, name="open"),
    path("reviews/<int:pk>/", views.show, name="show"),
    path("reviews/<int:pk>/box/", views.black_box, name="box"),
    path("reviews/<int:pk>/<slug:step>/", views.act, name="act"),
    path("survey/<slug:token>/", survey_views.survey, name="survey"),
]
