"""Addresses of my week and of cases."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.cases import file_views, step_views, views

app_name = "cases"

urlpatterns = [
    path("week/", views.week, name="week"),
    path("account/<account:account_id>/take/", views.take, name="take"),
    path("account/<account:account_id>/put-off/", views.put_off, name="put_off"),
    path("cases/", views.cases, name="list"),
    path("cases/<int:pk>/", views.show, name="show"),
    path("cases/<int:pk>/step/", step_views.add, name="add_step"),
    path("cases/<int:pk>/step/<int:step>/", step_views.write, name="step"),
    path("cases/<int:pk>/step/<int:step>/change/", step_views.change, name="change_step"),
    path("cases/<int:pk>/step/<int:step>/remove/", step_views.remove, name="remove_step"),
    path("account/<account:account_id>/case/", views.open_case, name="open"),
    path("cases/<int:pk>/comment/", views.comment, name="comment"),
    path("cases/<int:pk>/file/", file_views.add, name="add_file"),
    path("cases/<int:pk>/file/<slug:file_id>/", file_views.take, name="file"),
    path("cases/<int:pk>/file/<slug:file_id>/remove/", file_views.remove, name="remove_file"),
    path("cases/<int:pk>/close/", views.close, name="close"),
    path("cases/<int:pk>/reopen/", views.reopen, name="reopen"),
]
