"""Addresses of my week and of cases."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.cases import views

app_name = "cases"

urlpatterns = [
    path("week/", views.week, name="week"),
    path("account/<account:account_id>/take/", views.take, name="take"),
    path("account/<account:account_id>/put-off/", views.put_off, name="put_off"),
    path("cases/", views.cases, name="list"),
    path("cases/<int:pk>/", views.show, name="show"),
    path("cases/<int:pk>/step/", views.add_step, name="add_step"),
    path("cases/<int:pk>/step/<int:step>/", views.write_step, name="step"),
    path("cases/<int:pk>/close/", views.close, name="close"),
    path("cases/<int:pk>/reopen/", views.reopen, name="reopen"),
]
