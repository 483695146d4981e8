"""Addresses of what is given to accounts, and of the money that is asked for."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.incentives import views

app_name = "incentives"

urlpatterns = [
    path("incentives/", views.incentives, name="list"),
    path("incentives/requests/<int:pk>/", views.request_page, name="request"),
    path("incentives/requests/<int:pk>/approve/", views.approve, name="approve"),
    path("incentives/requests/<int:pk>/refuse/", views.refuse, name="refuse"),
    path("incentives/requests/<int:pk>/take-back/", views.take_back, name="take_back"),
    path("cases/<int:pk>/money/", views.ask, name="ask"),
]
