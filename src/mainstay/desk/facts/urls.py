"""Addresses of the pages of any table from people."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.facts import views

app_name = "facts"

urlpatterns = [
    path("", views.tables, name="tables"),
    path("<slug:table>/", views.rows, name="rows"),
    path("<slug:table>/add/", views.add, name="add"),
    path("<slug:table>/<int:pk>/", views.change, name="change"),
    path("<slug:table>/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<slug:table>/<int:pk>/history/", views.history, name="history"),
]
