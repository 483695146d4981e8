from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings


class AccessConfig(AppConfig):
    name = "mainstay.desk.access"
    label = "access"

    def ready(self) -> None:
        from mainstay.desk.access import recording  # noqa: F401  # listens to sign-ins
        from mainstay.desk.access.services import check_role

        for role in settings.MFA_ROLES:
            check_role(role)  # a role that is misspelt would go without in silence
