from __future__ import annotations

from django.apps import AppConfig


class DesignsConfig(AppConfig):
    name = "mainstay.desk.designs"
    label = "designs"
