"""Addresses of the pages about imports."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.imports import alike, views

app_name = "imports"

urlpatterns = [
    path("", views.imports, name="list"),
    path("upload/", views.upload, name="upload"),
    path("new/<slug:upload_id>/", views.mapping, name="mapping"),
    path("new/<slug:upload_id>/forget/", views.forget, name="forget"),
    path("new/<slug:upload_id>/report/", views.outcome, name="outcome"),
    path("accounts/", alike.alike, name="alike"),
    path("accounts/find/", alike.find, name="find_codes"),
    path("accounts/decide/", alike.decide, name="decide"),
    path("work/assess/", views.assess, name="assess"),
    path("work/<slug:job_id>/", views.work, name="work"),
    path("work/<slug:job_id>/cancel/", views.cancel, name="cancel"),
    path("<slug:import_id>/", views.report, name="report"),
    path("<slug:import_id>/set-aside.<str:kind>", views.set_aside, name="set_aside"),
    path("<slug:import_id>/undo/", views.undo, name="undo"),
]
