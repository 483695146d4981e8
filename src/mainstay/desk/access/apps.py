from __future__ import annotations

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "mainstay.desk.access"
    label = "access"

    def ready(self) -> None:
        from mainstay.desk.access import recording  # noqa: F401  # listens to sign-ins
