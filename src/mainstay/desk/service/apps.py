"""How we serve: all accounts, and one; see standing/service."""

from __future__ import annotations

from django.apps import AppConfig


class ServiceConfig(AppConfig):
    name = "mainstay.desk.service"
    label = "service"
