from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "mainstay.desk.access"
    label = "access"
    verbose_name = _("People and rights")

    def ready(self) -> None:
        from mainstay.desk.access import recording  # noqa: F401  # listens to sign-ins
