"""Addresses of short stock."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.allocation import views

app_name = "allocation"

urlpatterns = [
    path("allocation/", views.overview, name="list"),
    path("allocation/start/", views.start, name="start"),
    path("allocation/progress/", views.progress, name="progress"),
    path("allocation/<str:sheet_id>/", views.sheet, name="sheet"),
    path("allocation/<str:sheet_id>/approve/", views.approve, name="approve"),
    path("allocation/<str:sheet_id>/download/<str:kind>/", views.download, name="download"),
    path("allocation/<str:sheet_id>/product/<int:pk>/", views.product, name="product"),
    path("allocation/<str:sheet_id>/line/<int:pk>/", views.line, name="line"),
    path("account/<account:account_id>/allocation/", views.account, name="account"),
]
