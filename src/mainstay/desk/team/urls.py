"""Addresses of the pages about our people."""

from __future__ import annotations

from django.urls import path, register_converter

from mainstay.desk.accounts.addresses import AccountPart
from mainstay.desk.team import views

# Staff codes are anybody's text, as account codes are.
register_converter(AccountPart, "staff")
app_name = "team"

urlpatterns = [
    path("", views.people, name="people"),
    path("load/", views.load, name="load"),
    path("person/<staff:staff_id>/", views.person, name="person"),
    path("person/<staff:staff_id>/leaves/", views.plan, name="plan"),
    path("handover/<int:handover_id>/", views.show, name="handover"),
    path("handover/step/<int:step_id>/", views.step, name="step"),
]
