"""Addresses of digests and calendars."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.digests import feed_views, views

app_name = "digests"

urlpatterns = [
    path("digest/", views.own, name="own"),
    path("digest/ways/", views.add_way, name="add_way"),
    path("digest/ways/<int:pk>/remove/", views.remove_way, name="remove_way"),
    path("digest/ways/<int:pk>/test/", views.test_way, name="test_way"),
    path("digest/preview/", views.preview, name="preview"),
    path("digest/everybody/", views.everybody, name="everybody"),
    path("digest/everybody/<int:user_id>/stop/", views.stop, name="stop"),
    path("calendar/", feed_views.page, name="calendar"),
    path("calendar/renew/", feed_views.renew, name="renew"),
    path("calendar/revoke/", feed_views.revoke, name="revoke"),
    path("calendar/<str:token>.ics", feed_views.feed, name="feed"),
]
