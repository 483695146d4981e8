"""Addresses of how accounts stand."""

from __future__ import annotations

from django.urls import path

from mainstay.desk.guarantees import views

app_name = "guarantees"

urlpatterns = [path("standing/", views.standing, name="standing")]
