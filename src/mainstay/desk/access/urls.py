from __future__ import annotations

from django.urls import path

from mainstay.desk.access import views

app_name = "access"
urlpatterns = [
    path("", views.people, name="people"),
    path("add/", views.add, name="add"),
    path("<int:user_id>/", views.change, name="change"),
    path("<int:user_id>/password/", views.reset, name="reset"),
    path("<int:user_id>/password/once/", views.password, name="password"),
    path("<int:user_id>/switch/", views.switch, name="switch"),
    path("<int:user_id>/sessions/end/", views.end_sessions, name="end_sessions"),
    path("<int:user_id>/second-factor/", views.forget_second_factor, name="forget_second_factor"),
    path("events/", views.events, name="events"),
    path("events/download.<str:kind>", views.download_events, name="download_events"),
]
