"""Addresses of the pages of relationships."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.relations import contact_views, views

app_name = "relations"
# `account` is the converter that accounts.urls registers.
_ACCOUNT = "account/<account:account_id>/people/"

urlpatterns = [
    path("relations/", views.company, name="company"),
    path(_ACCOUNT, views.people, name="people"),
    path(f"{_ACCOUNT}cells/", views.cells, name="cells"),
    path(f"{_ACCOUNT}add/", views.contact, name="add"),
    path(f"{_ACCOUNT}level/", views.level, name="level"),
    path(f"{_ACCOUNT}criteria/", views.criteria, name="criteria"),
    path(f"{_ACCOUNT}<int:pk>/", views.contact, name="contact"),
    path(f"{_ACCOUNT}<int:pk>/left/", views.left, name="left"),
    path(f"{_ACCOUNT}<int:pk>/successor/", views.successor, name="successor"),
    path("contacts/<int:pk>/merge/", contact_views.merge, name="merge"),
    path("contacts/merged/<int:merge_id>/", contact_views.merged, name="merged"),
    path("contacts/<int:pk>/data/", contact_views.data, name="data"),
    path("contacts/<int:pk>/data/contact.json", contact_views.export, name="export"),
    path("contacts/<int:pk>/erase/", contact_views.erase, name="erase"),
]
