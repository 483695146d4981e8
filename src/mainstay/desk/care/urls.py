"""Addresses of visits, requests, promises and what was agreed."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.care import account_views, note_views, views

app_name = "care"

urlpatterns = [
    path("visits/", views.visits, name="visits"),
    path("visits/record/", views.choose, name="choose"),
    path("visits/rhythm/", views.visit_rhythm, name="rhythm"),
    path("requests/", views.requests, name="requests"),
    path("requests/<int:pk>/answer/", views.answer, name="answer"),
    path("promises/", views.promises, name="promises"),
    path("promises/<int:pk>/keep/", views.keep, name="keep"),
    path("account/<account:account_id>/visit/", account_views.visit, name="visit"),
    path("account/<account:account_id>/visit/note/", note_views.note, name="note"),
    path("account/<account:account_id>/told/", account_views.notice, name="notice"),
    path("account/<account:account_id>/terms/", account_views.terms, name="terms"),
    path(
        "account/<account:account_id>/terms/rebate/",
        account_views.promise_rebate,
        name="promise_rebate",
    ),
]
