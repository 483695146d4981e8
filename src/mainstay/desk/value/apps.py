from __future__ import annotations

from django.apps import AppConfig


class ValueConfig(AppConfig):
    name = "mainstay.desk.value"
    label = "value"
