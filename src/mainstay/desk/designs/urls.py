"""Addresses of trials."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.designs import views

app_name = "designs"

urlpatterns = [
    path("learning/designs/", views.designs, name="list"),
    path("learning/designs/add/", views.add, name="add"),
    path("learning/designs/<int:pk>/", views.show, name="show"),
    path("learning/designs/<int:pk>/off/", views.off, name="off"),
    path("learning/designs/<int:pk>/download/<str:kind>/", views.download, name="download"),
]
