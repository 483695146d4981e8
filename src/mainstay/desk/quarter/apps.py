from __future__ import annotations

from django.apps import AppConfig


class QuarterConfig(AppConfig):
    name = "mainstay.desk.quarter"
    label = "quarter"
