from __future__ import annotations

from django.apps import AppConfig


class RelationsConfig(AppConfig):
    name = "mainstay.desk.relations"
    label = "relations"
