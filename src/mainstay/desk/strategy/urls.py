"""Addresses of account plans."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.strategy import views

app_name = "strategy"

urlpatterns = [
    path("strategy/", views.portfolio, name="portfolio"),
    path("strategy.<slug:kind>", views.download, name="download"),
    path("account/<account:account_id>/plan/", views.account, name="account"),
    path("account/<account:account_id>/plan.pdf", views.pack, name="pack"),
    path("account/<account:account_id>/plan-slides.pdf", views.slides, name="slides"),
]
