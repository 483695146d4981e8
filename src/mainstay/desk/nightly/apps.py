from __future__ import annotations

from django.apps import AppConfig


class NightlyConfig(AppConfig):
    name = "mainstay.desk.nightly"
    label = "nightly"
