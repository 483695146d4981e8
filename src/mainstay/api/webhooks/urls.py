"""Addresses of webhooks' pages."""

from __future__ import annotations

from django.urls import path

from mainstay.api.webhooks import views

app_name = "webhooks"

urlpatterns = [
    path("", views.everything, name="list"),
    path("badge/", views.badge, name="badge"),
    path("add/", views.add, name="add"),
    path("again/", views.replay_dead, name="replay_dead"),
    path("deliveries/<slug:message_id>/again/", views.replay, name="replay"),
    path("<int:pk>/", views.change, name="change"),
    path("<int:pk>/secret/", views.new_secret, name="new_secret"),
    path("<int:pk>/secret/once/", views.secret, name="secret"),
    path("<int:pk>/switch/", views.switch, name="switch"),
    path("<int:pk>/test/", views.test, name="test"),
    path("<int:pk>/remove/", views.remove, name="remove"),
]
