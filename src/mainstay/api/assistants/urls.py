"""The address of assistants."""

from __future__ import annotations

from django.urls import path

from mainstay.api.assistants import views

app_name = "assistants"

urlpatterns = [path("mcp", views.mcp, name="mcp")]
